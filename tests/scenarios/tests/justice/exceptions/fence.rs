//! An exception ends while an answer that rests on it is on its way: the answer was decided and handed to the journal, and
//! the end is committed with its entry. Nothing of it leaves, the entry is taken back, and it is decided anew.

use std::time::Duration;

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::{Look, migrated};
use sangam_vocabulary::{Instant, Purpose};
use serde_json::{Value, json};

use crate::exceptions::orders::REFERRED;
use crate::exceptions::staff::{Staff, WHY};
use crate::exceptions::words::SUBJECTS;
use crate::house::{HOLDER, OTHER};

/// How long whatever is asked for may take to come as far as the writer's queue, on a busy machine; a statement waits five
/// seconds for a lock.
const QUEUED: Duration = Duration::from_millis(900);

/// The writer waits for the database with what came first, and what comes meanwhile is one batch.
struct Held(Look);

impl Held {
    async fn of(database: &Database) -> Self {
        let look = Look::open(database).await;
        if look.is_sqlite() {
            look.run("BEGIN IMMEDIATE").await;
        } else {
            look.run("BEGIN").await;
            look.run("LOCK TABLE journal_entry IN EXCLUSIVE MODE").await;
        }
        Self(look)
    }
}

impl Staff {
    /// What the recipient sees of her for a purpose where something happens between its decision and its release.
    async fn sees_meanwhile(
        &self,
        database: &Database,
        why: Purpose,
        meanwhile: impl Future<Output = Value>,
    ) -> (Value, Value) {
        let held = Held::of(database).await;
        let own = json!({ "id": self.house.outward(HOLDER, self.subject) });
        let first = self.house.ask(HOLDER, why, SUBJECTS, own);
        let answer = async {
            tokio::time::sleep(QUEUED).await;
            self.house.ask(OTHER, why, SUBJECTS, json!({ "id": self.house.outward(OTHER, self.subject) })).await
        };
        let change = async {
            tokio::time::sleep(QUEUED * 2).await;
            meanwhile.await
        };
        let free = async {
            tokio::time::sleep(QUEUED * 3).await;
            held.0.run("COMMIT").await;
        };
        let (_, answer, told, ()) = tokio::join!(first, answer, change, free);
        (answer["subject"].clone(), told)
    }

    async fn taken_back(&self) -> i64 {
        self.written().await;
        self.house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'NOT_RELEASED'").await
    }

    /// The answer shows a field; with an end in between it shows nothing, and its entry is taken back.
    async fn is_cut(&self, database: &Database, why: Purpose, field: &str, end: impl AsyncFn() -> Value) {
        // The control: nothing ends in between.
        let (shown, _) = self.sees_meanwhile(database, why, async { json!({}) }).await;
        assert!(shown[field].is_object(), "the control: {shown}");
        let before = self.taken_back().await;
        let (shown, told) = self.sees_meanwhile(database, why, end()).await;
        assert_eq!(told["__typename"], "ExceptionChanged", "{told}");
        assert_eq!(shown[field], Value::Null, "{shown}");
        assert!(self.taken_back().await > before, "it was decided, written down and taken back");
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_order_that_is_ended_cuts_what_rests_on_it(database: Database) {
        let staff = Staff::child(&database).await;
        let first = staff.holder(staff.first);
        let order = staff.attested(staff.order("COMMITTEE_ORDER", &["IDENTITY"], OTHER, 30)).await;
        Box::pin(staff.is_cut(&database, REFERRED, "identity", async || staff.steps(&first, "endOrder", &order).await)).await;
    }

    async fn an_emergency_that_was_none_cuts_what_rests_on_it(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let first = staff.holder(staff.first);
        staff.declared().await;
        let seen = staff.on_record(&first).await.remove(0);
        Box::pin(staff.is_cut(&database, WHY, "contactSafety", async || staff.does(&first, "reviewEmergency", staff.review(&seen, "NOT_JUSTIFIED")).await)).await;
    }

    async fn an_override_that_ends_with_its_order_cuts_what_rests_on_it(database: Database) {
        let begin = Instant::read("2026-11-02T09:00:00Z").unwrap();
        let staff = Staff::of(&database, Age::MinorUntil(begin.plus_days(400))).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        let order = staff.attested(staff.order("COURT_ORDER", &["CONTACT_SAFETY", "DEMOGRAPHICS"], OTHER, 30)).await;
        let mut input = staff.ordered(&["PROTECTION"], OTHER, &order);
        input["categories"] = json!(["CONTACT_SAFETY", "DEMOGRAPHICS"]);
        let asked = staff.does(&first, "requestOverride", input).await;
        staff.steps(&second, "approveOverride", &asked["exception"]).await;
        Box::pin(staff.is_cut(&database, WHY, "contactSafety", async || staff.steps(&first, "endOrder", &order).await)).await;
    }
}
