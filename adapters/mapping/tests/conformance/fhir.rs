//! FHIR R4: the hospital's server.

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::fhir::FhirServer;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::{Value, json};

use super::post::Post;

pub(crate) struct Hospital(Sandbox<FhirServer>);

impl Post for Hospital {
    const PARTNER: &'static str = "hospital-bd";
    const KEEPS: &'static [Category] = &[Category::Identity, Category::Demographics, Category::Origin];
    const OVERLAP: i64 = 10_000;

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(FhirServer::start(listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_key(secrets).unwrap();
        Overrides { base_url: Some(self.0.fhir_base()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        self.0.admit(name, "2002-05-14", marked)
    }

    fn rename(&self, key: &str, name: &str) {
        assert!(self.0.edit("Patient", key, &json!({"name": [{"use": "official", "text": name}]})));
    }

    fn mark(&self, key: &str, marked: bool) {
        assert!(self.0.mark(key, marked));
    }

    fn remove(&self, key: &str) {
        assert!(self.0.remove("Patient", key));
    }

    fn miscode(&self, key: &str, odd: bool) {
        let gender = if odd { "otherwise" } else { "female" };
        assert!(self.0.edit("Patient", key, &json!({ "gender": gender })));
    }

    /// A subscription with the resource as its content.
    fn word(&self, key: &str) -> Option<Value> {
        self.0.resource("Patient", key).map(Value::Object)
    }

    fn spoil(&self, key: &str) {
        assert!(self.0.edit("Patient", key, &json!({"name": {"text": 7}})));
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        let counts = ["Patient", "ServiceRequest", "Task"].map(|kind| self.0.all(kind).len());
        assert!(counts.iter().all(|count| *count == counts[0]), "whole or not at all: {counts:?}");
        counts[0]
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let status = match state {
            AnswerState::Accepted => "accepted",
            AnswerState::Declined => "rejected",
            AnswerState::Done => "completed",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), status, None));
    }

    fn is_over(&self, delivered: &Delivered) -> bool {
        let task = self.0.resource("Task", delivered.referral.as_ref().unwrap()).expect("it is there");
        let request = task["focus"]["reference"].as_str().and_then(|focus| focus.split('/').next_back()).unwrap();
        let request = self.0.resource("ServiceRequest", request).expect("it is there");
        assert_eq!(task["status"] == "cancelled", request["status"] == "revoked", "together or not at all");
        task["status"] == "cancelled"
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), "perhaps", None));
    }
}
