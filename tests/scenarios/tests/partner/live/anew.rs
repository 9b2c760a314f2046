//! What is decided after a system has answered, on what holds then: somebody takes back her consent, an owner is locked or
//! stopped, and who asks is let go while the system is waited for.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::{MemberStep, PartnerDesk, TokenUse};
use sangam_kit::database::Database;
use sangam_language::Caller;
use sangam_scenarios::look::migrated;
use sangam_wire::{Answer, Cursor, Delivered, Delivery, Found, Page, Wire, WireFault};
use serde_json::{Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use super::home::Home;
use super::{ALL, LIVE, LOCK, WITHIN_MS, is_lost, is_withheld, one};
use crate::delivery::JOURNAL_FOLLOWS;
use crate::house::{AGENCY, House, SHELTER, nodes, operation};
use crate::watch::token;
use crate::words::{DISCLOSURES, TAKE_BACK};

/// A system that has answered, and whose answer is on its way until it is let through.
struct Waits {
    wire: Arc<dyn Wire>,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    asked: Notify,
    through: Notify,
}

impl Wire for Waits {
    fn key(&self, record: &Value) -> Option<String> {
        self.wire.key(record)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        self.wire.fetch(since)
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(async move {
            let found = self.wire.record(key).await;
            self.gate.asked.notify_one();
            self.gate.through.notified().await;
            found
        })
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        self.wire.deliver(delivery)
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        self.wire.offered(record, referral)
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        self.wire.answers(offers)
    }
}

/// A system whose records have no key of their own.
struct Keyless(Arc<dyn Wire>);

impl Wire for Keyless {
    fn key(&self, _: &Value) -> Option<String> {
        None
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        self.0.fetch(since)
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        self.0.record(key)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        self.0.deliver(delivery)
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        self.0.offered(record, referral)
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        self.0.answers(offers)
    }
}

/// A house with somebody of the shelter who was referred to the agency: her record, as her owner has her, as the agency does.
async fn referred(database: &Database) -> (House, Home, String, String) {
    let house = House::open(database).await;
    let home = Home::open(&house, "home-one", SHELTER, 41).await;
    house.synchronise(&home.partner).await;
    let own = home.adult_for_her_owner(&house).await;
    let hers = home.refer(&house, &own).await;
    (house, home, own, hers)
}

async fn waiting(house: &House, home: &Home) -> (Arc<PartnerDesk>, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let waits = Arc::clone(&gate);
    (home.connect_by(house, |wire| Arc::new(Waits { wire, gate: waits })).await, gate)
}

/// Asks, and does something once the system has answered and before the hub has its answer.
async fn meanwhile<T>(gate: &Gate, asks: impl Future<Output = T>, does: impl AsyncFnOnce()) -> T {
    let does = async {
        gate.asked.notified().await;
        does().await;
        gate.through.notify_one();
    };
    tokio::join!(asks, does).0
}

/// What was written down of an own subject for the agency's asking, the latest first. Entries of light categories follow
/// their answer.
async fn written(house: &House, own: &str) -> Vec<Value> {
    tokio::time::sleep(JOURNAL_FOLLOWS).await;
    let told = nodes(&house.ask(SHELTER, DISCLOSURES, json!({"subject": own})).await, "disclosures");
    told.into_iter().filter(|row| row["recipient"]["name"] == "Nirapod Ghar").collect()
}

async fn asks_as(house: &House, caller: &Caller, hers: &str) -> Value {
    let variables = json!({"subjects": [hers], "within": WITHIN_MS});
    serde_json::from_slice(&house.executor.execute(caller, operation(LIVE, variables)).await.body).unwrap()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_is_taken_back_while_a_system_answers_is_not_shown(database: Database) {
        let (house, home, own, hers) = referred(&database).await;
        assert!(one(&house, AGENCY, &hers).await.1["narrative"].is_object());
        let (_partner, gate) = waiting(&house, &home).await;
        let before = written(&house, &own).await.len();
        let take_back = async || {
            let input = json!({"subject": own, "idempotencyKey": "back"});
            house.ask(SHELTER, TAKE_BACK, json!({"input": input})).await;
        };
        let (entry, node) = meanwhile(&gate, one(&house, AGENCY, &hers), take_back).await;
        assert_eq!(entry["status"], "ANSWERED", "{entry}");
        is_withheld(&node, &ALL, "NOT_SHARED");
        assert_eq!(node["canSee"], json!([]));
        let after = written(&house, &own).await;
        assert_eq!((after.len(), &after[0]["categories"]), (before + 1, &json!([])), "{after:?}");
    }

    async fn what_is_locked_while_a_system_answers_is_not_shown(database: Database) {
        let (house, home, _own, hers) = referred(&database).await;
        let (_partner, gate) = waiting(&house, &home).await;
        let lock = async || drop(house.ask(SHELTER, LOCK, json!({})).await);
        let (entry, node) = meanwhile(&gate, one(&house, AGENCY, &hers), lock).await;
        assert_eq!((&entry["status"], &entry["asOf"]), (&json!("NOT_AVAILABLE"), &Value::Null), "{entry}");
        is_withheld(&node, &ALL, "NOT_AVAILABLE_NOW");
    }

    async fn nobody_is_shown_what_came_after_it_was_let_go(database: Database) {
        let (house, home, own, hers) = referred(&database).await;
        let caller = house.desk.verify(&TokenUse::bearer(&token(&house, AGENCY).await)).await.unwrap();
        let (_partner, gate) = waiting(&house, &home).await;
        let nothing = async || {};
        let answer = meanwhile(&gate, asks_as(&house, &caller, &hers), nothing).await;
        assert!(answer["data"]["live"][0]["nodes"][0]["demographics"].is_object(), "{answer}");
        let before = written(&house, &own).await.len();
        let stop = async || house.desk.step_member(house.id(AGENCY), MemberStep::Suspend).await.unwrap();
        let answer = meanwhile(&gate, asks_as(&house, &caller, &hers), stop).await;
        assert_eq!(answer["data"]["live"], Value::Null, "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        assert_eq!(written(&house, &own).await.len(), before);
    }

    async fn of_a_holder_that_was_stopped_nothing_is_said_to_be_shown(database: Database) {
        let (house, home, own, hers) = referred(&database).await;
        assert!(one(&house, AGENCY, &hers).await.1["narrative"].is_object());
        let before = written(&house, &own).await.len();
        house.desk.step_member(house.id(SHELTER), MemberStep::Suspend).await.unwrap();
        let asked = home.sandbox.requests();
        let (entry, node) = one(&house, AGENCY, &hers).await;
        assert_eq!((&entry["status"], home.sandbox.requests()), (&json!("NOT_ASKED"), asked), "{entry}");
        is_lost(&node);
        house.desk.step_member(house.id(SHELTER), MemberStep::Resume).await.unwrap();
        let after = written(&house, &own).await;
        assert_eq!((after.len(), &after[0]["categories"]), (before + 1, &json!([])), "{after:?}");
    }

    async fn a_record_that_cannot_be_asked_for_does_not_answer(database: Database) {
        let house = House::open(&database).await;
        let home = Home::open(&house, "home-one", SHELTER, 41).await;
        let partner = home.connect_by(&house, |wire| Arc::new(Keyless(wire))).await;
        assert_eq!(house.synchronise(&partner).await.recorded, 2);
        let asked = home.sandbox.requests();
        for subject in nodes(&house.ask(SHELTER, "{ subjects(first: 100) { nodes { id } } }", json!({})).await, "subjects") {
            let (entry, node) = one(&house, SHELTER, subject["id"].as_str().unwrap()).await;
            assert_eq!((&entry["status"], &entry["asOf"]), (&json!("NOT_AVAILABLE"), &Value::Null), "{entry}");
            is_withheld(&node, &ALL, "NOT_AVAILABLE_NOW");
        }
        assert_eq!(home.sandbox.requests(), asked);
    }
}
