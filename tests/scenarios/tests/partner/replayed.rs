//! A replay asks for one record, once: by its own key at its partner, under the caller's key at the hub.

use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::quarantine::{ODD, replay};
use crate::shown::{assert_suspended, entries, explained, referred};
use crate::words::{QUARANTINE, REPLAY};
use sangam_scenarios::look::migrated;

async fn waiting(house: &House) -> Vec<String> {
    let waiting = nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine");
    waiting.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    /// However many records the partner has, and on whichever page this one would be.
    async fn a_replay_is_one_record_and_its_key_is_kept(database: Database) {
        let house = House::open(&database).await;
        house.edit_file("shelter-in.toml", |text| text.replace("per_page = 50", "per_page = 5"));
        house.shelter.seed_cases(40);
        let last = house.shelter.cases().iter().rfind(|case| case["sangam_share"] == true).unwrap()["id"].clone();
        let last = last.as_str().unwrap();
        house.shelter.set_raw(last, "sex", json!(ODD));
        let shelter = house.connect("shelter-in").await;
        assert_eq!(house.synchronise(&shelter).await.quarantined, 1);
        let record = waiting(&house).await.remove(0);

        let asked = house.shelter.requests();
        assert_eq!(replay(&house, SHELTER, &record, "early").await["__typename"], "RecordStillQuarantined");
        assert_eq!(house.shelter.requests() - asked, 2, "the case and its referrals");
        let replayed = entries(&house, "RECORD_REPLAYED").await;
        // The same key is the same change: nobody is asked, although it would be readable now.
        house.shelter.set_raw(last, "sex", json!("female"));
        let asked = house.shelter.requests();
        assert_eq!(replay(&house, SHELTER, &record, "early").await["__typename"], "RecordStillQuarantined");
        assert_eq!(house.shelter.requests(), asked);

        for _ in 0..3 {
            let read = replay(&house, SHELTER, &record, "mended").await;
            assert_eq!((&read["__typename"], &read["id"]), (&json!("RecordRead"), &json!(record)), "{read}");
        }
        assert_eq!(house.shelter.requests() - asked, 2);
        assert_eq!(entries(&house, "RECORD_REPLAYED").await, replayed + 1);
        // The key is of that record, and of that change.
        let (rest, last) = record.split_at(record.len() - 1);
        let other = format!("{rest}{}", if last == "0" { "1" } else { "0" });
        assert_eq!(replay(&house, SHELTER, &other, "mended").await["__typename"], "Conflict");
        assert_eq!(replay(&house, SHELTER, &record, "another").await["__typename"], "NotFound");
    }

    /// Its partner is down: nothing is done, and the key is free for when it is back.
    async fn a_replay_that_reaches_nobody_uses_up_nothing(database: Database) {
        let house = House::open(&database).await;
        house.shelter.set_raw(&house.people[0], "sex", json!(ODD));
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let record = waiting(&house).await.remove(0);
        house.shelter.set_raw(&house.people[0], "sex", json!("female"));
        for fault in [Fault::BadGateway, Fault::OneRecord, Fault::Html] {
            house.shelter.fault(fault);
            let input = json!({"input": {"record": record, "idempotencyKey": "once"}});
            let (text, answer) = house.answer(SHELTER, REPLAY, input).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{text}");
        }
        assert_eq!(waiting(&house).await, std::slice::from_ref(&record));
        house.shelter.fault(Fault::None);
        assert_eq!(replay(&house, SHELTER, &record, "once").await["__typename"], "RecordRead");
    }

    /// The partner deleted a record that waited: it leaves the quarantine, and what was read of it before stays closed.
    async fn a_record_that_is_gone_leaves_the_quarantine(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = house.connect("shelter-in").await;
        // One that was read before, one that never was.
        house.shelter.seed_cases(6);
        let never: Value = house.shelter.cases().into_iter().rfind(|case| case["sangam_share"] == true).unwrap()["id"].clone();
        let cases = [house.people[0].as_str(), never.as_str().unwrap()];
        for case in cases {
            house.shelter.set_raw(case, "sex", json!(ODD));
        }
        assert_eq!(house.synchronise(&shelter).await.quarantined, 2);
        let subjects = house.look.number("SELECT count(*) FROM subject").await;
        for case in cases {
            house.shelter.remove(case);
        }
        let records = waiting(&house).await;
        assert_eq!(records.len(), 2);
        for (number, record) in records.iter().enumerate() {
            let told = replay(&house, SHELTER, record, &format!("gone {number}")).await;
            assert_eq!((&told["__typename"], &told["id"]), (&json!("RecordGone"), &json!(record)), "{told}");
            let asked = house.shelter.requests();
            assert_eq!(replay(&house, SHELTER, record, &format!("gone {number}")).await["__typename"], "RecordGone");
            assert_eq!(house.shelter.requests(), asked, "a repeated key asked again");
            assert_eq!(replay(&house, SHELTER, record, &format!("new {number}")).await["__typename"], "NotFound");
        }
        assert!(waiting(&house).await.is_empty());
        assert_eq!((entries(&house, "RECORD_TAKEN_BACK").await, entries(&house, "RECORD_REPLAYED").await), (2, 2));
        assert_eq!(house.look.number("SELECT count(*) FROM subject").await, subjects);
        assert_suspended(&house, AGENCY, 1).await;
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "SERVICES").await.1, "TAKEN_BACK");
    }

    /// A record that is closed to the hub may be opened again unchanged: it stays where it waits.
    async fn a_record_that_is_closed_to_the_hub_stays_in_quarantine(database: Database) {
        let house = House::open(&database).await;
        house.shelter.set_raw(&house.people[0], "sex", json!(ODD));
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let record = waiting(&house).await.remove(0);
        house.shelter.close_to_hub(&house.people[0], true);
        let input = json!({"input": {"record": record, "idempotencyKey": "closed"}});
        let (text, answer) = house.answer(SHELTER, REPLAY, input).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{text}");
        assert_eq!(waiting(&house).await, [record]);
    }
}
