//! The referral (DESIGN §5). A draft is the sender's own and nobody else's; once sent it is the recipient's to answer,
//! as a whole and, in `service.rs`, service by service.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{self, By, Flow, Step};
use crate::service;

codes! {
    "Where a referral stands."
    pub enum State as "ReferralState" {
        Draft = "DRAFT": "Written and not sent: there for the sender alone.",
        Sent = "SENT": "Sent; the recipient has not taken note of it yet.",
        Received = "RECEIVED": "The recipient has taken note of it and not answered.",
        Accepted = "ACCEPTED": "The recipient will help.",
        Declined = "DECLINED": "The recipient will not, for a coded reason.",
        InProgress = "IN_PROGRESS": "The recipient is helping; also the covering word where the state itself does not show.",
        Completed = "COMPLETED": "What was promised was given.",
        Withdrawn = "WITHDRAWN": "The sender took it back, or the person did.",
        Expired = "EXPIRED": "Nobody answered in time.",
        Redirected = "REDIRECTED": "The recipient named another organization that could help; the sender decides.",
    }
}

codes! {
    "A step a referral can take."
    pub enum Event as "ReferralEvent" {
        Send = "SEND": "Send a draft.",
        Receive = "RECEIVE": "Take note of it.",
        Accept = "ACCEPT": "Promise to help, with every service that was not declined by itself.",
        Decline = "DECLINE": "Say no to all of it, with a reason.",
        Redirect = "REDIRECT": "Say who could help instead. Nothing is passed on to it.",
        Start = "START": "Begin to help.",
        Complete = "COMPLETE": "Say that all that was promised was given.",
        Withdraw = "WITHDRAW": "Take it back.",
        Expire = "EXPIRE": "Let it lapse; the clock does this.",
    }
}

codes! {
    "Why a referral, or a service of it, is declined."
    pub enum DeclineReason as "DeclineReason" {
        NoCapacity = "NO_CAPACITY": "No capacity now.",
        NotOurService = "NOT_OUR_SERVICE": "Not a service we give.",
        OutOfArea = "OUT_OF_AREA": "Not where we work.",
        NotEligible = "NOT_ELIGIBLE": "The person is outside whom we serve.",
        Unsafe = "UNSAFE": "Helping would put somebody in danger.",
        NotSaid = "NOT_SAID": "The reason stayed in the recipient's own system.",
        ConflictOfInterest = "CONFLICT_OF_INTEREST": "We have a part in the matter, or help somebody on the other side of it.",
        AlreadyServed = "ALREADY_SERVED": "The person has the service already.",
        NotReached = "NOT_REACHED": "The person could not be reached.",
        NotWanted = "NOT_WANTED": "The person does not want it.",
        TooLittleKnown = "TOO_LITTLE_KNOWN": "What came with it is not enough to decide.",
    }
}

/// Every reason to decline: any of them fits wherever something is declined.
pub const DECLINE_REASONS: &[DeclineReason] = <DeclineReason as sangam_vocabulary::Code>::ALL;

codes! {
    "How soon an answer is needed."
    pub enum Urgency as "Urgency" {
        Routine = "ROUTINE": "Within a week.",
        Urgent = "URGENT": "Within a day.",
        Emergency = "EMERGENCY": "At once.",
    }
}

codes! {
    "What the services of a referral must be like for a step of the whole."
    pub enum Need {
        ServiceLeft = "SERVICE_LEFT": "At least one service is not declined.",
        ServicesFinished = "SERVICES_FINISHED": "Every service was given or declined, and at least one was given.",
        NothingGiven = "NOTHING_GIVEN": "No service was given yet.",
    }
}

const HOUR_MILLIS: i64 = 3_600_000;
/// An emergency is answered at once: four hours are what a night needs until somebody else is on duty.
const EMERGENCY_MILLIS: i64 = 4 * HOUR_MILLIS;
/// A day, as the word says.
const URGENT_MILLIS: i64 = 24 * HOUR_MILLIS;
/// A week, as the word says.
const ROUTINE_MILLIS: i64 = 7 * 24 * HOUR_MILLIS;
/// The soonest answer a sender may ask for, in milliseconds: sooner is a telephone call.
pub const SOONEST_ANSWER: i64 = HOUR_MILLIS;
/// The latest answer a sender may ask for, in milliseconds: what waits longer than a month is sent when it is needed.
pub const LATEST_ANSWER: i64 = 30 * 24 * HOUR_MILLIS;

