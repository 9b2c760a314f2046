//! Every kind of clock, each where it starts in life: it runs out at its instant and not before, once, whichever process
//! brings it and after a restart, and not at all when what it waited for has come. A kind without a case does not
//! compile.

use std::sync::Arc;

use sangam_custody::{Age, Consent, Held};
use sangam_kit::database::Database;
use sangam_store::{
    ClockFired, ExceptionAct, ExceptionStep, Exceptional, NewException, NewSearch, NewSupportPlan, RecallAnswer,
    Refused, SearchStep, SupportAct, SupportPlanStep,
};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, OrganizationId, PersonId, PersonRole, PurposeSet, RecordId,
    SearchId, SubjectId,
};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::exception::{EmergencyReason, EmergencyReview, ExceptionKind};
use sangam_workflow::ladder::{Firmness, RunsOut, runs_out};
use sangam_workflow::repatriation::Reason;
use sangam_workflow::{recall, referral, search, support};
use uuid::Uuid;

use super::home::{self, Return};
use super::{DAY, corridors, on_team, person};
use crate::house::{BEGIN, House};
use crate::raw::{Raw, migrated};

/// The clock of a corridor that stands still on a hold, and one that does not.
const STOPS: &str = "IN-BD-VERIFICATION";
const GOES_ON: &str = "IN-BD-CHARGE-SHEET";

/// Something that waits.
struct Waiting {
    kind: ClockKind,
    record: RecordId,
    subject: SubjectId,
    track: String,
    /// When it runs out, by the rule in words.
    due: Instant,
    owner: OrganizationId,
    other: OrganizationId,
    home: Option<Return>,
}

async fn raw_id(raw: &Raw, sql: &str) -> Uuid {
    Uuid::from_slice(&raw.bytes(sql).await).unwrap()
}

impl Waiting {
    /// Whoever waits for something of a kind, from now on.
    async fn open(house: &House, raw: &Raw, kind: ClockKind) -> Self {
        match kind {
            ClockKind::AnswerBy
            | ClockKind::Recall
            | ClockKind::Review
            | ClockKind::SearchReview
            | ClockKind::EmergencyReview => Self::of_a_case(house, raw, kind).await,
            ClockKind::Arrival | ClockKind::SecondSignature | ClockKind::PaperValidity | ClockKind::Corridor => {
                Self::of_a_return(house, raw, kind).await
            }
        }
    }

    async fn of_a_case(house: &House, raw: &Raw, kind: ClockKind) -> Self {
        let owner = house.organization(Country::India).await;
        let other = house.organization(Country::Bangladesh).await;
        let subject = house.subject(owner, Age::Adult).await;
        let record = RecordId::from_uuid(house.id());
        let now = house.now();
        let (record, due) = match kind {
            // Urgent: a day.
            ClockKind::AnswerBy => (house.referral(subject, owner, other).await, now.plus_days(1)),
            ClockKind::Recall => {
                house.referral(subject, owner, other).await;
                let consent = house.consent(&[other], CategorySet::of(&[Category::Health]));
                let consent = house.give(owner, subject, consent).await;
                house.submit(house.withdrawal(owner, consent)).await.unwrap();
                let recall =
                    raw_id(raw, "SELECT record FROM clock WHERE kind = 'RECALL' ORDER BY started_at DESC LIMIT 1");
                (RecordId::from_uuid(recall.await), now.plus_days(7))
            }
            ClockKind::Review => {
                let plan = Held::stored(subject, record, Category::Narrative, vec![7; 40]);
                house
                    .submit(NewSupportPlan { id: record, subject, owner, begins: now, planned_end: None, plan })
                    .await
                    .unwrap();
                // Three months.
                (record, now.plus_days(91))
            }
            // Three days to look at what another organization declared.
            ClockKind::EmergencyReview => {
                let through = (Noun::Referral, house.referral(subject, owner, other).await);
                let person = person(house, raw, other, "declares", &[PersonRole::CaseWorker]).await;
                let what = Exceptional::Emergency { reason: EmergencyReason::Life, through };
                let declared = NewException { id: record, subject, organization: other, person, what, words: None };
                house.submit(declared).await.unwrap();
                (record, now.plus_days(3))
            }
            _ => {
                let traced = Consent { purposes: PurposeSet::all(), ..house.consent(&[other], CategorySet::all()) };
                house.give(owner, subject, traced).await;
                let (id, request) = (SearchId::from_uuid(house.id()), SearchId::from_uuid(house.id()));
                let asked = vec![(other, request)];
                house.submit(NewSearch { id, subject, source: owner, asked, arrival: None }).await.unwrap();
                // A quarter, less the fortnight in which somebody is told before.
                (id.into(), now.plus_days(90 - 14))
            }
        };
        Self { kind, record, subject, track: String::new(), due, owner, other, home: None }
    }

