//! Notices: who is told, when, how, and what a notice never says; what is kept when nobody can be told.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use sangam_custody::Contact;
use sangam_desk::{Letter, NotSent, NoticeReport, NoticeWay, NoticeWayKind, person_text};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope};
use sangam_store::{Command, NoticeTaken, PersonRefusal, Refused, TeamChange};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, OrganizationId, PersonId, PersonRole, Purpose, SubjectId, SystemChance};
use sangam_workflow::referral::Urgency;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, OF_ADMINISTRATORS};
use sangam_scenarios::assembled::ADDRESS;
use sangam_scenarios::look::migrated;

const HOUR: i64 = 3_600_000;
const SETTINGS: &str = "{ noticeSettings { language quietFrom quietUntil deputy deputyUntil mail mailConfirmed sms smsConfirmed version } }";
const NOTICES: &str = "{ notices { kind since latest state } }";
/// Everything a notice says in English.
const NOTICE: &str = "Something waits for you. Please sign in to see it.\n\nhttp://hub.invalid\n\nThis message says no more on purpose. Please do not reply to it.\n";

/// A way that keeps what it is given, and fails when it is told to.
pub(crate) struct Letters {
    kind: NoticeWayKind,
    taken: Mutex<Vec<(String, String, String)>>,
    /// The id of each, since the last look at ids.
    ids: Mutex<Vec<String>>,
    broken: Mutex<bool>,
}

impl Letters {
    pub(crate) fn new(kind: NoticeWayKind) -> Arc<Self> {
        Arc::new(Self { kind, taken: Mutex::default(), ids: Mutex::default(), broken: Mutex::new(false) })
    }

    /// What was taken since the last look: address, subject, text.
    pub(crate) fn new_ones(&self) -> Vec<(String, String, String)> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }

    /// The ids of what was taken since the last look at them.
    fn new_ids(&self) -> Vec<String> {
        std::mem::take(&mut self.ids.lock().unwrap())
    }

    pub(crate) fn broken(&self, broken: bool) {
        *self.broken.lock().unwrap() = broken;
    }
}

impl NoticeWay for Letters {
    fn kind(&self) -> NoticeWayKind {
        self.kind
    }

    fn send<'a>(&'a self, to: &'a Contact, letter: &'a Letter) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            if *self.broken.lock().unwrap() {
                return Err(NotSent("SERVER"));
            }
            let text = if self.kind == NoticeWayKind::Mail { letter.text() } else { letter.short() };
            let one = (to.address().to_owned(), letter.subject().to_owned(), text);
            self.taken.lock().unwrap().push(one);
            self.ids.lock().unwrap().push(letter.id().text());
            Ok(())
        })
    }
}

/// The rules about people that are met here, each in its own words.
pub(crate) const MET: [PersonRefusal; 2] = [PersonRefusal::NoDeputy, PersonRefusal::TooManyAddresses];

/// Whether a refusal is a rule's, in its words.
fn is(told: &Value, reason: PersonRefusal) -> bool {
    let message = told["message"].as_str().unwrap_or_default();
    message.ends_with('.') && message.to_lowercase().contains(&reason.to_string())
}

/// What an organization's case workers may ask.
const OF_WORKERS: &[Scope] = &[Scope::Directory, Scope::CasesRead, Scope::CasesWrite, Scope::Teams];

impl House {
    pub(crate) fn worker(&self, organization: OrganizationId, person: PersonId) -> Caller {
        self.person(organization, person, OF_WORKERS)
    }

