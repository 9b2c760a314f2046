//! A foreign directory in HSDS 3, read while it changes, while the world goes wrong, and as hostile as it likes; and the
//! specification's own examples, where they lie beside the checkout.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_sandbox::hsds::Hsds as Directory;
use sangam_sandbox::{Asked, Fault, Sandbox, System, Told};
use sangam_vocabulary::{Chance, Instant, ManualClock, SeededChance};
use sangam_wire::hsds::{Hsds, HsdsConfig, fuzz, tables};
use sangam_wire::{Cursor, Delivery, Found, Listed, Mark, Narrow, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

const MAX_BYTES: u64 = 1 << 20;

fn client(base_url: &str, per_page: u32) -> Hsds {
    let fields = ["id", "name", "status", "last_modified", "organization", "phones", "attributes"];
    let narrow = Narrow {
        fields: fields.map(str::to_owned).to_vec(),
        referral_fields: Vec::new(),
        mark: Mark { field: "status".to_owned(), value: "active".to_owned() },
    };
    Hsds::new(&HsdsConfig { base_url: base_url.parse().unwrap(), per_page }, narrow, MAX_BYTES).unwrap()
}

struct House {
    sandbox: Sandbox<Directory>,
    clock: Arc<ManualClock>,
    wire: Hsds,
}

impl House {
    async fn open(seed: u64, per_page: u32) -> Self {
        let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
        let chance = Arc::new(SeededChance::new(seed));
        let sandbox = Sandbox::directory("127.0.0.1:0".parse().unwrap(), clock.clone(), chance).await.unwrap();
        let wire = client(&sandbox.base_url(), per_page);
        Self { sandbox, clock, wire }
    }

    async fn all(&self, mut since: Option<Cursor>) -> (Vec<Value>, Cursor) {
        let mut records = Vec::new();
        loop {
            let page = self.wire.fetch(since.as_ref()).await.unwrap();
            records.extend(page.records);
            since = Some(page.cursor);
            if !page.more {
                return (records, since.unwrap());
            }
        }
    }
}

#[tokio::test]
async fn whole_services_come_once_each_and_only_what_may_pass_of_them() {
    let house = House::open(1, 7).await;
    let mut active = HashSet::new();
    for number in 0..40 {
        let status = if number % 5 == 0 { "defunct" } else { "active" };
        let id = house.sandbox.system().put(&format!("Help {number}"), status);
        if status == "active" {
            active.insert(id);
        }
        house.clock.advance(1_000);
    }
    let (records, cursor) = house.all(None).await;
    let ids: Vec<String> = records.iter().map(|record| house.wire.key(record).unwrap()).collect();
    assert_eq!(ids.len(), active.len());
    assert_eq!(ids.iter().cloned().collect::<HashSet<_>>(), active);
    let one = &records[0];
    assert_eq!(one["phones"][0]["number"], "+977 1 000000");
    assert_eq!(one["phones"][0]["extension"], "100");
    assert_eq!(one["organization"]["name"], "Invented Organization");
    let text = one.to_string();
    for dropped in ["Somebody", "tax_id", "wait_time", "contacts", "Invented help"] {
        assert!(!text.contains(dropped), "{dropped} in {text}");
    }
    // Nothing changed; then one did, in the middle of the list.
    let (_, cursor) = house.all(Some(cursor)).await;
    let (again, cursor) = house.all(Some(cursor)).await;
    assert!(again.len() <= 2, "{} given again though nothing changed", again.len());
    house.clock.advance(60_000);
    house.sandbox.system().change(&ids[20], Some("Renamed"), None);
    let (changed, _) = house.all(Some(cursor)).await;
    assert!(changed.iter().any(|record| record["name"] == "Renamed"));
    assert!(changed.len() <= 3, "{}", changed.len());
    assert_eq!(house.wire.record(&ids[3]).await.unwrap(), Found::Marked(records[3].clone()));
    house.sandbox.system().change(&ids[3], None, Some("inactive"));
    assert_eq!(house.wire.record(&ids[3]).await.unwrap(), Found::Unmarked);
    house.sandbox.system().remove(&ids[3]);
    assert_eq!(house.wire.record(&ids[3]).await.unwrap(), Found::Gone);
    let withdrawal = Delivery::Withdrawal { record: "1".to_owned(), referral: "2".to_owned() };
    assert_eq!(house.wire.deliver(&withdrawal).await, Err(WireFault::Unsupported), "a directory is read");
}

/// As `desk::sync` and `desk::reconcile` walk: what a whole walk did not list, and what it listed and never gave, is
/// asked for.
async fn round(
    house: &House,
    has: &mut BTreeMap<String, String>,
    cursor: &mut Option<Cursor>,
    mut between: impl FnMut(),
) {
    let mut walk = HashSet::new();
    loop {
        let page = house.wire.fetch(cursor.as_ref()).await.unwrap();
        for record in &page.records {
            let (id, name) = (record["id"].as_str().unwrap(), record["name"].as_str().unwrap());
            has.insert(id.to_owned(), name.to_owned());
            walk.insert(id.to_owned());
        }
        let Listed::Keys { keys, .. } = page.listed else { continue };
        walk.extend(keys);
        *cursor = Some(page.cursor);
        if !page.more {
            break;
        }
        between();
    }
    let unlisted: Vec<String> = has.keys().filter(|key| !walk.contains(*key)).cloned().collect();
    let never: Vec<String> = walk.into_iter().filter(|key| !has.contains_key(key)).collect();
    for key in unlisted.into_iter().chain(never) {
        match house.wire.record(&key).await.unwrap() {
            Found::Marked(record) => drop(has.insert(key, record["name"].as_str().unwrap().to_owned())),
            _ => drop(has.remove(&key)),
        }
    }
}

#[tokio::test]
async fn nothing_is_lost_while_services_come_change_and_go() {
    let mut changes = 0;
    for seed in 0..8 {
        let house = House::open(seed, 4).await;
        let chance = SeededChance::new(1_000 + seed);
        let below = |bound: usize| {
            let mut bytes = [0; 8];
            assert!(chance.fill(&mut bytes));
            usize::try_from(u64::from_be_bytes(bytes) % bound as u64).unwrap()
        };
        // What is active, by id; and every id.
        let mut truth = BTreeMap::<String, String>::new();
        let mut all = Vec::new();
        for number in 0..30 {
            let name = format!("Help {number}");
            let id = house.sandbox.system().put(&name, "active");
            truth.insert(id.clone(), name);
            all.push(id);
            house.clock.advance(500);
        }
        let (mut has, mut cursor) = (BTreeMap::new(), None);
        for number in 0..6 {
            round(&house, &mut has, &mut cursor, || {
                changes += 1;
                house.clock.advance(i64::try_from(below(4)).unwrap() * 100);
                let id = all[below(all.len())].clone();
                let mut directory = house.sandbox.system();
                match below(4) {
                    0 => {
                        let name = format!("New {number} {changes}");
                        let id = directory.put(&name, "active");
                        truth.insert(id.clone(), name);
                        all.push(id);
                    }
                    1 => {
                        directory.remove(&id);
                        truth.remove(&id);
                        all.retain(|one| *one != id);
                    }
                    2 => {
                        directory.change(&id, None, Some("inactive"));
                        truth.remove(&id);
                        all.retain(|one| *one != id);
                    }
                    _ => {
                        let name = format!("Renamed {changes}");
                        directory.change(&id, Some(&name), None);
                        truth.insert(id, name);
                    }
                }
            })
            .await;
        }
        for _ in 0..2 {
            house.clock.advance(3_600_000);
            round(&house, &mut has, &mut cursor, || {}).await;
        }
        assert_eq!(has, truth, "life {seed}");
    }
    assert!(changes > 100, "{changes}");
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_typed_fault() {
    let house = House::open(3, 10).await;
    house.sandbox.system().put("Help for Rupa", "active");
    house.wire.fetch(None).await.unwrap();
    for fault in [
        Fault::Down,
        Fault::Html,
        Fault::Truncated,
        Fault::HalfJson,
        Fault::Redirect("http://127.0.0.1:9/".to_owned()),
        Fault::BadGateway,
        Fault::Unauthorized,
        Fault::OtherShape,
        Fault::OneRecord,
        Fault::Endless,
    ] {
        house.sandbox.fault(fault.clone());
        let told = house.wire.fetch(None).await.expect_err("a fault");
        let fits = match fault {
            Fault::Down => matches!(told, WireFault::Unreachable | WireFault::Truncated),
            Fault::Html => matches!(told, WireFault::NotJson { .. }),
            Fault::Truncated | Fault::HalfJson => told == WireFault::Truncated,
            Fault::Redirect(_) => told == WireFault::RedirectedElsewhere,
            Fault::BadGateway => matches!(told, WireFault::Refused { status: 502, .. }),
            Fault::OneRecord => matches!(told, WireFault::Refused { status: 500, .. }),
            Fault::Unauthorized => told == WireFault::Unauthorized,
            Fault::OtherShape => matches!(told, WireFault::Unexpected { .. }),
            _ => matches!(told, WireFault::TooLarge { .. }),
        };
        assert!(fits, "{fault:?}: {told:?}");
        assert!(!format!("{told} {told:?}").contains("Rupa"));
        house.sandbox.fault(Fault::None);
        house.wire.fetch(None).await.unwrap();
    }
}

#[tokio::test]
async fn hostile_answers_are_refused_in_time() {
    let house = House::open(4, 10).await;
    house.sandbox.system().put("Help", "active");
    let page = |contents: &str| format!("{{\"last_page\":true,\"contents\":{contents}}}").into_bytes();
    for (what, bytes) in [
        ("deep", b"[".repeat(1 << 19)),
        ("deep objects", b"{\"a\":".repeat(1 << 17)),
        ("a key twice", b"{\"last_page\":true,\"last_page\":true,\"contents\":[]}".to_vec()),
        ("no list", page("{}")),
        ("a list of texts", page("[\"x\"]")),
        ("no end said", b"{\"contents\":[]}".to_vec()),
        ("an end that is none", b"{\"last_page\":\"no\",\"contents\":[]}".to_vec()),
        ("NUL bytes", vec![0; 1 << 18]),
        ("UTF-16", "{\"contents\":[]}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("half a surrogate", page("[{\"id\":\"\\ud800\"}]")),
        ("many values", page(&format!("[{}0]", "0,".repeat(400_000)))),
    ] {
        house.sandbox.fault(Fault::Bytes(bytes));
        let began = Moment::now();
        assert!(house.wire.fetch(None).await.is_err(), "{what} was taken");
        assert!(began.elapsed() < Duration::from_secs(5), "{what}");
    }
    // One bad service in a page is told as one, and holds up no other.
    let good = json!({ "id": Uuid::from_u128(7).to_string(), "name": "x", "status": "inactive" });
    let bad = json!({ "id": "7", "name": "x", "status": "active" });
    house.sandbox.fault(Fault::Bytes(json!({ "last_page": true, "contents": [good, bad] }).to_string().into_bytes()));
    assert_eq!(house.wire.fetch(None).await.unwrap().rejected, 1);
}

fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire/hsds3");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the samples of HSDS are not beside this checkout");
    None
}

/// A directory that answers with the specification's examples.
struct Examples {
    list: Value,
    whole: Value,
}

impl System for Examples {
    fn answer(&mut self, asked: &Asked) -> Told {
        match asked.path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["services"] => Told::json(200, self.list.clone()),
            ["services", _] => Told::json(200, self.whole.clone()),
            _ => Told::empty(404),
        }
    }

    fn unauthorized(&self) -> Told {
        Told::empty(401)
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.path.len() == 2
    }
}

