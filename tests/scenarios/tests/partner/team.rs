//! Who in an organization asks: a person sees of a case that it exists, and what is in it once she is on its team; a
//! system acts for the member of staff it named for as long as its token stands; a lock is over both.

use sangam_desk::{ExchangeRequest, GrantRequest, NewClient, NewCredential, TokenUse};
use sangam_kit::client::ActorKey;
use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Scope, ScopeSet};
use sangam_vocabulary::{Instant, PersonId, PurposeSet};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes, operation};
use crate::words::{CONSENTS, EXPLAIN, GIVE, SEND, STEP, WITHDRAW};
use sangam_scenarios::assembled::ADDRESS;
use sangam_scenarios::look::migrated;

const OWN: &str = "{ subjects(first: 100) { nodes { id canSee demographics { sex } identity { names { text } } withheld { category reason } } } }";
const SENT: &str = "{ referrals(first: 100, direction: SENT) { nodes { id state version canDo canSee services { services } subject { id } } } }";
const PSEUDONYM: &str = "worker-4";

fn signed_in(house: &House, person: PersonId) -> Caller {
    // Whatever party she comes with: she is a person and no system.
    let party = house.caller(SHELTER, ScopeSet::default(), PurposeSet::all()).party().clone();
    Caller::verified(
        CallerKind::Person(person),
        party,
        ScopeSet::of(Scope::ALL).for_systems(),
        PurposeSet::all(),
        Instant::NEVER,
    )
}

