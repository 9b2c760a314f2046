//! Answer links: a partner with no system is asked by mail and short message, sees services and nothing else, answers
//! once, and every way in which that must not work.

use std::time::{Duration, Instant};

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed};
use sangam_desk::{AnswerContact, AnswerView, CodeFault, LinkAnswer, LinkTold, NewAgreement};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope};
use sangam_vocabulary::{
    CategorySet, Code, ConsentId, Country, Language, PersonId, PersonRole, Purpose, PurposeSet, SubjectId, SystemChance,
};
use sangam_workflow::referral::DeclineReason;
use serde_json::{Value, json};
use uuid::Uuid;

use sangam_scenarios::assembled::ADDRESS;
use sangam_scenarios::look::{holds, migrated};

use crate::house::{House, OF_ADMINISTRATORS};

const MAIL: &str = "duty.desk@shelter.example.org";
const SMS: &str = "+8801700000000";
const HOUR: i64 = 3_600_000;
/// What the sender wrote for people who sign in.
const NOTE: &str = "Ask for Rupa at the north gate";
/// How many tries of a way there are.
const SENDS: usize = 8;

/// A referral to an organization that is asked by a link, its consent and agreement, and what was sent.
struct Scene {
    house: House,
    subject: SubjectId,
    consent: ConsentId,
    referral: String,
    link: String,
    code: String,
}

fn contact(language: Language) -> AnswerContact {
    AnswerContact { mail: MAIL.to_owned().into(), sms: SMS.to_owned().into(), language }
}

impl House {
    /// Asks for a purpose, and gives what one root field came to.
    async fn came_to(&self, caller: &Caller, field: &str, input: Value, members: &str) -> Value {
        let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
        let query = format!("mutation($input: {name}Input!) {{ {field}(input: $input) {{ __typename {members} }} }}");
        self.of_purpose(caller, &query, json!({ "input": input })).await[field].clone()
    }

    async fn of_purpose(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let (variables, purpose) = (variables.as_object().cloned().unwrap(), Some(Purpose::ServiceReferral));
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose };
        let answer = self.executor.execute(caller, operation).await.body;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    async fn refers(&self, subject: SubjectId, services: &[&str], more: Value) -> String {
        let mut input = json!({
            "subject": self.outward(self.own, subject), "recipient": format!("org_{}", self.other.uuid().simple()),
            "services": services, "note": NOTE, "urgency": "ROUTINE",
            "idempotencyKey": Uuid::from_u128(self.drawn()).to_string(),
        });
        input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let told = self.came_to(&self.system(), "sendReferral", input, "... on ReferralSent { referral { id } }").await;
        assert_eq!(told["__typename"], "ReferralSent", "{told}");
        told["referral"]["id"].as_str().unwrap().to_owned()
    }

    /// What the sender sees of its referral.
    async fn sent_referral(&self, referral: &str) -> Value {
        let query = "query($id: ID!) { referral(id: $id) { state version declineReason answerLink answerLinkUntil callAsked } }";
        self.of_purpose(&self.system(), query, json!({ "id": referral })).await["referral"].clone()
    }

    /// What the recipient sees of the only referral it has.
    async fn received(&self) -> Value {
        let query = "{ referrals(first: 9, direction: RECEIVED) { nodes { id state version answerLink answerLinkUntil callAsked } } }";
        self.of_purpose(&self.system_of(self.other), query, json!({})).await["referrals"]["nodes"][0].clone()
    }

    async fn opened(&self, link: &str, code: &str) -> LinkTold {
        let began = Instant::now();
        let told = self.desk.open_answer_link(link, code.to_owned().into()).await.unwrap();
        assert!(began.elapsed() >= Duration::from_secs(1), "a try takes its time, whatever comes of it");
        told
    }

    async fn shows(&self, scene: &Scene) -> AnswerView {
        let told = self.opened(&scene.link, &scene.code).await;
        assert!(matches!(told, LinkTold::Shows(_)), "{told:?}");
        let LinkTold::Shows(view) = told else { unreachable!() };
        view
    }

