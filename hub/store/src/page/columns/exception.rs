//! The columns of what is exceptional on record.

use std::borrow::Cow;

use super::{Kind, NOTHING};
use crate::read::COUNTS;

/// Past its last instant an order or override has lapsed, whatever was last written; `$2` is the instant of the question.
const STATE: &str = "CASE WHEN t.state IN ('PROPOSED', 'IN_FORCE') AND t.until_at <= $2 THEN 'LAPSED' ELSE t.state END";

/// The basis, where it is of that kind.
fn basis(kind: &str) -> Cow<'static, str> {
    format!("CASE WHEN t.kind = '{kind}' THEN t.basis END").into()
}

/// A person of the owner's, for the owner.
fn owners(column: &str) -> Cow<'static, str> {
    format!("CASE WHEN s.seat = 'OWNER' THEN t.{column} END").into()
}

/// Whether something is so, as a number.
fn whether(condition: &str) -> Cow<'static, str> {
    format!("CASE WHEN {condition} THEN 1 ELSE 0 END").into()
}

pub(super) fn exception(name: &str, person: bool) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "kind" | "finding" => (format!("t.{name}").into(), Kind::Text),
        "state" => (STATE.into(), Kind::Text),
        "counts" => (whether(&format!("{COUNTS} AND t.from_at <= $2 AND t.until_at > $2")), Kind::Boolean),
        "orderKind" => (basis("ORDER"), Kind::Text),
        "overrideBasis" => (basis("OVERRIDE"), Kind::Text),
        "emergencyReason" => (basis("EMERGENCY"), Kind::Text),
        "categories" => ("t.categories".into(), Kind::Categories),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "recipients" => ("t.recipients".into(), Kind::Organizations),
        "order" => ("t.order_id".into(), Kind::Record),
        "from" => ("t.from_at".into(), Kind::Instant),
        "until" => ("t.until_at".into(), Kind::Instant),
        "recordedAt" => ("t.recorded_at".into(), Kind::Instant),
        "recordedBy" => ("CASE WHEN t.organization = s.organization THEN t.recorded_by END".into(), Kind::Person),
        "agreedBy" => (owners("agreed_by"), Kind::Person),
        "agreedAt" => ("t.agreed_at".into(), Kind::Instant),
        "reviewDueAt" => ("t.review_due_at".into(), Kind::Instant),
        "reviewOverdue" => (whether("t.review_due_at <= $2"), Kind::Boolean),
        "reviewedBy" => (owners("reviewed_by"), Kind::Person),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        // Whether the person who asks put it on record; nothing where no person asks. She is the fourth value.
        "recordedByHer" if person => (whether("t.recorded_by = $4"), Kind::Boolean),
        "recordedByHer" => (NOTHING.into(), Kind::Boolean),
        _ => return None,
    })
}
