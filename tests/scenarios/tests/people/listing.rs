//! What of an organization is listed for everybody: said by its administrators in GraphQL, and by nobody else.

use sangam_kit::database::Database;
use sangam_language::{Caller, Scope};
use sangam_scenarios::look::migrated;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{ListedAsk, ListedKind, PersonRole};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, OF_ADMINISTRATORS};

const MEMBERS: &str = "__typename ... on ListingSet { listing { listed services areas version } } ... on InvalidInput { path } ... on Conflict { version } ... on NotPermitted { message }";

impl House {
    async fn sets(&self, caller: &Caller, key: &str, input: Value) -> Value {
        let mut input = input;
        input["idempotencyKey"] = json!(key);
        let query = format!("mutation($input: SetListingInput!) {{ setListing(input: $input) {{ {MEMBERS} }} }}");
        self.answer(caller, &query, json!({ "input": input })).await["data"]["setListing"].clone()
    }

    async fn listing_said(&self, caller: &Caller) -> Value {
        self.answer(caller, "{ listing { listed services areas version } }", json!({})).await["data"]["listing"].clone()
    }

    async fn shown(&self, kind: ListedKind) -> usize {
        self.desk.listed(&ListedAsk::of(kind, 100)).await.unwrap().rows.len()
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_administrator_lists_and_takes_it_back(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        house.offers(house.own, &[ServiceCode::LegalAid, ServiceCode::Health]).await;
        let runs = house.administrator(first);
        let nothing = json!({ "listed": false, "services": [], "areas": false, "version": 0 });
        assert_eq!(house.listing_said(&runs).await, nothing);
        let all = json!({ "version": 0, "listed": true, "services": ["LEGAL_AID", "HEALTH", "LEGAL_AID"], "areas": true });
        // Who does not administer says nothing, in whatever way she asks.
        let works = house.came(house.own, "works", &[PersonRole::CaseWorker]).await;
        let works = house.person(house.own, works, OF_ADMINISTRATORS);
        let answer = house.sets(&works, "works", all.clone()).await;
        assert_eq!(answer["__typename"], "NotPermitted", "{answer}");
        assert_eq!(house.sets(&house.system(), "system", all.clone()).await["__typename"], "NotPermitted");
        let without = house.person(house.own, first, &[Scope::Directory]);
        let refused = house.answer(&without, "{ listing { listed } }", json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "SCOPE_MISSING");
        assert_eq!((house.shown(ListedKind::Organization).await, house.shown(ListedKind::Service).await), (0, 0));

        let mut education = all.clone();
        education["services"] = json!(["EDUCATION"]);
        let answer = house.sets(&runs, "not offered", education).await;
        assert_eq!((&answer["__typename"], &answer["path"]), (&json!("InvalidInput"), &json!("/services")));
        let set = json!({ "listed": true, "services": ["HEALTH", "LEGAL_AID"], "areas": true, "version": 1 });
        for _ in 0..2 {
            let answer = house.sets(&runs, "list", all.clone()).await;
            assert_eq!(answer["listing"], set, "the same key is the same change: {answer}");
        }
        assert_eq!(house.listing_said(&runs).await, set);
        assert_eq!((house.shown(ListedKind::Organization).await, house.shown(ListedKind::Service).await), (1, 2));
        assert_eq!(house.sets(&runs, "old", all).await["version"], 1);
        let entries = "SELECT count(*) FROM journal_entry WHERE kind = 'ORGANIZATION_CHANGED'";
        let before = house.look.number(entries).await;
        let none = json!({ "version": 1, "listed": false, "services": [], "areas": false });
        let answer = house.sets(&runs, &Uuid::from_u128(1).to_string(), none).await;
        assert_eq!(answer["listing"]["version"], 2, "{answer}");
        assert_eq!((house.shown(ListedKind::Organization).await, house.shown(ListedKind::Service).await), (0, 0));
        assert_eq!(house.look.number(entries).await, before + 1);
    }
}
