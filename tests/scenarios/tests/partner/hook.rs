//! A partner's system tells that a record changed, and the hub asks for it at once: the word is a hint and nothing more.

use sangam_desk::NotHeard;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use serde_json::json;

use crate::house::{AGENCY, House};
use crate::shown::{assert_shown, assert_suspended, referred};

const SECRET: &str = "a secret of the shelter's (invented)";
const ADDRESS: &str = "https://hub.example/partners/shelter-in/changed";

/// Gives the shelter's file a hook.
fn hooked(house: &House) {
    std::fs::write(house.folder.join("secrets/shelter-in.hook"), SECRET).unwrap();
    house.edit_file("shelter-in.toml", |text| {
        format!("{text}\n[hook]\nsecret_file = \"shelter-in.hook\"\naddress = \"{ADDRESS}\"\n")
    });
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_change_that_is_told_is_asked_for_and_acknowledged(database: Database) {
        let (house, _) = referred(&database).await;
        hooked(&house);
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        assert_shown(&house, AGENCY, 1).await;
        let hear = |secret: &str, body: String| house.desk.hear("shelter-in", secret.as_bytes(), body.as_bytes());
        let word = house.shelter.webhook(&house.people[0]).to_string();

        // Whoever does not know the secret tells nothing, and neither does a partner without a hook.
        for secret in ["", "wrong", &SECRET[1..]] {
            assert_eq!(hear(secret, word.clone()), Err(NotHeard::NotPermitted));
        }
        house.connect("agency-bd").await;
        for name in ["agency-bd", "nobody", ""] {
            assert_eq!(house.desk.hear(name, b"", word.as_bytes()), Err(NotHeard::NotPermitted));
        }
        // What names no case is no word.
        for body in [json!({}), json!([]), json!({"data": {"record_id": 7, "record_type": "case"}}), json!({"data": {"record_id": "x", "record_type": "incident"}})] {
            assert_eq!(hear(SECRET, body.to_string()), Err(NotHeard::NoRecord));
        }
        for body in ["", "{", r#"{"data":{"record_id":"a","record_id":"b","record_type":"case"}}"#] {
            assert_eq!(hear(SECRET, body.to_owned()), Err(NotHeard::NoRecord));
        }

        // She takes her mark back: told, it holds at once; told twice, it is asked for once.
        house.shelter.set_raw(&house.people[0], "sangam_share", json!(false));
        let asked = house.shelter.requests();
        assert_eq!((hear(SECRET, word.clone()), hear(SECRET, word.clone())), (Ok(()), Ok(())));
        shelter.told_of_something().await;
        assert_eq!(house.desk.ask_for_told(&shelter).await.unwrap().taken_back, 1);
        assert_eq!(house.shelter.requests() - asked, 2, "the case and the acknowledgement");
        assert_suspended(&house, AGENCY, 1).await;
        let heard = (house.people[0].clone(), ADDRESS.to_owned(), "synced".to_owned());
        assert_eq!(house.shelter.synced(), [heard]);

        // A record that nobody has here and the partner does not share is asked for, and nothing comes of it.
        let unmarked = house.shelter.webhook(&house.people[2]).to_string();
        assert_eq!(hear(SECRET, unmarked), Ok(()));
        let report = house.desk.ask_for_told(&shelter).await.unwrap();
        assert_eq!((report.recorded, report.taken_back), (0, 0), "{report:?}");

        // One that cannot be read is told as failed; and the partner that is down has lost nothing.
        house.shelter.set_raw(&house.people[0], "sangam_share", json!(true));
        house.shelter.set_raw(&house.people[0], "sex", json!("otherwise"));
        assert_eq!(hear(SECRET, word.clone()), Ok(()));
        house.desk.ask_for_told(&shelter).await.unwrap();
        assert_eq!(house.shelter.synced().last().unwrap().2, "failed");
        house.shelter.set_raw(&house.people[0], "sex", json!("female"));
        house.shelter.fault(sangam_sandbox::Fault::BadGateway);
        assert_eq!(hear(SECRET, word), Ok(()));
        assert!(house.desk.ask_for_told(&shelter).await.is_err());
        house.shelter.fault(sangam_sandbox::Fault::None);
        house.clock.advance(3_600_000);
        assert!(house.shelter.edit(&house.people[0], &json!({"status": "open"})));
        house.synchronise(&shelter).await;
        assert_shown(&house, AGENCY, 1).await;

        // More than may wait is refused, and the next synchronisation has them all.
        let many: Vec<_> = (0..300).map(|number| hear(SECRET, house.shelter.webhook(&format!("case {number}")).to_string())).collect();
        assert_eq!(many.iter().filter(|told| told.is_ok()).count(), 256, "WAITING");
        assert_eq!(many.last().unwrap(), &Err(NotHeard::Busy));
    }
}
