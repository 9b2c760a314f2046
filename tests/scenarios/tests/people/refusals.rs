//! What is refused, and in which words.

use sangam_desk::{EnrolFault, NewClient, NewCredential, person_text};
use sangam_kit::database::Database;
use sangam_language::{Caller, Scope, ScopeSet};
use sangam_store::PersonRefusal;
use sangam_vocabulary::{PersonRole, PurposeSet};
use serde_json::{Value, json};

use crate::house::House;
use sangam_scenarios::look::migrated;

const PEOPLE: &str = "{ people { nodes { id } } }";

/// Every change about people, with an input that is well made.
fn all(person: &str, subject: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("invitePerson", json!({"pseudonym": "puppet", "roles": []})),
        ("reinvitePerson", json!({"person": person})),
        ("assignRoles", json!({"person": person, "version": 1, "roles": []})),
        ("suspendPerson", json!({"person": person})),
        ("resumePerson", json!({"person": person})),
        ("reviewPeople", json!({"people": [person]})),
        ("joinTeam", json!({"subject": subject, "person": person})),
        ("leaveTeam", json!({"subject": subject, "person": person})),
    ]
}

async fn message(
    house: &House,
    caller: &Caller,
    field: &str,
    input: Value,
    member: &str,
    path: Option<&str>,
) -> String {
    let told = house.change(caller, field, input).await;
    assert_eq!(told["__typename"], member, "{told}");
    assert_eq!(told["path"].as_str(), path, "{told}");
    told["message"].as_str().unwrap().to_owned()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_system_has_no_part_in_it_whatever_its_token_says(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let (subject, _) = house.subject(house.own).await;
        let (person, subject) = (person_text(second), house.outward(house.own, subject));
        for (field, input) in all(&person, &subject) {
            let said = message(&house, &house.system(), field, input, "NotPermitted", None).await;
            assert!(said.contains("administrator"), "{field}: {said}");
        }
        assert_eq!(house.answer(&house.system(), PEOPLE, json!({})).await["data"]["people"]["nodes"], json!([]));
        // The control: the same by a person.
        assert_eq!(house.answer(&house.administrator(first), PEOPLE, json!({})).await["data"]["people"]["nodes"].as_array().unwrap().len(), 2);
        // And none is registered with the scopes.
        for scope in [Scope::People, Scope::Teams] {
            let scopes = ScopeSet::of(&[Scope::Directory, scope]);
            let new = NewClient { organization: house.own, name: "system".to_owned(), scopes, purposes: PurposeSet::all(), actor_keys: None, credential: NewCredential::Secret };
            assert!(matches!(house.desk.enrol_client(new.clone()).await, Err(EnrolFault::ScopeOfPeople)));
            assert!(house.desk.enrol_client(NewClient { scopes: scopes.for_systems(), ..new }).await.is_ok());
        }
    }

    async fn without_the_scope_and_without_the_role_nothing_is_done(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let (subject, _) = house.subject(house.own).await;
        let (person, subject) = (person_text(second), house.outward(house.own, subject));
        let few = house.person(house.own, first, &[Scope::Directory, Scope::CasesWrite]);
        for field in ["suspendPerson", "joinTeam"] {
            let input = if field == "joinTeam" { "subject: \"s\", person: \"p\"" } else { "person: \"p\"" };
            let query = format!("mutation {{ {field}(input: {{ idempotencyKey: \"k\", {input} }}) {{ __typename }} }}");
            let answer = house.answer(&few, &query, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "SCOPE_MISSING", "{answer}");
        }
        // A session that outlived the role: the account is asked, not the token.
        let stale = house.administrator(worker);
        for (field, input) in all(&person, &subject) {
            message(&house, &stale, field, input, "NotPermitted", None).await;
        }
        assert_eq!(house.answer(&stale, PEOPLE, json!({})).await["data"]["people"]["nodes"], json!([]));
        // And an administrator of another organization is nobody here, though its token says so.
        let far = house.came(house.other, "far", &[PersonRole::Administrator]).await;
        let stranger = house.administrator(far);
        assert_eq!(house.answer(&stranger, PEOPLE, json!({})).await["data"]["people"]["nodes"], json!([]));
        message(&house, &stranger, "suspendPerson", json!({"person": person}), "NotPermitted", None).await;
    }

    async fn ids_of_others_and_of_nothing_are_not_found(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        let caller = house.administrator(first);
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let far = person_text(house.came(house.other, "far", &[PersonRole::CaseWorker]).await);
        let (own, _) = house.subject(house.own).await;
        let (theirs, _) = house.subject(house.other).await;
        let subject = house.outward(house.own, own);
        for (field, input) in all(&far, &subject).into_iter().skip(1) {
            message(&house, &caller, field, input, "NotFound", None).await;
        }
        // A subject of another organization, as it would be seen from here, and as it is seen there.
        for subject in [house.outward(house.own, theirs), house.outward(house.other, own)] {
            let input = json!({"subject": subject, "person": person_text(worker)});
            message(&house, &caller, "joinTeam", input, "NotFound", None).await;
        }
        let path = |field: &str| if field == "reviewPeople" { "/people" } else { "/person" };
        for (field, input) in all("org_1", &subject).into_iter().skip(1) {
            message(&house, &caller, field, input, "InvalidInput", Some(path(field))).await;
        }
        let input = json!({"subject": "nobody", "person": person_text(worker)});
        message(&house, &caller, "joinTeam", input, "InvalidInput", Some("/subject")).await;
        message(&house, &caller, "reviewPeople", json!({"people": []}), "InvalidInput", Some("/people")).await;
        let many = vec![person_text(worker); 101];
        message(&house, &caller, "reviewPeople", json!({"people": many}), "InvalidInput", Some("/people")).await;
        for key in ["", &"k".repeat(129)] {
            let input = json!({"person": far, "idempotencyKey": key});
            message(&house, &caller, "suspendPerson", input, "InvalidInput", Some("/idempotencyKey")).await;
        }
        let cursor = "{ people(after: \"00\") { nodes { id } } }";
        let answer = house.answer(&caller, cursor, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_CURSOR");
    }

    async fn every_rule_says_what_holds_and_what_to_do(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let (one, other) = (house.administrator(first), house.administrator(second));
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let clerk = house.came(house.own, "clerk", &[PersonRole::PartnerOfficer]).await;
        let invited = house.desk.operator().invite(house.own, "invited", sangam_vocabulary::PersonRoles::of(&[PersonRole::CaseWorker])).await;
        let invited = invited.map_err(|fault| fault.to_string()).unwrap().person;
        let (subject, _) = house.subject(house.own).await;
        let subject = house.outward(house.own, subject);
        let on = |person| json!({"subject": subject, "person": person_text(person)});
        let roles = |person, roles: Value| json!({"person": person_text(person), "version": 1, "roles": roles});
        let mut met = Vec::new();
        let mut said = |reason: PersonRefusal, message: String| {
            let (words, told) = (reason.to_string().to_lowercase(), message.to_lowercase());
            assert!(message.ends_with('.') && told.contains(&words), "{message}");
            met.push(reason);
        };
        let change = async |caller: &Caller, field: &str, input: Value, path: Option<&str>| {
            let member = if path.is_some() { "InvalidInput" } else { "NotPermitted" };
            message(&house, caller, field, input, member, path).await
        };
        let spaced = json!({"pseudonym": "Two Words", "roles": []});
        said(PersonRefusal::Pseudonym, change(&one, "invitePerson", spaced, Some("/pseudonym")).await);
        let taken = json!({"pseudonym": "worker", "roles": []});
        said(PersonRefusal::Taken, change(&one, "invitePerson", taken, Some("/pseudonym")).await);
        said(PersonRefusal::Oneself, change(&one, "suspendPerson", json!({"person": person_text(first)}), None).await);
        said(PersonRefusal::LastAdministrators, change(&one, "assignRoles", roles(second, json!([])), None).await);
        said(PersonRefusal::NotCaseWorker, change(&one, "joinTeam", on(clerk), Some("/person")).await);
        said(PersonRefusal::NotActive, change(&one, "joinTeam", on(invited), Some("/person")).await);
        let of_worker = house.person(house.own, worker, &[Scope::Teams]);
        said(PersonRefusal::NotOnTeam, change(&of_worker, "joinTeam", on(clerk), None).await);
        let as_administrator = house.administrator(worker);
        said(PersonRefusal::NotAdministrator, change(&as_administrator, "suspendPerson", json!({"person": person_text(clerk)}), None).await);
        // The administrators come now and then, the others do not.
        house.clock.advance(60 * 86_400_000);
        for person in [first, second] {
            house.comes(person).await;
        }
        let review = json!({"people": [person_text(worker)]});
        said(PersonRefusal::Asleep, change(&one, "reviewPeople", review, Some("/people")).await);
        house.change(&other, "suspendPerson", json!({"person": person_text(first)})).await;
        let alone = json!({"pseudonym": "puppet", "roles": []});
        said(PersonRefusal::OneAdministrator, change(&other, "invitePerson", alone, None).await);
        // The two numbers are met in the store's own tests, what is about notices beside them.
        let numbers = [PersonRefusal::TooManyAccounts, PersonRefusal::TooManyMembers];
        let rest = [&numbers[..], &crate::notices::MET].concat();
        for reason in PersonRefusal::ALL {
            assert!(met.contains(reason) != rest.contains(reason), "{reason:?}");
        }
        // What was asked in vain is an entry.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert!(house.look.texts("SELECT kind FROM journal_entry WHERE kind = 'REFUSED'").await.len() >= met.len() - 1);
    }
}
