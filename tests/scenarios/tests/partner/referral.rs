//! The referral in full, as both sides live it: a draft, single services, a redirection, an answer that does not come,
//! what they write to each other, and the way to the recipient's own system.

mod grid;

use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_vocabulary::{Category, CategorySet, Instant};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, STRANGER, nodes};
use sangam_scenarios::look::migrated;

const FIELDS: &str = "id state version canDo answerBy sentAt transfer delivery endDelivery proposed redirectedFrom reReferralOf declineReason serviceStates serviceReasons services { services }";

/// The shelter's case of the minor, who consented that the stranger is told of services.
pub(crate) struct Case {
    pub(crate) house: House,
    pub(crate) minor: String,
}

impl Case {
    pub(crate) async fn open(database: &Database) -> Self {
        let house = House::open(database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        house.consent_for_child(SHELTER, &minor, &[house.public_id(STRANGER)], &["SERVICES"], "services").await;
        Self { house, minor }
    }

    pub(crate) async fn write(&self, field: &str, key: &str, more: Value) -> Value {
        // Ids are in the order of their instants.
        self.house.clock.advance(1);
        let mut input = json!({
            "subject": self.minor, "recipient": self.house.public_id(STRANGER), "services": ["HEALTH"], "urgency": "ROUTINE",
            "idempotencyKey": key,
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        let ty = format!("{}{}Input!", field[..1].to_uppercase(), &field[1..]);
        let member = if field == "draftReferral" { "ReferralDrafted" } else { "ReferralSent" };
        let mutation = format!(
            "mutation($input: {ty}) {{ {field}(input: $input) {{ __typename ... on {member} {{ referral {{ {FIELDS} }} }} ... on InvalidInput {{ path }} }} }}"
        );
        self.house.ask(SHELTER, &mutation, json!({ "input": input })).await[field].clone()
    }

    pub(crate) async fn send(&self, key: &str, more: Value) -> Value {
        let sent = self.write("sendReferral", key, more).await;
        assert_eq!(sent["__typename"], "ReferralSent", "{sent}");
        sent["referral"].clone()
    }

    /// A referral as one side sees it now, found by what the other side has written last.
    pub(crate) async fn latest(&self, handle: &str, direction: &str) -> Value {
        let query =
            format!("query($d: ReferralDirection) {{ referrals(first: 1, direction: $d) {{ nodes {{ {FIELDS} }} }} }}");
        let mut found = nodes(&self.house.ask(handle, &query, json!({ "d": direction })).await, "referrals");
        found.pop().unwrap_or(Value::Null)
    }

    pub(crate) async fn one(&self, handle: &str, id: &Value) -> Value {
        let query = format!("query($id: ID!) {{ referral(id: $id) {{ {FIELDS} }} }}");
        self.house.ask(handle, &query, json!({ "id": id })).await["referral"].clone()
    }

    pub(crate) async fn step(&self, handle: &str, referral: &Value, event: &str, more: Value) -> Value {
        let key = format!("{event} {} {}", referral["id"], referral["version"]);
        let mut input = json!({
            "referral": referral["id"], "version": referral["version"], "event": event, "idempotencyKey": key,
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        let mutation = format!(
            "mutation($input: StepReferralInput!) {{ stepReferral(input: $input) {{ __typename ... on StepTaken {{ referral {{ {FIELDS} }} }} ... on TransferRefused {{ categories }} ... on IllegalStep {{ legal missing }} ... on InvalidInput {{ path message }} }} }}"
        );
        self.house.ask(handle, &mutation, json!({ "input": input })).await["stepReferral"].clone()
    }

    pub(crate) async fn stepped(&self, handle: &str, referral: &Value, event: &str, more: Value) -> Value {
        let told = self.step(handle, referral, event, more).await;
        assert_eq!(told["__typename"], "StepTaken", "{event}: {told}");
        told["referral"].clone()
    }

    async fn answer(&self, referral: &Value, services: Value, event: &str) -> Value {
        let key = format!("answer {services} {event} {} {}", referral["id"], referral["version"]);
        let mut input = json!({
            "referral": referral["id"], "version": referral["version"], "services": services, "event": event,
            "idempotencyKey": key,
        });
        if event == "DECLINE" {
            input["reason"] = json!("NOT_OUR_SERVICE");
        }
        let mutation = format!(
            "mutation($input: AnswerServicesInput!) {{ answerServices(input: $input) {{ __typename ... on ServicesAnswered {{ referral {{ {FIELDS} }} }} ... on IllegalStep {{ legal missing }} ... on InvalidInput {{ path }} }} }}"
        );
        self.house.ask(STRANGER, &mutation, json!({ "input": input })).await["answerServices"].clone()
    }

    pub(crate) async fn message(&self, handle: &str, referral: &Value, key: &str, text: &str) -> Value {
        self.house.clock.advance(1);
        let input = json!({ "referral": referral["id"], "text": text, "idempotencyKey": key });
        let mutation = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on MessageSent { sent { id seat content { texts } } } ... on InvalidInput { path } } }";
        self.house.ask(handle, mutation, json!({ "input": input })).await["sendMessage"].clone()
    }

    async fn messages(&self, handle: &str, referral: &Value) -> Vec<Value> {
        let query = "query($r: ID!) { messages(referral: $r, first: 10) { nodes { id seat content { texts } canSee withheld { category reason } } } }";
        nodes(&self.house.ask(handle, query, json!({ "r": referral["id"] })).await, "messages")
    }

    /// How many journal entries of a kind there are.
    pub(crate) async fn entries(&self, kind: &str) -> usize {
        self.house.look.texts("SELECT kind FROM journal_entry").await.iter().filter(|known| *known == kind).count()
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_draft_is_the_senders_own(database: Database) {
        let case = Case::open(&database).await;
        let from_the_partner = case.entries("REFERRAL_SENT").await;
        let drafted = case.write("draftReferral", "d", json!({})).await;
        assert_eq!(drafted["__typename"], "ReferralDrafted", "{drafted}");
        let draft = drafted["referral"].clone();
        assert_eq!((&draft["state"], &draft["canDo"]), (&json!("DRAFT"), &json!(["SEND", "WITHDRAW"])));
        assert_eq!((case.entries("REFERRAL_DRAFTED").await, case.entries("REFERRAL_SENT").await), (1, from_the_partner));
        // The same key is the same draft.
        assert_eq!(case.write("draftReferral", "d", json!({})).await["referral"]["id"], draft["id"]);
        assert_eq!(case.latest(STRANGER, "RECEIVED").await, Value::Null);
        let sent = case.stepped(SHELTER, &draft, "SEND", json!({})).await;
        assert_eq!(sent["state"], "SENT");
        let received = case.latest(STRANGER, "RECEIVED").await;
        assert_eq!(received["canDo"], json!(["RECEIVE", "ACCEPT", "DECLINE", "REDIRECT"]));
        assert_ne!(received["id"], draft["id"]);
        // What was sent of it is there once: the same is the same.
        assert_eq!(case.send("s", json!({})).await["id"], draft["id"]);
        let again = case.send("again", json!({ "reReferral": true })).await;
        assert_ne!(again["id"], draft["id"]);
        assert_eq!(again["reReferralOf"], draft["id"]);
        let nothing = case.write("sendReferral", "n", json!({ "services": ["EDUCATION"], "reReferral": true })).await;
        assert_eq!(nothing["path"], "/reReferral", "{nothing}");
    }

    async fn services_are_answered_each_and_a_redirection_comes_back(database: Database) {
        let case = Case::open(&database).await;
        case.send("two", json!({ "services": ["HEALTH", "EDUCATION", "HEALTH"] })).await;
        let received = case.latest(STRANGER, "RECEIVED").await;
        assert_eq!(received["serviceStates"], json!(["ASKED", "ASKED"]), "asked for twice is asked for once: {received}");
        let answered = case.answer(&received, json!([2]), "DECLINE").await;
        assert_eq!(answered["referral"]["serviceStates"], json!(["ASKED", "DECLINED"]), "{answered}");
        assert_eq!(answered["referral"]["serviceReasons"], json!([null, "NOT_OUR_SERVICE"]));
        assert_eq!(case.answer(&answered["referral"], json!([3]), "ACCEPT").await["path"], "/services");
        let late = case.answer(&received, json!([1]), "ACCEPT").await;
        assert_eq!(late["__typename"], "Conflict", "{late}");
        let accepted = case.stepped(STRANGER, &answered["referral"], "ACCEPT", json!({})).await;
        assert_eq!(accepted["serviceStates"], json!(["ACCEPTED", "DECLINED"]));
        let begun = case.stepped(STRANGER, &accepted, "START", json!({})).await;
        let early = case.step(STRANGER, &begun, "COMPLETE", json!({})).await;
        assert_eq!((&early["__typename"], &early["missing"]), (&json!("IllegalStep"), &json!(["SERVICES_FINISHED"])), "{early}");
        let given = case.answer(&begun, json!([1]), "GIVE").await["referral"].clone();
        let done = case.stepped(STRANGER, &given, "COMPLETE", json!({})).await;
        // The relation has closed: the recipient sees that it ended, and no more.
        assert_eq!((&done["state"], &done["serviceStates"]), (&json!("IN_PROGRESS"), &Value::Null));
        let own = case.latest(SHELTER, "SENT").await;
        assert_eq!((&own["state"], &own["serviceStates"]), (&json!("COMPLETED"), &json!(["GIVEN", "DECLINED"])));

        // A redirection: to whom it names nothing goes by itself.
        let sent = case.send("to be redirected", json!({})).await;
        let received = case.latest(STRANGER, "RECEIVED").await;
        for (proposed, path) in [(None, "/proposed"), (Some("org_zq"), "/proposed"), (Some(case.house.public_id(SHELTER).as_str()), "/proposed")] {
            let refused = case.step(STRANGER, &received, "REDIRECT", json!({ "proposed": proposed, "idempotencyKey": format!("{proposed:?}") })).await;
            assert_eq!(refused["path"], path, "{refused}");
        }
        let agency = case.house.public_id(AGENCY);
        case.stepped(STRANGER, &received, "REDIRECT", json!({ "proposed": agency })).await;
        let own = case.one(SHELTER, &sent["id"]).await;
        assert_eq!((&own["state"], &own["proposed"]), (&json!("REDIRECTED"), &json!(agency)));
        let before = nodes(&case.house.ask(AGENCY, "{ referrals { nodes { id } } }", json!({})).await, "referrals").len();
        let follow = |key: &'static str, recipient: String| case.write("sendReferral", key, json!({ "recipient": recipient, "redirectedFrom": sent["id"] }));
        assert_eq!(follow("astray", case.house.public_id(STRANGER)).await["path"], "/redirectedFrom");
        let followed = follow("followed", agency).await;
        assert_eq!(followed["referral"]["redirectedFrom"], sent["id"], "{followed}");
        let theirs = nodes(&case.house.ask(AGENCY, "{ referrals { nodes { id redirectedFrom } } }", json!({})).await, "referrals");
        assert_eq!(theirs.len(), before + 1);
        assert!(theirs.iter().all(|referral| referral["redirectedFrom"].is_null()), "who was asked before is the sender's: {theirs:?}");
    }

    async fn nobody_answers_and_it_expires(database: Database) {
        let case = Case::open(&database).await;
        let now = case.house.desk.now();
        for minutes in [59, 30 * 24 * 60 + 1, -5] {
            let odd = now.plus_millis(minutes * 60_000).rfc3339();
            let refused = case.write("sendReferral", "odd", json!({ "answerBy": odd })).await;
            assert_eq!(refused["path"], "/answerBy", "{refused}");
        }
        let due = now.plus_days(20);
        assert_eq!(case.send("own", json!({ "answerBy": due.rfc3339(), "services": ["EDUCATION"] })).await["answerBy"], due.rfc3339());
        for (urgency, hours) in [("ROUTINE", 7 * 24), ("URGENT", 24), ("EMERGENCY", 4)] {
            let sent = case.send(urgency, json!({ "urgency": urgency, "reReferral": urgency != "ROUTINE" })).await;
            let sent_at = Instant::read(sent["sentAt"].as_str().unwrap()).unwrap();
            assert_eq!(sent["answerBy"], sent_at.plus_millis(hours * 3_600_000).rfc3339(), "{urgency}");
        }
        let emergency = case.latest(SHELTER, "SENT").await;
        let record = case.house.look.newest_referral().await;
        let expire = async || {
            let command = case.house.desk.expiry_command(record).await.unwrap().unwrap();
            case.house.desk.writer().submit(command).await
        };
        assert!(expire().await.is_err(), "its time has not run out");
        assert_eq!(case.one(SHELTER, &emergency["id"]).await["state"], "SENT");
        case.house.clock.advance(4 * 3_600_000);
        let steps = case.entries("REFERRAL_STEPPED").await;
        expire().await.unwrap();
        assert_eq!(case.entries("REFERRAL_STEPPED").await, steps + 1);
        let own = case.one(SHELTER, &emergency["id"]).await;
        assert_eq!((&own["state"], &own["canDo"]), (&json!("EXPIRED"), &json!([])));
        let theirs = case.latest(STRANGER, "RECEIVED").await;
        assert_eq!((&theirs["state"], &theirs["services"]), (&json!("IN_PROGRESS"), &Value::Null));
        let late = case.step(STRANGER, &theirs, "ACCEPT", json!({})).await;
        assert_eq!(late["__typename"], "IllegalStep", "{late}");
    }

    async fn the_parties_write_to_each_other(database: Database) {
        let case = Case::open(&database).await;
        let sent = case.send("s", json!({})).await;
        let received = case.latest(STRANGER, "RECEIVED").await;
        let wrote = case.message(SHELTER, &sent, "m-1", "zq-she-sleeps-badly").await;
        assert_eq!((&wrote["__typename"], &wrote["sent"]["content"]["texts"]), (&json!("MessageSent"), &json!(["zq-she-sleeps-badly"])), "{wrote}");
        // The same key is the same message.
        assert_eq!(case.message(SHELTER, &sent, "m-1", "zq-she-sleeps-badly").await["sent"]["id"], wrote["sent"]["id"]);
        assert_eq!(case.entries("MESSAGE_SENT").await, 1);
        // Nothing of it lies in clear.
        assert!(!sangam_scenarios::look::holds(&case.house.look.everything().await, "zq-she-sleeps-badly"));
        // Without her consent the recipient sees that something was written, and may write itself.
        let theirs = case.messages(STRANGER, &received).await;
        assert_eq!((theirs.len(), &theirs[0]["content"], &theirs[0]["seat"]), (1, &Value::Null, &json!("SENDER")));
        assert_eq!(theirs[0]["withheld"], json!([{ "category": "MESSAGES", "reason": "NOT_SHARED" }]));
        assert_ne!(theirs[0]["id"], wrote["sent"]["id"]);
        let back = case.message(STRANGER, &received, "m-1", "zq-we-have-a-doctor").await;
        assert_eq!((&back["__typename"], &back["sent"]["content"]), (&json!("MessageSent"), &Value::Null), "{back}");
        let own = case.messages(SHELTER, &sent).await;
        assert_eq!(own.iter().map(|one| one["content"]["texts"][0].clone()).collect::<Vec<_>>(), [json!("zq-we-have-a-doctor"), json!("zq-she-sleeps-badly")]);
        // With her consent and an agreement it reads both; who sits in no seat finds nothing.
        case.house.agree(&[SHELTER], &[STRANGER], CategorySet::LIGHT.with(Category::Messages)).await;
        case.house.consent_for_child(SHELTER, &case.minor, &[case.house.public_id(STRANGER)], &["MESSAGES"], "messages").await;
        let theirs = case.messages(STRANGER, &received).await;
        assert_eq!(theirs.iter().map(|one| one["content"]["texts"][0].clone()).collect::<Vec<_>>(), [json!("zq-we-have-a-doctor"), json!("zq-she-sleeps-badly")], "{theirs:?}");
        for id in [&sent, &received] {
            assert_eq!(case.messages(AGENCY, id).await, Vec::<Value>::new());
        }
        assert_eq!(case.message(AGENCY, &received, "x", "of a stranger").await["__typename"], "NotFound");
        for odd in [String::new(), " \n".to_owned(), "x".repeat(2_001)] {
            assert_eq!(case.message(SHELTER, &sent, "odd", &odd).await["path"], "/text");
        }
        // Pages follow each other, bound to the referral.
        let page = "query($r: ID!, $a: String) { messages(referral: $r, first: 1, after: $a) { nodes { id } pageInfo { endCursor hasNextPage } } }";
        let first = case.house.ask(SHELTER, page, json!({ "r": sent["id"] })).await;
        let after = &first["messages"]["pageInfo"]["endCursor"];
        let second = case.house.ask(SHELTER, page, json!({ "r": sent["id"], "a": after })).await;
        assert_eq!(nodes(&second, "messages")[0]["id"], wrote["sent"]["id"]);
        assert_eq!(second["messages"]["pageInfo"]["hasNextPage"], false);
        case.stepped(SHELTER, &case.one(SHELTER, &sent["id"]).await, "WITHDRAW", json!({})).await;
        assert_eq!(case.message(STRANGER, &received, "late", "too late").await["path"], "/referral");
        let closed = case.messages(STRANGER, &received).await;
        assert!(closed.len() == 2 && closed.iter().all(|one| one["content"].is_null()), "{closed:?}");
    }

    async fn the_way_to_the_recipients_system_is_told_beside_the_decision(database: Database) {
        let case = Case::open(&database).await;
        let sent = case.send("to nobody's system", json!({})).await;
        assert_eq!(sent["delivery"], "NONE");
        case.house.connect("agency-bd").await;
        let own = |key: &'static str, service: &'static str| case.send(key, json!({ "recipient": case.house.public_id(AGENCY), "services": [service] }));
        let waiting = own("to the agency", "HEALTH").await;
        assert_eq!((&waiting["delivery"], &waiting["state"]), (&json!("WAITING"), &json!("SENT")));
        case.house.consent_for_child(SHELTER, &case.minor, &[case.house.public_id(AGENCY)], &["SERVICES"], "agency").await;
        case.house.desk.deliver().await.unwrap();
        assert_eq!(case.one(SHELTER, &waiting["id"]).await["delivery"], "DELIVERED");
        // The recipient is not told how its own system does.
        let theirs = case.latest(AGENCY, "RECEIVED").await;
        assert_eq!(theirs["delivery"], Value::Null);
        case.house.agency.fault(Fault::Down);
        let failing = own("while it is down", "EDUCATION").await;
        for _ in 0..12 {
            case.house.clock.advance(7 * 3_600_000);
            case.house.desk.deliver().await.unwrap();
        }
        let failed = case.one(SHELTER, &failing["id"]).await;
        assert_eq!((&failed["delivery"], &failed["state"]), (&json!("FAILED"), &json!("SENT")), "nobody has decided anything");
    }
}
