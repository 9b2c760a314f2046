//! Searches when a case goes over: what was told of her as found is taken back, because she is not with whoever told it
//! any more; a search for her ends, because whoever agreed to be found agreed that another be told.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::{Category, Code as _, Country, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::house::{GIRL, House, OTHER, SHELTER, SOURCE, STRANGER, WOMAN};
use crate::words::{GIVE, OPEN, REQUESTS, SEARCHES, SEND};
use sangam_scenarios::look::migrated;

const ACCEPT: &str = "mutation($input: StepReferralInput!) { stepReferral(input: $input) { __typename ... on TransferRefused { categories } ... on InvalidInput { path } } }";
const RECEIVED: &str = "{ referrals(direction: RECEIVED) { nodes { id version state } } }";

impl House {
    /// Hands a case over to the stranger: of her there is nothing but what she agreed that it sees.
    async fn goes_over(&self, owner: &str, subject: SubjectId, by: &str) {
        let keep = Category::Demographics as u32;
        self.look
            .run(&format!(
                "DELETE FROM held WHERE subject = {} AND category <> {keep}",
                self.look.bytes(subject.uuid())
            ))
            .await;
        let countries: Vec<_> = Country::ALL.iter().map(|country| country.code()).collect();
        let mut consent = json!({
            "subject": self.outward(owner, subject), "effect": "GRANT", "givenBy": by, "assent": if by == "OWN" { "NOT_ASKED" } else { "GIVEN" },
            "answers": [true, true, true, true, true, true, true], "purposes": ["SERVICE_REFERRAL"], "categories": ["DEMOGRAPHICS", "SERVICES"],
            "recipients": [self.public_id(STRANGER)], "countries": countries, "until": self.desk.now().plus_days(30).rfc3339(),
        });
        if by == "AUTHORITY" {
            let second = sangam_desk::person_text(self.desk.enrol_person(self.id(owner), "second").await.unwrap());
            consent["order"] =
                json!({ "orderedBy": "COMMITTEE", "madeAt": self.desk.now().rfc3339(), "attestedBy": second });
        }
        assert_eq!(self.change(owner, GIVE, consent).await["__typename"], "ConsentRecorded");
        let input = json!({
            "subject": self.outward(owner, subject), "recipient": self.public_id(STRANGER), "services": ["HEALTH"],
            "urgency": "ROUTINE", "transfer": true, "idempotencyKey": self.key(),
        });
        let why = Purpose::ServiceReferral;
        let sent = self.ask_for(why, owner, SEND, json!({ "input": input })).await;
        assert_eq!(sent["sendReferral"]["__typename"], "ReferralSent", "{sent}");
        let received = self.ask_for(why, STRANGER, RECEIVED, json!({})).await["referrals"]["nodes"][0].clone();
        let step = json!({ "referral": received["id"], "version": received["version"], "event": "ACCEPT", "idempotencyKey": self.key() });
        let told = self.ask_for(why, STRANGER, ACCEPT, json!({ "input": step })).await;
        assert_eq!(told["stepReferral"]["__typename"], "StepTaken", "{told}");
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_was_told_of_a_woman_is_taken_back_when_her_case_goes_over(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let (rupa, _) = house.person(SHELTER, Age::Adult, "Rupa").await;
        house.says(SHELTER, rupa, WOMAN, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(rupa)).await["state"], "FOUND_SAFE");
        // Another finder's answer, about somebody who stays where she is.
        let mina = house.girl(OTHER, "Mina").await;
        house.says(OTHER, mina, GIRL, &[SOURCE]).await;
        house.answer(OTHER, "ACKNOWLEDGE", None).await;
        house.answer(OTHER, "REPORT_LEAD", Some(mina)).await;
        assert_eq!(house.answers(&search).await.len(), 2);
        house.goes_over(SHELTER, rupa, "OWN").await;
        let left = house.answers(&search).await;
        assert_eq!((left.len(), &left[0]["state"]), (1, &json!("LEAD")), "{left:?}");
        // Whoever told it looks again, and tells nothing of somebody whom it has no more.
        assert_eq!(house.requests(SHELTER).await[0]["state"], "ACKNOWLEDGED");
        let again = house.answer(SHELTER, "REPORT_SAFE", Some(rupa)).await;
        assert_eq!(again["__typename"], "NotFound", "{again}");
        // Whoever has her now was asked nothing, and her word to be told of is still hers.
        assert_eq!(house.ask(STRANGER, REQUESTS, json!({})).await["searchRequests"]["nodes"], json!([]));
        let consents = format!("SELECT count(*) FROM consent_span WHERE subject = {} AND recipient = {} AND mask <> 0", house.look.bytes(rupa.uuid()), house.look.bytes(house.id(SOURCE).uuid()));
        assert_eq!(house.look.number(&consents).await, 1);
        let stands = format!("SELECT count(*) FROM standing WHERE organization = {} AND subject = {} AND until_at > {}", house.look.bytes(house.id(SOURCE).uuid()), house.look.bytes(rupa.uuid()), house.desk.now().millis());
        assert_eq!(house.look.number(&stands).await, 0);
    }

    async fn a_search_for_her_ends_and_the_new_owner_opens_its_own(database: Database) {
        let house = House::agreed(&database).await;
        let (asha, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let mina = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, mina, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(mina)).await;
        assert_eq!(house.answers(&search).await.len(), 1);
        house.goes_over(SOURCE, asha, "AUTHORITY").await;
        // The one that asked has nothing of it, those that were asked see that it is over.
        assert_eq!(house.ask(SOURCE, SEARCHES, json!({})).await["searches"]["nodes"], json!([]));
        for name in [SHELTER, OTHER] {
            let asked = house.requests(name).await.remove(0);
            assert_eq!((&asked["state"], &asked["canDo"], &asked["subject"]["tracing"]), (&json!("CLOSED"), &json!([]), &Value::Null), "{name}");
        }
        // The new owner sees that there was one and whom it asked, and of the answer nothing: Mina agreed that another be told.
        let seen = house.ask(STRANGER, SEARCHES, json!({})).await["searches"]["nodes"].clone();
        assert_eq!((&seen[0]["state"], &seen[0]["canDo"], seen.as_array().unwrap().len()), (&json!("CLOSED"), &json!([]), 1), "{seen}");
        let told = house.ask(STRANGER, crate::words::ANSWERS, json!({ "search": seen[0]["id"] })).await;
        assert_eq!(told["searchAnswers"], json!([]));
        // The family's word stands, and it asks by its own name. Records are in the order in which they were made.
        house.clock.advance(1000);
        let recipients = [house.public_id(SHELTER), house.public_id(OTHER)];
        let opened = house.change(STRANGER, OPEN, json!({ "subject": house.outward(STRANGER, asha), "recipients": recipients })).await;
        assert_eq!(opened["__typename"], "SearchOpened", "{opened}");
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let refused = house.answer(SHELTER, "REPORT_SAFE", Some(mina)).await;
        assert_eq!(refused["missing"], json!(["FOUND_CONSENT"]), "{refused}");
        house.says(SHELTER, mina, GIRL, &[STRANGER]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(mina)).await["state"], "FOUND_SAFE");
    }
}
