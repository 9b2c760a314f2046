//! Exceptions on record for a person: an order that lifts a row of law, an override by authority that stands in for a
//! consent, an emergency (DESIGN §4, steps 2 and 3, break-glass). Here is how each comes to count and ends; what it opens
//! is custody's to say, and no table of this room. An order and an override count once a second person of the owner has
//! said so; an emergency counts at once and is looked at afterwards.

use sangam_vocabulary::{Category, Instant, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{By, Flow, Step, take};

pub use sangam_custody::ExceptionKind;

codes! {
    "Where an exception stands."
    pub enum State as "ExceptionState" {
        Proposed = "PROPOSED": "One person put it on record; it opens nothing until a second one agrees.",
        InForce = "IN_FORCE": "A second person agreed: it counts from its first to its last instant.",
        Declared = "DECLARED": "An emergency was declared and counts until its last instant; the owner has not looked at it.",
        Reviewed = "REVIEWED": "The owner has looked at the emergency.",
        Lapsed = "LAPSED": "Its time is over.",
        Ended = "ENDED": "The owner ended it before its time.",
    }
}

codes! {
    "A step an exception can take."
    pub enum Event as "ExceptionEvent" {
        Agree = "AGREE": "Agree to it as a second person: attest an order, approve an override.",
        End = "END": "End it at once.",
        Review = "REVIEW": "Say whether an emergency was one.",
        Lapse = "LAPSE": "Let its time be over; its last instant does this.",
    }
}

codes! {
    "Why somebody declares an emergency."
    pub enum EmergencyReason {
        Life = "LIFE": "The person's life is in danger.",
        Health = "HEALTH": "The person needs medical help and cannot be asked.",
        Abduction = "ABDUCTION": "The person is held or was taken.",
        Violence = "VIOLENCE": "Somebody is about to harm the person.",
    }
}

codes! {
    "What the owner says of an emergency afterwards."
    pub enum EmergencyReview {
        Justified = "JUSTIFIED": "It was one.",
        NotJustified = "NOT_JUSTIFIED": "It was none; if it still counts, it ends at once.",
    }
}

codes! {
    "What a step of an exception asks for."
    pub enum Need as "ExceptionNeed" {
        Person = "PERSON": "A person who signed in; a system cannot.",
        SecondPerson = "SECOND_PERSON": "Another person than the one who put it on record.",
    }
}

codes! {
    "Why something exceptional is not put on record."
    pub enum ExceptionRefusal {
        Adult = "ADULT": "Nothing stands in for an adult's own word about going home or being found, and a child's best interests are those of a child who is known to be one.",
        NoOrder = "NO_ORDER": "A court's word stands in for a consent only where its order is on record for the person, attested and in force, for all these categories and for this recipient.",
        Open = "OPEN": "The organization has an emergency for this person that still counts.",
        TooManyToday = "TOO_MANY_TODAY": "The organization has declared as many emergencies as it may in a day.",
        Full = "FULL": "As many exceptions count or wait for the person as may.",
    }
}

/// How many orders and overrides may count or wait for one person, and how many emergencies count: all of them are read
/// with each row that shows her. More than any case has; not from a law.
pub const EXCEPTIONS: i64 = 32;
/// How many emergencies an organization declares in 24 hours, over all persons: more is no longer an emergency of one
/// person, and is talked about. Not from a law.
pub const EMERGENCIES_A_DAY: i64 = 3;
/// How long an owner has to look at an emergency, in days: the working days after a weekend. A target of the hub's own.
pub const EMERGENCY_REVIEW_DAYS: i64 = 3;

/// What a person who asks meets of what steps ask for. `recorded_by_her`: whether it was she who put it on record; none
/// where no person asks.
#[must_use]
pub const fn met(recorded_by_her: Option<bool>) -> &'static [Need] {
    match recorded_by_her {
        None => &[],
        Some(true) => &[Need::Person],
        Some(false) => &[Need::Person, Need::SecondPerson],
    }
}

/// The workflow of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exception;

const fn owner(from: State, event: Event, to: State) -> Step<Exception> {
    Step::new(from, event, By::Seat(Seat::Owner), to)
}

impl Flow for Exception {
    const NAME: &'static str = "Exception";
    const NOUN: Option<Noun> = Some(Noun::Exception);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = EmergencyReview;
    const STARTS: &'static [State] = &[State::Proposed, State::Declared];
    const STEPS: &'static [Step<Self>] = &[
        owner(State::Proposed, Event::Agree, State::InForce).needing(&[Need::Person, Need::SecondPerson]),
        owner(State::Proposed, Event::End, State::Ended),
        Step::new(State::Proposed, Event::Lapse, By::Clock, State::Lapsed),
        owner(State::InForce, Event::End, State::Ended),
        Step::new(State::InForce, Event::Lapse, By::Clock, State::Lapsed),
        owner(State::Declared, Event::Review, State::Reviewed)
            .needing(&[Need::Person])
            .because(&[EmergencyReview::Justified, EmergencyReview::NotJustified]),
    ];

    /// It exists for the owner and for whoever declared it, and says nothing of the person but that it is there.
    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }

    fn clock(state: State) -> Option<ClockKind> {
        matches!(state, State::Declared).then_some(ClockKind::EmergencyReview)
    }
}

/// Where an exception stands at an instant: lapsed from its last one on. An emergency waits to be looked at beyond it.
#[must_use]
pub fn as_of(stored: State, until: Instant, at: Instant) -> State {
    if at < until {
        return stored;
    }
    take::<Exception>(stored, Event::Lapse, By::Clock, &[], None).map_or(stored, |stepped| stepped.to())
}
