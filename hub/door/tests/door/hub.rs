//! A hub that does as the document says.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use sangam_custody::Party;
use sangam_door::{
    AuthFault, Certificate, ClientSent, Directory, Document, Documents, GrantSent, Hub, Kind, RevocationRequest,
    Scheme, Subscribed, TokenError, TokenFault, TokenGranted, TokenRequest, TokenSent,
};
use sangam_language::{Caller, CallerKind, ErrorCode, Operation, Reply, Scope, ScopeSet, Stage};
use sangam_vocabulary::{
    Chance, ClientId, Clock as _, Country, Instant, ListedAsk, ManualClock, OrganizationId, PurposeSet, Role,
    SeededChance,
};
use tokio::sync::broadcast;

use crate::documents::Taken;

/// When the tests take place.
pub(crate) const NOW: Instant = Instant::from_millis(1_800_000_000_000);
/// When the good token ends.
pub(crate) const UNTIL: Instant = NOW.plus_millis(600_000);

pub(crate) struct TestHub {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ready: AtomicBool,
    pub(crate) revoked: AtomicBool,
    pub(crate) no_directory: AtomicBool,
    pub(crate) asked: Mutex<Vec<ListedAsk>>,
    pub(crate) executed: AtomicUsize,
    pub(crate) dropped: Arc<AtomicUsize>,
    pub(crate) events: broadcast::Sender<String>,
    pub(crate) certificate: Mutex<Option<Certificate>>,
    pub(crate) taken: Arc<Taken>,
    client: ClientId,
    organization: OrganizationId,
}

impl TestHub {
    pub(crate) fn new() -> Arc<Self> {
        let chance: &dyn Chance = &SeededChance::new(7);
        Arc::new(Self {
            clock: Arc::new(ManualClock::new(NOW)),
            ready: AtomicBool::new(true),
            revoked: AtomicBool::new(false),
            no_directory: AtomicBool::new(false),
            asked: Mutex::default(),
            executed: AtomicUsize::new(0),
            dropped: Arc::new(AtomicUsize::new(0)),
            events: broadcast::channel(64).0,
            certificate: Mutex::new(None),
            taken: Arc::default(),
            client: ClientId::new(NOW, chance).unwrap(),
            organization: OrganizationId::new(NOW, chance).unwrap(),
        })
    }

    fn caller(&self, until: Instant) -> Caller {
        let party =
            Party { organization: self.organization, role: Role::Ngo, country: Country::Bangladesh, actor: None };
        let scopes = ScopeSet::of(Scope::ALL);
        Caller::verified(CallerKind::System(self.client), party, scopes, PurposeSet::all(), until)
    }

    /// `shelter one` is known by its secret, by the assertion `signed`, or by its certificate.
    async fn known(&self, client: &ClientSent) -> Result<(), TokenFault> {
        match client {
            ClientSent::Secret { id, .. } if id == "down" => Err(TokenFault::Unavailable),
            ClientSent::Secret { id, .. } if id == "slow" => std::future::pending().await,
            ClientSent::Secret { id, .. } if id == "no grant" => {
                Err(TokenFault::Refused(TokenError::UnauthorizedClient))
            }
            ClientSent::Secret { id, secret } if id == "shelter one" && secret == "s:e+c&r" => Ok(()),
            ClientSent::Assertion { id: None, assertion } if assertion == "signed" => Ok(()),
            _ => Err(TokenFault::Refused(TokenError::InvalidClient)),
        }
    }

    fn run(&self, operation: &Operation) -> Reply {
        let query = operation.query.as_str();
        let refused = |code: ErrorCode| {
            let body =
                serde_json::json!({"errors": [{"message": code.sentence(), "extensions": {"code": code.code()}}]});
            Reply { stage: Stage::Refused(code), body: body.to_string().into_bytes() }
        };
        if let Some(code) = ErrorCode::ALL.iter().find(|code| query.contains(code.code())) {
            return refused(*code);
        }
        let data = if query.contains("big") {
            serde_json::json!({ "big": "x".repeat(4 * 1024 * 1024) })
        } else if query.contains("echo") {
            serde_json::json!({
                "name": operation.name,
                "variables": operation.variables,
                "purpose": operation.purpose.map(|purpose| purpose.to_string()),
                "query": query,
            })
        } else {
            serde_json::json!({ "__typename": "Query" })
        };
        Reply { stage: Stage::Executed, body: serde_json::json!({ "data": data }).to_string().into_bytes() }
    }
}

