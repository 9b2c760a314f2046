//! Organizations are invited to a case for one purpose until one day.

use sangam_kit::database::Database;
use sangam_vocabulary::{Category, CategorySet, Code, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, LAWYER, OTHER, code, keyed};
use crate::words::{
    ACCEPT, CONTRIBUTION, CONTRIBUTIONS, DECLINE, END, EXPLAIN, HEARINGS, INVITE, RECORD, SUBJECT, SUBJECTS,
};
use sangam_scenarios::look::migrated;

impl House {
    /// Invites for so many days and gives what it came to.
    pub(crate) async fn invite(
        &self,
        subject: SubjectId,
        (handle, seat, why): (&str, &str, Purpose),
        days: i64,
    ) -> Value {
        let input = json!({
            "subject": self.outward(HOLDER, subject), "organization": self.public_id(handle), "seat": seat,
            "purpose": code(why), "until": self.desk.now().plus_days(days).rfc3339(),
        });
        self.change(HOLDER, Purpose::Protection, INVITE, input).await
    }

    /// The one part in a case that an organization finds for a purpose.
    pub(crate) async fn part(&self, handle: &str, why: Purpose) -> Value {
        let mut parts = self.nodes(handle, why, CONTRIBUTIONS).await;
        assert_eq!(parts.len(), 1, "{parts:?}");
        parts.remove(0)
    }

    /// Invites and has the invitation accepted; gives the part as the invited sees it.
    pub(crate) async fn takes_part(&self, subject: SubjectId, (handle, seat, why): (&str, &str, Purpose)) -> Value {
        let invited = self.invite(subject, (handle, seat, why), 200).await;
        assert_eq!(invited["__typename"], "ContributorInvited", "{invited}");
        let found = self.nodes(handle, why, CONTRIBUTIONS).await.into_iter().find(|part| part["state"] == "INVITED");
        let part = found.unwrap();
        let input = json!({ "contribution": part["id"], "version": part["version"] });
        let told = self.change(handle, why, ACCEPT, input).await;
        assert_eq!(told["contribution"]["state"], "ACTIVE", "{told}");
        told["contribution"].clone()
    }
}

fn reason(object: &Value, category: &str) -> Value {
    let entries = object["withheld"].as_array().unwrap();
    entries.iter().find(|entry| entry["category"] == category).map_or(Value::Null, |entry| entry["reason"].clone())
}

