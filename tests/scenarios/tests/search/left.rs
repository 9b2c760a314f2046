//! One alone is left of those that were asked: then an answer says who has her, however many were asked once, and it takes
//! her word for that too.

use sangam_desk::MemberStep;
use sangam_kit::database::Database;
use serde_json::json;

use crate::house::{GIRL, GIRL_AND_WHERE, House, OTHER, SHELTER, SOURCE};
use sangam_scenarios::look::migrated;

impl House {
    async fn member(&self, name: &str, step: MemberStep) {
        self.desk.step_member(self.id(name), step).await.map_err(|fault| fault.to_string()).unwrap();
    }

    /// What the latest request of an organization lets it do.
    async fn offers(&self, name: &str) -> Vec<String> {
        let request = self.requests(name).await.remove(0);
        request["canDo"].as_array().unwrap().iter().map(|event| event.as_str().unwrap().to_owned()).collect()
    }
}

sangam_kit::both_databases! {
    template = migrated;

    /// The other one may not act for the time being, and then it may again.
    async fn whoever_alone_could_answer_says_who_has_her(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        assert!(house.offers(SHELTER).await.contains(&"REPORT_SAFE".to_owned()), "the control: two could answer");
        house.member(OTHER, MemberStep::Suspend).await;
        assert_eq!(house.offers(SHELTER).await, ["REPORT_NOT_FOUND"]);
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["missing"], json!(["HOLDER_CONSENT"]));
        assert_eq!(house.answers(&search).await.len(), 0);
        house.member(OTHER, MemberStep::Resume).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["state"], "FOUND_SAFE", "two could answer again");
        // Who is stopped later could have told it before.
        house.member(OTHER, MemberStep::Suspend).await;
        assert_eq!(house.answers(&search).await.len(), 1);
    }

    /// The other one leaves the hub before anything is told.
    async fn whoever_is_alone_left_says_who_has_her(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        house.member(OTHER, MemberStep::Leave).await;
        assert_eq!(house.offers(SHELTER).await, ["REPORT_NOT_FOUND"]);
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["missing"], json!(["HOLDER_CONSENT"]));
        assert_eq!(house.answers(&search).await.len(), 0);
        // The control: with her word for that too it is told.
        house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["state"], "FOUND_SAFE");
        assert_eq!(house.answers(&search).await[0]["finder"]["name"], SHELTER);
    }

    /// The other one leaves after it was told: it is there no longer, unless she agrees that they know where she is.
    async fn an_answer_is_not_there_once_it_would_say_who_has_her(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["state"], "FOUND_SAFE");
        assert_eq!(house.answers(&search).await.len(), 1, "the control: two were asked and are there");
        house.member(OTHER, MemberStep::Leave).await;
        assert_eq!(house.answers(&search).await.len(), 0);
        house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        let answers = house.answers(&search).await;
        assert_eq!((&answers[0]["state"], &answers[0]["finder"]["name"]), (&json!("FOUND_SAFE"), &json!(SHELTER)));
    }
}
