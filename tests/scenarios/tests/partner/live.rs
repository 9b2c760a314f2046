//! What stays at home and is read there: by whom, narrowed by what, and what is said of a system that does not answer.

mod anew;
mod home;
mod names;

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use futures_util::future::BoxFuture;
use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_scenarios::look::{files_hold, holds, migrated};
use sangam_wire::{Answer as Answered, Cursor, Delivered, Delivery, Found, Page, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{AGENCY, House, SHELTER, STRANGER, nodes};
use crate::words::{ANSWER, DISCLOSURES, RECALLS, SUBJECTS, TAKE_BACK};
use home::{Home, NOTES};

const LIVE: &str = "query Live($subjects: [ID!]!, $within: Int!) { live(subjects: $subjects, withinMs: $within) {
  status since asOf holder { country role } nodes { id caseReference { number } demographics { sex } health { notes }
  narrative { account } canSee withheld { category reason } } } }";
const LOCK: &str = "mutation { lockOrganization { __typename } }";

/// How long systems are waited for in these tests: all that is well answers in a part of it, also on a busy machine.
const WITHIN_MS: u64 = 2_000;
/// How much longer than that an answer may take on a busy machine.
const GRACE: Duration = Duration::from_secs(4);

async fn live(house: &House, handle: &str, subjects: &[&str]) -> Vec<Value> {
    let variables = json!({"subjects": subjects, "within": WITHIN_MS});
    house.ask(handle, LIVE, variables).await["live"].as_array().unwrap().clone()
}

/// The one entry of an answer about one subject, and her in it.
async fn one(house: &House, handle: &str, subject: &str) -> (Value, Value) {
    let entries = live(house, handle, &[subject]).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let node = entries[0]["nodes"][0].clone();
    (entries[0].clone(), node)
}

/// The reason for which a category is withheld.
fn reason(node: &Value, category: &str) -> Option<String> {
    let all = node["withheld"].as_array().unwrap();
    let found = all.iter().find(|withheld| withheld["category"] == category)?;
    Some(found["reason"].as_str().unwrap().to_owned())
}

fn is_withheld(node: &Value, categories: &[(&str, &str)], why: &str) {
    for (field, category) in categories {
        assert!(node[field].is_null(), "{field} shows: {node}");
        assert_eq!(reason(node, category).as_deref(), Some(why), "{node}");
    }
}

/// Nothing came that could be shown to the agency; what it would not be shown anyway says so.
fn is_lost(node: &Value) {
    is_withheld(node, &[ALL[0], ALL[1], ALL[3]], "NOT_AVAILABLE_NOW");
    is_withheld(node, &[ALL[2]], "NOT_SHARED");
}

const ALL: [(&str, &str); 4] = [
    ("caseReference", "CASE_REFERENCE"),
    ("demographics", "DEMOGRAPHICS"),
    ("health", "HEALTH"),
    ("narrative", "NARRATIVE"),
];

