//! GraphQL: the case system of an organization in Colombo.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use sangam_sandbox::graphql::Casebook;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Category, ManualClock, SeededChance};
use sangam_wire::config::Overrides;
use sangam_wire::{AnswerState, Delivered};
use serde_json::{Value, json};

use super::post::Post;

pub(crate) struct Colombo(Sandbox<Casebook>);

impl Post for Colombo {
    const PARTNER: &'static str = "casebook-lk";
    const KEEPS: &'static [Category] =
        &[Category::Identity, Category::Demographics, Category::Tracing, Category::Origin, Category::Health];

    async fn open(clock: Arc<ManualClock>, seed: u64) -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        Self(Casebook::start(listen, clock, Arc::new(SeededChance::new(seed))).await.unwrap())
    }

    fn overrides(&self, secrets: &Path) -> Overrides {
        self.0.write_key(secrets).unwrap();
        Overrides { base_url: Some(self.0.endpoint()), secrets: Some(secrets.to_owned()), ..Overrides::default() }
    }

    fn put(&self, name: &str, marked: bool) -> String {
        self.0.open(name, marked)
    }

    fn rename(&self, key: &str, name: &str) {
        assert!(self.0.rename(key, name));
    }

    fn mark(&self, key: &str, marked: bool) {
        assert!(self.0.share(key, marked));
    }

    fn remove(&self, key: &str) {
        assert!(self.0.remove(key));
    }

    fn miscode(&self, key: &str, odd: bool) {
        let gender = if odd { "otherwise" } else { "FEMALE" };
        assert!(self.0.edit(key, "/person", &json!({ "gender": gender })));
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn offered(&self) -> usize {
        let (cases, offers) = (self.0.cases(), self.0.offers().len());
        assert_eq!(cases, offers, "whole or not at all");
        cases
    }

    fn word(&self, key: &str) -> Option<Value> {
        Some(self.0.webhook(key))
    }

    /// A part of it is kept from the hub.
    fn spoil(&self, key: &str) {
        self.0.break_field(key, Some(("person", "FORBIDDEN")));
    }

    fn is_over(&self, delivered: &Delivered) -> bool {
        let offers = self.0.offers();
        let own = offers.iter().find(|offer| offer["id"].as_str() == delivered.referral.as_deref());
        own.expect("it is there")["decision"] == "WITHDRAWN"
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), "PERHAPS", None));
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        let decision = match state {
            AnswerState::Accepted => "YES",
            AnswerState::Declined => "NO",
            AnswerState::Done => "FINISHED",
            other => panic!("{other:?} is not the partner's to say"),
        };
        assert!(self.0.decide(delivered.referral.as_ref().unwrap(), decision, Some("no bed")));
    }
}

/// What graphql-js says of a partner's operation files under a schema: how many there are, and what does not fit.
fn held(schema: &Path, partner: &str) -> (usize, Value) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scripts = root.join("tests/node");
    if !scripts.join("node_modules/graphql/package.json").is_file() {
        panic!("the packages of tests/node are not installed: `tests/run` does it, or `npm ci` in that folder");
    }
    let own = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(&format!("{partner}.")) && name.ends_with(".graphql")
    };
    let files: Vec<PathBuf> = std::fs::read_dir(root.join("config/partners"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(own)
        .collect();
    let brought = std::env::current_exe().unwrap().ancestors().nth(3).map(|target| target.join("tools/node/bin/node"));
    let programs = [Some(PathBuf::from("node")), brought];
    let run = |program: &PathBuf| {
        Command::new(program).arg(scripts.join("operations.mjs")).arg(schema).args(&files).output().ok()
    };
    let output = programs.iter().flatten().find_map(run).unwrap_or_else(|| panic!("no Node: `tests/run` brings one"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["checked"], files.len());
    (files.len(), told["faults"].clone())
}

/// The operations that are shipped fit the schemas that they are for: the stand-in's, and the hub's own.
#[test]
fn the_shipped_operations_fit_their_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = root.join("schema/language/schema.graphql");
    let casebook = root.join("adapters/sandbox/src/graphql/schema.graphql");
    assert_eq!(held(&casebook, "casebook-lk"), (10, json!([])));
    assert_eq!(held(&own, "hub-mv"), (4, json!([])));
    let (_, faults) = held(&own, "casebook-lk");
    assert!(faults.as_array().unwrap().len() > 4, "the control: {faults}");
}
