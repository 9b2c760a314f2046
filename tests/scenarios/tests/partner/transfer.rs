//! Responsibility for a case goes to another organization: all of it or nothing, and the former owner's system does not
//! reach it any more.

use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Scope, ScopeSet};
use sangam_vocabulary::{Category, CategorySet, ClientId, Instant, PurposeSet};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{AGENCY, SHELTER, STRANGER, nodes, operation};
use crate::referral::Case;
use crate::words::{ANSWER, CONSENTS, DISCLOSURES, RECALLS, SHOWN, WITHDRAW};
use sangam_scenarios::look::migrated;

const DAY: i64 = 86_400_000;
const LIGHT: [&str; 3] = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"];

/// Whom the stranger holds, as its page shows them.
async fn held_by(case: &Case, handle: &str) -> Vec<Value> {
    let all = case.house.subjects(handle).await;
    all.into_iter().filter(|subject| !subject["demographics"].is_null()).collect()
}

async fn accept(case: &Case, received: &Value, key: &str) -> Value {
    case.step(STRANGER, received, "ACCEPT", json!({ "idempotencyKey": key })).await
}

/// Of her only the light categories are there.
async fn only_light(case: &Case) {
    case.house.look.run("DELETE FROM held WHERE category NOT IN (0, 1, 15)").await;
}

/// The shelter has nothing under way for her with the agency any more.
async fn nothing_with_the_agency(case: &Case) {
    let query = "{ referrals(direction: SENT) { nodes { id version state canDo recipient { name } subject { id } } } }";
    let own = nodes(&case.house.ask(SHELTER, query, json!({})).await, "referrals");
    let hers = |one: &&Value| one["subject"]["id"] == json!(case.minor) && one["recipient"]["name"] == "Nirapod Ghar";
    for other in own.iter().filter(hers) {
        case.stepped(SHELTER, other, "WITHDRAW", json!({})).await;
    }
}