    async fn of_a_return(house: &House, raw: &Raw, kind: ClockKind) -> Self {
        let home = Return::drafted(house).await;
        home.asked(house, raw).await;
        let mut track = "REQUEST".to_owned();
        let due = match kind {
            // Three months from the question on, as `in-bd.toml` says.
            ClockKind::Corridor => {
                STOPS.clone_into(&mut track);
                house.now().plus_days(90)
            }
            _ => {
                home.verified(house).await;
                let valid = house.now().plus_days(30);
                home.papers(house, valid).await;
                home.planned(house, raw).await;
                let hour = house.now().plus_days(2);
                if kind == ClockKind::PaperValidity {
                    "TRAVEL_DOCUMENT".clone_into(&mut track);
                    valid
                } else {
                    home.departed(house).await;
                    if kind == ClockKind::SecondSignature {
                        home.signed(house, home.holder).await;
                        house.now().plus_days(1)
                    } else {
                        // Twelve hours after the hour that was planned.
                        hour.plus_millis(12 * 3_600_000)
                    }
                }
            }
        };
        let (record, subject, owner, other) = (home.record, home.subject, home.holder, home.receiving);
        Self { kind, record, subject, track, due, owner, other, home: Some(home) }
    }

    /// What was waited for comes.
    async fn answered(&self, house: &House, raw: &Raw) {
        let home = || self.home.as_ref().unwrap();
        match self.kind {
            ClockKind::AnswerBy => {
                let step = house.step(self.record, self.other, None, referral::Event::Accept);
                house.submit(step).await.unwrap();
            }
            ClockKind::Recall => {
                let (event, reason) = (recall::Event::Deleted, None);
                let (recipient, subject) = (self.other, self.subject);
                house.submit(RecallAnswer { recipient, subject, version: 1, event, reason }).await.unwrap();
            }
            ClockKind::Review => {
                let (plan, organization) = (self.record, self.owner);
                let act = SupportAct::Close(support::Outcome::GoalsMet);
                house.submit(SupportPlanStep { plan, organization, version: 1, act }).await.unwrap();
            }
            ClockKind::SearchReview => {
                let (search, source) = (self.record, self.owner);
                let close = SearchStep { search, source, version: 1, event: search::Event::Close };
                house.submit(close).await.unwrap();
            }
            ClockKind::EmergencyReview => {
                let (exception, kind, organization) = (self.record, ExceptionKind::Emergency, self.owner);
                let person = Some(person(house, raw, self.owner, "reviews", &[PersonRole::Administrator]).await);
                let act = ExceptionAct::Review(EmergencyReview::Justified);
                let step = ExceptionStep { exception, kind, organization, person, version: 1, act };
                house.submit(step).await.unwrap();
            }
            ClockKind::Corridor => home().verified(house).await,
            ClockKind::Arrival => {
                home().signed(house, self.owner).await;
                home().signed(house, self.other).await;
            }
            ClockKind::SecondSignature => home().signed(house, self.other).await,
            // Nobody travels on it any more.
            ClockKind::PaperValidity => {
                home().departed(house).await;
                home().signed(house, self.owner).await;
                home().signed(house, self.other).await;
            }
        }
        assert!(self.row(raw).await.is_none(), "{} runs on", self.kind);
    }