    async fn answers(&self, link: &str, seal: &str, answer: LinkAnswer) -> LinkTold {
        self.desk.answer_by_link(link, seal, answer).await.unwrap()
    }

    async fn entries(&self, kind: &str) -> i64 {
        self.look.number(&format!("SELECT count(*) FROM journal_entry WHERE kind = '{kind}'")).await
    }

    /// What a round sends: the link's address and the code, where they are sent.
    async fn letters(&self) -> (Option<String>, Option<String>) {
        self.desk.tell_people().await.unwrap();
        let link = self.mail.new_ones().into_iter().find(|(to, ..)| to == MAIL).map(|(_, _, text)| text);
        let link = link.and_then(|text| {
            text.lines().find_map(|line| line.split_once("/answer/")).map(|(_, rest)| rest.to_owned())
        });
        let code = self.sms.new_ones().into_iter().find(|(to, ..)| to == SMS).map(|(_, _, text)| text);
        let code = code.and_then(|text| text.lines().find(|line| line.len() == 8).map(str::to_owned));
        (link.map(|link| link.split('?').next().unwrap().to_owned()), code)
    }
}

impl Scene {
    async fn open(database: &Database) -> Self {
        let house = Box::pin(House::open(database)).await;
        let (subject, _) = house.subject(house.own).await;
        let now = house.desk.now();
        let mut approvals = Vec::new();
        for party in [house.own, house.other] {
            for pseudonym in ["signs-1", "signs-2"] {
                approvals.push((party, house.desk.enrol_person(party, pseudonym).await.unwrap()));
            }
        }
        let agreement = NewAgreement {
            disclosers: vec![house.own],
            recipients: vec![house.other],
            purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
            categories: CategorySet::all(),
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(300),
            legal_basis: "A letter of cooperation (invented)".to_owned(),
            approvals,
        };
        house.desk.record_agreement(agreement).await.unwrap();
        let consent = ConsentId::drawn(&SystemChance::new()).unwrap();
        let given = Consent {
            id: consent,
            effect: Effect::Grant,
            given_by: GivenBy::Own,
            assent: Assent::NotAsked,
            informed: Informed::FULLY,
            purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
            categories: CategorySet::all(),
            recipients: vec![house.other],
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(300),
        };
        house.desk.record_consent(house.own, subject, given).await.unwrap();
        let area = "UPDATE organization SET coverage = 'BD-C' WHERE name = 'Nirapod Ghar'";
        house.look.run(area).await;
        house.desk.look_at_members().await.unwrap();
        house.desk.set_answer_contact(house.other, Some(contact(Language::Nepali))).await.unwrap();
        let referral = house.refers(subject, &["SHELTER", "LEGAL_AID"], json!({})).await;
        assert_eq!(house.sent_referral(&referral).await["answerLink"], "SENDING");
        let (link, code) = house.letters().await;
        Self { house, subject, consent, referral, link: link.unwrap(), code: code.unwrap() }
    }

