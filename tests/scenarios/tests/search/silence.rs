//! Silence: what whoever asks is shown of a girl who was found and does not want it told is what it is shown where nobody
//! was found, in every word, time, version, event and count.

use sangam_custody::OutwardKind;
use sangam_kit::database::Database;
use sangam_vocabulary::{Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{GIRL, House, OTHER, SHELTER, SOURCE};
use crate::words::{ANSWERS, DISCLOSURES, SEARCH, SEARCHES, THAT_THERE_ARE};
use sangam_scenarios::look::migrated;

/// Everything that whoever asks can read of one search, its own ids taken out.
async fn seen(house: &House, girl: SubjectId, search: &str) -> String {
    let subject = house.outward(SOURCE, girl);
    let source = house.system(SOURCE);
    let mut out = String::new();
    for (query, variables) in [
        (SEARCH, json!({"id": search})),
        (ANSWERS, json!({"search": search})),
        (THAT_THERE_ARE, json!({"search": search})),
        (DISCLOSURES, json!({"subject": subject})),
    ] {
        let text = house.text(&source, Purpose::FamilyTracing, query, variables).await;
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        // Receipts are hashes of entries; that there is one, or none, is compared.
        if let Some(receipts) = answer.pointer_mut("/extensions/receipts") {
            let number = receipts.as_array().map_or(0, Vec::len);
            *receipts = json!(number);
        }
        let text = answer.to_string().replace(search, "the search").replace(&subject, "the girl");
        out.push_str(&text.replace("Asha\"", "name\"").replace("Mina\"", "name\""));
        out.push('\n');
    }
    out
}

/// What lies in the rows that whoever asks has standing in, and what happened to them.
async fn stored(house: &House, girl: SubjectId, search: &str) -> (Vec<String>, Vec<i64>, Vec<(&'static str, usize)>) {
    let record = house.inward(SOURCE, OutwardKind::Search, search);
    let (record, source) = (house.look.bytes(record.uuid()), house.look.bytes(house.id(SOURCE).uuid()));
    let row = format!(
        "SELECT state || '|' || about || '|' || is_open || '|' || opened_at || '|' || review_at || '|' || changed_at || '|' || version FROM search WHERE id = {record}"
    );
    let events = format!(
        "SELECT count(*) FROM event e JOIN standing s ON s.record = e.record WHERE s.organization = {source} AND e.subject = {}",
        house.look.bytes(girl.uuid())
    );
    let standing = format!(
        "SELECT count(*) FROM standing WHERE organization = {source} AND record IN (SELECT id FROM search_answer WHERE search = {record})"
    );
    let mut numbers = house.look.column::<i64>(&events).await;
    numbers.extend(house.look.column::<i64>(&standing).await);
    (house.look.texts(&row).await, numbers, house.entries(girl).await)
}

sangam_kit::both_databases! {
    template = migrated;

    /// Two girls of the same family are missing; the same two are asked, and both take note. One was found and says no,
    /// the other was not found. Then one of those who were asked says so of one, and nothing of the other.
    async fn found_and_not_to_be_told_is_not_found(database: Database) {
        let house = House::agreed(&database).await;
        let (first, here) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let (second, nowhere) = house.missing("Mina", &[SHELTER, OTHER]).await;
        for name in [SHELTER, OTHER] {
            for request in house.requests(name).await {
                house.answer_to(name, &request, "ACKNOWLEDGE", None).await;
            }
        }
        let found = house.girl(SHELTER, "Asha").await;
        house.clock.advance(3_600_000);
        let request = house.request_for(SHELTER, "Asha").await;
        for event in ["REPORT_LEAD", "REPORT_SAFE", "REPORT_DECLINES_CONTACT"] {
            let refused = house.answer_to(SHELTER, &request, event, Some(found)).await;
            assert_eq!(refused["missing"], json!(["FOUND_CONSENT"]));
        }
        // The other was read as often, so that what is shown of reading is the same.
        assert_eq!(seen(&house, first, &here).await, seen(&house, second, &nowhere).await);
        assert_eq!(stored(&house, first, &here).await, stored(&house, second, &nowhere).await);

        // Now the one who has her puts down that there is nothing to tell, and of the other nothing at all.
        house.clock.advance(3_600_000);
        assert_eq!(house.answer_to(SHELTER, &request, "REPORT_NOT_FOUND", None).await["state"], "NOT_FOUND");
        assert_eq!(seen(&house, first, &here).await, seen(&house, second, &nowhere).await);
        assert_eq!(stored(&house, first, &here).await, stored(&house, second, &nowhere).await);
        let listed = house.ask(SOURCE, SEARCHES, json!({})).await;
        let states: Vec<_> = listed["searches"]["nodes"].as_array().unwrap().iter().map(|row| (row["state"].clone(), row["version"].clone(), row["canDo"].clone())).collect();
        assert_eq!(states[0], states[1]);

        // The control: these questions do see an answer, once she agrees.
        house.says(SHELTER, found, GIRL, &[SOURCE]).await;
        let request = house.request_for(SHELTER, "Asha").await;
        house.answer_to(SHELTER, &request, "ACKNOWLEDGE", None).await;
        let request = house.request_for(SHELTER, "Asha").await;
        assert_eq!(house.answer_to(SHELTER, &request, "REPORT_SAFE", Some(found)).await["__typename"], "SearchAnswered");
        assert_ne!(seen(&house, first, &here).await, seen(&house, second, &nowhere).await);
        assert_ne!(stored(&house, first, &here).await, stored(&house, second, &nowhere).await);
    }

    /// What was told and is told no longer cannot be told from what never was, by whoever looks only now.
    async fn told_no_longer_is_never_told(database: Database) {
        let house = House::agreed(&database).await;
        let (first, here) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let (second, nowhere) = house.missing("Mina", &[SHELTER, OTHER]).await;
        let found = house.girl(SHELTER, "Asha").await;
        let consent = house.says(SHELTER, found, GIRL, &[SOURCE]).await;
        let request = house.request_for(SHELTER, "Asha").await;
        house.answer_to(SHELTER, &request, "ACKNOWLEDGE", None).await;
        let request = house.request_for(SHELTER, "Asha").await;
        assert_eq!(house.answer_to(SHELTER, &request, "REPORT_SAFE", Some(found)).await["__typename"], "SearchAnswered");
        house.change(SHELTER, crate::words::WITHDRAW, json!({"consent": consent})).await;
        assert_eq!(seen(&house, first, &here).await, seen(&house, second, &nowhere).await);
    }
}
