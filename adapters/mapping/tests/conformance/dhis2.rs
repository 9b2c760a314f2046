//! DHIS2 Tracker: the return desk's server.

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::dhis2::{Dhis2, Version};
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::{Value, json};

use super::post::Post;

pub(crate) struct ReturnDesk(Sandbox<Dhis2>);

impl Post for ReturnDesk {
    const PARTNER: &'static str = "return-desk-bd";
    const KEEPS: &'static [Category] =
        &[Category::Health, Category::Identity, Category::Demographics, Category::Origin];
    const OVERLAP: i64 = 300_000;

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(Dhis2::start(Version::V41, listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_token(secrets).unwrap();
        Overrides { base_url: Some(self.0.base_url()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        let mut person = json!({
            "SgNamFull01": name, "SgSexCode01": "F", "SgBirthDt01": "2002-05-06", "SgAgeBand01": "A21",
            "SgDistrict1": "Khulna", "SgHealthNt1": "Well.", "SgCaseNumb1": "RD-1",
        });
        if marked {
            person["SgShareHub1"] = json!("true");
        }
        self.0.open(&person)
    }

    fn rename(&self, key: &str, name: &str) {
        self.0.edit(key, &json!({ "SgNamFull01": name }));
    }

    fn mark(&self, key: &str, marked: bool) {
        self.0.edit(key, &json!({"SgShareHub1": if marked { json!("true") } else { Value::Null }}));
    }

    fn remove(&self, key: &str) {
        self.0.remove(key);
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.0.edit(key, &json!({"SgSexCode01": if odd { "otherwise" } else { "F" }}));
    }

    fn spoil(&self, key: &str) {
        self.0.edit(key, &json!({"SgNamFull01": {"full": ["Rupa Das"]}}));
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        self.0.people()
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let code = match state {
            AnswerState::Accepted => "ACCEPTED",
            AnswerState::Declined => "DECLINED",
            AnswerState::Done => "DONE",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), code, None));
    }

    /// The event says so, and the enrollment where nothing else is in it.
    fn is_over(&self, delivered: &Delivered) -> bool {
        let event = self.0.event(delivered.referral.as_ref().unwrap()).expect("it is there");
        let person = self.0.person(&delivered.record).expect("she is there");
        let is_said = event["dataValues"].as_array().unwrap().iter().any(|value| value["value"] == "WITHDRAWN");
        assert_eq!(is_said, person["enrollments"][0]["status"] == "CANCELLED", "{person}");
        is_said
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), "PERHAPS", None));
    }
}
