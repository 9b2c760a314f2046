//! What a caller can do with a row: the same tables that judge the step when it comes.

use sangam_store::{Rows, SubjectRow, Value};
use sangam_vocabulary::{CategorySet, Code};
use sangam_workflow::flow::{By, Flow, ready, shown};
use sangam_workflow::referral::Referral;

/// The steps the caller's seat in a row can take, by code. `known` are the values of the columns that the kind of rows
/// names for it. Where the state does not show, these are the steps of its covering word, or they would tell it.
pub(crate) fn steps(rows: Rows, known: &[Value], row: &SubjectRow, can_see: CategorySet) -> Vec<&'static str> {
    match (rows, known) {
        (Rows::Referrals, [Value::Text(state)]) => of::<Referral>(state, row, &[], can_see),
        _ => Vec::new(),
    }
}

/// The steps of one table.
fn of<F: Flow<By = By>>(state: &str, row: &SubjectRow, met: &[F::Need], can_see: CategorySet) -> Vec<&'static str> {
    let Ok(state) = F::State::read(state) else { return Vec::new() };
    let by = By::Seat(row.relation.seat);
    ready::<F>(shown::<F>(state, can_see), by, met).into_iter().map(Code::code).collect()
}
