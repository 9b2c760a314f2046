//! The day on which the work was there: a return to Bangladesh in its middle, held for a hearing, with a permit that runs
//! and a consent that is being recalled, in a committed SQLite file made by the binary of its day. Every later binary
//! brings a copy of it up to date, serves it, and goes on in it: today's has no migration that it lacks, tomorrow's may. The
//! file is never made anew once it was released; until
//! then `UPDATE=work` writes it again.

use std::path::PathBuf;

use sangam_custody::Age;
use sangam_kit::database::{Database, Kind};
use sangam_scenarios::look::migrated;
use sangam_store::Store;
use sangam_vocabulary::Purpose;
use serde_json::{Value, json};

use crate::bangladesh::{hearing, papers, placed, planned, verified};
use crate::going::{attempt, look, step};
use crate::house::{DHAKA, HOME, House, LAWYER, NIRAPOD, SENDING};

/// The largest the file may be, in bytes: it lies in the repository for ever.
const LARGEST: u64 = 400_000;
/// How many days the day's story took.
const DAYS: i64 = 31;
/// How long until the hearing, in days.
const HEARING: i64 = 20;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/home/days/0003-work.sqlite")
}

async fn write() {
    let database = Database::fresh(Kind::Sqlite, &migrated()).await;
    let house = House::open(&database).await;
    let shiuli = house.survivor("Shiuli (invented)", Age::Adult).await;
    verified(&house, &shiuli).await;
    house.days(DAYS - 1);
    papers(&house, 90).await;
    placed(&house).await;
    let on = json!({
        "subject": shiuli.id, "kind": "EVIDENCE", "takesPlaceAt": house.at(24 * HEARING), "holdsReturn": true,
        "court": "Invented court",
    });
    hearing(&house, "recordHearing", on).await;
    let path = file();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    drop(std::fs::remove_file(&path));
    // Most tables have few rows or none: small pages make a small file.
    house.look.run("PRAGMA page_size = 1024").await;
    house.look.run(&format!("VACUUM INTO '{}'", path.display())).await;
}

/// The names of what somebody may do now.
fn offered(request: &Value) -> Vec<&str> {
    request["canDo"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn the_work_of_its_day_goes_on() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let path = file();
        if std::env::var_os("UPDATE").is_some_and(|update| update == "work") {
            write().await;
        }
        assert!(std::fs::metadata(&path).unwrap().len() < LARGEST);
        let database = Database::fresh(Kind::Sqlite, &sangam_kit::database::Template::empty()).await;
        let Database::Sqlite(copy) = &database else { panic!("a file") };
        std::fs::copy(&path, copy.file()).unwrap();
        Store::migrate(&sangam_scenarios::look::place(database.url())).await.unwrap();
        let house = House::again(&database, DAYS).await;
        let held = look(&house, HOME).await;
        assert_eq!((&held["board"], &held["travelDocument"]["state"]), (&json!("ON_HOLD"), &json!("ISSUED")), "{held}");
        assert_eq!(held["subject"]["identity"]["names"][0]["text"], "Shiuli (invented)", "the keys of that day open it");
        assert_eq!(look(&house, DHAKA).await["holds"], json!([]), "why is not told abroad");
        let propose = json!({ "request": "PROPOSE", "crossing": "PETRAPOLE_BENAPOLE", "handoverFrom": house.at(24), "handoverUntil": house.at(72) });
        assert_eq!(attempt(&house, SENDING, propose).await["__typename"], "IllegalStep");

        // And today's hub goes on in it: the hearing is over, the day of the handover is agreed.
        house.days(HEARING + 1);
        let query = "{ hearings(first: 10) { nodes { id version state canDo } } }";
        let told = house.ask_for(Purpose::Protection, HOME, query, json!({})).await;
        let over = told["hearings"]["nodes"][0].clone();
        assert!(offered(&over).contains(&"RELEASE_HOLD"), "{over}");
        crate::bangladesh::lets_go(&house, &over).await;
        step(&house, SENDING, json!({ "exitClearance": "APPLY" })).await;
        let valid = json!({ "exitClearance": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * 60) });
        step(&house, SENDING, valid).await;
        crate::going::ask_her(&house, HOME, "still the same (invented)").await;
        planned(&house).await;
        let seen = look(&house, NIRAPOD).await;
        assert_eq!(seen["board"], "HANDOVER_SCHEDULED", "{seen}");
        // Everything that was shown and changed is in the journal, those of that day and today's.
        let entries = house.look.number("SELECT count(*) FROM journal_entry").await;
        assert!(entries > 60, "{entries}");
        assert!(crate::going::seen(&house, LAWYER).await.is_empty());
    });
}
