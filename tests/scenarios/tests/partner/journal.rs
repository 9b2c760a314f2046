//! What the owner's list says was seen was seen, and by whom; and what was asked in vain is in the journal.

use std::time::Duration;

use sangam_kit::database::{Database, Kind};
use sangam_language::{Scope, ScopeSet};
use sangam_vocabulary::{CategorySet, Purpose, PurposeSet};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes, operation};
use crate::words::SUBJECTS;
use sangam_scenarios::look::migrated;

const SEEN: &str = "query Seen($subject: ID!, $first: Int!, $after: String) { disclosures(subject: $subject, first: $first, after: $after) {
  edges { cursor node { id at recipient { name } purpose noun seat categories } } pageInfo { hasNextPage endCursor } } }";
const EXPLAINED: &str = "query Explained($subject: ID!, $recipient: ID) { explain(subject: $subject, recipient: $recipient) { category verdict } }";

/// Somewhat more than the second within which the journal has an entry that does not wait for the disk.
const JOURNAL_FOLLOWS: Duration = Duration::from_millis(1_500);
/// Time for a request to come to where it waits.
const BEFORE_THE_WRITER: Duration = Duration::from_millis(500);

/// The shelter's cases in the hub; gives the minor's id as the shelter knows it.
async fn sheltered(database: &Database) -> (House, String) {
    let house = House::open(database).await;
    let shelter = house.connect("shelter-in").await;
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    (house, minor)
}

/// The owner's list, read in pages of so many.
async fn seen(house: &House, subject: &str, first: u16) -> Vec<Value> {
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let page = house.ask(SHELTER, SEEN, json!({"subject": subject, "first": first, "after": after})).await;
        let edges = page["disclosures"]["edges"].as_array().unwrap();
        seen.extend(edges.iter().map(|edge| edge["node"].clone()));
        if page["disclosures"]["pageInfo"]["hasNextPage"] == json!(false) {
            return seen;
        }
        after = page["disclosures"]["pageInfo"]["endCursor"].clone();
    }
}

fn receipts(answer: &Value) -> Vec<Value> {
    answer["extensions"]["receipts"].as_array().cloned().unwrap_or_default()
}

