//! The engine: a workflow is a table, and one function takes a step. Each noun's file furnishes a table; what is not in
//! it is illegal. Read `referral.rs` next.

use std::fmt::Debug;
use std::hash::Hash;

use sangam_custody::carries;
use sangam_vocabulary::{Category, CategorySet, Code, Noun, Purpose, Relation, Role, Seat, codes};
use thiserror::Error;

use crate::clock::ClockKind;

/// Who takes a step in a workflow.
pub trait Party: Copy + Eq + Debug + Hash + Send + Sync + 'static {
    /// The word for it in a printed table.
    fn word(self) -> String;

    /// Whether anybody can ever be this in a record of the kind: a row for somebody who cannot be there is a fault.
    /// Whoever has no seat is there where nobody sits in a record.
    fn can_be(self, noun: Option<Noun>) -> bool {
        noun.is_none()
    }
}

/// Who takes a step in a case record: whoever sits in a seat of it, or the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// An organization in this seat.
    Seat(Seat),
    /// The hub's clock.
    Clock,
}

impl Party for By {
    fn word(self) -> String {
        match self {
            Self::Seat(seat) => seat.code().to_owned(),
            Self::Clock => "clock".to_owned(),
        }
    }

    /// A seat can be held where some role carries some purpose through it: through any other the record does not exist.
    fn can_be(self, noun: Option<Noun>) -> bool {
        match (self, noun) {
            (Self::Clock, _) => true,
            (Self::Seat(_), None) => false,
            // The owner of the subject is there whatever the kind of record: no seat has to carry what it owns.
            (Self::Seat(Seat::Owner), Some(_)) => true,
            (Self::Seat(seat), Some(noun)) => Purpose::ALL
                .iter()
                .any(|purpose| Role::ALL.iter().any(|role| carries(*purpose, Relation::new(noun, seat), *role))),
        }
    }
}

codes! {
    "What a workflow asks for that asks for nothing."
    pub enum Nothing {
        Nothing = "NOTHING": "Nothing.",
    }
}

/// A workflow: its words and its table.
pub trait Flow: Copy + Eq + Debug + Hash + Send + Sync + 'static {
    /// What it is called in the printed table.
    const NAME: &'static str;
    /// The kind of record whose seats take the steps; none where nobody sits in a record.
    const NOUN: Option<Noun>;
    /// Where a record can stand.
    type State: Code + Debug + Hash + Send + Sync;
    /// What can happen.
    type Event: Code + Debug + Hash + Send + Sync;
    /// Who makes it happen.
    type By: Party;
    /// What must be there first; [`Nothing`] where no step asks for anything.
    type Need: Code + Debug + Hash + Send + Sync;
    /// Why it happens, where a step must say; [`Nothing`] where none must.
    type Reason: Code + Debug + Hash + Send + Sync;
    /// Where a record begins.
    const STARTS: &'static [Self::State];
    /// Every legal step. What is not here is illegal.
    const STEPS: &'static [Step<Self>];

    /// The category a state belongs to: who may not see it sees the covering word.
    fn category(state: Self::State) -> Option<Category>;

    /// What is shown where the state's category is not; the state itself where it has none.
    fn cover(state: Self::State) -> Self::State;

    /// The clock that runs while a record is in the state.
    fn clock(_: Self::State) -> Option<ClockKind> {
        None
    }
}

/// One row of a table.
#[derive(Debug)]
pub struct Step<F: Flow> {
    /// From which state.
    pub from: F::State,
    /// By which event.
    pub event: F::Event,
    /// By whom.
    pub by: F::By,
    /// What must be there.
    pub needs: &'static [F::Need],
    /// One of these reasons must come with it; none where the list is empty.
    pub reasons: &'static [F::Reason],
    /// To which state.
    pub to: F::State,
}

impl<F: Flow> Step<F> {
    /// A step that asks for nothing.
    #[must_use]
    pub const fn new(from: F::State, event: F::Event, by: F::By, to: F::State) -> Self {
        Self { from, event, by, needs: &[], reasons: &[], to }
    }

    /// The same step, which needs something to be there.
    #[must_use]
    pub const fn needing(self, needs: &'static [F::Need]) -> Self {
        Self { needs, ..self }
    }

    /// The same step, which must say why.
    #[must_use]
    pub const fn because(self, reasons: &'static [F::Reason]) -> Self {
        Self { reasons, ..self }
    }
}

/// A record's state after a step, which only [`take`] makes; a store accepts nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a step that is not stored did not happen"]
pub struct Stepped<F: Flow> {
    from: F::State,
    to: F::State,
    event: F::Event,
    reason: Option<F::Reason>,
}

