//! An emergency, an order and an override from end to end: the binary, people of two organizations in their browsers, and
//! the journal verified at the end. What time does is done by moving what is stored into the past.

use std::time::{Duration, Instant};

use sangam_kit::database::Database;
use serde_json::{Value, json};

use super::browser::Browser;
use super::day::Office;
use super::people::{CASE_WORKER, OVERSEER};
use crate::empty;
use crate::keys::{Pair, fresh, now};

const DAY: i64 = 86_400;
/// How long a round of the clocks may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);
/// The bands of an adult.
const GROWN: [&str; 4] = ["AGE_18_20", "AGE_21_25", "AGE_26_40", "AGE_41_PLUS"];
const HOLDER: &str = "asha-nivas";
const HELPER: &str = "alor-pothe";
const PERSON: &str = "query($id: ID!) { subject(id: $id) { canSee demographics { ageBand } contactSafety { safeToCall } identity { names { text } } withheld { category reason } } }";
const ON_RECORD: &str = "{ exceptions(first: 100) { nodes { id kind state counts version canDo recipients until reviewOverdue finding order } } }";
const SEEN: &str = "query($id: ID!) { disclosures(subject: $id, first: 20) { nodes { id recipient { id } actor purpose categories exceptions exceptionKinds } } }";

/// A person of an organization who has signed in.
struct Worker {
    browser: Browser,
    csrf: String,
    id: String,
}

fn mutation(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    let of = "exception { id state version counts }";
    let recorded = matches!(name, "recordOrder" | "requestOverride" | "declareEmergency");
    let member = if recorded { "ExceptionRecorded" } else { "ExceptionChanged" };
    let refused = matches!(name, "recordOrder" | "requestOverride" | "declareEmergency" | "approveOverride");
    let refused = if refused { "... on ExceptionRefused { reason }" } else { "... on IllegalStep { missing }" };
    format!(
        "mutation($input: {}{rest}Input!) {{ {name}(input: $input) {{ __typename ... on {member} {{ {of} }} {refused} ... on InvalidInput {{ path message }} }} }}",
        first.to_uppercase()
    )
}

impl Office {
    async fn worker(&self, handle: &str, pseudonym: &str, login: &str) -> Worker {
        let invited = self.house.invite(handle, pseudonym, CASE_WORKER | OVERSEER, DAY).await;
        self.first_page(&mut Browser::new()).await;
        let mut browser = Browser::new();
        let page = self.take(&mut browser, &invited.code).await;
        let page = browser.at_the_provider(page, login, "none").await;
        assert!(page.body.contains(pseudonym), "{} {}", page.url, page.body);
        let csrf = browser.csrf(&self.house.address.clone()).await;
        Worker { browser, csrf, id: invited.id }
    }

    /// What a person is answered, for PROTECTION: the data, and the receipt of what was shown.
    async fn asked(&self, worker: &Worker, query: &str, variables: Value) -> (Value, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let headers = [("sangam-csrf", worker.csrf.as_str()), ("sangam-purpose", "PROTECTION")];
        let to = self.at("/graphql");
        let page = worker.browser.send("POST", &to, &headers, Some(("application/json", body))).await;
        let told: Value = serde_json::from_str(&page.body).unwrap();
        assert!(told.get("errors").is_none(), "{told}");
        (told["data"].clone(), told["extensions"]["receipts"][0].clone())
    }

    async fn does(&self, worker: &Worker, name: &str, mut input: Value) -> Value {
        input["idempotencyKey"] = json!(fresh());
        self.asked(worker, &mutation(name), json!({ "input": input })).await.0[name].clone()
    }

    async fn steps(&self, worker: &Worker, name: &str, of: &Value) -> Value {
        self.does(worker, name, json!({ "exception": of["id"], "version": of["version"] })).await
    }

    /// The one of a kind that the holder has on record.
    async fn one(&self, worker: &Worker, kind: &str) -> Value {
        let all = self.asked(worker, ON_RECORD, json!({})).await.0["exceptions"]["nodes"].clone();
        let mut found = all.as_array().unwrap().iter().filter(|one| one["kind"] == kind);
        let one = found.next().unwrap_or_else(|| panic!("no {kind} in {all}")).clone();
        assert!(found.next().is_none(), "{all}");
        one
    }

