//! The track of the verification: whether the state of origin takes her as its national, and what the home
//! investigation finds. Nobody tells the village what happened to her: what goes out is TRACING, and only while the
//! track is open.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};
use crate::repatriation::screening;
use crate::repatriation::{Need, Reason};

codes! {
    "Where the verification of nationality and home stands."
    pub enum State as "VerificationState" {
        NotAsked = "NOT_ASKED": "Nobody asked yet.",
        InProgress = "IN_PROGRESS": "It is asked for; also the covering word where the state itself does not show.",
        HomeInvestigation = "HOME_INVESTIGATION": "Somebody looks for her home.",
        Investigated = "INVESTIGATED": "The home investigation is reported; the answer on her nationality is awaited.",
        Confirmed = "CONFIRMED": "She is a national, or what the corridor asks in its place.",
        Refused = "REFUSED": "Her nationality was not confirmed; it can be appealed.",
        Appealed = "APPEALED": "The state of origin looks at it again.",
        NotANational = "NOT_A_NATIONAL": "It is final that the state does not take her as its national: another way is sought.",
    }
}

codes! {
    "What happens in the verification of nationality and home."
    pub enum Event as "VerificationEvent" {
        Ask = "ASK": "Ask for the verification, with what a search needs and no more.",
        Begin = "BEGIN": "Begin the home investigation, or begin it again.",
        Report = "REPORT": "Report the home investigation.",
        Confirm = "CONFIRM": "Confirm her nationality.",
        Refuse = "REFUSE": "Say that it cannot be confirmed, with a reason.",
        Appeal = "APPEAL": "Ask the state of origin to look again.",
        Deny = "DENY": "Say for good that she is no national, with a reason.",
        LetStand = "LET_STAND": "Record that she does not appeal.",
    }
}

/// The workflow of the verification track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verification;

/// The verification track after a step.
pub type Stepped = crate::flow::Stepped<Verification>;
/// Why the verification track did not take a step.
pub type Illegal = crate::flow::Illegal<Verification>;

const GOES_ON: &[Need] = &[Need::NoClaim, Need::Consent, Need::NoVerificationHold];
const GOES_ON_AT_HOME: &[Need] = &[Need::NoClaim, Need::Liaison, Need::Consent, Need::NoVerificationHold];
const GOES_ON_BETWEEN_ORGANIZATIONS: &[Need] =
    &[Need::BetweenOrganizations, Need::NoClaim, Need::Consent, Need::NoVerificationHold];
const GOES_ON_BY_PAPER: &[Need] =
    &[Need::Liaison, Need::NoLiaison, Need::NoClaim, Need::Consent, Need::NoVerificationHold];
const UNCONFIRMED: &[Reason] =
    &[Reason::AddressUntraceable, Reason::FamilyDenies, Reason::NoRecord, Reason::OtherNationality];

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Verification> {
    Step::new(from, event, By::Seat(seat), to)
}

/// Who answers on her nationality: the liaison of the state; the receiving organization, where the corridor leaves it
/// to the organizations; the sending liaison with the answer on paper, where the state has no seat here
/// though the corridor knows its government.
const fn confirm(from: State, seat: Seat) -> Step<Verification> {
    step(from, Event::Confirm, seat, State::Confirmed).needing(match seat {
        Seat::ReceivingLiaison => GOES_ON_AT_HOME,
        Seat::SendingLiaison => GOES_ON_BY_PAPER,
        _ => GOES_ON_BETWEEN_ORGANIZATIONS,
    })
}

const fn no(from: State, event: Event, seat: Seat, to: State) -> Step<Verification> {
    let needs: &[Need] = match seat {
        Seat::ReceivingLiaison => &[Need::NoClaim, Need::Liaison],
        Seat::SendingLiaison => &[Need::Liaison, Need::NoLiaison, Need::NoClaim],
        _ => &[Need::BetweenOrganizations, Need::NoClaim],
    };
    step(from, event, seat, to).needing(needs).because(UNCONFIRMED)
}

