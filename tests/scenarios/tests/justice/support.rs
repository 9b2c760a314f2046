//! A support plan after return: its owner's alone, for reintegration alone, looked at after 3, 6, 12 and 24 months.

use sangam_kit::database::Database;
use sangam_vocabulary::{CategorySet, Code, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, LAWYER, keyed};
use crate::words::{CLOSE_PLAN, OPEN_PLAN, PLANS, REVIEW_PLAN, REVIEWS};
use sangam_scenarios::look::{holds, migrated};

const WHY: Purpose = Purpose::Reintegration;
const OBJECTIVES: &str = "a shop of her own zq-3318";
const NOTE: &str = "she was met at the market zq-9021";

impl House {
    pub(crate) async fn plan(&self, subject: SubjectId) -> Value {
        let input = json!({
            "subject": self.outward(HOLDER, subject), "types": ["LIVELIHOOD", "SEXUAL_EXPLOITATION_REHABILITATION"], "objectives": OBJECTIVES,
            "beginsAt": self.desk.now().rfc3339(), "plannedEndAt": self.desk.now().plus_days(700).rfc3339(),
        });
        let told = self.change(HOLDER, WHY, OPEN_PLAN, input).await;
        assert_eq!(told["__typename"], "SupportPlanOpened", "{told}");
        told["plan"].clone()
    }

    async fn looked_at(&self, plan: &Value, finding: &str, again: &str) -> Value {
        let input = json!({
            "plan": plan["id"], "version": plan["version"], "finding": finding, "retrafficked": again, "note": NOTE,
        });
        self.change(HOLDER, WHY, REVIEW_PLAN, input).await
    }

