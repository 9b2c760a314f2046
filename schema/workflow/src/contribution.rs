//! A contribution: an organization is invited to a case for one purpose until one day, answers, and leaves again
//! (DESIGN §2, the contributor's seat). What is past its day has expired without anybody's step: [`as_of`] says so.

use sangam_vocabulary::{Category, Instant, Noun, Seat, codes};

use crate::flow::{By, Flow, Nothing, Step, take};

codes! {
    "Where a contribution stands."
    pub enum State as "ContributionState" {
        Invited = "INVITED": "Asked, and not answered.",
        Active = "ACTIVE": "Takes part in the case until the day it was invited for.",
        Declined = "DECLINED": "Does not take part.",
        Ended = "ENDED": "One of the two ended it.",
        Expired = "EXPIRED": "Its day is past, or nobody answered in time.",
    }
}

codes! {
    "A step a contribution can take."
    pub enum Event as "ContributionEvent" {
        Accept = "ACCEPT": "Take part.",
        Decline = "DECLINE": "Say no.",
        End = "END": "End it at once; the inviter's word for an invitation it takes back.",
        Expire = "EXPIRE": "Let it lapse; its day does this.",
    }
}

codes! {
    "As what an organization takes part in a case."
    pub enum ContributorSeat {
        Contributor = "CONTRIBUTOR": "For one purpose; for a prosecution it sits in the hearings only.",
        Lawyer = "LAWYER": "Represents the person: in the case, at each hearing, and in what a witness fears.",
    }
}

impl ContributorSeat {
    /// The seat.
    #[must_use]
    pub const fn seat(self) -> Seat {
        match self {
            Self::Contributor => Seat::Contributor,
            Self::Lawyer => Seat::Lawyer,
        }
    }
}

/// The longest a contribution lasts, in days: a year, as memberships do. Whoever is needed longer is invited anew, so
/// that somebody has looked at it. Not from a law.
pub const CONTRIBUTION_DAYS: i64 = 365;
/// How long an invitation waits for its answer, in days: a month, as an application to join does. Not from a law.
pub const ANSWER_DAYS: i64 = 30;

/// The workflow of a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Contribution;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Contribution> {
    Step::new(from, event, By::Seat(seat), to)
}

impl Flow for Contribution {
    const NAME: &'static str = "Contribution";
    const NOUN: Option<Noun> = Some(Noun::Contribution);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Nothing;
    type Reason = Nothing;
    const STARTS: &'static [State] = &[State::Invited];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Invited, Event::Accept, Seat::Contributor, State::Active),
        step(State::Invited, Event::Accept, Seat::Lawyer, State::Active),
        step(State::Invited, Event::Decline, Seat::Contributor, State::Declined),
        step(State::Invited, Event::Decline, Seat::Lawyer, State::Declined),
        step(State::Invited, Event::End, Seat::Owner, State::Ended),
        Step::new(State::Invited, Event::Expire, By::Clock, State::Expired),
        step(State::Active, Event::End, Seat::Owner, State::Ended),
        step(State::Active, Event::End, Seat::Contributor, State::Ended),
        step(State::Active, Event::End, Seat::Lawyer, State::Ended),
        Step::new(State::Active, Event::Expire, By::Clock, State::Expired),
    ];

    /// Nothing of the person is in any of these words: they are for who has not accepted as well.
    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }
}

/// Where a contribution stands at an instant: expired from the instant on at which it lapses, if it is still open then.
#[must_use]
pub fn as_of(stored: State, lapses: Instant, at: Instant) -> State {
    if at < lapses {
        return stored;
    }
    take::<Contribution>(stored, Event::Expire, By::Clock, &[], None).map_or(stored, |stepped| stepped.to())
}