const fn refuse(from: State, seat: Seat) -> Step<Verification> {
    no(from, Event::Refuse, seat, State::Refused)
}

const fn deny(seat: Seat) -> Step<Verification> {
    no(State::Appealed, Event::Deny, seat, State::NotANational)
}

const fn begin(from: State, seat: Seat) -> Step<Verification> {
    step(from, Event::Begin, seat, State::HomeInvestigation).needing(match seat {
        Seat::ReceivingLiaison => GOES_ON_AT_HOME,
        _ => GOES_ON,
    })
}

impl Flow for Verification {
    const NAME: &'static str = "Repatriation: verification";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::NotAsked];
    const STEPS: &'static [Step<Self>] = &[
        step(State::NotAsked, Event::Ask, Seat::SendingLiaison, State::InProgress).needing(GOES_ON),
        step(State::NotAsked, Event::Ask, Seat::Holding, State::InProgress).needing(GOES_ON_BETWEEN_ORGANIZATIONS),
        begin(State::InProgress, Seat::Receiving),
        begin(State::InProgress, Seat::ReceivingLiaison),
        refuse(State::InProgress, Seat::ReceivingLiaison),
        step(State::HomeInvestigation, Event::Report, Seat::Receiving, State::Investigated).needing(GOES_ON),
        step(State::HomeInvestigation, Event::Report, Seat::ReceivingLiaison, State::Investigated)
            .needing(GOES_ON_AT_HOME),
        refuse(State::HomeInvestigation, Seat::ReceivingLiaison),
        begin(State::Investigated, Seat::Receiving),
        begin(State::Investigated, Seat::ReceivingLiaison),
        confirm(State::Investigated, Seat::ReceivingLiaison),
        confirm(State::Investigated, Seat::Receiving),
        confirm(State::Investigated, Seat::SendingLiaison),
        refuse(State::Investigated, Seat::ReceivingLiaison),
        refuse(State::Investigated, Seat::Receiving),
        refuse(State::Investigated, Seat::SendingLiaison),
        refuse(State::Confirmed, Seat::ReceivingLiaison),
        step(State::Refused, Event::Appeal, Seat::Holding, State::Appealed).needing(&[Need::NoClaim, Need::Consent]),
        step(State::Refused, Event::Appeal, Seat::SendingLiaison, State::Appealed)
            .needing(&[Need::NoClaim, Need::Consent]),
        step(State::Refused, Event::Appeal, Seat::Lawyer, State::Appealed).needing(&[Need::NoClaim, Need::Consent]),
        step(State::Refused, Event::LetStand, Seat::Holding, State::NotANational),
        begin(State::Appealed, Seat::Receiving),
        begin(State::Appealed, Seat::ReceivingLiaison),
        confirm(State::Appealed, Seat::ReceivingLiaison),
        confirm(State::Appealed, Seat::Receiving),
        confirm(State::Appealed, Seat::SendingLiaison),
        deny(Seat::ReceivingLiaison),
        deny(Seat::Receiving),
        deny(Seat::SendingLiaison),
    ];

    fn category(state: State) -> Option<Category> {
        match state {
            State::NotAsked | State::InProgress | State::HomeInvestigation | State::Investigated => None,
            State::Confirmed | State::Refused | State::Appealed | State::NotANational => Some(Category::Immigration),
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::InProgress } else { state }
    }
}

impl State {
    /// Whether the verification or the home investigation is open.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::HomeInvestigation | Self::Investigated | Self::Appealed)
    }

    /// Whether TRACING goes to a seat: to the one receiving organization and the one receiving liaison, while the
    /// track is open and no claim stands, and no longer (DESIGN §5).
    #[must_use]
    pub const fn opens_tracing(self, screening: screening::State, seat: Seat) -> bool {
        matches!(seat, Seat::Receiving | Seat::ReceivingLiaison)
            && matches!(screening, screening::State::NoClaim)
            && self.is_open()
    }
}
