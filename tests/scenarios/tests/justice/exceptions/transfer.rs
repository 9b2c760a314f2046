//! A case goes over with something exceptional on record: a court's word goes on, what the former owner's people said in
//! her place does not, and no emergency opens the case at the new owner.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::{CategorySet, Code, Country, Purpose};
use serde_json::{Value, json};

use crate::exceptions::staff::{Staff, WHY};
use crate::house::OTHER;
use crate::transfer::NEW;

impl Staff {
    /// One on record by its kind and state.
    async fn one(&self, caller: &sangam_language::Caller, kind: &str, state: &str) -> Value {
        let all = self.on_record(caller).await;
        let found = all.iter().find(|one| one["kind"] == kind && one["state"] == state);
        found.unwrap_or_else(|| panic!("no {kind} {state} in {all:?}")).clone()
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_order_goes_over_and_an_override_and_an_emergency_open_nothing_any_more(database: Database) {
        let staff = Staff::at_work(&database, Country::Bangladesh, Age::Adult).await;
        let house = &staff.house;
        house.agree_from(NEW).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        let (of_new, another) = (staff.hire(NEW, "nurse-1").await, staff.hire(NEW, "nurse-2").await);
        // Another organization takes part in the case, and still does afterwards.
        house.takes_part(staff.subject, (OTHER, "CONTRIBUTOR", WHY)).await;
        let order = staff.attested(staff.order("COURT_ORDER", &["DEMOGRAPHICS", "HEALTH"], OTHER, 60)).await;
        let waiting = staff.does(&first, "recordOrder", staff.order("COURT_ORDER", &["LEGAL"], OTHER, 60)).await;
        assert_eq!(waiting["exception"]["state"], "PROPOSED", "{waiting}");
        let asked = staff.does(&first, "requestOverride", staff.ordered(&["PROTECTION"], OTHER, &order)).await;
        staff.steps(&second, "approveOverride", &asked["exception"]).await;
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the override");
        assert!(!staff.recipient_sees("CONTACT_SAFETY", WHY).await);
        staff.declared().await;
        assert!(staff.recipient_sees("CONTACT_SAFETY", WHY).await, "the emergency");
        house.goes_over(staff.subject).await;

        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new(), "neither opens anything at the new owner");
        assert_eq!(staff.on_record(&first).await, Vec::<Value>::new(), "the former owner has nothing of it");
        let carried = staff.one(&of_new, "ORDER", "IN_FORCE").await;
        assert_eq!((&carried["counts"], &carried["canDo"]), (&json!(true), &json!(["END"])), "{carried}");
        assert_eq!(staff.one(&of_new, "ORDER", "ENDED").await["canDo"], json!([]));
        assert_eq!(staff.one(&of_new, "OVERRIDE", "ENDED").await["counts"], json!(false));
        let emergency = staff.one(&of_new, "EMERGENCY", "DECLARED").await;
        assert_eq!((&emergency["counts"], &emergency["canDo"]), (&json!(false), &json!(["REVIEW"])), "{emergency}");
        let reviewed = staff.does(&of_new, "reviewEmergency", staff.review(&emergency, "JUSTIFIED")).await;
        assert_eq!(reviewed["exception"]["counts"], json!(false), "{reviewed}");
        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new(), "nor does saying that it was one");
        // The control: the court's order went over. The new owner's own people say anew what it is for, and the other
        // organization, which takes part as before, sees that.
        let input = json!({
            "subject": house.outward(NEW, staff.subject), "basis": "COURT_ORDER", "categories": ["DEMOGRAPHICS"],
            "purposes": ["PROTECTION"], "recipient": house.public_id(OTHER), "order": carried["id"],
        });
        let asked = staff.does(&of_new, "requestOverride", input).await;
        assert_eq!(asked["exception"]["state"], "PROPOSED", "{asked}");
        let approved = staff.steps(&another, "approveOverride", &asked["exception"]).await;
        assert_eq!(approved["exception"]["counts"], json!(true), "{approved}");
        assert_eq!(staff.shown(OTHER, WHY).await, ["DEMOGRAPHICS"]);
    }

    /// Nobody judges her own emergency: the one who declared it does not become the owner before the owner has looked.
    async fn who_declared_an_emergency_becomes_the_owner_once_the_owner_has_looked_at_it(database: Database) {
        let staff = Staff::at_work(&database, Country::Bangladesh, Age::Adult).await;
        let house = &staff.house;
        let (first, of_new) = (staff.holder(staff.first), staff.hire(NEW, "nurse-1").await);
        house.takes_part(staff.subject, (NEW, "CONTRIBUTOR", WHY)).await;
        let emergency = json!({ "subject": house.outward(NEW, staff.subject), "reason": "HEALTH" });
        let declared = staff.does(&of_new, "declareEmergency", emergency).await;
        assert_eq!(declared["__typename"], "ExceptionRecorded", "{declared}");
        house.consent(staff.subject, NEW, Purpose::ALL, CategorySet::all()).await;
        let offered = house.offer(staff.subject).await;
        let refused = house.accept(&offered).await;
        assert_eq!((&refused["__typename"], &refused["path"]), (&json!("InvalidInput"), &json!("/referral")), "{refused}");
        let theirs = staff.one(&first, "EMERGENCY", "DECLARED").await;
        assert_eq!(theirs["canDo"], json!(["REVIEW"]), "nothing moved: {theirs}");
        staff.does(&first, "reviewEmergency", staff.review(&theirs, "NOT_JUSTIFIED")).await;
        assert_eq!(house.accept(&offered).await["__typename"], "StepTaken");
        // It stays on record as it was judged, once.
        let after = staff.on_record(&of_new).await;
        assert_eq!((after.len(), &after[0]["finding"]), (1, &json!("NOT_JUSTIFIED")), "{after:?}");
        let again = staff.does(&of_new, "reviewEmergency", staff.review(&after[0], "JUSTIFIED")).await;
        assert_eq!(again["__typename"], "IllegalStep", "{again}");
    }
}
