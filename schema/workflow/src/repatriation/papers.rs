//! The track of the papers: a travel document of the state of origin and an exit clearance of the country she leaves,
//! each with a table of its own and a validity. The corridor says which of the two are asked for. The hub keeps that a
//! paper is there and until when, and never its number.

use sangam_vocabulary::{Category, Instant, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{By, Flow, Step};
use crate::repatriation::{Need, Reason};

codes! {
    "A paper she travels on."
    pub enum PaperKind as "RepatriationPaper" {
        TravelDocument = "TRAVEL_DOCUMENT": "What she crosses the border with: a travel permit, an emergency certificate, a passport.",
        ExitClearance = "EXIT_CLEARANCE": "What lets her leave: an exit permit, an order of the state, a certificate of no objection.",
    }
}

codes! {
    "Where a paper stands."
    pub enum State as "PaperState" {
        NotNeeded = "NOT_NEEDED": "The corridor does not ask for it.",
        Wanted = "WANTED": "Nobody applied for it yet.",
        InProgress = "IN_PROGRESS": "It is applied for; also the covering word where the state itself does not show.",
        Issued = "ISSUED": "It is issued.",
        Expired = "EXPIRED": "It has run out.",
        Refused = "REFUSED": "It was refused or taken back.",
    }
}

codes! {
    "What happens to a paper."
    pub enum Event as "PaperEvent" {
        AskFor = "ASK_FOR": "Ask for it although the corridor does not.",
        Apply = "APPLY": "Apply for it, the first time or again.",
        Issue = "ISSUE": "Record that it is issued, with its validity, the first time or in place of an earlier one.",
        Refuse = "REFUSE": "Record that it was refused, with a reason.",
        Revoke = "REVOKE": "Record that its issuer took it back.",
        Expire = "EXPIRE": "Let it run out; the clock does this.",
    }
}

/// The workflow of the travel document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TravelDocument;

/// The workflow of the exit clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExitClearance;

const APPLIED: &[Need] = &[Need::NoClaim, Need::Consent, Need::Verified, Need::NoPapersHold];
const ISSUED: &[Need] = &[Need::NoClaim, Need::NoPapersHold];
const ISSUED_AT_HOME: &[Need] = &[Need::NoClaim, Need::Liaison, Need::NoPapersHold];
const AT_HOME: &[Need] = &[Need::NoClaim, Need::Liaison];
const IN_HAND: &[Need] = &[Need::NoClaim, Need::Verified, Need::NoPapersHold];
/// Exit is cleared on the order and the travel document (domain.md 1.2, step 8).
const EXIT_APPLIED: &[Need] = &[Need::NoClaim, Need::Consent, Need::Ordered, Need::TravelDocument, Need::NoPapersHold];
const REFUSED: &[Reason] = &[Reason::PapersIncomplete, Reason::IdentityDoubted, Reason::StateObjects];

/// A paper's table, in so far as it is the same for both.
const fn step<F>(from: State, event: Event, seat: Seat, to: State) -> Step<F>
where
    F: Flow<State = State, Event = Event, By = By, Need = Need, Reason = Reason>,
{
    Step::new(from, event, By::Seat(seat), to)
}

const fn refuse<F>(seat: Seat) -> Step<F>
where
    F: Flow<State = State, Event = Event, By = By, Need = Need, Reason = Reason>,
{
    step(State::InProgress, Event::Refuse, seat, State::Refused).because(REFUSED)
}

const fn revoke<F>(seat: Seat) -> Step<F>
where
    F: Flow<State = State, Event = Event, By = By, Need = Need, Reason = Reason>,
{
    step(State::Issued, Event::Revoke, seat, State::Refused).because(&[Reason::Revoked])
}

const fn expire<F>() -> Step<F>
where
    F: Flow<State = State, Event = Event, By = By, Need = Need, Reason = Reason>,
{
    Step::new(State::Issued, Event::Expire, By::Clock, State::Expired)
}

/// That it is applied for shows; what came of it does not.
const fn category(state: State) -> Option<Category> {
    match state {
        State::NotNeeded | State::Wanted | State::InProgress => None,
        State::Issued | State::Expired | State::Refused => Some(Category::Documents),
    }
}

const fn cover(state: State) -> State {
    if category(state).is_some() { State::InProgress } else { state }
}

fn clock(state: State) -> Option<ClockKind> {
    (state == State::Issued).then_some(ClockKind::PaperValidity)
}

impl Flow for TravelDocument {
    const NAME: &'static str = "Repatriation: travel document";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::Wanted, State::NotNeeded];
    const STEPS: &'static [Step<Self>] = &[
        step(State::NotNeeded, Event::AskFor, Seat::Holding, State::Wanted),
        step(State::NotNeeded, Event::AskFor, Seat::SendingLiaison, State::Wanted),
        step(State::Wanted, Event::Apply, Seat::Holding, State::InProgress).needing(APPLIED),
        step(State::Wanted, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(APPLIED),
        step(State::Wanted, Event::Issue, Seat::Holding, State::Issued).needing(IN_HAND),
        step(State::InProgress, Event::Issue, Seat::ReceivingLiaison, State::Issued).needing(ISSUED_AT_HOME),
        step(State::InProgress, Event::Issue, Seat::SendingLiaison, State::Issued).needing(ISSUED),
        step(State::InProgress, Event::Issue, Seat::Holding, State::Issued).needing(ISSUED),
        refuse(Seat::ReceivingLiaison).needing(AT_HOME),
        refuse(Seat::SendingLiaison),
        refuse(Seat::Holding),
        step(State::Issued, Event::Issue, Seat::ReceivingLiaison, State::Issued).needing(ISSUED_AT_HOME),
        step(State::Issued, Event::Issue, Seat::SendingLiaison, State::Issued).needing(ISSUED),
        step(State::Issued, Event::Issue, Seat::Holding, State::Issued).needing(ISSUED),
        revoke(Seat::ReceivingLiaison).needing(AT_HOME),
        revoke(Seat::SendingLiaison),
        revoke(Seat::Holding),
        expire(),
        step(State::Expired, Event::Apply, Seat::Holding, State::InProgress).needing(APPLIED),
        step(State::Expired, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(APPLIED),
        step(State::Refused, Event::Apply, Seat::Holding, State::InProgress).needing(APPLIED),
        step(State::Refused, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(APPLIED),
    ];

    fn category(state: State) -> Option<Category> {
        category(state)
    }

    fn cover(state: State) -> State {
        cover(state)
    }

    fn clock(state: State) -> Option<ClockKind> {
        clock(state)
    }
}

impl Flow for ExitClearance {
    const NAME: &'static str = "Repatriation: exit clearance";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::Wanted, State::NotNeeded];
    const STEPS: &'static [Step<Self>] = &[
        step(State::NotNeeded, Event::AskFor, Seat::Holding, State::Wanted),
        step(State::NotNeeded, Event::AskFor, Seat::SendingLiaison, State::Wanted),
        step(State::Wanted, Event::Apply, Seat::Holding, State::InProgress).needing(EXIT_APPLIED),
        step(State::Wanted, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(EXIT_APPLIED),
        step(State::InProgress, Event::Issue, Seat::SendingLiaison, State::Issued).needing(ISSUED),
        step(State::InProgress, Event::Issue, Seat::Holding, State::Issued).needing(ISSUED),
        refuse(Seat::SendingLiaison),
        refuse(Seat::Holding),
        step(State::Issued, Event::Issue, Seat::SendingLiaison, State::Issued).needing(ISSUED),
        step(State::Issued, Event::Issue, Seat::Holding, State::Issued).needing(ISSUED),
        revoke(Seat::SendingLiaison),
        revoke(Seat::Holding),
        expire(),
        step(State::Expired, Event::Apply, Seat::Holding, State::InProgress).needing(EXIT_APPLIED),
        step(State::Expired, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(EXIT_APPLIED),
        step(State::Refused, Event::Apply, Seat::Holding, State::InProgress).needing(EXIT_APPLIED),
        step(State::Refused, Event::Apply, Seat::SendingLiaison, State::InProgress).needing(EXIT_APPLIED),
    ];

    fn category(state: State) -> Option<Category> {
        category(state)
    }

    fn cover(state: State) -> State {
        cover(state)
    }

    fn clock(state: State) -> Option<ClockKind> {
        clock(state)
    }
}

/// A paper as the gate looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Where it stands.
    pub state: State,
    /// From when and until when it is valid; the end itself is outside. Absent: nobody wrote it down, and it is not
    /// valid on any day.
    pub valid: Option<(Instant, Instant)>,
}

impl Paper {
    /// A paper nobody has, in the state it starts in.
    #[must_use]
    pub const fn none(state: State) -> Self {
        Self { state, valid: None }
    }

    /// Whether nothing stands in the way on a day: the paper is not asked for, or is issued and valid then. The clock
    /// may not have run yet; the dates decide.
    #[must_use]
    pub fn serves(&self, day: Instant) -> bool {
        match self.state {
            State::NotNeeded => true,
            State::Issued => self.valid.is_some_and(|(from, until)| from <= day && day < until),
            State::Wanted | State::InProgress | State::Expired | State::Refused => false,
        }
    }

    /// When it ran out, if it has by an instant: the clock said so, or the date has passed and the clock has not run.
    #[must_use]
    pub fn ran_out(&self, since: Instant, at: Instant) -> Option<Instant> {
        let passed = self.valid.map(|(_, until)| until).filter(|until| *until <= at);
        match self.state {
            State::Expired => Some(passed.unwrap_or(since)),
            State::Issued => passed,
            State::NotNeeded | State::Wanted | State::InProgress | State::Refused => None,
        }
    }
}
