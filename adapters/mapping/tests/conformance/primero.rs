//! Primero v2: the shelter's deployment.

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::primero::{Kind, Primero};
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::{Value, json};

use super::post::Post;

pub(crate) struct Shelter(Sandbox<Primero>);

impl Post for Shelter {
    const PARTNER: &'static str = "shelter-in";
    const KEEPS: &'static [Category] = &[Category::Health];

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(Sandbox::start(Kind::ShelterIn, listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_password(secrets).unwrap();
        Overrides { base_url: Some(self.0.base_url()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        let case = json!({
            "name": name, "sex": "female", "age": 24, "registration_date": "2026-11-01", "status": "open",
            "nationality": ["nepali"], "medical_notes": "Well.", "sangam_share": marked,
        });
        self.0.open(&case).expect("the form takes it")
    }

    fn rename(&self, key: &str, name: &str) {
        assert!(self.0.edit(key, &json!({ "name": name })));
    }

    fn mark(&self, key: &str, marked: bool) {
        assert!(self.0.edit(key, &json!({ "sangam_share": marked })));
    }

    fn remove(&self, key: &str) {
        assert!(self.0.disable(key));
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.0.set_raw(key, "sex", Value::from(if odd { "otherwise" } else { "female" }));
    }

    fn word(&self, key: &str) -> Option<Value> {
        Some(self.0.webhook(key))
    }

    fn spoil(&self, key: &str) {
        assert!(self.0.refer_out(key, "agency-nirapod-ghar"));
        assert!(self.0.set_raw_referral(key, "id", Value::Null));
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        self.0.cases().len()
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let status = match state {
            AnswerState::Accepted => "accepted",
            AnswerState::Declined => "rejected",
            AnswerState::Done => "done",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.decide(&delivered.record, delivered.referral.as_ref().unwrap(), status, None));
    }

    fn is_over(&self, delivered: &Delivered) -> bool {
        let own = self
            .0
            .referrals(&delivered.record)
            .into_iter()
            .find(|one| one.get("id").and_then(Value::as_str) == delivered.referral.as_deref());
        own.expect("it is there")["status"] == "revoked"
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.set_raw_referral(&delivered.record, "status", Value::from(7)));
    }
}
