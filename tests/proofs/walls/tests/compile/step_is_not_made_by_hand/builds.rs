//! A referral takes a step through the table and not otherwise.
use sangam_vocabulary::Seat;
use sangam_workflow::flow::{By, take};
use sangam_workflow::referral::{Event, Illegal, State, Stepped};

fn accept() -> Result<Stepped, Illegal> {
    let by = By::Seat(Seat::Recipient);
    take(State::Sent, Event::Accept, by, &[], None)
}

fn main() {}
