//! ODK Central: the intake form and the entity list of the shelter.

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::odk::Central;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::json;

use super::post::Post;

pub(crate) struct Tablets(Sandbox<Central>);

fn share(marked: bool) -> &'static str {
    if marked { "yes" } else { "no" }
}

impl Post for Tablets {
    const PARTNER: &'static str = "shelter-pk";
    const KEEPS: &'static [Category] = &[Category::Health, Category::Identity, Category::Narrative];

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(Sandbox::start_central(listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_password(secrets).unwrap();
        Overrides { base_url: Some(self.0.base_url()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        self.0.send(&json!({
            "today": "2026-11-20", "share": share(marked), "case_number": "PG-1", "status": "open",
            "person": {"name": name, "sex": "female", "age": 24, "birth_date": null, "nationality": "PK", "home": null},
            "health": {"notes": "Well."}, "story": {"exploitation": "domestic begging", "account": null}, "kin": [],
        }))
    }

    fn rename(&self, key: &str, name: &str) {
        assert!(self.0.correct(key, "person/name", name.into()));
    }

    fn mark(&self, key: &str, marked: bool) {
        assert!(self.0.correct(key, "share", share(marked).into()));
    }

    fn remove(&self, key: &str) {
        self.0.delete(key);
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.0.set_raw(key, "person/sex", if odd { "otherwise" } else { "female" }.into());
    }

    fn spoil(&self, key: &str) {
        self.0.set_raw(key, "person", "Rupa Das".into());
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        self.0.entities()
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let decision = match state {
            AnswerState::Accepted => "we_take_her",
            AnswerState::Declined => "we_cannot",
            AnswerState::Done => "left_well",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.correct(&delivered.record, "decision", decision.into()));
    }

    fn is_over(&self, delivered: &Delivered) -> bool {
        let (properties, ..) = self.0.entity(&delivered.record).expect("it is there");
        properties.get("taken_back").is_some_and(|said| said == "yes")
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.correct(&delivered.record, "decision", "perhaps".into()));
    }
}
