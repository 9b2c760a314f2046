//! Hearing of a search: the one who asks of its own steps and of answers, one that was asked of requests to look. What is
//! done with a request is nobody else's to hear. And each of them by `node`.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sangam_custody::{Actor, Party};
use sangam_desk::{GrantRequest, NewClient, NewCredential, TokenUse};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Reply, Scope, ScopeSet};
use sangam_vocabulary::{Purpose, PurposeSet};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::house::{GIRL, House, OTHER, SHELTER, SOURCE, STRANGER};
use crate::words::{RECORD, STEP, WITHDRAW};
use sangam_scenarios::look::migrated;

const SEARCHES: &str = "subscription { searchChanged { id state reviewAt subject { id tracing { names { text } } } } }";
const REQUESTS: &str = "subscription { searchRequestChanged { id state canDo subject { id tracing { names { text } } identity { names { text } } withheld { category reason } } } }";
const ANSWERS: &str = "subscription { searchAnswered { state toldAt finder { name } withheld { category reason } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id ... on Search { state recipients } ... on SearchRequest { state source { name } } ... on Arrival { state kind } } }";
/// How long an event may take that is there already.
const SOON: Duration = Duration::from_secs(5);
/// How long nothing must come.
const QUIET: Duration = Duration::from_millis(1500);

type Stream = BoxStream<'static, Reply>;

impl House {
    /// What a registered system of an organization hears from now on.
    async fn hears(&self, name: &str, query: &str) -> Stream {
        let (scopes, purposes) = (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all());
        let (organization, watcher, credential) = (self.id(name), "invented watcher".to_owned(), NewCredential::Secret);
        let new = NewClient { organization, name: watcher, scopes, purposes, credential, actor_keys: None };
        let client = self.desk.enrol_client(new).await.unwrap();
        let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
        let token = self.desk.grant(&request).await.unwrap().token;
        let system = self.desk.verify(&TokenUse::bearer(&token)).await.unwrap();
        // As by a token that was exchanged for one that names who asks: nobody else is shown anything of a person.
        let staff = Party { actor: Some(Actor::staff("staff-1")), ..system.party().clone() };
        let caller = Caller::verified(system.kind(), staff, system.scopes(), system.purposes(), system.until());
        let caller = caller.admitted_by(system.admission().unwrap());
        let (variables, purpose) = (serde_json::Map::new(), Some(Purpose::FamilyTracing));
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose };
        self.executor
            .subscribe(caller, operation)
            .await
            .map_err(|reply| String::from_utf8(reply.body).unwrap())
            .unwrap()
    }
}

/// The next event, which must come.
async fn next(stream: &mut Stream) -> Value {
    let reply = timeout(SOON, stream.next()).await.unwrap().unwrap();
    let event: Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(event.get("errors").is_none(), "{event}");
    event["data"].as_object().unwrap().values().next().unwrap().clone()
}

async fn is_quiet(stream: &mut Stream) {
    if let Ok(reply) = timeout(QUIET, stream.next()).await {
        panic!("{}", reply.map_or("it ended".into(), |reply| String::from_utf8(reply.body).unwrap()));
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn each_hears_of_its_own(database: Database) {
        let house = House::agreed(&database).await;
        let mut searches = house.hears(SOURCE, SEARCHES).await;
        let mut answers = house.hears(SOURCE, ANSWERS).await;
        let mut asked = house.hears(SHELTER, REQUESTS).await;
        let mut also_asked = house.hears(OTHER, REQUESTS).await;
        let mut strangers = [house.hears(STRANGER, SEARCHES).await, house.hears(STRANGER, REQUESTS).await, house.hears(STRANGER, ANSWERS).await];
        let (girl, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let opened = next(&mut searches).await;
        assert_eq!((&opened["id"], &opened["state"]), (&json!(search), &json!("OPEN")));
        for stream in [&mut asked, &mut also_asked] {
            let request = next(stream).await;
            assert_eq!((&request["state"], &request["canDo"]), (&json!("OPEN"), &json!(["ACKNOWLEDGE"])));
            // What it is told of her is what an answer would show it: what it needs to look.
            let shown = (&request["subject"]["tracing"]["names"][0]["text"], &request["subject"]["identity"]);
            assert_eq!(shown, (&json!("Asha"), &Value::Null));
        }
        // What one that was asked does is heard by nobody else.
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        assert_eq!(next(&mut asked).await["state"], "ACKNOWLEDGED");
        for stream in [&mut searches, &mut answers, &mut also_asked] {
            is_quiet(stream).await;
        }
        // An answer that may not be told is not heard; one that may is, by the one who asks alone.
        let found = house.girl(SHELTER, "Mina").await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(found)).await["__typename"], "IllegalStep");
        is_quiet(&mut answers).await;
        let consent = house.says(SHELTER, found, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(found)).await;
        let told = next(&mut answers).await;
        assert_eq!((&told["state"], &told["finder"], &told["withheld"]), (&json!("FOUND_SAFE"), &Value::Null, &json!([{"category": "CASE_REFERENCE", "reason": "NOT_SHARED"}])));
        assert_eq!(next(&mut asked).await["state"], "FOUND_SAFE");
        house.change(SHELTER, WITHDRAW, json!({"consent": consent})).await;
        for stream in [&mut searches, &mut answers, &mut also_asked] {
            is_quiet(stream).await;
        }
        // She says no to who looks for her: whoever was asked hears that the search ended and no more of her.
        let closed = house.change(SOURCE, STEP, json!({"search": search, "version": 1, "event": "CLOSE"})).await;
        assert_eq!(closed["search"]["state"], "CLOSED", "{closed}");
        assert_eq!(next(&mut searches).await["state"], "CLOSED");
        for stream in [&mut asked, &mut also_asked] {
            let over = next(stream).await;
            assert_eq!((&over["state"], &over["subject"]["tracing"], &over["subject"]["id"]), (&json!("CLOSED"), &Value::Null, &over["subject"]["id"]));
        }
        assert_ne!(house.outward(SOURCE, girl), house.outward(SHELTER, girl));
        for stream in &mut strangers {
            is_quiet(stream).await;
        }
    }

    /// By its id each is there for whom it is meant, as what it is, and for nobody else.
    async fn each_is_a_node(database: Database) {
        let house = House::agreed(&database).await;
        let (girl, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let request = house.requests(SHELTER).await[0]["id"].as_str().unwrap().to_owned();
        let recorded = house.change(SOURCE, RECORD, json!({"subject": house.outward(SOURCE, girl), "kind": "ALONE"})).await;
        let arrival = recorded["arrival"]["id"].as_str().unwrap().to_owned();
        for (name, id, what) in [(SOURCE, &search, "Search"), (SHELTER, &request, "SearchRequest"), (SOURCE, &arrival, "Arrival")] {
            let node = house.ask(name, NODE, json!({"id": id})).await["node"].clone();
            assert_eq!((&node["__typename"], &node["id"]), (&json!(what), &json!(id)), "{node}");
            for other in [SOURCE, SHELTER, OTHER, STRANGER].into_iter().filter(|other| *other != name) {
                assert_eq!(house.ask(other, NODE, json!({"id": id})).await["node"], Value::Null, "{other} {what}");
            }
        }
        // The id of the one is none of the other.
        let as_request = search.replace("sea_", "srq_");
        assert_eq!(house.ask(SOURCE, NODE, json!({"id": as_request})).await["node"], Value::Null);
    }
}
