//! What administrators and case workers do, and what is left of it.

use sangam_custody::EntryKind;
use sangam_desk::{person_id, person_text};
use sangam_kit::database::Database;
use sangam_language::{Operation, Scope};
use sangam_vocabulary::{Instant, PersonRole, Purpose};
use serde_json::{Value, json};

use crate::house::House;
use sangam_scenarios::look::migrated;

const PEOPLE: &str = "query($first: Int, $after: String) { people(first: $first, after: $after) { nodes { id pseudonym state roles proposed lastUsed reviewDue version } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
const ME: &str = "{ me { id pseudonym state roles lastUsed } }";

async fn kinds(house: &House) -> Vec<String> {
    house.look.texts("SELECT kind FROM journal_entry ORDER BY seq").await
}

/// How many entries of a kind there are.
async fn count(house: &House, kind: &str) -> usize {
    kinds(house).await.iter().filter(|one| *one == kind).count()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_invitation_tells_its_code_once(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        let caller = house.administrator(first);
        let input = json!({"pseudonym": "staff-7", "roles": ["CASE_WORKER"], "idempotencyKey": "one"});
        let before = count(&house, "PERSON_CHANGED").await;
        let told = house.change(&caller, "invitePerson", input.clone()).await;
        assert_eq!(told["__typename"], "PersonInvited", "{told}");
        let code = told["code"].as_str().unwrap().to_owned();
        assert!(code.len() == 64 && code.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(told["codeUntil"], json!(house.desk.now().plus_days(7).rfc3339()));
        let person = &told["person"];
        assert_eq!((&person["state"], &person["roles"], &person["lastUsed"]), (&json!("INVITED"), &json!(["CASE_WORKER"]), &Value::Null));
        // The database has its digest, and nothing that it could be made of.
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, code.as_bytes());
        let of_it = "SELECT i.code FROM invitation i JOIN person p ON p.id = i.person WHERE p.pseudonym = 'staff-7'";
        assert_eq!(house.look.column::<Vec<u8>>(of_it).await, [digest.as_ref()]);

        // The same key: the same person, made once, and no code.
        let again = house.change(&caller, "invitePerson", input.clone()).await;
        assert_eq!((&again["person"]["id"], &again["code"], &again["codeUntil"]), (&person["id"], &Value::Null, &Value::Null));
        assert_eq!(count(&house, "PERSON_CHANGED").await, before + 1);
        let mut other = input;
        other["pseudonym"] = json!("staff-8");
        let conflict = house.change(&caller, "invitePerson", other).await;
        assert_eq!((&conflict["__typename"], &conflict["version"]), (&json!("Conflict"), &Value::Null));
        // Lost: another, and the first opens nothing any more.
        let renewed = house.change(&caller, "reinvitePerson", json!({"person": person["id"]})).await;
        assert!(renewed["__typename"] == "PersonInvited" && renewed["code"].is_string() && renewed["code"] != json!(code));
        assert_ne!(house.look.column::<Vec<u8>>(of_it).await, [digest.as_ref()]);
        assert_eq!(count(&house, "PERSON_CHANGED").await, before + 2);
    }

    async fn an_administrator_comes_of_two_voices_and_each_sees_it(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let (one, other) = (house.administrator(first), house.administrator(second));
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let input = json!({"person": person_text(worker), "version": 1, "roles": ["ADMINISTRATOR", "OVERSEER"]});
        let told = house.change(&one, "assignRoles", input.clone()).await;
        assert_eq!(told["__typename"], "RolesProposed", "{told}");
        assert_eq!((&told["person"]["roles"], &told["person"]["proposed"]), (&json!(["OVERSEER"]), &json!(true)));
        let stale = house.change(&other, "assignRoles", input.clone()).await;
        assert_eq!((&stale["__typename"], &stale["version"]), (&json!("Conflict"), &json!(2)));
        let seen = house.answer(&other, PEOPLE, json!({})).await;
        let seen = seen["data"]["people"]["nodes"].as_array().unwrap().iter().find(|row| row["proposed"] == true).unwrap().clone();
        assert_eq!(seen["id"], json!(person_text(worker)));
        let confirm = json!({"person": seen["id"], "version": seen["version"], "roles": ["ADMINISTRATOR", "OVERSEER"]});
        let told = house.change(&other, "assignRoles", confirm).await;
        assert_eq!((&told["__typename"], &told["person"]["roles"]), (&json!("RolesAssigned"), &json!(["ADMINISTRATOR", "OVERSEER"])));
        assert_eq!(told["person"]["proposed"], false);
    }

    async fn an_account_is_stopped_let_act_again_and_reviewed(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let caller = house.administrator(first);
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let id = json!({"person": person_text(worker)});
        let told = house.change(&caller, "suspendPerson", id.clone()).await;
        assert_eq!((&told["__typename"], &told["person"]["state"]), (&json!("PersonSuspended"), &json!("SUSPENDED")));
        assert_eq!(told["person"]["version"], 2, "what its sessions were let in by is void");
        assert_eq!(house.change(&caller, "suspendPerson", id.clone()).await["__typename"], "Conflict");
        let told = house.change(&caller, "resumePerson", id).await;
        assert_eq!((&told["__typename"], &told["person"]["state"]), (&json!("PersonResumed"), &json!("ACTIVE")));

        house.clock.advance(50 * 86_400_000);
        let before = count(&house, "PERSON_CHANGED").await;
        let people = json!({"people": [person_text(worker), person_text(second), person_text(worker)]});
        let told = house.change(&caller, "reviewPeople", people).await;
        assert_eq!((&told["__typename"], &told["reviewed"]), (&json!("PeopleReviewed"), &json!(2)));
        assert_eq!(count(&house, "PERSON_CHANGED").await, before + 1);
        let listed = house.answer(&caller, PEOPLE, json!({})).await;
        let due: Vec<_> = listed["data"]["people"]["nodes"].as_array().unwrap().iter().map(|row| row["reviewDue"].as_str().unwrap()).collect();
        let now = house.desk.now();
        assert_eq!(due.iter().filter(|due| **due == now.plus_days(92).rfc3339()).count(), 2, "{due:?}");
        assert_eq!(due.iter().filter(|due| **due == now.plus_days(42).rfc3339()).count(), 1, "the own is another's to say");
    }

    async fn a_case_has_a_team_and_its_subject_can_be_told_who(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        let administrator = house.administrator(first);
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let second = house.came(house.own, "night", &[PersonRole::CaseWorker]).await;
        let (subject, key) = house.subject(house.own).await;
        let id = house.outward(house.own, subject);
        let on = |person| json!({"subject": id, "person": person_text(person)});
        // A record that a system brought has nobody on it; an administrator puts the first there.
        let of_worker = house.person(house.own, worker, &[Scope::Directory, Scope::CasesRead, Scope::Teams]);
        assert_eq!(house.change(&of_worker, "joinTeam", on(second)).await["__typename"], "NotPermitted");
        let told = house.change(&administrator, "joinTeam", on(worker)).await;
        assert_eq!((&told["__typename"], &told["person"]["pseudonym"]), (&json!("TeamJoined"), &json!("worker")));
        assert_eq!(house.change(&of_worker, "joinTeam", on(second)).await["__typename"], "TeamJoined");
        assert_eq!(house.change(&of_worker, "joinTeam", on(second)).await["__typename"], "Conflict");
        // What is done about her says who did it.
        let writes = house.person(house.own, worker, &[Scope::Directory, Scope::CasesRead, Scope::ConsentWrite]);
        let recipient = format!("org_{}", house.other.uuid().simple());
        let consent = json!({ "input": {
            "subject": id, "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED", "answers": [true, true, true, true, true, true, true],
            "purposes": ["SERVICE_REFERRAL"], "categories": ["SERVICES"], "recipients": [recipient], "countries": ["IN"],
            "until": house.desk.now().plus_days(30).rfc3339(), "idempotencyKey": "consent",
        }});
        let query = "mutation($input: GiveConsentInput!) { giveConsent(input: $input) { __typename } }".to_owned();
        let (variables, purpose) = (consent.as_object().cloned().unwrap(), Some(Purpose::ServiceReferral));
        let given = house.executor.execute(&writes, Operation { query, name: None, variables, purpose }).await.body;
        assert!(String::from_utf8_lossy(&given).contains("ConsentRecorded"), "{}", String::from_utf8_lossy(&given));
        let parts = house.desk.store().journal_parts(subject, EntryKind::ConsentGiven, None, Instant::ALWAYS, 10).await.unwrap();
        let by = key.journal().read(&parts[0].part).unwrap().actor;
        assert_eq!(by, Some(worker.uuid().simple().to_string()), "no pseudonym came with this caller");
        assert_eq!(house.change(&of_worker, "leaveTeam", on(worker)).await["__typename"], "TeamLeft");
        assert_eq!(house.change(&of_worker, "leaveTeam", on(second)).await["__typename"], "NotPermitted");
        assert_eq!(house.look.texts("SELECT 'one' FROM team").await.len(), 1);
        assert_eq!(count(&house, "TEAM_CHANGED").await, 3);

        let parts = house.desk.store().journal_parts(subject, EntryKind::TeamChanged, None, Instant::ALWAYS, 10).await.unwrap();
        let mut details: Vec<_> = parts.iter().map(|part| key.journal().read(&part.part).unwrap()).collect();
        details.sort_by_key(|detail| (detail.actor.clone(), detail.person));
        let told: Vec<_> = details.iter().map(|detail| (detail.actor.as_deref().unwrap(), detail.person.unwrap())).collect();
        let mut expected = vec![("first", worker.uuid()), ("worker", second.uuid()), ("worker", worker.uuid())];
        expected.sort_unstable();
        assert_eq!(told, expected);
        assert!(details.iter().all(|detail| detail.kind == EntryKind::TeamChanged && detail.record == Some(subject.uuid())));
        // Another subject's key reads none of it.
        let (_, other) = house.subject(house.own).await;
        assert!(other.journal().read(&parts[0].part).is_err());
    }

    async fn people_are_listed_page_by_page_and_everybody_sees_oneself(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let caller = house.administrator(first);
        house.came(house.other, "elsewhere", &[PersonRole::Administrator]).await;
        house.desk.enrol_person(house.own, "approver").await.unwrap();
        let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let answer = house.answer(&caller, PEOPLE, json!({"first": 2, "after": after})).await;
            let page = &answer["data"]["people"];
            seen.extend(page["nodes"].as_array().unwrap().clone());
            pages += 1;
            assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(pages > 1));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let mut pseudonyms: Vec<_> = seen.iter().map(|row| row["pseudonym"].as_str().unwrap()).collect();
        pseudonyms.sort_unstable();
        assert_eq!((pages, pseudonyms), (2, vec!["approver", "first", "second"]));
        let recorded = seen.iter().find(|row| row["pseudonym"] == "approver").unwrap();
        assert_eq!((&recorded["state"], &recorded["reviewDue"], &recorded["roles"]), (&json!("RECORDED"), &Value::Null, &json!([])));
        let own = seen.iter().find(|row| row["pseudonym"] == "first").unwrap();
        assert_eq!(own["lastUsed"], "2026-11-02", "the day, and no more");

        for (person, pseudonym) in [(first, "first"), (second, "second")] {
            let me = house.answer(&house.administrator(person), ME, json!({})).await;
            assert_eq!((&me["data"]["me"]["pseudonym"], person_id(me["data"]["me"]["id"].as_str().unwrap())), (&json!(pseudonym), Some(person)));
        }
        assert_eq!(house.answer(&house.system(), ME, json!({})).await, json!({"data": {"me": null}}));
    }

    async fn what_time_alone_changes_is_put_down_by_the_rounds(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        house.came(house.other, "elsewhere", &[PersonRole::Administrator]).await;
        assert_eq!(house.desk.put_to_sleep().await.unwrap(), 0);
        let before = count(&house, "PERSON_CHANGED").await;
        house.clock.advance(60 * 86_400_000);
        house.comes(second).await;
        // Before the rounds: asleep for everybody who asks.
        let listed = house.answer(&house.administrator(second), PEOPLE, json!({})).await;
        let states: Vec<_> = listed["data"]["people"]["nodes"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
        assert!(states.contains(&json!("ASLEEP")) && states.contains(&json!("ACTIVE")), "{states:?}");
        let sleeper = house.answer(&house.administrator(first), PEOPLE, json!({})).await;
        assert_eq!(sleeper["data"]["people"]["nodes"], json!([]));
        assert_eq!(house.desk.put_to_sleep().await.unwrap(), 2, "in two organizations");
        assert_eq!(house.desk.put_to_sleep().await.unwrap(), 0);
        assert_eq!(count(&house, "PERSON_CHANGED").await, before + 2);
        let row = house.desk.store().person(first).await.unwrap().unwrap();
        assert_eq!(row.generation, 2, "its sessions are void");
    }
}
