//! What a caller can do with a row: the same tables that judge the step when it comes.

use sangam_store::{Rows, SubjectRow, Value};
use sangam_vocabulary::{Category, CategorySet, Code};
use sangam_workflow::arrival::Arrival;
use sangam_workflow::contribution::Contribution;
use sangam_workflow::exception::{self, Exception};
use sangam_workflow::flow::{By, Flow, ready, shown};
use sangam_workflow::hearing::{Hearing, Need};
use sangam_workflow::referral::{self, Referral};
use sangam_workflow::search::{self, About, Search};
use sangam_workflow::service;
use sangam_workflow::support::{self, SupportPlan};

/// The steps the caller's seat in a row can take, by code. `known` are the values of the columns that the kind of rows
/// names for it; `could_tell`, of a request to look, the most that could be told by it. Where the state does not show,
/// these are the steps of its covering word, or they would tell it.
pub(crate) fn steps(
    rows: Rows,
    known: &[Value],
    row: &SubjectRow,
    can_see: CategorySet,
    could_tell: CategorySet,
) -> Vec<&'static str> {
    match (rows, known) {
        (Rows::Referrals, [Value::Text(state), services]) => {
            let Some(services) = answered(services) else { return Vec::new() };
            of::<Referral>(state, row, &referral::met(&services), can_see)
        }
        (Rows::Contributions, [Value::Text(state)]) => of::<Contribution>(state, row, &[], can_see),
        (Rows::Hearings, [Value::Text(state), Value::Boolean(holds)]) => {
            // That a court holds her is a court matter: to whom that does not show, no step may tell it.
            let met: &[Need] = if *holds && can_see.contains(Category::Legal) { &[Need::Hold] } else { &[] };
            of::<Hearing>(state, row, met, can_see)
        }
        (Rows::SupportPlans, [Value::Text(state), Value::Boolean(is_left)]) => {
            let met: &[support::Need] = if *is_left { &[support::Need::ReviewLeft] } else { &[] };
            of::<SupportPlan>(state, row, met, can_see)
        }
        (Rows::Exceptions, [Value::Text(state), hers]) => {
            let hers = if let Value::Boolean(hers) = hers { Some(*hers) } else { None };
            of::<Exception>(state, row, exception::met(hers), can_see)
        }
        (Rows::Searches, [Value::Text(state)]) => of::<Search>(state, row, &[], can_see),
        (Rows::SearchRequests, [Value::Text(state), Value::Text(about), Value::Int(could_answer), _]) => {
            let Ok(about) = About::read(about) else { return Vec::new() };
            // Where a request stands is the own doing of the one who was asked: nothing of it is about the one who is
            // looked for, and nothing of it is covered.
            of::<Search>(state, row, &search::met(about, could_tell, *could_answer), CategorySet::all())
        }
        (Rows::Arrivals, [Value::Text(state)]) => of::<Arrival>(state, row, &[], can_see),
        _ => Vec::new(),
    }
}

/// Whether the state of a row, or something else that its steps hang on, does not show to who can see these categories.
/// Of a request to look it always shows: it is the own doing of the one who was asked. Of a repatriation its parts have
/// states of their own: `returns.rs`.
pub(crate) fn is_covered(rows: Rows, known: &[Value], can_see: CategorySet) -> bool {
    let Some(Value::Text(state)) = known.first() else { return false };
    match rows {
        Rows::Referrals => hides::<Referral>(state, can_see),
        Rows::Contributions => hides::<Contribution>(state, can_see),
        // Every state of a hearing but the first is a court matter, and so is whether it holds her: `steps` above.
        Rows::Hearings => !can_see.contains(Category::Legal),
        Rows::SupportPlans => hides::<SupportPlan>(state, can_see),
        Rows::Arrivals => hides::<Arrival>(state, can_see),
        _ => false,
    }
}

fn hides<F: Flow>(state: &str, can_see: CategorySet) -> bool {
    F::State::read(state).is_ok_and(|state| shown::<F>(state, can_see) != state)
}

/// Where each service of a referral stands; `None` where that cannot be read, and then nothing can be done.
fn answered(services: &Value) -> Option<Vec<service::State>> {
    match services {
        Value::Null => Some(Vec::new()),
        Value::List(codes) => codes.iter().map(answer).collect(),
        _ => None,
    }
}

fn answer(code: &Value) -> Option<service::State> {
    match code {
        Value::Text(code) => service::State::read(code).ok(),
        _ => None,
    }
}

/// The steps of one table.
fn of<F: Flow<By = By>>(state: &str, row: &SubjectRow, met: &[F::Need], can_see: CategorySet) -> Vec<&'static str> {
    let Ok(state) = F::State::read(state) else { return Vec::new() };
    let by = By::Seat(row.relation.seat);
    ready::<F>(shown::<F>(state, can_see), by, met).into_iter().map(Code::code).collect()
}
