//! Who is who in the demo, and how a scenario reads an answer.

use std::fs;
use std::time::Duration;

use sangam_kit::client::Client;
use sangam_kit::database::{Database, Kind};
use sangam_kit::demo::{Demo, DemoPartner};
use sangam_kit::folder::Folder;
use sangam_kit::process::Start;
use serde_json::{Value, json};

use crate::socket::Socket;

/// Who asks in every organization: its system says so.
pub(crate) const STAFF: &str = "staff-1";

/// A running hub and its promises.
pub(crate) struct Hub {
    demo: Demo,
    sdl: String,
}

impl Hub {
    pub(crate) async fn start(folder: &Folder, database: &Database) -> Self {
        let store = outside(database);
        Self::of(Demo::start_with(folder, store, 6))
    }

    pub(crate) fn of(demo: Demo) -> Self {
        let sdl = fs::read_to_string(&demo.card().sdl).expect("the SDL that `demo.json` names");
        Self { demo, sdl }
    }

    /// A system of the organization, asking for a member of its staff to refer. Every answer is held against the schema.
    pub(crate) async fn sign_in(&self, organization: &str) -> Client {
        self.sign_in_without_purpose(organization).await.for_purpose("SERVICE_REFERRAL")
    }

    pub(crate) async fn sign_in_without_purpose(&self, organization: &str) -> Client {
        self.demo.card().sign_in_as(organization, STAFF).await.expect("a token").strict(&self.sdl)
    }

    pub(crate) fn partners(&self) -> &[DemoPartner] {
        &self.demo.card().partners
    }

    pub(crate) fn stranger(&self) -> Client {
        Client::stranger(&self.demo.card().addresses())
    }

    /// An organization's id, from the directory.
    pub(crate) async fn organization(&self, name: &str) -> Value {
        let client = self.sign_in(name).await;
        let all = client.ask("{ organizations(first: 100) { nodes { id name } } }", json!({})).await.complete();
        let nodes = all.at("/organizations/nodes").as_array().unwrap().clone();
        nodes.iter().find(|node| node["name"] == name).expect("in the directory")["id"].clone()
    }

    pub(crate) async fn watch(&self, client: &Client, subscription: &str) -> Socket {
        let address = self.demo.card().ws.clone().expect("the demo has a WebSocket");
        Socket::open(&address, client.token().expect("signed in"), "SERVICE_REFERRAL", subscription).await
    }

    pub(crate) fn kill(self) {
        let Self { demo, .. } = self;
        drop(demo);
    }

    /// Ends the hub as a service manager does, and has the journal verified against the checkpoints that left.
    /// `store` is where the demo keeps its store when it is not in its folder.
    pub(crate) async fn stop_and_verify(self, store: Option<&str>) {
        let data = self.demo.data().to_owned();
        assert!(self.demo.stop().success(), "a clean end");
        let checkpoints = data.join("checkpoints.jsonl");
        let mut verify = Start::sangam(["journal", "verify", "--demo"])
            .arguments([&data])
            .arguments(["--checkpoints".as_ref(), checkpoints.as_path()])
            .arguments(store.into_iter().flat_map(|url| ["--store", url]))
            .run();
        let ended = verify.wait_end(Duration::from_secs(60));
        let output = verify.output();
        assert!(ended.success(), "{output}");
        assert!(output.contains("checkpoints verified") && !output.contains("fault:"), "{output}");
    }
}

/// Where a demo keeps its store when it is not in its folder.
pub(crate) fn outside(database: &Database) -> Option<&str> {
    (database.kind() == Kind::Postgres).then(|| database.url())
}

/// The referral of the Bangladeshi minor: the girl of the shelter whose wish is to go home.
pub(crate) fn minors_referral(nodes: &Value) -> Value {
    let nodes = nodes.as_array().expect("nodes");
    let found = nodes.iter().find(|node| {
        node["services"]["services"] == json!(["SHELTER"]) && node["subject"]["demographics"]["ageBand"] == "AGE_15_17"
    });
    found.unwrap_or_else(|| panic!("no referral of the minor in {nodes:#?}")).clone()
}

pub(crate) fn has_category(list: &Value, category: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|one| one == category))
}

pub(crate) fn withheld<'a>(object: &'a Value, category: &str) -> Option<&'a str> {
    let entries = object["withheld"].as_array()?;
    entries.iter().find(|entry| entry["category"] == category)?["reason"].as_str()
}

/// Verdict and clause of a category in an explanation.
pub(crate) fn clause(explained: &Value, category: &str) -> (String, String) {
    let rows = explained.as_array().expect("rows");
    let row = rows.iter().find(|row| row["category"] == category).expect("a row a category");
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("clause"))
}
