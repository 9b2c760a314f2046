//! The recall: a recipient is asked to let go of what it has of a person, and answers. Silence is no answer: it
//! escalates, and nothing more is disclosed until there is one (DESIGN §5).

use sangam_vocabulary::{Category, Noun, codes};

use crate::clock::ClockKind;
use crate::flow::{self, Flow, Nothing, Party, Step};

codes! {
    "Where a recall stands."
    pub enum State as "RecallState" {
        Open = "OPEN": "Asked, not answered; nothing more is disclosed.",
        Overdue = "OVERDUE": "Not answered in time; nothing more is disclosed.",
        Deleted = "DELETED": "The recipient says that it has deleted what it had.",
        Restricted = "RESTRICTED": "The recipient says that it keeps it and uses it no more.",
        RetainedByLaw = "RETAINED_BY_LAW": "The recipient says that a law makes it keep it.",
        Unable = "UNABLE": "The recipient says that it cannot; it may yet find a way.",
    }
}

codes! {
    "What happens to a recall: an answer, or silence."
    pub enum Event as "RecallEvent" {
        Deleted = "DELETED": "Say that it is deleted.",
        Restricted = "RESTRICTED": "Say that it is kept and used no more.",
        RetainedByLaw = "RETAINED_BY_LAW": "Say that a law makes one keep it, and which kind.",
        Unable = "UNABLE": "Say that one cannot, and why.",
        Escalate = "ESCALATE": "Nobody answered; the clock does this.",
    }
}

codes! {
    "Which kind of law makes a recipient keep data, or why it cannot let go of them."
    pub enum Reason as "RecallReason" {
        Proceedings = "PROCEEDINGS": "Law: the record of a case before a court, a committee or the police.",
        HealthRecords = "HEALTH_RECORDS": "Law: a health provider must keep its records.",
        ChildRecords = "CHILD_RECORDS": "Law: the record of a child in care must be kept.",
        Accounts = "ACCOUNTS": "Law: proof of what public or donated money was spent on.",
        PassedOn = "PASSED_ON": "Cannot: it was passed on to somebody who does not answer.",
        OnPaper = "ON_PAPER": "Cannot: it is on paper that is not found.",
        InBackups = "IN_BACKUPS": "Cannot: it is in backups that run out by themselves.",
        Lost = "LOST": "Cannot: it was lost or taken, and nobody knows who has it.",
    }
}

/// Who takes a step of a recall. Nobody sits in it: whoever was asked answers, also when it has no seat any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The organization that was asked.
    Recipient,
    /// The hub's clock.
    Clock,
}

impl Party for By {
    fn word(self) -> String {
        match self {
            Self::Recipient => "recipient",
            Self::Clock => "clock",
        }
        .to_owned()
    }
}

/// The workflow of a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recall;

/// A recall's state after a step.
pub type Stepped = flow::Stepped<Recall>;
/// Why a recall did not take a step.
pub type Illegal = flow::Illegal<Recall>;

/// How long a recipient has to answer, in days: a week is long enough to look in every drawer, and DESIGN §5 lets
/// nothing new be disclosed meanwhile. A target of the hub's own; no law read so far says a number.
pub const ANSWER_DAYS: i64 = 7;

const LAWS: &[Reason] = &[Reason::Proceedings, Reason::HealthRecords, Reason::ChildRecords, Reason::Accounts];
const HINDRANCES: &[Reason] = &[Reason::PassedOn, Reason::OnPaper, Reason::InBackups, Reason::Lost];

const fn answer(from: State, event: Event, to: State) -> Step<Recall> {
    Step::new(from, event, By::Recipient, to)
}

impl Flow for Recall {
    const NAME: &'static str = "Recall";
    const NOUN: Option<Noun> = None;
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Nothing;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::Open];
    const STEPS: &'static [Step<Self>] = &[
        answer(State::Open, Event::Deleted, State::Deleted),
        answer(State::Open, Event::Restricted, State::Restricted),
        answer(State::Open, Event::RetainedByLaw, State::RetainedByLaw).because(LAWS),
        answer(State::Open, Event::Unable, State::Unable).because(HINDRANCES),
        Step::new(State::Open, Event::Escalate, By::Clock, State::Overdue),
        answer(State::Overdue, Event::Deleted, State::Deleted),
        answer(State::Overdue, Event::Restricted, State::Restricted),
        answer(State::Overdue, Event::RetainedByLaw, State::RetainedByLaw).because(LAWS),
        answer(State::Overdue, Event::Unable, State::Unable).because(HINDRANCES),
        answer(State::Unable, Event::Deleted, State::Deleted),
        answer(State::Unable, Event::Restricted, State::Restricted),
        answer(State::Unable, Event::RetainedByLaw, State::RetainedByLaw).because(LAWS),
    ];

    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }

    fn clock(state: State) -> Option<ClockKind> {
        matches!(state, State::Open).then_some(ClockKind::Recall)
    }
}

impl State {
    /// Whether the recipient has not answered: nothing more is disclosed to it.
    #[must_use]
    pub const fn waits(self) -> bool {
        matches!(self, Self::Open | Self::Overdue)
    }
}
