//! A support plan after return (HTCDS Support Plan): what is to be reached, by which kinds of support, looked at after
//! 3, 6, 12 and 24 months, and how it ended.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{By, Flow, Step};

codes! {
    "Where a support plan stands."
    pub enum State as "SupportPlanState" {
        Active = "ACTIVE": "Support is given.",
        Closed = "CLOSED": "It has ended.",
    }
}

codes! {
    "A step a support plan can take."
    pub enum Event as "SupportPlanEvent" {
        Review = "REVIEW": "Look at how she is, as is due after 3, 6, 12 and 24 months.",
        Close = "CLOSE": "End it, and say how it came out.",
    }
}

codes! {
    "How a support plan came out."
    pub enum Outcome as "SupportPlanOutcome" {
        GoalsMet = "GOALS_MET": "What was to be reached is reached.",
        GoalsPartlyMet = "GOALS_PARTLY_MET": "Some of it is.",
        EndedByPerson = "ENDED_BY_PERSON": "She wants no more of it.",
        MovedAway = "MOVED_AWAY": "She lives where the organization does not work.",
        NoContact = "NO_CONTACT": "She cannot be reached.",
        Died = "DIED": "She died.",
    }
}

codes! {
    "What a review found."
    pub enum Finding as "SupportReviewFinding" {
        OnTrack = "ON_TRACK": "It goes as it was meant to.",
        PlanChanged = "PLAN_CHANGED": "Something else is needed than was planned.",
        NotSafe = "NOT_SAFE": "She is in danger where she is.",
        NoContact = "NO_CONTACT": "She could not be reached.",
    }
}

codes! {
    "What a step of a support plan asks for."
    pub enum Need as "SupportPlanNeed" {
        ReviewLeft = "REVIEW_LEFT": "A review that is still to come.",
    }
}

/// A review: after how many months, and in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// After how many months.
    pub months: u8,
    /// As days from the plan's beginning.
    pub days: i64,
}

/// When a plan is looked at. Basis: what organizations of the region do (domain.md 1.2, step 12: 3, 6 and 12 months, up
/// to 2 years; general knowledge, no text read); a target, and no limit.
pub const REVIEWS: [Review; 4] = [
    Review { months: 3, days: 91 },
    Review { months: 6, days: 182 },
    Review { months: 12, days: 365 },
    Review { months: 24, days: 730 },
];

/// The review that comes after so many; `None` when there is none left.
#[must_use]
pub fn after(done: usize) -> Option<Review> {
    REVIEWS.get(done).copied()
}

/// The workflow of a support plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SupportPlan;

impl Flow for SupportPlan {
    const NAME: &'static str = "Support plan";
    const NOUN: Option<Noun> = Some(Noun::SupportPlan);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Outcome;
    const STARTS: &'static [State] = &[State::Active];
    const STEPS: &'static [Step<Self>] = &[
        Step::new(State::Active, Event::Review, By::Seat(Seat::Owner), State::Active).needing(&[Need::ReviewLeft]),
        Step::new(State::Active, Event::Close, By::Seat(Seat::Owner), State::Closed).because(&[
            Outcome::GoalsMet,
            Outcome::GoalsPartlyMet,
            Outcome::EndedByPerson,
            Outcome::MovedAway,
            Outcome::NoContact,
            Outcome::Died,
        ]),
    ];

    /// A plan exists for its owner alone; how it came out is told under its own category.
    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }

    fn clock(state: State) -> Option<ClockKind> {
        matches!(state, State::Active).then_some(ClockKind::Review)
    }
}
