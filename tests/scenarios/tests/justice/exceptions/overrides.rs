//! An override by authority stands in for a child's consent or one that a court ordered, never for an adult's word about
//! going home or being found.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use crate::exceptions::staff::{Staff, WHY};
use crate::house::{FRIEND, HOLDER, OTHER};

const BEGIN: &str = "2026-11-02T09:00:00Z";

fn child() -> Age {
    Age::MinorUntil(Instant::read(BEGIN).unwrap().plus_days(20))
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_override_for_a_child_is_approved_by_a_second_person_and_ends(database: Database) {
        let staff = Staff::of(&database, child()).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await, "nobody has agreed to anything");
        let asked = staff.does(&first, "requestOverride", staff.overriding("CHILD_PROTECTION", &["PROTECTION"], OTHER)).await;
        let asked = asked["exception"].clone();
        assert_eq!((&asked["state"], &asked["canDo"]), (&json!("PROPOSED"), &json!(["END"])), "{asked}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await, "nobody has approved it");
        let herself = staff.steps(&first, "approveOverride", &asked).await;
        assert_eq!(herself["missing"], json!(["SECOND_PERSON"]), "{herself}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        let approved = staff.steps(&second, "approveOverride", &asked).await["exception"].clone();
        assert_eq!(approved["counts"], json!(true), "{approved}");
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        assert!(!staff.recipient_sees("CONTACT_SAFETY", WHY).await, "for what it names");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", sangam_vocabulary::Purpose::Reintegration).await, "for why it names");
        // Her birthday ends it, thirty days or not: nobody's best interests are a child's any more.
        staff.house.clock.set(Instant::read(BEGIN).unwrap().plus_days(20).plus_millis(-1_000));
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control: a second before");
        staff.house.clock.set(Instant::read(BEGIN).unwrap().plus_days(20));
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        // What was ended stays so.
        let ended = staff.steps(&first, "endOverride", &approved).await;
        assert_eq!(ended["exception"]["state"], "ENDED", "{ended}");
        let again = staff.steps(&second, "approveOverride", &ended["exception"]).await;
        assert_eq!((&again["__typename"], &again["legal"]), (&json!("IllegalStep"), &json!([])), "{again}");
        assert_eq!(staff.journal().await, ["OVERRIDE_REQUESTED", "OVERRIDE_APPROVED", "OVERRIDE_ENDED"]);
        assert!(!sangam_scenarios::look::holds(&staff.house.look.everything().await, "zq-grounds"));
    }

    async fn nothing_stands_in_for_an_adult_about_going_home_or_being_found(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        for (basis, purposes) in [
            ("CHILD_PROTECTION", vec!["PROTECTION"]),
            ("COURT_ORDER", vec!["REPATRIATION"]),
            ("COURT_ORDER", vec!["PROTECTION", "FAMILY_TRACING"]),
        ] {
            let told = staff.does(&first, "requestOverride", staff.overriding(basis, &purposes, OTHER)).await;
            assert_eq!((&told["__typename"], &told["reason"]), (&json!("ExceptionRefused"), &json!("ADULT")), "{told}");
        }
        assert!(staff.on_record(&first).await.is_empty());
        // The control: a court orders something else of an adult.
        let order = staff.attested(staff.order("COURT_ORDER", &["DEMOGRAPHICS"], OTHER, 60)).await;
        let told = staff.does(&first, "requestOverride", staff.ordered(&["PROTECTION"], OTHER, &order)).await;
        let approved = staff.steps(&second, "approveOverride", &told["exception"]).await;
        assert_eq!(approved["exception"]["state"], "IN_FORCE", "{approved}");
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        assert!(!staff.recipient_sees("LEGAL", WHY).await, "law stays");
        staff.house.days(30);
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await, "thirty days");
    }

    /// Of age between the asking and the approving.
    async fn a_birthday_before_the_approval_refuses_it(database: Database) {
        let staff = Staff::of(&database, child()).await;
        let asked = staff.overriding("CHILD_PROTECTION", &["PROTECTION"], OTHER);
        let told = staff.does(&staff.holder(staff.first), "requestOverride", asked).await;
        staff.house.days(21);
        let late = staff.steps(&staff.holder(staff.second), "approveOverride", &told["exception"]).await;
        assert_eq!((&late["__typename"], &late["reason"]), (&json!("ExceptionRefused"), &json!("ADULT")), "{late}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
    }

    /// A court's word is that of an order on record: attested by a second person, in force, and for what the override names.
    async fn a_courts_override_rests_on_an_attested_order(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        let asks = async |order: &Value| staff.does(&first, "requestOverride", staff.ordered(&["PROTECTION"], OTHER, order)).await;
        let refused = async |order: &Value, why: &str| {
            let told = asks(order).await;
            assert_eq!((&told["__typename"], &told["reason"]), (&json!("ExceptionRefused"), &json!("NO_ORDER")), "{why}: {told}");
        };
        refused(&Value::Null, "none is named").await;
        for (kind, categories, recipient) in [
            ("COMMITTEE_ORDER", ["DEMOGRAPHICS"], OTHER),
            ("COURT_ORDER", ["LEGAL"], OTHER),
            ("COURT_ORDER", ["DEMOGRAPHICS"], FRIEND),
        ] {
            let other = staff.attested(staff.order(kind, &categories, recipient, 60)).await;
            refused(&other, &format!("{kind} {categories:?} {recipient}")).await;
        }
        let elsewhere = staff.house.subject().await;
        staff.house.look.run("INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym LIKE 'worker-%' ON CONFLICT DO NOTHING").await;
        let mut of_another = staff.order("COURT_ORDER", &["DEMOGRAPHICS"], OTHER, 60);
        of_another["subject"] = json!(staff.house.outward(HOLDER, elsewhere));
        refused(&staff.attested(of_another).await, "of another person").await;
        let recorded = staff.does(&first, "recordOrder", staff.order("COURT_ORDER", &["DEMOGRAPHICS"], OTHER, 10)).await["exception"].clone();
        refused(&recorded, "nobody has attested it").await;
        let ids = json!({ "id": staff.house.outward(OTHER, staff.subject) });
        assert_eq!(asks(&ids).await["path"], "/order", "no exception's id");
        let mut protection = staff.overriding("CHILD_PROTECTION", &["PROTECTION"], OTHER);
        protection["order"] = recorded["id"].clone();
        assert_eq!(staff.does(&first, "requestOverride", protection).await["path"], "/order", "not a court's");
        assert!(staff.on_record(&first).await.iter().all(|one| one["kind"] == "ORDER"));

        // The control: attested. It counts no longer than its order.
        let order = staff.steps(&second, "attestOrder", &recorded).await["exception"].clone();
        let asked = asks(&order).await["exception"].clone();
        assert_eq!((&asked["state"], &asked["order"]), (&json!("PROPOSED"), &order["id"]), "{asked}");
        let approved = staff.steps(&second, "approveOverride", &asked).await["exception"].clone();
        assert_eq!((&approved["counts"], &approved["until"]), (&json!(true), &order["until"]), "{approved}");
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        // What waits when its order ends, and what counts: both end with it, at once.
        let waiting = asks(&order).await["exception"].clone();
        let ended = staff.steps(&first, "endOrder", &order).await;
        assert_eq!(ended["exception"]["state"], "ENDED", "{ended}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        let now = staff.on_record(&first).await;
        for of in [&approved, &waiting] {
            let row = now.iter().find(|one| one["id"] == of["id"]).unwrap();
            assert_eq!((&row["state"], &row["counts"], &row["canDo"]), (&json!("ENDED"), &json!(false), &json!([])), "{row}");
        }
        refused(&order, "it has ended").await;
    }

    /// Asked for while its order was in force, approved when it is not: refused. And one of the days before overrides named
    /// orders counts no more.
    async fn an_order_that_lapsed_before_the_approval_refuses_it(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        let order = staff.attested(staff.order("COURT_ORDER", &["DEMOGRAPHICS"], OTHER, 10)).await;
        let asked = staff.does(&first, "requestOverride", staff.ordered(&["PROTECTION"], OTHER, &order)).await;
        staff.house.days(11);
        let late = staff.steps(&second, "approveOverride", &asked["exception"]).await;
        assert_eq!((&late["__typename"], &late["reason"]), (&json!("ExceptionRefused"), &json!("NO_ORDER")), "{late}");

        let order = staff.attested(staff.order("COURT_ORDER", &["DEMOGRAPHICS"], OTHER, 60)).await;
        let asked = staff.does(&first, "requestOverride", staff.ordered(&["PROTECTION"], OTHER, &order)).await;
        staff.steps(&second, "approveOverride", &asked["exception"]).await;
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control");
        staff.house.look.run("UPDATE exception SET order_id = NULL").await;
        staff.house.look.run("UPDATE epoch SET fence = fence + 1").await;
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
        let row = staff.on_record(&first).await.into_iter().find(|one| one["id"] == asked["exception"]["id"]).unwrap();
        assert_eq!(row["counts"], json!(false), "{row}");
    }

    async fn an_override_is_for_one_recipient(database: Database) {
        let staff = Staff::of(&database, child()).await;
        let asked = staff.overriding("CHILD_PROTECTION", &["PROTECTION"], FRIEND);
        let told = staff.does(&staff.holder(staff.first), "requestOverride", asked).await;
        let approved = staff.steps(&staff.holder(staff.second), "approveOverride", &told["exception"]).await;
        assert_eq!(approved["exception"]["counts"], json!(true), "the control: {approved}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
    }
}
