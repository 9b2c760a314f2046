//! Her lawyer in a return hears of her hearings and of what she fears, as one that was invited to her case does, and
//! whoever watches the return hears of what a court does to it.

use std::time::Duration;

use futures_util::StreamExt;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::{CategorySet, Code as _, Purpose, SubjectId};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::house::{FRIEND, HOLDER, House, LAWYER, OTHER};
use crate::risks::{registered, watch};
use crate::words::{END, HEARINGS, REPORT, REQUEST_RETURN, RISKS, STEP, STEP_RETURN};

const SOON: Duration = Duration::from_secs(5);

impl House {
    /// Begins a return and gives her lawyer a seat in it; the request as it is then.
    async fn with_lawyer(&self, subject: SubjectId) -> Value {
        let input = json!({ "subject": self.outward(HOLDER, subject), "to": "IN" });
        let begun = self.change(HOLDER, Purpose::Repatriation, REQUEST_RETURN, input).await["repatriation"].clone();
        self.return_step(&begun, json!({ "request": "INVITE_LAWYER", "organization": self.public_id(LAWYER) })).await
    }

    async fn return_step(&self, request: &Value, mut input: Value) -> Value {
        input["repatriation"] = request["id"].clone();
        input["version"] = request["version"].clone();
        let told = self.change(HOLDER, Purpose::Repatriation, STEP_RETURN, input).await;
        assert_eq!(told["__typename"], "RepatriationStepped", "{told}");
        told["repatriation"].clone()
    }

    async fn fears(&self, subject: SubjectId, kind: &str) {
        let input = json!({ "subject": self.outward(HOLDER, subject), "kind": kind, "note": "at the gate" });
        assert_eq!(self.change(HOLDER, Purpose::Protection, REPORT, input).await["__typename"], "RiskReported");
    }

    /// How many dangers and hearings an organization finds as a lawyer does.
    async fn hears(&self, handle: &str) -> (usize, usize) {
        let (risks, hearings) =
            (self.nodes(handle, Purpose::LegalAid, RISKS).await, self.nodes(handle, Purpose::LegalAid, HEARINGS).await);
        (risks.len(), hearings.len())
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn the_lawyer_of_a_return_hears_of_what_she_fears(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        for handle in [LAWYER, FRIEND, OTHER] {
            house.consent(subject, handle, Purpose::ALL, CategorySet::all()).await;
        }
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        house.fears(subject, "THREATENED").await;
        house.recorded(HOLDER, Purpose::Protection, subject, false).await;
        assert_eq!(house.hears(LAWYER).await, (0, 0));
        let request = house.with_lawyer(subject).await;
        assert_eq!(house.hears(LAWYER).await, (1, 1), "what was there before");
        let caller = registered(&house, LAWYER).await;
        let mut alert = house
            .executor
            .subscribe(caller, watch("subscription { riskReported { id } }", Purpose::LegalAid))
            .await
            .map_err(|reply| reply.body)
            .unwrap();
        house.fears(subject, "FOLLOWED_OR_SOUGHT").await;
        let reply = timeout(SOON, alert.next()).await.expect("her lawyer was not alerted").unwrap();
        let event: Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(event["data"]["riskReported"]["id"].as_str().unwrap().starts_with("rsk_"), "{event}");
        house.recorded(HOLDER, Purpose::Protection, subject, false).await;
        assert_eq!(house.hears(LAWYER).await, (2, 2), "and what came");
        assert_eq!((house.hears(FRIEND).await, house.hears(OTHER).await), ((0, 0), (0, 0)));
        assert!(house.nodes(FRIEND, Purpose::Protection, RISKS).await.is_empty());
        // Invited to the case as well, it hears on when the one of the two ends, and of nothing when both have.
        let part = house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        house.return_step(&request, json!({ "request": "CANCEL", "reason": "DUPLICATE" })).await;
        assert_eq!(house.hears(LAWYER).await, (2, 2));
        let end = json!({ "contribution": part["id"], "version": part["version"] });
        house.change(LAWYER, Purpose::LegalAid, END, end).await;
        assert_eq!(house.hears(LAWYER).await, (0, 0));
        // The other way round: what the case gave ends first.
        let part = house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        let request = house.with_lawyer(subject).await;
        let end = json!({ "contribution": part["id"], "version": part["version"] });
        house.change(LAWYER, Purpose::LegalAid, END, end).await;
        house.fears(subject, "FEAR").await;
        assert_eq!(house.hears(LAWYER).await, (3, 2));
        house.return_step(&request, json!({ "request": "CANCEL", "reason": "DUPLICATE" })).await;
        assert_eq!(house.hears(LAWYER).await, (0, 0));
    }

    /// Whoever watches a return is told when a hearing holds her, is put off, and lets her go.
    async fn whoever_watches_a_return_hears_of_its_court(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.with_lawyer(subject).await;
        let caller = registered(&house, HOLDER).await;
        let mut returns = house
            .executor
            .subscribe(caller, watch("subscription { repatriationChanged { id onHold } }", Purpose::Repatriation))
            .await
            .map_err(|reply| reply.body)
            .unwrap();
        let mut next = async |held: &Value| {
            let reply = timeout(SOON, returns.next()).await.expect("nobody was told").unwrap();
            let event: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(&event["data"]["repatriationChanged"]["onHold"], held, "{event}");
        };
        let hearing = house.recorded(HOLDER, Purpose::Protection, subject, true).await;
        next(&json!(["COURT"])).await;
        for (event, reason, held) in [("ADJOURN", Some("COURT_DID_NOT_SIT"), json!(["COURT"])), ("RELEASE_HOLD", None, json!([]))] {
            let version = house.nodes(HOLDER, Purpose::Protection, HEARINGS).await[0]["version"].clone();
            let input = json!({ "hearing": hearing["id"], "version": version, "event": event, "reason": reason });
            assert_eq!(house.change(HOLDER, Purpose::Protection, STEP, input).await["__typename"], "HearingStepped");
            next(&held).await;
        }
    }
}
