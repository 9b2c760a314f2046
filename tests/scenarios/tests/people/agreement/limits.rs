//! How much of it there can be, and pages.

use sangam_kit::database::Database;
use sangam_store::OPEN_DRAFTS;
use serde_json::{Value, json};

use super::{AGREEMENT, Parties};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn an_organization_has_so_many_drafts_open_and_pages_of_them(database: Database) {
        let parties = Parties::open(&database).await;
        let caller = parties.of_own(parties.own[0]);
        let terms = parties.terms(&["SERVICES"]);
        let mut last = Value::Null;
        for _ in 0..OPEN_DRAFTS {
            last = parties.draft(terms.clone()).await;
        }
        let told = parties.change(&caller, "draftAgreement", json!({ "terms": terms })).await;
        assert_eq!((&told["__typename"], &told["missing"]), (&json!("IllegalStep"), &json!(["ROOM_FOR_A_DRAFT"])), "{told}");
        // One that is taken back makes room, and another organization has its own.
        parties.step(&caller, "withdrawAgreement", &last).await;
        parties.draft(terms.clone()).await;
        let other = parties.of_other(parties.other[0]);
        let told = parties.change(&other, "draftAgreement", json!({ "terms": terms })).await;
        assert_eq!(told["__typename"], "AgreementDrafted", "{told}");

        // Its pages follow each other, each agreement once.
        let query = format!("query($after: String) {{ agreements(first: 20, after: $after) {{ nodes {{ ...A }} pageInfo {{ hasNextPage endCursor }} }} }} {AGREEMENT}");
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = parties.house.answer(&caller, &query, json!({ "after": after })).await["data"]["agreements"].clone();
            seen.extend(page["nodes"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((count, seen.len()), (usize::try_from(OPEN_DRAFTS).unwrap() + 1, count));
        // A cursor is its caller's own.
        let told = parties.house.answer(&other, &query, json!({ "after": after })).await;
        assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_CURSOR", "{told}");
    }

    async fn on_probation_one_approves_and_drafts_nothing(database: Database) {
        let parties = Parties::open(&database).await;
        let seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        let other: Vec<u8> = parties.house.other.uuid().as_bytes().to_vec();
        parties.house.run("UPDATE organization SET membership = 'PROVISIONAL' WHERE id = $1", vec![other.into()]).await;
        parties.house.desk.look_at_members().await.unwrap();
        let caller = parties.of_other(parties.other[0]);
        let told = parties.change(&caller, "draftAgreement", json!({ "terms": parties.terms(&["SERVICES"]) })).await;
        assert_eq!((&told["__typename"], &told["missing"]), (&json!("IllegalStep"), &json!(["FULL_MEMBER"])), "{told}");
        parties.step(&caller, "approveAgreement", &seen).await;
    }
}
