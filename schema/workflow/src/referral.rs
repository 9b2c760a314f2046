//! The referral: DRAFT is the sender's own system's business; here it begins when it is sent (DESIGN §5).

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{self, By, Flow, Nothing, Step};

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

/// An emergency is answered at once: four hours are what a night needs until somebody else is on duty.
const EMERGENCY_MILLIS: i64 = 4 * 3_600_000;
/// A day, as the word says.
const URGENT_MILLIS: i64 = 86_400_000;
/// A week, as the word says.
const ROUTINE_MILLIS: i64 = 7 * 86_400_000;

impl Urgency {
    /// How long a referral waits for its answer, in milliseconds.
    #[must_use]
    pub const fn answer_within(self) -> i64 {
        match self {
            Self::Routine => ROUTINE_MILLIS,
            Self::Urgent => URGENT_MILLIS,
            Self::Emergency => EMERGENCY_MILLIS,
        }
    }
}

/// The workflow of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Referral;

/// A referral's state after a step.
pub type Stepped = flow::Stepped<Referral>;
/// Why a referral did not take a step.
pub type Illegal = flow::Illegal<Referral>;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Referral> {
    Step::new(from, event, By::Seat(seat), to)
}

const fn decline(from: State) -> Step<Referral> {
    step(from, Event::Decline, Seat::Recipient, State::Declined).because(&[
        DeclineReason::NoCapacity,
        DeclineReason::NotOurService,
        DeclineReason::OutOfArea,
        DeclineReason::NotEligible,
        DeclineReason::Unsafe,
        DeclineReason::NotSaid,
    ])
}

impl Flow for Referral {
    const NAME: &'static str = "Referral";
    const NOUN: Option<Noun> = Some(Noun::Referral);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Nothing;
    type Reason = DeclineReason;
    const STARTS: &'static [State] = &[State::Sent];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Sent, Event::Receive, Seat::Recipient, State::Received),
        step(State::Sent, Event::Accept, Seat::Recipient, State::Accepted),
        decline(State::Sent),
        step(State::Sent, Event::Withdraw, Seat::Sender, State::Withdrawn),
        Step::new(State::Sent, Event::Expire, By::Clock, State::Expired),
        step(State::Received, Event::Accept, Seat::Recipient, State::Accepted),
        decline(State::Received),
        step(State::Received, Event::Withdraw, Seat::Sender, State::Withdrawn),
        Step::new(State::Received, Event::Expire, By::Clock, State::Expired),
        step(State::Accepted, Event::Start, Seat::Recipient, State::InProgress),
        step(State::Accepted, Event::Withdraw, Seat::Sender, State::Withdrawn),
        step(State::InProgress, Event::Complete, Seat::Recipient, State::Completed),
        step(State::InProgress, Event::Withdraw, Seat::Sender, State::Withdrawn),
    ];

    /// That a referral was sent and taken says nothing; what became of it does.
    fn category(state: State) -> Option<Category> {
        match state {
            State::Sent | State::Received | State::InProgress => None,
            State::Accepted | State::Declined | State::Completed | State::Withdrawn | State::Expired => {
                Some(Category::Services)
            }
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::InProgress } else { state }
    }

    fn clock(state: State) -> Option<ClockKind> {
        matches!(state, State::Sent | State::Received).then_some(ClockKind::AnswerBy)
    }
}
