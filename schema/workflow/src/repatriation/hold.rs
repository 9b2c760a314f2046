//! A hold: something that makes tracks stand still, with a coded reason. Several may be in force at once; each is let go
//! by itself, and what it takes to let it go depends on what it is for.

use sangam_vocabulary::{Category, Instant, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};
use crate::repatriation::{Need, Reason, Track};

codes! {
    "Where a hold stands."
    pub enum State as "HoldState" {
        New = "NEW": "Not in force yet; no hold is ever kept in this state.",
        Held = "HELD": "In force; also the covering word where the state itself does not show.",
        HeldByCourt = "HELD_BY_COURT": "In force for a court, tied to a hearing.",
        HeldForRisk = "HELD_FOR_RISK": "In force because of a danger.",
        Paused = "PAUSED": "In force because she wants to think.",
        Released = "RELEASED": "Let go.",
    }
}

codes! {
    "What happens to a hold."
    pub enum Event as "HoldEvent" {
        Hold = "HOLD": "Hold for a reason that whoever sees it pass may let go.",
        HoldForCourt = "HOLD_FOR_COURT": "Hold for a court.",
        HoldForRisk = "HOLD_FOR_RISK": "Hold because of a danger.",
        Pause = "PAUSE": "Hold because she wants to think.",
        Release = "RELEASE": "Let go.",
    }
}

/// The workflow of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Holding;

/// A hold after a step.
pub type Stepped = crate::flow::Stepped<Holding>;
/// Why a hold did not take a step.
pub type Illegal = crate::flow::Illegal<Holding>;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Holding> {
    Step::new(from, event, By::Seat(seat), to)
}

const fn for_court(seat: Seat) -> Step<Holding> {
    step(State::New, Event::HoldForCourt, seat, State::HeldByCourt).because(&[Reason::Testimony, Reason::CourtOrdered])
}

const fn for_risk(seat: Seat, reasons: &'static [Reason]) -> Step<Holding> {
    step(State::New, Event::HoldForRisk, seat, State::HeldForRisk).because(reasons)
}

const fn hold(seat: Seat, reasons: &'static [Reason]) -> Step<Holding> {
    step(State::New, Event::Hold, seat, State::Held).because(reasons)
}

const fn release(from: State, seat: Seat) -> Step<Holding> {
    step(from, Event::Release, seat, State::Released)
}

const AT_HOME: &[Need] = &[Need::NoClaim, Need::Liaison];

impl Flow for Holding {
    const NAME: &'static str = "Repatriation: hold";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::New];
    const STEPS: &'static [Step<Self>] = &[
        for_court(Seat::Holding),
        for_court(Seat::SendingLiaison),
        for_court(Seat::Lawyer),
        for_risk(Seat::Holding, &[Reason::RiskFound, Reason::WitnessFear]),
        for_risk(Seat::Lawyer, &[Reason::RiskFound, Reason::WitnessFear]),
        for_risk(Seat::Receiving, &[Reason::RiskFound]),
        for_risk(Seat::SendingLiaison, &[Reason::RiskFound]),
        step(State::New, Event::Pause, Seat::Holding, State::Paused).because(&[Reason::ConsentPaused]),
        step(State::New, Event::Pause, Seat::Lawyer, State::Paused).because(&[Reason::ConsentPaused]),
        hold(Seat::Holding, &[Reason::Medical, Reason::BorderClosed]),
        hold(Seat::SendingLiaison, &[Reason::BorderClosed]),
        hold(Seat::Receiving, &[Reason::AddressUntraceable, Reason::BorderClosed]),
        hold(Seat::ReceivingLiaison, &[Reason::AddressUntraceable, Reason::BorderClosed]).needing(AT_HOME),
        release(State::Held, Seat::Holding),
        release(State::Held, Seat::SendingLiaison),
        release(State::Held, Seat::Receiving),
        release(State::Held, Seat::ReceivingLiaison).needing(AT_HOME),
        release(State::HeldByCourt, Seat::Holding).needing(&[Need::HearingOver]),
        release(State::HeldByCourt, Seat::SendingLiaison).needing(&[Need::HearingOver]),
        release(State::HeldByCourt, Seat::Lawyer).needing(&[Need::HearingOver]),
        release(State::HeldForRisk, Seat::Holding).needing(&[Need::RiskReassessed]),
        release(State::Paused, Seat::Holding).needing(&[Need::WishHeard]),
    ];

    fn category(state: State) -> Option<Category> {
        match state {
            State::New | State::Held | State::Released => None,
            State::HeldByCourt => Some(Category::Legal),
            State::HeldForRisk => Some(Category::ContactSafety),
            State::Paused => Some(Category::Services),
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::Held } else { state }
    }
}

impl State {
    /// Whether the hold is in force.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Held | Self::HeldByCourt | Self::HeldForRisk | Self::Paused)
    }
}

/// The event by which a hold of a reason begins; `None` for what is no hold's reason.
#[must_use]
pub fn event(reason: Reason) -> Option<Event> {
    let row = Holding::STEPS.iter().find(|step| step.from == State::New && step.reasons.contains(&reason));
    row.map(|step| step.event)
}

/// A hold as rules look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub from: Instant,
    /// When it was let go; [`Instant::NEVER`] while it is in force.
    pub until: Instant,
}

impl Hold {
    /// Whether it is in force at an instant. One that begins later is not yet.
    #[must_use]
    pub fn is_in_force(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether it holds up a track at an instant.
    #[must_use]
    pub fn holds(&self, track: Track, at: Instant) -> bool {
        self.is_in_force(at) && self.reason.holds().contains(&track)
    }
}