impl<F: Flow> Stepped<F> {
    /// The state before.
    #[must_use]
    pub const fn from(&self) -> F::State {
        self.from
    }

    /// The state after.
    #[must_use]
    pub const fn to(&self) -> F::State {
        self.to
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> F::Event {
        self.event
    }

    /// The coded reason, where the step asks for one.
    #[must_use]
    pub const fn reason(&self) -> Option<F::Reason> {
        self.reason
    }
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Illegal<F: Flow> {
    /// The table has no such step for whoever asks in this state.
    #[error("no such step here")]
    NoSuchStep {
        /// What they can do in this state.
        legal: Vec<F::Event>,
    },
    /// Something must be there first.
    #[error("something must be there first")]
    NeedsMissing {
        /// What is not there.
        needs: Vec<F::Need>,
    },
    /// The step must come with one of these reasons.
    #[error("the step needs a reason")]
    ReasonMissing {
        /// Those that fit.
        one_of: &'static [F::Reason],
    },
}

fn row<F: Flow>(state: F::State, event: F::Event, by: F::By) -> Option<&'static Step<F>> {
    F::STEPS.iter().find(|step| step.from == state && step.event == event && step.by == by)
}

fn lacks<F: Flow>(step: &'static Step<F>, met: &[F::Need]) -> impl Iterator<Item = F::Need> {
    step.needs.iter().copied().filter(move |need| !met.contains(need))
}

/// The steps somebody can take in a state, if everything they need is there.
pub fn legal<F: Flow>(state: F::State, by: F::By) -> impl Iterator<Item = F::Event> {
    F::STEPS.iter().filter(move |step| step.from == state && step.by == by).map(|step| step.event)
}

/// The steps somebody can take in a state with what is there.
pub fn ready<F: Flow>(state: F::State, by: F::By, met: &[F::Need]) -> Vec<F::Event> {
    let rows = F::STEPS.iter().filter(|step| step.from == state && step.by == by);
    rows.filter(|step| lacks(step, met).next().is_none()).map(|step| step.event).collect()
}

/// Takes a step. `met` is what is there; a reason that the step does not ask for is dropped.
///
/// # Errors
/// [`Illegal`]: with what whoever asks can do instead, with what must be there first, or with the reasons that fit.
pub fn take<F: Flow>(
    state: F::State,
    event: F::Event,
    by: F::By,
    met: &[F::Need],
    reason: Option<F::Reason>,
) -> Result<Stepped<F>, Illegal<F>> {
    let Some(step) = row::<F>(state, event, by) else {
        return Err(Illegal::NoSuchStep { legal: ready::<F>(state, by, met) });
    };
    let needs: Vec<_> = lacks(step, met).collect();
    if !needs.is_empty() {
        return Err(Illegal::NeedsMissing { needs });
    }
    let reason = reason.filter(|reason| step.reasons.contains(reason));
    if reason.is_none() && !step.reasons.is_empty() {
        return Err(Illegal::ReasonMissing { one_of: step.reasons });
    }
    Ok(Stepped { from: state, to: step.to, event, reason })
}

/// Whether no step leads on: the relations of the record close with it.
#[must_use]
pub fn is_final<F: Flow>(state: F::State) -> bool {
    !F::STEPS.iter().any(|step| step.from == state)
}

/// What a state is called for somebody who can see these categories.
#[must_use]
pub fn shown<F: Flow>(state: F::State, can_see: CategorySet) -> F::State {
    if F::category(state).is_some_and(|category| !can_see.contains(category)) { F::cover(state) } else { state }
}

/// How the states of a workflow are told, for those who write answers and know no workflow.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The categories its states belong to.
    pub categories: fn() -> CategorySet,
    /// What a state is called, by code, for somebody who can see these categories; `None` for what is no state of it.
    pub shown: fn(&str, CategorySet) -> Option<&'static str>,
}

impl Words {
    /// How the states of a table are told.
    #[must_use]
    pub const fn of<F: Flow>() -> Self {
        fn categories<F: Flow>() -> CategorySet {
            F::State::ALL.iter().filter_map(|state| F::category(*state)).fold(CategorySet::NONE, CategorySet::with)
        }
        fn told<F: Flow>(code: &str, can_see: CategorySet) -> Option<&'static str> {
            F::State::read(code).ok().map(|state| shown::<F>(state, can_see).code())
        }
        Self { categories: categories::<F>, shown: told::<F> }
    }
}
