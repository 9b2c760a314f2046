//! The track of the court or the child welfare committee: statement, charge sheet, order. What is recorded is what a
//! court did, with its paper; a hold by the court is a hold (`hold.rs`).

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};
use crate::repatriation::{Need, Reason};

codes! {
    "Where the order of the court or the committee stands."
    pub enum State as "CourtState" {
        NotNeeded = "NOT_NEEDED": "The corridor asks for no order for an adult.",
        InProgress = "IN_PROGRESS": "An order is awaited; also the covering word where the state itself does not show.",
        StatementRecorded = "STATEMENT_RECORDED": "She made her statement before a magistrate.",
        Cleared = "CLEARED": "The criminal case does not stand in the way of an order.",
        Ordered = "ORDERED": "The return is ordered.",
        Refused = "REFUSED": "The order was refused.",
        Appealed = "APPEALED": "A higher court looks at the refusal.",
    }
}

codes! {
    "What happens before the court or the committee."
    pub enum Event as "CourtEvent" {
        AskFor = "ASK_FOR": "Ask for an order although the corridor does not.",
        RecordStatement = "RECORD_STATEMENT": "Record that she made her statement.",
        Clear = "CLEAR": "Record why the criminal case does not stand in the way.",
        Order = "ORDER": "Record an order to return, the first or a later one.",
        Refuse = "REFUSE": "Record that the order was refused.",
        Appeal = "APPEAL": "Record that the refusal is appealed.",
        SetAside = "SET_ASIDE": "Record that the order no longer stands.",
    }
}

/// The workflow of the court track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Court;

/// The court track after a step.
pub type Stepped = crate::flow::Stepped<Court>;
/// Why the court track did not take a step.
pub type Illegal = crate::flow::Illegal<Court>;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Court> {
    Step::new(from, event, By::Seat(seat), to)
}

/// Why an order can be made: the charge sheet is there, or the court says that it need not be, or there is no case.
/// domain.md 1.2: repatriation is usually not allowed before the charge sheet is filed; a court's NOC lifts this.
const fn clear(from: State, seat: Seat) -> Step<Court> {
    step(from, Event::Clear, seat, State::Cleared).because(&[
        Reason::ChargeSheetFiled,
        Reason::CourtNoObjection,
        Reason::NoCriminalCase,
    ])
}

const fn refuse(from: State, seat: Seat) -> Step<Court> {
    step(from, Event::Refuse, seat, State::Refused).because(&[Reason::StayOrdered, Reason::NotInBestInterest])
}

const fn set_aside(seat: Seat) -> Step<Court> {
    step(State::Ordered, Event::SetAside, seat, State::Cleared).because(&[Reason::OrderSetAside])
}

impl Flow for Court {
    const NAME: &'static str = "Repatriation: court";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::InProgress, State::NotNeeded];
    const STEPS: &'static [Step<Self>] = &[
        step(State::NotNeeded, Event::AskFor, Seat::Holding, State::InProgress),
        step(State::NotNeeded, Event::AskFor, Seat::SendingLiaison, State::InProgress),
        step(State::NotNeeded, Event::AskFor, Seat::Lawyer, State::InProgress),
        step(State::InProgress, Event::RecordStatement, Seat::Holding, State::StatementRecorded),
        step(State::InProgress, Event::RecordStatement, Seat::SendingLiaison, State::StatementRecorded),
        step(State::InProgress, Event::RecordStatement, Seat::Lawyer, State::StatementRecorded),
        clear(State::InProgress, Seat::Holding),
        clear(State::InProgress, Seat::SendingLiaison),
        clear(State::InProgress, Seat::Lawyer),
        clear(State::StatementRecorded, Seat::Holding),
        clear(State::StatementRecorded, Seat::SendingLiaison),
        clear(State::StatementRecorded, Seat::Lawyer),
        step(State::Cleared, Event::Order, Seat::Holding, State::Ordered),
        step(State::Cleared, Event::Order, Seat::SendingLiaison, State::Ordered),
        refuse(State::Cleared, Seat::Holding),
        refuse(State::Cleared, Seat::SendingLiaison),
        step(State::Ordered, Event::Order, Seat::Holding, State::Ordered),
        step(State::Ordered, Event::Order, Seat::SendingLiaison, State::Ordered),
        set_aside(Seat::Holding),
        set_aside(Seat::SendingLiaison),
        set_aside(Seat::Lawyer),
        step(State::Refused, Event::Appeal, Seat::Holding, State::Appealed),
        step(State::Refused, Event::Appeal, Seat::Lawyer, State::Appealed),
        step(State::Appealed, Event::Order, Seat::Holding, State::Ordered),
        step(State::Appealed, Event::Order, Seat::SendingLiaison, State::Ordered),
        refuse(State::Appealed, Seat::Holding),
        refuse(State::Appealed, Seat::SendingLiaison),
    ];

    fn category(state: State) -> Option<Category> {
        match state {
            State::NotNeeded | State::InProgress => None,
            State::StatementRecorded | State::Cleared | State::Ordered | State::Refused | State::Appealed => {
                Some(Category::Legal)
            }
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::InProgress } else { state }
    }
}
