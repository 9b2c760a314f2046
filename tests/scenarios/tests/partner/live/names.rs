//! Who holds a case says where a person is: what a live answer tells of systems to whom may not know that, and what to whom
//! may.

use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_scenarios::look::migrated;
use serde_json::{Value, json};

use super::home::{Home, NEAR, NOTES, PLACE_TOLD};
use super::{WITHIN_MS, reason};
use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::DISCLOSURES;

const NAMED: &str = "query Named($subjects: [ID!]!, $within: Int!) { live(subjects: $subjects, withinMs: $within) {
  status since asOf withheld { category reason } holder { country role organization { name } }
  nodes { id narrative { account } } } }";
const BARE: &str = "query Bare($subjects: [ID!]!, $within: Int!) { live(subjects: $subjects, withinMs: $within) {
  status asOf holder { country role } nodes { id narrative { account } withheld { category reason } } } }";
const PLACE: &str = "query Place($subjects: [ID!]!, $within: Int!) { live(subjects: $subjects, withinMs: $within) {
  status since withheld { category reason } holder { organization { name } }
  nodes { id holder { organization { name } } currentLocation { place } withheld { category reason } } } }";

async fn asked(house: &House, handle: &str, query: &str, subjects: &[&str]) -> Vec<Value> {
    let told = house.ask(handle, query, json!({"subjects": subjects, "within": WITHIN_MS})).await;
    told["live"].as_array().unwrap().clone()
}

/// Whether an entry names nobody and says why.
fn names_nobody(entry: &Value) {
    assert!(entry["holder"]["organization"].is_null() && entry["since"].is_null(), "{entry}");
    assert_eq!(reason(entry, "CURRENT_LOCATION").as_deref(), Some("NOT_SHARED"), "{entry}");
    assert_eq!(entry["holder"]["country"], "IN");
}