    /// The disclosure of a receipt, as the holder reads it. The entry of light categories follows the answer within a second
    /// or so: it is waited for.
    async fn disclosed(&self, worker: &Worker, subject: &Value, receipt: &Value) -> Value {
        let mut all = Value::Null;
        for _ in 0..100 {
            all = self.asked(worker, SEEN, json!({ "id": subject })).await.0["disclosures"]["nodes"].clone();
            if let Some(found) = all.as_array().unwrap().iter().find(|one| &one["id"] == receipt) {
                return found.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("no receipt {receipt} in {all}")
    }

    /// The holder's system refers an adult to the helper. She lets it know for what, and nothing more. Gives her id as the
    /// holder sees it.
    async fn refer(&self) -> Value {
        let house = &self.house;
        let system = house.system_for(HOLDER, Pair::ed(), &["cases:write", "consent:write"]).token(house, 0).await;
        let asked = async |query: &str, variables: Value| {
            let request =
                house.http(None).post(self.at("/graphql")).header("authorization", format!("Bearer {system}"));
            let request = request.header("sangam-purpose", "SERVICE_REFERRAL");
            let response = request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap();
            let told: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            assert!(told.get("errors").is_none(), "{told}");
            told["data"].clone()
        };
        let all = asked("{ subjects(first: 100) { nodes { id demographics { ageBand } } } }", json!({})).await;
        let grown = |node: &&Value| GROWN.iter().any(|band| node["demographics"]["ageBand"] == *band);
        let adult = all["subjects"]["nodes"].as_array().unwrap().iter().find(grown).unwrap()["id"].clone();
        let out = "mutation($i: WithdrawConsentsInput!) { withdrawConsents(input: $i) { __typename } }";
        asked(out, json!({ "i": { "subject": adult, "idempotencyKey": "w" } })).await;
        let give = "mutation($i: GiveConsentInput!) { giveConsent(input: $i) { __typename ... on InvalidInput { path message } } }";
        let until = sangam_vocabulary::Instant::from_millis((now() + 30 * DAY) * 1_000).rfc3339();
        let consent = json!({ "subject": adult, "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED", "answers": [true, true, true, true, true, true, true], "purposes": ["SERVICE_REFERRAL"], "categories": ["SERVICES"], "recipients": [house.organization(HELPER)], "countries": ["BD", "IN"], "until": until, "idempotencyKey": "c" });
        let told = asked(give, json!({ "i": consent })).await;
        assert_eq!(told["giveConsent"]["__typename"], "ConsentRecorded", "{told}");
        let send = "mutation($i: SendReferralInput!) { sendReferral(input: $i) { __typename } }";
        let referral = json!({ "subject": adult, "recipient": house.organization(HELPER), "services": ["EDUCATION"], "urgency": "URGENT", "idempotencyKey": "s" });
        let told = asked(send, json!({ "i": referral })).await;
        assert_eq!(told["sendReferral"]["__typename"], "ReferralSent", "{told}");
        adult
    }

    /// Puts people on the team of what was referred last.
    async fn on_the_team(&self, workers: &[&Worker]) {
        for worker in workers {
            let person = self.house.bytes(&worker.id);
            let last = "FROM referral ORDER BY sent_at DESC LIMIT 1";
            self.house
                .sql(&format!("INSERT INTO team (subject, person, since) SELECT subject, {person}, 0 {last}"))
                .await;
        }
    }

    /// The emergency was declared as many days ago.
    async fn days_ago(&self, days: i64) {
        let by = days * DAY * 1_000;
        let of = format!(
            "from_at = from_at - {by}, until_at = until_at - {by}, recorded_at = recorded_at - {by}, review_due_at = review_due_at - {by}"
        );
        self.house.sql(&format!("UPDATE exception SET {of} WHERE kind = 'EMERGENCY'; UPDATE clock SET started_at = started_at - {by}, due_at = due_at - {by} WHERE noun = 'EXCEPTION'; UPDATE epoch SET fence = fence + 1")).await;
    }
}

sangam_kit::both_databases! {
    template = empty;

    async fn an_emergency_an_order_and_an_override_through_the_binary(database: Database) {
        let mut office = Office::with(&database, "");
        office.open();
        let subject = office.refer().await;
        let (first, second) = (office.worker(HOLDER, "asha-worker-8", "rina").await, office.worker(HOLDER, "asha-worker-9", "mina").await);
        let helper = office.worker(HELPER, "alor-worker-1", "tara").await;
        office.on_the_team(&[&first, &second, &helper]).await;
        let received = "{ referrals(first: 100, direction: RECEIVED) { nodes { id subject { id } } } }";
        let received = office.asked(&helper, received, json!({})).await.0["referrals"]["nodes"].clone();
        let theirs = {
            let mut found = Vec::new();
            for node in received.as_array().unwrap() {
                // Of the others she is on no team and can declare nothing.
                let id = node["subject"]["id"].clone();
                let told = office.does(&helper, "declareEmergency", json!({ "subject": id, "reason": "HEALTH" })).await;
                if told["__typename"] == "ExceptionRecorded" {
                    found.push(id);
                } else {
                    assert_eq!(told["__typename"], "NotPermitted", "{told}");
                }
            }
            assert_eq!(found.len(), 1, "{received}");
            found.remove(0)
        };
        let person = || json!({ "id": theirs });

        // For a day she sees what law lets pass, and the holder reads by what right.
        let (shown, receipt) = office.asked(&helper, PERSON, person()).await;
        assert!(shown["subject"]["demographics"].is_object(), "{shown}");
        let emergency = office.one(&first, "EMERGENCY").await;
        assert_eq!((&emergency["state"], &emergency["counts"], &emergency["canDo"]), (&json!("DECLARED"), &json!(true), &json!(["REVIEW"])));
        let entry = office.disclosed(&first, &subject, &receipt).await;
        assert_eq!((&entry["exceptions"], &entry["exceptionKinds"]), (&json!([emergency["id"]]), &json!(["EMERGENCY"])), "{entry}");
        assert_eq!((&entry["actor"], &entry["purpose"], &entry["recipient"]["id"]), (&json!("alor-worker-1"), &json!("PROTECTION"), &json!(office.house.organization(HELPER))));
        let told = office.asked(&second, "{ notices { kind } }", json!({})).await.0;
        let since = Instant::now();
        let mut kinds = told["notices"].to_string();
        while !kinds.contains("ANSWER_NOW") {
            assert!(since.elapsed() < SOON, "the team is not told: {kinds}");
            tokio::time::sleep(Duration::from_millis(500)).await;
            kinds = office.asked(&second, "{ notices { kind } }", json!({})).await.0["notices"].to_string();
        }

        // The day is over: nothing more, and nothing exceptional is written of it.
        office.days_ago(1).await;
        let (shown, receipt) = office.asked(&helper, PERSON, person()).await;
        assert_eq!((&shown["subject"]["canSee"], &shown["subject"]["demographics"]), (&json!([]), &Value::Null), "{shown}");
        let entry = office.disclosed(&first, &subject, &receipt).await;
        assert_eq!((&entry["categories"], &entry["exceptions"]), (&json!([]), &json!([])), "{entry}");
        // Nobody has looked at it for three days: that shows and is told. Then somebody does.
        assert_eq!(office.one(&first, "EMERGENCY").await["reviewOverdue"], json!(false));
        office.days_ago(2).await;
        let late = office.one(&second, "EMERGENCY").await;
        assert_eq!((&late["state"], &late["reviewOverdue"]), (&json!("DECLARED"), &json!(true)), "{late}");
        let since = Instant::now();
        while !kinds.contains("CLOCK_RAN_OUT") {
            assert!(since.elapsed() < SOON, "the team is not told: {kinds}");
            tokio::time::sleep(Duration::from_millis(500)).await;
            kinds = office.asked(&second, "{ notices { kind } }", json!({})).await.0["notices"].to_string();
        }
        let review = json!({ "exception": late["id"], "version": late["version"], "finding": "JUSTIFIED" });
        let reviewed = office.does(&second, "reviewEmergency", review).await;
        assert_eq!(reviewed["exception"]["state"], "REVIEWED", "{reviewed}");

        // A court's order and what rests on it: nothing before the second person, and nothing after the order's end.
        let to = office.house.organization(HELPER).to_owned();
        let until = sangam_vocabulary::Instant::from_millis((now() + 10 * DAY) * 1_000).rfc3339();
        let order = json!({ "subject": subject, "kind": "COURT_ORDER", "categories": ["DEMOGRAPHICS"], "recipients": [to], "until": until, "number": "zq-41" });
        let recorded = office.does(&first, "recordOrder", order).await["exception"].clone();
        let overriding = || json!({ "subject": subject, "basis": "COURT_ORDER", "categories": ["DEMOGRAPHICS"], "purposes": ["PROTECTION"], "recipient": to, "order": recorded["id"] });
        let refused = office.does(&first, "requestOverride", overriding()).await;
        assert_eq!((&refused["__typename"], &refused["reason"]), (&json!("ExceptionRefused"), &json!("NO_ORDER")), "{refused}");
        let herself = office.steps(&first, "attestOrder", &recorded).await;
        assert_eq!(herself["missing"], json!(["SECOND_PERSON"]), "{herself}");
        let attested = office.steps(&second, "attestOrder", &recorded).await["exception"].clone();
        assert_eq!(attested["counts"], json!(true), "{attested}");
        let asked = office.does(&first, "requestOverride", overriding()).await["exception"].clone();
        assert_eq!(office.asked(&helper, PERSON, person()).await.0["subject"]["canSee"], json!([]), "one person asked for it");
        let approved = office.steps(&second, "approveOverride", &asked).await;
        assert_eq!(approved["exception"]["counts"], json!(true), "{approved}");
        let (shown, receipt) = office.asked(&helper, PERSON, person()).await;
        assert_eq!(shown["subject"]["canSee"], json!(["DEMOGRAPHICS"]), "{shown}");
        let entry = office.disclosed(&first, &subject, &receipt).await;
        assert_eq!((&entry["exceptions"], &entry["exceptionKinds"]), (&json!([asked["id"]]), &json!(["OVERRIDE"])), "{entry}");
        office.steps(&first, "endOrder", &attested).await;
        assert_eq!(office.one(&first, "OVERRIDE").await["state"], "ENDED");
        let (shown, _) = office.asked(&helper, PERSON, person()).await;
        assert_eq!((&shown["subject"]["canSee"], &shown["subject"]["demographics"]), (&json!([]), &Value::Null), "{shown}");

        let verified = office.house.run(&["journal", "verify"], &[]);
        assert!(verified.code == 0 && !verified.output.contains("fault:"), "{verified:?}");
        assert!(!office.house.output(0).contains("zq-41"), "the log");
    }
}
