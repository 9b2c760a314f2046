//! A record that its partner takes back, deletes, or changes into one that nobody can read: what the hub has of it is
//! shown to nobody but its owner, until it is read again.

use std::sync::Arc;

use sangam_desk::{PartnerDesk, SyncFault};
use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_wire::WireFault;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, NGO, SHELTER, nodes};
use crate::quarantine::{ODD, replay};
use crate::shown::{assert_shown, assert_suspended, entries, explained, referred};
use crate::words::{CONSENTS, QUARANTINE, SUBJECTS};
use sangam_scenarios::look::migrated;

fn partner(house: &House, name: &str) -> Arc<PartnerDesk> {
    house.desk.connected().into_iter().find(|partner| partner.config.name == name).unwrap()
}

async fn quarantine(house: &House) -> Vec<Value> {
    nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine")
}

/// Somebody else's case changes a minute later, so that the minor's is no longer among what changed last.
fn time_passes(house: &House) {
    house.clock.advance(60_000);
    assert!(house.shelter.edit(&house.people[1], &json!({"status": "open"})));
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_record_that_is_unmarked_is_shown_to_its_owner_alone(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = partner(&house, "shelter-in");
        house.own_consents(SHELTER, NGO).await;
        let fence = "SELECT fence FROM epoch";
        let (before, subjects) = (house.look.number(fence).await, house.look.table("held").await);

        assert!(house.shelter.edit(&house.people[0], &json!({"sangam_share": false})));
        let report = house.synchronise(&shelter).await;
        assert_eq!((report.taken_back, report.changed, report.quarantined), (1, 0, 0), "{report:?}");
        assert_suspended(&house, AGENCY, 1).await;
        // The subject by itself says no more, and the other woman's referral shows what it showed.
        let own = nodes(&house.ask(AGENCY, SUBJECTS, json!({})).await, "subjects");
        assert!(own.iter().all(|subject| subject["caseReference"].is_null()), "{own:?}");
        assert_shown(&house, NGO, 1).await;
        // The owner reads her as before, and is told why the agency does not; the agency is not.
        assert_eq!(house.subject(SHELTER, "Shiuli Begum").await, minor);
        let withheld = |clause: &str| (json!("WITHHELD"), json!(clause));
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "DEMOGRAPHICS").await, withheld("TAKEN_BACK"));
        assert_eq!(explained(&house, SHELTER, &minor, SHELTER, "DEMOGRAPHICS").await, (json!("RELEASED"), json!("OWNER")));
        let theirs = nodes(&house.ask(AGENCY, crate::words::SHOWN, json!({})).await, "referrals")[0]["subject"]["id"].clone();
        let told = explained(&house, AGENCY, theirs.as_str().unwrap(), AGENCY, "DEMOGRAPHICS").await;
        assert_eq!(told, withheld("NOT_AVAILABLE_NOW"));
        // Who watches hears of it, decisions made before no longer hold, and the journal has it once.
        assert_eq!(house.look.number("SELECT count(*) FROM event WHERE kind = 'SUSPENDED'").await, 1);
        assert!(house.look.number(fence).await > before);
        assert_eq!(house.look.table("held").await, subjects, "nothing is erased");
        house.synchronise(&shelter).await;
        assert_eq!(entries(&house, "RECORD_TAKEN_BACK").await, 1);

        // Marked again, as it was.
        assert!(house.shelter.edit(&house.people[0], &json!({"sangam_share": true})));
        let report = house.synchronise(&shelter).await;
        assert_eq!((report.changed, report.taken_back), (1, 0), "{report:?}");
        assert_shown(&house, AGENCY, 1).await;
    }

    /// Who was never marked is no business of the hub's, whatever becomes of her.
    async fn a_record_that_was_never_taken_stays_untouched(database: Database) {
        let (house, _) = referred(&database).await;
        // The entries of what was looked at so far follow within a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        let before = house.look.everything().await;
        assert!(house.shelter.edit(&house.people[2], &json!({"sangam_share": false})));
        assert!(house.shelter.disable(&house.people[2]));
        let report = house.synchronise(&partner(&house, "shelter-in")).await;
        assert_eq!((report.taken_back, report.unchanged), (0, 2), "{report:?}");
        let after = house.look.everything().await;
        assert!(!after.contains(&house.people[2]));
        assert_eq!(before.lines().count(), after.lines().count(), "nothing was recorded");
    }

    /// Disabled by its people, gone from the database, outside the scope of the hub's account: each time the list
    /// just does not have it.
    async fn a_record_that_is_deleted_or_closed_is_suspended(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = partner(&house, "shelter-in");
        let case = house.people[0].clone();

        // Closed to the hub and opened again, which changes nothing in the record itself.
        time_passes(&house);
        house.synchronise(&shelter).await;
        house.shelter.close_to_hub(&case, true);
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        assert_suspended(&house, AGENCY, 1).await;
        house.shelter.close_to_hub(&case, false);
        assert_eq!(house.synchronise(&shelter).await.changed, 1);
        assert_shown(&house, AGENCY, 1).await;

        assert!(house.shelter.disable(&case));
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        assert_suspended(&house, AGENCY, 1).await;
        house.shelter.set_raw(&case, "record_state", json!(true));
        assert_eq!(house.synchronise(&shelter).await.changed, 1);
        assert_shown(&house, AGENCY, 1).await;

        house.shelter.remove(&case);
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        assert_suspended(&house, AGENCY, 1).await;
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "SERVICES").await.1, "TAKEN_BACK");
    }

    /// The new version refuses and cannot be read: the hub does not know the refusal, and shows nothing it might be of.
    async fn a_version_that_cannot_be_read_suspends_what_was_read_before(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = partner(&house, "shelter-in");
        let case = house.people[0].clone();
        assert!(house.shelter.edit(&case, &json!({"refused_sharing": ["health", "story"]})));
        house.shelter.set_raw(&case, "sex", json!(ODD));
        assert_eq!(house.synchronise(&shelter).await.quarantined, 1);
        assert_suspended(&house, AGENCY, 1).await;
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "CASE_REFERENCE").await.1, "UNREAD");
        house.subject(SHELTER, "Shiuli Begum").await;

        // Still unreadable when it is asked for again.
        let record = quarantine(&house).await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(replay(&house, SHELTER, &record, "early").await["__typename"], "RecordStillQuarantined");
        assert_suspended(&house, AGENCY, 1).await;

        // Read: the refusal is on record before anything is shown again.
        house.shelter.set_raw(&case, "sex", json!("female"));
        assert_eq!(replay(&house, SHELTER, &record, "mended").await["__typename"], "RecordRead");
        assert_shown(&house, AGENCY, 1).await;
        let consents = nodes(&house.ask(SHELTER, CONSENTS, json!({"subject": minor})).await, "consents").to_vec();
        let refused = consents.iter().filter(|consent| consent["effect"] == "WITHHOLD");
        assert!(refused.flat_map(|consent| consent["categories"].as_array().unwrap()).any(|c| c == "NARRATIVE"), "{consents:?}");

        // A later synchronisation lifts it as well.
        house.shelter.set_raw(&case, "sex", json!(ODD));
        assert_eq!(house.synchronise(&shelter).await.quarantined, 1);
        assert_suspended(&house, AGENCY, 1).await;
        assert!(house.shelter.edit(&case, &json!({"sex": "female"})));
        assert_eq!(house.synchronise(&shelter).await.changed, 1);
        assert_shown(&house, AGENCY, 1).await;
        assert!(quarantine(&house).await.is_empty());
    }

    /// An unreadable version that is then taken back says the later of the two, and waits for nothing.
    async fn an_unread_record_that_is_taken_back_waits_no_longer(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = partner(&house, "shelter-in");
        house.shelter.set_raw(&house.people[0], "sex", json!(ODD));
        house.synchronise(&shelter).await;
        house.shelter.set_raw(&house.people[0], "sangam_share", json!(false));
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        assert!(quarantine(&house).await.is_empty());
        assert_suspended(&house, AGENCY, 1).await;
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "CASE_REFERENCE").await.1, "TAKEN_BACK");
    }

    /// The list does not have the record, and the system fails when it is asked why: until it says, nothing is shown.
    async fn a_record_of_which_the_partner_does_not_say_what_became_is_suspended(database: Database) {
        let (house, minor) = referred(&database).await;
        let shelter = partner(&house, "shelter-in");
        let case = house.people[0].clone();
        house.shelter.fault(Fault::OneRecord);
        // As long as the list has everything, nobody is asked for one case.
        house.synchronise(&shelter).await;
        assert_shown(&house, AGENCY, 1).await;
        assert!(house.shelter.edit(&case, &json!({"sangam_share": false})));
        for _ in 0..2 {
            let stopped = house.desk.synchronise(&shelter, &|_| {}).await;
            assert!(matches!(stopped, Err(SyncFault::Wire(WireFault::Refused { status: 500, .. }))), "{stopped:?}");
        }
        assert_suspended(&house, AGENCY, 1).await;
        assert_eq!(explained(&house, SHELTER, &minor, AGENCY, "SERVICES").await.1, "UNREAD");
        let waiting = quarantine(&house).await;
        assert_eq!((waiting.len(), &waiting[0]["kind"]), (1, &json!("NO_ANSWER")), "{waiting:?}");
        assert_eq!(entries(&house, "RECORD_QUARANTINED").await, 1);

        // It is listed again, unchanged and not among what changed last: it is asked for all the same.
        house.shelter.set_raw(&case, "sangam_share", json!(true));
        time_passes(&house);
        house.shelter.fault(Fault::None);
        house.synchronise(&shelter).await;
        house.synchronise(&shelter).await;
        assert_shown(&house, AGENCY, 1).await;
        assert!(quarantine(&house).await.is_empty());
    }

    /// Records move between the pages of a list while it is read; that takes nothing back.
    async fn a_list_that_moves_while_it_is_read_takes_nothing_back(database: Database) {
        let (house, _) = referred(&database).await;
        house.edit_file("shelter-in.toml", |text| text.replace("per_page = 50", "per_page = 5"));
        let shelter = house.connect("shelter-in").await;
        house.shelter.seed_cases(23);
        house.synchronise(&shelter).await;
        let marked = house.shelter.cases().iter().filter(|case| case["sangam_share"] == true).count();
        let known = house.look.number("SELECT count(*) FROM partner_record WHERE noun = 'SUBJECT'").await;
        assert_eq!(usize::try_from(known).unwrap(), marked);
        // While the first page is taken one of its records is unmarked: every later one moves up, and one of them is on
        // no page that is read. It is asked for, and is there.
        let asked = house.shelter.requests();
        let unmark = |_: &_| house.shelter.set_raw(&house.people[1], "sangam_share", json!(false));
        let report = house.desk.synchronise(&shelter, &unmark).await.unwrap();
        assert_eq!(report.taken_back, 0, "{report:?}");
        let lists = marked.div_ceil(5);
        let of_records = usize::try_from(house.shelter.requests() - asked).unwrap() - lists;
        assert_eq!(of_records, marked + 1, "the referrals of each record, and the case that was on no page");
        // A walk that does not begin at the first page takes nothing back; the next whole one takes back the one.
        house.look.run(r#"UPDATE partner SET position = '{"page":3}' WHERE name = 'shelter-in'"#).await;
        assert_eq!(house.synchronise(&shelter).await.taken_back, 0);
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        assert_eq!(house.look.number("SELECT count(*) FROM subject WHERE suspended IS NOT NULL").await, 1);
        assert_shown(&house, AGENCY, 1).await;
    }

    /// A record that moved between two pages while they were read, and did not change, is asked for in the next round.
    async fn a_record_that_slipped_between_two_pages_is_asked_for(database: Database) {
        let (house, _) = referred(&database).await;
        house.edit_file("shelter-in.toml", |text| text.replace("per_page = 50", "per_page = 5"));
        let shelter = house.connect("shelter-in").await;
        house.shelter.seed_cases(23);
        // Whatever changes on the first page is later than the record that will slip.
        house.clock.advance(60_000);
        assert!(house.shelter.edit(&house.people[0], &json!({"status": "open"})));
        let unmark = |_: &_| house.shelter.set_raw(&house.people[1], "sangam_share", json!(false));
        house.desk.synchronise(&shelter, &unmark).await.unwrap();
        let marked = house.shelter.cases().iter().filter(|case| case["sangam_share"] == true).count();
        let known = async || {
            let shown = "SELECT count(*) FROM partner_record r JOIN subject s ON s.id = r.record WHERE r.noun = 'SUBJECT' AND s.suspended IS NULL";
            usize::try_from(house.look.number(shown).await).unwrap()
        };
        house.clock.advance(60_000);
        house.synchronise(&shelter).await;
        assert_eq!(known().await, marked, "all that are shared, and no other");
        let asked = house.shelter.requests();
        house.synchronise(&shelter).await;
        assert_eq!(known().await, marked);
        assert!(house.shelter.requests() - asked < 20, "and then nobody is asked for what is known");
    }
}
