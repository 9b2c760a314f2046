//! The screening for international protection. It comes first, is made apart from police, and decides whether anything
//! goes towards the state of origin at all (DESIGN §5). Saying that there is a claim needs nothing; saying that there is
//! none does.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};
use crate::repatriation::{Need, Reason};

codes! {
    "What came of asking her whether she needs protection from the state she would go to."
    pub enum State as "ScreeningOutcome" {
        NotDone = "NOT_DONE": "She was not asked yet; also the covering word where the outcome does not show.",
        NoClaim = "NO_CLAIM": "She was asked apart from police, and makes no claim.",
        Claim = "CLAIM": "She asks for protection: nothing goes towards the state of origin.",
        NotSafeToAsk = "NOT_SAFE_TO_ASK": "It is not safe to ask her yet: nothing goes towards the state of origin.",
    }
}

codes! {
    "What is written down of a screening."
    pub enum Event as "ScreeningEvent" {
        FindNone = "FIND_NONE": "Write down that she makes no claim.",
        Claim = "CLAIM": "Write down that she asks for protection.",
        Defer = "DEFER": "Write down that it is not safe to ask her.",
        Settle = "SETTLE": "Write down that her claim is over, and that she makes no other.",
    }
}

/// The workflow of the screening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Screening;

/// The screening after a step.
pub type Stepped = crate::flow::Stepped<Screening>;
/// Why the screening did not take a step.
pub type Illegal = crate::flow::Illegal<Screening>;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Screening> {
    Step::new(from, event, By::Seat(seat), to).needing(&[Need::BeforeHandover])
}

const fn none(from: State) -> Step<Screening> {
    Step::new(from, Event::FindNone, By::Seat(Seat::Holding), State::NoClaim)
        .needing(&[Need::ApartFromPolice, Need::BeforeHandover])
}

impl Flow for Screening {
    const NAME: &'static str = "Screening for international protection";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::NotDone];
    const STEPS: &'static [Step<Self>] = &[
        none(State::NotDone),
        step(State::NotDone, Event::Claim, Seat::Holding, State::Claim),
        step(State::NotDone, Event::Claim, Seat::Lawyer, State::Claim),
        step(State::NotDone, Event::Defer, Seat::Holding, State::NotSafeToAsk),
        step(State::NoClaim, Event::Claim, Seat::Holding, State::Claim),
        step(State::NoClaim, Event::Claim, Seat::Lawyer, State::Claim),
        step(State::NoClaim, Event::Defer, Seat::Holding, State::NotSafeToAsk).because(&[Reason::PolicePresent]),
        step(State::NoClaim, Event::Defer, Seat::Lawyer, State::NotSafeToAsk).because(&[Reason::PolicePresent]),
        Step::new(State::Claim, Event::Settle, By::Seat(Seat::Holding), State::NoClaim)
            .needing(&[Need::ApartFromPolice, Need::BeforeHandover])
            .because(&[Reason::ClaimWithdrawn, Reason::ClaimDecided]),
        none(State::NotSafeToAsk),
        step(State::NotSafeToAsk, Event::Claim, Seat::Holding, State::Claim),
        step(State::NotSafeToAsk, Event::Claim, Seat::Lawyer, State::Claim),
    ];

    /// That she was screened shows; what she said does not: it tells what she thinks of a state.
    fn category(state: State) -> Option<Category> {
        match state {
            State::NotDone => None,
            State::NoClaim | State::Claim | State::NotSafeToAsk => Some(Category::Immigration),
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::NotDone } else { state }
    }
}

impl State {
    /// Whether whoever sits in a seat has standing in the request. The government of the state of origin has none
    /// without [`State::NoClaim`], and none any more after a later claim: to it no request exists.
    #[must_use]
    pub const fn lets_see(self, seat: Seat) -> bool {
        match seat {
            Seat::ReceivingLiaison => matches!(self, Self::NoClaim),
            Seat::Owner | Seat::Holding | Seat::Receiving | Seat::SendingLiaison | Seat::Lawyer => true,
            Seat::Sender | Seat::Recipient | Seat::Source | Seat::Finder | Seat::Contributor => false,
        }
    }
}
