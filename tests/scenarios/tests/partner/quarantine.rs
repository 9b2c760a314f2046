//! Records that cannot be read wait in quarantine: seen by their owner without the value, replayed when
//! mended, and in nobody's way.

use sangam_kit::database::Database;
use serde_json::json;

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::{QUARANTINE, REPLAY};
use sangam_scenarios::look::{files_hold, holds, migrated};

/// A code that no form has, long and odd enough to be found wherever it went.
pub(crate) const ODD: &str = "zq-unheard-of-7741";

pub(crate) async fn replay(house: &House, handle: &str, record: &str, key: &str) -> serde_json::Value {
    house.ask(handle, REPLAY, json!({"input": {"record": record, "idempotencyKey": key}})).await["replayRecord"].clone()
}

sangam_kit::both_databases! {
    template = migrated;

    /// The shelter's form had an older code; the record waits, is mended there and read again.
    async fn an_unknown_code_waits_until_it_is_mended(database: Database) {
        let house = House::open(&database).await;
        let minor = house.people[0].clone();
        house.shelter.set_raw(&minor, "sex", json!(ODD));
        let shelter = house.connect("shelter-in").await;
        let report = house.synchronise(&shelter).await;
        assert_eq!((report.recorded, report.quarantined, report.referrals), (1, 1, 1), "{report:?}");

        // The owner sees where and how, not what; the others came in.
        let (text, answer) = house.answer(SHELTER, QUARANTINE, json!({})).await;
        let waiting = nodes(&answer["data"], "quarantine");
        assert_eq!(waiting.len(), 1, "{text}");
        let seen = (&waiting[0]["partner"], &waiting[0]["path"], &waiting[0]["kind"], &waiting[0]["length"], &waiting[0]["faults"]);
        assert_eq!(seen, (&json!("shelter-in"), &json!("/sex"), &json!("UNKNOWN_CODE"), &json!(ODD.len()), &json!(1)));
        assert_eq!(nodes(&answer["data"], "partners"), [json!({"name": "shelter-in", "quarantined": 1, "waiting": 0})]);
        assert!(!text.contains(ODD));
        let everything = house.look.everything().await;
        assert!(holds(&everything, "Nirapod Ghar"), "the search finds what is there");
        assert!(!holds(&everything, ODD) && !files_hold(&database, ODD));
        assert_eq!(house.subjects(SHELTER).await.len(), 1);

        // Another organization sees none of it and can do nothing about it.
        assert_eq!(nodes(&house.ask(AGENCY, QUARANTINE, json!({})).await, "quarantine"), Vec::<serde_json::Value>::new());
        let record = waiting[0]["id"].as_str().unwrap();
        assert_eq!(replay(&house, AGENCY, record, "by another").await["__typename"], "NotFound");

        // Not mended yet.
        let (text, still) = house.answer(SHELTER, REPLAY, json!({"input": {"record": record, "idempotencyKey": "early"}})).await;
        let still = &still["data"]["replayRecord"];
        assert_eq!((&still["__typename"], &still["record"]["path"]), (&json!("RecordStillQuarantined"), &json!("/sex")), "{text}");
        assert_eq!(still["record"]["id"], record);
        assert!(!text.contains(ODD));

        // Mended.
        assert!(house.shelter.edit(&minor, &json!({"sex": "female"})));
        let read = replay(&house, SHELTER, record, "mended").await;
        assert_eq!((&read["__typename"], &read["id"]), (&json!("RecordRead"), &json!(record)));
        let after = house.ask(SHELTER, QUARANTINE, json!({})).await;
        assert!(nodes(&after, "quarantine").is_empty(), "{after}");
        house.subject(SHELTER, "Shiuli Begum").await;
        assert_eq!(house.referrals(AGENCY, "RECEIVED").await.len(), 1);
        assert_eq!(replay(&house, SHELTER, record, "again").await["__typename"], "NotFound");
    }

    /// A record that was read before changes into one that cannot be read, and back to what it was.
    async fn a_record_put_back_as_it_was_leaves_the_quarantine(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.people[0].clone();
        house.shelter.set_raw(&minor, "sex", json!(ODD));
        assert_eq!(house.synchronise(&shelter).await.quarantined, 1);
        // The person who is there already stays as she was.
        house.subject(SHELTER, "Shiuli Begum").await;
        house.shelter.set_raw(&minor, "sex", json!("female"));
        let waiting = nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine");
        let read = replay(&house, SHELTER, waiting[0]["id"].as_str().unwrap(), "back").await;
        assert_eq!(read["__typename"], "RecordRead", "{read}");
        let after = house.ask(SHELTER, QUARANTINE, json!({})).await;
        assert!(nodes(&after, "quarantine").is_empty(), "{after}");
    }

    /// A record that its partner no longer shares with the hub has nothing to wait for.
    async fn a_record_no_longer_marked_leaves_the_quarantine(database: Database) {
        let house = House::open(&database).await;
        let minor = house.people[0].clone();
        house.shelter.set_raw(&minor, "sex", json!(ODD));
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        house.shelter.set_raw(&minor, "sangam_share", json!(false));
        let waiting = nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine");
        let told = replay(&house, SHELTER, waiting[0]["id"].as_str().unwrap(), "unmarked").await;
        assert_eq!((&told["__typename"], &told["id"]), (&json!("RecordGone"), &waiting[0]["id"]), "{told}");
        assert!(nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine").is_empty());
        assert_eq!(house.subjects(SHELTER).await.len(), 1);
    }

    /// A mapping with an endless loop costs its own partner's records and nothing else.
    async fn a_mapping_that_never_ends_harms_nobody_else(database: Database) {
        let house = House::open(&database).await;
        let process = std::process::id();
        let shipped = std::fs::read_to_string(house.folder.join("partners/shelter-in.in.jq")).unwrap();
        house.write_file("shelter-in.in.jq", "def f: f; f");
        let (broken, agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
        let (stuck, well) = tokio::join!(house.synchronise(&broken), house.synchronise(&agency));
        assert_eq!((stuck.recorded, stuck.quarantined), (0, 2), "{stuck:?}");
        assert_eq!((well.recorded, well.quarantined), (2, 0), "{well:?}");
        assert_eq!(std::process::id(), process);
        let waiting = nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine");
        assert!(waiting.len() == 2 && waiting.iter().all(|record| record["kind"] == "TIMED_OUT"), "{waiting:?}");
        assert_eq!(house.subjects(AGENCY).await.len(), 2);

        // The mapping is mended and every record is read by replaying it.
        house.write_file("shelter-in.in.jq", &shipped);
        house.connect("shelter-in").await;
        for (number, record) in waiting.iter().enumerate() {
            let read = replay(&house, SHELTER, record["id"].as_str().unwrap(), &format!("replay {number}")).await;
            assert_eq!(read["__typename"], "RecordRead", "{read}");
        }
        assert_eq!(house.subjects(SHELTER).await.len(), 2);
        assert!(nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine").is_empty());
    }
}
