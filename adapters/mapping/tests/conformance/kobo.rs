//! KoboToolbox v2: the form of the outreach teams.

use std::path::Path;
use std::sync::Arc;

use sangam_sandbox::kobo::Kobo;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::{Value, json};

use super::post::Post;

pub(crate) struct Outreach(Sandbox<Kobo>);

fn share(marked: bool) -> &'static str {
    if marked { "yes" } else { "no" }
}

impl Post for Outreach {
    const PARTNER: &'static str = "outreach-np";
    const KEEPS: &'static [Category] = &[Category::Health, Category::Identity, Category::Narrative];
    /// The server says nowhere when a submission was edited: one that ever was is given in every walk.
    const OVERLAP: i64 = i64::MAX;

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(Sandbox::start_kobo(listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_token(secrets).unwrap();
        Overrides { base_url: Some(self.0.base_url()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        let root = self.0.fill_in(&json!({
            "today": "2026-11-20", "case": {"number": "BP-1", "status": "open", "share": share(marked)},
            "person": {"name": name, "sex": "female", "age": 24, "nationality": "NP"},
            "health": {"notes": "Well."}, "story": {"exploitation": ["domestic", "begging"]},
        }));
        assert!(self.0.judge(&root, "approved"));
        root
    }

    fn rename(&self, key: &str, name: &str) {
        assert!(self.0.correct(key, &json!({ "person/name": name })));
    }

    fn mark(&self, key: &str, marked: bool) {
        assert!(self.0.correct(key, &json!({ "case/share": share(marked) })));
        assert!(self.0.judge(key, "approved"));
    }

    fn remove(&self, key: &str) {
        self.0.delete(key);
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.0.set_raw(key, "person/sex", if odd { "otherwise" } else { "female" }.into());
    }

    /// Its REST service sends a submission as it is listed.
    fn word(&self, key: &str) -> Option<Value> {
        self.0.submission(key).map(Value::Object)
    }

    /// The form was redesigned: what was a group is a repeat as well.
    fn spoil(&self, key: &str) {
        self.0.set_raw(key, "person", json!([{"person/name": "Rupa Das"}]));
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        self.0.submissions().len()
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let decision = match state {
            AnswerState::Accepted => "we_take_it",
            AnswerState::Declined => "we_cannot",
            AnswerState::Done => "finished",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.correct(&delivered.record, &json!({ "hub/decision": decision })));
    }

    fn is_over(&self, delivered: &Delivered) -> bool {
        let submission = self.0.submission(&delivered.record).expect("it is there");
        submission.get("hub/taken_back").and_then(Value::as_str) == Some("yes")
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.correct(&delivered.record, &json!({ "hub/decision": "perhaps" })));
    }
}
