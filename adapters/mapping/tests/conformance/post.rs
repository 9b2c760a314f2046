//! One partner's system as the conformance tests see it: what its people do, what goes wrong, and what the hub has
//! put there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sangam_mapping::{Intake, Limits, Mapping, Oddity, Pool, Reading};
use sangam_sandbox::Fault;
use sangam_vocabulary::payload::Payload;
use sangam_vocabulary::{Category, Instant, ManualClock};
use sangam_wire::config::{Overrides, PartnerConfig};
use sangam_wire::{AnswerState, Cursor, Delivered, Wire, WireFault};
use serde_json::Value;

/// A kind's system, running.
pub(crate) trait Post: Sized + Send + Sync {
    /// The partner whose file is used: `config/partners/PARTNER.toml`.
    const PARTNER: &'static str;
    /// The categories that both of the partner's mappings carry: what goes out and comes in again.
    const KEEPS: &'static [Category];
    /// How far back the wire looks for changes whose instant it cannot trust, in milliseconds; 0 for the very instant.
    const OVERLAP: i64 = 0;

    /// Whether the system gives its records in pages.
    const PAGED: bool = true;

    /// The system, empty.
    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self;
    /// Where the system is; its credentials are written into the folder.
    fn overrides(&self, secrets: &Path) -> Overrides;
    /// What the shipped configuration says otherwise here, besides the address: nothing, for most.
    fn shape(_: &mut PartnerConfig) {}
    /// The partner's people write a record of somebody, marked for the hub or not; gives the key by which the system
    /// knows it, in the form of [`Wire::key`].
    fn put(&self, name: &str, marked: bool) -> String;
    /// They write another name.
    fn rename(&self, key: &str, name: &str);
    /// They mark it for the hub, or take the mark away.
    fn mark(&self, key: &str, marked: bool);
    /// They delete it.
    fn remove(&self, key: &str);
    /// A code that no mapping knows stands in a field of the record, past the system's own form; or is gone again.
    fn miscode(&self, key: &str, odd: bool);
    /// What the system's webhook sends when that record changed; nothing where it has none.
    fn word(&self, _key: &str) -> Option<Value> {
        None
    }
    /// The record is in a form that the wire cannot read, where it reads into records at all; else that the mapping cannot.
    fn spoil(&self, key: &str) {
        self.miscode(key, true);
    }
    /// What goes wrong from now on.
    fn fault(&self, fault: Fault);
    /// How many records of people the hub has put there.
    fn offered(&self) -> usize;
    /// The partner's people decide on an offer.
    fn decide(&self, delivered: &Delivered, state: AnswerState);
    /// Whether its people see that an offer is asked of them no longer.
    fn is_over(&self, delivered: &Delivered) -> bool;
    /// They write something that is no decision where one is looked for.
    fn decide_oddly(&self, delivered: &Delivered);
}

/// A system, the hub's client for it, and its mappings.
pub(crate) struct House<P> {
    pub(crate) post: P,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) config: PartnerConfig,
    pub(crate) wire: Arc<dyn Wire>,
    pub(crate) inbound: Mapping,
    pub(crate) outbound: Mapping,
    pub(crate) pool: Pool,
    folder: PathBuf,
}

/// The longest a call may take here.
pub(crate) const DEADLINE: Duration = Duration::from_millis(1_500);

impl<P: Post> House<P> {
    /// With `shape`, the configuration that is shipped is changed before the hub connects.
    pub(crate) async fn open(test: &str, shape: impl FnOnce(&mut PartnerConfig)) -> Self {
        let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
        let post = P::open(clock.clone(), 7).await;
        let folder = std::env::temp_dir().join(format!("sangam-{}-{test}-{}", P::PARTNER, std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
        let mut config = PartnerConfig::read(&partners, P::PARTNER, &post.overrides(&folder))
            .unwrap_or_else(|faults| panic!("{faults:?}"));
        config.guard.rate_per_minute = 60_000;
        P::shape(&mut config);
        shape(&mut config);
        let wire = config.connect(clock.clone()).unwrap();
        let mapping = |file: &Option<sangam_wire::config::MappingFile>| {
            let file = file.as_ref().unwrap();
            Mapping::new(&file.name, &file.text).unwrap()
        };
        let (inbound, outbound) = (mapping(&config.inbound), mapping(&config.outbound));
        let worker = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
        let pool = Pool::new(worker, vec!["mapping-worker".to_owned()], Limits::default(), 2);
        Self { post, clock, config, wire, inbound, outbound, pool, folder }
    }

    /// Every page until there is no more, from a cursor on; and the cursor after them.
    pub(crate) async fn all(&self, mut cursor: Option<Cursor>) -> (Vec<Value>, Cursor) {
        let mut records = Vec::new();
        loop {
            let page = self.wire.fetch(cursor.as_ref()).await.unwrap();
            records.extend(page.records);
            if !page.more {
                return (records, page.cursor);
            }
            cursor = Some(page.cursor);
        }
    }

    pub(crate) async fn intake(&self, record: &Value) -> Result<Intake, Oddity> {
        let mapped = self.pool.map(&self.inbound, record.to_string().as_bytes()).await?;
        let reading = Reading { consent_text: self.config.consent_text.clone() };
        Intake::read(&mapped, &reading).map_err(|mut odd| odd.remove(0))
    }

    /// The fault of a fetch, which must come within the deadline.
    pub(crate) async fn refused(&self) -> Result<(), WireFault> {
        let began = std::time::Instant::now();
        let fetched = self.wire.fetch(None).await;
        let took = began.elapsed();
        assert!(took < DEADLINE + Duration::from_millis(500), "{took:?}");
        fetched.map(drop)
    }
}

impl<P> Drop for House<P> {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The first name of a record that was taken in.
pub(crate) fn name(intake: &Intake) -> Option<&str> {
    match (intake.payload(Category::Identity), intake.payload(Category::Tracing)) {
        (Some(Payload::Identity(identity)), _) => identity.names.first().map(|name| name.text.as_str()),
        (_, Some(Payload::Tracing(tracing))) => tracing.names.first().map(|name| name.text.as_str()),
        _ => None,
    }
}

/// A shape that leaves the configuration as it is shipped.
pub(crate) const fn as_shipped(_: &mut PartnerConfig) {}
