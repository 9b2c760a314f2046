//! The columns of each noun: name, expression, kind. A name that is not here cannot be read.

use sangam_vocabulary::{Category, CategorySet, Code, Instant, OrganizationId, Purpose, PurposeSet, RecordId};

use super::{Atom, Rows, Value, read_uuid};
use crate::dialect::Dialect;
use crate::fault::StoreFault;

/// How a column's text or number is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
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

/// The expression and kind of a column, and the alias of the organization that must be joined for it.
pub(super) struct Column {
    pub(super) expression: String,
    pub(super) kind: Kind,
    pub(super) join: Option<Join>,
}

/// An organization a row refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    Sender,
    Recipient,
}

fn organization(alias: &str, name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex(&format!("{alias}.id")), Kind::Organization),
        "name" | "country" | "role" => (format!("{alias}.{name}"), Kind::Text),
        "services" | "coverage" => (format!("{alias}.{name}"), Kind::Codes),
        _ => return None,
    })
}

fn subject(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    match name.strip_prefix("holder.") {
        Some(holder) => organization("o", holder, dialect),
        None if name == "id" => Some((dialect.hex("su.id"), Kind::Record)),
        None => None,
    }
}

pub(super) fn column(rows: Rows, name: &str, dialect: Dialect) -> Option<Column> {
    if rows == Rows::Referrals {
        for (prefix, alias, join) in [("sender.", "so", Join::Sender), ("recipient.", "ro", Join::Recipient)] {
            if let Some(rest) = name.strip_prefix(prefix) {
                let (expression, kind) = organization(alias, rest, dialect)?;
                return Some(Column { expression, kind, join: Some(join) });
            }
        }
    }
    let (expression, kind) = match rows {
        Rows::Organizations => organization("t", name, dialect),
        Rows::Subjects => subject(name, dialect),
        Rows::Referrals => match name.strip_prefix("subject.") {
            Some(rest) => subject(rest, dialect),
            None => referral(name, dialect),
        },
        Rows::Consents => consent(name, dialect),
        Rows::Agreements => agreement(name, dialect),
        Rows::Partners => partner(name, dialect),
        Rows::Quarantine => quarantine(name, dialect),
        Rows::Clients => client(name),
    }?;
    Some(Column { expression, kind, join: None })
}

fn referral(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex("t.id"), Kind::Record),
        "state" | "urgency" => (format!("t.{name}"), Kind::Text),
        "declineReason" => ("t.decline_reason".to_owned(), Kind::Text),
        "sentAt" => ("t.sent_at".to_owned(), Kind::Instant),
        "changedAt" => ("t.changed_at".to_owned(), Kind::Instant),
        "version" => ("t.version".to_owned(), Kind::Int),
        _ => return None,
    })
}

fn consent(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex("t.id"), Kind::Id),
        "effect" | "assent" => (format!("t.{name}"), Kind::Text),
        "givenBy" => ("t.given_by".to_owned(), Kind::Text),
        "informed" => ("t.informed".to_owned(), Kind::Informed),
        "purposes" => ("t.purposes".to_owned(), Kind::Purposes),
        "categories" => ("t.categories".to_owned(), Kind::Categories),
        "recipients" => ("t.recipients".to_owned(), Kind::Organizations),
        "countries" => ("t.countries".to_owned(), Kind::Codes),
        "from" => ("t.from_at".to_owned(), Kind::Instant),
        "until" => ("t.until_at".to_owned(), Kind::Instant),
        "version" => ("t.version".to_owned(), Kind::Int),
        _ => return None,
    })
}

fn agreement(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex("t.id"), Kind::Id),
        "version" => ("t.version".to_owned(), Kind::Int),
        "legalBasis" => ("t.legal_basis".to_owned(), Kind::Text),
        "disclosers" | "recipients" => (format!("t.{name}"), Kind::Organizations),
        "purposes" => ("t.purposes".to_owned(), Kind::Purposes),
        "categories" => ("t.categories".to_owned(), Kind::Categories),
        "countries" => ("t.countries".to_owned(), Kind::Codes),
        "onward" => ("t.onward".to_owned(), Kind::Boolean),
        "from" => ("t.from_at".to_owned(), Kind::Instant),
        "until" => ("t.until_at".to_owned(), Kind::Instant),
        _ => return None,
    })
}

fn partner(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex("t.id"), Kind::Id),
        "name" | "wire" | "mode" => (format!("t.{name}"), Kind::Text),
        "synchronisedAt" => ("t.synchronised_at".to_owned(), Kind::Instant),
        "quarantined" => ("(SELECT count(*) FROM quarantine q WHERE q.partner = t.id)".to_owned(), Kind::Int),
        "waiting" => (
            "(SELECT count(*) FROM delivery d WHERE d.partner = t.id AND d.state <> 'DELIVERED')".to_owned(),
            Kind::Int,
        ),
        _ => return None,
    })
}

fn quarantine(name: &str, dialect: Dialect) -> Option<(String, Kind)> {
    Some(match name {
        "id" => (dialect.hex("t.id"), Kind::Id),
        "partner" => ("(SELECT p.name FROM partner p WHERE p.id = t.partner)".to_owned(), Kind::Text),
        "path" | "kind" => (format!("t.{name}"), Kind::Text),
        "length" | "faults" => (format!("t.{name}"), Kind::Int),
        "since" => ("t.since".to_owned(), Kind::Instant),
        _ => return None,
    })
}

fn client(name: &str) -> Option<(String, Kind)> {
    Some(match name {
        "id" | "name" => (format!("t.{name}"), Kind::Text),
        "scopes" => ("replace(t.scopes, ' ', ',')".to_owned(), Kind::Codes),
        "purposes" => ("t.purposes".to_owned(), Kind::Purposes),
        "suspended" => ("t.suspended".to_owned(), Kind::Boolean),
        "registeredAt" => ("t.registered_at".to_owned(), Kind::Instant),
        _ => return None,
    })
}
