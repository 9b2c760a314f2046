//! What may be put on record and agreed to, judged in the savepoint of the change, on what stands there.

use sangam_custody::{EMERGENCY_MILLIS, OrderKind, Override, OverrideBasis};
use sangam_vocabulary::{CategorySet, Code, Instant, Noun, OrganizationId, Purpose, PurposeSet, RecordId, SubjectId};
use sangam_workflow::exception::{EMERGENCIES_A_DAY, EXCEPTIONS, ExceptionKind, ExceptionRefusal};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use crate::command::Refused;
use crate::dialect::Dialect;
use crate::read;
use crate::write::{bytes, one, unavailable, unreadable};

async fn count(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<i64, Refused> {
    one(tx, sql, values).await?.ok_or(Refused::Unavailable)?.try_get("", "n").map_err(unavailable)
}

/// Refuses one more than may count or wait for a person.
pub(super) async fn has_room(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    of: ExceptionKind,
    at: Instant,
) -> Result<(), Refused> {
    let kind = if of == ExceptionKind::Emergency { "kind = 'EMERGENCY'" } else { "kind <> 'EMERGENCY'" };
    let sql = format!("SELECT count(*) AS n FROM exception WHERE subject = $1 AND until_at > $2 AND {kind}");
    let there = count(tx, &sql, vec![bytes(subject.uuid()), at.millis().into()]).await?;
    if there < EXCEPTIONS { Ok(()) } else { Err(ExceptionRefusal::Full.into()) }
}

/// Refuses an override for whom nothing stands in: asked for and approved alike, because a birthday may lie between.
pub(super) async fn may_override(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    (basis, purposes): (OverrideBasis, PurposeSet),
    at: Instant,
) -> Result<(), Refused> {
    let row = one(tx, "SELECT age, adult_from FROM subject WHERE id = $1", vec![bytes(subject.uuid())]).await?;
    let age = read::age(&row.ok_or(Refused::NotFound)?).map_err(unreadable)?;
    let barred = Override::barred(age, at);
    let may = basis.is_for(age, at) && !purposes.iter().any(|purpose| barred.contains(purpose));
    if may { Ok(()) } else { Err(ExceptionRefusal::Adult.into()) }
}

/// Refuses an override by a court without an order of one that is on record for the person, attested and in force, for
/// all of its categories and for its recipient. Gives until when the order is.
pub(super) async fn order_behind(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    order: Option<RecordId>,
    (categories, recipient): (CategorySet, OrganizationId),
    at: Instant,
) -> Result<Instant, Refused> {
    let order = order.ok_or(ExceptionRefusal::NoOrder)?;
    let counts = read::COUNTS;
    let sql = format!(
        "SELECT t.basis, t.categories, t.recipients, t.until_at FROM exception t WHERE t.id = $1 AND t.subject = $2 AND t.kind = 'ORDER' AND t.from_at <= $3 AND t.until_at > $3 AND {counts}"
    );
    let values = vec![bytes(order.uuid()), bytes(subject.uuid()), at.millis().into()];
    let row = one(tx, &sql, values).await?.ok_or(ExceptionRefusal::NoOrder)?;
    let is_courts = read::code::<OrderKind>(&row, "basis").map_err(unreadable)? == OrderKind::Court;
    let named = read::categories(&row, "categories").map_err(unreadable)?;
    let recipients = read::list(&row, "recipients", read::organization_id).map_err(unreadable)?;
    if !is_courts || !categories.minus(named).is_empty() || !recipients.contains(&recipient) {
        return Err(ExceptionRefusal::NoOrder.into());
    }
    read::instant(&row, "until_at").map_err(unreadable)
}

/// Refuses an emergency of an organization through a seat that is not open, a second one of the same person within its
/// day (also where the owner has called the first one none), and more than a few a day.
pub(super) async fn may_declare(
    tx: &DatabaseTransaction,
    by: OrganizationId,
    subject: SubjectId,
    (noun, record): (Noun, RecordId),
    at: Instant,
) -> Result<(), Refused> {
    let organization = bytes(by.uuid());
    // Whoever declares for the same organization in another process is waited for, or two would both be the last.
    let hold = Dialect::of(tx.get_database_backend()).map_or("", Dialect::hold_rows);
    one(tx, &format!("SELECT id FROM organization WHERE id = $1{hold}"), vec![organization.clone()]).await?;
    let seat = "SELECT 1 AS one FROM standing WHERE organization = $1 AND noun = $2 AND record = $3 AND subject = $4 AND from_at <= $5 AND open_until > $5 AND (purpose IS NULL OR purpose = $6)";
    let values = vec![
        organization.clone(),
        noun.code().into(),
        bytes(record.uuid()),
        bytes(subject.uuid()),
        at.millis().into(),
        Purpose::Protection.code().into(),
    ];
    one(tx, seat, values).await?.ok_or(Refused::NotFound)?;
    let since = at.plus_millis(-EMERGENCY_MILLIS).millis();
    let of = "SELECT count(*) AS n FROM exception WHERE organization = $1 AND kind = 'EMERGENCY' AND recorded_at > $2";
    let same = format!("{of} AND subject = $3");
    if count(tx, &same, vec![organization.clone(), since.into(), bytes(subject.uuid())]).await? > 0 {
        return Err(ExceptionRefusal::Open.into());
    }
    if count(tx, of, vec![organization, since.into()]).await? >= EMERGENCIES_A_DAY {
        return Err(ExceptionRefusal::TooManyToday.into());
    }
    Ok(())
}