    /// What a clock of the kind does; of a corridor's the file says it.
    fn runs_out(&self) -> RunsOut {
        corridors().clock(&self.track).map_or(runs_out(self.kind), |clock| RunsOut::Escalates(clock.kind))
    }

    fn fired(&self, house: &House, stage: i64) -> ClockFired {
        let (record, track, kind, runs_out) = (self.record, self.track.clone(), self.kind, self.runs_out());
        ClockFired { record, track, kind, runs_out, stage, delivery: house.id(), corridors: corridors() }
    }

    /// When it is due, since when it stands still, and at which stage it is.
    async fn row(&self, raw: &Raw) -> Option<(i64, Option<i64>, i64)> {
        let sql = "SELECT due_at, paused_at, stage FROM clock WHERE record = $1 AND track = $2 AND kind = $3";
        let values =
            vec![self.record.uuid().as_bytes().to_vec().into(), self.track.clone().into(), self.kind.code().into()];
        let rows = raw.rows(sql, values).await;
        let row = rows.first()?;
        Some((row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap()))
    }

    async fn is_due(&self, house: &House) -> bool {
        let rows = house.store.clocks_due(house.now(), None, 1_000).await.unwrap();
        rows.iter().any(|row| row.record == self.record && row.track == self.track && row.kind == self.kind.code())
    }

    /// How often what it does has been done.
    async fn done(&self, raw: &Raw) -> i64 {
        let kind = match self.kind {
            ClockKind::AnswerBy => "EXPIRED",
            ClockKind::Recall => "RECALL_OVERDUE",
            ClockKind::PaperValidity => "EXPIRED",
            _ => "CLOCK_RAN_OUT",
        };
        let sql = "SELECT count(*) FROM event WHERE subject = $1 AND kind = $2";
        let rows = raw.rows(sql, vec![self.subject.uuid().as_bytes().to_vec().into(), kind.into()]).await;
        rows[0].try_get_by_index(0).unwrap()
    }
}