impl Urgency {
    /// How long a referral waits for its answer where the sender does not say, in milliseconds. House targets: no law
    /// was read for them.
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

const fn sender(from: State, event: Event, to: State) -> Step<Referral> {
    Step::new(from, event, By::Seat(Seat::Sender), to)
}

const fn recipient(from: State, event: Event, to: State) -> Step<Referral> {
    Step::new(from, event, By::Seat(Seat::Recipient), to)
}

impl Flow for Referral {
    const NAME: &'static str = "Referral";
    const NOUN: Option<Noun> = Some(Noun::Referral);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = DeclineReason;
    const STARTS: &'static [State] = &[State::Draft, State::Sent];
    const STEPS: &'static [Step<Self>] = &[
        sender(State::Draft, Event::Send, State::Sent),
        sender(State::Draft, Event::Withdraw, State::Withdrawn),
        recipient(State::Sent, Event::Receive, State::Received),
        recipient(State::Sent, Event::Accept, State::Accepted).needing(&[Need::ServiceLeft]),
        recipient(State::Sent, Event::Decline, State::Declined).because(DECLINE_REASONS),
        recipient(State::Sent, Event::Redirect, State::Redirected),
        sender(State::Sent, Event::Withdraw, State::Withdrawn),
        Step::new(State::Sent, Event::Expire, By::Clock, State::Expired),
        recipient(State::Received, Event::Accept, State::Accepted).needing(&[Need::ServiceLeft]),
        recipient(State::Received, Event::Decline, State::Declined).because(DECLINE_REASONS),
        recipient(State::Received, Event::Redirect, State::Redirected),
        sender(State::Received, Event::Withdraw, State::Withdrawn),
        Step::new(State::Received, Event::Expire, By::Clock, State::Expired),
        recipient(State::Accepted, Event::Start, State::InProgress).needing(&[Need::ServiceLeft]),
        // A promise that cannot be kept is taken back with a reason, while nothing was given for it.
        recipient(State::Accepted, Event::Decline, State::Declined).because(DECLINE_REASONS),
        sender(State::Accepted, Event::Withdraw, State::Withdrawn),
        recipient(State::InProgress, Event::Complete, State::Completed).needing(&[Need::ServicesFinished]),
        recipient(State::InProgress, Event::Decline, State::Declined)
            .needing(&[Need::NothingGiven])
            .because(DECLINE_REASONS),
        sender(State::InProgress, Event::Withdraw, State::Withdrawn),
    ];

    /// That a referral was sent and taken says nothing; what became of it does.
    fn category(state: State) -> Option<Category> {
        match state {
            State::Draft | State::Sent | State::Received | State::InProgress => None,
            State::Accepted
            | State::Declined
            | State::Completed
            | State::Withdrawn
            | State::Expired
            | State::Redirected => Some(Category::Services),
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::InProgress } else { state }
    }

    fn clock(state: State) -> Option<ClockKind> {
        matches!(state, State::Sent | State::Received).then_some(ClockKind::AnswerBy)
    }
}

/// Whether an offer that lies in the recipient's own system is taken back there once its referral has come to this state.
/// Which of these it was shows to nobody there any more, so that all of them are one word to that system. What the
/// recipient completed was done, and nothing of it is taken back.
#[must_use]
pub const fn takes_back(state: State) -> bool {
    match state {
        State::Declined | State::Withdrawn | State::Expired | State::Redirected => true,
        State::Draft | State::Sent | State::Received | State::Accepted | State::InProgress | State::Completed => false,
    }
}

/// What the services of a referral allow of the whole. A referral of the days before services were answered one by one
/// has none to ask, and nothing of it is held up.
#[must_use]
pub fn met(services: &[service::State]) -> Vec<Need> {
    let any = |state: service::State| services.contains(&state);
    let unanswered = services.is_empty();
    let left = unanswered || services.iter().any(|state| *state != service::State::Declined);
    let pending = any(service::State::Asked) || any(service::State::Accepted);
    let finished = unanswered || (!pending && any(service::State::Given));
    [(Need::ServiceLeft, left), (Need::ServicesFinished, finished), (Need::NothingGiven, !any(service::State::Given))]
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(need, _)| need)
        .collect()
}
