//! From the store's values to the language's cells.

use sangam_custody::OutwardKind;
use sangam_language::{Cell, ErrorCode, PortFault};
use sangam_store::{Rows, Value};
use sangam_vocabulary::OrganizationId;

use crate::hub::Desk;
use crate::ids::Prefix;

/// What the id of a row about nobody begins with.
const fn prefix(rows: Rows) -> Prefix {
    match rows {
        Rows::Consents => Prefix::Consent,
        Rows::Partners => Prefix::Partner,
        Rows::Quarantine => Prefix::Quarantined,
        // The id of a case record is made for each recipient, and of a recall none leaves.
        Rows::Organizations
        | Rows::Subjects
        | Rows::Referrals
        | Rows::Messages
        | Rows::Documents
        | Rows::Repatriations
        | Rows::Contributions
        | Rows::Hearings
        | Rows::Risks
        | Rows::SupportPlans
        | Rows::SupportReviews
        | Rows::Searches
        | Rows::SearchRequests
        | Rows::SearchAnswers
        | Rows::Arrivals
        | Rows::Exceptions
        | Rows::Recalls
        | Rows::RecallsSent
        | Rows::Clients => Prefix::Organization,
    }
}

/// Which kind of outward id a column holds: the row's own record, the subject it is about, or a
/// record it is linked to.
fn kind(rows: Rows, column: &str) -> OutwardKind {
    match rows.case() {
        Some(_) if rows == Rows::SupportReviews && column == "plan" => OutwardKind::SupportPlan,
        // What another record is linked to.
        Some(_) if column == "arrival" => OutwardKind::Arrival,
        Some(_) if rows == Rows::Documents && column == "referral" => OutwardKind::Referral,
        Some(_) if column == "referrals" => OutwardKind::Referral,
        Some(case) if !column.ends_with("subject.id") => case.outward,
        _ => OutwardKind::Subject,
    }
}

impl Desk {
    /// The cell of a value for a caller.
    pub(crate) fn cell(
        &self,
        caller: OrganizationId,
        rows: Rows,
        column: &str,
        value: Value,
    ) -> Result<Cell, PortFault> {
        Ok(match value {
            Value::Null => Cell::Null,
            Value::Text(text) => Cell::Text(text),
            Value::Int(number) => Cell::Int(number),
            Value::Boolean(yes) => Cell::Boolean(yes),
            Value::Instant(at) => Cell::Instant(at.millis()),
            Value::Record(record) => {
                let id = self.keys.outward_id(caller, kind(rows, column), record);
                Cell::Outward(id.map_err(|_| ErrorCode::Unavailable)?)
            }
            Value::Organization(id) => Cell::Text(Prefix::Organization.write(id.uuid())),
            Value::Person(id) => Cell::Text(Prefix::Person.write(id.uuid())),
            Value::Id(id) => Cell::Text(prefix(rows).write(id)),
            Value::List(values) => Cell::List(
                values.into_iter().map(|value| self.cell(caller, rows, column, value)).collect::<Result<_, _>>()?,
            ),
        })
    }
}
