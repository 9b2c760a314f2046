//! Dates in court: who sees which part of one, what protects a witness, and the hold on her return.

use sangam_kit::database::Database;
use sangam_vocabulary::{Category, CategorySet, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, LAWYER, OTHER};
use crate::words::{END, HEARING, HEARINGS, PROTECTION, RECORD, SEND, STEP};
use sangam_scenarios::look::{holds, migrated};

const COURT: &str = "Invented Tribunal 4";
const ROUTE: &str = "by the back door zq-7741";

impl House {
    pub(crate) async fn recorded(&self, by: &str, why: Purpose, subject: SubjectId, holds: bool) -> Value {
        let input = json!({
            "subject": self.outward(by, subject), "kind": "TESTIMONY_BY_VIDEO", "takesPlaceAt": "2026-12-01T04:00:00Z", "court": COURT,
            "protectionMeasures": ["VIDEO_LINK", "ESCORT"], "protectionNote": ROUTE, "holdsReturn": holds,
        });
        let told = self.change(by, why, RECORD, input).await;
        assert_eq!(told["__typename"], "HearingRecorded", "{told}");
        told["hearing"].clone()
    }

    async fn step(&self, hearing: &Value, more: Value) -> Value {
        let mut input = json!({"hearing": hearing["id"], "version": hearing["version"]});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.change(HOLDER, Purpose::Protection, STEP, input).await
    }