/// The categories of each disclosure of an own subject to the one that is near, as the owner reads them.
async fn told_near(house: &House, own: &str) -> String {
    let told = nodes(&house.ask(SHELTER, DISCLOSURES, json!({"subject": own})).await, "disclosures");
    let near = told.iter().filter(|row| row["recipient"]["name"] == "Invented Legal Aid");
    near.map(|row| row["categories"].to_string()).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_system_is_told_by_name_where_the_place_is_and_nowhere_else(database: Database) {
        let mut house = House::open(&database).await;
        let home = Home::near(&mut house).await;
        home.other_is_an_adult();
        assert!(home.edit(&json!({"fir_number": PLACE_TOLD})));
        house.synchronise(&home.partner).await;
        let (own, own_other) =
            (home.adult_for_her_owner(&house).await, home.named_for_her_owner(&house, "Shiuli Begum").await);
        let (hers, others) = (home.refer_to(&house, &own, NEAR).await, home.refer_to(&house, &own_other, NEAR).await);
        let both = [hers.as_str(), others.as_str()];

        // One of two that are in the same house may be told of: what is told of the other does not say that she is there.
        for subjects in [both, [both[1], both[0]]] {
            let mut entries = asked(&house, NEAR, NAMED, &subjects).await;
            assert_eq!(entries.len(), 2, "{entries:?}");
            if subjects[0] != hers {
                entries.swap(0, 1);
            }
            for (entry, id) in entries.iter().zip(both) {
                assert_eq!((&entry["status"], entry["nodes"].as_array().unwrap().len()), (&json!("ANSWERED"), 1), "{entry}");
                assert_eq!((&entry["nodes"][0]["id"], &entry["nodes"][0]["narrative"]["account"]), (&json!(id), &json!(NOTES)));
            }
            assert_eq!((&entries[0]["holder"]["organization"]["name"], &entries[0]["withheld"]), (&json!("Asha Nivas"), &json!([])));
            names_nobody(&entries[1]);
        }
        assert!(told_near(&house, &own).await.contains("CURRENT_LOCATION"), "that she is there was written down");
        assert!(!told_near(&house, &own_other).await.contains("CURRENT_LOCATION"));

        // Nor when the system is missing: since when is the same for all that are there.
        house.clock.advance(1_000);
        let missing = house.desk.now().rfc3339();
        home.sandbox.fault(Fault::Down);
        let entries = asked(&house, NEAR, NAMED, &both).await;
        assert_eq!((&entries[0]["status"], &entries[0]["since"]), (&json!("UNREACHABLE"), &json!(missing)), "{entries:?}");
        names_nobody(&entries[1]);
        // Where she is stays there too and did not come: it is null with its reason, and so is the name that goes by it.
        for (asks, ids, why) in [(NEAR, both, "NOT_SHARED"), (SHELTER, [own.as_str(), own_other.as_str()], "NOT_AVAILABLE_NOW")] {
            let entries = asked(&house, asks, PLACE, &ids).await;
            assert_eq!(entries.len(), 2, "{entries:?}");
            for (entry, why) in entries.iter().zip(["NOT_AVAILABLE_NOW", why]) {
                let node = &entry["nodes"][0];
                assert!(node["currentLocation"].is_null() && node["holder"]["organization"].is_null(), "{entry}");
                assert!(entry["holder"]["organization"].is_null() && entry["since"].is_null(), "{entry}");
                for told in [entry, node] {
                    assert_eq!(reason(told, "CURRENT_LOCATION").as_deref(), Some(why), "{entry}");
                }
            }
        }
        home.sandbox.fault(Fault::None);
        house.clock.advance(60_000);
        let entries = asked(&house, NEAR, PLACE, &both).await;
        assert!(entries[0]["nodes"][0]["currentLocation"]["place"].is_string(), "{entries:?}");
        assert_eq!(entries[0]["holder"]["organization"]["name"], "Asha Nivas");
        assert_eq!(reason(&entries[1], "CURRENT_LOCATION").as_deref(), Some("NOT_SHARED"), "{entries:?}");

        // Where both may be told they are of one system, if that is asked for, and it is written down; otherwise they are not.
        assert!(home.sandbox.edit(&home.other, &json!({"fir_number": PLACE_TOLD})));
        house.synchronise(&home.partner).await;
        let before = told_near(&house, &own_other).await;
        let entries = asked(&house, NEAR, BARE, &both).await;
        assert_eq!(entries.len(), 2, "{entries:?}");
        assert!(!told_near(&house, &own_other).await[..].replacen(&before, "", 1).contains("CURRENT_LOCATION"));
        let entries = asked(&house, NEAR, NAMED, &both).await;
        assert_eq!((entries.len(), entries[0]["nodes"].as_array().unwrap().len()), (1, 2), "{entries:?}");
        assert_eq!(entries[0]["holder"]["organization"]["name"], "Asha Nivas");
        assert!(told_near(&house, &own_other).await.contains("CURRENT_LOCATION"));
    }

    async fn whether_anything_stays_at_home_is_told_to_nobody_who_is_told_nothing_else(database: Database) {
        let house = House::open(&database).await;
        let home = Home::open(&house, "home-one", SHELTER, 41).await;
        house.synchronise(&home.partner).await;
        let hers = home.refer(&house, &home.named_for_her_owner(&house, "Shiuli Begum").await).await;
        // Somebody else of the same owner, all of whose record is here; neither has agreed to anything.
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let all = house.referrals(AGENCY, "RECEIVED").await;
        let here = all.iter().map(|row| row["subject"]["id"].as_str().unwrap()).find(|id| *id != hers).unwrap();
        let same = |mut entry: Value| {
            entry["nodes"][0]["id"] = Value::Null;
            entry
        };
        let entries = asked(&house, AGENCY, BARE, &[&hers, here]).await;
        assert_eq!(entries.len(), 2, "{entries:?}");
        assert_eq!(entries[0]["status"], "NOT_ASKED");
        assert_eq!(same(entries[0].clone()), same(entries[1].clone()));
    }
}
