//! A case goes over with everything in it: every kind of record, alone and all together, by the table that is printed in
//! `schema/workflow/transfer.md`. Nothing is lost, and nobody but the new owner sees more than before.

use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::{Category, CategorySet, Code, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, LAWYER, OTHER, STATE};
use crate::words::{
    ARRIVALS, CONSENTS, CONTRIBUTIONS, DRAW_CODE, HEARINGS, OPEN_SEARCH, PLANS, RECORD_ARRIVAL, REFERRALS,
    REPATRIATIONS, REPORT, REQUEST_RETURN, REVIEW_PLAN, RISKS, SEARCH_REQUESTS, SEARCHES, SEND, STEP_REFERRAL,
    STEP_RETURN, SUBJECT,
};

/// The new owner in every test.
pub(crate) const NEW: &str = FRIEND;

/// What the holder has of a case, each under the purpose it is asked for with.
const RECORDS: [(&str, Purpose, &str); 7] = [
    ("contribution", Purpose::Protection, CONTRIBUTIONS),
    ("hearing", Purpose::Protection, HEARINGS),
    ("risk", Purpose::Protection, RISKS),
    ("plan", Purpose::Reintegration, PLANS),
    ("repatriation", Purpose::Repatriation, REPATRIATIONS),
    ("arrival", Purpose::Protection, ARRIVALS),
    ("search", Purpose::FamilyTracing, SEARCHES),
];

impl House {
    /// Whoever is asked for a step must be on time: the case as it is handed over.
    async fn begin(&self, record: &str, subject: SubjectId) {
        let hers = self.outward(HOLDER, subject);
        match record {
            "contribution" => drop(self.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await),
            "hearing" => drop(self.recorded(HOLDER, Purpose::Protection, subject, true).await),
            "plan" => drop(self.plan(subject).await),
            "risk" => {
                let input = json!({ "subject": hers, "kind": "FEAR", "note": "she is afraid at night" });
                let told = self.change(HOLDER, Purpose::Protection, REPORT, input).await;
                assert_eq!(told["__typename"], "RiskReported", "{told}");
            }
            "repatriation" => {
                let input = json!({ "subject": hers, "to": "IN" });
                let told = self.change(HOLDER, Purpose::Repatriation, REQUEST_RETURN, input).await;
                assert_eq!(told["__typename"], "RepatriationRequested", "{told}");
            }
            "arrival" => {
                let input = json!({ "subject": hers, "kind": "ALONE", "cameFrom": "IN" });
                let told = self.change(HOLDER, Purpose::Protection, RECORD_ARRIVAL, input).await;
                assert_eq!(told["__typename"], "ArrivalRecorded", "{told}");
            }
            "search" => {
                self.consent(subject, OTHER, &[Purpose::FamilyTracing], CategorySet::all()).await;
                self.consent(subject, STATE, &[Purpose::FamilyTracing], CategorySet::all()).await;
                let asked = [self.public_id(OTHER), self.public_id(STATE)];
                let input = json!({ "subject": hers, "recipients": asked });
                let told = self.change(HOLDER, Purpose::FamilyTracing, OPEN_SEARCH, input).await;
                assert_eq!(told["__typename"], "SearchOpened", "{told}");
            }
            other => assert_eq!(other, "", "no record of that name"),
        }
    }

    /// Sends the whole case to its new owner; gives the referral as that one has it.
    pub(crate) async fn offer(&self, subject: SubjectId) -> Value {
        let input = json!({
            "subject": self.outward(HOLDER, subject), "recipient": self.public_id(NEW), "services": ["HEALTH"],
            "urgency": "ROUTINE", "transfer": true,
        });
        assert_eq!(self.change(HOLDER, Purpose::ServiceReferral, SEND, input).await["__typename"], "ReferralSent");
        self.nodes(NEW, Purpose::ServiceReferral, REFERRALS).await.remove(0)
    }

    pub(crate) async fn accept(&self, referral: &Value) -> Value {
        let input = json!({ "referral": referral["id"], "version": referral["version"], "event": "ACCEPT" });
        self.change(NEW, Purpose::ServiceReferral, STEP_REFERRAL, input).await
    }

    /// Hands the case over, and says that it was.
    pub(crate) async fn goes_over(&self, subject: SubjectId) {
        self.consent(subject, NEW, Purpose::ALL, CategorySet::all()).await;
        let offered = self.offer(subject).await;
        let told = self.accept(&offered).await;
        assert_eq!(told["__typename"], "StepTaken", "{told}");
    }

