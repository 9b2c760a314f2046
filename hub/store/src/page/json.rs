//! A page as one JSON value, for PostgreSQL: a value costs its driver less than some thousand scalars, and the
//! rules and the fence beside it are of the same state as the rows.

use std::borrow::Cow;
use std::fmt;

use sea_orm::ConnectionTrait;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::Found;
use super::atom::Atom;
use super::row::read_row;
use super::sql::{Parameter, Plan};
use crate::connect::Store;
use crate::fault::StoreFault;

/// Reads a page whose plan is of PostgreSQL, of `most` rows at most.
pub(super) async fn read(
    store: &Store,
    plan: &Plan,
    parameters: Vec<Parameter>,
    most: usize,
) -> Result<Found, StoreFault> {
    let values = parameters.into_iter().map(Parameter::into).collect();
    let row = store
        .reading
        .query_one_raw(store.statement(&plan.text, values))
        .await?
        .ok_or(StoreFault::Unreadable { column: "page" })?;
    let text: String = row.try_get("", "rows")?;
    let atoms = Grid::read(&text, plan.width(), most)?;
    let number = atoms.len() / plan.width();
    let mut atoms = atoms.into_iter();
    let mut next = |column: &'static str| atoms.next().ok_or(StoreFault::Unreadable { column });
    let rows = (0..number).map(|_| read_row(plan, &mut next)).collect::<Result<Vec<_>, _>>()?;
    Ok(Found { rows, rules: row.try_get("", "rules")?, fence: row.try_get("", "fence")? })
}

impl<'de: 'a, 'a> Deserialize<'de> for Atom<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Atom<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("null, a whole number or text")
            }
            fn visit_unit<E>(self) -> Result<Atom<'de>, E> {
                Ok(Atom::Null)
            }
            fn visit_i64<E>(self, value: i64) -> Result<Atom<'de>, E> {
                Ok(Atom::Int(value))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Atom<'de>, E> {
                i64::try_from(value).map(Atom::Int).map_err(|_| E::custom("number out of range"))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Atom<'de>, E> {
                Ok(Atom::Text(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Atom<'de>, E> {
                Ok(Atom::Text(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Rows of equal width as they stand in the text, read into one vector: a vector a row would cost more than
/// everything in it.
struct Grid<'v, 'a> {
    atoms: &'v mut Vec<Atom<'a>>,
    width: usize,
}

impl<'a> Grid<'_, 'a> {
    /// Reads `[[…],[…]]`, every row as wide as said.
    fn read(text: &'a str, width: usize, rows: usize) -> Result<Vec<Atom<'a>>, StoreFault> {
        let mut atoms = Vec::with_capacity(width.saturating_mul(rows));
        let unreadable = |_| StoreFault::Unreadable { column: "page" };
        let mut reader = serde_json::Deserializer::from_str(text);
        Grid { atoms: &mut atoms, width }.deserialize(&mut reader).map_err(unreadable)?;
        reader.end().map_err(unreadable)?;
        Ok(atoms)
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Grid<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Grid<'_, 'a> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("rows")
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut rows: S) -> Result<(), S::Error> {
        while rows.next_element_seed(Line { atoms: &mut *self.atoms, width: self.width })?.is_some() {}
        Ok(())
    }
}

/// One row of a [`Grid`].
struct Line<'v, 'a> {
    atoms: &'v mut Vec<Atom<'a>>,
    width: usize,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Line<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Line<'_, 'a> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a row of {}", self.width)
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut row: S) -> Result<(), S::Error> {
        let before = self.atoms.len();
        while let Some(atom) = row.next_element()? {
            self.atoms.push(atom);
        }
        let found = self.atoms.len() - before;
        if found == self.width { Ok(()) } else { Err(serde::de::Error::invalid_length(found, &self)) }
    }
}
