//! The referral: DRAFT is the sender's own system's business; here it begins when it is sent (DESIGN §5).

use sangam_vocabulary::{Category, Seat, codes};
use thiserror::Error;

codes! {
    "Where a referral stands."
    pub enum State as "ReferralState" {
        Sent = "SENT": "Sent; the recipient's system has not taken it yet.",
        Received = "RECEIVED": "Taken by the recipient, not answered.",
        Accepted = "ACCEPTED": "The recipient will help.",
        Declined = "DECLINED": "The recipient will not, for a coded reason.",
        InProgress = "IN_PROGRESS": "The recipient is helping; also the covering word where the state itself does not show.",
        Completed = "COMPLETED": "The service was given.",
        Withdrawn = "WITHDRAWN": "The sender took it back, or the person did.",
        Expired = "EXPIRED": "Nobody answered in time.",
    }
}

codes! {
    "A step a referral can take."
    pub enum Event as "ReferralEvent" {
        Receive = "RECEIVE": "Take note of it.",
        Accept = "ACCEPT": "Promise to help.",
        Decline = "DECLINE": "Say no, with a reason.",
        Start = "START": "Begin to help.",
        Complete = "COMPLETE": "Say that the service was given.",
        Withdraw = "WITHDRAW": "Take it back.",
        Expire = "EXPIRE": "Let it lapse; the clock does this.",
    }
}

codes! {
    "Why a referral is declined."
    pub enum DeclineReason as "DeclineReason" {
        NoCapacity = "NO_CAPACITY": "No capacity now.",
        NotOurService = "NOT_OUR_SERVICE": "Not a service we give.",
        OutOfArea = "OUT_OF_AREA": "Not where we work.",
        NotEligible = "NOT_ELIGIBLE": "The person is outside whom we serve.",
        Unsafe = "UNSAFE": "Helping would put somebody in danger.",
        NotSaid = "NOT_SAID": "The reason stayed in the recipient's own system.",
    }
}

codes! {
    "How soon an answer is needed."
    pub enum Urgency as "Urgency" {
        Routine = "ROUTINE": "Within a week.",
        Urgent = "URGENT": "Within a day.",
        Emergency = "EMERGENCY": "At once.",
    }
}

/// Who takes a step: a seat in the record, or the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// An organization in this seat.
    Seat(Seat),
    /// The hub's clock.
    Clock,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// From which state.
    pub from: State,
    /// By which event.
    pub event: Event,
    /// By whom.
    pub by: By,
    /// Whether a coded reason must come with it.
    pub needs_reason: bool,
    /// To which state.
    pub to: State,
}

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step {
    Step { from, event, by: By::Seat(seat), needs_reason: matches!(event, Event::Decline), to }
}

/// Every legal step. What is not here is illegal.
pub const STEPS: &[Step] = &[
    step(State::Sent, Event::Receive, Seat::Recipient, State::Received),
    step(State::Sent, Event::Accept, Seat::Recipient, State::Accepted),
    step(State::Sent, Event::Decline, Seat::Recipient, State::Declined),
    step(State::Sent, Event::Withdraw, Seat::Sender, State::Withdrawn),
    Step { from: State::Sent, event: Event::Expire, by: By::Clock, needs_reason: false, to: State::Expired },
    step(State::Received, Event::Accept, Seat::Recipient, State::Accepted),
    step(State::Received, Event::Decline, Seat::Recipient, State::Declined),
    step(State::Received, Event::Withdraw, Seat::Sender, State::Withdrawn),
    Step { from: State::Received, event: Event::Expire, by: By::Clock, needs_reason: false, to: State::Expired },
    step(State::Accepted, Event::Start, Seat::Recipient, State::InProgress),
    step(State::Accepted, Event::Withdraw, Seat::Sender, State::Withdrawn),
    step(State::InProgress, Event::Complete, Seat::Recipient, State::Completed),
    step(State::InProgress, Event::Withdraw, Seat::Sender, State::Withdrawn),
];

impl State {
    /// Whether no step leads on: the relation of the recipient closes with it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Declined | Self::Completed | Self::Withdrawn | Self::Expired)
    }

    /// The category a state belongs to: who may not see it sees the covering word. That a referral was sent
    /// and taken says nothing; what became of it does.
    #[must_use]
    pub const fn category(self) -> Option<Category> {
        match self {
            Self::Sent | Self::Received | Self::InProgress => None,
            Self::Accepted | Self::Declined | Self::Completed | Self::Withdrawn | Self::Expired => {
                Some(Category::Services)
            }
        }
    }

    /// What is shown where the state's category is not.
    pub const COVER: Self = Self::InProgress;
}

/// A referral's state after a step, which only [`take`] makes; a store accepts nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a step that is not stored did not happen"]
pub struct Stepped {
    from: State,
    to: State,
    event: Event,
    reason: Option<DeclineReason>,
}

impl Stepped {
    /// The state before.
    #[must_use]
    pub const fn from(&self) -> State {
        self.from
    }

    /// The state after.
    #[must_use]
    pub const fn to(&self) -> State {
        self.to
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> Event {
        self.event
    }

    /// The coded reason.
    #[must_use]
    pub const fn reason(&self) -> Option<DeclineReason> {
        self.reason
    }
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Illegal {
    /// The table has no such step for this seat in this state.
    #[error("no such step here")]
    NoSuchStep {
        /// The steps this seat can take in this state.
        legal: Vec<Event>,
    },
    /// The step needs a coded reason.
    #[error("the step needs a reason")]
    ReasonMissing,
}

/// The steps somebody can take in a state.
pub fn legal(state: State, by: By) -> impl Iterator<Item = Event> {
    STEPS.iter().filter(move |step| step.from == state && step.by == by).map(|step| step.event)
}

/// Takes a step.
///
/// # Errors
/// [`Illegal`] with the legal steps for this seat, or that a reason is missing.
pub fn take(state: State, event: Event, by: By, reason: Option<DeclineReason>) -> Result<Stepped, Illegal> {
    let row = STEPS.iter().find(|step| step.from == state && step.event == event && step.by == by);
    match row {
        None => Err(Illegal::NoSuchStep { legal: legal(state, by).collect() }),
        Some(step) if step.needs_reason && reason.is_none() => Err(Illegal::ReasonMissing),
        Some(step) => {
            Ok(Stepped { from: state, to: step.to, event, reason: if step.needs_reason { reason } else { None } })
        }
    }
}
