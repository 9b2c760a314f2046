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

impl Staff {
    fn overriding(&self, basis: &str, purposes: &[&str], recipient: &str) -> Value {
        json!({
            "subject": self.house.outward(HOLDER, self.subject), "basis": basis, "categories": ["DEMOGRAPHICS"],
            "purposes": purposes, "recipient": self.house.public_id(recipient), "note": "zq-grounds",
        })
    }
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
        let told = staff.does(&first, "requestOverride", staff.overriding("COURT_ORDER", &["PROTECTION"], OTHER)).await;
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

    async fn an_override_is_for_one_recipient(database: Database) {
        let staff = Staff::of(&database, child()).await;
        let asked = staff.overriding("CHILD_PROTECTION", &["PROTECTION"], FRIEND);
        let told = staff.does(&staff.holder(staff.first), "requestOverride", asked).await;
        let approved = staff.steps(&staff.holder(staff.second), "approveOverride", &told["exception"]).await;
        assert_eq!(approved["exception"]["counts"], json!(true), "the control: {approved}");
        assert!(!staff.recipient_sees("DEMOGRAPHICS", WHY).await);
    }
}
