//! What exceptional is on record for subjects: what a decision weighs beside consent.

use sangam_custody::{Ask, Emergency, Exceptions, Order, Override};
use sangam_vocabulary::{Instant, OrganizationId, PersonId, RecordId, SubjectId};
use sangam_workflow::exception::ExceptionKind;
use sea_orm::{QueryResult, Value};

use super::{categories, code, id, instant, list, organization_id, purposes};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// Whether what is on record counts in its time: a second person agreed, or it is an emergency that the owner has not
/// called none. What was ended does not, whatever a reader's clock says; nor does an override by a court that names no
/// order.
pub(crate) const COUNTS: &str = "((t.state IN ('IN_FORCE', 'DECLARED') OR (t.state = 'REVIEWED' AND t.finding = 'JUSTIFIED')) AND (t.kind <> 'OVERRIDE' OR t.basis <> 'COURT_ORDER' OR t.order_id IS NOT NULL))";

/// One that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnRecord {
    /// An order.
    Order(Order),
    /// An override by authority.
    Override(Override),
    /// An emergency.
    Emergency(Emergency),
}

/// One that counts now or will, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRow {
    /// The exception.
    pub id: RecordId,
    /// Whose.
    pub subject: SubjectId,
    /// What it says.
    pub says: OnRecord,
}

impl ExceptionRow {
    /// Whether it bears on a question: an order by which some row of its kind may be lifted, an override that covers it,
    /// an emergency that holds.
    #[must_use]
    pub fn bears_on(&self, ask: &Ask<'_>) -> bool {
        let recipient = ask.caller.organization;
        match &self.says {
            OnRecord::Order(order) => order.lifts(order.kind, ask.category, recipient, ask.at),
            OnRecord::Override(overriding) => overriding.covers(ask),
            OnRecord::Emergency(emergency) => emergency.holds(recipient, ask.at),
        }
    }

    /// Puts it beside the others of the same subject.
    pub fn join(self, exceptions: &mut Exceptions) {
        match self.says {
            OnRecord::Order(order) => exceptions.orders.push(order),
            OnRecord::Override(overriding) => exceptions.overrides.push(overriding),
            OnRecord::Emergency(emergency) => exceptions.emergencies.push(emergency),
        }
    }
}

fn exception(row: &QueryResult) -> Result<ExceptionRow, StoreFault> {
    let person = |column| id(row, column).map(PersonId::from_uuid);
    let agreed: Option<i64> = row.try_get("", "agreed_at")?;
    let agreed_by = agreed.map(|_| person("agreed_by")).transpose()?;
    let recipients = list(row, "recipients", organization_id)?;
    let one = || -> Result<OrganizationId, StoreFault> {
        recipients.first().copied().ok_or(StoreFault::Unreadable { column: "recipients" })
    };
    let record = RecordId::from_uuid(id(row, "id")?);
    let order: Option<Vec<u8>> = row.try_get("", "order_id")?;
    let says = match code(row, "kind")? {
        ExceptionKind::Order => OnRecord::Order(Order {
            id: record,
            kind: code(row, "basis")?,
            categories: categories(row, "categories")?,
            from: instant(row, "from_at")?,
            until: instant(row, "until_at")?,
            uploaded_by: person("recorded_by")?,
            attested_by: agreed_by,
            recipients,
        }),
        ExceptionKind::Override => OnRecord::Override(Override {
            id: record,
            basis: code(row, "basis")?,
            order: order.map(|_| id(row, "order_id").map(RecordId::from_uuid)).transpose()?,
            categories: categories(row, "categories")?,
            purposes: purposes(row)?,
            recipient: one()?,
            from: instant(row, "from_at")?,
            requested_by: person("recorded_by")?,
            approved_by: agreed_by,
        }),
        ExceptionKind::Emergency => OnRecord::Emergency(Emergency {
            id: record,
            recipient: one()?,
            declared_by: person("recorded_by")?,
            declared_at: instant(row, "from_at")?,
        }),
    };
    Ok(ExceptionRow { id: record, subject: SubjectId::from_uuid(id(row, "subject")?), says })
}

impl Store {
    /// What counts of some subjects at an instant or will later, oldest first. A statement of its own, after a page's:
    /// what changed between the two has moved the fence, and nothing that was decided on both is released then.
    ///
    /// # Errors
    /// [`StoreFault`]: one that cannot be read is no exception that does not count, and nothing is decided.
    pub async fn exceptions(&self, subjects: &[SubjectId], at: Instant) -> Result<Vec<ExceptionRow>, StoreFault> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (2..).take(subjects.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT t.id, t.subject, t.kind, t.basis, t.categories, t.purposes, t.recipients, t.order_id, t.from_at, t.until_at, t.recorded_by, t.agreed_by, t.agreed_at FROM exception t WHERE t.subject IN ({}) AND t.until_at > $1 AND {COUNTS} ORDER BY t.id",
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![at.millis().into()];
        values.extend(subjects.iter().map(|subject| bytes(subject.uuid())));
        self.all(&sql, values).await?.iter().map(exception).collect()
    }
}