    /// Everything but the referral that an organization has of anybody, for any purpose.
    async fn has(&self, handle: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for why in Purpose::ALL {
            for (record, _, query) in RECORDS.into_iter().chain([("request", Purpose::FamilyTracing, SEARCH_REQUESTS)])
            {
                for node in self.nodes(handle, *why, query).await {
                    all.push(json!([why.to_string(), record, node]));
                }
            }
        }
        all
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn each_kind_of_record_goes_over_with_its_case(database: Database) {
        let house = House::open(&database).await;
        house.agree_from(NEW).await;
        for (record, why, query) in RECORDS {
            let subject = house.subject().await;
            house.begin(record, subject).await;
            let before = house.nodes(HOLDER, why, query).await;
            assert_eq!((before.len(), house.nodes(NEW, why, query).await.len()), (1, 0), "{record}");
            house.goes_over(subject).await;
            // The former owner has nothing of it, for any purpose, and the new one has it.
            assert_eq!(house.has(HOLDER).await, Vec::<Value>::new(), "{record}");
            let after = house.nodes(NEW, why, query).await;
            assert_eq!(after.len(), 1, "{record}");
            let state = if record == "search" { &json!("CLOSED") } else { &before[0]["state"] };
            assert_eq!(&after[0]["state"], state, "{record}");
            if record != "search" {
                // Whoever sits in a request is told that another holds her.
                let version = if record == "repatriation" { json!(2) } else { before[0]["version"].clone() };
                assert_eq!((&after[0]["version"], &after[0]["canDo"]), (&version, &before[0]["canDo"]), "{record}");
            }
            // The next case begins in an empty house.
            house.look.run("UPDATE standing SET open_until = 0, until_at = 0 WHERE noun <> 'SUBJECT'").await;
        }
    }

    /// All of it at once, with a lawyer, a public body that supports the prosecution, and a code on paper.
    async fn a_case_goes_over_whole(database: Database) {
        let house = House::open(&database).await;
        house.agree_from(NEW).await;
        let subject = house.subject().await;
        let all = CategorySet::all();
        house.consent(subject, LAWYER, &[Purpose::LegalAid], all).await;
        house.consent(subject, STATE, &[Purpose::Prosecution], all).await;
        // The new owner takes part in the case already, and sees of it what it may.
        house.consent(subject, NEW, &[Purpose::Protection], all).await;
        house.takes_part(subject, (NEW, "CONTRIBUTOR", Purpose::Protection)).await;
        house.takes_part(subject, (STATE, "CONTRIBUTOR", Purpose::Prosecution)).await;
        for (record, ..) in RECORDS {
            house.begin(record, subject).await;
        }
        let draw = json!({ "subject": house.outward(HOLDER, subject) });
        let code = house.change(HOLDER, Purpose::Protection, DRAW_CODE, draw).await["paperCode"].as_str().unwrap().to_owned();
        let seen = async |handle: &str| {
            let mut all = house.has(handle).await;
            // That the holder is another, and what ended, is what changed.
            all.retain(|row| row[1] != "request");
            for row in &mut all {
                row[2]["inviter"] = Value::Null;
            }
            all
        };
        let (lawyer, state, other) = (seen(LAWYER).await, seen(STATE).await, seen(OTHER).await);
        assert!(lawyer.len() >= 3 && state.len() >= 2 && other.is_empty(), "{lawyer:?} {state:?}");
        house.goes_over(subject).await;

        assert_eq!(house.has(HOLDER).await, Vec::<Value>::new());
        for (handle, before) in [(LAWYER, lawyer), (STATE, state), (OTHER, other)] {
            assert_eq!(seen(handle).await, before, "{handle}");
        }
        for (record, why, query) in RECORDS {
            let found = house.nodes(NEW, why, query).await;
            let expected = if record == "contribution" { 3 } else { 1 };
            assert_eq!(found.len(), expected, "{record}: {found:?}");
        }
        // It takes no part in its own case any more, and the others do.
        let parts = house.nodes(NEW, Purpose::Protection, CONTRIBUTIONS).await;
        let mut states: Vec<_> = parts.iter().map(|part| (part["contributor"]["name"].as_str().unwrap(), part["state"].as_str().unwrap())).collect();
        states.sort_unstable();
        assert_eq!(states, [("Nyaya Sahay", "ACTIVE"), ("Pashe Achi", "ENDED"), ("Return Desk", "ACTIVE")]);
        // Those who were asked to look see that it is over.
        for handle in [OTHER, STATE] {
            let asked = house.nodes(handle, Purpose::FamilyTracing, SEARCH_REQUESTS).await;
            assert_eq!((&asked[0]["state"], &asked[0]["canDo"]), (&json!("CLOSED"), &json!([])));
        }
        // What the clocks wait for they wait for still, at the new owner's.
        assert_eq!(house.look.texts("SELECT kind FROM clock WHERE noun = 'SEARCH'").await, Vec::<String>::new());
        assert_eq!(house.look.texts("SELECT kind FROM clock WHERE noun = 'SUPPORT_PLAN'").await, ["REVIEW"]);
        let plan = house.nodes(NEW, Purpose::Reintegration, PLANS).await.remove(0);
        let review = json!({ "plan": plan["id"], "version": 1, "finding": "ON_TRACK", "retrafficked": "NO", "note": "well" });
        let told = house.change(NEW, Purpose::Reintegration, REVIEW_PLAN, review.clone()).await;
        assert_eq!(told["__typename"], "SupportPlanChanged", "{told}");
        // A danger that is reported from now on reaches the new owner and her lawyer.
        let fear = json!({ "subject": house.outward(LAWYER, subject), "kind": "THREATENED", "note": "at the gate" });
        assert_eq!(house.change(LAWYER, Purpose::LegalAid, REPORT, fear).await["__typename"], "RiskReported");
        assert_eq!(house.nodes(NEW, Purpose::Protection, RISKS).await.len(), 2);
        assert!(house.nodes(HOLDER, Purpose::Protection, RISKS).await.is_empty());

        // The code she had on paper before says no for her now, to everything, and the new owner sees that it did.
        let of = |handle: &str| json!({ "subject": house.outward(handle, subject) });
        let granted = house.ask(NEW, Purpose::Protection, CONSENTS, of(NEW)).await["consents"]["nodes"].clone();
        assert!(granted.as_array().unwrap().iter().any(|consent| consent["endedHow"].is_null()), "{granted}");
        house.desk.withdraw_by_code("0000-0000-0000".to_owned().into()).await.unwrap();
        let still = house.ask(NEW, Purpose::Protection, CONSENTS, of(NEW)).await["consents"]["nodes"].clone();
        assert_eq!(still, granted, "another code says nothing");
        house.desk.withdraw_by_code(code.clone().into()).await.unwrap();
        let ended = house.ask(NEW, Purpose::Protection, CONSENTS, of(NEW)).await["consents"]["nodes"].clone();
        assert!(ended.as_array().unwrap().iter().all(|consent| consent["endedHow"] == "PAPER_CODE"), "{ended}");
        let lawyer = house.ask(LAWYER, Purpose::LegalAid, SUBJECT, json!({ "id": house.outward(LAWYER, subject) })).await;
        assert_eq!(lawyer["subject"]["demographics"], Value::Null, "{lawyer}");
        assert!(house.ask(HOLDER, Purpose::Protection, CONSENTS, of(HOLDER)).await["consents"]["nodes"].as_array().unwrap().is_empty());
        // The new owner gives her another, and the first is paper.
        let drawn = house.change(NEW, Purpose::Protection, DRAW_CODE, of(NEW)).await["paperCode"].as_str().unwrap().to_owned();
        assert_ne!(drawn, code);
    }

    /// What a record says of her in codes and days counts like what lies sealed: a reader of nothing sealed would become
    /// a reader of that.
    async fn what_a_record_says_in_codes_is_asked_about_too(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.begin("arrival", subject).await;
        let but = CategorySet::all().minus(CategorySet::of(&[Category::Immigration]));
        house.consent(subject, NEW, Purpose::ALL, but).await;
        let offered = house.offer(subject).await;
        let refused = house.accept(&offered).await;
        assert_eq!((&refused["__typename"], &refused["categories"]), (&json!("TransferRefused"), &json!(["IMMIGRATION"])));
        house.consent(subject, NEW, Purpose::ALL, CategorySet::all()).await;
        assert_eq!(house.accept(&offered).await["__typename"], "StepTaken");
    }

    /// Nobody signs one handover for two sides, and whoever holds her is where she is: such a case goes over when the
    /// request has ended.
    async fn who_sits_on_another_side_of_her_return_does_not_become_its_holder(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.begin("repatriation", subject).await;
        house.consent(subject, NEW, Purpose::ALL, CategorySet::all()).await;
        let offered = house.offer(subject).await;
        // As her lawyer would sit: whoever does.
        let seat = "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) SELECT o.id, 'REPATRIATION', t.id, 'LAWYER', t.subject, 0, 9000000000000, 9000000000000 FROM repatriation t, organization o WHERE o.name = 'Pashe Achi'";
        house.look.run(seat).await;
        let refused = house.accept(&offered).await;
        assert_eq!((&refused["__typename"], &refused["path"]), (&json!("InvalidInput"), &json!("/referral")), "{refused}");
        assert_eq!(house.nodes(HOLDER, Purpose::Repatriation, REPATRIATIONS).await.len(), 1, "nothing moved");
        house.look.run("DELETE FROM standing WHERE seat = 'LAWYER'").await;
        house.look.run("UPDATE organization SET country = 'NP' WHERE name = 'Pashe Achi'").await;
        assert_eq!(house.accept(&offered).await["path"], "/referral");
        let request = house.nodes(HOLDER, Purpose::Repatriation, REPATRIATIONS).await.remove(0);
        let cancel = json!({ "repatriation": request["id"], "version": request["version"], "request": "CANCEL", "reason": "DUPLICATE" });
        let told = house.change(HOLDER, Purpose::Repatriation, STEP_RETURN, cancel).await;
        assert_eq!(told["__typename"], "RepatriationStepped", "{told}");
        assert_eq!(house.accept(&offered).await["__typename"], "StepTaken");
    }
}