    /// What a person says about notices; the member and what it says.
    async fn said(&self, caller: &Caller, field: &str, mut input: Value) -> Value {
        input["idempotencyKey"] = json!(Uuid::from_u128(self.drawn()).to_string());
        let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
        let member = if field == "seeNotices" {
            "... on NoticesSeen { waiting }"
        } else {
            "... on NoticesSet { settings { language quietFrom quietUntil deputy mail mailConfirmed sms smsConfirmed version } }"
        };
        let query = format!(
            "mutation($input: {name}Input!) {{ {field}(input: $input) {{ __typename {member} ... on InvalidInput {{ path message }} ... on NotPermitted {{ message }} ... on Conflict {{ version }} }} }}"
        );
        let answer = self.answer(caller, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"][field].clone()
    }

    pub(crate) fn drawn(&self) -> u128 {
        PersonId::drawn(&SystemChance::new()).unwrap().uuid().as_u128()
    }

    /// Gives an address and confirms it by the code that came there.
    async fn reached(&self, caller: &Caller, person: PersonId, way: &str, address: &str) {
        let told = self
            .said(caller, "setNoticeAddress", json!({"person": person_text(person), "way": way, "address": address}))
            .await;
        assert_eq!(told["__typename"], "NoticesSet", "{told}");
        self.desk.tell_people().await.unwrap();
        let letters = if way == "MAIL" { &self.mail } else { &self.sms };
        let code = code_in(&letters.new_ones(), address);
        let told = self.said(caller, "confirmNoticeAddress", json!({"way": way, "code": code})).await;
        assert_eq!(told["__typename"], "NoticesSet", "{told}");
    }

    pub(crate) async fn on_team(
        &self,
        organization: OrganizationId,
        by: PersonId,
        subject: SubjectId,
        person: PersonId,
    ) {
        let change = TeamChange { organization, by, subject, person, joins: true };
        self.desk.writer().submit(change.into()).await.unwrap();
    }

    /// Sends a referral as a person does, or as a system. Each asks for another service, so that none is the same.
    async fn sends(&self, subject: SubjectId, urgency: Urgency, by: Option<PersonId>) {
        let service = ServiceCode::ALL[self.sent.fetch_add(1, Ordering::Relaxed) % ServiceCode::ALL.len()];
        let caller = by.map_or_else(|| self.system(), |by| self.worker(self.own, by));
        let input = json!({
            "subject": self.outward(self.own, subject), "recipient": format!("org_{}", self.other.uuid().simple()),
            "services": [service.code()], "urgency": urgency.code(),
            "idempotencyKey": Uuid::from_u128(self.drawn()).to_string(),
        });
        let query = "mutation($input: SendReferralInput!) { sendReferral(input: $input) { __typename } }".to_owned();
        let (variables, purpose) = (json!({ "input": input }), Some(Purpose::ServiceReferral));
        let variables = variables.as_object().cloned().unwrap();
        let answer = self.executor.execute(&caller, Operation { query, name: None, variables, purpose }).await.body;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains("ReferralSent"), "{answer}");
    }

    async fn round(&self) -> NoticeReport {
        self.desk.tell_people().await.unwrap()
    }

    pub(crate) async fn waits(&self, caller: &Caller) -> Vec<(String, String)> {
        let answer = self.answer(caller, NOTICES, json!({})).await;
        let rows = answer["data"]["notices"].as_array().unwrap();
        rows.iter()
            .map(|row| (row["kind"].as_str().unwrap().to_owned(), row["state"].as_str().unwrap().to_owned()))
            .collect()
    }
}

fn code_in(letters: &[(String, String, String)], address: &str) -> String {
    let letter = letters.iter().find(|(to, _, _)| to == address).unwrap();
    letter.2.lines().find(|line| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit())).unwrap().to_owned()
}

/// Two organizations: a case worker each on the case, and two administrators of the first and one of the second.
struct Staffed {
    house: House,
    first: PersonId,
    second: PersonId,
    sends: PersonId,
    colleague: PersonId,
    takes: PersonId,
    subject: SubjectId,
}

impl Staffed {
    async fn open(database: &Database) -> Self {
        let (house, first, second) = House::with_two(database).await;
        let sends = house.came(house.own, "sends", &[PersonRole::CaseWorker]).await;
        let colleague = house.came(house.own, "colleague", &[PersonRole::CaseWorker]).await;
        let takes = house.came(house.other, "takes", &[PersonRole::CaseWorker, PersonRole::Administrator]).await;
        house.came(house.other, "other", &[PersonRole::Administrator]).await;
        let (subject, _) = house.subject(house.own).await;
        for person in [sends, colleague] {
            house.on_team(house.own, first, subject, person).await;
        }
        Self { house, first, second, sends, colleague, takes, subject }
    }

    /// With somebody of the other side on the case, and everybody reached by mail.
    async fn referred(database: &Database) -> Self {
        let staffed = Self::open(database).await;
        let house = &staffed.house;
        for (organization, person, address) in [
            (house.own, staffed.sends, "sends@example.org"),
            (house.own, staffed.colleague, "colleague@example.org"),
            (house.other, staffed.takes, "takes@example.org"),
        ] {
            house.reached(&house.worker(organization, person), person, "MAIL", address).await;
        }
        staffed
    }
}

