//! The arrival: a person came without a request that anybody had made. Whoever receives her records it about its own
//! subject. A push-back is an arrival and nothing else (domain.md 1.2): there is no step from here into a repatriation,
//! and no arrival is ever a return that was completed.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{self, By, Flow, Nothing, Step};

codes! {
    "How a person came without a request."
    pub enum Kind as "ArrivalKind" {
        PushBack = "PUSH_BACK": "Pushed over the border by a border force, without consent, order or enquiry. Never a repatriation.",
        AfterSentence = "AFTER_SENTENCE": "Sent out after a sentence was served.",
        Intercepted = "INTERCEPTED": "Stopped at the border or on the way.",
        Alone = "ALONE": "Came by herself.",
    }
}

codes! {
    "Where an arrival stands."
    pub enum State as "ArrivalState" {
        Recorded = "RECORDED": "The person is here; also the covering word where the state itself does not show.",
        NeedsAssessed = "NEEDS_ASSESSED": "Somebody has asked her what she needs.",
        InCare = "IN_CARE": "She is cared for.",
        Closed = "CLOSED": "The organization's care has ended, for a coded reason.",
    }
}

codes! {
    "A step an arrival can take."
    pub enum Event as "ArrivalEvent" {
        Assess = "ASSESS": "Say that her needs are assessed.",
        TakeIntoCare = "TAKE_INTO_CARE": "Say that she is cared for.",
        Close = "CLOSE": "Say that it is over, with a reason.",
    }
}

codes! {
    "Why an arrival is closed."
    pub enum CloseReason as "ArrivalCloseReason" {
        CareEnded = "CARE_ENDED": "She no longer needs the care.",
        Referred = "REFERRED": "Another organization cares for her.",
        Declined = "DECLINED": "She wants no help.",
        Left = "LEFT": "She has left.",
        Mistaken = "MISTAKEN": "It was recorded by mistake.",
    }
}

/// The workflow of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arrival;

/// An arrival's state after a step.
pub type Stepped = flow::Stepped<Arrival>;
/// Why an arrival did not take a step.
pub type Illegal = flow::Illegal<Arrival>;

const fn step(from: State, event: Event, to: State) -> Step<Arrival> {
    Step::new(from, event, By::Seat(Seat::Receiving), to)
}

/// Before she is cared for nothing can have ended.
const BEFORE_CARE: &[CloseReason] =
    &[CloseReason::Referred, CloseReason::Declined, CloseReason::Left, CloseReason::Mistaken];
const AFTER_CARE: &[CloseReason] =
    &[CloseReason::CareEnded, CloseReason::Referred, CloseReason::Declined, CloseReason::Left];

impl Flow for Arrival {
    const NAME: &'static str = "Arrival";
    const NOUN: Option<Noun> = Some(Noun::Arrival);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Nothing;
    type Reason = CloseReason;
    const STARTS: &'static [State] = &[State::Recorded];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Recorded, Event::Assess, State::NeedsAssessed),
        step(State::Recorded, Event::Close, State::Closed).because(BEFORE_CARE),
        step(State::NeedsAssessed, Event::TakeIntoCare, State::InCare),
        step(State::NeedsAssessed, Event::Close, State::Closed).because(BEFORE_CARE),
        step(State::InCare, Event::Close, State::Closed).because(AFTER_CARE),
    ];

    fn category(state: State) -> Option<Category> {
        (state != State::Recorded).then_some(Category::Services)
    }

    fn cover(_: State) -> State {
        State::Recorded
    }
}
