//! Saying no is easier than saying yes: who may, what it does at once, and what becomes of what was shown before.

use std::time::Duration;

use sangam_kit::database::Database;
use sangam_language::Operation;
use sangam_vocabulary::{Country, Purpose, Role};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, NGO, SHELTER, STRANGER, nodes, operation};
use crate::words::{
    ANSWER, CONSENTS_WHOLE, EXPLAIN, EXTEND, GIVE, NARROW, RECALLS, RECALLS_SENT, REPLACE_CODE, SEND, SHOWN, STEP,
    TAKE_BACK, WITHDRAW,
};
use sangam_scenarios::look::migrated;

const LAWYER: &str = "nyay-sahay";
const DAY: i64 = 86_400_000;

/// A shelter's minor who is referred to the agency and to a second organization, with consent for both.
struct Scene {
    house: House,
    minor: String,
    consents: [String; 2],
}

async fn did(house: &House, handle: &str, mutation: &str, input: Value) -> Value {
    let told = house.ask(handle, mutation, json!({"input": input})).await;
    told.as_object().unwrap().values().next().unwrap().clone()
}

async fn scene(database: &Database) -> Scene {
    let house = House::open(database).await;
    let shelter = house.connect("shelter-in").await;
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    let stranger = house.public_id(STRANGER);
    let sent = json!({"subject": minor, "recipient": stranger, "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": "s"});
    assert_eq!(did(&house, SHELTER, SEND, sent).await["__typename"], "ReferralSent");
    let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"];
    let agency = [house.public_id(AGENCY)];
    let consents = [
        house.consent_for_child(SHELTER, &minor, &agency, &light, "a").await,
        house.consent_for_child(SHELTER, &minor, &[stranger], &light, "b").await,
    ];
    for handle in [AGENCY, STRANGER] {
        assert!(sex(&house, handle).await.is_string(), "the scene is not the one that was meant");
    }
    Scene { house, minor, consents }
}

/// What a recipient is shown of the one case it was sent.
async fn shown(house: &House, handle: &str) -> Value {
    nodes(&house.ask(handle, SHOWN, json!({})).await, "referrals").remove(0)
}

async fn sex(house: &House, handle: &str) -> Value {
    shown(house, handle).await["subject"]["demographics"]["sex"].clone()
}

async fn recalls(house: &House, handle: &str) -> Vec<Value> {
    nodes(&house.ask(handle, RECALLS, json!({})).await, "recalls")
}

async fn recalls_sent(house: &House) -> Vec<Value> {
    nodes(&house.ask(SHELTER, RECALLS_SENT, json!({})).await, "recallsSent")
}

async fn clause(house: &House, minor: &str, recipient: &str) -> Value {
    let told = house.ask(SHELTER, EXPLAIN, json!({"subject": minor, "recipient": house.public_id(recipient)})).await;
    let entry = told["explain"].as_array().unwrap().iter().find(|entry| entry["category"] == "DEMOGRAPHICS");
    entry.unwrap()["clause"].clone()
}

async fn entries(house: &House, kind: &str) -> i64 {
    house.look.number(&format!("SELECT count(*) FROM journal_entry WHERE kind = '{kind}'")).await
}

/// An answer to the newest recall of a recipient.
async fn answer(house: &House, handle: &str, answer: &str, reason: Option<&str>, key: &str) -> Value {
    let recall = recalls(house, handle).await.remove(0);
    let input = json!({"subject": recall["subject"], "version": recall["version"], "answer": answer, "reason": reason, "idempotencyKey": key});
    did(house, handle, ANSWER, input).await
}

/// Gives the agency something that the minor agrees to anew.
async fn agrees_anew(house: &House, minor: &str) {
    house.consent_for_child(SHELTER, minor, &[house.public_id(AGENCY)], &["DEMOGRAPHICS"], "anew").await;
}

