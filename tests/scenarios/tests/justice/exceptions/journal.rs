//! By what right something was shown: the journal's entry of a disclosure names each exception without which some of it
//! would not have been released, and no other; the owner reads it in `disclosures`.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::{Category, CategorySet, Instant};
use serde_json::{Value, json};

use crate::exceptions::orders::REFERRED;
use crate::exceptions::staff::{Staff, WHY};
use crate::exceptions::words::{DISCLOSURES, SUBJECTS};
use crate::house::{HOLDER, OTHER};

const LIGHT: &str = "query Some($id: ID!) { subject(id: $id) { demographics { sex } } }";

impl Staff {
    /// What the owner reads of the newest disclosure to somebody else: the exceptions and their kinds.
    async fn newest(&self) -> (Value, Value) {
        self.written().await;
        let of = json!({ "subject": self.house.outward(HOLDER, self.subject) });
        let all = self.house.ask(HOLDER, WHY, DISCLOSURES, of).await["disclosures"]["nodes"].clone();
        let other = json!(self.house.public_id(OTHER));
        let newest = all.as_array().unwrap().iter().find(|one| one["recipient"]["id"] == other).unwrap().clone();
        (newest["exceptions"].clone(), newest["exceptionKinds"].clone())
    }

    /// The recipient reads for a purpose.
    async fn read(&self, why: sangam_vocabulary::Purpose, query: &str) {
        self.house.clock.set(self.house.desk.now().plus_millis(1));
        let id = json!({ "id": self.house.outward(OTHER, self.subject) });
        self.house.ask(OTHER, why, query, id).await;
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_an_order_opened_names_it_and_nothing_else_does(database: Database) {
        let staff = Staff::child(&database).await;
        staff.read(REFERRED, SUBJECTS).await;
        assert_eq!(staff.newest().await, (json!([]), json!([])), "nothing exceptional is on record");
        let order = staff.attested(staff.order("COMMITTEE_ORDER", &["IDENTITY", "DEMOGRAPHICS"], OTHER, 30)).await;
        // One of a court lifts no row here and is no ground of anything.
        staff.attested(staff.order("COURT_ORDER", &["IDENTITY"], OTHER, 30)).await;
        staff.read(REFERRED, SUBJECTS).await;
        assert_eq!(staff.newest().await, (json!([order["id"]]), json!(["ORDER"])));
        // What consent and agreement show anyway needs no order.
        staff.read(REFERRED, LIGHT).await;
        assert_eq!(staff.newest().await, (json!([]), json!([])));
    }

    async fn what_an_override_opened_names_it(database: Database) {
        let begin = Instant::read("2026-11-02T09:00:00Z").unwrap();
        let staff = Staff::of(&database, Age::MinorUntil(begin.plus_days(400))).await;
        let input = staff.overriding("CHILD_PROTECTION", &["PROTECTION"], OTHER);
        let asked = staff.does(&staff.holder(staff.first), "requestOverride", input).await;
        let approved = staff.steps(&staff.holder(staff.second), "approveOverride", &asked["exception"]).await;
        staff.read(WHY, SUBJECTS).await;
        assert_eq!(staff.newest().await, (json!([approved["exception"]["id"]]), json!(["OVERRIDE"])));
    }

    async fn what_an_emergency_opened_names_it_until_its_end(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let declared = staff.declared().await;
        let theirs = staff.on_record(&staff.holder(staff.first)).await.remove(0);
        assert_ne!(declared["id"], theirs["id"], "each has its own id of it");
        staff.read(WHY, SUBJECTS).await;
        assert_eq!(staff.newest().await, (json!([theirs["id"]]), json!(["EMERGENCY"])), "by the owner's id");
        // Somebody consents to a part meanwhile: what is more than that still rests on it, the part alone does not.
        staff.house.consent(staff.subject, OTHER, &[WHY], CategorySet::of(&[Category::Demographics])).await;
        staff.read(WHY, SUBJECTS).await;
        assert_eq!(staff.newest().await.1, json!(["EMERGENCY"]));
        staff.read(WHY, LIGHT).await;
        assert_eq!(staff.newest().await, (json!([]), json!([])));
        staff.house.days(1);
        staff.read(WHY, SUBJECTS).await;
        assert_eq!(staff.newest().await, (json!([]), json!([])));
    }
}
