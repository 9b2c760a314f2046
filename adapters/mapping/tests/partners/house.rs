//! One shipped partner with its system running.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_mapping::intake::Urgency;
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_mapping::{Intake, Limits, Mapping, Pool, Reading};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Instant, ManualClock};
use sangam_wire::Wire;
use sangam_wire::config::{MappingFile, Overrides, PartnerConfig};
use serde_json::Value;
use uuid::Uuid;

/// How many folders there were, so that each has its own.
static OPENED: AtomicUsize = AtomicUsize::new(0);

/// A folder of a house's own, gone with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = OPENED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("sangam-partners-{number}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A system, the hub's client for it, and its mappings.
pub(crate) struct House<S> {
    pub(crate) sandbox: S,
    pub(crate) config: PartnerConfig,
    pub(crate) wire: Arc<dyn Wire>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: Pool,
    pub(crate) folder: Folder,
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()))
}

pub(crate) fn partners() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners")
}

pub(crate) fn mapping(file: Option<&MappingFile>) -> Mapping {
    let file = file.unwrap();
    Mapping::new(&file.name, &file.text).unwrap()
}

impl<S: Send + Sync> House<S> {
    /// A partner by the name of its file. `place` writes the hub's credentials into the folder and says where the system is.
    pub(crate) fn connect(
        partner: &str,
        clock: Arc<ManualClock>,
        sandbox: S,
        place: impl Fn(&S, &Path) -> String,
    ) -> Self {
        let folder = Folder::new();
        let base_url = Some(place(&sandbox, &folder.0));
        let overrides = Overrides { base_url, secrets: Some(folder.0.clone()), ..Overrides::default() };
        let config = PartnerConfig::read(&partners(), partner, &overrides).unwrap();
        Self::of(config, clock, sandbox, folder)
    }

    pub(crate) fn of(mut config: PartnerConfig, clock: Arc<ManualClock>, sandbox: S, folder: Folder) -> Self {
        config.guard.rate_per_minute = 60_000;
        let wire = config.connect(clock.clone()).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
        let pool = Pool::new(program, vec!["mapping-worker".to_owned()], Limits::default(), 2);
        Self { sandbox, config, wire, clock, pool, folder }
    }

    pub(crate) async fn records(&self) -> Vec<Value> {
        let (mut records, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.wire.fetch(cursor.as_ref()).await.unwrap();
            records.extend(page.records);
            if !page.more {
                return records;
            }
            cursor = Some(page.cursor);
        }
    }

    /// A record as it is taken in.
    pub(crate) async fn intake(&self, record: &Value) -> Intake {
        let mapping = mapping(self.config.inbound.as_ref());
        let mapped = self.pool.map(&mapping, record.to_string().as_bytes()).await;
        let mapped = mapped.unwrap_or_else(|odd| panic!("{odd} in {record}"));
        let reading = Reading { consent_text: self.config.consent_text.clone() };
        Intake::read(&mapped, &reading).unwrap_or_else(|odd| panic!("{odd:?} in {mapped}"))
    }

    pub(crate) async fn intakes(&self) -> Vec<Intake> {
        let mut intakes = Vec::new();
        for record in self.records().await {
            intakes.push(self.intake(&record).await);
        }
        intakes
    }

    pub(crate) async fn mapped_out(&self, outgoing: &Outgoing) -> Value {
        let mapping = mapping(self.config.outbound.as_ref());
        self.pool.check(&mapping).await.unwrap();
        self.pool.map(&mapping, &outgoing.to_json().unwrap()).await.unwrap()
    }
}

/// What the hub would tell of a referral that was just sent, without anything of the person.
pub(crate) fn outgoing(kind: OutgoingKind) -> Outgoing {
    Outgoing {
        kind,
        referral: OutgoingReferral {
            id: Uuid::from_u128(2).to_string(),
            external_id: None,
            state: "SENT".to_owned(),
            services: vec![ServiceCode::Shelter, ServiceCode::HomeInvestigation],
            urgency: Urgency::Urgent.code(),
            sent_at: "2026-11-24T08:00:00.000Z".to_owned(),
            transfer: false,
            decline_reason: None,
            counterpart: "case desk, India".to_owned(),
        },
        subject: OutgoingSubject { id: Uuid::from_u128(1).to_string(), external_id: None },
        categories: BTreeMap::new(),
    }
}
