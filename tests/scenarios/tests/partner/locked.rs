//! A lock: what it closes, for whom, and how fast; what waits meanwhile and is there again afterwards.

use std::time::Duration;

use futures_util::StreamExt;
use sangam_custody::Party;
use sangam_desk::{DeskPort, SyncReport, TokenUse};
use sangam_kit::database::{Database, Kind};
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_vocabulary::{ClientId, Country, Instant, PurposeSet, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{AGENCY, House, NGO, SHELTER, STRANGER, nodes, operation};
use crate::words::{EXPLAIN, REFERRALS, SHOWN, SUBJECTS};
use sangam_scenarios::look::migrated;

const LOCK: &str = "mutation { lockOrganization { __typename ... on SubjectsLocked { id message } } }";
const LOCK_COUNTRY: &str =
    "mutation($c: Country!) { lockCountry(input: {country: $c}) { __typename ... on SubjectsLocked { id } } }";
const RELEASE: &str =
    "mutation($l: ID!) { releaseLock(input: {lock: $l}) { __typename ... on LockReleased { message } } }";
const LOCKS: &str = "{ locks { id scope country since } organizations(first: 3) { nodes { name } } }";
const CHANGED: &str = "subscription { referralChanged { id services { services } withheld { category reason } subject {
  demographics { sex } withheld { category reason } } } }";

/// Time for a request to come to where it waits.
const BEFORE_THE_WRITER: Duration = Duration::from_millis(500);

async fn asked(executor: &Executor<DeskPort>, caller: &Caller, query: &str, variables: Value) -> Value {
    // Nothing here says why: a lock asks for no purpose, and what is about people is asked by `House::answer`.
    let operation = Operation { purpose: None, ..operation(query, variables) };
    serde_json::from_slice(&executor.execute(caller, operation).await.body).unwrap()
}

/// A system whose token carries everything.
fn everything(house: &House, handle: &str) -> Caller {
    house.caller(handle, ScopeSet::of(Scope::ALL), PurposeSet::all())
}

