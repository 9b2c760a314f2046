//! A page as rows, for SQLite: its scalars are read where they lie, and only what a row keeps is copied.

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use super::Found;
use super::atom::Atom;
use super::row::read_row;
use super::sql::{Parameter, Plan};
use crate::fault::StoreFault;
use crate::sqlite::{ReadFault, Readers};

/// The rules and the fence of a page without rows. They are in front of every row of others.
const OF_NOTHING: &str = "SELECT rules, fence FROM epoch WHERE id = 1";
/// How many columns of a row stand before its own.
const BEFORE: usize = 2;

/// Reads a page whose plan is of SQLite: one statement, and a second one in the same state where it has no row.
pub(super) async fn read(readers: &Readers, plan: Plan, parameters: Vec<Parameter>) -> Result<Found, StoreFault> {
    let plan = Arc::new(plan);
    readers
        .read(move |session| {
            let _snapshot = session.snapshot()?;
            let (mut rows, mut epoch) = (Vec::new(), None);
            session.each(&plan.text, &parameters, |row| {
                if epoch.is_none() {
                    epoch = Some(read_epoch(row)?);
                }
                let mut place = BEFORE;
                rows.push(read_row(&plan, &mut |column| {
                    let value = row.get_ref(place).map_err(|_| StoreFault::Unreadable { column })?;
                    place += 1;
                    atom(value, column)
                })?);
                Ok(())
            })?;
            if epoch.is_none() {
                session.each(OF_NOTHING, &[] as &[Parameter], |row| {
                    epoch = Some(read_epoch(row)?);
                    Ok(())
                })?;
            }
            let (rules, fence) = epoch.ok_or(StoreFault::Unreadable { column: "epoch" })?;
            Ok(Found { rows, rules, fence })
        })
        .await
}

fn read_epoch(row: &Row<'_>) -> Result<(i64, i64), ReadFault> {
    Ok((row.get(0)?, row.get(1)?))
}

fn atom<'a>(value: ValueRef<'a>, column: &'static str) -> Result<Atom<'a>, StoreFault> {
    match value {
        ValueRef::Null => Ok(Atom::Null),
        ValueRef::Integer(value) => Ok(Atom::Int(value)),
        ValueRef::Blob(bytes) => Ok(Atom::Bytes(bytes)),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map(|text| Atom::Text(text.into())).map_err(|_| StoreFault::Unreadable { column })
        }
        ValueRef::Real(_) => Err(StoreFault::Unreadable { column }),
    }
}

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(value) => ValueRef::Integer(*value),
        }))
    }
}
