//! A hub put together as `hub/src/gateway.rs` does it, in the process of the test, on a clock that the test moves. What
//! stands in it, organizations, people and cases, is each scenario's own.

use std::sync::Arc;

use sangam_custody::{KeyBytes, Keys, LawBook, LocalKeyRing, ResidenceBook};
use sangam_desk::{Desk, DeskParts, DeskPort, SigningKey, TokenSettings, Tokens};
use sangam_kit::database::Database;
use sangam_kit::{books, corridors};
use sangam_language::{Executor, Limits};
use sangam_store::{Checkpoint, CheckpointSink, JournalSigner, Place, Store, Writer, WriterTask};
use sangam_vocabulary::{Clock, Instant, ManualClock, RecordId, SystemChance};
use sangam_workflow::repatriation::corridor::CorridorBook;

use crate::look::place;

/// When every scenario begins: after the referrals of the sample sheet.
pub const BEGIN: &str = "2026-11-02T09:00:00Z";
/// The hub's own address.
pub const ADDRESS: &str = "http://hub.invalid";

/// A clock that stands where every scenario begins.
#[must_use]
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Instant::read(BEGIN).unwrap()))
}

struct NoSink;

impl CheckpointSink for NoSink {
    fn take(&self, _checkpoint: &Checkpoint) {}
}

/// A hub's keys from their root, with nobody's in them yet.
#[must_use]
pub fn keys_from(root: [u8; 32]) -> Keys {
    let chance = Arc::new(SystemChance::new());
    let ring = LocalKeyRing::new(&KeyBytes::new(root), Arc::clone(&chance) as _).unwrap();
    Keys::new(Arc::new(ring), chance)
}

fn keys() -> Keys {
    keys_from([7; 32])
}

/// The hub's keys once more, with those of every organization that is enrolled now: for what a test seals itself.
pub async fn keys_of(desk: &Desk) -> Keys {
    admitted(desk, keys()).await
}

/// Keys with those of every organization that is enrolled now.
pub async fn admitted(desk: &Desk, keys: Keys) -> Keys {
    for row in desk.store().organizations().await.unwrap() {
        keys.admit(row.id, &row.secret).unwrap();
    }
    keys
}

/// A process of the hub on a database: its keys are the same every time, its journal's key is its own.
pub async fn desk(database: &Database, clock: &Arc<ManualClock>) -> Desk {
    let (desk, _task) = desk_at(&place(database.url()), keys(), Arc::clone(clock) as _).await;
    desk
}

/// A process of the hub on a store with its keys, and the task of its writer.
pub async fn desk_at(place: &Place, keys: Keys, clock: Arc<dyn Clock>) -> (Desk, WriterTask) {
    let store = Store::open(place).await.unwrap();
    let signer = JournalSigner::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
    let process = RecordId::new(clock.now(), &SystemChance::new()).unwrap().uuid();
    let (writer, task) =
        Writer::start(store.clone(), process, signer, Arc::new(NoSink), Arc::clone(&clock)).await.unwrap();
    let ways = corridors::texts();
    let ways = CorridorBook::read(ways.iter().map(|(file, text)| (*file, text.as_str()))).unwrap();
    let texts = books::texts();
    let law = LawBook::read_complete(texts.iter().map(|(code, text)| (*code, text.as_str()))).unwrap();
    let residence = ResidenceBook::read_complete(texts.iter().map(|(code, text)| (*code, text.as_str()))).unwrap();
    let signing = SigningKey::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
    let settings = TokenSettings { address: ADDRESS.to_owned(), sandbox: true, certificates: false };
    let corridors = Arc::new(ways);
    let tokens = Tokens::new(signing, Vec::new(), settings);
    let desk = Box::pin(Desk::open(DeskParts { store, writer, keys, law, residence, corridors, clock, tokens }))
        .await
        .unwrap();
    (desk, task)
}

/// What answers operations of a hub.
#[must_use]
pub fn executor(desk: &Arc<Desk>) -> Executor<DeskPort> {
    Executor::new(Arc::new(DeskPort(Arc::clone(desk))), Limits::standard(), false)
}