sangam_kit::both_databases! {
    template = migrated;

    /// Before it answers the invited knows that it is invited and nothing else; afterwards consent decides what it sees;
    /// when it leaves, nothing is there at once.
    async fn a_lawyer_is_invited_takes_part_and_leaves(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let seen = CategorySet::of(&[Category::Demographics, Category::Legal]);
        house.consent(subject, LAWYER, &[Purpose::LegalAid], seen).await;
        let invited = house.invite(subject, (LAWYER, "LAWYER", Purpose::LegalAid), 200).await;
        assert_eq!(invited["contribution"]["canDo"], json!(["END"]), "{invited}");

        let invitation = house.part(LAWYER, Purpose::LegalAid).await;
        assert_eq!((&invitation["state"], &invitation["subject"]), (&json!("INVITED"), &Value::Null), "{invitation}");
        assert_eq!(invitation["inviter"], json!({"country": "BD", "role": "NGO", "organization": null}));
        assert_eq!(invitation["canSee"], json!([]), "consent and agreement are there, and the invitation is no way to them");
        assert_eq!(reason(&invitation, "CURRENT_LOCATION"), "NOT_AVAILABLE_NOW");
        assert_eq!(invitation["canDo"], json!(["ACCEPT", "DECLINE"]));
        for why in Purpose::ALL.iter().copied() {
            assert!(house.nodes(LAWYER, why, SUBJECTS).await.is_empty(), "nobody is there for {}", code(why));
            let one = house.ask(LAWYER, why, SUBJECT, json!({"id": house.outward(LAWYER, subject)})).await;
            assert_eq!(one["subject"], Value::Null);
            if why != Purpose::LegalAid {
                assert!(house.nodes(LAWYER, why, CONTRIBUTIONS).await.is_empty(), "an invitation for {}", code(why));
            }
        }

        let step = json!({"contribution": invitation["id"], "version": invitation["version"], "idempotencyKey": "a"});
        let accepted = house.change(LAWYER, Purpose::LegalAid, ACCEPT, step.clone()).await;
        assert_eq!(accepted["contribution"]["state"], "ACTIVE", "{accepted}");
        assert_eq!(accepted["contribution"]["subject"], house.outward(LAWYER, subject));
        // The same key is the same answer.
        assert_eq!(house.change(LAWYER, Purpose::LegalAid, ACCEPT, step).await, accepted);
        let client = house.nodes(LAWYER, Purpose::LegalAid, SUBJECTS).await.remove(0);
        assert_eq!(client["demographics"]["sex"], "FEMININE");
        assert_eq!(client["legal"]["reportNumber"], "GD-118");
        assert_eq!(reason(&client, "NARRATIVE"), "NOT_SHARED", "consent decides: {client}");

        let part = house.part(LAWYER, Purpose::LegalAid).await;
        let ended = json!({"contribution": part["id"], "version": part["version"]});
        let ended = house.change(LAWYER, Purpose::LegalAid, END, ended).await;
        assert_eq!((&ended["contribution"]["state"], &ended["contribution"]["subject"]), (&json!("ENDED"), &Value::Null), "{ended}");
        assert!(house.nodes(LAWYER, Purpose::LegalAid, SUBJECTS).await.is_empty(), "at once");
        let holder = house.part(HOLDER, Purpose::Protection).await;
        assert_eq!((&holder["state"], &holder["subject"]), (&json!("ENDED"), &json!(house.outward(HOLDER, subject))));
        house.days(91);
        assert!(house.nodes(LAWYER, Purpose::LegalAid, CONTRIBUTIONS).await.is_empty(), "long past");
        // The journal has a line for each, and the owner's list none of what disclosed nothing.
        let kinds = house.look.texts("SELECT kind FROM journal_entry WHERE kind LIKE 'CONTRIBUT%' ORDER BY seq").await;
        assert_eq!(kinds, ["CONTRIBUTOR_INVITED", "CONTRIBUTION_STEPPED", "CONTRIBUTION_STEPPED"]);
    }

    /// A seat carries the purpose it was given for and no other that such a seat could carry.
    async fn a_contributor_asks_for_its_own_purpose_only(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        for handle in [FRIEND, OTHER] {
            house.consent(subject, handle, Purpose::ALL, CategorySet::all()).await;
        }
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        house.takes_part(subject, (OTHER, "CONTRIBUTOR", Purpose::Prosecution)).await;
        let id = house.outward(FRIEND, subject);
        for why in Purpose::ALL.iter().copied() {
            let there = house.ask(FRIEND, why, SUBJECT, json!({"id": id})).await;
            let explained = house.ask(FRIEND, why, EXPLAIN, json!({"subject": id})).await;
            let is = why == Purpose::Protection;
            assert_eq!(there["subject"].is_object(), is, "{}: {there}", code(why));
            assert_eq!(explained["explain"] != json!([]), is, "{}: {explained}", code(why));
            assert!(house.nodes(OTHER, why, SUBJECTS).await.is_empty(), "a prosecution is supported at its hearings");
        }
        let date = json!({"subject": house.outward(HOLDER, subject), "kind": "EVIDENCE", "takesPlaceAt": "2026-12-01T04:00:00Z"});
        house.change(HOLDER, Purpose::Protection, RECORD, date).await;
        for why in Purpose::ALL.iter().copied() {
            let sits = usize::from(why == Purpose::Prosecution);
            assert_eq!(house.nodes(OTHER, why, HEARINGS).await.len(), sits, "{}", code(why));
            assert!(house.nodes(FRIEND, why, HEARINGS).await.is_empty(), "{}", code(why));
        }
    }

    /// What was not answered in a month has lapsed, and what was has until its day: at that instant, without any round.
    async fn what_is_past_its_day_has_expired(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.consent(subject, FRIEND, Purpose::ALL, CategorySet::all()).await;
        let asked = (FRIEND, "CONTRIBUTOR", Purpose::Protection);
        house.invite(subject, asked, 200).await;
        let again = house.invite(subject, asked, 200).await;
        assert_eq!(again["path"], "/organization", "one at a time: {again}");
        house.days(30);
        let part = house.part(FRIEND, Purpose::Protection).await;
        assert_eq!((&part["state"], &part["answerBy"], &part["canDo"]), (&json!("EXPIRED"), &Value::Null, &json!([])));
        let late = json!({"contribution": part["id"], "version": part["version"]});
        let late = house.change(FRIEND, Purpose::Protection, ACCEPT, late).await;
        assert_eq!((&late["__typename"], &late["legal"]), (&json!("IllegalStep"), &json!([])), "{late}");
        house.takes_part(subject, asked).await;
        house.days(199);
        assert_eq!(house.nodes(FRIEND, Purpose::Protection, SUBJECTS).await.len(), 1, "the day before");
        house.days(1);
        assert!(house.nodes(FRIEND, Purpose::Protection, SUBJECTS).await.is_empty());
        let states: Vec<_> =
            house.nodes(HOLDER, Purpose::Protection, CONTRIBUTIONS).await.iter().map(|part| part["state"].clone()).collect();
        assert_eq!(states, ["EXPIRED", "EXPIRED"]);
    }

    async fn who_may_not_be_invited_is_not(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let mut said = Vec::new();
        for (asked, days) in [
            ((FRIEND, "CONTRIBUTOR", Purpose::Protection), 366),
            ((FRIEND, "CONTRIBUTOR", Purpose::Protection), 0),
            ((FRIEND, "CONTRIBUTOR", Purpose::FamilyTracing), 9),
            ((FRIEND, "LAWYER", Purpose::LegalAid), 9),
            ((LAWYER, "LAWYER", Purpose::Protection), 9),
            ((HOLDER, "CONTRIBUTOR", Purpose::Protection), 9),
        ] {
            said.push(house.invite(subject, asked, days).await["path"].clone());
        }
        assert_eq!(said, ["/until", "/until", "/purpose", "/purpose", "/purpose", "/organization"]);
        assert!(house.nodes(HOLDER, Purpose::Protection, CONTRIBUTIONS).await.is_empty());
        // Nobody invites to somebody else's case: for a stranger it is not there, for who takes part it is not theirs.
        let until = house.desk.now().plus_days(9).rfc3339();
        let input = |handle: &str| json!({
            "subject": house.outward(handle, subject), "organization": house.public_id(OTHER), "seat": "CONTRIBUTOR", "purpose": "PROTECTION", "until": until,
        });
        let stranger = house.change(FRIEND, Purpose::Protection, INVITE, input(FRIEND)).await;
        assert_eq!(stranger["__typename"], "NotFound");
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        let guest = house.change(FRIEND, Purpose::Protection, INVITE, input(FRIEND)).await;
        assert_eq!(guest["__typename"], "NotPermitted");
        let own = house.change(HOLDER, Purpose::Protection, INVITE, input(HOLDER)).await;
        assert_eq!(own["__typename"], "ContributorInvited", "{own}");
    }

    /// Nobody answers somebody else's invitation, for another purpose or with what another saw.
    async fn an_invitation_is_answered_by_the_invited_alone(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.invite(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection), 9).await;
        let part = house.part(FRIEND, Purpose::Protection).await;
        let step = json!({"contribution": part["id"], "version": part["version"]});
        for (handle, why) in [(OTHER, Purpose::Protection), (LAWYER, Purpose::LegalAid), (FRIEND, Purpose::Monitoring)] {
            for mutation in [ACCEPT, DECLINE, END] {
                let told = house.change(handle, why, mutation, step.clone()).await;
                assert_eq!(told["__typename"], "NotFound", "{handle} {}: {told}", code(why));
            }
            assert_eq!(house.ask(handle, why, CONTRIBUTION, json!({"id": part["id"]})).await["contribution"], Value::Null);
        }
        let stale = json!({"contribution": part["id"], "version": 7});
        assert_eq!(house.change(FRIEND, Purpose::Protection, ACCEPT, stale).await["version"], json!(1));
        let own = house.change(FRIEND, Purpose::Protection, DECLINE, keyed(step)).await;
        assert_eq!(own["contribution"]["state"], "DECLINED", "{own}");
        assert!(house.nodes(FRIEND, Purpose::Protection, SUBJECTS).await.is_empty());
    }
}