/// Who is told at each stage of a kind, in words of who is on which side: `t` a team, `a` administrators; of `h` the
/// holder, `s` the sending liaison, `r` whoever receives. `!`: the operator, with whom to ask.
fn stages(kind: ClockKind, track: &str) -> &'static [&'static str] {
    match (kind, track) {
        // Whoever receives is asked for her nationality; that the file is three months old is for who asks the court.
        (ClockKind::Corridor, STOPS) => &["rt", "ra", "!r"],
        (ClockKind::Corridor, GOES_ON) => &["st", "sa", "ha ra sa", "!s"],
        // Somebody may be lost on the way: both sides at once.
        (ClockKind::Arrival, _) => &["ht rt st", "ha ra sa", "!r", "ha ra sa"],
        (ClockKind::SecondSignature, _) => &["ht rt st", "ha ra sa", "!r", "ha ra sa"],
        (ClockKind::Review | ClockKind::SearchReview | ClockKind::EmergencyReview, _) => &["ht", "ha", "!h"],
        _ => &[],
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn each_kind_runs_out_at_its_instant_once_on_either_process_and_after_a_restart(database: Database) {
        let (house, raw) = home::open(&database).await;
        for (number, kind) in ClockKind::ALL.iter().enumerate() {
            let waiting = Waiting::open(&house, &raw, *kind).await;
            assert_eq!(waiting.row(&raw).await, Some((waiting.due.millis(), None, 0)), "{kind}");
            house.clock.advance(waiting.due.millis() - house.now().millis() - 1);
            assert!(!waiting.is_due(&house).await, "{kind} is early");
            assert_eq!(house.submit(waiting.fired(&house, 0)).await, Err(Refused::NotFound), "{kind} is early");
            house.clock.advance(1);
            // Two processes that were started since then; nothing is remembered but what is stored.
            let beside = async |seed: u64| House::at(house.place.clone(), seed, Arc::clone(&house.clock)).await;
            let (one, other) = (beside(100 + 2 * number as u64).await, beside(101 + 2 * number as u64).await);
            assert!(waiting.is_due(&one).await && waiting.is_due(&other).await, "{kind}");
            let both = tokio::join!(one.submit(waiting.fired(&one, 0)), other.submit(waiting.fired(&other, 0)));
            let came = [both.0.is_ok(), both.1.is_ok()];
            assert_eq!(came.iter().filter(|ok| **ok).count(), 1, "{kind}: {both:?}");
            assert_eq!(waiting.done(&raw).await, 1, "{kind}");
            assert_eq!(house.submit(waiting.fired(&house, 0)).await, Err(Refused::NotFound), "{kind} once");
            assert!(!waiting.is_due(&house).await, "{kind} has run out");
            let next = waiting.runs_out().ladder().first().map(|rung| house.now().millis() + rung.next_hours.unwrap() * 3_600_000);
            assert_eq!(waiting.row(&raw).await, next.map(|next| (next, None, 1)), "{kind}");
        }
    }

    async fn what_was_waited_for_stops_its_clock(database: Database) {
        let (house, raw) = home::open(&database).await;
        for kind in ClockKind::ALL {
            let waiting = Waiting::open(&house, &raw, *kind).await;
            waiting.answered(&house, &raw).await;
            house.clock.advance((waiting.due.millis() - house.now().millis()).max(0));
            assert!(!waiting.is_due(&house).await, "{kind}");
            assert_eq!(house.submit(waiting.fired(&house, 0)).await, Err(Refused::NotFound), "{kind}");
            assert_eq!(waiting.done(&raw).await, 0, "{kind}");
        }
    }

    /// A hold of the verification stops the clock of a corridor that says so; it goes on with what was left. No other
    /// clock stands still: a paper runs out and a day of the court comes, whatever holds her up.
    async fn a_hold_stops_what_stands_still_on_holds_and_nothing_else(database: Database) {
        let (house, raw) = home::open(&database).await;
        let waiting = Waiting::open(&house, &raw, ClockKind::Corridor).await;
        let home = waiting.home.as_ref().unwrap();
        let of = |track: &str| Waiting { track: track.to_owned(), home: None, ..copy(&waiting) };
        let goes_on = of(GOES_ON);
        house.clock.advance(80 * DAY);
        let before = goes_on.row(&raw).await;
        // The crossing is closed: that is not the verification's.
        home.held(&house, Reason::BorderClosed).await;
        assert_eq!(waiting.row(&raw).await.unwrap().1, None);
        home.held(&house, Reason::AddressUntraceable).await;
        let held_at = house.now();
        assert_eq!(waiting.row(&raw).await, Some((waiting.due.millis(), Some(held_at.millis()), 0)));
        assert_eq!(goes_on.row(&raw).await, before);
        house.clock.advance(400 * DAY);
        assert!(!waiting.is_due(&house).await && goes_on.is_due(&house).await);
        assert_eq!(house.submit(waiting.fired(&house, 0)).await, Err(Refused::NotFound));
        home.let_go(&house, Reason::BorderClosed).await;
        assert!(waiting.row(&raw).await.unwrap().1.is_some(), "something still holds it");
        home.let_go(&house, Reason::AddressUntraceable).await;
        let left = house.now().plus_days(10);
        assert_eq!(waiting.row(&raw).await, Some((left.millis(), None, 0)), "ten days were left");
        house.clock.advance(10 * DAY - 1);
        assert!(!waiting.is_due(&house).await);
        house.clock.advance(1);
        house.submit(waiting.fired(&house, 0)).await.unwrap();
        // Between two stages it stands still as well.
        house.clock.advance(2 * DAY);
        home.held(&house, Reason::AddressUntraceable).await;
        house.clock.advance(30 * DAY);
        assert!(!waiting.is_due(&house).await);
        home.let_go(&house, Reason::AddressUntraceable).await;
        assert_eq!(waiting.row(&raw).await, Some((house.now().plus_days(5).millis(), None, 1)));

        let paper = Waiting::open(&house, &raw, ClockKind::PaperValidity).await;
        paper.home.as_ref().unwrap().held(&house, Reason::BorderClosed).await;
        assert_eq!(paper.row(&raw).await, Some((paper.due.millis(), None, 0)), "validity waits for nobody");
    }

    /// The organization whose turn it is first; others only where the stage says so; then the operator, who sees whom to
    /// ask and nothing of whom it is about.
    async fn each_ladder_reaches_whom_it_says(database: Database) {
        let (house, raw) = home::open(&database).await;
        let escalates: Vec<_> = ClockKind::ALL.iter().filter(|kind| runs_out(**kind) != RunsOut::Step).collect();
        assert_eq!(escalates.len(), 6);
        let mut ladders: Vec<(ClockKind, Option<&str>)> = escalates.iter().map(|kind| (**kind, None)).collect();
        ladders.push((ClockKind::Corridor, Some(GOES_ON)));
        for (kind, track) in ladders {
            let mut waiting = Waiting::open(&house, &raw, kind).await;
            if let Some(track) = track {
                track.clone_into(&mut waiting.track);
            }
            let sides = match &waiting.home {
                Some(home) => vec![('h', home.holder), ('s', home.sending), ('r', home.receiving)],
                None => vec![('h', waiting.owner), ('r', waiting.other)],
            };
            let mut people: Vec<(String, PersonId)> = Vec::new();
            for (side, organization) in &sides {
                let worker = person(&house, &raw, *organization, "worker", &[PersonRole::CaseWorker]).await;
                on_team(&house, &raw, waiting.subject, worker).await;
                people.push((format!("{side}t"), worker));
                let head = person(&house, &raw, *organization, "head", &[PersonRole::Administrator]).await;
                people.push((format!("{side}a"), head));
            }
            let expected = stages(kind, &waiting.track);
            assert_eq!(expected.len(), waiting.runs_out().ladder().len(), "{kind} {}", waiting.track);
            for (stage, expected) in expected.iter().enumerate() {
                let due = waiting.row(&raw).await.unwrap().0;
                house.clock.advance((due - house.now().millis()).max(0));
                // Nobody sleeps for the length of a test.
                raw.run("UPDATE person SET used_at = $1, reviewed_at = $1", vec![house.now().millis().into()]).await;
                raw.run("DELETE FROM notice", vec![]).await;
                let listed = house.store.clocks_of_operator(100).await.unwrap().len();
                house.submit(waiting.fired(&house, stage as i64)).await.unwrap();
                let rows = raw.rows("SELECT person FROM notice WHERE kind = 'CLOCK_RAN_OUT'", vec![]).await;
                let told: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
                let mut told: Vec<&str> = people.iter().filter(|(_, id)| told.iter().any(|row| row == id.uuid().as_bytes())).map(|(side, _)| side.as_str()).collect();
                told.sort_unstable();
                let rows = house.store.clocks_of_operator(100).await.unwrap();
                if let Some(asked) = expected.strip_prefix('!') {
                    assert_eq!((rows.len(), told.len()), (listed + 1, 0), "{kind} {stage}");
                    let row = rows.iter().find(|row| row.kind == kind.code() && row.track == waiting.track && row.since == house.now()).unwrap();
                    let (_, organization) = sides.iter().find(|(side, _)| asked.starts_with(*side)).unwrap();
                    assert_eq!(row.asks, *organization, "{kind} {stage}");
                } else {
                    assert_eq!((told.join(" ").as_str(), rows.len()), (*expected, listed), "{kind} {stage}");
                }
            }
            house.clock.advance(1_000 * DAY);
            assert!(!waiting.is_due(&house).await, "{kind}: the last stage is the last");
        }
        // What is done leaves the operator's list with its clock.
        let waiting = Waiting::open(&house, &raw, ClockKind::SecondSignature).await;
        raw.run("UPDATE clock SET operator_at = 1", vec![]).await;
        let listed = house.store.clocks_of_operator(100).await.unwrap().len();
        waiting.answered(&house, &raw).await;
        assert!(house.store.clocks_of_operator(100).await.unwrap().len() < listed);
    }

    /// A permit that has run out calls off what was planned on it, in the same breath; whoever is on her way is on it
    /// still, and the paper has run out all the same.
    async fn a_paper_that_runs_out_calls_off_the_handover(database: Database) {
        let (house, raw) = home::open(&database).await;
        let waiting = Waiting::open(&house, &raw, ClockKind::PaperValidity).await;
        let state = async |waiting: &Waiting| {
            let sql = "SELECT t.state, t.reason, t.crossing, k.state FROM repatriation t JOIN repatriation_track k ON k.request = t.id WHERE t.id = $1 AND k.track = 'TRAVEL_DOCUMENT'";
            let row = &raw.rows(sql, vec![waiting.record.uuid().as_bytes().to_vec().into()]).await[0];
            let text = |index| row.try_get_by_index::<Option<String>>(index).unwrap().unwrap_or_default();
            [text(0), text(1), text(2), text(3)]
        };
        assert_eq!(state(&waiting).await, ["SCHEDULED", "", "HILI", "ISSUED"]);
        house.clock.advance(waiting.due.millis() - house.now().millis());
        house.submit(waiting.fired(&house, 0)).await.unwrap();
        assert_eq!(state(&waiting).await, ["OPEN", "DOCUMENT_EXPIRED", "", "EXPIRED"]);
        let exit = Waiting { track: "EXIT_CLEARANCE".to_owned(), home: None, ..copy(&waiting) };
        assert!(exit.row(&raw).await.is_some(), "the other paper is another paper");
        // Nothing was planned on the other one any more: it runs out by itself.
        house.clock.advance(exit.row(&raw).await.unwrap().0 - house.now().millis());
        house.submit(exit.fired(&house, 0)).await.unwrap();
        assert_eq!(state(&exit).await[0], "OPEN");

        let gone = Waiting::open(&house, &raw, ClockKind::PaperValidity).await;
        gone.home.as_ref().unwrap().departed(&house).await;
        house.clock.advance(gone.due.millis() - house.now().millis());
        house.submit(gone.fired(&house, 0)).await.unwrap();
        assert_eq!(state(&gone).await, ["IN_TRANSIT", "", "HILI", "EXPIRED"]);
    }

    /// Where everybody whose turn it could be has left the record, all who are there are told: never nobody.
    async fn where_nobody_sits_whose_turn_it_is_everybody_is_told(database: Database) {
        let (house, raw) = home::open(&database).await;
        let waiting = Waiting::open(&house, &raw, ClockKind::Corridor).await;
        let holder = person(&house, &raw, waiting.owner, "head", &[PersonRole::Administrator]).await;
        let receiver = person(&house, &raw, waiting.other, "head", &[PersonRole::Administrator]).await;
        let closes = "UPDATE standing SET open_until = $1 WHERE noun = 'REPATRIATION' AND seat = 'RECEIVING'";
        raw.run(closes, vec![BEGIN.millis().into()]).await;
        house.clock.advance(waiting.due.millis() - house.now().millis());
        raw.run("UPDATE person SET used_at = $1, reviewed_at = $1", vec![house.now().millis().into()]).await;
        house.submit(waiting.fired(&house, 0)).await.unwrap();
        let rows = raw.rows("SELECT person FROM notice", vec![]).await;
        let told: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(told, [holder.uuid().as_bytes().to_vec()], "and not {receiver:?}, to whom it is closed");
    }
}

fn copy(waiting: &Waiting) -> Waiting {
    let Waiting { kind, record, subject, due, owner, other, .. } = *waiting;
    Waiting { kind, record, subject, track: waiting.track.clone(), due, owner, other, home: None }
}

#[test]
fn every_kind_that_escalates_has_its_stages_written_down() {
    for kind in ClockKind::ALL {
        let track = if *kind == ClockKind::Corridor { STOPS } else { "" };
        assert_eq!(stages(*kind, track).is_empty(), runs_out(*kind) == RunsOut::Step, "{kind}");
    }
    // The two of a corridor are of two firmnesses, or the table says less than it seems to.
    let firmness = |track: &str| corridors().clock(track).unwrap().kind;
    assert_eq!((firmness(STOPS), firmness(GOES_ON)), (Firmness::Target, Firmness::Reported));
}
