//! From India to Bangladesh: the long way, with liaisons on both sides and two papers.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::Purpose;
use serde_json::{Value, json};

use crate::going::{ask_her, attempt, lacks, look, note, offers_what_happens, opened, seen, step};
use crate::house::{DHAKA, HOME, House, KATHMANDU, NIRAPOD, SENDING, STRANGER, Survivor};
use sangam_scenarios::look::migrated;

/// Both liaisons sit in the request, and the state of origin is asked.
async fn asked(house: &House, who: &Survivor) {
    opened(house, HOME, NIRAPOD, who, "BD").await;
    step(house, HOME, json!({ "request": "INVITE_AUTHORITY", "organization": house.public_id(SENDING) })).await;
    step(house, SENDING, json!({ "request": "INVITE_LIAISON", "organization": house.public_id(DHAKA) })).await;
    step(house, SENDING, json!({ "court": "CLEAR", "reason": "CHARGE_SHEET_FILED" })).await;
    step(house, SENDING, json!({ "court": "ORDER" })).await;
    step(house, SENDING, json!({ "verification": "ASK" })).await;
}

pub(crate) async fn verified(house: &House, who: &Survivor) {
    asked(house, who).await;
    step(house, NIRAPOD, json!({ "verification": "BEGIN" })).await;
    step(house, NIRAPOD, json!({ "verification": "REPORT" })).await;
    step(house, DHAKA, json!({ "verification": "CONFIRM" })).await;
}

/// A permit that lasts so many days, and the exit clearance on it.
pub(crate) async fn papers(house: &House, days: i64) {
    step(house, SENDING, json!({ "travelDocument": "APPLY" })).await;
    let valid = json!({ "travelDocument": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * days) });
    step(house, DHAKA, valid).await;
}

pub(crate) async fn placed(house: &House) {
    house.days(1);
    step(house, NIRAPOD, json!({ "placement": "ASSESS" })).await;
    step(house, NIRAPOD, json!({ "placement": "SIGN" })).await;
    step(house, HOME, json!({ "placement": "SIGN" })).await;
    step(house, NIRAPOD, json!({ "placement": "AGREE_PLACE" })).await;
}

/// A crossing and days from tomorrow on, the hour in two days, and everybody's word.
pub(crate) async fn planned(house: &House) {
    let plan = json!({ "request": "PROPOSE", "crossing": "PETRAPOLE_BENAPOLE", "handoverFrom": house.at(24), "handoverUntil": house.at(72) });
    step(house, SENDING, plan).await;
    step(house, HOME, json!({ "request": "ARRANGE", "handoverAt": house.at(48), "escort": "POLICE_AND_ORGANIZATION" }))
        .await;
    step(house, NIRAPOD, json!({ "request": "CONFIRM" })).await;
    step(house, DHAKA, json!({ "request": "CONFIRM" })).await;
}

/// Records a hearing of hers, or takes a step of one; gives the hearing.
pub(crate) async fn hearing(house: &House, field: &str, mut input: Value) -> Value {
    let (name, done) = match field {
        "recordHearing" => ("RecordHearing", "HearingRecorded"),
        _ => ("StepHearing", "HearingStepped"),
    };
    // No two of a test are made at one time, of one kind.
    input["idempotencyKey"] = json!(format!("{field} {}", house.at(0)));
    let query = format!(
        "mutation($input: {name}Input!) {{ {field}(input: $input) {{ __typename ... on {done} {{ hearing {{ id version }} }} }} }}"
    );
    let told = house.ask_for(Purpose::Protection, HOME, &query, json!({ "input": input })).await[field].clone();
    assert_eq!(told["__typename"], done, "{told}");
    told["hearing"].clone()
}

/// The court no longer holds her for a hearing.
pub(crate) async fn lets_go(house: &House, of: &Value) {
    let release = json!({ "hearing": of["id"], "version": of["version"], "event": "RELEASE_HOLD" });
    hearing(house, "stepHearing", release).await;
}

fn without_identity(request: &Value) {
    let subject = &request["subject"];
    for category in ["identity", "tracing", "currentLocation"] {
        assert!(subject[category].is_null(), "{category}: {request}");
    }
    assert!(subject["holder"]["organization"].is_null(), "{request}");
}