#[tokio::test]
async fn the_specifications_examples_pass_without_special_cases() {
    let Some(folder) = samples() else { return };
    let sample =
        |name: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap() };
    let (list, whole) = (sample("service_list.json"), sample("service_full.json"));
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = Sandbox::serve(Examples { list, whole }, listen).await.unwrap();
    let page = client(&sandbox.base_url(), 1).fetch(None).await.unwrap();
    assert_eq!((page.records.len(), page.rejected, page.more), (1, 0, true), "it says it has ten pages");
    let service = &page.records[0];
    assert_eq!(service["name"], "Community Counselling");
    assert_eq!(service["organization"]["name"], "Example Organization Inc.");
    assert_eq!(
        (&service["phones"][0]["number"], &service["phones"][0]["extension"]),
        (&json!("+44 1234 234567"), &json!("100"))
    );
    assert_eq!(service["attributes"][0]["taxonomy_term"]["code"], "code");
    // The same service in tables: joined, it is the same.
    let joined = tables(sample("tabular.json")).unwrap();
    assert_eq!(joined.len(), 1);
    for name in ["id", "name", "status"] {
        assert_eq!(joined[0][name], service[name], "{name}");
    }
    assert_eq!(joined[0]["organization"]["name"], service["organization"]["name"]);
    assert_eq!(joined[0]["phones"][0]["number"], service["phones"][0]["number"]);
    let text = joined[0].to_string();
    for dropped in ["Ann Persona", "tax_status", "wait_time", "licences", "Main Street"] {
        assert!(!text.contains(dropped) && !service.to_string().contains(dropped), "{dropped}");
    }
    // What else lies there is read without a fault, whatever it is.
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            fuzz(&std::fs::read(path).unwrap());
        }
    }
}
