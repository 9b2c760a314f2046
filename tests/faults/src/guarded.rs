//! The hub's own door and executor, on a port that shows nothing: what is measured is what stands before it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use prometheus_client::registry::Registry;
use sangam_custody::Party;
use sangam_door::{
    AuthFault, Document, Door, Edge, Entrance, Hub, Kind, Limits, Metrics, RevocationRequest, Subscribed, TokenError,
    TokenFault, TokenGranted, TokenRequest, TokenSent, serve as serve_door,
};
use sangam_language::{
    Caller, CallerKind, Change, ErrorCode, Executor, Noted, Operation, OperationKind, Outcome, Page, PageAsk, Plan,
    Port, PortFault, Ported, Reply, Scope, ScopeSet, Watch,
};
use sangam_vocabulary::{
    Chance, ClientId, Clock, Country, Instant, OrganizationId, Purpose, PurposeSet, Role, SystemChance, SystemClock,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The token the door knows.
pub const TOKEN: &str = "good";

struct Nothing;

impl Port for Nothing {
    fn read<'a>(&'a self, _caller: &'a Caller, _ask: PageAsk<'a>) -> Ported<'a, Page> {
        Box::pin(async { Ok(Page::default()) })
    }

    fn change<'a>(
        &'a self,
        _caller: &'a Caller,
        _purpose: Option<Purpose>,
        _change: Change,
        _plans: &'a (dyn Fn(&str) -> Plan + Send + Sync),
    ) -> Ported<'a, Outcome> {
        Box::pin(async { Err(PortFault::from(ErrorCode::Unavailable)) })
    }

    fn watch<'a>(
        &'a self,
        _caller: Caller,
        _field: &'static str,
        _plan: Plan,
        _purpose: Option<Purpose>,
    ) -> Ported<'a, Watch> {
        Box::pin(async { Ok(futures_util::stream::pending().boxed()) })
    }

    fn refused<'a>(&'a self, _caller: &'a Caller, _purpose: Option<Purpose>, _code: ErrorCode) -> Noted<'a> {
        Box::pin(async {})
    }
}

struct House {
    executor: Executor<Nothing>,
    caller: Caller,
}

impl Hub for House {
    fn authenticate<'a>(&'a self, sent: TokenSent<'a>) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        let known = sent.token == TOKEN;
        Box::pin(async move { if known { Ok(self.caller.clone()) } else { Err(AuthFault::Invalid) } })
    }

    fn readmit<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move { Ok(caller.clone()) })
    }

    fn token(&self, _ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>> {
        Box::pin(async { Err(TokenFault::Refused(TokenError::InvalidClient)) })
    }

    fn revoke(&self, _ask: RevocationRequest) -> BoxFuture<'_, Result<(), TokenFault>> {
        Box::pin(async { Err(TokenFault::Refused(TokenError::InvalidClient)) })
    }

    fn published(&self, _document: Document) -> String {
        "{}".to_owned()
    }

    fn kind(&self, operation: &Operation) -> Result<Kind, Reply> {
        self.executor.kind(operation).map(|kind| match kind {
            OperationKind::Query => Kind::Query,
            OperationKind::Mutation => Kind::Mutation,
            OperationKind::Subscription => Kind::Subscription,
        })
    }

    fn execute<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply> {
        Box::pin(self.executor.execute(caller, operation))
    }

    fn subscribe(&self, caller: Caller, operation: Operation) -> BoxFuture<'_, Subscribed> {
        Box::pin(self.executor.subscribe(caller, operation))
    }

    fn ready(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { true })
    }
}

/// Serves on a free port of this machine and prints its address. The shortest deadlines of the door (first
/// header, body) can be made shorter, so that a test need not wait for them.
///
/// # Errors
/// When no port can be bound or the listener fails.
pub async fn serve(deadlines: Option<Duration>) -> std::io::Result<()> {
    let mut limits = Limits::default();
    if let Some(deadline) = deadlines {
        limits.connection.first_header = deadline;
        limits.request.body_time = deadline;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let caller = caller(clock.now()).ok_or_else(|| std::io::Error::other("no randomness"))?;
    let executor = Executor::new(Arc::new(Nothing), sangam_language::Limits::standard(), true);
    let metrics = Arc::new(Metrics::register(&mut Registry::default()));
    let connection = limits.connection.clone();
    let door = Door::new(Arc::new(House { executor, caller }), clock, limits, Arc::clone(&metrics), Vec::new());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::bare::announce(&listener.local_addr()?.to_string());
    let (edge, entrances) = (Arc::new(Edge::of(&door)), vec![Entrance { listener, tls: None }]);
    let served = serve_door(entrances, edge, connection, metrics, CancellationToken::new()).await;
    served.map(drop).map_err(std::io::Error::other)
}

fn caller(now: Instant) -> Option<Caller> {
    let chance: &dyn Chance = &SystemChance::new();
    let party = Party {
        organization: OrganizationId::new(now, chance)?,
        role: Role::Ngo,
        country: Country::Nepal,
        actor: None,
    };
    let client = CallerKind::System(ClientId::new(now, chance)?);
    Some(Caller::verified(client, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), now.plus_days(1)))
}
