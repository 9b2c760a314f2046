//! The track of the placement: who receives her, the return assessment that both sides sign, and where she will live.
//! What the place is lies in a category; here stands only that it is agreed.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};
use crate::repatriation::{Need, Reason};

codes! {
    "Where the placement stands."
    pub enum State as "PlacementState" {
        Wanted = "WANTED": "No organization has agreed to receive her.",
        InProgress = "IN_PROGRESS": "An organization will receive her; the return assessment is awaited.",
        Assessed = "ASSESSED": "The return assessment is made; nobody signed it.",
        SignedByHolder = "SIGNED_BY_HOLDER": "The holder signed the return assessment; the receiving organization has not.",
        SignedByReceiver = "SIGNED_BY_RECEIVER": "The receiving organization signed the return assessment; the holder has not.",
        Signed = "SIGNED": "Both sides signed the return assessment.",
        PlaceAgreed = "PLACE_AGREED": "It is agreed where she will live and who visits her.",
    }
}

codes! {
    "What happens in the placement."
    pub enum Event as "PlacementEvent" {
        Agree = "AGREE": "Agree to receive her.",
        Assess = "ASSESS": "Make the return assessment, the first or a new one; signatures of an earlier one fall.",
        Sign = "SIGN": "Sign the return assessment for one side.",
        AgreePlace = "AGREE_PLACE": "Agree where she will live and who visits her, or change it.",
        StepBack = "STEP_BACK": "Take back the promise to receive her.",
    }
}

/// The workflow of the placement track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Placement;

/// The placement track after a step.
pub type Stepped = crate::flow::Stepped<Placement>;
/// Why the placement track did not take a step.
pub type Illegal = crate::flow::Illegal<Placement>;

const ASSESSED_ON: &[Need] = &[Need::NoClaim, Need::HomeInvestigated, Need::NoPlacementHold];
const GOES_ON: &[Need] = &[Need::NoClaim, Need::NoPlacementHold];

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Placement> {
    Step::new(from, event, By::Seat(seat), to)
}

/// Either side makes the assessment, and only on a reported home investigation: one that says nothing of her home says
/// nothing of her return.
const fn assess(from: State, seat: Seat) -> Step<Placement> {
    step(from, Event::Assess, seat, State::Assessed).needing(ASSESSED_ON)
}

const fn sign(from: State, seat: Seat, to: State) -> Step<Placement> {
    step(from, Event::Sign, seat, to).needing(GOES_ON)
}

const fn step_back(from: State) -> Step<Placement> {
    step(from, Event::StepBack, Seat::Receiving, State::Wanted).because(&[Reason::ReceiverWithdrew])
}

const fn agree_place(from: State) -> Step<Placement> {
    step(from, Event::AgreePlace, Seat::Receiving, State::PlaceAgreed).needing(GOES_ON)
}

impl Flow for Placement {
    const NAME: &'static str = "Repatriation: placement";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::Wanted];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Wanted, Event::Agree, Seat::Receiving, State::InProgress).needing(GOES_ON),
        step_back(State::Wanted),
        assess(State::InProgress, Seat::Holding),
        assess(State::InProgress, Seat::Receiving),
        step_back(State::InProgress),
        assess(State::Assessed, Seat::Holding),
        assess(State::Assessed, Seat::Receiving),
        sign(State::Assessed, Seat::Holding, State::SignedByHolder),
        sign(State::Assessed, Seat::Receiving, State::SignedByReceiver),
        step_back(State::Assessed),
        assess(State::SignedByHolder, Seat::Holding),
        assess(State::SignedByHolder, Seat::Receiving),
        sign(State::SignedByHolder, Seat::Receiving, State::Signed),
        step_back(State::SignedByHolder),
        assess(State::SignedByReceiver, Seat::Holding),
        assess(State::SignedByReceiver, Seat::Receiving),
        sign(State::SignedByReceiver, Seat::Holding, State::Signed),
        step_back(State::SignedByReceiver),
        assess(State::Signed, Seat::Holding),
        assess(State::Signed, Seat::Receiving),
        agree_place(State::Signed),
        step_back(State::Signed),
        assess(State::PlaceAgreed, Seat::Holding),
        assess(State::PlaceAgreed, Seat::Receiving),
        agree_place(State::PlaceAgreed),
        step_back(State::PlaceAgreed),
    ];

    /// How far the preparation is says nothing about her; what the assessment and the place are lies in categories.
    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }
}

impl State {
    /// Whether an organization has agreed to receive her.
    #[must_use]
    pub const fn has_receiver(self) -> bool {
        !matches!(self, Self::Wanted)
    }

    /// Whether both sides signed the return assessment that stands.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Signed | Self::PlaceAgreed)
    }
}