async fn ask(house: &House, caller: &Caller, query: &str, variables: Value) -> Value {
    let body = house.executor.execute(caller, operation(query, variables)).await.body;
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

fn reason(subject: &Value, category: &str) -> Value {
    let entries = subject["withheld"].as_array().unwrap();
    entries.iter().find(|entry| entry["category"] == category).map_or(Value::Null, |entry| entry["reason"].clone())
}

/// Everything a person could change of a case, and what each comes to.
async fn changes(house: &House, caller: &Caller, subject: &Value, consent: &str, key: &str) -> Vec<Value> {
    let until = house.desk.now().plus_days(30).rfc3339();
    let referral = nodes(&ask(house, caller, SENT, json!({})).await, "referrals").remove(0);
    let give = json!({
        "subject": subject, "effect": "WITHHOLD", "givenBy": "OWN", "assent": "NOT_ASKED", "answers": [true, true, true, true, true, true, true],
        "purposes": ["SERVICE_REFERRAL"], "categories": ["HEALTH"], "recipients": [house.public_id(AGENCY)], "countries": ["BD"],
        "until": until, "idempotencyKey": format!("{key}-give"),
    });
    let send = json!({
        "subject": subject, "recipient": house.public_id(AGENCY), "services": ["EDUCATION"], "urgency": "ROUTINE", "idempotencyKey": format!("{key}-send"),
    });
    let step = json!({
        "referral": referral["id"], "version": referral["version"], "event": "WITHDRAW", "idempotencyKey": format!("{key}-step"),
    });
    let draft = json!({
        "subject": subject, "recipient": house.public_id(AGENCY), "services": ["LIVELIHOOD"], "urgency": "ROUTINE", "idempotencyKey": format!("{key}-draft"),
    });
    let message =
        json!({ "referral": referral["id"], "text": "an invented word", "idempotencyKey": format!("{key}-message") });
    let withdraw = json!({ "consent": consent, "idempotencyKey": format!("{key}-withdraw") });
    let mut told = Vec::new();
    for (query, field, input) in [
        (GIVE, "giveConsent", give),
        (SEND, "sendReferral", send),
        (
            "mutation($input: DraftReferralInput!) { draftReferral(input: $input) { __typename } }",
            "draftReferral",
            draft,
        ),
        ("mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }", "sendMessage", message),
        (STEP, "stepReferral", step),
        (WITHDRAW, "withdrawConsent", withdraw),
    ] {
        told.push(ask(house, caller, query, json!({ "input": input })).await[field]["__typename"].clone());
    }
    told
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_case_is_its_teams_and_the_others_see_that_it_exists(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        house.own_consents(SHELTER, AGENCY).await;
        let person = house.desk.enrol_person(house.id(SHELTER), PSEUDONYM).await.unwrap();
        let caller = signed_in(&house, person);

        let all = house.subjects(SHELTER).await;
        let off = nodes(&ask(&house, &caller, OWN, json!({})).await, "subjects");
        assert!(all.len() > 1 && off.len() == all.len(), "each of them exists: {off:?}");
        for subject in &off {
            assert_eq!((&subject["canSee"], &subject["identity"], &subject["demographics"]), (&json!([]), &Value::Null, &Value::Null));
            for category in ["IDENTITY", "DEMOGRAPHICS"] {
                assert_eq!(reason(subject, category), "NOT_SHARED", "{subject}");
            }
        }
        for referral in nodes(&ask(&house, &caller, SENT, json!({})).await, "referrals") {
            assert_eq!((&referral["canDo"], &referral["canSee"], &referral["services"]), (&json!([]), &json!([]), &Value::Null), "{referral}");
        }
        // The case of a referral that she may not touch, with a consent that its team knows.
        let referral = nodes(&ask(&house, &caller, SENT, json!({})).await, "referrals").remove(0);
        let subject = referral["subject"]["id"].clone();
        let of_the_case = json!({ "subject": subject });
        let of_itself = json!({ "subject": subject, "recipient": house.public_id(SHELTER) });
        let known = nodes(&house.ask(SHELTER, CONSENTS, of_the_case.clone()).await, "consents");
        let consent = known[0]["id"].as_str().unwrap();
        assert!(nodes(&ask(&house, &caller, CONSENTS, of_the_case.clone()).await, "consents").is_empty());
        let told = ask(&house, &caller, EXPLAIN, of_itself.clone()).await["explain"].as_array().unwrap().clone();
        assert!(told.len() == 19 && told.iter().all(|row| row["clause"] == "NOT_ON_TEAM"), "{told:?}");
        let of_another = json!({ "subject": subject, "recipient": house.public_id(AGENCY) });
        assert_eq!(ask(&house, &caller, EXPLAIN, of_another.clone()).await["explain"], json!([]));
        assert_eq!(changes(&house, &caller, &subject, consent, "off").await, vec![json!("NotPermitted"); 6]);
        assert_eq!(nodes(&house.ask(SHELTER, SENT, json!({})).await, "referrals").iter().find(|one| one["version"] != referral["version"] && one["subject"] == referral["subject"]), None, "nothing was changed");

        // On the teams of all: the same person, at once.
        house.look.run(&format!("INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym = '{PSEUDONYM}'")).await;
        let on = nodes(&ask(&house, &caller, OWN, json!({})).await, "subjects");
        assert!(on.len() == all.len() && on.iter().all(|subject| subject["identity"]["names"][0]["text"].is_string()), "{on:?}");
        assert!(!ask(&house, &caller, EXPLAIN, of_another).await["explain"].as_array().unwrap().is_empty());
        assert_eq!(
            changes(&house, &caller, &subject, consent, "on").await,
            ["ConsentRecorded", "ReferralSent", "ReferralDrafted", "MessageSent", "StepTaken", "ConsentWithdrawn"]
        );

        // A lock is over the team and the system alike, whichever it is.
        for bits in [1, 2] {
            house.look.run(&format!("UPDATE organization SET locked = {bits} WHERE id IN (SELECT owner FROM subject)")).await;
            let system = house.caller(SHELTER, ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all());
            for caller in [&caller, &system] {
                let locked = nodes(&ask(&house, caller, OWN, json!({})).await, "subjects");
                assert!(locked.len() == all.len() && locked.iter().all(|subject| subject["identity"].is_null() && reason(subject, "IDENTITY") == "NOT_AVAILABLE_NOW"), "{locked:?}");
                let told = ask(&house, caller, EXPLAIN, of_itself.clone()).await["explain"].clone();
                assert!(told.as_array().unwrap().iter().all(|row| row["clause"] == "LOCKED"), "{told}");
            }
        }
        house.look.run("UPDATE organization SET locked = 0").await;
        let open = nodes(&ask(&house, &caller, OWN, json!({})).await, "subjects");
        assert!(open.iter().all(|subject| subject["identity"]["names"][0]["text"].is_string()));
    }

    async fn a_system_acts_for_whom_it_named_as_long_as_it_is_admitted(database: Database) {
        let house = House::open(&database).await;
        let key = ActorKey::of_seed(&[3; 32]);
        let client = NewClient {
            organization: house.id(SHELTER),
            name: "invented system".to_owned(),
            scopes: ScopeSet::of(Scope::ALL).for_systems(),
            purposes: PurposeSet::all(),
            credential: NewCredential::Secret,
            actor_keys: Some(key.key_set()),
        };
        let client = house.desk.enrol_client(client).await.unwrap();
        let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
        let token = house.desk.grant(&request).await.unwrap().token;
        // Later, so that the end of the first token is seen to be the end of the second.
        house.clock.advance(400_000);
        let actor = key.names("staff-7", &client.client_id, ADDRESS, house.desk.now().millis() / 1000);
        let exchange = ExchangeRequest {
            client: request.client, certificate: None, proof: None, scope: None, subject_token: &token, actor_token: &actor,
        };
        let granted = house.desk.exchange(&exchange).await.unwrap();
        assert_eq!(granted.expires_in, 200);
        let pseudonym = |caller: &Caller| caller.party().actor.as_ref().map(|actor| actor.pseudonym().to_owned());
        let before = house.desk.verify(&TokenUse::bearer(&token)).await.unwrap();
        let caller = house.desk.verify(&TokenUse::bearer(&granted.token)).await.unwrap();
        assert_eq!((pseudonym(&before), pseudonym(&caller).as_deref()), (None, Some("staff-7")));
        assert_eq!((before.until(), caller.party().person()), (caller.until(), None));
        // A socket asks again and again, and is still the same member of staff's.
        let again = house.desk.readmit(&caller).await.unwrap();
        assert_eq!(again.party(), caller.party());
        house.clock.advance(200_000);
        assert!(house.desk.verify(&TokenUse::bearer(&granted.token)).await.is_err());
        let late = key.names("staff-7", &client.client_id, ADDRESS, house.desk.now().millis() / 1000);
        assert!(house.desk.exchange(&ExchangeRequest { actor_token: &late, ..exchange }).await.is_err(), "what has ended is not exchanged");
    }
}
