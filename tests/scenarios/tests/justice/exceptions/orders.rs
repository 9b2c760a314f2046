//! An order lifts exactly what is written in it, once a second person has attested it.

use sangam_custody::{Age, Assent, GivenBy};
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::{CategorySet, Purpose};
use serde_json::{Value, json};

use crate::exceptions::staff::{DAY, Staff, WHY};
use crate::exceptions::words::EXPLAIN;
use crate::house::{FRIEND, HOLDER, LAWYER, OTHER};

pub(crate) const REFERRED: Purpose = Purpose::ServiceReferral;

impl Staff {
    /// A child whose guardian has agreed to everything, in India: section 74 alone withholds who it is from whom it is
    /// referred to.
    pub(crate) async fn child(database: &Database) -> Self {
        let begin = sangam_vocabulary::Instant::read("2026-11-02T09:00:00Z").unwrap();
        let staff = Self::of(database, Age::MinorUntil(begin.plus_days(2000))).await;
        let guardian = (GivenBy::Guardian { no_conflict: true }, Assent::Given);
        let (house, subject) = (&staff.house, staff.subject);
        house.consent_by(guardian, subject, OTHER, &[REFERRED, WHY], CategorySet::all()).await;
        staff
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_order_counts_once_a_second_person_attested_it_and_ends_with_its_day(database: Database) {
        let staff = Staff::child(&database).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await, "section 74 withholds it");
        assert!(staff.recipient_sees("DEMOGRAPHICS", REFERRED).await, "the control: consent and agreement are there");
        let order = staff.order("COMMITTEE_ORDER", &["IDENTITY"], OTHER, 10);
        let recorded = staff.does(&first, "recordOrder", order).await["exception"].clone();
        assert_eq!((&recorded["canDo"], &recorded["counts"]), (&json!(["END"]), &json!(false)), "not by herself: {recorded}");
        assert_eq!(recorded["legal"]["reportNumber"], "CWC-41");
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await, "nobody has attested it");
        // The attack: the one who put it on record attests it, or a system does.
        let herself = staff.steps(&first, "attestOrder", &recorded).await;
        assert_eq!((&herself["__typename"], &herself["missing"]), (&json!("IllegalStep"), &json!(["SECOND_PERSON"])));
        let system = staff.steps(&staff.house.caller(HOLDER), "attestOrder", &recorded).await;
        assert_eq!(system["missing"], json!(["PERSON", "SECOND_PERSON"]), "{system}");
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await);
        // The control.
        let attested = staff.steps(&second, "attestOrder", &recorded).await["exception"].clone();
        assert_eq!((&attested["counts"], &attested["canDo"]), (&json!(true), &json!(["END"])), "{attested}");
        assert!(staff.recipient_sees("IDENTITY", REFERRED).await);
        assert!(!staff.recipient_sees("LEGAL", REFERRED).await, "no order lifts the hub's own promise");
        // At its last instant, without any round, and nobody attests what is over.
        staff.house.clock.set(staff.house.desk.now().plus_days(10).plus_millis(-60_000));
        assert!(staff.recipient_sees("IDENTITY", REFERRED).await, "a minute before");
        staff.house.clock.set(staff.house.desk.now().plus_millis(60_000));
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await, "its day is past");
        let lapsed = staff.on_record(&first).await.remove(0);
        assert_eq!((&lapsed["state"], &lapsed["counts"], &lapsed["canDo"]), (&json!("LAPSED"), &json!(false), &json!([])));
        assert_eq!(staff.journal().await, ["ORDER_RECORDED", "ORDER_ATTESTED"]);
        let stored = staff.house.look.everything().await;
        assert!(!sangam_scenarios::look::holds(&stored, "zq-in-the-best-interest"), "what was written is sealed");
    }

    async fn an_order_lifts_its_kind_categories_and_recipients_and_nothing_else(database: Database) {
        let staff = Staff::child(&database).await;
        for (kind, categories, recipient) in [
            ("COURT_ORDER", vec!["IDENTITY"], OTHER),
            ("COMMITTEE_ORDER", vec!["HEALTH", "LEGAL"], OTHER),
            ("COMMITTEE_ORDER", vec!["IDENTITY"], FRIEND),
        ] {
            staff.attested(staff.order(kind, &categories, recipient, 30)).await;
            assert!(!staff.recipient_sees("IDENTITY", REFERRED).await, "{kind} {categories:?} {recipient}");
        }
        // One that begins tomorrow lifts tomorrow.
        let mut later = staff.order("COMMITTEE_ORDER", &["IDENTITY"], OTHER, 30);
        later["from"] = json!(staff.house.desk.now().plus_days(1).rfc3339());
        staff.attested(later).await;
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await);
        staff.house.days(2);
        assert!(staff.recipient_sees("IDENTITY", REFERRED).await);
        // Withdrawal does not end an order, and an order is no consent.
        let out = json!({ "subject": staff.house.outward(HOLDER, staff.subject), "idempotencyKey": "out" });
        staff.house.ask(HOLDER, WHY, crate::exceptions::words::WITHDRAW, json!({ "input": out })).await;
        assert_eq!(staff.shown(OTHER, REFERRED).await, Vec::<String>::new());
        let counts = staff.on_record(&staff.holder(staff.first)).await.iter().filter(|one| one["counts"] == true).count();
        assert_eq!(counts, 4);
    }

    /// Ended between the decision and the release: every change of an exception moves the fence, and what was decided
    /// before it is not released.
    async fn an_order_that_is_ended_shows_nothing_from_its_commit_on(database: Database) {
        let staff = Staff::child(&database).await;
        let order = staff.attested(staff.order("COMMITTEE_ORDER", &["IDENTITY"], OTHER, 30)).await;
        assert!(staff.recipient_sees("IDENTITY", REFERRED).await);
        let id = staff.house.outward(HOLDER, staff.subject);
        let explained = json!({ "subject": id, "recipient": staff.house.public_id(OTHER) });
        let told = staff.house.ask(HOLDER, REFERRED, EXPLAIN, explained.clone()).await;
        let of = |told: &Value, category: &str| {
            told["explain"].as_array().unwrap().iter().find(|one| one["category"] == category).unwrap().clone()
        };
        let identity = of(&told, "IDENTITY");
        assert_eq!((&identity["verdict"], &identity["exceptions"]), (&json!("RELEASED"), &json!([order["id"]])), "{told}");
        assert_eq!(identity["until"], order["until"], "time alone ends it then");
        assert_eq!(of(&told, "DEMOGRAPHICS")["exceptions"], json!([]));
        // To the recipient the order is not named.
        let own = json!({ "subject": staff.house.outward(OTHER, staff.subject) });
        let told = staff.house.ask(OTHER, REFERRED, EXPLAIN, own).await;
        assert_eq!(of(&told, "IDENTITY")["exceptions"], json!([]), "{told}");

        let (_, before) = staff.house.desk.store().marks().await.unwrap();
        let ended = staff.steps(&staff.holder(staff.first), "endOrder", &order).await;
        assert_eq!((&ended["exception"]["state"], &ended["exception"]["counts"]), (&json!("ENDED"), &json!(false)), "{ended}");
        let (_, after) = staff.house.desk.store().marks().await.unwrap();
        assert!(after.0 > before.0, "what was decided on the order is stale");
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await);
        // Also for a process whose clock is behind.
        staff.house.clock.set(staff.house.desk.now().plus_millis(-1));
        assert!(!staff.recipient_sees("IDENTITY", REFERRED).await);
        staff.house.clock.set(staff.house.desk.now().plus_millis(DAY));
        let told = staff.house.ask(HOLDER, REFERRED, EXPLAIN, explained).await;
        assert_eq!(of(&told, "IDENTITY")["verdict"], "WITHHELD");
        assert_eq!(staff.journal().await, ["ORDER_RECORDED", "ORDER_ATTESTED", "ORDER_ENDED"]);
    }

    async fn who_may_put_no_order_on_record_does_not(database: Database) {
        let staff = Staff::child(&database).await;
        let order = || staff.order("COMMITTEE_ORDER", &["IDENTITY"], OTHER, 10);
        let outsider = staff.does(&staff.holder(staff.outsider), "recordOrder", order()).await;
        assert_eq!(outsider["__typename"], "NotPermitted", "not on the team: {outsider}");
        let system = staff.does(&staff.house.caller(HOLDER), "recordOrder", order()).await;
        assert_eq!(system["__typename"], "NotPermitted", "a system: {system}");
        let mut theirs = order();
        theirs["subject"] = json!(staff.house.outward(OTHER, staff.subject));
        let theirs = staff.does(&staff.recipient(), "recordOrder", theirs).await;
        assert_eq!(theirs["__typename"], "NotPermitted", "the recipient: {theirs}");
        let mut strange = order();
        strange["subject"] = json!(staff.house.outward(LAWYER, staff.subject));
        let stranger = staff.house.desk.enrol_person(staff.house.id(LAWYER), "lawyer-1").await.unwrap();
        let strange = staff.does(&staff.house.person(LAWYER, stranger), "recordOrder", strange).await;
        assert_eq!(strange["__typename"], "NotFound", "{strange}");
        let first = staff.holder(staff.first);
        for (field, value) in [
            ("categories", json!([])),
            ("recipients", json!([])),
            ("until", json!("2026-01-01T00:00:00Z")),
            ("note", json!("n".repeat(4001))),
        ] {
            let mut wrong = order();
            wrong[field] = value;
            let told = staff.does(&first, "recordOrder", wrong).await;
            assert_eq!(told["path"], format!("/{field}"), "{told}");
        }
        assert!(staff.on_record(&first).await.is_empty());
        let recorded = staff.does(&first, "recordOrder", order()).await;
        assert_eq!(recorded["__typename"], "ExceptionRecorded", "the control: {recorded}");
        // Nobody but the owner's team sees it or steps it, and an override's verb is none for an order.
        assert!(staff.on_record(&staff.recipient()).await.is_empty());
        let theirs = staff.steps(&staff.recipient(), "attestOrder", &recorded["exception"]).await;
        assert!(matches!(theirs["__typename"].as_str(), Some("NotFound" | "InvalidInput")), "{theirs}");
        let outsider = staff.steps(&staff.holder(staff.outsider), "attestOrder", &recorded["exception"]).await;
        assert_eq!(outsider["__typename"], "NotPermitted", "{outsider}");
        let other = staff.steps(&staff.holder(staff.second), "approveOverride", &recorded["exception"]).await;
        assert_eq!(other["__typename"], "NotFound", "{other}");
        let stale = json!({ "exception": recorded["exception"]["id"], "version": 7 });
        let stale = staff.does(&staff.holder(staff.second), "attestOrder", stale).await;
        assert_eq!((&stale["__typename"], &stale["version"]), (&json!("Conflict"), &json!(1)), "{stale}");
    }

    async fn as_many_as_may_wait_for_one_person_and_no_more(database: Database) {
        use sangam_workflow::exception::EXCEPTIONS;
        let staff = Staff::child(&database).await;
        let first = staff.holder(staff.first);
        for _ in 0..EXCEPTIONS {
            let told = staff.does(&first, "recordOrder", staff.order("COURT_ORDER", &["HEALTH"], OTHER, 10)).await;
            assert_eq!(told["__typename"], "ExceptionRecorded", "{told}");
        }
        let more = || staff.order("COURT_ORDER", &["HEALTH"], OTHER, 10);
        let told = staff.does(&first, "recordOrder", more()).await;
        assert_eq!((&told["__typename"], &told["reason"]), (&json!("ExceptionRefused"), &json!("FULL")), "{told}");
        let one = staff.on_record(&first).await.remove(0);
        staff.steps(&first, "endOrder", &one).await;
        let told = staff.does(&first, "recordOrder", more()).await;
        assert_eq!(told["__typename"], "ExceptionRecorded", "the control: {told}");
    }
}