/// A system whose token carries nothing.
fn nothing(house: &House, handle: &str) -> Caller {
    house.caller(handle, ScopeSet::default(), PurposeSet::default())
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// A hub with the shelter's cases, one of them referred to the agency, which may see a little of it.
async fn sheltered(database: &Database) -> House {
    let house = House::open(database).await;
    let shelter = house.connect("shelter-in").await;
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    let agency = house.public_id(AGENCY);
    house.consent_for_child(SHELTER, &minor, &[agency], &["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"], "c").await;
    let seen = shown(&house, AGENCY).await;
    assert!(seen["subject"]["demographics"]["sex"].is_string() && seen["services"].is_object(), "{seen}");
    house
}

async fn shown(house: &House, handle: &str) -> Value {
    nodes(&house.ask(handle, SHOWN, json!({})).await, "referrals").remove(0)
}

/// That a case is there, and that nothing of it is available now.
fn is_dark(referral: &Value) {
    assert!(referral["services"].is_null() && referral["subject"]["demographics"].is_null(), "{referral}");
    for object in [&referral["subject"], referral] {
        let withheld = object["withheld"].as_array().unwrap();
        assert!(!withheld.is_empty() && withheld.iter().all(|one| one["reason"] == "NOT_AVAILABLE_NOW"), "{referral}");
    }
}

async fn lock(house: &House, executor: &Executor<DeskPort>, handle: &str) -> Value {
    let told = asked(executor, &nothing(house, handle), LOCK, json!({})).await;
    assert_eq!(told["data"]["lockOrganization"]["__typename"], "SubjectsLocked", "{told}");
    told["data"]["lockOrganization"]["id"].clone()
}

async fn release(house: &House, handle: &str, person: u128, lock: &Value) -> Value {
    asked(&house.executor, &house.person(handle, person), RELEASE, json!({"l": lock})).await["data"]["releaseLock"]
        .clone()
}

sangam_kit::both_databases! {
    template = migrated;

    /// Any system of the organization locks, without scope, purpose or input. Nobody reads anything of its subjects on
    /// either process; it is told why; two people open it again.
    async fn one_locks_and_two_open(database: Database) {
        let house = sheltered(&database).await;
        let (second, there) = house.second(&database).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        // The other process has seen it in the light.
        let seen = there.execute(&everything(&house, AGENCY), operation(SHOWN, json!({}))).await;
        assert!(String::from_utf8(seen.body).unwrap().contains("\"sex\":\""), "the scene is not the one that was meant");

        let id = lock(&house, &house.executor, SHELTER).await;
        assert_eq!(lock(&house, &there, SHELTER).await, id, "once more is the same");
        is_dark(&shown(&house, AGENCY).await);
        // Its own people: a refusal by name, and what they need to open it.
        let (text, answer) = house.answer(SHELTER, SUBJECTS, json!({})).await;
        assert_eq!(code(&answer), "LOCKED", "{text}");
        let (_, answer) = house.answer(SHELTER, EXPLAIN, json!({"subject": minor, "recipient": house.public_id(AGENCY)})).await;
        assert_eq!(code(&answer), "LOCKED");
        let locks = asked(&house.executor, &house.person(SHELTER, 1), LOCKS, json!({})).await;
        assert!(locks.get("errors").is_none(), "{locks}");
        assert_eq!((&locks["data"]["locks"][0]["id"], &locks["data"]["locks"][0]["scope"]), (&id, &json!("ORGANIZATION")));
        assert_eq!(locks["data"]["organizations"]["nodes"].as_array().unwrap().len(), 3, "whoever is to help is found");
        let others = asked(&house.executor, &house.person(AGENCY, 9), LOCKS, json!({})).await;
        assert_eq!(others["data"]["locks"], json!([]));
        // The other process, before and after it has looked.
        let other = || async {
            let caller = everything(&house, AGENCY);
            let body = there.execute(&caller, operation(SHOWN, json!({}))).await.body;
            nodes(&serde_json::from_slice::<Value>(&body).unwrap()["data"], "referrals").remove(0)
        };
        is_dark(&other().await);
        second.look_at_members().await.unwrap();
        is_dark(&other().await);

        // A system opens nothing; one person does not, nor two of one organization, nor somebody with another id.
        let system = everything(&house, AGENCY);
        let told = asked(&house.executor, &system, RELEASE, json!({"l": id})).await;
        assert_eq!(told["data"]["releaseLock"]["__typename"], "NotPermitted");
        let unknown = format!("lck_{}", "0".repeat(32));
        assert_eq!(release(&house, AGENCY, 9, &json!(unknown)).await["__typename"], "NotFound");
        let first = release(&house, SHELTER, 1, &id).await;
        assert_eq!(first["__typename"], "LockReleased", "{first}");
        assert_eq!(release(&house, SHELTER, 2, &id).await, first, "what it came to shows to nobody");
        is_dark(&shown(&house, AGENCY).await);
        assert_eq!(release(&house, AGENCY, 9, &id).await, first);

        // Everything is there again, on both.
        assert!(shown(&house, AGENCY).await["subject"]["demographics"]["sex"].is_string());
        assert!(!house.subjects(SHELTER).await.is_empty());
        second.look_at_members().await.unwrap();
        assert!(other().await["subject"]["demographics"]["sex"].is_string());
        for (kind, count) in [("ORGANIZATION_LOCKED", 1), ("LOCK_RELEASED", 3), ("ORGANIZATION_UNLOCKED", 1)] {
            let sql = format!("SELECT count(*) FROM journal_entry WHERE kind = '{kind}'");
            assert_eq!(house.look.number(&sql).await, count, "{kind}");
        }
    }

    /// An answer that was decided when the lock came is decided anew: on a process that has not looked yet, too.
    async fn what_was_decided_before_the_lock_is_not_released_after_it(database: Database) {
        let house = sheltered(&database).await;
        let (_second, there) = house.second(&database).await;
        // Somebody holds the writers up, so that the lock and the entry of the answer are both under way.
        let hold = if database.kind() == Kind::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        house.look.run(hold).await;
        if database.kind() == Kind::Postgres {
            house.look.run("LOCK TABLE journal_entry IN SHARE MODE").await;
        }
        let locking = lock(&house, &house.executor, SHELTER);
        // The owner reads identities: that waits for its entry. The process it asks knows nothing of a lock.
        let reading = async {
            tokio::time::sleep(BEFORE_THE_WRITER).await;
            let caller = everything(&house, SHELTER);
            there.execute(&caller, operation(SUBJECTS, json!({}))).await
        };
        let let_go = async {
            tokio::time::sleep(3 * BEFORE_THE_WRITER).await;
            house.look.run("ROLLBACK").await;
        };
        let (_, reply, ()) = tokio::join!(locking, reading, let_go);
        let text = String::from_utf8(reply.body).unwrap();
        // Either the lock came first and the answer shows nothing of anybody, or the answer was over before it.
        let taken_back = house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'NOT_RELEASED'").await;
        let order = "SELECT count(*) FROM journal_entry d JOIN journal_entry l ON l.kind = 'ORGANIZATION_LOCKED' WHERE d.kind = 'DISCLOSED' AND d.process <> l.process";
        assert!(house.look.number(order).await > 0, "the scene is not the one that was meant: nothing was written down");
        if taken_back > 0 {
            assert!(!text.contains("Shiuli") && text.contains("\"nodes\""), "{text}");
        }
        // And whatever is asked from now on shows nothing, though that process still has the key.
        let caller = everything(&house, SHELTER);
        let later = String::from_utf8(there.execute(&caller, operation(SUBJECTS, json!({}))).await.body).unwrap();
        assert!(!later.contains("Shiuli") && later.contains("\"nodes\""), "{later}");
    }

    /// Who holds a referral and watches it is told, and shown nothing.
    async fn whoever_watches_is_told_and_shown_nothing(database: Database) {
        let house = sheltered(&database).await;
        let token = crate::watch::token(&house, AGENCY).await;
        let caller = house.desk.verify(&TokenUse::bearer(&token)).await.unwrap();
        let mut events = house.executor.subscribe(caller, operation(CHANGED, json!({}))).await.map_err(|reply| reply.body).unwrap();
        let own = crate::watch::token(&house, SHELTER).await;
        let locked = house.desk.verify(&TokenUse::bearer(&own)).await.unwrap();
        let mut of_the_locked = house.executor.subscribe(locked.clone(), operation(CHANGED, json!({}))).await.map_err(|reply| reply.body).unwrap();
        lock(&house, &house.executor, SHELTER).await;
        let soon = Duration::from_secs(5);
        let reply = tokio::time::timeout(soon, events.next()).await.expect("told within five seconds").unwrap();
        let event: Value = serde_json::from_slice(&reply.body).unwrap();
        is_dark(&event["data"]["referralChanged"]);
        // The locked organization's own watch ends, and its socket would: it is not admitted any more.
        assert!(tokio::time::timeout(soon, of_the_locked.next()).await.expect("ended within five seconds").is_none());
        assert!(house.desk.readmit(&locked).await.is_err());
        assert!(house.desk.verify(&TokenUse::bearer(&own)).await.is_ok(), "its people can still open it");
    }

    /// Records and deliveries wait: nothing is taken, tried, given up or put into quarantine while it is dark.
    async fn what_comes_in_and_goes_out_waits(database: Database) {
        let house = House::open(&database).await;
        let (shelter, agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
        house.synchronise(&shelter).await;
        house.own_consents(SHELTER, AGENCY).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        house.consent_for_child(SHELTER, &minor, &[house.public_id(AGENCY)], &["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"], "c").await;
        let id = lock(&house, &house.executor, SHELTER).await;
        let sheets = house.connect("small-ngo").await;
        let of_the_sheets = lock(&house, &house.executor, NGO).await;
        assert_eq!(house.synchronise(&sheets).await, SyncReport::default());
        for _ in 0..3 {
            let report = house.desk.deliver_to(&agency).await.unwrap();
            assert_eq!((report.delivered, report.failed), (0, 0));
            house.clock.advance(6 * 3_600_000);
        }
        assert_eq!(house.look.number("SELECT max(attempts) FROM delivery").await, 0);
        release(&house, NGO, 3, &of_the_sheets).await;
        release(&house, AGENCY, 2, &of_the_sheets).await;
        assert!(house.synchronise(&sheets).await.recorded > 0, "it is all still there to be taken");
        release(&house, SHELTER, 1, &id).await;
        release(&house, AGENCY, 2, &id).await;
        let report = house.desk.deliver_to(&agency).await.unwrap();
        assert!(report.delivered > 0, "{report:?}");
        house.synchronise(&shelter).await;
        assert_eq!(house.subject(SHELTER, "Shiuli Begum").await, minor, "the same ids as before");
    }

    /// A process that begins while it is locked does not open its keys, and one of two keys is enough for nothing.
    async fn it_is_dark_for_a_process_that_begins_later(database: Database) {
        let house = sheltered(&database).await;
        let id = lock(&house, &house.executor, SHELTER).await;
        let (second, there) = house.second(&database).await;
        let caller = everything(&house, AGENCY);
        let read = || async {
            let body = there.execute(&caller, operation(SHOWN, json!({}))).await.body;
            nodes(&serde_json::from_slice::<Value>(&body).unwrap()["data"], "referrals").remove(0)
        };
        is_dark(&read().await);
        // Not even with the mark taken out of the database: the key is not there.
        house.look.run("UPDATE organization SET locked = 0").await;
        is_dark(&read().await);
        house.look.run("UPDATE organization SET locked = 1 WHERE id = (SELECT organization FROM lock_up)").await;
        second.look_at_members().await.unwrap();
        release(&house, SHELTER, 1, &id).await;
        release(&house, STRANGER, 2, &id).await;
        second.look_at_members().await.unwrap();
        assert!(read().await["subject"]["demographics"]["sex"].is_string());
    }

    /// A country's authority locks every organization of it; nobody else can, and one that joins is locked too.
    async fn a_country_is_locked_by_its_own_authority(database: Database) {
        let mut house = sheltered(&database).await;
        let id = house.organization("Return Desk", Country::India, Role::Department).await;
        house.organizations.insert("desk", id);
        let party = Party { organization: id, role: Role::Department, country: Country::India, actor: None };
        let system = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(8)));
        let desk = Caller::verified(system, party, ScopeSet::default(), PurposeSet::default(), Instant::NEVER);
        let ngo = nothing(&house, SHELTER);
        for (caller, country) in [(&ngo, "IN"), (&desk, "BD")] {
            let told = asked(&house.executor, caller, LOCK_COUNTRY, json!({"c": country})).await;
            assert_eq!(told["data"]["lockCountry"]["__typename"], "NotPermitted", "{told}");
        }
        assert!(shown(&house, AGENCY).await["subject"]["demographics"].is_object());
        let told = asked(&house.executor, &desk, LOCK_COUNTRY, json!({"c": "IN"})).await;
        let lock = told["data"]["lockCountry"]["id"].clone();
        is_dark(&shown(&house, AGENCY).await);
        assert_eq!(code(&house.answer(SHELTER, SUBJECTS, json!({})).await.1), "LOCKED");
        assert!(house.answer(NGO, REFERRALS, json!({})).await.1.get("errors").is_none(), "another country is not");
        assert_eq!(release(&house, SHELTER, 1, &lock).await["__typename"], "LockReleased");
        assert_eq!(release(&house, NGO, 2, &lock).await["__typename"], "LockReleased");
        assert!(shown(&house, AGENCY).await["subject"]["demographics"].is_object());
    }
}
