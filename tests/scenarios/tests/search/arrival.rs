//! Arriving: a woman was pushed over the border. Whoever receives her records that she came, cares for her, and asks where
//! she was for what is known of her; it is no return that anybody completed, and never becomes one.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::{Noun, Purpose, Relation, Role, Seat};
use sangam_workflow::arrival::{Arrival, State};
use sangam_workflow::flow::Flow;
use serde_json::{Value, json};

use crate::house::{House, OTHER, SHELTER, SOURCE, STRANGER, Says, WOMAN};
use crate::words::{ANSWERS, ARRIVALS, LINK, MOVE, OPEN, RECORD, SEARCH, SEND};
use sangam_scenarios::look::migrated;

/// Of an adult, with who has her records.
const WOMAN_AND_WHERE: Says<'_> =
    Says { by: "OWN", no_conflict: false, assent: "NOT_ASKED", categories: &["TRACING", "CASE_REFERENCE"] };

/// A woman whom the border force of another country pushed over the border, and her arrival.
async fn pushed_back(house: &House) -> (sangam_vocabulary::SubjectId, Value) {
    let (woman, _) = house.person(OTHER, Age::Adult, "Rupa").await;
    let input = json!({"subject": house.outward(OTHER, woman), "kind": "PUSH_BACK", "cameFrom": "IN"});
    let told = house.change(OTHER, RECORD, input).await;
    assert_eq!(told["__typename"], "ArrivalRecorded", "{told}");
    (woman, told["arrival"].clone())
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_push_back_is_recorded_as_an_arrival(database: Database) {
        let house = House::agreed(&database).await;
        let (woman, arrival) = pushed_back(&house).await;
        assert_eq!((&arrival["state"], &arrival["kind"], &arrival["cameFrom"]), (&json!("RECORDED"), &json!("PUSH_BACK"), &json!("IN")));
        // She is asked what she needs, and referred.
        let step = async |version: i64, event: &str, reason: Option<&str>| {
            house.change(OTHER, MOVE, json!({"arrival": arrival["id"], "version": version, "event": event, "reason": reason})).await
        };
        assert_eq!(step(1, "ASSESS", None).await["arrival"]["state"], "NEEDS_ASSESSED");
        let input = json!({"subject": house.outward(OTHER, woman), "recipient": house.public_id(STRANGER), "services": ["HEALTH"], "urgency": "URGENT", "idempotencyKey": "refer"});
        let sent = house.ask_for(Purpose::ServiceReferral, OTHER, SEND, json!({ "input": input })).await;
        let referral = sent["sendReferral"]["referral"]["id"].clone();
        let linked = house.change(OTHER, LINK, json!({"arrival": arrival["id"], "version": 2, "referral": referral})).await;
        assert_eq!((&linked["arrival"]["referrals"], &linked["arrival"]["version"]), (&json!([referral]), &json!(3)), "{linked}");
        let again = house.change(OTHER, LINK, json!({"arrival": arrival["id"], "version": 3, "referral": referral})).await;
        assert_eq!(again["arrival"]["version"], json!(3), "linked once");
        assert_eq!(step(3, "TAKE_INTO_CARE", None).await["arrival"]["state"], "IN_CARE");
        // It ends for a reason that fits.
        let unreasoned = step(4, "CLOSE", None).await;
        assert_eq!((&unreasoned["__typename"], &unreasoned["path"]), (&json!("InvalidInput"), &json!("/reason")));
        assert_eq!(step(4, "CLOSE", Some("MISTAKEN")).await["path"], "/reason", "what was cared for was no mistake");
        assert_eq!(step(1, "CLOSE", Some("CARE_ENDED")).await["version"], json!(4), "an old version");
        let closed = step(4, "CLOSE", Some("CARE_ENDED")).await;
        assert_eq!((&closed["arrival"]["state"], &closed["arrival"]["closeReason"], &closed["arrival"]["canDo"]), (&json!("CLOSED"), &json!("CARE_ENDED"), &json!([])));
        // Nobody else has a seat in it, and not the one she was referred to.
        for name in [SOURCE, SHELTER, STRANGER] {
            for purpose in [Purpose::Protection, Purpose::Reintegration, Purpose::ServiceReferral] {
                assert_eq!(house.ask_for(purpose, name, ARRIVALS, json!({})).await["arrivals"]["nodes"], json!([]));
            }
        }
        assert_eq!(house.ask(OTHER, ARRIVALS, json!({})).await["arrivals"]["nodes"].as_array().unwrap().len(), 1);
        let entries = house.entries(woman).await;
        let of = |kind: &str| entries.iter().find(|(known, _)| *known == kind).unwrap().1;
        // Recorded; assessed, linked twice, taken into care, closed.
        assert_eq!((of("ARRIVAL_RECORDED"), of("ARRIVAL_STEPPED")), (1, 5));
    }

    /// One arrival of a person is open at a time, it is of an own subject, and a referral that is linked to it is hers.
    async fn an_arrival_is_of_one_own_person(database: Database) {
        let house = House::agreed(&database).await;
        let (woman, arrival) = pushed_back(&house).await;
        let input = json!({"subject": house.outward(OTHER, woman), "kind": "ALONE"});
        assert_eq!(house.change(OTHER, RECORD, input.clone()).await["path"], "/subject", "she has arrived already");
        let own = json!({"subject": house.outward(OTHER, woman), "kind": "ALONE", "cameFrom": "BD"});
        assert_eq!(house.change(OTHER, RECORD, own).await["path"], "/cameFrom");
        let theirs = json!({"subject": house.outward(SHELTER, woman), "kind": "ALONE"});
        assert_eq!(house.change(SHELTER, RECORD, theirs).await["__typename"], "NotFound");
        let key = json!({"subject": house.outward(OTHER, woman), "kind": "INTERCEPTED", "cameFrom": "NP", "idempotencyKey": "same"});
        house.change(OTHER, MOVE, json!({"arrival": arrival["id"], "version": 1, "event": "CLOSE", "reason": "MISTAKEN"})).await;
        let first = house.change(OTHER, RECORD, key.clone()).await;
        assert_eq!(house.change(OTHER, RECORD, key).await, first, "the same key is the same arrival");
        // Somebody else's referral is not hers.
        let (friend, _) = house.person(OTHER, Age::Adult, "Lata").await;
        let input = json!({"subject": house.outward(OTHER, friend), "recipient": house.public_id(STRANGER), "services": ["HEALTH"], "urgency": "URGENT", "idempotencyKey": "refer"});
        let sent = house.ask_for(Purpose::ServiceReferral, OTHER, SEND, json!({ "input": input })).await;
        let link = json!({"arrival": first["arrival"]["id"], "version": 1, "referral": sent["sendReferral"]["referral"]["id"]});
        assert_eq!(house.change(OTHER, LINK, link).await["__typename"], "NotFound");
    }

    /// Whoever receives her asks a shelter of the country she came from whether it has records of her. It answers with her
    /// word and not without, and never that she was found: she is not missing.
    async fn records_are_asked_for_where_she_came_from(database: Database) {
        let house = House::agreed(&database).await;
        let (woman, arrival) = pushed_back(&house).await;
        house.says(OTHER, woman, WOMAN, &[SHELTER, SOURCE]).await;
        let ask = async |recipients: &[&str]| {
            let recipients: Vec<_> = recipients.iter().map(|name| house.public_id(name)).collect();
            house.change(OTHER, OPEN, json!({"subject": house.outward(OTHER, woman), "recipients": recipients, "arrival": arrival["id"]})).await
        };
        let elsewhere = ask(&[SOURCE]).await;
        assert_eq!((&elsewhere["__typename"], &elsewhere["path"]), (&json!("InvalidInput"), &json!("/recipients")), "she did not come from there");
        let opened = ask(&[SHELTER]).await;
        assert_eq!((&opened["search"]["about"], &opened["search"]["arrival"]), (&json!("RECORDS"), &arrival["id"]), "{opened}");
        let search = opened["search"]["id"].clone();
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        // The shelter knows her from before.
        let (before, _) = house.person(SHELTER, Age::Adult, "Rupa").await;
        assert_eq!(house.answer(SHELTER, "REPORT_LEAD", Some(before)).await["missing"], json!(["FOUND_CONSENT", "HOLDER_CONSENT"]));
        let none = house.ask(OTHER, ANSWERS, json!({"search": search})).await;
        assert_eq!(none["searchAnswers"], json!([]));
        house.says(SHELTER, before, WOMAN_AND_WHERE, &[OTHER]).await;
        for event in ["REPORT_SAFE", "REPORT_DECLINES_CONTACT"] {
            assert_eq!(house.answer(SHELTER, event, Some(before)).await["missing"], json!(["MISSING_PERSON"]));
        }
        assert_eq!(house.answer(SHELTER, "REPORT_LEAD", Some(before)).await["state"], "LEAD");
        let told = house.ask(OTHER, ANSWERS, json!({"search": search})).await;
        assert_eq!((&told["searchAnswers"][0]["state"], &told["searchAnswers"][0]["finder"]["name"]), (&json!("LEAD"), &json!(SHELTER)));
        let seen = house.ask(OTHER, SEARCH, json!({"id": search})).await;
        assert_eq!(seen["search"]["arrival"], arrival["id"]);
        // Of an arrival that is over, is somebody else's, or came from nobody knows where, nothing is asked.
        let input = json!({"search": search, "version": 1, "event": "CLOSE"});
        house.change(OTHER, crate::words::STEP, input).await;
        house.change(OTHER, MOVE, json!({"arrival": arrival["id"], "version": 1, "event": "CLOSE", "reason": "LEFT"})).await;
        assert_eq!(ask(&[SHELTER]).await["path"], "/arrival");
    }

    /// A push-back goes through everything an arrival can go through, and no repatriation is there at the end of it.
    async fn no_way_leads_from_an_arrival_to_a_repatriation(database: Database) {
        let house = House::agreed(&database).await;
        let (woman, arrival) = pushed_back(&house).await;
        house.says(OTHER, woman, WOMAN, &[SHELTER]).await;
        house.change(OTHER, OPEN, json!({"subject": house.outward(OTHER, woman), "recipients": [house.public_id(SHELTER)], "arrival": arrival["id"]})).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        for (version, event) in [(1, "ASSESS"), (2, "TAKE_INTO_CARE"), (3, "CLOSE")] {
            let input = json!({"arrival": arrival["id"], "version": version, "event": event, "reason": "CARE_ENDED"});
            assert_eq!(house.change(OTHER, MOVE, input).await["__typename"], "ArrivalStepped", "{event}");
        }
        let nouns = house.look.texts("SELECT DISTINCT noun FROM standing ORDER BY noun").await;
        assert_eq!(nouns, ["ARRIVAL", "SEARCH", "SUBJECT"]);
        assert_eq!(house.look.column::<i64>("SELECT count(*) FROM event WHERE noun = 'REPATRIATION'").await, [0]);
        // The store has no place where one could name the other.
        let columns = if house.look.is_sqlite() {
            "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        } else {
            "SELECT (table_name || '.' || column_name)::text FROM information_schema.columns WHERE table_schema = 'public'"
        };
        let columns = house.look.texts(columns).await;
        assert!(columns.iter().any(|column| column == "arrival.kind"), "the columns were read");
        for column in &columns {
            let (table, name) = column.split_once('.').unwrap();
            let of_both = (table.contains("arrival") && name.contains("repatriation")) || (table.contains("repatriation") && name.contains("arrival"));
            assert!(!of_both, "{column} joins an arrival to a repatriation");
        }
        // Nor has the language: what takes an arrival gives an arrival, or asks for records.
        let sdl = sangam_language::sdl();
        let takes: Vec<_> = sdl.split("\ninput ").skip(1).map(|input| input.split("\n}").next().unwrap()).filter(|input| input.lines().any(|line| line.trim().starts_with("arrival:"))).map(|input| input.split([' ', '{']).next().unwrap()).collect();
        assert_eq!(takes, ["LinkArrivalInput", "OpenSearchInput", "StepArrivalInput"]);
    }
}

/// No state of an arrival is one of a return, and no step of it is anybody's but the one who received her: neither a liaison
/// nor a holder has a seat through which it could be handed over.
#[test]
fn an_arrival_has_no_handover() {
    use sangam_vocabulary::Code as _;
    let words: Vec<_> = State::ALL.iter().map(|state| state.code()).collect();
    assert_eq!(words, ["RECORDED", "NEEDS_ASSESSED", "IN_CARE", "CLOSED"]);
    assert!(Arrival::STEPS.iter().all(|step| step.by == sangam_workflow::flow::By::Seat(Seat::Receiving)));
    for role in Role::ALL {
        for seat in Seat::ALL {
            let carried = sangam_custody::carries(Purpose::Repatriation, Relation::new(Noun::Arrival, *seat), *role);
            assert!(!carried, "an arrival carries no repatriation, to {role} as {seat}");
        }
    }
}