struct OnDrop(Arc<AtomicUsize>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Hub for TestHub {
    fn authenticate<'a>(&'a self, sent: TokenSent<'a>) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        *self.certificate.lock().unwrap() = sent.certificate.cloned();
        Box::pin(async move {
            match (sent.scheme, sent.token) {
                (Scheme::Bearer, "good") if !self.revoked.load(Ordering::SeqCst) => Ok(self.caller(UNTIL)),
                (Scheme::Dpop, "bound") => {
                    // The proof is the request it is for: method, path.
                    let wanted = format!("{} {}", sent.method, sent.path);
                    if sent.proof == Some(&wanted) { Ok(self.caller(UNTIL)) } else { Err(AuthFault::Invalid) }
                }
                (_, "expired") => Ok(self.caller(NOW.plus_millis(-1))),
                (_, "down") => Err(AuthFault::Unavailable),
                (_, "slow") => std::future::pending().await,
                _ => Err(AuthFault::Invalid),
            }
        })
    }

    fn readmit<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move {
            if self.revoked.load(Ordering::SeqCst) { Err(AuthFault::Invalid) } else { Ok(caller.clone()) }
        })
    }

    fn token(&self, ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>> {
        Box::pin(async move {
            let refused = |error| Err(TokenFault::Refused(error));
            self.known(&ask.client).await?;
            let granted = match &ask.grant {
                GrantSent::ClientCredentials => "good",
                GrantSent::Exchange { subject_token, actor_token }
                    if subject_token == "good" && actor_token == "staff" =>
                {
                    "acting"
                }
                GrantSent::Exchange { .. } => return refused(TokenError::InvalidRequest),
            };
            match (ask.scope.as_deref(), ask.proof.as_deref()) {
                (Some("everything"), _) => refused(TokenError::InvalidScope),
                (_, Some("forged")) => refused(TokenError::InvalidProof),
                (scope, proof) => Ok(TokenGranted {
                    access_token: if proof.is_some() { "bound" } else { granted }.to_owned(),
                    scheme: if proof.is_some() { Scheme::Dpop } else { Scheme::Bearer },
                    expires_in: 600,
                    scope: scope.unwrap_or("directory").to_owned(),
                }),
            }
        })
    }

    fn revoke(&self, ask: RevocationRequest) -> BoxFuture<'_, Result<(), TokenFault>> {
        Box::pin(async move {
            self.known(&ask.client).await?;
            if ask.token == "good" {
                self.revoked.store(true, Ordering::SeqCst);
            }
            Ok(())
        })
    }

    fn published(&self, document: Document) -> String {
        format!(r#"{{"document":"{document:?}"}}"#)
    }

    fn kind(&self, operation: &Operation) -> Result<Kind, Reply> {
        match operation.query.split([' ', '{']).next() {
            Some("mutation") => Ok(Kind::Mutation),
            Some("subscription") => Ok(Kind::Subscription),
            _ => Ok(Kind::Query),
        }
    }

    fn execute<'a>(&'a self, _caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply> {
        let on_drop = OnDrop(Arc::clone(&self.dropped));
        Box::pin(async move {
            let _on_drop = on_drop;
            self.executed.fetch_add(1, Ordering::SeqCst);
            match operation.query.as_str() {
                "{ slow }" => std::future::pending().await,
                "{ panic }" => panic!("asked to"),
                _ => self.run(&operation),
            }
        })
    }

    fn subscribe(&self, caller: Caller, operation: Operation) -> BoxFuture<'_, Subscribed> {
        Box::pin(async move {
            assert!(caller.until() > self.clock.now());
            if operation.query.contains("PURPOSE") {
                return Err(self.run(&operation));
            }
            let executed = |body: String| Reply { stage: Stage::Executed, body: body.into_bytes() };
            if operation.query.contains("flood") {
                let event = format!(r#"{{"data":{{"event":"{}"}}}}"#, "x".repeat(256 * 1024));
                return Ok(stream::repeat(event).map(executed).boxed());
            }
            if operation.query.contains("three") {
                let three = (1..=3).map(|number| format!(r#"{{"data":{{"event":{number}}}}}"#));
                return Ok(stream::iter(three).map(executed).boxed());
            }
            let on_drop = OnDrop(Arc::clone(&self.dropped));
            let events = self.events.subscribe();
            Ok(stream::unfold((events, on_drop), |(mut events, on_drop)| async move {
                let event = events.recv().await.ok()?;
                Some((event, (events, on_drop)))
            })
            .map(executed)
            .boxed())
        })
    }

    fn documents(&self) -> Option<&dyn Documents> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        (!self.no_directory.load(Ordering::SeqCst)).then_some(self)
    }

    fn ready(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { self.ready.load(Ordering::SeqCst) })
    }
}