sangam_kit::both_databases! {
    template = migrated;

    /// A consent is recorded while an answer waits for its entry: the answer is decided anew, and the owner is told
    /// of the one that left and not of the one that did not.
    async fn what_was_written_down_and_not_released_is_not_shown_as_seen(database: Database) {
        let (house, minor) = sheltered(&database).await;
        // Somebody holds the writer up, so that the change and the entry are both under way when it goes on.
        let hold = if database.kind() == Kind::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        house.look.run(hold).await;
        if database.kind() == Kind::Postgres {
            house.look.run("LOCK TABLE journal_entry IN SHARE MODE").await;
        }
        let change = house.own_grant(SHELTER, AGENCY, CategorySet::LIGHT);
        let read = async {
            tokio::time::sleep(BEFORE_THE_WRITER).await;
            house.answer(SHELTER, SUBJECTS, json!({})).await
        };
        let let_go = async {
            tokio::time::sleep(3 * BEFORE_THE_WRITER).await;
            house.look.run("ROLLBACK").await;
        };
        let ((), (text, answer), ()) = tokio::join!(change, read, let_go);
        assert!(answer.get("errors").is_none() && answer["data"]["subjects"]["nodes"][0]["identity"].is_object(), "{text}");
        tokio::time::sleep(JOURNAL_FOLLOWS).await;
        let taken_back = house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'NOT_RELEASED'").await;
        assert!(taken_back >= 1, "the scene is not the one that was meant: no answer was stale");

        let list = seen(&house, &minor, 100).await;
        let of_the_answer: Vec<_> = list.iter().filter(|row| receipts(&answer).contains(&row["id"])).collect();
        assert_eq!(of_the_answer.len(), 1, "{list:?}");
        // Every entry so far is about all of the shelter's people. What is listed is what was written down less what
        // was taken back; a page at a time as well.
        let disclosed = house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'DISCLOSED'").await;
        assert_eq!(i64::try_from(list.len()).unwrap(), disclosed - taken_back);
        assert_eq!(seen(&house, &minor, 1).await, list);
        assert_eq!(seen(&house, &minor, 2).await, list);
    }

    /// One row of the journal is rotten: the owner still sees the others, and that there is one that nobody can read.
    async fn one_row_that_does_not_open_hides_no_other(database: Database) {
        let (house, minor) = sheltered(&database).await;
        let (_, answer) = house.answer(SHELTER, SUBJECTS, json!({})).await;
        house.answer(SHELTER, SUBJECTS, json!({})).await;
        tokio::time::sleep(JOURNAL_FOLLOWS).await;
        let before = seen(&house, &minor, 100).await;
        let receipt = receipts(&answer)[0].as_str().unwrap().to_owned();
        let place = before.iter().position(|row| row["id"] == json!(receipt)).unwrap();
        assert!(before.len() > 2 && before[place]["categories"] != json!([]), "{before:?}");

        house.look.spoil_details(&receipt).await;
        let mut after = seen(&house, &minor, 100).await;
        let rotten = after[place].clone();
        assert_eq!((&rotten["id"], &rotten["at"]), (&before[place]["id"], &before[place]["at"]));
        assert_eq!(rotten["recipient"]["name"], "Asha Nivas", "what lies in clear is shown");
        for unknown in ["categories", "purpose", "noun", "seat"] {
            assert!(rotten[unknown].is_null(), "{rotten}");
        }
        after[place] = before[place].clone();
        assert_eq!(after, before, "the others are as they were");
    }

    /// That a case exists and what of it is withheld is told by an explanation, too: its owner finds it in the list.
    async fn an_explanation_is_on_the_owners_list(database: Database) {
        let (house, minor) = sheltered(&database).await;
        let theirs = house.referrals(AGENCY, "RECEIVED").await[0]["subject"]["id"].clone();
        let (_, agencys) = house.answer(AGENCY, EXPLAINED, json!({"subject": theirs})).await;
        let recipient = house.public_id(AGENCY);
        let (_, shelters) = house.answer(SHELTER, EXPLAINED, json!({"subject": minor, "recipient": recipient})).await;
        tokio::time::sleep(JOURNAL_FOLLOWS).await;
        let list = seen(&house, &minor, 100).await;
        for (answer, name, noun, seat) in
            [(agencys, "Nirapod Ghar", "REFERRAL", "RECIPIENT"), (shelters, "Asha Nivas", "SUBJECT", "OWNER")]
        {
            assert_eq!(answer["data"]["explain"].as_array().unwrap().len(), CategorySet::all().len() as usize);
            let receipt = receipts(&answer).remove(0);
            let row = list.iter().find(|row| row["id"] == receipt).unwrap_or_else(|| panic!("{name} is not listed: {list:?}"));
            assert_eq!((&row["recipient"]["name"], &row["noun"], &row["seat"]), (&json!(name), &json!(noun), &json!(seat)));
            assert_eq!((&row["categories"], &row["purpose"]), (&json!([]), &json!("SERVICE_REFERRAL")));
        }
        // To whom nothing exists nothing was told: no receipt, and an entry that it asked in vain.
        let (_, stranger) = house.answer(crate::house::STRANGER, EXPLAINED, json!({"subject": theirs})).await;
        assert_eq!((&stranger["data"]["explain"], receipts(&stranger)), (&json!([]), vec![]));
    }

    /// Who asks for what its token does not carry is in the journal: once a minute and kind, however often it asks.
    async fn what_a_token_does_not_carry_is_noted_once_a_minute(database: Database) {
        let (house, minor) = sheltered(&database).await;
        let refused = || async {
            tokio::time::sleep(JOURNAL_FOLLOWS).await;
            house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'REFUSED'").await
        };
        let before = refused().await;
        let few = house.caller(AGENCY, ScopeSet::of(&[Scope::Directory]), PurposeSet::of(&[Purpose::ServiceReferral]));
        for _ in 0..20 {
            let reply = house.executor.execute(&few, operation("{ a: subjects { nodes { id } } b: referrals { nodes { id } } }", json!({}))).await;
            assert!(String::from_utf8(reply.body).unwrap().contains("SCOPE_MISSING"));
        }
        assert_eq!(refused().await, before + 1, "one client, one code, one minute");
        let purpose = |purpose| { let mut ask = operation("{ subjects { nodes { id } } }", json!({})); ask.purpose = Some(purpose); ask };
        for _ in 0..20 {
            let reply = house.executor.execute(&few, purpose(Purpose::Repatriation)).await;
            assert!(String::from_utf8(reply.body).unwrap().contains("PURPOSE_NOT_ALLOWED"));
        }
        assert_eq!(refused().await, before + 2, "another code");
        house.clock.advance(60_000);
        house.executor.execute(&few, purpose(Purpose::Repatriation)).await;
        assert_eq!(refused().await, before + 3, "another minute");
        // `explain` for a purpose of another is the same kind of refusal.
        let reads = house.caller(SHELTER, ScopeSet::of(Scope::ALL), PurposeSet::of(&[Purpose::ServiceReferral]));
        let other = "query($s: ID!) { explain(subject: $s, purpose: REPATRIATION) { category } }";
        house.clock.advance(60_000);
        let reply = house.executor.execute(&reads, operation(other, json!({"s": minor}))).await;
        assert!(String::from_utf8(reply.body).unwrap().contains("PURPOSE_NOT_ALLOWED"));
        assert_eq!(refused().await, before + 4);
        assert!(nodes(&house.ask(SHELTER, SUBJECTS, json!({})).await, "subjects").len() > 1, "and nothing else was harmed");
    }
}
