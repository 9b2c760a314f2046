//! The columns of each noun: name, expression, kind. A name that is not here cannot be read.

use std::borrow::Cow;

use sangam_vocabulary::{Category, CategorySet, Code, Instant, OrganizationId, Purpose, PurposeSet, RecordId};

use super::atom::{Atom, read_uuid};
use super::case::Join;
use super::{Rows, Value};
use crate::fault::StoreFault;

/// How a column's text or number is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Boolean,
    Instant,
    Record,
    Organization,
    Id,
    Codes,
    Organizations,
    Purposes,
    Categories,
    Informed,
}

impl Kind {
    /// Whether the database has bytes for it.
    pub(super) const fn is_bytes(self) -> bool {
        matches!(self, Self::Record | Self::Organization | Self::Id)
    }

    pub(super) fn read(self, atom: &Atom<'_>) -> Result<Value, StoreFault> {
        const COLUMN: &str = "value";
        if matches!(atom, Atom::Null) {
            return Ok(Value::Null);
        }
        let small =
            |atom: &Atom<'_>| u32::try_from(atom.int(COLUMN)?).map_err(|_| StoreFault::Unreadable { column: COLUMN });
        let text = |code: &str| Value::Text(code.to_owned());
        Ok(match self {
            Self::Text => text(atom.text(COLUMN)?),
            Self::Int => Value::Int(atom.int(COLUMN)?),
            Self::Boolean => Value::Boolean(atom.int(COLUMN)? == 1),
            Self::Instant => Value::Instant(Instant::from_millis(atom.int(COLUMN)?)),
            Self::Record => Value::Record(RecordId::from_uuid(atom.uuid(COLUMN)?)),
            Self::Organization => Value::Organization(OrganizationId::from_uuid(atom.uuid(COLUMN)?)),
            Self::Id => Value::Id(atom.uuid(COLUMN)?),
            Self::Codes => Value::List(atom.text(COLUMN)?.split(',').filter(|c| !c.is_empty()).map(text).collect()),
            Self::Organizations => Value::List(
                atom.text(COLUMN)?
                    .split(',')
                    .filter(|id| !id.is_empty())
                    .map(|id| read_uuid(id).map(|id| Value::Organization(OrganizationId::from_uuid(id))))
                    .collect::<Option<Vec<_>>>()
                    .ok_or(StoreFault::Unreadable { column: COLUMN })?,
            ),
            Self::Purposes => {
                let bits = u16::try_from(small(atom)?).unwrap_or(0);
                Value::List(PurposeSet::from_bits(bits).iter().map(|p: Purpose| text(p.code())).collect())
            }
            Self::Categories => {
                Value::List(CategorySet::from_bits(small(atom)?).iter().map(|c: Category| text(c.code())).collect())
            }
            Self::Informed => Value::Boolean(atom.int(COLUMN)? == 0b111_1111),
        })
    }
}

/// The expression and kind of a column, and the organization that must be joined for it.
pub(super) struct Column {
    pub(super) expression: Cow<'static, str>,
    pub(super) kind: Kind,
    pub(super) join: Option<&'static Join>,
}

fn organization(alias: &str, name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => (format!("{alias}.id").into(), Kind::Organization),
        "name" | "country" | "role" => (format!("{alias}.{name}").into(), Kind::Text),
        "services" | "coverage" => (format!("{alias}.{name}").into(), Kind::Codes),
        _ => return None,
    })
}

fn subject(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    match name.strip_prefix("holder.") {
        Some(holder) => organization("o", holder),
        None if name == "id" => Some(("su.id".into(), Kind::Record)),
        None => None,
    }
}

pub(super) fn column(rows: Rows, name: &str) -> Option<Column> {
    for join in rows.case().map_or(&[][..], |case| case.organizations) {
        if let Some(rest) = name.strip_prefix(join.prefix) {
            let (expression, kind) = organization(join.alias, rest)?;
            return Some(Column { expression, kind, join: Some(join) });
        }
    }
    if rows.case().is_some()
        && let Some(rest) = name.strip_prefix("subject.")
    {
        let (expression, kind) = subject(rest)?;
        return Some(Column { expression, kind, join: None });
    }
    let (expression, kind) = match rows {
        Rows::Organizations => organization("t", name),
        Rows::Subjects => subject(name),
        Rows::Referrals => referral(name),
        Rows::Consents => consent(name),
        Rows::Agreements => agreement(name),
        Rows::Partners => partner(name),
        Rows::Quarantine => quarantine(name),
        Rows::Clients => client(name),
    }?;
    Some(Column { expression, kind, join: None })
}

fn referral(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "urgency" => (format!("t.{name}").into(), Kind::Text),
        "declineReason" => ("t.decline_reason".into(), Kind::Text),
        "sentAt" => ("t.sent_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn consent(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "effect" | "assent" => (format!("t.{name}").into(), Kind::Text),
        "givenBy" => ("t.given_by".into(), Kind::Text),
        "informed" => ("t.informed".into(), Kind::Informed),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "categories" => ("t.categories".into(), Kind::Categories),
        "recipients" => ("t.recipients".into(), Kind::Organizations),
        "countries" => ("t.countries".into(), Kind::Codes),
        "from" => ("t.from_at".into(), Kind::Instant),
        "until" => ("t.until_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn agreement(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "version" => ("t.version".into(), Kind::Int),
        "legalBasis" => ("t.legal_basis".into(), Kind::Text),
        "disclosers" | "recipients" => (format!("t.{name}").into(), Kind::Organizations),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "categories" => ("t.categories".into(), Kind::Categories),
        "countries" => ("t.countries".into(), Kind::Codes),
        "onward" => ("t.onward".into(), Kind::Boolean),
        "from" => ("t.from_at".into(), Kind::Instant),
        "until" => ("t.until_at".into(), Kind::Instant),
        _ => return None,
    })
}

fn partner(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "name" | "wire" | "mode" => (format!("t.{name}").into(), Kind::Text),
        "synchronisedAt" => ("t.synchronised_at".into(), Kind::Instant),
        "quarantined" => ("(SELECT count(*) FROM quarantine q WHERE q.partner = t.id)".into(), Kind::Int),
        "waiting" => {
            ("(SELECT count(*) FROM delivery d WHERE d.partner = t.id AND d.state <> 'DELIVERED')".into(), Kind::Int)
        }
        _ => return None,
    })
}

fn quarantine(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "partner" => ("(SELECT p.name FROM partner p WHERE p.id = t.partner)".into(), Kind::Text),
        "path" | "kind" => (format!("t.{name}").into(), Kind::Text),
        "length" | "faults" => (format!("t.{name}").into(), Kind::Int),
        "since" => ("t.since".into(), Kind::Instant),
        _ => return None,
    })
}

fn client(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" | "name" => (format!("t.{name}").into(), Kind::Text),
        "scopes" => ("replace(t.scopes, ' ', ',')".into(), Kind::Codes),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "suspended" => ("t.suspended".into(), Kind::Boolean),
        "registeredAt" => ("t.registered_at".into(), Kind::Instant),
        _ => return None,
    })
}
