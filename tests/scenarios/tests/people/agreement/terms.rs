//! Terms that are none, each with where it says so, and good ones beside them.

use sangam_kit::database::Database;
use serde_json::{Value, json};

use super::{Parties, public};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn terms_are_read_strictly_and_say_where(database: Database) {
        let parties = Parties::open(&database).await;
        let caller = parties.of_own(parties.own[0]);
        let (own, other, third) = (public(parties.house.own), public(parties.house.other), public(parties.third));
        let nobody = "org_00000000000000000000000000000000";
        let now = parties.house.desk.now();
        let day = |days: i64| now.plus_days(days).rfc3339();
        let good = parties.terms(&["SERVICES"]);
        let wrong: Vec<(&str, &str, Value)> = vec![
            ("disclosers", "/terms/disclosers", json!([])),
            ("disclosers", "/terms/disclosers", json!([nobody])),
            ("disclosers", "/terms/disclosers", json!(["not an id"])),
            ("disclosers", "/terms/disclosers", json!([own, own])),
            ("disclosers", "/terms/disclosers", json!([third])),
            ("disclosers", "/terms/disclosers", json!(vec![own.clone(); 33])),
            ("recipients", "/terms/recipients", json!([])),
            // An organization on both sides would be one party where two have to agree.
            ("recipients", "/terms/recipients", json!([own])),
            ("recipients", "/terms/recipients", json!([other, own])),
            ("purposes", "/terms/purposes", json!([])),
            ("categories", "/terms/categories", json!([])),
            ("countries", "/terms/countries", json!([])),
            ("countries", "/terms/countries", json!(["IN"])),
            ("legalBases", "/terms/legalBases", json!([])),
            ("retentionDays", "/terms/retentionDays", json!(0)),
            ("retentionDays", "/terms/retentionDays", json!(3_651)),
            ("until", "/terms/until", json!(day(0))),
            ("until", "/terms/until", json!(day(-1))),
            ("until", "/terms/until", json!(day(1_827))),
            ("from", "/terms/until", json!(day(301))),
        ];
        for (field, path, value) in wrong {
            let mut terms = good.clone();
            terms[field] = value.clone();
            let told = parties.change(&caller, "draftAgreement", json!({ "terms": terms })).await;
            assert_eq!((&told["__typename"], &told["path"]), (&json!("InvalidInput"), &json!(path)), "{field} {value}: {told}");
        }
        let right: Vec<(&str, Value)> = vec![
            ("recipients", json!([other, third])),
            ("countries", json!(["BD", "NP"])),
            ("retentionDays", json!(3_650)),
            ("until", json!(day(1_826))),
            ("from", json!(day(299))),
            ("onward", json!(true)),
        ];
        for (field, value) in right {
            let mut terms = good.clone();
            terms[field] = value.clone();
            let draft = parties.draft(terms).await;
            if field != "recipients" {
                assert_eq!(draft[field], value, "{field}: {draft}");
            }
        }
        // The draft of a recipient is as good as that of a discloser.
        let mut terms = good.clone();
        terms["disclosers"] = json!([other]);
        terms["recipients"] = json!([own]);
        terms["countries"] = json!(["NP"]);
        parties.draft(terms).await;
        // A newer version binds from when it is in force, and says so.
        let seen = parties.in_force(good.clone()).await;
        let mut later = good;
        later["from"] = json!(day(10));
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": later });
        let told = parties.change(&caller, "supersedeAgreement", input).await;
        assert_eq!((&told["__typename"], &told["path"]), (&json!("InvalidInput"), &json!("/terms/from")), "{told}");
    }

    async fn what_begins_later_is_in_force_and_binds_from_then(database: Database) {
        let parties = Parties::open(&database).await;
        parties.case().await;
        let mut terms = parties.terms(&["DEMOGRAPHICS"]);
        terms["from"] = json!(parties.house.desk.now().plus_days(2).rfc3339());
        let mut seen = parties.proposed(terms).await;
        for caller in [
            parties.of_own(parties.own[1]),
            parties.of_own(parties.own[2]),
            parties.of_other(parties.other[0]),
            parties.of_other(parties.other[1]),
        ] {
            seen = parties.step(&caller, "approveAgreement", &seen).await;
        }
        assert_eq!((&seen["state"], &seen["inForce"], parties.shows().await), (&json!("IN_FORCE"), &json!(false), (false, false)));
        parties.house.clock.advance(2 * 86_400_000);
        let seen = parties.seen(&parties.of_own(parties.own[1]), &seen["id"]).await;
        assert_eq!((&seen["inForce"], parties.shows().await), (&json!(true), (true, false)));
    }
}