sangam_kit::both_databases! {
    template = migrated;

    async fn what_stays_at_home_is_read_there_and_nowhere_else(database: Database) {
        let house = House::open(&database).await;
        let home = Home::open(&house, "home-one", SHELTER, 41).await;
        let report = house.synchronise(&home.partner).await;
        assert_eq!((report.recorded, report.referrals, report.dropped, report.quarantined), (2, 0, 0, 0), "{report:?}");
        let own = home.adult_for_her_owner(&house).await;

        // Registered, and nothing of what the records say is here: no category of a person's own record.
        assert_eq!(house.look.number("SELECT count(*) FROM held").await, 0);
        assert_eq!(house.look.number("SELECT count(*) FROM subject").await, 2);
        let plain = nodes(&house.ask(SHELTER, SUBJECTS, json!({})).await, "subjects");
        assert!(plain.iter().all(|row| row["caseReference"].is_null() && row["identity"].is_null()), "{plain:?}");

        // Whom it was referred to sees what her own consent in the record covers, and the journal has it first.
        let hers = home.refer(&house, &own).await;
        let (text, answer) =
            house.answer(AGENCY, LIVE, json!({"subjects": [hers], "within": WITHIN_MS})).await;
        let entry = &answer["data"]["live"][0];
        assert_eq!((&entry["status"], &entry["since"]), (&json!("ANSWERED"), &Value::Null), "{text}");
        assert_eq!(entry["asOf"], json!(house.desk.now().rfc3339()));
        assert_eq!(entry["holder"], json!({"country": "IN", "role": "SHELTER"}));
        let node = &entry["nodes"][0];
        assert_eq!((&node["id"], &node["narrative"]["account"]), (&json!(hers), &json!(NOTES)), "{text}");
        assert!(node["caseReference"]["number"].is_string() && node["demographics"]["sex"].is_string(), "{text}");
        // Law keeps health from whoever does not heal, live like anywhere.
        is_withheld(node, &[("health", "HEALTH")], "NOT_SHARED");
        assert_eq!(answer["extensions"]["receipts"].as_array().unwrap().len(), 1, "{text}");
        let told = nodes(&house.ask(SHELTER, DISCLOSURES, json!({"subject": own})).await, "disclosures");
        let seen = |row: &&Value| row["recipient"]["name"] == "Nirapod Ghar" && row["categories"].to_string().contains("NARRATIVE");
        assert_eq!(told.iter().filter(seen).count(), 1, "{told:?}");
        // Nobody else has her, by her id for the agency or by the owner's: there is not even an entry.
        for id in [&hers, &own] {
            assert_eq!(live(&house, STRANGER, &[id.as_str()]).await, Vec::<Value>::new());
        }

        // What the record says now narrows at once, before anything was taken in.
        assert!(home.edit(&json!({"refused_sharing": ["family", "story"]})));
        let (entry, node) = one(&house, AGENCY, &hers).await;
        assert_eq!(entry["status"], "ANSWERED");
        is_withheld(&node, &[("narrative", "NARRATIVE")], "NOT_SHARED");
        assert!(node["demographics"].is_object() && !node["canSee"].to_string().contains("NARRATIVE"), "{node}");

        // Once it is taken in, whom it was shown to is asked to let go of it, and is shown nothing until it has answered.
        house.synchronise(&home.partner).await;
        let (entry, node) = one(&house, AGENCY, &hers).await;
        assert_eq!(entry["status"], "NOT_ASKED");
        is_withheld(&node, &ALL, "NOT_SHARED");
        let recall = nodes(&house.ask(AGENCY, RECALLS, json!({})).await, "recalls").remove(0);
        let input = json!({
            "subject": hers, "version": recall["version"], "answer": "DELETED", "idempotencyKey": "let go",
        });
        let told = house.ask(AGENCY, ANSWER, json!({"input": input})).await;
        assert_eq!(told["answerRecall"]["__typename"], "RecallAnswered", "{told}");

        // And it widens nothing: what is withheld here stays so when the record gives it back.
        house.clock.advance(60_000);
        assert!(home.edit(&json!({"refused_sharing": ["family"]})));
        let (_, node) = one(&house, AGENCY, &hers).await;
        is_withheld(&node, &[("narrative", "NARRATIVE")], "NOT_SHARED");
        assert!(node["demographics"].is_object(), "{node}");

        // A record without consent shows nothing; one that is shared no longer has nothing to show.
        assert!(home.edit(&json!({"disclosure_other_orgs": false})));
        let (entry, node) = one(&house, AGENCY, &hers).await;
        is_withheld(&node, &ALL, "NOT_SHARED");
        assert_eq!(entry["status"], "ANSWERED");
        assert!(home.edit(&json!({"disclosure_other_orgs": true, "sangam_share": false})));
        let (entry, node) = one(&house, AGENCY, &hers).await;
        is_withheld(&node, &ALL[..2], "NOT_AVAILABLE_NOW");
        is_withheld(&node, &ALL[2..], "NOT_SHARED");
        assert_eq!(entry["status"], "ANSWERED");
        assert!(home.edit(&json!({"sangam_share": true})));
        assert!(one(&house, AGENCY, &hers).await.1["demographics"].is_object());

        // Who is a child after all is not shown as the adult that is on record here.
        let (birth, child) = (home.field("date_of_birth"), house.desk.now().plus_days(-5_000).rfc3339());
        assert!(home.edit(&json!({"date_of_birth": child[..10], "age": 13})));
        let (entry, node) = one(&house, AGENCY, &hers).await;
        assert_eq!(entry["status"], "NOT_IN_STEP", "{entry}");
        is_withheld(&node, &ALL[..2], "NOT_AVAILABLE_NOW");
        is_withheld(&node, &ALL[2..], "NOT_SHARED");
        assert!(home.edit(&json!({"date_of_birth": birth, "age": 24})));

        // After a withdrawal nobody is asked at all.
        assert!(one(&house, AGENCY, &hers).await.1["demographics"].is_object());
        let input = json!({"subject": own, "idempotencyKey": "back"});
        house.ask(SHELTER, TAKE_BACK, json!({"input": input})).await;
        let asked = home.sandbox.requests();
        let (entry, node) = one(&house, AGENCY, &hers).await;
        assert_eq!((&entry["status"], &entry["asOf"]), (&json!("NOT_ASKED"), &Value::Null));
        is_withheld(&node, &ALL, "NOT_SHARED");
        assert_eq!(home.sandbox.requests(), asked);
        // Her owner needs none.
        assert_eq!(one(&house, SHELTER, &own).await.1["narrative"]["account"], NOTES);

        // Through all of it nothing was stored, sealed or in clear; the referral's services are the hub's own record.
        assert_eq!(house.look.number("SELECT count(*) FROM held h JOIN subject s ON s.id = h.record").await, 0);
        let everything = house.look.everything().await;
        for value in [NOTES, "Maya Tamang", "Sindhupalchok"] {
            assert!(!holds(&everything, value) && !files_hold(&database, value), "{value} is in the store");
        }
        assert!(holds(&everything, &home.case), "the search finds a case id");
    }

    async fn of_five_systems_one_is_dead_and_one_is_slow(database: Database) {
        let mut house = House::open(&database).await;
        let (homes, own, subjects) = Home::five(&mut house).await;
        let ids: Vec<&str> = subjects.iter().map(String::as_str).collect();
        let statuses = |entries: &[Value]| -> Vec<String> {
            entries.iter().map(|entry| entry["status"].as_str().unwrap().to_owned()).collect()
        };
        let told = |entries: &[Value], place: usize| entries[place]["nodes"][0]["narrative"]["account"] == NOTES;

        // With all of them well each answers, in the order in which its subject was named.
        let entries = live(&house, AGENCY, &ids).await;
        assert_eq!(statuses(&entries), ["ANSWERED"; 5], "{entries:?}");
        for (place, entry) in entries.iter().enumerate() {
            assert_eq!(entry["nodes"].as_array().unwrap().len(), 1);
            assert_eq!(entry["nodes"][0]["id"], *ids[place]);
            assert!(told(&entries, place) && entry["since"].is_null(), "{entry}");
        }

        house.clock.advance(60_000);
        homes[1].sandbox.fault(Fault::Down);
        homes[3].sandbox.fault(Fault::Slow(Duration::from_secs(30)));
        let (missing, begun) = (house.desk.now(), Moment::now());
        let entries = live(&house, AGENCY, &ids).await;
        let took = begun.elapsed();
        assert!((Duration::from_millis(WITHIN_MS)..Duration::from_millis(WITHIN_MS) + GRACE).contains(&took), "{took:?}");
        assert_eq!(statuses(&entries), ["ANSWERED", "UNREACHABLE", "ANSWERED", "SLOW", "ANSWERED"], "{entries:?}");
        for (place, entry) in entries.iter().enumerate() {
            let lost = [1, 3].contains(&place);
            assert_eq!(told(&entries, place), !lost, "{entry}");
            // Since when is told of a system by name, and the agency is not told who holds these cases.
            assert!(entry["since"].is_null());
            assert_eq!(entry["asOf"], if lost { Value::Null } else { json!(missing.rfc3339()) });
            assert_eq!(entry["nodes"][0]["id"], *ids[place]);
        }
        is_lost(&entries[1]["nodes"][0]);

        // The dead one is left alone after its second failure, since when it is missing stays; it is tried again later.
        homes[3].sandbox.fault(Fault::None);
        house.clock.advance(10_000);
        for expected in ["UNREACHABLE", "PAUSED", "PAUSED"] {
            let entries = live(&house, AGENCY, &ids).await;
            assert_eq!(statuses(&entries), ["ANSWERED", expected, "ANSWERED", "ANSWERED", "ANSWERED"], "{entries:?}");
            // Her owner is told whose it is: its own.
            let told = live(&house, homes[1].owner, &[&own[1]]).await;
            assert_eq!((&told[0]["status"], &told[0]["since"]), (&json!("PAUSED"), &json!(missing.rfc3339())));
        }
        homes[1].sandbox.fault(Fault::None);
        assert_eq!(live(&house, AGENCY, &[ids[1]]).await[0]["status"], "PAUSED");
        house.clock.advance(30_000);
        let entries = live(&house, AGENCY, &ids).await;
        assert_eq!(statuses(&entries), ["ANSWERED"; 5], "{entries:?}");
        assert!(told(&entries, 1) && entries[1]["since"].is_null());

        // Each other way of being unwell has a word of the hub's own, and none of the partner's.
        for (fault, status) in
            [(Fault::BadGateway, "REFUSED"), (Fault::Html, "UNREADABLE"), (Fault::Unauthorized, "REFUSED")]
        {
            homes[0].sandbox.fault(fault);
            assert_eq!(live(&house, AGENCY, &[ids[0]]).await[0]["status"], status);
            homes[0].sandbox.fault(Fault::None);
            assert_eq!(live(&house, AGENCY, &[ids[0]]).await[0]["status"], "ANSWERED");
        }

        // Of a locked owner nothing leaves, and its system is not asked.
        house.ask(homes[2].owner, LOCK, json!({})).await;
        let asked = homes[2].sandbox.requests();
        let entries = live(&house, AGENCY, &ids).await;
        assert_eq!(statuses(&entries), ["ANSWERED", "ANSWERED", "NOT_ASKED", "ANSWERED", "ANSWERED"]);
        is_withheld(&entries[2]["nodes"][0], &ALL, "NOT_AVAILABLE_NOW");
        assert_eq!(homes[2].sandbox.requests(), asked);
    }

    async fn a_system_that_answers_with_somebody_else_is_shown_to_nobody(database: Database) {
        let house = House::open(&database).await;
        let home = Home::open(&house, "home-one", SHELTER, 41).await;
        house.synchronise(&home.partner).await;
        let own = home.adult_for_her_owner(&house).await;
        let hers = home.refer(&house, &own).await;
        assert!(one(&house, AGENCY, &hers).await.1["demographics"].is_object());
        let other = home.other.clone();
        home.connect_by(&house, |wire| Arc::new(Another { wire, other })).await;
        for (asks, id) in [(AGENCY, &hers), (SHELTER, &own)] {
            let (entry, node) = one(&house, asks, id).await;
            assert_eq!(entry["status"], "UNREADABLE", "{entry}");
            if asks == AGENCY { is_lost(&node) } else { is_withheld(&node, &ALL, "NOT_AVAILABLE_NOW") }
        }

        // What is asked for has bounds.
        let refused = async |variables: Value| {
            let (_, answer) = house.answer(AGENCY, LIVE, variables).await;
            answer["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
        };
        let many: Vec<&str> = std::iter::repeat_n(hers.as_str(), 21).collect();
        assert_eq!(refused(json!({"subjects": many, "within": WITHIN_MS})).await, "LIMIT_COST");
        assert_eq!(refused(json!({"subjects": [], "within": WITHIN_MS})).await, "BAD_VARIABLES");
        for within in [99, 8_001, -1] {
            assert_eq!(refused(json!({"subjects": [hers], "within": within})).await, "BAD_VARIABLES");
        }
        assert_eq!(refused(json!({"subjects": ["sub_1"], "within": WITHIN_MS})).await, "BAD_ID");
    }
}

/// A system that answers with another record than the one it is asked for.
struct Another {
    wire: Arc<dyn Wire>,
    other: String,
}

impl Wire for Another {
    fn key(&self, record: &Value) -> Option<String> {
        self.wire.key(record)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        self.wire.fetch(since)
    }

    fn record<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        self.wire.record(&self.other)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        self.wire.deliver(delivery)
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        self.wire.offered(record, referral)
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answered>, WireFault>> {
        self.wire.answers(offers)
    }
}
