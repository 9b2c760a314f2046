//! What the tests of every kind begin with: a clock, a folder, deliveries, a walk through all pages.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_vocabulary::{Instant, ManualClock, SeededChance};
use sangam_wire::{Cursor, Delivery, Listed, Page, Wire};
use serde_json::Value;
use uuid::Uuid;

/// How many folders there were, so that each has its own.
static OPENED: AtomicUsize = AtomicUsize::new(0);

/// A folder of one test's own, gone with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = OPENED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("sangam-wires-{number}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self
    }

    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The morning on which these tests begin.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()))
}

pub(crate) fn chance() -> Arc<SeededChance> {
    Arc::new(SeededChance::new(11))
}

/// Any free port of this machine.
pub(crate) fn anywhere() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

pub(crate) fn offer(record: u128, referral: u128, body: Value) -> Delivery {
    Delivery::Offer { record: Uuid::from_u128(record), referral: Uuid::from_u128(referral), body }
}

/// An answer to the one referral that a record has here.
pub(crate) fn answer(record: &str, body: Value) -> Delivery {
    Delivery::Answer { record: record.to_owned(), referral: format!("{record}/r1"), body }
}

/// A whole walk.
pub(crate) async fn walk(wire: &dyn Wire, mut cursor: Option<Cursor>) -> Walk {
    let mut pages = Vec::new();
    loop {
        let page = wire.fetch(cursor.as_ref()).await.unwrap();
        let more = page.more;
        cursor = Some(page.cursor.clone());
        pages.push(page);
        if !more {
            return Walk(pages);
        }
    }
}

/// The pages of a walk.
pub(crate) struct Walk(pub(crate) Vec<Page>);

impl Walk {
    pub(crate) fn records(&self) -> Vec<Value> {
        self.0.iter().flat_map(|page| page.records.clone()).collect()
    }

    /// The keys that the system listed.
    pub(crate) fn listed(&self) -> Vec<String> {
        let keys = |page: &Page| match &page.listed {
            Listed::Keys { keys, .. } => keys.clone(),
            _ => Vec::new(),
        };
        self.0.iter().flat_map(keys).collect()
    }

    /// Where the next walk begins.
    pub(crate) fn end(&self) -> Cursor {
        self.0.last().unwrap().cursor.clone()
    }
}
