//! A Primero v2 deployment in memory. It answers as Primero's code does: the token in a header, 204 without a
//! body for a client's own id, 409 for a known one, 422 with keys of translations, referral steps that are
//! not open ignored with 200.

mod cases;
mod form;
mod referrals;

use std::collections::BTreeSet;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Map, Value, json};

use crate::draw::Draw;
pub(crate) use form::Form;

/// How long a token lives.
const TOKEN_MILLIS: i64 = 3_600_000;

/// Which deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A shelter in India, on Primero's own form.
    ShelterIn,
    /// An agency in Bangladesh, on a form of its own.
    AgencyBd,
}

impl Kind {
    pub(crate) const fn form(self) -> &'static Form {
        match self {
            Self::ShelterIn => &form::SHELTER_IN,
            Self::AgencyBd => &form::AGENCY_BD,
        }
    }

    /// The partner's name in the configuration: its file's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShelterIn => "shelter-in",
            Self::AgencyBd => "agency-bd",
        }
    }
}

/// A request, read.
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) token: Option<String>,
    pub(crate) body: Value,
}

/// An answer.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) token: Option<String>,
}

impl Told {
    pub(crate) fn data(data: Value) -> Self {
        Self { status: 200, body: Some(json!({ "data": data })), token: None }
    }

    pub(crate) const fn empty() -> Self {
        Self { status: 204, body: None, token: None }
    }

    /// One error in the shape of the specs: `status`, and a message that may be a list of keys.
    pub(crate) fn error(status: u16, resource: &str, message: Value, detail: Option<&str>) -> Self {
        let mut error = json!({"status": status, "resource": resource, "message": message});
        if let (Some(detail), Some(members)) = (detail, error.as_object_mut()) {
            members.insert("detail".to_owned(), Value::from(detail));
        }
        Self { status, body: Some(json!({ "errors": [error] })), token: None }
    }
}

/// The deployment's whole state.
pub(crate) struct Deployment {
    pub(crate) form: &'static Form,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) password: String,
    tokens: Vec<(String, Instant)>,
    /// Cases by id, in the order they came.
    pub(crate) cases: Vec<(String, Map<String, Value>)>,
    pub(crate) referrals: Vec<Map<String, Value>>,
    pub(crate) numbers: BTreeSet<String>,
    /// Cases outside the scope of the hub's role.
    pub(crate) closed: BTreeSet<String>,
}

impl Deployment {
    pub(crate) fn new(kind: Kind, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let password = Draw(&*chance).secret();
        Self {
            form: kind.form(),
            clock,
            chance,
            password,
            tokens: Vec::new(),
            cases: Vec::new(),
            referrals: Vec::new(),
            numbers: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw(&*self.chance)
    }

    pub(crate) fn now(&self) -> String {
        self.clock.now().rfc3339()
    }

    /// Forgets every token, as a restart does.
    pub(crate) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Answers one request.
    pub(crate) fn answer(&mut self, asked: &Asked) -> Told {
        let resource = format!("/{}", asked.path.join("/"));
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let ["api", "v2", rest @ ..] = path.as_slice() else {
            return Told::error(404, &resource, json!("Not Found"), None);
        };
        if (asked.method, rest) == ("POST", &["tokens"]) {
            return self.sign_in(&asked.body);
        }
        if !self.is_signed_in(asked.token.as_deref()) {
            return Told::error(401, &resource, json!("Unauthorized"), None);
        }
        match (asked.method, rest) {
            ("GET", ["cases"]) => self.list_cases(&asked.query),
            ("POST", ["cases"]) => self.create_case(&asked.body),
            ("GET", ["cases", id]) => self.show_case(id),
            ("DELETE", ["cases", id]) => self.disable_case(id),
            ("PATCH", ["cases", id]) => self.update_case(id, &asked.body),
            ("GET", ["cases", id, "referrals"]) => self.list_referrals(id),
            ("POST", ["cases", id, "referrals"]) => self.create_referral(id, &asked.body),
            ("PATCH", ["cases", id, "referrals", referral]) => self.update_referral(id, referral, &asked.body),
            ("DELETE", ["cases", id, "referrals", referral]) => self.revoke_referral(id, referral),
            ("GET", ["users", "refer-to"]) => self.refer_to(&asked.query),
            ("GET", ["agencies"]) => self.agencies(),
            _ => Told::error(404, &resource, json!("Not Found"), None),
        }
    }

    fn sign_in(&mut self, body: &Value) -> Told {
        let given = |name: &str| body.pointer(&format!("/user/{name}")).and_then(Value::as_str);
        if given("user_name") != Some(self.form.hub_user) || given("password") != Some(&self.password) {
            let error = json!({"error": "Invalid User name or password."});
            return Told { status: 401, body: Some(error), token: None };
        }
        // The shape of a JSON Web Token, which clients must not look into.
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", self.draw().secret(), self.draw().secret());
        let now = self.clock.now();
        self.tokens.retain(|(_, until)| *until > now);
        self.tokens.push((token.clone(), now.plus_millis(TOKEN_MILLIS)));
        Told { status: 200, body: Some(json!({"user_name": self.form.hub_user})), token: Some(token) }
    }

    fn is_signed_in(&self, token: Option<&str>) -> bool {
        let now = self.clock.now();
        let bare = token.and_then(|token| token.strip_prefix("Bearer "));
        self.tokens.iter().any(|(known, until)| Some(known.as_str()) == bare && *until > now)
    }

    fn refer_to(&self, query: &[(String, String)]) -> Told {
        let agency = query.iter().find(|(name, _)| name == "agency").map(|(_, value)| value.as_str());
        let users = self.form.users.iter().filter(|(.., own)| agency.is_none_or(|agency| agency == *own));
        let list = users.enumerate().map(|(place, (user, full, position, _))| {
            json!({"id": place + 1, "full_name": full, "user_name": user, "position": position})
        });
        Told::data(list.collect())
    }

    fn agencies(&self) -> Told {
        let list = self.form.agencies.iter().enumerate().map(|(place, (id, code, name))| {
            json!({
                "id": place + 1, "unique_id": id, "agency_code": code, "order": place,
                "name": {"en": name, "bn": ""}, "description": {"en": ""}, "telephone": null,
                "services": [], "logo_enabled": false, "disabled": false,
            })
        });
        Told::data(list.collect())
    }
}
