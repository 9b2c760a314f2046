//! A foreign directory in HSDS 3, read while it changes, while the world goes wrong, and as hostile as it likes.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_mapping::{Limits, Mapping, Offering, Pool};
use sangam_sandbox::hsds::{Entry, Hsds as Directory, OTHER, OWN};
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Chance, Country, Instant, ManualClock, SeededChance};
use sangam_wire::hsds::{Hsds, HsdsConfig};
use sangam_wire::{Cursor, Delivery, Found, Listed, Mark, Narrow, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

const MAX_BYTES: u64 = 1 << 20;

/// The client for the services that an organization has in a directory.
pub(crate) fn client(base_url: &str, organization: &str, per_page: u32) -> Hsds {
    let fields = ["id", "name", "status", "last_modified", "organization", "phones", "attributes", "service_areas"];
    let narrow = Narrow {
        fields: fields.map(str::to_owned).to_vec(),
        referral_fields: Vec::new(),
        mark: Mark { field: "status".to_owned(), value: "active".to_owned() },
    };
    let config =
        HsdsConfig { base_url: base_url.parse().unwrap(), organization: organization.parse().unwrap(), per_page };
    Hsds::new(&config, narrow, MAX_BYTES).unwrap()
}

fn help(name: &str, status: &str) -> Entry {
    Entry { status: status.to_owned(), ..Entry::own(name, &["legal-advice"]) }
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
        let wire = client(&sandbox.base_url(), OWN, per_page);
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

pub(crate) async fn once_each() {
    let house = House::open(1, 7).await;
    let mut active = HashSet::new();
    for number in 0..40 {
        let status = if number % 5 == 0 { "defunct" } else { "active" };
        let id = house.sandbox.system().put(help(&format!("Help {number}"), status));
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
    assert_eq!(one["organization"]["name"], "Invented Organization");
    assert_eq!(one["attributes"][0]["taxonomy_term"]["code"], "legal-advice");
    let text = one.to_string();
    for dropped in ["Somebody", "tax_id", "wait_time", "contacts", "Invented help", "000000", "Lake Road"] {
        assert!(!text.contains(dropped), "{dropped} in {text}");
    }
    // Nothing changed; then one did, in the middle of the list.
    let (_, cursor) = house.all(Some(cursor)).await;
    let (again, cursor) = house.all(Some(cursor)).await;
    assert!(again.len() <= 2, "{} given again though nothing changed", again.len());
    house.clock.advance(60_000);
    house.sandbox.system().change(&ids[20], |entry| "Renamed".clone_into(&mut entry.name));
    let (changed, _) = house.all(Some(cursor)).await;
    assert!(changed.iter().any(|record| record["name"] == "Renamed"));
    assert!(changed.len() <= 3, "{}", changed.len());
    let withdrawal = Delivery::Withdrawal { record: "1".to_owned(), referral: "2".to_owned() };
    assert_eq!(house.wire.deliver(&withdrawal).await, Err(WireFault::Unsupported), "a directory is read");
}

/// Of a directory that many write into only what is the organization's own is read, whoever it says it is of otherwise.
pub(crate) async fn of_nobody_else() {
    let house = House::open(5, 4).await;
    let own = house.sandbox.system().put(help("Own", "active"));
    let mut others = Vec::new();
    for number in 0..9 {
        let of = if number % 3 == 0 { None } else { Some(OTHER.to_owned()) };
        others.push(house.sandbox.system().put(Entry { of, ..help("Of somebody else", "active") }));
    }
    let (mut since, mut passed_over, mut keys) = (None, 0, Vec::new());
    loop {
        let page = house.wire.fetch(since.as_ref()).await.unwrap();
        passed_over += page.others;
        if let Listed::Keys { keys: listed, .. } = page.listed {
            keys.extend(listed);
        }
        assert!(page.records.iter().all(|record| record["id"] == own.as_str()));
        since = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    assert_eq!((passed_over, keys), (9, vec![own.clone()]));
    for other in others {
        assert_eq!(house.wire.record(&other).await.unwrap(), Found::Gone);
    }
    // One that goes over to another organization is gone here.
    house.sandbox.system().change(&own, |entry| entry.of = Some(OTHER.to_owned()));
    assert_eq!(house.wire.record(&own).await.unwrap(), Found::Gone);
}

pub(crate) async fn as_it_is_now() {
    let house = House::open(2, 7).await;
    let id = house.sandbox.system().put(help("Help", "active"));
    let (records, _) = house.all(None).await;
    assert_eq!(house.wire.record(&id).await.unwrap(), Found::Marked(records[0].clone()));
    house.sandbox.system().change(&id, |entry| "Renamed".clone_into(&mut entry.name));
    let Found::Marked(now) = house.wire.record(&id).await.unwrap() else { panic!("it is there") };
    assert_eq!(now["name"], "Renamed");
    house.sandbox.system().change(&id, |entry| "inactive".clone_into(&mut entry.status));
    assert_eq!(house.wire.record(&id).await.unwrap(), Found::Unmarked);
    house.sandbox.system().remove(&id);
    assert_eq!(house.wire.record(&id).await.unwrap(), Found::Gone);
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

pub(crate) async fn while_services_change() {
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
            let id = house.sandbox.system().put(help(&name, "active"));
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
                        let id = directory.put(help(&name, "active"));
                        truth.insert(id.clone(), name);
                        all.push(id);
                    }
                    1 => {
                        directory.remove(&id);
                        truth.remove(&id);
                        all.retain(|one| *one != id);
                    }
                    2 => {
                        directory.change(&id, |entry| "inactive".clone_into(&mut entry.status));
                        truth.remove(&id);
                        all.retain(|one| *one != id);
                    }
                    _ => {
                        let name = format!("Renamed {changes}");
                        directory.change(&id, |entry| name.clone_into(&mut entry.name));
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

/// The mapping that is shipped, in a worker and read strictly: codes and divisions, and a code that it does not know is
/// refused with its path and without the value.
pub(crate) async fn mapped() {
    let house = House::open(6, 10).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let text = std::fs::read_to_string(folder.join("directory-bd.in.jq")).unwrap();
    let mapping = Mapping::new("directory-bd.in.jq", &text).unwrap();
    let worker = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    let pool = Pool::new(worker, vec!["mapping-worker".to_owned()], Limits::default(), 1);
    let offering = async |entry: Entry| -> Result<Offering, (String, &'static str)> {
        let id = house.sandbox.system().put(entry);
        let Found::Marked(record) = house.wire.record(&id).await.unwrap() else { panic!("it is there") };
        let mapped = pool.map(&mapping, record.to_string().as_bytes()).await;
        let read = mapped.map_err(|odd| vec![odd]).and_then(|mapped| Offering::read(&mapped, Country::Bangladesh));
        read.map_err(|odd| (odd[0].path.clone(), odd[0].kind.code()))
    };
    let both =
        offering(Entry::own("x", &["representation", "interpreter"]).within(&["Khulna Division"])).await.unwrap();
    assert_eq!(both.services, [ServiceCode::LegalAid, ServiceCode::Interpretation]);
    assert_eq!(both.areas, Some(vec!["BD-D".to_owned()]));
    assert_eq!(offering(Entry::own("x", &[])).await.unwrap(), Offering { services: vec![], areas: None });
    let unknown = |path: &str| Err((path.to_owned(), "UNKNOWN_CODE"));
    assert_eq!(offering(Entry::own("x", &["legal-advice", "astrology"])).await, unknown("/attributes"));
    assert_eq!(offering(Entry::own("x", &["legal-advice"]).within(&["12 Lake Road"])).await, unknown("/service_areas"));
}

pub(crate) async fn typed() {
    let house = House::open(3, 10).await;
    house.sandbox.system().put(help("Help for Rupa", "active"));
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

pub(crate) async fn hostile() {
    let house = House::open(4, 10).await;
    house.sandbox.system().put(help("Help", "active"));
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
    let of = json!({ "id": OWN, "name": "x" });
    let good = json!({ "id": Uuid::from_u128(7).to_string(), "name": "x", "status": "inactive", "organization": of });
    let bad = json!({ "id": "7", "name": "x", "status": "active", "organization": of });
    house.sandbox.fault(Fault::Bytes(json!({ "last_page": true, "contents": [good, bad] }).to_string().into_bytes()));
    assert_eq!(house.wire.fetch(None).await.unwrap().rejected, 1);
}
