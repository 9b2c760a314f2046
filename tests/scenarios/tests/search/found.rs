//! Finding: a girl was found, and what whoever asks learns of it is hers to say.

use sangam_kit::database::Database;
use sangam_store::{Command, FollowEvents};
use serde_json::json;

use crate::house::{GIRL, GIRL_AND_WHERE, House, OTHER, SHELTER, SOURCE};
use crate::words::{ANSWERS, DISCLOSURES, REQUESTS, STEP, SUBJECTS, THAT_THERE_ARE, WITHDRAW};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    /// She lives, she is safe, and she wants no contact: that is told because she agrees that it be told, and no more is.
    async fn a_girl_who_is_looked_for_declines_contact(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        assert_eq!(house.answer(SHELTER, "ACKNOWLEDGE", None).await["state"], "ACKNOWLEDGED");
        // That she declines says that she lives: without her word it is not told.
        let refused = house.answer(SHELTER, "REPORT_DECLINES_CONTACT", Some(girl)).await;
        assert_eq!(refused, json!({"__typename": "IllegalStep", "legal": [], "missing": ["FOUND_CONSENT"]}));
        assert_eq!(house.answers(&search).await, Vec::<serde_json::Value>::new());

        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        let told = house.answer(SHELTER, "REPORT_DECLINES_CONTACT", Some(girl)).await;
        assert_eq!(told["state"], "FOUND_DECLINES_CONTACT", "{told}");
        let answers = house.answers(&search).await;
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0]["state"], "FOUND_DECLINES_CONTACT");
        assert!(answers[0]["finder"].is_null(), "nobody is told who has her");
        assert_eq!(answers[0]["canSee"], json!(["TRACING"]));
        assert_eq!(answers[0]["withheld"], json!([{"category": "CASE_REFERENCE", "reason": "NOT_SHARED"}]));
        // The search itself has not moved, and her record is not among those that whoever asks can reach.
        let row = house.search(&search).await;
        assert_eq!((&row["state"], &row["version"], &row["changedAt"]), (&json!("OPEN"), &json!(1), &row["openedAt"]));
        assert_eq!(house.ask(SOURCE, SUBJECTS, json!({})).await["subjects"]["nodes"].as_array().unwrap().len(), 1);
        // Who has her can tell her who was told, and when.
        let seen = house.ask(SHELTER, DISCLOSURES, json!({"subject": house.outward(SHELTER, girl)})).await;
        let to_source: Vec<_> = seen["disclosures"]["nodes"].as_array().unwrap().iter().filter(|row| row["recipient"]["name"] == SOURCE).cloned().collect();
        assert_eq!(to_source.len(), 1, "{seen}");
        assert_eq!((&to_source[0]["noun"], &to_source[0]["seat"], &to_source[0]["purpose"], &to_source[0]["categories"]), (&json!("SEARCH"), &json!("SOURCE"), &json!("FAMILY_TRACING"), &json!(["TRACING"])));
        // Also where only that there is one was asked for.
        let there = house.ask(SOURCE, THAT_THERE_ARE, json!({"search": search})).await;
        assert_eq!(there["searchAnswers"].as_array().unwrap().len(), 1);
        let seen = house.ask(SHELTER, DISCLOSURES, json!({"subject": house.outward(SHELTER, girl)})).await;
        let written = seen["disclosures"]["nodes"].as_array().unwrap().iter().filter(|row| row["recipient"]["name"] == SOURCE && row["categories"] == json!(["TRACING"])).count();
        assert_eq!(written, 2, "that she was found is never told without an entry: {seen}");
    }

    /// Two were asked and one has her. Which of the two is told when she says so, and not before; when she takes it back,
    /// nothing is told any more, in the words in which nothing ever was.
    async fn a_girl_is_found_by_one_of_two(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let never = house.text(&house.system(SOURCE), sangam_vocabulary::Purpose::FamilyTracing, ANSWERS, json!({"search": search})).await;
        for name in [SHELTER, OTHER] {
            house.answer(name, "ACKNOWLEDGE", None).await;
        }
        house.answer(OTHER, "REPORT_NOT_FOUND", None).await;
        let girl = house.girl(SHELTER, "Mina").await;
        let first = house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "REPORT_LEAD", Some(girl)).await;
        let answers = house.answers(&search).await;
        assert_eq!((answers.len(), &answers[0]["state"], &answers[0]["finder"]), (1, &json!("LEAD"), &json!(null)));
        house.clock.advance(1000);
        house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        let answers = house.answers(&search).await;
        assert_eq!((answers.len(), &answers[0]["state"], &answers[0]["finder"]), (1, &json!("FOUND_SAFE"), &json!(null)), "one answer a request");
        assert_eq!(answers[0]["toldAt"], json!(house.now().rfc3339()));
        // The other sees its own request and nothing of this one.
        let other = house.ask(OTHER, REQUESTS, json!({})).await;
        assert_eq!(other["searchRequests"]["nodes"].as_array().unwrap().len(), 1);
        assert_eq!(other["searchRequests"]["nodes"][0]["state"], "NOT_FOUND");
        // She says that they may know where she is.
        let second = house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        assert_eq!(house.answers(&search).await[0]["finder"]["name"], SHELTER);
        // And thinks better of it: until they say what became of it, they are told nothing at all.
        house.change(SHELTER, WITHDRAW, json!({"consent": second})).await;
        assert_eq!(house.answers(&search).await.len(), 0);
        house.change(SHELTER, WITHDRAW, json!({"consent": first})).await;
        let now = house.text(&house.system(SOURCE), sangam_vocabulary::Purpose::FamilyTracing, ANSWERS, json!({"search": search})).await;
        assert_eq!(now, never);
        // Who has her still knows what it told, and can take it back for good.
        let back = house.answer(SHELTER, "TAKE_BACK", None).await;
        assert_eq!(back["state"], "ACKNOWLEDGED");
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        assert_eq!(house.answers(&search).await.len(), 0, "what was taken back does not come back with a consent");
    }

    /// Where one alone was asked, its answer says who has her: that takes her word too, each time it is shown.
    async fn the_only_one_that_was_asked_says_where_she_is_by_answering(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        let refused = house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        assert_eq!(refused["missing"], json!(["HOLDER_CONSENT"]));
        let whole = house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["state"], "FOUND_SAFE");
        let answers = house.answers(&search).await;
        assert_eq!((&answers[0]["state"], &answers[0]["finder"]["name"]), (&json!("FOUND_SAFE"), &json!(SHELTER)));
        house.change(SHELTER, WITHDRAW, json!({"consent": whole})).await;
        assert_eq!(house.answers(&search).await.len(), 0, "the tracing set alone would say the rest");
    }

    /// The consent must be of whoever was found, to whoever asks, for tracing, and of an own subject.
    async fn nobody_elses_word_lets_an_answer_be_told(database: Database) {
        let house = House::agreed(&database).await;
        let (missing, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let girl = house.girl(SHELTER, "Mina").await;
        // To somebody else; by somebody else; of somebody else's record.
        house.says(SHELTER, girl, GIRL, &[OTHER]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["missing"], json!(["FOUND_CONSENT"]));
        let friend = house.girl(SHELTER, "Rupa").await;
        house.says(SHELTER, friend, GIRL, &[SOURCE]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["missing"], json!(["FOUND_CONSENT"]));
        let elsewhere = house.girl(OTHER, "Lata").await;
        house.says(OTHER, elsewhere, GIRL, &[SOURCE]).await;
        for foreign in [elsewhere, missing] {
            assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(foreign)).await["__typename"], "NotFound");
        }
        let nobody = house.answer(SHELTER, "REPORT_SAFE", None).await;
        assert_eq!((&nobody["__typename"], &nobody["path"]), (&json!("InvalidInput"), &json!("/found")));
        // Of one whose own system took her record back nothing is known.
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.look.run("UPDATE subject SET suspended = 'TAKEN_BACK'").await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["missing"], json!(["FOUND_CONSENT"]));
        house.look.run("UPDATE subject SET suspended = NULL").await;
        assert_eq!(house.answers(&search).await.len(), 0);
        // The control: with her own word it is told.
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["__typename"], "SearchAnswered");
        assert_eq!(house.answers(&search).await.len(), 1);
    }

    /// Law and agreements bind an answer like anything else about her: without an agreement it is not told, and when she
    /// takes her consent back, whoever asks is not asked to let go of what it never was told.
    async fn an_answer_passes_by_agreement_too(database: Database) {
        let house = House::open(&database).await;
        house.agree(&[SOURCE], &[SHELTER, OTHER]).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let girl = house.girl(SHELTER, "Mina").await;
        let consent = house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        let before = house.entries(girl).await;
        let refused = house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        assert_eq!(refused, json!({"__typename": "IllegalStep", "legal": [], "missing": ["FOUND_CONSENT"]}), "no agreement lets it pass");
        assert_eq!(house.answers(&search).await.len(), 0);
        let stands = format!("SELECT count(*) FROM standing WHERE organization = {} AND subject = {}", house.look.bytes(house.id(SOURCE).uuid()), house.look.bytes(girl.uuid()));
        assert_eq!((house.look.column::<i64>(&stands).await, house.entries(girl).await), (vec![0], before));
        house.change(SHELTER, WITHDRAW, json!({"consent": consent})).await;
        assert_eq!(house.recalls(SOURCE).await, Vec::<serde_json::Value>::new(), "that she was found is not told by a recall");
        // The control: with the agreement it is told, and then there is something to let go of.
        house.agree(&[SHELTER], &[SOURCE]).await;
        let consent = house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await["state"], "FOUND_SAFE");
        assert_eq!((house.answers(&search).await.len(), house.look.column::<i64>(&stands).await), (1, vec![1]));
        house.change(SHELTER, WITHDRAW, json!({"consent": consent})).await;
        assert_eq!(house.answers(&search).await.len(), 0);
        assert_eq!(house.recalls(SOURCE).await, [json!({"subject": house.outward(SOURCE, girl), "categories": ["TRACING"]})]);
        // Until it has answered, nothing new is told to it.
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        assert_eq!(house.answer(SHELTER, "REPORT_DECLINES_CONTACT", Some(girl)).await["missing"], json!(["FOUND_CONSENT"]));
    }

    /// That an answer came is for those who work on the missing girl's case: nobody there works on that of whoever was found.
    async fn an_answer_waits_for_the_missing_girls_team(database: Database) {
        let house = House::agreed(&database).await;
        let (missing, _) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let worker = house.worker(SOURCE, "worker", missing).await;
        let worker = house.look.bytes(worker.party().person().unwrap().uuid());
        let now = house.now().millis();
        house.look.run(&format!("UPDATE person SET state = 'ACTIVE', login = {worker}, used_at = {now} WHERE id = {worker}")).await;
        let follow = async || house.desk.writer().submit(Command::from(FollowEvents)).await.unwrap();
        let waits = format!("SELECT count(*) FROM notice WHERE person = {worker}");
        follow().await;
        house.look.run("DELETE FROM notice").await;
        house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        follow().await;
        assert_eq!(house.look.column::<i64>(&waits).await, [1]);
    }

    /// What was done is written down, and where: what one that was asked does stands in nothing of the missing girl's, whose
    /// owner reads it.
    async fn what_is_done_is_written_where_it_belongs(database: Database) {
        let house = House::agreed(&database).await;
        let (missing, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        let of = async |subject, kind: &str| house.entries(subject).await.into_iter().find(|(known, _)| *known == kind).unwrap().1;
        let all = "SELECT count(*) FROM journal_entry WHERE kind = 'SEARCH_STEPPED'";
        assert_eq!(of(missing, "SEARCH_OPENED").await, 1);
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        house.answer(OTHER, "ACKNOWLEDGE", None).await;
        house.answer(OTHER, "REPORT_NOT_FOUND", None).await;
        assert_eq!((of(missing, "SEARCH_STEPPED").await, of(girl, "SEARCH_STEPPED").await, house.look.column::<i64>(all).await), (0, 0, vec![3]));
        house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        assert_eq!((of(missing, "SEARCH_STEPPED").await, of(girl, "SEARCH_STEPPED").await), (0, 1));
        let input = json!({"search": search, "version": 1, "event": "CLOSE"});
        assert_eq!(house.change(SOURCE, STEP, input).await["search"]["state"], "CLOSED");
        assert_eq!((of(missing, "SEARCH_STEPPED").await, of(girl, "SEARCH_STEPPED").await, house.look.column::<i64>(all).await), (1, 1, vec![5]));
        assert_eq!(house.answers(&search).await.len(), 0, "what is over tells nothing");
    }
}