    /// When the clocks of support plans run out, as days from now.
    async fn due(&self) -> Vec<i64> {
        let now = self.desk.now().millis();
        let sql =
            format!("SELECT CAST((due_at - {now} + 43200000) / 86400000 AS TEXT) FROM clock WHERE kind = 'REVIEW'");
        self.look.texts(&sql).await.iter().map(|days| days.parse().unwrap()).collect()
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_plan_is_looked_at_four_times_and_closed(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let mut plan = house.plan(subject).await;
        assert_eq!(plan["canDo"], json!(["REVIEW", "CLOSE"]));
        for (number, (months, days)) in [(3, 91), (6, 182), (12, 365), (24, 730)].into_iter().enumerate() {
            let gone: i64 = [0, 91, 182, 365][number];
            assert_eq!(house.due().await, [days - gone], "the review after {months} months");
            house.days(days - gone);
            let again = if months == 24 { "UNKNOWN" } else { "NO" };
            let told = house.looked_at(&plan, "ON_TRACK", again).await;
            assert_eq!(told["__typename"], "SupportPlanChanged", "{told}");
            plan = told["plan"].clone();
            let reviews = house.nodes(HOLDER, WHY, REVIEWS).await;
            assert_eq!((reviews.len(), &reviews[0]["months"]), (number + 1, &json!(months)));
            assert_eq!((&reviews[0]["narrative"]["retrafficked"], &reviews[0]["narrative"]["account"]), (&json!(again), &json!(NOTE)));
            assert_eq!(reviews[0]["plan"], plan["id"]);
        }
        assert!(house.due().await.is_empty(), "no clock is left");
        assert_eq!((&plan["reviewDueAt"], &plan["canDo"]), (&Value::Null, &json!(["CLOSE"])));
        let fifth = house.looked_at(&plan, "ON_TRACK", "NO").await;
        assert_eq!(fifth["missing"], json!(["REVIEW_LEFT"]), "{fifth}");
        let close = json!({"plan": plan["id"], "version": plan["version"], "outcome": "GOALS_MET"});
        let closed = house.change(HOLDER, WHY, CLOSE_PLAN, close).await;
        assert_eq!((&closed["plan"]["state"], &closed["plan"]["outcome"], &closed["plan"]["canDo"]), (&json!("CLOSED"), &json!("GOALS_MET"), &json!([])));
        let everything = house.look.everything().await;
        assert!(!holds(&everything, OBJECTIVES) && !holds(&everything, NOTE));
        assert!(!holds(&everything, "SEXUAL_EXPLOITATION_REHABILITATION"), "what was done to her is not in clear");
        let kinds = house.look.texts("SELECT kind FROM journal_entry WHERE kind LIKE 'SUPPORT%' ORDER BY seq").await;
        assert_eq!((kinds.first().map(String::as_str), kinds.last().map(String::as_str), kinds.len()), (Some("SUPPORT_PLAN_OPENED"), Some("SUPPORT_PLAN_CLOSED"), 6));
        assert_eq!(kinds[1], "SUPPORT_PLAN_REVIEWED");
    }

    async fn what_can_be_done_of_a_plan_is_what_happens(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let mut taken = 0;
        for (is_closed, is_reviewed) in [(false, false), (false, true), (true, false)] {
            for event in ["REVIEW", "CLOSE"] {
                let mut plan = house.plan(subject).await;
                for _ in 0..if is_reviewed { 4 } else { 0 } {
                    plan = house.looked_at(&plan, "ON_TRACK", "NO").await["plan"].clone();
                }
                let close = |plan: &Value| json!({"plan": plan["id"], "version": plan["version"], "outcome": "NO_CONTACT"});
                if is_closed {
                    plan = house.change(HOLDER, WHY, CLOSE_PLAN, close(&plan)).await["plan"].clone();
                }
                let told = if event == "REVIEW" {
                    house.looked_at(&plan, "NOT_SAFE", "YES").await
                } else {
                    house.change(HOLDER, WHY, CLOSE_PLAN, close(&plan)).await
                };
                let could = plan["canDo"].as_array().unwrap().contains(&json!(event));
                assert_eq!(told["__typename"] == "SupportPlanChanged", could, "{event} {is_closed} {is_reviewed}: {told}");
                assert!(could || told["__typename"] == "IllegalStep", "{told}");
                taken += usize::from(could);
            }
        }
        assert_eq!(taken, 3);
    }

    /// Whatever was consented to and whoever takes part: a plan is its owner's, and there for one purpose.
    async fn a_plan_is_its_owners_alone(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        for handle in [FRIEND, LAWYER] {
            house.consent(subject, handle, Purpose::ALL, CategorySet::all()).await;
        }
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        let plan = house.plan(subject).await;
        house.looked_at(&plan, "NOT_SAFE", "YES").await;
        for why in Purpose::ALL {
            for handle in [FRIEND, LAWYER, HOLDER] {
                let there = usize::from(handle == HOLDER && *why == WHY);
                for query in [PLANS, REVIEWS] {
                    assert_eq!(house.nodes(handle, *why, query).await.len(), there, "{handle} {}", why.code());
                }
            }
            let close = keyed(json!({"plan": plan["id"], "version": 2, "outcome": "GOALS_MET"}));
            if *why != WHY {
                assert_eq!(house.change(HOLDER, *why, CLOSE_PLAN, close.clone()).await["__typename"], "NotFound");
            }
            assert_eq!(house.change(FRIEND, *why, CLOSE_PLAN, close).await["__typename"], "NotFound");
        }
        let mut input = json!({
            "subject": house.outward(FRIEND, subject), "types": ["HEALTH"], "beginsAt": house.desk.now().rfc3339(),
        });
        assert_eq!(house.change(FRIEND, WHY, OPEN_PLAN, input.clone()).await["__typename"], "NotFound");
        input["subject"] = json!(house.outward(HOLDER, subject));
        assert_eq!(house.change(HOLDER, Purpose::Protection, OPEN_PLAN, input.clone()).await["__typename"], "NotFound");
        for (field, value, path) in [
            ("types", json!([]), "/types"),
            ("types", json!(vec!["HEALTH"; 10]), "/types"),
            ("objectives", json!("x".repeat(4001)), "/objectives"),
            ("actionPlan", json!("x".repeat(4001)), "/actionPlan"),
            ("plannedEndAt", json!("2020-01-01T00:00:00Z"), "/plannedEndAt"),
        ] {
            let mut wrong = input.clone();
            wrong[field] = value;
            assert_eq!(house.change(HOLDER, WHY, OPEN_PLAN, wrong).await["path"], path);
        }
        assert_eq!(house.change(HOLDER, WHY, OPEN_PLAN, input).await["__typename"], "SupportPlanOpened");
    }
}
