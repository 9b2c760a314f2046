//! A recipient declares an emergency: for a day neither consent nor agreement is asked for, everything else is.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::Purpose;
use sangam_workflow::exception::EMERGENCIES_A_DAY;
use serde_json::{Value, json};

use crate::exceptions::staff::{DAY, Staff, WHY};
use crate::exceptions::words::SEND;
use crate::house::{FRIEND, HOLDER, LAWYER, OTHER};

sangam_kit::both_databases! {
    template = migrated;

    async fn an_emergency_shows_for_a_day_what_law_allows_and_the_owner_is_told(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let first = staff.holder(staff.first);
        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new(), "nobody has agreed to anything");
        let declared = staff.declared().await;
        assert_eq!((&declared["state"], &declared["canDo"]), (&json!("DECLARED"), &json!([])), "{declared}");
        assert_eq!((&declared["emergencyReason"], &declared["counts"]), (&json!("LIFE"), &json!(true)));
        let shown = staff.shown(OTHER, WHY).await;
        for (category, is) in [("DEMOGRAPHICS", true), ("CONTACT_SAFETY", true), ("LEGAL", false), ("SENSITIVE_TRAITS", false)] {
            assert_eq!(shown.iter().any(|one| one == category), is, "{category}: {shown:?}");
        }
        // Nobody else is shown anything by it, and what it is recorded in shows nothing of her.
        let own = staff.on_record(&staff.recipient()).await.remove(0);
        assert_eq!((&own["withheld"][0]["category"], &own["agreedBy"]), (&json!("LEGAL"), &Value::Null), "{own}");
        // The owner: on record, in the journal, and at once among what waits for its team.
        let theirs = staff.on_record(&first).await.remove(0);
        assert_eq!((&theirs["kind"], &theirs["canDo"]), (&json!("EMERGENCY"), &json!(["REVIEW"])), "{theirs}");
        assert_eq!((&theirs["recipients"], &theirs["recordedBy"]), (&json!([staff.house.public_id(OTHER)]), &Value::Null));
        assert_eq!(staff.journal().await, ["EMERGENCY_DECLARED"]);
        let now = staff.house.desk.now().millis();
        staff.house.look.run(&format!("UPDATE person SET state = 'ACTIVE', login = id, used_at = {now}")).await;
        staff.house.desk.tell_people().await.unwrap();
        let told = "SELECT p.pseudonym FROM notice n JOIN person p ON p.id = n.person WHERE n.kind = 'ANSWER_NOW' ORDER BY p.pseudonym";
        assert_eq!(staff.house.look.texts(told).await, ["worker-1", "worker-2"], "the team, and not who declared it");
        // Until its last instant.
        let begin = staff.house.desk.now();
        staff.house.clock.set(begin.plus_millis(DAY - 1_000));
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control: a second before");
        staff.house.clock.set(begin.plus_millis(DAY));
        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new());
        // Nobody has looked at it: that shows, and is told to somebody else in time.
        staff.house.days(3);
        let late = staff.on_record(&first).await.remove(0);
        assert_eq!((&late["state"], &late["reviewOverdue"]), (&json!("DECLARED"), &json!(true)), "{late}");
        let reviewed = staff.does(&first, "reviewEmergency", staff.review(&late, "JUSTIFIED")).await;
        assert_eq!(reviewed["exception"]["finding"], "JUSTIFIED", "{reviewed}");
        assert_eq!(reviewed["exception"]["reviewOverdue"], json!(false));
        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new());
        assert_eq!(staff.journal().await, ["EMERGENCY_DECLARED", "EMERGENCY_REVIEWED"]);
    }

    async fn an_emergency_that_was_none_ends_and_is_not_declared_again_that_day(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let first = staff.holder(staff.first);
        let declared = staff.declared().await;
        let twice = staff.does(&staff.recipient(), "declareEmergency", staff.emergency(staff.subject)).await;
        assert_eq!((&twice["__typename"], &twice["reason"]), (&json!("ExceptionRefused"), &json!("OPEN")), "{twice}");
        // The one who declared it, a system of the owner's and a person who is on no team judge nothing.
        let theirs = staff.does(&staff.recipient(), "reviewEmergency", staff.review(&declared, "JUSTIFIED")).await;
        assert_eq!(theirs["__typename"], "NotPermitted", "{theirs}");
        let seen = staff.on_record(&first).await.remove(0);
        let system = staff.does(&staff.house.caller(HOLDER), "reviewEmergency", staff.review(&seen, "JUSTIFIED")).await;
        assert_eq!(system["missing"], json!(["PERSON"]), "{system}");
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control");
        let none = staff.does(&first, "reviewEmergency", staff.review(&seen, "NOT_JUSTIFIED")).await;
        assert_eq!((&none["exception"]["state"], &none["exception"]["counts"]), (&json!("REVIEWED"), &json!(false)), "{none}");
        assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new(), "at once");
        let again = staff.does(&staff.recipient(), "declareEmergency", staff.emergency(staff.subject)).await;
        assert_eq!(again["reason"], "OPEN", "{again}");
        staff.house.days(1);
        let again = staff.does(&staff.recipient(), "declareEmergency", staff.emergency(staff.subject)).await;
        assert_eq!(again["__typename"], "ExceptionRecorded", "the control: the next day: {again}");
    }

    async fn who_declares_no_emergency(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let emergency = || staff.emergency(staff.subject);
        let system = staff.does(&staff.house.caller(OTHER), "declareEmergency", emergency()).await;
        assert_eq!(system["__typename"], "NotPermitted", "a system: {system}");
        let why = Purpose::Reintegration;
        let other = staff.does_for(&staff.recipient(), why, "declareEmergency", emergency()).await;
        assert_eq!(other["__typename"], "NotPermitted", "for another purpose: {other}");
        for (handle, on_team) in [(LAWYER, true), (OTHER, false)] {
            let person = staff.house.desk.enrol_person(staff.house.id(handle), "anybody").await.unwrap();
            let input = json!({ "subject": staff.house.outward(handle, staff.subject), "reason": "LIFE" });
            let told = staff.does(&staff.house.person(handle, person), "declareEmergency", input).await;
            let expected = if on_team { "NotFound" } else { "NotPermitted" };
            assert_eq!(told["__typename"], expected, "{handle}: {told}");
        }
        let own = json!({ "subject": staff.house.outward(HOLDER, staff.subject), "reason": "LIFE" });
        let own = staff.does(&staff.holder(staff.first), "declareEmergency", own).await;
        assert_eq!(own["path"], "/subject", "{own}");
        assert_eq!(staff.journal().await, Vec::<String>::new());
        staff.declared().await;
    }

    /// Locked, suspended, recalled, without a relation: each withholds whatever an emergency replaces.
    async fn an_emergency_beats_nothing_that_stands_before_consent(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        staff.declared().await;
        assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control");
        let none = "UPDATE subject SET suspended = NULL";
        for (bar, lifted) in [
            ("UPDATE organization SET locked = 1 WHERE name = 'Ashroy Kendra'", "UPDATE organization SET locked = 0"),
            ("UPDATE subject SET suspended = 'TAKEN_BACK'", none),
            ("UPDATE standing SET shut = 1048575 WHERE noun = 'REFERRAL'", "UPDATE standing SET shut = 0 WHERE noun = 'REFERRAL'"),
        ] {
            staff.house.look.run(bar).await;
            staff.house.look.run("UPDATE epoch SET fence = fence + 1").await;
            assert_eq!(staff.shown(OTHER, WHY).await, Vec::<String>::new(), "{bar}");
            staff.house.look.run(lifted).await;
            staff.house.look.run("UPDATE epoch SET fence = fence + 1").await;
            assert!(staff.recipient_sees("DEMOGRAPHICS", WHY).await, "the control: {lifted}");
        }
        // The seat of the emergency itself is none: without the referral she is not there.
        staff.house.look.run("UPDATE standing SET open_until = 0, until_at = 0 WHERE noun = 'REFERRAL'").await;
        let id = staff.house.outward(OTHER, staff.subject);
        let there = staff.house.ask(OTHER, WHY, crate::exceptions::words::SUBJECTS, json!({ "id": id })).await;
        assert_eq!(there["subject"], Value::Null, "{there}");
        assert_eq!(staff.on_record(&staff.recipient()).await.len(), 1, "that it was declared is there");
        assert!(staff.house.ask(FRIEND, WHY, &crate::exceptions::words::exceptions(), json!({})).await["exceptions"]["nodes"] == json!([]));
    }

    async fn an_organization_declares_a_few_a_day(database: Database) {
        let staff = Staff::of(&database, Age::Adult).await;
        let mut told = Vec::new();
        for _ in 0..=EMERGENCIES_A_DAY {
            let subject = staff.house.subject().await;
            let referral = json!({
                "subject": staff.house.outward(HOLDER, subject), "recipient": staff.house.public_id(OTHER),
                "services": ["PSYCHOSOCIAL"], "urgency": "URGENT",
            });
            staff.house.change(HOLDER, Purpose::ServiceReferral, SEND, referral).await;
            let team = "INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym = 'helper-1' ON CONFLICT DO NOTHING";
            staff.house.look.run(team).await;
            told.push(staff.does(&staff.recipient(), "declareEmergency", staff.emergency(subject)).await);
        }
        let last = told.pop().unwrap();
        assert!(told.iter().all(|one| one["__typename"] == "ExceptionRecorded"), "{told:?}");
        assert_eq!((&last["__typename"], &last["reason"]), (&json!("ExceptionRefused"), &json!("TOO_MANY_TODAY")), "{last}");
        staff.house.days(1);
        staff.declared().await;
    }
}
