//! HTCDS 2.0: the training centre's folder, as JSON and as CSV.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_sandbox::{CaseFormat, CaseSystem, Fault};
use sangam_vocabulary::{Category, ManualClock};
use sangam_wire::config::{Overrides, PartnerConfig, WireConfig};
use sangam_wire::htcds::HtcdsFormat;
use sangam_wire::{AnswerState, Delivered};
use serde_json::json;

use super::post::Post;

/// How many folders there were, so that each has its own.
static OPENED: AtomicUsize = AtomicUsize::new(0);

/// A folder of JSON files, or of CSV files.
pub(crate) struct Exchange<const CSV: bool> {
    folder: PathBuf,
    system: CaseSystem,
    written: AtomicUsize,
}

impl<const CSV: bool> Post for Exchange<CSV> {
    const PARTNER: &'static str = "centre-bd";
    const PAGED: bool = false;
    const KEEPS: &'static [Category] =
        &[Category::Identity, Category::Demographics, Category::Origin, Category::Narrative, Category::Immigration];

    async fn open(_: Arc<ManualClock>, _: u64) -> Self {
        let number = OPENED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("sangam-exchange-{number}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let system = CaseSystem::open(&folder, if CSV { CaseFormat::Csv } else { CaseFormat::Json }).unwrap();
        Self { folder, system, written: AtomicUsize::new(0) }
    }

    fn overrides(&self, _: &Path) -> Overrides {
        Overrides { folder: Some(self.folder.clone()), ..Overrides::default() }
    }

    fn shape(config: &mut PartnerConfig) {
        let WireConfig::Htcds(files) = &mut config.wire else { panic!("files") };
        if CSV {
            files.format = HtcdsFormat::Csv;
            for name in [&mut files.incoming, &mut files.answers, &mut files.outgoing] {
                *name = name.replace("json", "csv");
            }
        }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        let key = format!("AP-{:04}", self.written.fetch_add(1, Ordering::SeqCst));
        // In CSV they write what looks like a formula as their program does.
        let objectives = format!("{}=A shop, of \"her\" own.", if CSV { "'" } else { "" });
        let case = json!({
            "sangam_share": marked, "prs_FirstName": name, "prs_Gender": "Feminine", "prs_Birthdate": "2001-02-03",
            "prs_Citizenship": ["BD"], "prs_MailingState": "BD-D", "prs_MailingCity": "Jashore", "con_Consent": true,
            "sangam_nationality_confirmation": "PENDING", "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
            "vic_TypeOfExploitation": ["ForcedLabour", "Servitude"],
            "supportPlans": [
                {"spl_Type": "Livelihood", "spl_Objectives": objectives, "spl_ActionPlan": "First,\nread."},
                {"spl_Type": "Education"}
            ]
        });
        self.system.write(&key, case).unwrap();
        key
    }

    fn rename(&self, key: &str, name: &str) {
        self.system.write(key, json!({"prs_FirstName": name})).unwrap();
    }

    /// One that the hub wrote is first taken over into a case of their own, as the centre's people do.
    fn mark(&self, key: &str, marked: bool) {
        self.system.take(key).unwrap();
        self.system.write(key, json!({"sangam_share": marked})).unwrap();
    }

    fn remove(&self, key: &str) {
        self.system.remove(key).unwrap();
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.system.write(key, json!({"prs_Gender": if odd { "Otherwise" } else { "Feminine" }})).unwrap();
    }

    fn fault(&self, fault: Fault) {
        match fault {
            Fault::Bytes(bytes) => std::fs::write(self.system.file("cases"), bytes).unwrap(),
            // Whoever writes the file writes it anew.
            Fault::None => self.system.remove("nobody").unwrap(),
            other => panic!("a folder has no {other:?}"),
        }
    }

    fn offered(&self) -> usize {
        self.system.offers().len()
    }

    /// Nothing is left of it but its keys.
    fn is_over(&self, delivered: &Delivered) -> bool {
        let offers = self.system.offers();
        let of = |offer: &&serde_json::Map<String, serde_json::Value>| {
            offer.get("sangam_referral").and_then(serde_json::Value::as_str) == delivered.referral.as_deref()
        };
        let offer = offers.iter().find(of).expect("it is there");
        let is_said = offer["sangam_state"] == "WITHDRAWN";
        assert_eq!(is_said, !offer.keys().any(|name| name.starts_with("prs_")), "{offer:?}");
        is_said
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        self.system.decide(delivered.referral.as_ref().unwrap(), "PERHAPS", None).unwrap();
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let answer = match state {
            AnswerState::Accepted => "ACCEPTED",
            AnswerState::Declined => "DECLINED",
            AnswerState::Done => "DONE",
            other => panic!("{other:?} is not the partner's to say"),
        };
        self.system.decide(delivered.referral.as_ref().unwrap(), answer, None).unwrap();
    }
}

impl<const CSV: bool> Drop for Exchange<CSV> {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
