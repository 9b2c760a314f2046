//! A hub put together as the binary does it, on a store and keys of the run: what the door sees.

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_custody::{KeyBytes, Keys, LawBook, LocalKeyRing, ResidenceBook};
use sangam_desk::{
    Desk, DeskParts, DeskPort, ExchangeRequest, GrantRequest, SigningKey, TokenSettings, TokenUse, Tokens,
};
use sangam_door::{
    AuthFault, Document, Hub, Kind, RevocationRequest, Subscribed, TokenError, TokenFault, TokenGranted, TokenRequest,
    TokenSent,
};
use sangam_kit::client::ActorKey;
use sangam_language::{Caller, Executor, Limits, Operation, OperationKind, Reply};
use sangam_store::{Checkpoint, CheckpointSink, JournalSigner, Place, Store, Writer, WriterTask};
use sangam_vocabulary::{Clock, RecordId, SystemChance, SystemClock};
use sangam_workflow::repatriation::corridor::CorridorBook;

/// Who signs the run's tokens and for whom.
const ADDRESS: &str = "http://bench.invalid";
/// The root key of the run: nothing that is kept is sealed under it.
const ROOT: [u8; 32] = *b"the bench's root key for nothing";

const LAW: [(&str, &str); 9] = [
    ("HUB", include_str!("../../../config/countries/hub.toml")),
    ("AF", include_str!("../../../config/countries/afghanistan.toml")),
    ("BD", include_str!("../../../config/countries/bangladesh.toml")),
    ("BT", include_str!("../../../config/countries/bhutan.toml")),
    ("IN", include_str!("../../../config/countries/india.toml")),
    ("LK", include_str!("../../../config/countries/sri_lanka.toml")),
    ("MV", include_str!("../../../config/countries/maldives.toml")),
    ("NP", include_str!("../../../config/countries/nepal.toml")),
    ("PK", include_str!("../../../config/countries/pakistan.toml")),
];

const CORRIDORS: [(&str, &str); 8] = [
    ("in-bd", include_str!("../../../config/corridors/in-bd.toml")),
    ("in-np", include_str!("../../../config/corridors/in-np.toml")),
    ("in-bt", include_str!("../../../config/corridors/in-bt.toml")),
    ("lk", include_str!("../../../config/corridors/lk.toml")),
    ("pk", include_str!("../../../config/corridors/pk.toml")),
    ("mv", include_str!("../../../config/corridors/mv.toml")),
    ("af", include_str!("../../../config/corridors/af.toml")),
    ("general", include_str!("../../../config/corridors/general.toml")),
];

/// Checkpoints stay in the database: nobody verifies this journal from outside.
struct NoSink;

impl CheckpointSink for NoSink {
    fn take(&self, _checkpoint: &Checkpoint) {}
}

/// The key with which the run's clients name their staff.
pub(crate) fn actor() -> ActorKey {
    ActorKey::of_seed(b"the bench's key to name staff 01")
}

/// The desk and the executor on it.
pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) executor: Executor<DeskPort>,
    pub(crate) writer: tokio::sync::Mutex<Option<WriterTask>>,
}

/// Keys on the run's root, with nobody admitted.
pub(crate) fn keys() -> Keys {
    let chance = Arc::new(SystemChance::new());
    let ring = LocalKeyRing::new(&KeyBytes::new(ROOT), Arc::clone(&chance) as _).expect("a key ring");
    Keys::new(Arc::new(ring), chance)
}

impl House {
    /// Opens the store in a folder, which must be migrated, and all that stands on it.
    pub(crate) async fn open(folder: &Path) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = Store::open(&Place::Sqlite(folder.join("hub.sqlite"))).await.expect("the run's store");
        let signer = JournalSigner::generate().and_then(|key| JournalSigner::from_pkcs8(&key)).expect("a signing key");
        let process = RecordId::new(clock.now(), &SystemChance::new()).expect("randomness").uuid();
        let (writer, task) = Writer::start(store.clone(), process, signer, Arc::new(NoSink), Arc::clone(&clock))
            .await
            .expect("a writer");
        let token_key = JournalSigner::generate().and_then(|key| SigningKey::from_pkcs8(&key)).expect("a token key");
        let settings = TokenSettings { address: ADDRESS.to_owned(), sandbox: true, certificates: false };
        let parts = DeskParts {
            store,
            writer,
            keys: keys(),
            law: LawBook::read_complete(LAW).expect("the books of law"),
            residence: ResidenceBook::read_complete(LAW).expect("where records stay"),
            corridors: Arc::new(CorridorBook::read(CORRIDORS).expect("the corridors")),
            clock,
            tokens: Tokens::new(token_key, Vec::new(), settings),
        };
        let desk = Arc::new(Desk::open(parts).await.expect("a desk"));
        let executor = Executor::new(Arc::new(DeskPort(Arc::clone(&desk))), Limits::standard(), false);
        Self { desk, executor, writer: tokio::sync::Mutex::new(Some(task)) }
    }

    /// A token of a client, in the name of one of its staff.
    pub(crate) async fn token(&self, client: &str, secret: &str) -> String {
        let request = GrantRequest::by_secret(client, secret);
        let granted = self.desk.grant(&request).await.expect("a token");
        let at = self.desk.now().millis() / 1000;
        let request = ExchangeRequest {
            client: request.client,
            certificate: None,
            proof: None,
            scope: None,
            subject_token: &granted.token,
            actor_token: &actor().names("staff-1", client, ADDRESS, at),
        };
        self.desk.exchange(&request).await.expect("a token that names somebody").token
    }

    /// Ends the writer, so that everything is in the file.
    pub(crate) async fn close(&self) {
        self.desk.writer().stop().await;
        if let Some(WriterTask(task)) = self.writer.lock().await.take() {
            task.await.expect("the writer's task").expect("the writer's last batch");
        }
    }
}

impl Hub for House {
    fn authenticate<'a>(&'a self, sent: TokenSent<'a>) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move { self.desk.verify(&TokenUse::bearer(sent.token)).await.map_err(auth_fault) })
    }

    fn readmit<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move { self.desk.readmit(caller).await.map_err(auth_fault) })
    }

    fn token(&self, _ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>> {
        // The run's token comes from the desk; nobody asks the door for one.
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

fn auth_fault(fault: sangam_desk::TokenFault) -> AuthFault {
    match fault {
        sangam_desk::TokenFault::Invalid => AuthFault::Invalid,
        sangam_desk::TokenFault::Unavailable => AuthFault::Unavailable,
    }
}