    fn wrong(&self) -> &'static str {
        if self.code == "00000000" { "00000001" } else { "00000000" }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_partner_with_no_system_sees_services_and_answers_once(database: Database) {
        let scene = Scene::open(&database).await;
        let (house, link, code) = (&scene.house, scene.link.as_str(), scene.code.as_str());
        assert!(link.len() == 32 && code.len() == 8, "128 bits and eight digits");
        let sent = house.sent_referral(&scene.referral).await;
        assert_eq!(sent["answerLink"], "SENT");
        assert_eq!(sent["answerLinkUntil"], house.desk.now().plus_millis(72 * HOUR).rfc3339());
        let received = house.received().await;
        assert!(["answerLink", "answerLinkUntil", "callAsked"].iter().all(|field| received[field].is_null()), "{received}");
        // Neither what opens it nor where it went is in the database.
        let everything = house.look.everything().await;
        for secret in [link, code, MAIL, SMS] {
            assert!(!holds(&everything, secret), "`{secret}` is in the database");
        }
        // What a read of before is written down within a second.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let shown_before = house.entries("DISCLOSED").await;
        assert_eq!(house.opened(link, scene.wrong()).await, LinkTold::Nothing);
        assert_eq!(house.opened("00000000000000000000000000000000", code).await, LinkTold::Nothing, "as an unknown link");
        assert_eq!(house.opened("no link", code).await, LinkTold::Nothing);
        assert_eq!(house.entries("DISCLOSED").await, shown_before, "nothing was shown");

        let view = house.shows(&scene).await;
        // The control: the note lies in the same category and is not told, and neither is anything else of the person.
        assert_eq!((view.services.as_slice(), view.areas.as_slice()), (["SHELTER", "LEGAL_AID"].as_slice(), ["BD-C".to_owned()].as_slice()));
        assert_eq!((view.urgency.as_str(), view.answer_by.as_str()), ("ROUTINE", "2026-11-09 15:00 (UTC+06:00)"));
        assert!(!format!("{view:?}").contains("Rupa"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(house.entries("DISCLOSED").await, shown_before + 1, "what was shown is written down");
        let again = house.shows(&scene).await;
        assert_eq!(again.services, view.services, "the code opens until it is answered");

        assert_eq!(house.answers(link, &view.seal, LinkAnswer::Accept).await, LinkTold::Done(LinkAnswer::Accept));
        let sent = house.sent_referral(&scene.referral).await;
        assert_eq!((&sent["state"], &sent["answerLink"]), (&json!("ACCEPTED"), &json!("USED")));
        assert_eq!(house.entries("REFERRAL_STEPPED").await, 1);
        // Sent twice it is one answer; another is none any more, and the code opens nothing.
        assert_eq!(house.answers(link, &view.seal, LinkAnswer::Accept).await, LinkTold::Done(LinkAnswer::Accept));
        let other = LinkAnswer::Decline(DeclineReason::NoCapacity);
        assert_eq!(house.answers(link, &view.seal, other).await, LinkTold::Over);
        assert_eq!(house.answers(link, &again.seal, LinkAnswer::Call).await, LinkTold::Over);
        assert_eq!(house.opened(link, code).await, LinkTold::Nothing);
        assert_eq!(house.entries("REFERRAL_STEPPED").await, 1);
    }

    async fn what_is_declined_says_why(database: Database) {
        let scene = Scene::open(&database).await;
        let view = scene.house.shows(&scene).await;
        let answer = LinkAnswer::Decline(DeclineReason::OutOfArea);
        assert_eq!(scene.house.answers(&scene.link, &view.seal, answer).await, LinkTold::Done(answer));
        let sent = scene.house.sent_referral(&scene.referral).await;
        assert_eq!((&sent["state"], &sent["declineReason"]), (&json!("DECLINED"), &json!("OUT_OF_AREA")));
    }

    async fn five_wrong_codes_end_a_link_and_the_sender_has_another_made(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let administrator = house.came(house.own, "first", &[PersonRole::Administrator]).await;
        for _ in 0..4 {
            assert_eq!(house.opened(&scene.link, scene.wrong()).await, LinkTold::Nothing);
        }
        house.shows(&scene).await;
        assert_eq!(house.entries("ANSWER_LINK_VOID").await, 0);
        assert_eq!(house.opened(&scene.link, scene.wrong()).await, LinkTold::Nothing);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::Nothing, "the right one after five wrong ones");
        assert_eq!(house.sent_referral(&scene.referral).await["answerLink"], "VOID");
        assert_eq!(house.entries("ANSWER_LINK_VOID").await, 1);
        house.desk.tell_people().await.unwrap();
        let told = house.waits(&house.person(house.own, administrator, OF_ADMINISTRATORS)).await;
        assert_eq!(told.first().map(|(kind, _)| kind.as_str()), Some("CASE_MOVED"), "the sender's side is told");

        let members = "... on AnswerLinkMade { referral { answerLink } } ... on InvalidInput { path message } ... on NotFound { message }";
        let resend = async |caller: &Caller, key: &str| {
            let input = json!({ "referral": scene.referral, "idempotencyKey": key });
            house.came_to(caller, "resendAnswerLink", input, members).await
        };
        let made = resend(&house.system(), "1").await;
        assert_eq!(made["referral"]["answerLink"], "SENDING", "{made}");
        let (link, code) = house.letters().await;
        let (link, code) = (link.unwrap(), code.unwrap());
        assert!(link != scene.link && code != scene.code);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::Nothing, "the one before stays void");
        // The same request is the same link.
        resend(&house.system(), "1").await;
        assert_eq!(house.letters().await, (None, None));
        assert!(matches!(house.opened(&link, &code).await, LinkTold::Shows(_)));
        for key in ["2", "3", "4"] {
            assert_eq!(resend(&house.system(), key).await["__typename"], "AnswerLinkMade");
        }
        let full = resend(&house.system(), "5").await;
        assert!(full["path"] == "/referral" && full["message"].as_str().unwrap().contains("as many links"), "{full}");
        assert_eq!(house.entries("ANSWER_LINK_MADE").await, 4);
        // To the recipient the sender's id is none, and it makes no links.
        assert_ne!(resend(&house.system_of(house.other), "6").await["__typename"], "AnswerLinkMade");
    }