/// The stranger's system, which names none of its staff.
fn nobody(case: &Case) -> Caller {
    let mut party = case.house.caller(STRANGER, ScopeSet::of(Scope::ALL), PurposeSet::all()).party().clone();
    party.actor = None;
    let system = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
    Caller::verified(system, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
}

sangam_kit::both_databases! {
    template = migrated;

    async fn who_accepts_a_transfer_holds_the_case(database: Database) {
        let case = Case::open(&database).await;
        let house = &case.house;
        let sent = case.send("transfer", json!({ "transfer": true })).await;
        assert_eq!(sent["transfer"], true);
        // The same services without the transfer are not the same.
        let plain = case.send("plain", json!({})).await;
        assert_ne!(plain["id"], sent["id"]);
        case.stepped(SHELTER, &plain, "WITHDRAW", json!({})).await;
        let received = nodes(&house.ask(STRANGER, "{ referrals { nodes { id version state transfer } } }", json!({})).await, "referrals");
        let received = received.iter().find(|referral| referral["state"] == "SENT").unwrap().clone();

        // Something of her is withheld from the recipient: then nothing goes over.
        let refused = accept(&case, &received, "withheld").await;
        assert_eq!(refused["__typename"], "TransferRefused", "{refused}");
        let categories = refused["categories"].as_array().unwrap();
        assert!(categories.contains(&json!("IDENTITY")) && !categories.contains(&json!("SERVICES")), "{refused}");
        assert_eq!(case.one(SHELTER, &sent["id"]).await["state"], "SENT");

        // Only what she consented to is there.
        house.consent_for_child(SHELTER, &case.minor, &[house.public_id(STRANGER)], &LIGHT, "light").await;
        only_light(&case).await;
        // The shelter has referred her to the agency as well, and would not answer for that any more.
        let busy = accept(&case, &received, "busy").await;
        assert_eq!((&busy["__typename"], &busy["path"]), (&json!("InvalidInput"), &json!("/referral")), "{busy}");
        nothing_with_the_agency(&case).await;
        // A lock on either side holds it up.
        for locked in ["Asha Nivas", "Alor Pothe"] {
            let set = |bit: u8| format!("UPDATE organization SET locked = {bit} WHERE name = '{locked}'");
            house.look.run(&set(1)).await;
            let refused = accept(&case, &received, &format!("locked {locked}")).await;
            assert_ne!(refused["__typename"], "StepTaken", "{refused}");
            house.look.run(&set(0)).await;
        }
        // On probation it answers referrals, and takes over no case.
        for (membership, refused) in [("PROVISIONAL", true), ("MEMBER", false)] {
            house.look.run(&format!("UPDATE organization SET membership = '{membership}' WHERE name = 'Alor Pothe'")).await;
            house.desk.look_at_members().await.unwrap();
            if refused {
                assert_eq!(accept(&case, &received, "probation").await["__typename"], "NotPermitted");
            }
        }
        assert!(held_by(&case, STRANGER).await.is_empty());

        let accepted = accept(&case, &received, "accept").await;
        assert_eq!((&accepted["__typename"], &accepted["referral"]["state"]), (&json!("StepTaken"), &json!("ACCEPTED")), "{accepted}");
        assert_eq!(accept(&case, &received, "accept").await["__typename"], "StepTaken", "the same key is the same step");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 1);
        let holds = held_by(&case, STRANGER).await;
        assert_eq!(holds.len(), 1, "the new owner reads its own: {holds:?}");
        let own = holds[0]["id"].as_str().unwrap().to_owned();
        // What the journal says is the new owner's to ask for, and the consents are its to keep.
        let of = |subject: &str| json!({ "subject": subject });
        assert!(!nodes(&house.ask(STRANGER, DISCLOSURES, of(&own)).await, "disclosures").is_empty());
        assert!(!nodes(&house.ask(STRANGER, CONSENTS, of(&own)).await, "consents").is_empty());
        // The former owner has its seat in the referral, and no consent names it.
        assert!(held_by(&case, SHELTER).await.iter().all(|subject| subject["id"] != json!(case.minor)));
        assert!(nodes(&house.ask(SHELTER, DISCLOSURES, of(&case.minor)).await, "disclosures").is_empty());
        assert!(nodes(&house.ask(SHELTER, CONSENTS, of(&case.minor)).await, "consents").is_empty());
        assert_eq!(case.one(SHELTER, &sent["id"]).await["state"], "IN_PROGRESS", "the covering word");
        let again = case.write("sendReferral", "late", json!({ "recipient": house.public_id(AGENCY) })).await;
        assert_ne!(again["__typename"], "ReferralSent", "{again}");

        // The former owner's system goes on about her: the hub has nothing of it, and nobody new.
        let shelter = house.connect("shelter-in").await;
        let subjects = house.look.number("SELECT count(*) FROM subject").await;
        for change in [json!({ "sex": "male" }), json!({ "sangam_share": false })] {
            assert!(house.shelter.edit(&house.people[0], &change));
            let report = house.synchronise(&shelter).await;
            assert_eq!((report.recorded, report.changed, report.taken_back, report.quarantined), (0, 0, 0, 0), "{report:?}");
        }
        assert_eq!(house.look.number("SELECT count(*) FROM subject").await, subjects);
        let after = held_by(&case, STRANGER).await;
        assert_eq!((after.len(), &after[0]["demographics"]), (1, &holds[0]["demographics"]), "neither overwritten nor suspended");
        // The former owner's country goes on to bind.
        assert_eq!(house.look.number("SELECT count(*) FROM subject WHERE past_owners LIKE '%:SHELTER:IN'").await, 1);
    }

    /// Whoever was asked to let go of her has to answer first: to own her is no way around it.
    async fn who_was_asked_to_let_go_takes_nothing_over(database: Database) {
        let case = Case::open(&database).await;
        let (house, stranger) = (&case.house, [case.house.public_id(STRANGER)]);
        nothing_with_the_agency(&case).await;
        case.send("transfer", json!({ "transfer": true })).await;
        let consent = house.consent_for_child(SHELTER, &case.minor, &stranger, &LIGHT, "light").await;
        let shown = nodes(&house.ask(STRANGER, SHOWN, json!({})).await, "referrals");
        assert!(shown[0]["subject"]["demographics"]["sex"].is_string(), "{shown:?}");
        let told = house.ask(SHELTER, WITHDRAW, json!({ "input": { "consent": consent, "idempotencyKey": "w" } })).await;
        assert_eq!(told["withdrawConsent"]["__typename"], "ConsentWithdrawn", "{told}");
        house.consent_for_child(SHELTER, &case.minor, &stranger, &LIGHT, "anew").await;
        only_light(&case).await;

        let received = case.latest(STRANGER, "RECEIVED").await;
        let refused = accept(&case, &received, "recalled").await;
        assert_eq!(refused["__typename"], "TransferRefused", "{refused}");
        assert_eq!(refused["categories"].as_array().unwrap().len(), LIGHT.len(), "{refused}");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 0);

        let recall = nodes(&house.ask(STRANGER, RECALLS, json!({})).await, "recalls").remove(0);
        let input = json!({ "subject": recall["subject"], "version": recall["version"], "answer": "DELETED", "idempotencyKey": "gone" });
        let answered = house.ask(STRANGER, ANSWER, json!({ "input": input })).await;
        assert_eq!(answered["answerRecall"]["__typename"], "RecallAnswered", "{answered}");
        let accepted = accept(&case, &received, "answered").await;
        assert_eq!(accepted["__typename"], "StepTaken", "{accepted}");
    }

    /// What is withheld is told to who could accept, and to nobody who let go of the case or was let go.
    async fn a_transfer_that_has_ended_says_nothing_of_her(database: Database) {
        let case = Case::open(&database).await;
        case.send("transfer", json!({ "transfer": true })).await;
        let received = case.latest(STRANGER, "RECEIVED").await;
        let open = accept(&case, &received, "open").await;
        assert_eq!(open["__typename"], "TransferRefused", "{open}");
        assert!(!open["categories"].as_array().unwrap().is_empty(), "{open}");

        let declined = case.stepped(STRANGER, &received, "DECLINE", json!({ "reason": "NO_CAPACITY" })).await;
        let refused = accept(&case, &declined, "declined").await;
        assert_eq!((&refused["__typename"], &refused["categories"]), (&json!("IllegalStep"), &Value::Null), "{refused}");
        let again = case.send("again", json!({ "transfer": true })).await;
        case.stepped(SHELTER, &again, "WITHDRAW", json!({})).await;
        let withdrawn = case.latest(STRANGER, "RECEIVED").await;
        let refused = accept(&case, &withdrawn, "withdrawn").await;
        assert_eq!((&refused["__typename"], &refused["categories"]), (&json!("IllegalStep"), &Value::Null), "{refused}");
        // Later it does not even exist.
        case.house.clock.advance(91 * DAY);
        assert_eq!(accept(&case, &declined, "late").await["__typename"], "NotFound");
    }

    /// A token that names nobody takes over nothing that it could not read.
    async fn a_system_that_names_nobody_takes_over_no_more_than_it_reads(database: Database) {
        let case = Case::open(&database).await;
        let house = &case.house;
        house.agree(&[SHELTER], &[STRANGER], CategorySet::LIGHT.with(Category::Messages)).await;
        let categories = [LIGHT[0], LIGHT[1], LIGHT[2], "MESSAGES"];
        house.consent_for_child(SHELTER, &case.minor, &[house.public_id(STRANGER)], &categories, "all").await;
        nothing_with_the_agency(&case).await;
        let sent = case.send("transfer", json!({ "transfer": true })).await;
        only_light(&case).await;
        let wrote = case.message(SHELTER, &sent, "m", "zq-she-sleeps-badly").await;
        assert_eq!(wrote["__typename"], "MessageSent", "{wrote}");

        let received = case.latest(STRANGER, "RECEIVED").await;
        let input = json!({ "referral": received["id"], "version": received["version"], "event": "ACCEPT", "idempotencyKey": "nobody" });
        let mutation = "mutation($input: StepReferralInput!) { stepReferral(input: $input) { __typename ... on TransferRefused { categories } } }";
        let body = house.executor.execute(&nobody(&case), operation(mutation, json!({ "input": input }))).await.body;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let refused = &answer["data"]["stepReferral"];
        assert_eq!((&refused["__typename"], &refused["categories"]), (&json!("TransferRefused"), &json!(["MESSAGES"])), "{answer}");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 0);
        // The same for a member of its staff.
        assert_eq!(accept(&case, &received, "staff").await["__typename"], "StepTaken");
    }

    /// What a partner's system says its people accepted is no acceptance of a whole case: one of them answers here.
    async fn a_partners_system_accepts_no_transfer(database: Database) {
        let case = Case::open(&database).await;
        let house = &case.house;
        nothing_with_the_agency(&case).await;
        house.connect("agency-bd").await;
        let agency = house.public_id(AGENCY);
        house.consent_for_child(SHELTER, &case.minor, std::slice::from_ref(&agency), &LIGHT, "agency").await;
        only_light(&case).await;
        let sent = case.send("transfer", json!({ "recipient": agency, "transfer": true })).await;
        house.desk.deliver().await.unwrap();
        let offered = house.agency.cases().into_iter().nth(3).map(Value::Object).expect("the case in the agency's system");
        let id = offered["id"].as_str().unwrap().to_owned();
        let referral = house.agency.referrals(&id)[0]["id"].as_str().unwrap().to_owned();
        assert!(house.agency.decide(&id, &referral, "accepted", None));
        let report = house.desk.deliver().await.unwrap();
        assert_eq!(report.answered, 0, "{report:?}");
        let own = case.one(SHELTER, &sent["id"]).await;
        assert!(["SENT", "RECEIVED"].contains(&own["state"].as_str().unwrap()), "{own}");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 0);

        let received = case.latest(AGENCY, "RECEIVED").await;
        let accepted = case.step(AGENCY, &received, "ACCEPT", json!({})).await;
        assert_eq!(accepted["__typename"], "StepTaken", "{accepted}");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 1);
    }

    /// A case that the shelter's people transfer in their own system is offered as a transfer here, and a no comes back to
    /// them; of a yes their system has no word.
    async fn a_transfer_in_a_partners_system_is_one_here(database: Database) {
        let case = Case::open(&database).await;
        let house = &case.house;
        let shelter = house.connect("shelter-in").await;
        nothing_with_the_agency(&case).await;
        house.consent_for_child(SHELTER, &case.minor, &[house.public_id(AGENCY)], &LIGHT, "agency").await;
        let moved = |notes: &str| house.shelter.transfer_out(&house.people[0], "agency-nirapod-ghar", notes).unwrap();
        let first = moved("zq-all-of-her-case");
        house.clock.advance(1_000);
        assert_eq!(house.synchronise(&shelter).await.referrals, 1);
        let received = case.latest(AGENCY, "RECEIVED").await;
        assert_eq!((&received["transfer"], &received["state"]), (&json!(true), &json!("SENT")), "{received}");
        case.stepped(AGENCY, &received, "DECLINE", json!({ "reason": "NO_CAPACITY" })).await;
        house.desk.deliver().await.unwrap();
        let told = house.shelter.transfers(&house.people[0]);
        assert_eq!((&told[0]["id"], &told[0]["status"]), (&json!(first), &json!("rejected")), "{told:?}");

        // Another one is accepted: the case is the agency's, and in the shelter's own system nothing is written.
        let second = moved("again");
        house.clock.advance(1_000);
        assert_eq!(house.synchronise(&shelter).await.referrals, 1);
        only_light(&case).await;
        let received = case.latest(AGENCY, "RECEIVED").await;
        let accepted = case.step(AGENCY, &received, "ACCEPT", json!({})).await;
        assert_eq!(accepted["__typename"], "StepTaken", "{accepted}");
        assert_eq!(case.entries("SUBJECT_TRANSFERRED").await, 1);
        let before = house.shelter.case(&house.people[0]);
        let report = house.desk.deliver().await.unwrap();
        assert_eq!(report.failed, 0, "{report:?}");
        let told = house.shelter.transfers(&house.people[0]);
        assert_eq!((&told[1]["id"], &told[1]["status"]), (&json!(second), &json!("in_progress")), "{told:?}");
        assert_eq!(house.shelter.case(&house.people[0]), before);
    }
}