fn to(letters: &[(String, String, String)]) -> Vec<&str> {
    let mut to: Vec<_> = letters.iter().map(|(to, _, _)| to.as_str()).collect();
    to.sort_unstable();
    to
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_address_counts_once_its_code_has_come_back(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let caller = house.worker(house.own, worker);
        let input = json!({"person": person_text(worker), "way": "MAIL", "address": "sathi.seven@post.example.org"});
        let told = house.said(&caller, "setNoticeAddress", input.clone()).await;
        assert_eq!(told["settings"]["mail"], "s…@p….org");
        assert_eq!((&told["settings"]["mailConfirmed"], &told["settings"]["sms"]), (&json!(false), &Value::Null));
        // It is in no column: neither it nor a part of it.
        let sealed = house.look.column::<Vec<u8>>("SELECT sealed FROM notice_address").await.concat();
        assert!(!sealed.windows(5).any(|part| part == b"seven") && sealed.len() > 40);

        assert_eq!(house.round().await.codes, 1);
        assert_eq!(house.round().await.codes, 0, "one code, once");
        let letters = house.mail.new_ones();
        assert_eq!(letters[0].1, "Your code");
        let code = code_in(&letters, "sathi.seven@post.example.org");
        // Another person's code is nobody else's, and five tries are all there are.
        let confirm = |code: &str| json!({"way": "MAIL", "code": code});
        let other = house.said(&house.administrator(first), "confirmNoticeAddress", confirm(&code)).await;
        assert_eq!(other["path"], "/code");
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        for _ in 0..5 {
            assert_eq!(house.said(&caller, "confirmNoticeAddress", confirm(wrong)).await["path"], "/code");
        }
        let late = house.said(&caller, "confirmNoticeAddress", confirm(&code)).await;
        assert_eq!(late["path"], "/code", "the right one after five wrong ones is none: {late}");
        // Given again there is another code; the old one is nothing.
        house.said(&caller, "setNoticeAddress", input.clone()).await;
        house.round().await;
        let again = code_in(&house.mail.new_ones(), "sathi.seven@post.example.org");
        assert_ne!(again, code);
        assert_eq!(house.said(&caller, "confirmNoticeAddress", confirm(&code)).await["path"], "/code");
        // Half an hour later it would be too late; and it is good once.
        house.clock.advance(29 * 60_000);
        let told = house.said(&caller, "confirmNoticeAddress", confirm(&format!("{} {}", &again[..4], &again[4..]))).await;
        assert_eq!(told["settings"]["mailConfirmed"], true, "{told}");
        assert_eq!(house.said(&caller, "confirmNoticeAddress", confirm(&again)).await["path"], "/code");
        // Five times a day, and taking it away in between does not make it more.
        for times in 3..=6 {
            house.said(&caller, "setNoticeAddress", json!({"person": person_text(worker), "way": "MAIL"})).await;
            let told = house.said(&caller, "setNoticeAddress", input.clone()).await;
            let refused = told["path"] == "/address" && is(&told, PersonRefusal::TooManyAddresses);
            assert_eq!((told["__typename"] == "NoticesSet", refused), (times <= 5, times > 5), "{times}: {told}");
        }
        let settings = house.answer(&caller, SETTINGS, json!({})).await;
        assert_eq!(settings["data"]["noticeSettings"]["mail"], Value::Null);
    }

    async fn a_code_that_is_too_old_is_none_and_no_address_is_written_down_that_is_none(database: Database) {
        let (house, _, _) = House::with_two(&database).await;
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let caller = house.worker(house.own, worker);
        for address in ["nobody", "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org"] {
            let input = json!({"person": person_text(worker), "way": "MAIL", "address": address});
            let told = house.said(&caller, "setNoticeAddress", input).await;
            assert!(told["path"] == "/address" && !told.to_string().contains("example.org"), "{told}");
        }
        house.said(&caller, "setNoticeAddress", json!({"person": person_text(worker), "way": "SMS", "address": "+97798000000"})).await;
        house.round().await;
        let code = code_in(&house.sms.new_ones(), "+97798000000");
        house.clock.advance(30 * 60_000);
        let told = house.said(&caller, "confirmNoticeAddress", json!({"way": "SMS", "code": code})).await;
        assert_eq!(told["path"], "/code");
        let settings = house.answer(&caller, SETTINGS, json!({})).await;
        let settings = &settings["data"]["noticeSettings"];
        assert_eq!((&settings["sms"], &settings["smsConfirmed"]), (&json!("…00"), &json!(false)));
    }

    async fn only_the_person_and_an_administrator_say_where_and_only_she_confirms(database: Database) {
        let (house, first, _) = House::with_two(&database).await;
        let worker = house.came(house.own, "worker", &[PersonRole::CaseWorker]).await;
        let other = house.came(house.own, "other", &[PersonRole::CaseWorker]).await;
        let abroad = house.came(house.other, "abroad", &[PersonRole::Administrator]).await;
        let input = json!({"person": person_text(worker), "way": "MAIL", "address": "worker@example.org"});
        let told = house.said(&house.worker(house.own, other), "setNoticeAddress", input.clone()).await;
        assert_eq!(told["__typename"], "NotPermitted");
        let told = house.said(&house.person(house.other, abroad, OF_ADMINISTRATORS), "setNoticeAddress", input.clone()).await;
        assert_eq!(told["__typename"], "NotFound");
        assert_eq!(house.said(&house.system(), "setNoticeAddress", input.clone()).await["__typename"], "NotPermitted");
        assert_eq!(house.round().await.codes, 0);
        let told = house.said(&house.administrator(first), "setNoticeAddress", input).await;
        assert_eq!(told["settings"]["mail"], Value::Null, "the administrator's own settings, and not the address given");
        house.round().await;
        let code = code_in(&house.mail.new_ones(), "worker@example.org");
        let confirm = json!({"way": "MAIL", "code": code});
        assert_eq!(house.said(&house.administrator(first), "confirmNoticeAddress", confirm.clone()).await["path"], "/code");
        let told = house.said(&house.worker(house.own, worker), "confirmNoticeAddress", confirm).await;
        assert_eq!(told["settings"]["mailConfirmed"], true);
        assert_eq!(house.answer(&house.system(), SETTINGS, json!({})).await, json!({"data": {"noticeSettings": null}}));
        assert_eq!(house.answer(&house.system(), NOTICES, json!({})).await, json!({"data": {"notices": []}}));
    }

    async fn the_team_is_told_and_never_whoever_did_it(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        let report = house.round().await;
        let letters = house.mail.new_ones();
        // The colleague on the team; of the other side nobody is on it yet, so whoever can put somebody on it.
        assert_eq!(to(&letters), ["colleague@example.org", "takes@example.org"]);
        assert_eq!((report.told, report.held), (2, 1), "the other administrator there has no address");
        for (_, subject, text) in &letters {
            assert_eq!((subject.as_str(), text.as_str()), ("Something waits for you", NOTICE));
        }
        assert!(house.waits(&house.worker(house.own, staffed.sends)).await.is_empty());
        let colleague = house.worker(house.own, staffed.colleague);
        assert_eq!(house.waits(&colleague).await, [("CASE_MOVED".to_owned(), "TOLD".to_owned())]);
        // Sent by a system, everybody on the team is told.
        let (subject, _) = house.subject(house.own).await;
        house.on_team(house.own, staffed.first, subject, staffed.sends).await;
        house.sends(subject, Urgency::Routine, None).await;
        house.round().await;
        assert_eq!(to(&house.mail.new_ones()), ["sends@example.org"], "the others were told within the window");
        let told = house.said(&colleague, "seeNotices", json!({"until": house.desk.now().rfc3339()})).await;
        assert_eq!((&told["__typename"], &told["waiting"]), (&json!("NoticesSeen"), &json!(0)));
        assert!(house.waits(&colleague).await.is_empty());
    }

    /// Of what happens in a record somebody hears as long as its seat is open, and that it was closed; then no more.
    async fn whose_seat_has_ended_hears_of_nothing_later(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        house.round().await;
        let (colleague, takes) = (house.worker(house.own, staffed.colleague), house.worker(house.other, staffed.takes));
        let happens = async || {
            house.run("DELETE FROM notice", vec![]).await;
            let at = house.desk.now().millis();
            let event = format!("INSERT INTO event (at, noun, record, subject, kind) SELECT {at}, 'REFERRAL', id, subject, 'CLOSED' FROM referral");
            house.run(&event, vec![]).await;
            house.round().await;
            (house.waits(&colleague).await.len(), house.waits(&takes).await.len())
        };
        assert_eq!(happens().await, (1, 1));
        house.clock.advance(HOUR);
        let closes = "UPDATE standing SET open_until = $1 WHERE noun = 'REFERRAL' AND seat = 'RECIPIENT'";
        house.run(closes, vec![house.desk.now().millis().into()]).await;
        assert_eq!(happens().await, (1, 1), "that it was closed");
        house.clock.advance(1);
        assert_eq!(happens().await, (1, 0));
    }

    async fn a_danger_to_a_witness_does_not_wait(database: Database) {
        let staffed = Staffed::open(&database).await;
        let house = &staffed.house;
        let input = json!({
            "subject": house.outward(house.own, staffed.subject), "kind": "THREATENED",
            "idempotencyKey": Uuid::from_u128(house.drawn()).to_string(),
        });
        let query = "mutation($input: ReportRiskInput!) { reportRisk(input: $input) { __typename } }".to_owned();
        let variables = json!({ "input": input }).as_object().cloned().unwrap();
        let operation = Operation { query, name: None, variables, purpose: Some(Purpose::Protection) };
        let answer = String::from_utf8(house.executor.execute(&house.system(), operation).await.body).unwrap();
        assert!(answer.contains("RiskReported"), "{answer}");
        house.round().await;
        let colleague = house.worker(house.own, staffed.colleague);
        assert_eq!(house.waits(&colleague).await, [("ANSWER_NOW".to_owned(), "WAITING".to_owned())]);
    }

    async fn one_message_a_window_and_none_in_the_night(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        // 09:00 UTC is 14:45 in Nepal.
        for _ in 0..3 {
            house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        }
        house.round().await;
        let of = |letters: Vec<(String, String, String)>| letters.iter().filter(|(to, _, _)| to.starts_with("colleague")).count();
        assert_eq!(of(house.mail.new_ones()), 1, "three things, one message");
        house.clock.advance(HOUR);
        house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        house.round().await;
        assert_eq!(of(house.mail.new_ones()), 0);
        house.clock.advance(3 * HOUR);
        house.round().await;
        assert_eq!(of(house.mail.new_ones()), 1, "18:45, and the window is over");
        // 22:45: it waits for seven; what is urgent does not.
        house.clock.advance(4 * HOUR);
        house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        house.round().await;
        assert_eq!(of(house.mail.new_ones()), 0);
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.round().await;
        assert_eq!(of(house.mail.new_ones()), 1);
        // Her own hours: none.
        let colleague = house.worker(house.own, staffed.colleague);
        let chosen = json!({"version": 0, "language": "NE", "quietFrom": 3, "quietUntil": 3});
        let told = house.said(&colleague, "chooseNotices", chosen.clone()).await;
        assert_eq!((&told["settings"]["language"], &told["settings"]["version"]), (&json!("NE"), &json!(1)));
        let stale = house.said(&colleague, "chooseNotices", chosen).await;
        assert_eq!((&stale["__typename"], &stale["version"]), (&json!("Conflict"), &json!(1)));
        house.clock.advance(5 * HOUR);
        house.sends(staffed.subject, Urgency::Routine, Some(staffed.sends)).await;
        house.round().await;
        let letters = house.mail.new_ones();
        let letter = letters.iter().find(|(to, _, _)| to.starts_with("colleague")).unwrap();
        assert!(letter.2.starts_with("तपाईंका लागि") && letter.2.contains(ADDRESS), "{}", letter.2);
    }

    async fn what_nobody_looks_at_goes_to_a_deputy_and_then_to_the_administrators(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        let colleague = house.worker(house.own, staffed.colleague);
        let until = house.desk.now().plus_days(5).rfc3339();
        let name = |deputy: PersonId, until: &str| json!({"version": 0, "deputy": person_text(deputy), "until": until});
        for (deputy, until) in [
            (staffed.colleague, until.clone()),
            (staffed.takes, until.clone()),
            (staffed.sends, house.desk.now().plus_days(93).rfc3339()),
            (staffed.sends, house.desk.now().rfc3339()),
        ] {
            let told = house.said(&colleague, "nameDeputy", name(deputy, &until)).await;
            assert!(told["path"] == "/deputy" && is(&told, PersonRefusal::NoDeputy), "{told}");
        }
        let told = house.said(&colleague, "nameDeputy", name(staffed.sends, &until)).await;
        assert_eq!(told["settings"]["deputy"], json!(person_text(staffed.sends)), "{told}");
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.round().await;
        let deputy = house.worker(house.own, staffed.sends);
        assert!(house.waits(&deputy).await.is_empty());
        house.clock.advance(4 * HOUR - 1);
        assert_eq!(house.round().await.passed_on, 0);
        house.clock.advance(1);
        assert!(house.round().await.passed_on >= 1);
        assert_eq!(house.waits(&deputy).await.len(), 1, "though she did it herself: she is to look for another");
        let heads = [house.administrator(staffed.first), house.administrator(staffed.second)];
        assert!(house.waits(&heads[0]).await.is_empty());
        house.clock.advance(4 * HOUR);
        house.round().await;
        for head in &heads {
            assert_eq!(house.waits(head).await, [("ANSWER_NOW".to_owned(), "WAITING".to_owned())]);
        }
        // And there it ends: nobody passes on what was passed on.
        house.clock.advance(40 * HOUR);
        assert_eq!(house.round().await.passed_on, 0);
        house.said(&colleague, "seeNotices", json!({"until": house.desk.now().rfc3339()})).await;
        assert!(house.waits(&colleague).await.is_empty());
    }

    async fn a_way_that_fails_loses_nothing(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        house.mail.broken(true);
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        let (mut tries, mut rounds) = (0, 0);
        let colleague = house.worker(house.own, staffed.colleague);
        while house.waits(&colleague).await != [("ANSWER_NOW".to_owned(), "FAILED".to_owned())] {
            tries += usize::from(house.round().await.failed > 0);
            house.clock.advance(HOUR);
            rounds += 1;
            assert!(rounds < 200, "never given up");
        }
        assert!(tries >= 12, "{tries}");
        assert!(house.mail.new_ones().is_empty());
        // It is shown still, and what happens next is told again.
        house.mail.broken(false);
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.round().await;
        assert_eq!(to(&house.mail.new_ones()), ["colleague@example.org", "takes@example.org"]);
    }

    async fn what_is_held_is_told_once_there_is_a_way(database: Database) {
        let staffed = Staffed::open(&database).await;
        let house = &staffed.house;
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        assert_eq!(house.round().await.held, 3);
        let colleague = house.worker(house.own, staffed.colleague);
        assert_eq!(house.waits(&colleague).await, [("ANSWER_NOW".to_owned(), "WAITING".to_owned())]);
        house.reached(&colleague, staffed.colleague, "SMS", "+97798000000").await;
        assert_eq!(house.round().await.told, 1, "at once");
        assert_eq!(house.sms.new_ones(), [("+97798000000".to_owned(), "Something waits for you".to_owned(), format!("Something waits for you. Please sign in to see it.\n{ADDRESS}"))]);
    }

    async fn a_process_that_dies_while_it_tells_is_followed_by_another(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        let take = |person| house.desk.writer().submit(Command::from(NoticeTaken { person }));
        // Another process has taken her, and tells her, or has died.
        take(staffed.colleague).await.unwrap();
        assert_eq!(take(staffed.colleague).await, Err(Refused::NotFound), "one at a time");
        house.round().await;
        assert_eq!(to(&house.mail.new_ones()), ["takes@example.org"]);
        house.clock.advance(2 * 60_000);
        house.round().await;
        assert_eq!(to(&house.mail.new_ones()), ["colleague@example.org"]);
        // A clock that is set back makes nobody busy for longer.
        take(staffed.colleague).await.unwrap();
        house.clock.advance(-48 * HOUR);
        take(staffed.colleague).await.unwrap();
    }

    /// A mail was taken and the process died before it was put down: the next one sends it under the same id, and what
    /// happens after she was told, or after she has looked, has another.
    async fn what_is_sent_twice_has_the_same_id_and_nothing_else_has(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        let takes = "UPDATE notice_choice SET told_at = NULL, busy_until = NULL";
        let forgets = async || {
            // As whoever died before the note left it: sent, and not put down.
            house.run(takes, vec![]).await;
            house.run("UPDATE notice SET state = 'WAITING'", vec![]).await;
        };
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.mail.new_ids();
        house.round().await;
        let first = house.mail.new_ids();
        assert_eq!(first.len(), 2, "the colleague, and whoever takes it");
        assert_ne!(first[0], first[1], "to each her own");
        assert!(first.iter().all(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())));
        forgets().await;
        // More has happened since, and another process sends it.
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        let other = house.beside_with(&database, Arc::clone(&house.mail)).await;
        other.tell_people().await.unwrap();
        let mut second = house.mail.new_ids();
        let mut again = first.clone();
        again.sort_unstable();
        second.sort_unstable();
        assert_eq!(second, again);
        // Put down as told, the next telling is another.
        house.clock.advance(HOUR);
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.round().await;
        let third = house.mail.new_ids();
        assert!(third.len() == 2 && third.iter().all(|id| !first.contains(id)));
        // She looked before it was put down that she was told: what comes then is no second of what she has.
        let colleague = house.worker(house.own, staffed.colleague);
        forgets().await;
        house.clock.advance(1);
        house.said(&colleague, "seeNotices", json!({"until": house.desk.now().rfc3339()})).await;
        house.clock.advance(1);
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        house.mail.new_ones();
        house.round().await;
        let letters = house.mail.new_ones();
        let of = letters.iter().position(|(to, _, _)| to.starts_with("colleague")).unwrap();
        let fourth = house.mail.new_ids();
        assert!(!first.contains(&fourth[of]) && !third.contains(&fourth[of]));
    }

    /// What is no event waits as well, in the list and by mail, and ends when it is done.
    async fn an_account_that_is_due_waits_for_the_administrators(database: Database) {
        let (house, first, second) = House::with_two(&database).await;
        let head = house.administrator(first);
        house.reached(&head, first, "MAIL", "first@example.org").await;
        let now = house.desk.now().millis();
        let long_ago = now - 92 * 24 * HOUR;
        house.run("UPDATE person SET reviewed_at = $1 WHERE id = $2", vec![long_ago.into(), second.uuid().as_bytes().to_vec().into()]).await;
        house.clock.advance(5_000);
        house.round().await;
        let letters = house.mail.new_ones();
        assert_eq!(to(&letters), ["first@example.org"]);
        assert_eq!((letters[0].1.as_str(), letters[0].2.as_str()), ("Something waits for you", NOTICE));
        assert_eq!(house.waits(&head).await, [("ACCOUNTS_REVIEW".to_owned(), "TOLD".to_owned())]);
        house.run("UPDATE person SET reviewed_at = $1", vec![now.into()]).await;
        house.clock.advance(5_000);
        house.round().await;
        assert!(house.waits(&head).await.is_empty() && house.mail.new_ones().is_empty());
    }

    async fn clocks_run_out_in_rounds_and_what_cannot_is_left(database: Database) {
        let staffed = Staffed::referred(&database).await;
        let house = &staffed.house;
        let early = house.desk.run_clocks().await.unwrap();
        assert_eq!((early.stepped, early.next), (0, None));
        house.sends(staffed.subject, Urgency::Emergency, Some(staffed.sends)).await;
        let (subject, _) = house.subject(house.own).await;
        house.sends(subject, Urgency::Emergency, None).await;
        house.run("UPDATE clock SET kind = 'OF_A_LATER_DAY' WHERE subject = $1", vec![subject.uuid().as_bytes().to_vec().into()]).await;
        let sent = house.desk.now();
        let early = house.desk.run_clocks().await.unwrap();
        assert_eq!((early.stepped, early.left, early.next), (0, 0, Some(sent.plus_millis(4 * HOUR))));
        house.round().await;
        house.mail.new_ones();
        house.clock.advance(4 * HOUR);
        let report = house.desk.run_clocks().await.unwrap();
        assert_eq!((report.stepped, report.escalated, report.left), (1, 0, 1), "{report:?}");
        assert_eq!(house.look.texts("SELECT state FROM referral ORDER BY state").await, ["EXPIRED", "SENT"]);
        assert_eq!(house.look.texts("SELECT kind FROM journal_entry WHERE kind = 'REFERRAL_STEPPED'").await.len(), 1);
        let again = house.desk.run_clocks().await.unwrap();
        assert_eq!((again.stepped, again.left), (0, 1));
        // The clock is nobody: whoever sent it is told as well.
        house.round().await;
        assert_eq!(to(&house.mail.new_ones()), ["colleague@example.org", "sends@example.org", "takes@example.org"]);
    }
}