    /// How many hearings hold the person's return.
    async fn held(&self) -> i64 {
        self.look.number("SELECT count(*) FROM hearing WHERE holds = 1").await
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_hearing_is_seen_by_whoever_sits_in_it_as_far_as_consent_and_law_go(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let all = CategorySet::all();
        house.consent(subject, LAWYER, &[Purpose::LegalAid], all).await;
        house.consent(subject, OTHER, &[Purpose::Prosecution], all).await;
        house.consent(subject, FRIEND, &[Purpose::Protection, Purpose::ServiceReferral], all).await;
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        // The lawyer records; who is invited later sees what is there already.
        house.recorded(LAWYER, Purpose::LegalAid, subject, false).await;
        house.takes_part(subject, (OTHER, "CONTRIBUTOR", Purpose::Prosecution)).await;
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        let to = json!({
            "subject": house.outward(HOLDER, subject), "recipient": house.public_id(FRIEND), "services": ["HEALTH"], "urgency": "ROUTINE",
        });
        assert_eq!(house.change(HOLDER, Purpose::ServiceReferral, SEND, to).await["__typename"], "ReferralSent");
        for (handle, why) in [(HOLDER, Purpose::Protection), (LAWYER, Purpose::LegalAid), (OTHER, Purpose::Prosecution)] {
            let seen = house.nodes(handle, why, HEARINGS).await;
            assert_eq!(seen.len(), 1, "{handle}");
            assert_eq!((&seen[0]["kind"], &seen[0]["legal"]["court"]), (&json!("TESTIMONY_BY_VIDEO"), &json!(COURT)));
            assert_eq!(seen[0]["subject"]["id"], house.outward(handle, subject));
            let protection = house.ask(handle, why, PROTECTION, json!({"id": seen[0]["id"]})).await["hearingProtection"].clone();
            if handle == OTHER {
                // Nobody calls a witness in the course of a prosecution: the law withholds how she is brought there.
                assert_eq!(protection["contactSafety"], Value::Null, "{protection}");
                assert_eq!(protection["withheld"][0]["category"], "CONTACT_SAFETY");
            } else {
                assert_eq!(protection["contactSafety"]["protectionMeasures"], json!(["VIDEO_LINK", "ESCORT"]));
                assert_eq!(protection["contactSafety"]["instructions"], ROUTE);
            }
            assert_eq!(seen[0]["canDo"] == json!([]), handle == OTHER, "who supports the case does not step it: {seen:?}");
        }
        // A contributor for protection and a referral's recipient sit in no hearing, whatever was consented to.
        for why in [Purpose::Protection, Purpose::ServiceReferral, Purpose::Prosecution, Purpose::LegalAid] {
            assert!(house.nodes(FRIEND, why, HEARINGS).await.is_empty());
        }
        let refused = json!({"subject": house.outward(FRIEND, subject), "kind": "ORDER", "takesPlaceAt": "2026-12-01T04:00:00Z"});
        assert_eq!(house.change(FRIEND, Purpose::Protection, RECORD, refused).await["__typename"], "NotPermitted");
        // What was typed lies nowhere in clear.
        let everything = house.look.everything().await;
        assert!(holds(&everything, "TESTIMONY_BY_VIDEO") && !holds(&everything, COURT) && !holds(&everything, ROUTE));
        assert!(!holds(&everything, "VIDEO_LINK"), "not even as a code");
        // Who leaves the case leaves its hearings.
        let part = house.part(OTHER, Purpose::Prosecution).await;
        let end = json!({"contribution": part["id"], "version": part["version"]});
        house.change(OTHER, Purpose::Prosecution, END, end).await;
        assert!(house.nodes(OTHER, Purpose::Prosecution, HEARINGS).await.is_empty());
        let kinds = house.look.texts("SELECT kind FROM journal_entry WHERE kind LIKE 'HEARING%'").await;
        assert_eq!(kinds, ["HEARING_RECORDED"]);
    }

    /// The measures cannot be selected on a page of hearings, by whomever: they are a thing of their own, one at a time.
    async fn what_protects_a_witness_is_on_no_page(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let hearing = house.recorded(HOLDER, Purpose::Protection, subject, false).await;
        let owner = house.caller(HOLDER);
        for field in ["contactSafety { safeToCall }", "protectionMeasures", "protection { id }"] {
            for query in [
                format!("{{ hearings {{ nodes {{ {field} }} }} }}"),
                format!("{{ hearings {{ edges {{ node {{ {field} }} }} }} }}"),
                format!("{{ node(id: {}) {{ ... on Hearing {{ {field} }} }} }}", hearing["id"]),
            ] {
                let answer = house.asked_by(&owner, Purpose::Protection, &query, json!({})).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED", "{query}: {answer}");
            }
        }
        // The control: the owner reads them, one hearing at a time, and everything else of the page.
        let one = house.ask(HOLDER, Purpose::Protection, PROTECTION, json!({"id": hearing["id"]})).await;
        assert_eq!(one["hearingProtection"]["contactSafety"]["protectionMeasures"], json!(["VIDEO_LINK", "ESCORT"]));
        assert_eq!(house.nodes(HOLDER, Purpose::Protection, HEARINGS).await[0]["legal"]["court"], COURT);
    }

    /// A hold goes with its hearing: with what the court says after it has heard her, with a word of its own, or when the
    /// hearing is called off; not when it is put off.
    async fn a_court_holds_her_return_until_it_lets_her_go(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let first = house.recorded(HOLDER, Purpose::Protection, subject, true).await;
        let second = house.recorded(HOLDER, Purpose::Protection, subject, true).await;
        let third = house.recorded(HOLDER, Purpose::Protection, subject, true).await;
        house.recorded(HOLDER, Purpose::Protection, subject, false).await;
        assert_eq!(house.held().await, 3);
        let off = house.step(&first, json!({"event": "ADJOURN", "reason": "NO_CONNECTION"})).await["hearing"].clone();
        assert_eq!((&off["state"], &off["holdsReturn"]), (&json!("ADJOURNED"), &json!(true)));
        let undated = house.step(&off, json!({"event": "RESCHEDULE"})).await;
        assert_eq!(undated["path"], "/takesPlaceAt");
        let again = house.step(&off, json!({"event": "RESCHEDULE", "takesPlaceAt": "2027-01-05T04:00:00Z"})).await["hearing"].clone();
        let read = house.ask(HOLDER, Purpose::Protection, HEARING, json!({"id": again["id"]})).await;
        assert_eq!(read["hearing"]["takesPlaceAt"], "2027-01-05T04:00:00.000Z");
        assert_eq!(read["hearing"]["adjournReason"], "NO_CONNECTION");
        let heard = house.step(&again, json!({"event": "HEAR"})).await["hearing"].clone();
        assert_eq!((&heard["state"], &heard["holdsReturn"], &heard["canDo"]), (&json!("HELD"), &json!(true), &json!(["RELEASE_HOLD"])));
        let released = house.step(&second, json!({"event": "HEAR", "released": true})).await["hearing"].clone();
        assert_eq!(released["holdsReturn"], false);
        assert_eq!(house.step(&third, json!({"event": "CANCEL"})).await["hearing"]["holdsReturn"], false);
        let last = "SELECT kind FROM event ORDER BY seq DESC LIMIT 1";
        assert_eq!(house.look.texts(last).await, ["CANCELLED"], "another hearing holds her still");
        let let_go = house.step(&heard, json!({"event": "RELEASE_HOLD"})).await["hearing"].clone();
        assert_eq!((&let_go["state"], &let_go["holdsReturn"], &let_go["canDo"]), (&json!("HELD"), &json!(false), &json!([])));
        assert_eq!(house.held().await, 0);
        assert_eq!(house.look.texts(last).await, ["HOLD_RELEASED"]);
        let twice = house.step(&let_go, json!({"event": "RELEASE_HOLD"})).await;
        assert_eq!(twice["missing"], json!(["HOLD"]), "{twice}");
        assert!(!house.look.texts("SELECT kind FROM journal_entry WHERE kind = 'HEARING_STEPPED'").await.is_empty());
    }

    async fn what_a_hearing_may_not_say_is_told_by_its_place(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let hearing = house.recorded(HOLDER, Purpose::Protection, subject, true).await;
        for (more, path) in [
            (json!({"event": "CANCEL", "released": true}), "/released"),
            (json!({"event": "HEAR", "takesPlaceAt": "2027-01-05T04:00:00Z"}), "/takesPlaceAt"),
            (json!({"event": "ADJOURN"}), "/reason"),
        ] {
            assert_eq!(house.step(&hearing, more).await["path"], path);
        }
        let long = |field: &str, length: usize| {
            let mut input = json!({"subject": house.outward(HOLDER, subject), "kind": "ORDER", "takesPlaceAt": "2026-12-01T04:00:00Z"});
            input[field] = json!("x".repeat(length));
            input
        };
        for (field, most) in [("court", 200), ("note", 4000), ("protectionNote", 4000)] {
            let refused = house.change(HOLDER, Purpose::Protection, RECORD, long(field, most + 1)).await;
            assert_eq!(refused["path"], format!("/{field}"));
            let taken = house.change(HOLDER, Purpose::Protection, RECORD, long(field, most)).await;
            assert_eq!(taken["__typename"], "HearingRecorded");
        }
        // To whom a court matter does not show, no step tells how it went or that the court holds her.
        house.consent(subject, LAWYER, &[Purpose::LegalAid], CategorySet::of(&[Category::Demographics])).await;
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        house.step(&hearing, json!({"event": "HEAR"})).await;
        let seen = house.nodes(LAWYER, Purpose::LegalAid, HEARINGS).await;
        let covered = seen.last().unwrap();
        assert_eq!((&covered["state"], &covered["kind"], &covered["holdsReturn"]), (&json!("SCHEDULED"), &Value::Null, &Value::Null));
        assert_eq!(covered["canDo"], json!(["HEAR", "ADJOURN", "CANCEL"]));
    }
}