    async fn what_has_ended_is_not_shown_and_not_answered(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let view = house.shows(&scene).await;
        // A seal is of its link, whole, and for a quarter of an hour.
        let (first, rest) = view.seal.split_at(1);
        let other = format!("{}{rest}", if first == "0" { "1" } else { "0" });
        for seal in ["", "00", other.as_str(), &view.seal[..view.seal.len() - 2]] {
            assert_eq!(house.answers(&scene.link, seal, LinkAnswer::Accept).await, LinkTold::Nothing, "{seal}");
        }
        house.clock.advance(15 * 60_000);
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::Nothing, "too late");
        let view = house.shows(&scene).await;
        // Her consent is withdrawn between page and answer: nothing is answered, and nothing is used up.
        let withdraw = json!({ "consent": format!("con_{}", scene.consent.uuid().simple()), "idempotencyKey": "w" });
        let told = house.came_to(&house.system(), "withdrawConsent", withdraw, "").await;
        assert_eq!(told["__typename"], "ConsentWithdrawn");
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::NotNow);
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Call).await, LinkTold::NotNow);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::NotNow);
        let sent = house.sent_referral(&scene.referral).await;
        assert_eq!((&sent["state"], &sent["answerLink"]), (&json!("SENT"), &json!("SENT")));
    }

    async fn a_link_ends_by_itself(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        house.clock.advance(72 * HOUR - 1_000);
        let view = house.shows(&scene).await;
        house.clock.advance(1_000);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::Nothing, "after three days");
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::Over);
        assert_eq!(house.sent_referral(&scene.referral).await["state"], "SENT", "the referral waits on");
    }

    async fn who_may_not_act_is_shown_nothing(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let view = house.shows(&scene).await;
        for (change, undo, told, opened) in [
            ("membership = 'SUSPENDED'", "membership = 'MEMBER'", LinkTold::NotNow, LinkTold::NotNow),
            // Whose keys are dark has no code that is right.
            ("locked = 1", "locked = 0", LinkTold::Nothing, LinkTold::Nothing),
        ] {
            house.look.run(&format!("UPDATE organization SET {change} WHERE name = 'Nirapod Ghar'")).await;
            house.desk.look_at_members().await.unwrap();
            assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, told, "{change}");
            assert_eq!(house.opened(&scene.link, &scene.code).await, opened, "{change}");
            house.look.run(&format!("UPDATE organization SET {undo} WHERE name = 'Nirapod Ghar'")).await;
            house.desk.look_at_members().await.unwrap();
        }
        // The control, and the sender's lock: of its subjects nothing leaves.
        let view = house.shows(&scene).await;
        house.look.run("UPDATE organization SET locked = 1 WHERE name = 'Sathi Samuha'").await;
        house.desk.look_at_members().await.unwrap();
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::NotNow);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::NotNow);
    }

    async fn the_api_and_the_link_answer_once_between_them(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let system = house.system_of(house.other);
        let step = async |event: &str, key: &str| {
            let received = house.received().await;
            let input = json!({ "referral": received["id"], "version": received["version"], "event": event, "idempotencyKey": key });
            house.came_to(&system, "stepReferral", input, "").await["__typename"].clone()
        };
        let view = house.shows(&scene).await;
        assert_eq!(step("RECEIVE", "1").await, "StepTaken");
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::Changed, "it is shown anew first");
        let view = house.shows(&scene).await;
        let (by_link, by_api) = tokio::join!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept), step("ACCEPT", "2"));
        let taken = [by_link == LinkTold::Done(LinkAnswer::Accept), by_api == "StepTaken"];
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{by_link:?} {by_api}");
        assert!(taken[0] || by_link == LinkTold::Over, "{by_link:?}");
        assert_eq!(house.sent_referral(&scene.referral).await["state"], "ACCEPTED");
    }

    async fn what_was_taken_back_is_over(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let view = house.shows(&scene).await;
        let sent = house.sent_referral(&scene.referral).await;
        let input = json!({ "referral": scene.referral, "version": sent["version"], "event": "WITHDRAW", "idempotencyKey": "1" });
        assert_eq!(house.came_to(&house.system(), "stepReferral", input, "").await["__typename"], "StepTaken");
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::Over);
        assert_eq!(house.opened(&scene.link, &scene.code).await, LinkTold::Over);
        let input = json!({ "referral": scene.referral, "idempotencyKey": "2" });
        let told = house.came_to(&house.system(), "resendAnswerLink", input, "... on InvalidInput { message }").await;
        assert!(told["message"].as_str().unwrap().contains("No answer is waited for"), "{told}");
    }

    async fn whoever_would_rather_talk_asks_to_be_called(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let worker = house.came(house.own, "works", &[PersonRole::CaseWorker]).await;
        let administrator = house.came(house.own, "first", &[PersonRole::Administrator]).await;
        house.came(house.own, "second", &[PersonRole::Administrator]).await;
        house.on_team(house.own, administrator, scene.subject, worker).await;
        let view = house.shows(&scene).await;
        for _ in 0..2 {
            assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Call).await, LinkTold::Done(LinkAnswer::Call));
        }
        assert_eq!(house.entries("CALL_ASKED").await, 1, "asked twice it is asked once");
        let sent = house.sent_referral(&scene.referral).await;
        assert_eq!((&sent["callAsked"], &sent["state"]), (&json!(house.desk.now().rfc3339()), &json!("SENT")));
        assert!(house.received().await["callAsked"].is_null());
        house.desk.tell_people().await.unwrap();
        assert_eq!(house.waits(&house.worker(house.own, worker)).await.len(), 1, "the sender's team is told");
        // It can be answered afterwards.
        assert_eq!(house.answers(&scene.link, &view.seal, LinkAnswer::Accept).await, LinkTold::Done(LinkAnswer::Accept));
    }

    async fn a_way_that_is_down_is_tried_and_then_told(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        house.sms.broken(true);
        let referral = house.refers(scene.subject, &["HEALTH"], json!({})).await;
        let (link, code) = house.letters().await;
        assert!(link.is_some() && code.is_none());
        assert_eq!(house.sent_referral(&referral).await["answerLink"], "SENDING");
        for _ in 0..SENDS {
            house.clock.advance(3 * HOUR);
            assert_eq!(house.letters().await.0, None, "the mail has left, once");
        }
        assert_eq!(house.sent_referral(&referral).await["answerLink"], "FAILED");
        assert_eq!(house.entries("ANSWER_LINK_FAILED").await, 1);
        house.sms.broken(false);
        house.clock.advance(3 * HOUR);
        assert_eq!(house.letters().await, (None, None), "nothing of it is sent any more");
    }

    async fn an_administrator_says_where_and_nobody_is_asked_where_a_link_is_wrong(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        let of = |person: PersonId, scopes: &[Scope]| house.person(house.other, person, scopes);
        let administrator = house.came(house.other, "runs", &[PersonRole::Administrator]).await;
        let worker = house.came(house.other, "works", &[PersonRole::CaseWorker]).await;
        let members = "... on AnswerContactSet { contact { mail sms language version } } ... on InvalidInput { path } ... on Conflict { version }";
        let say = async |caller: &Caller, version: i64, mail: Value, sms: Value| {
            let input = json!({ "idempotencyKey": Uuid::from_u128(house.drawn()).to_string(), "version": version, "mail": mail, "sms": sms, "language": "BN" });
            house.came_to(caller, "setAnswerContact", input, members).await
        };
        let runs = of(administrator, OF_ADMINISTRATORS);
        let (mail, sms) = (json!("new@shelter.example.org"), json!("+8801700000099"));
        for (caller, refused) in [(of(worker, OF_ADMINISTRATORS), "NotPermitted"), (house.system_of(house.other), "NotPermitted")] {
            assert_eq!(say(&caller, 1, mail.clone(), sms.clone()).await["__typename"], refused);
        }
        assert_eq!(say(&runs, 1, mail.clone(), Value::Null).await["path"], "/sms", "both ways, or the code goes with the link");
        assert_eq!(say(&runs, 1, json!("a@b.example, c@d.example"), sms.clone()).await["path"], "/mail");
        assert_eq!(say(&runs, 0, mail.clone(), sms.clone()).await["version"], 1, "another version was seen");
        let told = say(&runs, 1, mail, sms).await;
        assert_eq!(told["contact"], json!({ "mail": "n…@s….org", "sms": "…99", "language": "BN", "version": 2 }));
        let asked = house.answer(&runs, "{ answerContact { mail language } }", json!({})).await;
        assert_eq!(asked["data"]["answerContact"], json!({ "mail": "n…@s….org", "language": "BN" }));

        let asks = async |service: &str, more: Value| {
            let referral = house.refers(scene.subject, &[service], more).await;
            house.sent_referral(&referral).await["answerLink"].clone()
        };
        assert_eq!(asks("HEALTH", json!({})).await, "SENDING", "the control");
        assert_eq!(asks("EDUCATION", json!({ "transfer": true })).await, Value::Null, "whoever takes a case over signs in");
        let removed = say(&runs, 2, Value::Null, Value::Null).await;
        assert_eq!(removed["contact"], json!({ "mail": null, "sms": null, "language": null, "version": 0 }));
        assert_eq!(asks("LIVELIHOOD", json!({})).await, Value::Null);
    }

    async fn tries_of_one_link_have_a_number_whether_or_not_it_is_one(database: Database) {
        let house = Box::pin(House::open(&database)).await;
        let link = "0".repeat(32);
        let tries = (0..601).map(|_| house.desk.open_answer_link(&link, "1".to_owned().into()));
        let told = futures_util::future::join_all(tries).await;
        assert_eq!(told.iter().filter(|told| matches!(told, Err(CodeFault::TooOften))).count(), 1);
    }

    async fn the_two_messages_say_nothing_of_whom_it_is_about(database: Database) {
        let scene = Scene::open(&database).await;
        let house = &scene.house;
        house.desk.set_answer_contact(house.other, Some(contact(Language::English))).await.unwrap();
        house.refers(scene.subject, &["HEALTH"], json!({ "urgency": "EMERGENCY" })).await;
        house.desk.tell_people().await.unwrap();
        let (mails, texts) = (house.mail.new_ones(), house.sms.new_ones());
        let ((_, subject, mail), (_, _, text)) = (&mails[0], &texts[0]);
        let link = mail.lines().find(|line| line.starts_with(ADDRESS)).unwrap();
        assert!(link.starts_with(&format!("{ADDRESS}/answer/")) && link.ends_with("?lang=en"), "{link}");
        let code = text.lines().last().unwrap();
        assert!(!mail.contains(code) && !text.contains("http"), "each way has one of the two");
        assert_eq!(subject, "Somebody asks for your answer");
        assert_eq!(text, &format!("This code opens the address that came by mail:\n{code}"));
        for word in ["health", "emergency", "nepal", "sathi", "nirapod", "referral", "rupa"] {
            assert!(!format!("{subject} {mail} {text}").to_lowercase().contains(word), "{word}");
        }
    }
}
