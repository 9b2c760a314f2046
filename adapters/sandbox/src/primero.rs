//! A Primero v2 deployment in memory. It answers as Primero's code does: the token in a header, 204 without a
//! body for a client's own id, 409 for a known one, 422 with keys of translations, referral steps that are
//! not open ignored with 200, and a transfer to the outside that makes nobody the owner once it is accepted.

mod cases;
mod form;
mod referrals;
mod staff;
mod transfers;

use std::collections::BTreeSet;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::server::{Asked, System, Told};
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

/// A body under `data`.
fn data(data: Value) -> Told {
    Told::json(200, json!({ "data": data }))
}

/// One error in the shape of the specs: `status`, and a message that may be a list of keys.
fn error(status: u16, resource: &str, message: Value, detail: Option<&str>) -> Told {
    let mut error = json!({"status": status, "resource": resource, "message": message});
    if let (Some(detail), Some(members)) = (detail, error.as_object_mut()) {
        members.insert("detail".to_owned(), Value::from(detail));
    }
    Told::json(status, json!({ "errors": [error] }))
}

/// The deployment's whole state.
pub struct Primero {
    pub(crate) kind: Kind,
    pub(crate) form: &'static Form,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) password: String,
    tokens: Vec<(String, Instant)>,
    /// Cases by id, in the order they came.
    pub(crate) cases: Vec<(String, Map<String, Value>)>,
    pub(crate) referrals: Vec<Map<String, Value>>,
    pub(crate) transfers: Vec<Map<String, Value>>,
    pub(crate) numbers: BTreeSet<String>,
    /// Cases outside the scope of the hub's role.
    pub(crate) closed: BTreeSet<String>,
    /// Which webhooks were heard: the case, the address, the word.
    pub(crate) synced: Vec<(String, String, String)>,
    /// Cases that changed and that no webhook told of yet.
    pub(crate) changed: BTreeSet<String>,
}

impl System for Primero {
    fn answer(&mut self, asked: &Asked) -> Told {
        let resource = format!("/{}", asked.path.join("/"));
        let body = asked.json();
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let ["api", "v2", rest @ ..] = path.as_slice() else {
            return error(404, &resource, json!("Not Found"), None);
        };
        if (asked.method, rest) == ("POST", &["tokens"]) {
            return self.sign_in(&body);
        }
        if !self.is_signed_in(asked.authorization()) {
            return error(401, &resource, json!("Unauthorized"), None);
        }
        match (asked.method, rest) {
            ("GET", ["cases"]) => self.list_cases(&asked.query),
            ("POST", ["cases"]) => self.create_case(&body),
            ("GET", ["cases", id]) => self.show_case(id),
            ("DELETE", ["cases", id]) => self.disable_case(id),
            ("PATCH", ["cases", id]) => self.update_case(id, &body),
            ("GET", ["cases", id, "referrals"]) => self.list_referrals(id),
            ("POST", ["cases", id, "referrals"]) => self.create_referral(id, &body),
            ("PATCH", ["cases", id, "referrals", referral]) => self.update_referral(id, referral, &body),
            ("DELETE", ["cases", id, "referrals", referral]) => self.revoke_referral(id, referral),
            ("GET", ["cases", id, "transitions"]) => self.list_transitions(id, asked.asked_for("types")),
            ("GET", ["cases", id, "transfers"]) => self.list_transfers(id),
            ("POST", ["cases", id, "transfers"]) => self.create_transfer(id, &body),
            ("PATCH", ["cases", id, "transfers", transfer]) => self.update_transfer(id, transfer, &body),
            ("GET", ["users", "refer-to"]) => self.refer_to(&asked.query),
            ("GET", ["agencies"]) => self.agencies(),
            _ => error(404, &resource, json!("Not Found"), None),
        }
    }

    fn unauthorized(&self) -> Told {
        error(401, "", json!("Unauthorized"), None)
    }

    fn failed(&self) -> Told {
        error(500, "", json!("Internal Server Error"), None)
    }

    fn signs_in(asked: &Asked) -> bool {
        asked.path.last().is_some_and(|last| last == "tokens")
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.method == "GET" && matches!(asked.path.as_slice(), [.., cases, _] if cases == "cases")
    }
}

impl Primero {
    pub(crate) fn new(kind: Kind, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let password = Draw(&*chance).secret();
        Self {
            kind,
            form: kind.form(),
            clock,
            chance,
            password,
            tokens: Vec::new(),
            cases: Vec::new(),
            referrals: Vec::new(),
            transfers: Vec::new(),
            numbers: BTreeSet::new(),
            closed: BTreeSet::new(),
            synced: Vec::new(),
            changed: BTreeSet::new(),
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

    fn sign_in(&mut self, body: &Value) -> Told {
        let given = |name: &str| body.pointer(&format!("/user/{name}")).and_then(Value::as_str);
        if given("user_name") != Some(self.form.hub_user) || given("password") != Some(&self.password) {
            return Told::json(401, json!({"error": "Invalid User name or password."}));
        }
        // The shape of a JSON Web Token, which clients must not look into.
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", self.draw().secret(), self.draw().secret());
        let now = self.clock.now();
        self.tokens.retain(|(_, until)| *until > now);
        self.tokens.push((token.clone(), now.plus_millis(TOKEN_MILLIS)));
        Told::json(200, json!({"user_name": self.form.hub_user})).with("authorization", format!("Bearer {token}"))
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
        data(list.collect())
    }

    fn agencies(&self) -> Told {
        let list = self.form.agencies.iter().enumerate().map(|(place, (id, code, name))| {
            json!({
                "id": place + 1, "unique_id": id, "agency_code": code, "order": place,
                "name": {"en": name, "bn": ""}, "description": {"en": ""}, "telephone": null,
                "services": [], "logo_enabled": false, "disabled": false,
            })
        });
        data(list.collect())
    }
}