sangam_kit::both_databases! {
    template = migrated;

    /// Day 100: the child takes back what she agreed to. Both recipients are asked to let go, and neither is shown
    /// anything more until it answers, whatever is granted meanwhile. One deletes; one cannot, and her holder is told.
    async fn a_withdrawal_on_day_one_hundred_with_one_recipient_unable(database: Database) {
        let Scene { house, minor, consents } = scene(&database).await;
        house.clock.advance(100 * DAY);
        for (number, consent) in consents.iter().enumerate() {
            let input = json!({"consent": consent, "idempotencyKey": format!("w{number}")});
            assert_eq!(did(&house, SHELTER, WITHDRAW, input).await["__typename"], "ConsentWithdrawn");
        }
        for handle in [AGENCY, STRANGER] {
            let asked = recalls(&house, handle).await;
            assert_eq!(asked.len(), 1, "{asked:?}");
            assert_eq!((&asked[0]["state"], &asked[0]["reason"]), (&json!("OPEN"), &Value::Null));
            assert_eq!(asked[0]["categories"], json!(["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"]));
            assert_eq!(asked[0]["recipient"], house.public_id(handle));
        }
        // The id is each one's own: two recipients cannot see that they were asked about one person.
        assert_ne!(recalls(&house, AGENCY).await[0]["subject"], recalls(&house, STRANGER).await[0]["subject"]);
        assert_eq!(recalls(&house, NGO).await, Vec::<Value>::new());
        assert_eq!(house.look.number("SELECT count(*) FROM clock WHERE kind = 'RECALL'").await, 2);

        agrees_anew(&house, &minor).await;
        assert_eq!(clause(&house, &minor, AGENCY).await, "RECALLED");
        let dark = shown(&house, AGENCY).await;
        assert!(dark["subject"]["demographics"].is_null() && dark["services"].is_null(), "{dark}");
        assert!(dark["subject"]["withheld"].as_array().unwrap().iter().all(|one| one["reason"] == "NOT_SHARED"), "{dark}");

        let deleted = answer(&house, AGENCY, "DELETED", None, "d").await;
        assert_eq!((&deleted["__typename"], &deleted["recall"]["state"]), (&json!("RecallAnswered"), &json!("DELETED")), "{deleted}");
        // The same grant, and nothing else, shows now.
        assert!(sex(&house, AGENCY).await.is_string());
        assert!(shown(&house, AGENCY).await["services"].is_null());
        assert_eq!(answer(&house, AGENCY, "UNABLE", Some("ON_PAPER"), "again").await["__typename"], "IllegalStep");

        assert_eq!(answer(&house, STRANGER, "UNABLE", None, "u0").await["path"], "/reason");
        assert_eq!(answer(&house, STRANGER, "UNABLE", Some("ACCOUNTS"), "u1").await["path"], "/reason", "a law is no hindrance");
        assert_eq!(answer(&house, STRANGER, "UNABLE", Some("ON_PAPER"), "u2").await["__typename"], "RecallAnswered");
        let told = recalls_sent(&house).await;
        let of = |handle| told.iter().find(|recall| recall["recipient"] == house.public_id(handle)).unwrap();
        assert_eq!((&of(STRANGER)["state"], &of(STRANGER)["reason"]), (&json!("UNABLE"), &json!("ON_PAPER")));
        assert_eq!((&of(AGENCY)["state"], &of(AGENCY)["subject"]), (&json!("DELETED"), &json!(minor)));
        assert!(of(STRANGER)["answeredAt"].is_string());
        // What could not be let go of may be after all; then it is over.
        assert_eq!(answer(&house, STRANGER, "DELETED", None, "u3").await["recall"]["state"], "DELETED");
        assert_eq!(house.look.number("SELECT count(*) FROM clock WHERE kind = 'RECALL'").await, 0);
        assert_eq!(entries(&house, "RECALL_ANSWERED").await, 3);

        // Whoever was not asked answers nothing.
        let input = json!({"subject": recalls(&house, AGENCY).await[0]["subject"], "version": 1, "answer": "DELETED", "idempotencyKey": "n"});
        assert_eq!(did(&house, NGO, ANSWER, input).await["__typename"], "NotFound");
    }

    /// A recipient whose case is over keeps what it has; so it is asked, and sees of the recall the person's id and the
    /// categories, and of her nothing.
    async fn whoever_has_no_standing_any_more_is_asked_too(database: Database) {
        let Scene { house, consents, .. } = scene(&database).await;
        let received = house.referrals(STRANGER, "RECEIVED").await.remove(0);
        let decline = json!({"referral": received["id"], "version": received["version"], "event": "DECLINE", "reason": "NO_CAPACITY", "idempotencyKey": "x"});
        assert_eq!(did(&house, STRANGER, STEP, decline).await["__typename"], "StepTaken");
        house.clock.advance(100 * DAY);
        assert_eq!(house.referrals(STRANGER, "RECEIVED").await, Vec::<Value>::new(), "its standing is over");
        did(&house, SHELTER, WITHDRAW, json!({"consent": consents[1], "idempotencyKey": "w"})).await;
        let asked = recalls(&house, STRANGER).await;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0]["subject"], received["subject"]["id"], "the id it knew her by");
        assert_eq!(answer(&house, STRANGER, "RETAINED_BY_LAW", Some("ACCOUNTS"), "k").await["recall"]["state"], "RETAINED_BY_LAW");
        assert_eq!(recalls(&house, AGENCY).await, Vec::<Value>::new(), "who lost nothing is not asked");
    }

    /// A further loss before the answer adds to the recall, and an answer to what was seen before is none.
    async fn a_further_loss_adds_to_an_open_recall(database: Database) {
        let Scene { house, minor, consents } = scene(&database).await;
        let narrowed = json!({"consent": consents[0], "version": version(&house, &minor, &consents[0]).await, "categories": ["DEMOGRAPHICS", "SERVICES"], "idempotencyKey": "n"});
        let narrower = did(&house, SHELTER, NARROW, narrowed).await;
        assert_eq!(narrower["__typename"], "ConsentNarrowed", "{narrower}");
        let asked = recalls(&house, AGENCY).await.remove(0);
        assert_eq!(asked["categories"], json!(["CASE_REFERENCE"]));
        did(&house, SHELTER, WITHDRAW, json!({"consent": narrower["consent"]["id"], "idempotencyKey": "w"})).await;
        let late = json!({"subject": asked["subject"], "version": asked["version"], "answer": "DELETED", "idempotencyKey": "l"});
        assert_eq!(did(&house, AGENCY, ANSWER, late).await["__typename"], "Conflict");
        let both = recalls(&house, AGENCY).await;
        assert_eq!((both.len(), &both[0]["categories"]), (1, &json!(["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"])));
        assert_eq!(answer(&house, AGENCY, "RESTRICTED", None, "r").await["recall"]["state"], "RESTRICTED");
    }

    /// The father may be who sold her. His consent counts for nothing until somebody has looked; the committee's does, by
    /// an order that two people of the shelter have seen; and the child's own no outweighs either.
    async fn a_parent_who_may_be_the_trafficker(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let second = house.person_id(SHELTER, "second").await;
        let elsewhere = house.person_id(AGENCY, "second").await;
        let made = house.desk.now().rfc3339();
        let mut number = 0;
        let mut give = async |change: Value| {
            number += 1;
            let mut input = json!({
                "subject": minor, "effect": "GRANT", "assent": "GIVEN", "answers": [true, true, true, true, true, true, true],
                "purposes": ["SERVICE_REFERRAL"], "categories": ["DEMOGRAPHICS"], "recipients": [house.public_id(AGENCY)],
                "countries": ["BD"], "until": house.desk.now().plus_days(30).rfc3339(), "idempotencyKey": format!("g{number}"),
            });
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let told = did(&house, SHELTER, GIVE, input).await;
            if told["__typename"] == "InvalidInput" { told["path"].clone() } else { told["__typename"].clone() }
        };
        assert_eq!(give(json!({"givenBy": "GUARDIAN"})).await, "/noConflict");
        assert_eq!(give(json!({"givenBy": "GUARDIAN", "noConflict": true})).await, "/conflictCheck");
        let checked = |by: &str| json!({"givenBy": "GUARDIAN", "noConflict": true, "conflictCheck": {"checkedBy": by, "checkedAt": made}});
        assert_eq!(give(checked(&elsewhere)).await, "/conflictCheck/checkedBy");
        assert_eq!(give(json!({"givenBy": "AUTHORITY"})).await, "/order");
        let order = |by: &str, at: &str, assent: &str| json!({"givenBy": "AUTHORITY", "assent": assent, "order": {"orderedBy": "COMMITTEE", "madeAt": at, "attestedBy": by}});
        assert_eq!(give(order(&elsewhere, &made, "GIVEN")).await, "/order/attestedBy");
        assert_eq!(give(order(&house.person_id(SHELTER, "staff-1").await, &made, "GIVEN")).await, "/order/attestedBy", "who asks");
        assert_eq!(give(order(&second, &house.desk.now().plus_days(1).rfc3339(), "GIVEN")).await, "/order/madeAt");
        assert_eq!(house.look.number("SELECT count(*) FROM consent WHERE effect = 'GRANT'").await, 0);
        // The child says no: it is on record, and gives nothing.
        assert_eq!(give(order(&second, &made, "REFUSED")).await, "ConsentRecorded");
        assert_eq!(clause(&house, &minor, AGENCY).await, "CONSENT_MISSING");
        assert_eq!(give(order(&second, &made, "GIVEN")).await, "ConsentRecorded");
        assert!(clause(&house, &minor, AGENCY).await.as_str().unwrap().starts_with("agr_"));
        let consents = nodes(&house.ask(SHELTER, CONSENTS_WHOLE, json!({"subject": minor})).await, "consents");
        let granted = consents.iter().find(|one| one["effect"] == "GRANT").unwrap();
        assert_eq!((&granted["orderedBy"], &granted["orderAttestedBy"]), (&json!("COMMITTEE"), &json!(second)));
        // To say no, nothing has to be shown.
        let no = json!({"givenBy": "GUARDIAN", "effect": "WITHHOLD"});
        assert_eq!(give(no).await, "ConsentRecorded");
        assert_eq!(clause(&house, &minor, AGENCY).await, "RECALLED");
        answer(&house, AGENCY, "DELETED", None, "d").await;
        assert!(clause(&house, &minor, AGENCY).await.as_str().unwrap().starts_with("con_"));
    }

    /// Less takes nothing but the wish; more takes what giving takes; neither works on what was not seen.
    async fn a_consent_is_narrowed_and_extended(database: Database) {
        let Scene { house, minor, consents } = scene(&database).await;
        let seen = version(&house, &minor, &consents[0]).await;
        let narrow = |change: Value, key: &str| merged(json!({"consent": consents[0], "version": seen, "idempotencyKey": key}), &change);
        assert_eq!(did(&house, SHELTER, NARROW, narrow(json!({"categories": ["SERVICES", "HEALTH"]}), "1")).await["path"], "/consent");
        assert_eq!(did(&house, SHELTER, NARROW, narrow(json!({}), "2")).await["path"], "/consent", "the same is not less");
        assert_eq!(did(&house, SHELTER, NARROW, narrow(json!({"categories": []}), "3")).await["path"], "/categories");
        assert_eq!(did(&house, SHELTER, NARROW, narrow(json!({"version": seen + 1, "categories": ["SERVICES"]}), "4")).await["__typename"], "Conflict");
        assert_eq!(did(&house, AGENCY, NARROW, narrow(json!({"categories": ["SERVICES"]}), "5")).await["__typename"], "NotFound");
        let less = did(&house, SHELTER, NARROW, narrow(json!({"categories": ["DEMOGRAPHICS"]}), "6")).await;
        assert_eq!((&less["__typename"], &less["consent"]["replaces"]), (&json!("ConsentNarrowed"), &json!(consents[0])), "{less}");
        assert_eq!(entries(&house, "CONSENT_NARROWED").await, 1);
        assert_eq!(did(&house, SHELTER, NARROW, narrow(json!({"categories": ["DEMOGRAPHICS"]}), "7")).await["__typename"], "Conflict", "it has ended since");
        assert_eq!(answer(&house, AGENCY, "DELETED", None, "d").await["__typename"], "RecallAnswered");

        let again = json!({"consent": less["consent"]["id"], "version": less["consent"]["version"], "assent": "GIVEN",
            "answers": [true, true, true, true, true, true, true], "categories": ["DEMOGRAPHICS", "SERVICES"], "idempotencyKey": "8"});
        assert_eq!(did(&house, SHELTER, EXTEND, again.clone()).await["path"], "/order", "more takes the same proofs");
        let order = json!({"order": {"orderedBy": "COURT", "madeAt": house.desk.now().rfc3339(), "attestedBy": house.person_id(SHELTER, "second").await}, "idempotencyKey": "9"});
        let no_more = merged(again.clone(), &merged(order.clone(), &json!({"categories": ["SERVICES"], "idempotencyKey": "10"})));
        assert_eq!(did(&house, SHELTER, EXTEND, no_more).await["path"], "/consent", "other is not more");
        let more = did(&house, SHELTER, EXTEND, merged(again, &order)).await;
        assert_eq!(more["__typename"], "ConsentExtended", "{more}");
        assert_eq!(entries(&house, "CONSENT_EXTENDED").await, 1);
        assert!(shown(&house, AGENCY).await["services"].is_object());
        assert_eq!(recalls(&house, AGENCY).await.len(), 1, "who gains is asked nothing");
    }

    /// Her lawyer says no for her, as she asked him to: by his seat, for legal aid, and not before he has it.
    async fn her_lawyer_says_no(database: Database) {
        let Scene { mut house, minor, .. } = scene(&database).await;
        house.join(LAWYER, "Nyay Sahay", Country::India, Role::LegalAid).await;
        let sent = json!({"subject": minor, "recipient": house.public_id(LAWYER), "services": ["LEGAL_AID"], "urgency": "ROUTINE", "idempotencyKey": "l"});
        assert_eq!(did(&house, SHELTER, SEND, sent).await["__typename"], "ReferralSent");
        let received = house.referrals(LAWYER, "RECEIVED").await.remove(0);
        let decline = json!({"referral": received["id"], "version": received["version"], "event": "DECLINE", "reason": "NO_CAPACITY", "idempotencyKey": "x"});
        did(&house, LAWYER, STEP, decline).await;
        let says_no = async |key: &str, purpose: Purpose| {
            let input = json!({"subject": received["subject"]["id"], "idempotencyKey": key});
            house.told(LAWYER, Operation { purpose: Some(purpose), ..operation(TAKE_BACK, json!({"input": input})) }).await["withdrawConsents"]["__typename"].clone()
        };
        assert_eq!(says_no("1", Purpose::LegalAid).await, "NotFound", "his referral is over and he has no seat");
        house.look.run("INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) SELECT o.id, 'HEARING', s.id, 'LAWYER', s.id, 0, 9000000000000, 9000000000000 FROM organization o, subject s WHERE o.name = 'Nyay Sahay' AND s.id IN (SELECT subject FROM consent)").await;
        assert_eq!(says_no("2", Purpose::ServiceReferral).await, "NotFound", "the seat does not carry that purpose");
        assert!(sex(&house, AGENCY).await.is_string());
        assert_eq!(says_no("3", Purpose::LegalAid).await, "ConsentsWithdrawn");
        for handle in [AGENCY, STRANGER] {
            assert!(sex(&house, handle).await.is_null());
            assert_eq!(recalls(&house, handle).await.len(), 1);
        }
        let consents = nodes(&house.ask(SHELTER, CONSENTS_WHOLE, json!({"subject": minor})).await, "consents");
        let ended: Vec<_> = consents.iter().filter(|one| one["endedHow"] == "WITHDRAWN").collect();
        assert!(ended.len() == 2 && ended.iter().all(|one| one["endedBy"] == house.public_id(LAWYER)), "{consents:?}");
        assert!(consents.iter().any(|one| one["effect"] == "WITHHOLD" && one["endedHow"].is_null()), "what withholds stays");
    }

    /// The second recipient hears from her that the first is to know less. It says so, without seeing any consent.
    async fn anybody_in_the_case_takes_back_a_part(database: Database) {
        let Scene { house, minor, .. } = scene(&database).await;
        let known = shown(&house, STRANGER).await["subject"]["id"].clone();
        let part = json!({"subject": known, "categories": ["SERVICES"], "recipients": [house.public_id(AGENCY)], "idempotencyKey": "p"});
        // Of the same person by another's id, and from outside the case, nothing is known.
        assert_eq!(did(&house, NGO, TAKE_BACK, part.clone()).await["__typename"], "NotFound");
        assert!(shown(&house, AGENCY).await["services"].is_object());
        assert_eq!(did(&house, STRANGER, TAKE_BACK, part).await["__typename"], "ConsentsWithdrawn");
        assert_eq!(recalls(&house, AGENCY).await[0]["categories"], json!(["SERVICES"]));
        assert_eq!(recalls(&house, STRANGER).await, Vec::<Value>::new());
        assert!(shown(&house, STRANGER).await["services"].is_object(), "the others lose nothing");
        answer(&house, AGENCY, "DELETED", None, "d").await;
        let after = shown(&house, AGENCY).await;
        assert!(after["services"].is_null() && after["subject"]["demographics"]["sex"].is_string(), "{after}");
        let consents = nodes(&house.ask(SHELTER, CONSENTS_WHOLE, json!({"subject": minor})).await, "consents");
        assert!(consents.iter().any(|one| one["source"] == "CASE" && one["effect"] == "WITHHOLD"), "{consents:?}");
    }

    /// She has a slip of paper. With it she needs nobody; without the right code nothing happens, in the same words and
    /// no faster; and a slip that was replaced is a slip of paper.
    async fn the_paper_code_withdraws_everything(database: Database) {
        let Scene { house, minor, .. } = scene(&database).await;
        let input = json!({
            "subject": minor, "effect": "WITHHOLD", "givenBy": "OWN", "assent": "GIVEN", "answers": [true, true, true, true, true, true, true],
            "purposes": ["SERVICE_REFERRAL"], "categories": ["MESSAGES"], "recipients": [house.public_id(NGO)], "countries": ["NP"],
            "until": house.desk.now().plus_days(30).rfc3339(), "paperCode": true, "idempotencyKey": "code",
        });
        let first = did(&house, SHELTER, GIVE, input.clone()).await["paperCode"].as_str().unwrap().to_owned();
        assert_eq!(did(&house, SHELTER, GIVE, input).await["paperCode"], Value::Null, "it is told once");
        let replace = json!({"subject": minor, "idempotencyKey": "r"});
        let code = did(&house, SHELTER, REPLACE_CODE, replace).await["paperCode"].as_str().unwrap().to_owned();
        assert!(code.len() == 14 && code != first);
        let kept = house.look.table("paper_code").await;
        assert!(!kept.contains(&code.to_lowercase()) && !kept.contains(&code.replace('-', "").to_lowercase()), "{kept}");

        let try_it = async |typed: &str| {
            let began = std::time::Instant::now();
            house.desk.withdraw_by_code(typed.to_owned().into()).await.unwrap();
            assert!(began.elapsed() >= Duration::from_secs(1), "a try takes its time");
        };
        let other = if code.ends_with('7') { "8" } else { "7" };
        for wrong in ["", "0000-0000-0000", first.as_str(), &format!("{}{other}", &code[..13]), &format!("{code}7")] {
            try_it(wrong).await;
        }
        assert!(sex(&house, AGENCY).await.is_string(), "a wrong code withdrew");
        assert_eq!(entries(&house, "CONSENT_WITHDRAWN_BY_CODE").await, 0);

        try_it(&code.to_lowercase().replace('-', " ")).await;
        for handle in [AGENCY, STRANGER] {
            assert!(sex(&house, handle).await.is_null());
            assert_eq!(recalls(&house, handle).await[0]["state"], "OPEN");
        }
        assert_eq!((entries(&house, "CONSENT_WITHDRAWN_BY_CODE").await, entries(&house, "PAPER_CODE_DRAWN").await), (1, 2));
        let consents = nodes(&house.ask(SHELTER, CONSENTS_WHOLE, json!({"subject": minor})).await, "consents");
        let ended = consents.iter().filter(|one| one["endedHow"] == "PAPER_CODE" && one["endedBy"].is_null()).count();
        assert_eq!(ended, 2, "{consents:?}");
        assert_eq!(house.look.number("SELECT count(*) FROM event WHERE kind = 'CONSENT_WITHDRAWN_BY_CODE'").await, 1);
        assert_eq!(did(&house, AGENCY, REPLACE_CODE, json!({"subject": recalls(&house, AGENCY).await[0]["subject"], "idempotencyKey": "z"})).await["__typename"], "NotPermitted");
    }
}

/// The version of a consent as its holder sees it.
async fn version(house: &House, minor: &str, consent: &str) -> i64 {
    let consents = nodes(&house.ask(SHELTER, CONSENTS_WHOLE, json!({"subject": minor})).await, "consents");
    consents.iter().find(|one| one["id"] == consent).unwrap()["version"].as_i64().unwrap()
}

fn merged(mut input: Value, change: &Value) -> Value {
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    input
}