sangam_kit::both_databases! {
    template = migrated;

    /// Her testimony holds her, the permit runs out meanwhile, another is issued, and the second memo is recorded from a
    /// telephone days later. No liaison has her identity but while the state of origin looks for her home.
    async fn the_long_way_with_a_court_hold_an_expired_permit_and_a_late_memo(database: Database) {
        let house = House::open(&database).await;
        let shiuli = house.survivor("Shiuli (invented)", Age::Adult).await;
        opened(&house, HOME, NIRAPOD, &shiuli, "BD").await;
        lacks(&house, HOME, json!({ "verification": "ASK" }), &["BETWEEN_ORGANIZATIONS"]).await;
        // A seat is for who it says: a government of the right country.
        for wrong in [KATHMANDU, STRANGER] {
            let input = json!({ "request": "INVITE_LIAISON", "organization": house.public_id(wrong) });
            assert_eq!(attempt(&house, HOME, input).await["__typename"], "InvalidInput", "{wrong}");
        }
        assert!(seen(&house, DHAKA).await.is_empty());
        step(&house, HOME, json!({ "request": "INVITE_AUTHORITY", "organization": house.public_id(SENDING) })).await;
        without_identity(&look(&house, SENDING).await);
        step(&house, SENDING, json!({ "request": "INVITE_LIAISON", "organization": house.public_id(DHAKA) })).await;
        let first = look(&house, DHAKA).await;
        without_identity(&first);
        assert_eq!((&first["state"], &first["turn"]), (&json!("OPEN"), &json!("SENDING_LIAISON")));
        // The same seat given again is the same.
        let twice = json!({ "request": "INVITE_RECEIVER", "organization": house.public_id(NIRAPOD) });
        assert_eq!(attempt(&house, SENDING, twice).await["__typename"], "RepatriationStepped");
        step(&house, SENDING, json!({ "court": "CLEAR", "reason": "CHARGE_SHEET_FILED" })).await;
        let ordered = step(&house, SENDING, json!({ "court": "ORDER" })).await;
        assert_eq!(ordered["court"]["state"], "ORDERED");
        assert_eq!(look(&house, DHAKA).await["court"]["state"], "IN_PROGRESS", "a criminal file crosses no border here");
        step(&house, SENDING, json!({ "verification": "ASK" })).await;
        for one in [NIRAPOD, DHAKA] {
            assert_eq!(look(&house, one).await["subject"]["tracing"]["names"][0]["text"], shiuli.name, "{one}");
        }
        without_identity(&look(&house, SENDING).await);
        assert!(seen(&house, STRANGER).await.is_empty());
        step(&house, NIRAPOD, json!({ "verification": "BEGIN" })).await;
        house.days(40);
        step(&house, NIRAPOD, json!({ "verification": "REPORT" })).await;
        assert!(offers_what_happens(&house, DHAKA).await > 40);
        step(&house, DHAKA, json!({ "verification": "CONFIRM" })).await;
        for one in [NIRAPOD, DHAKA] {
            assert!(look(&house, one).await["subject"]["tracing"].is_null(), "{one}: it closes with the track");
        }

        papers(&house, 30).await;
        step(&house, SENDING, json!({ "exitClearance": "APPLY" })).await;
        let endless = json!({ "exitClearance": "ISSUE" });
        assert_eq!(attempt(&house, SENDING, endless).await["path"], "/validUntil");
        step(&house, SENDING, json!({ "exitClearance": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * 300) })).await;
        placed(&house).await;
        assert_eq!(look(&house, HOME).await["board"], "READY");

        // A hearing holds her: nothing is proposed until it is over.
        let no_day = json!({ "hold": "HOLD_FOR_COURT", "reason": "TESTIMONY" });
        assert_eq!(attempt(&house, HOME, no_day).await["path"], "/hearingAt");
        let hearing = json!({ "hold": "HOLD_FOR_COURT", "reason": "TESTIMONY", "hearingAt": house.at(24 * 45) });
        let held = step(&house, HOME, hearing.clone()).await;
        assert_eq!((&held["board"], &held["holds"], &held["onHold"]), (&json!("ON_HOLD"), &json!(["TESTIMONY"]), &json!(["COURT"])));
        assert!(!held["canHold"].as_array().unwrap().contains(&json!("TESTIMONY")));
        assert_eq!(attempt(&house, HOME, hearing).await["__typename"], "IllegalStep", "it holds already");
        let abroad = look(&house, DHAKA).await;
        assert_eq!((&abroad["board"], &abroad["holds"]), (&json!("ON_HOLD"), &json!([])), "why is not told abroad");
        let propose = json!({ "request": "PROPOSE", "crossing": "PETRAPOLE_BENAPOLE", "handoverFrom": house.at(24), "handoverUntil": house.at(72) });
        lacks(&house, SENDING, propose, &["NO_COURT_HOLD"]).await;
        lacks(&house, HOME, json!({ "hold": "RELEASE", "reason": "TESTIMONY" }), &["HEARING_OVER"]).await;
        assert_eq!(look(&house, HOME).await["canRelease"], json!([]));
        house.days(45);
        assert_eq!(look(&house, HOME).await["canRelease"], json!(["TESTIMONY"]));
        step(&house, HOME, json!({ "hold": "RELEASE", "reason": "TESTIMONY" })).await;

        // Meanwhile the permit has run out, by its own date and whether a clock looked or not.
        let expired = look(&house, HOME).await;
        assert_eq!((&expired["board"], &expired["turn"]), (&json!("ON_HOLD"), &json!("RECEIVING_LIAISON")), "{expired}");
        ask_her(&house, HOME, "still the same (invented)").await;
        planned(&house).await;
        house.hours(48);
        lacks(&house, HOME, json!({ "request": "DEPART" }), &["PAPERS_VALID"]).await;
        step(&house, HOME, json!({ "request": "CALL_OFF", "reason": "DOCUMENT_EXPIRED" })).await;
        assert!(look(&house, NIRAPOD).await["crossing"].is_null());
        let renewed = json!({ "travelDocument": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * 90) });
        step(&house, DHAKA, renewed).await;
        planned(&house).await;
        let before = look(&house, SENDING).await;
        assert!(before["handoverAt"].is_string(), "within 72 hours who takes part sees the hour: {before}");
        house.hours(48);
        step(&house, HOME, json!({ "request": "DEPART" })).await;
        house.hours(5);
        step(&house, SENDING, json!({ "request": "SIGN" })).await;
        let day = house.at(0);
        house.days(6);
        let alarmed = look(&house, HOME).await;
        assert!(alarmed["dueAt"].as_str().unwrap() < house.at(0).as_str(), "one signature alone: {alarmed}");
        let tomorrow = json!({ "request": "SIGN", "madeOn": house.at(24) });
        assert_eq!(attempt(&house, NIRAPOD, tomorrow).await["path"], "/madeOn");
        let long_ago = json!({ "request": "SIGN", "madeOn": house.at(-24 * 30) });
        assert_eq!(attempt(&house, NIRAPOD, long_ago).await["__typename"], "InvalidInput", "before she set out");
        let done = step(&house, NIRAPOD, json!({ "request": "SIGN", "madeOn": day })).await;
        assert_eq!((&done["state"], &done["dueAt"]), (&json!("HANDED_OVER"), &json!(null)));
        step(&house, NIRAPOD, json!({ "request": "RECEIVE" })).await;
        // What a liaison saw to bring her home closes when she is home.
        for liaison in [SENDING, DHAKA] {
            let closed = look(&house, liaison).await;
            assert_eq!((&closed["canSee"], &closed["canDo"]), (&json!([]), &json!([])), "{liaison}: {closed}");
        }
    }

    /// The state says that it does not know her; it is asked again, says no for good, and another way is sought.
    async fn her_nationality_is_refused_and_appealed(database: Database) {
        let house = House::open(&database).await;
        let ruma = house.survivor("Ruma (invented)", Age::Adult).await;
        asked(&house, &ruma).await;
        step(&house, NIRAPOD, json!({ "verification": "BEGIN" })).await;
        step(&house, NIRAPOD, json!({ "verification": "REPORT" })).await;
        let unreasoned = attempt(&house, DHAKA, json!({ "verification": "REFUSE" })).await;
        assert_eq!(unreasoned["path"], "/reason", "{unreasoned}");
        step(&house, DHAKA, json!({ "verification": "REFUSE", "reason": "ADDRESS_UNTRACEABLE" })).await;
        let refused = look(&house, HOME).await;
        assert_eq!((&refused["board"], &refused["turn"]), (&json!("NATIONALITY_REFUSED"), &json!("HOLDING")));
        assert!(look(&house, DHAKA).await["subject"]["tracing"].is_null());
        assert!(offers_what_happens(&house, HOME).await > 30);
        assert_eq!(look(&house, SENDING).await["verification"]["state"], "IN_PROGRESS", "who may enforce it is not told");
        step(&house, HOME, json!({ "verification": "APPEAL" })).await;
        assert_eq!(look(&house, DHAKA).await["subject"]["tracing"]["father"], "Invented Father", "it is looked at again");
        step(&house, DHAKA, json!({ "verification": "DENY", "reason": "NO_RECORD" })).await;
        lacks(&house, SENDING, json!({ "travelDocument": "APPLY" }), &["VERIFIED"]).await;
        let sought = step(&house, HOME, json!({ "request": "FIND_ALTERNATIVE", "reason": "STATELESSNESS" })).await;
        assert_eq!((&sought["state"], &sought["because"]), (&json!("ALTERNATIVE"), &json!("STATELESSNESS")));
        let theirs = look(&house, NIRAPOD).await;
        assert_eq!(theirs["canDo"], json!([]));
        let over = step(&house, HOME, json!({ "request": "COMPLETE", "reason": "STATELESSNESS" })).await;
        assert_eq!(over["state"], "CLOSED");
    }

    /// She sets out, and nobody comes to the crossing: after twelve hours it is late, she comes back, and another day is
    /// proposed.
    async fn the_escort_never_arrives(database: Database) {
        let house = House::open(&database).await;
        let lima = house.survivor("Lima (invented)", Age::Adult).await;
        verified(&house, &lima).await;
        papers(&house, 90).await;
        step(&house, SENDING, json!({ "exitClearance": "APPLY" })).await;
        step(&house, SENDING, json!({ "exitClearance": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * 90) })).await;
        placed(&house).await;
        ask_her(&house, HOME, "yes (invented)").await;
        planned(&house).await;
        house.hours(47);
        let gone = step(&house, HOME, json!({ "request": "DEPART" })).await;
        assert_eq!(gone["dueAt"], house.at(13), "twelve hours after the hour");
        let covered = look(&house, DHAKA).await;
        assert_eq!(covered["state"], "IN_TRANSIT", "in the hours of the handover the pair knows where she is: {covered}");
        let late = gone["dueAt"].clone();
        house.hours(14);
        assert!(look(&house, HOME).await["dueAt"].as_str().unwrap() < house.at(0).as_str());
        // The round brings it, once; that people were told, and are told again tomorrow, makes it no less late.
        let (first, second) = (house.desk.run_clocks().await.unwrap(), house.desk.run_clocks().await.unwrap());
        assert_eq!((first.escalated, first.stepped, second.escalated), (1, 0, 0), "{first:?} {second:?}");
        assert_eq!(look(&house, HOME).await["dueAt"], late);
        let back = step(&house, HOME, json!({ "request": "TURN_BACK", "reason": "NOBODY_CAME" })).await;
        assert_eq!((&back["state"], &back["because"], &back["crossing"]), (&json!("OPEN"), &json!("NOBODY_CAME"), &json!(null)));
        planned(&house).await;
        house.hours(48);
        step(&house, HOME, json!({ "request": "DEPART" })).await;
        step(&house, DHAKA, json!({ "request": "SIGN" })).await;
        let both = step(&house, HOME, json!({ "request": "SIGN" })).await;
        assert_eq!(both["state"], "HANDED_OVER");
        note(&house, NIRAPOD, json!({ "note": "VISITS_DONE" })).await;
    }

    /// A hearing that was recorded to hold her keeps her here with no hold of the request beside it: she does not set
    /// out, no memo is signed, and no court's hold of the request is let go, until the court lets her go.
    async fn a_hearing_on_record_holds_her_by_itself(database: Database) {
        let house = House::open(&database).await;
        let mita = house.survivor("Mita (invented)", Age::Adult).await;
        verified(&house, &mita).await;
        papers(&house, 90).await;
        step(&house, SENDING, json!({ "exitClearance": "APPLY" })).await;
        step(&house, SENDING, json!({ "exitClearance": "ISSUE", "validFrom": house.at(0), "validUntil": house.at(24 * 90) })).await;
        placed(&house).await;
        ask_her(&house, HOME, "yes (invented)").await;
        planned(&house).await;
        house.hours(46);
        let recorded = |house: &House| json!({ "subject": mita.id, "kind": "EVIDENCE", "takesPlaceAt": house.at(24), "holdsReturn": true });
        let first = hearing(&house, "recordHearing", recorded(&house)).await;
        let depart = || json!({ "request": "DEPART" });
        lacks(&house, HOME, depart(), &["NO_COURT_HOLD"]).await;
        let held = look(&house, HOME).await;
        assert!(!held["canDo"].as_array().unwrap().contains(&json!("DEPART")), "nor is it offered: {held}");
        step(&house, HOME, json!({ "hold": "HOLD_FOR_COURT", "reason": "COURT_ORDERED", "hearingAt": house.at(24) })).await;
        house.hours(1);
        let release = || json!({ "hold": "RELEASE", "reason": "COURT_ORDERED", "releasedByCourt": true });
        lacks(&house, HOME, release(), &["HEARING_OVER"]).await;
        lets_go(&house, &first).await;
        lacks(&house, HOME, depart(), &["NO_COURT_HOLD"]).await;
        step(&house, HOME, release()).await;
        step(&house, HOME, depart()).await;
        // She is on the way, and a court holds her after all.
        house.hours(1);
        let second = hearing(&house, "recordHearing", recorded(&house)).await;
        for one in [HOME, SENDING, NIRAPOD, DHAKA] {
            lacks(&house, one, json!({ "request": "SIGN" }), &["NO_COURT_HOLD"]).await;
        }
        house.hours(1);
        lets_go(&house, &second).await;
        step(&house, HOME, json!({ "request": "SIGN" })).await;
        let both = step(&house, NIRAPOD, json!({ "request": "SIGN" })).await;
        assert_eq!(both["state"], "HANDED_OVER");
    }
}
