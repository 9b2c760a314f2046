//! A selection, compiled: a tree the walker runs straight down, and the [`Plan`] of what it needs of a row.
//!
//! Fragments are flattened, equal keys merged, type conditions decided, keys written out as bytes, columns and
//! sealed categories given their places. The tree is made once a document where no variable decides an `@skip`
//! or `@include`, else once a request. It knows no data. Read the walker next.

mod collect;
mod compile;
mod root;

pub(crate) use root::{Answer, Asked, Compiled, Connection, ConnectionPart, EdgePart, PagePart, RootField, compile};

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::FragmentDefinition;
use async_graphql::{Name, Positioned};
use sangam_vocabulary::{Category, CategorySet};

use crate::coerce::Unfit;
use crate::port::Plan;
use crate::table::Noun;

/// Why a valid document has no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unplanned {
    /// Two fields of one key are not the same field.
    Overlap(String),
    /// `__typename` takes neither arguments nor a selection; validation passes over it.
    Typename,
    /// The condition of a directive is no Boolean.
    Condition(Unfit),
    /// The tables do not have what validation let pass: a fault of ours.
    Unknown,
}

/// A response key.
#[derive(Debug)]
pub(crate) struct Key {
    /// The key.
    pub(crate) name: Box<str>,
    /// `,"key":`, ready to be written. A GraphQL name needs no escape.
    bytes: Box<[u8]>,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.into(), bytes: format!(",\"{name}\":").into_bytes().into_boxed_slice() }
    }

    /// What to write before the value: the first key of an object has no comma.
    pub(crate) fn bytes(&self, place: usize) -> &[u8] {
        match &*self.bytes {
            [_, key @ ..] if place == 0 => key,
            all => all,
        }
    }
}

/// The codes of a closed list, quoted and found by length first: a page asks a thousand times.
#[derive(Debug)]
pub(crate) struct Codes(Vec<Box<[u8]>>);

impl Codes {
    pub(crate) fn new(codes: impl Iterator<Item = &'static str>) -> Self {
        let mut quoted: Vec<Box<[u8]>> =
            codes.map(|code| format!("\"{code}\"").into_bytes().into_boxed_slice()).collect();
        quoted.sort_by(|one, other| Self::order(one, other));
        Self(quoted)
    }

    fn order(one: &[u8], other: &[u8]) -> std::cmp::Ordering {
        one.len().cmp(&other.len()).then_with(|| one.cmp(other))
    }

    /// Whether the list has a code that is quoted already.
    pub(crate) fn has_quoted(&self, quoted: &[u8]) -> bool {
        self.0.binary_search_by(|known| Self::order(known, quoted)).is_ok()
    }

    /// The quoted form of a code of the list.
    pub(crate) fn quoted(&self, code: &str) -> Option<&[u8]> {
        let inside =
            |known: &[u8]| known.get(1..known.len().saturating_sub(1)).unwrap_or_default().cmp(code.as_bytes());
        let found = self.0.binary_search_by(|known| known.len().cmp(&(code.len() + 2)).then_with(|| inside(known)));
        found.ok().and_then(|place| self.0.get(place)).map(|quoted| &**quoted)
    }
}

/// The fragments of a document, by name.
pub(crate) type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// A type's name, ready to be written as the answer to `__typename`.
pub(crate) type Typename = Box<[u8]>;

/// The selected fields of one object, each key once, in the query's order.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// The fields.
    pub(crate) fields: Vec<Selected>,
    /// The categories selected on the object: what `withheld` speaks of.
    pub(crate) categories: CategorySet,
    /// What the fields cost together.
    pub(crate) cost: u64,
}

/// One selected field.
#[derive(Debug)]
pub(crate) struct Selected {
    /// Its key.
    pub(crate) key: Key,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    /// The category whose bit must be set.
    pub(crate) gate: Option<Category>,
    /// Where it is taken from.
    pub(crate) take: Take,
}

/// Where a selected field is taken from.
#[derive(Debug)]
pub(crate) enum Take {
    /// The object's type.
    Typename(Typename),
    /// A cell of the row.
    Cell(usize, Form),
    /// An object in the same row.
    Within(Selection),
    /// The rows under the row.
    Rows(Selection),
    /// A released payload.
    Sealed {
        /// Its place among the row's disclosures.
        slot: usize,
        /// The category it must be of.
        category: Category,
        /// What is selected of it.
        selection: Selection,
    },
    /// A member of a released payload.
    Member(Box<[u8]>, Form),
    /// The state in a cell, or its covering word.
    State {
        /// The cell.
        cell: usize,
        /// The categories a state may belong to.
        categories: CategorySet,
        /// What a state is called for somebody who can see some of them.
        shown: fn(&str, CategorySet) -> Option<&'static str>,
    },
    /// The codes in a cell that may be told.
    Told {
        /// The cell.
        cell: usize,
        /// The categories a code may belong to.
        categories: CategorySet,
        /// What is told of a code to somebody who can see some of them.
        told: fn(&str, CategorySet) -> Option<&'static str>,
    },
    /// The withheld categories of the object.
    Withheld(Vec<(Key, WithheldPart)>),
    /// The categories the caller can see.
    CanSee,
    /// The steps the caller can take.
    CanDo,
}

/// What is said of a withheld category.
#[derive(Debug)]
pub(crate) enum WithheldPart {
    /// The type's name.
    Typename(Typename),
    /// The category.
    Category,
    /// The outward reason.
    Reason,
    /// What to do.
    Remedy,
}

/// The form of a value.
#[derive(Debug)]
pub(crate) enum Form {
    /// One value.
    Leaf(Leaf),
    /// Many.
    List {
        /// Each.
        item: Box<Form>,
        /// Whether one may be null.
        nullable: bool,
    },
    /// An object inside a payload.
    Object(Selection),
}

/// One value.
#[derive(Debug)]
pub(crate) enum Leaf {
    /// `ID` or `String`.
    Text,
    /// `Int`.
    Int,
    /// `Boolean`.
    Boolean,
    /// `DateTime`.
    DateTime,
    /// A code of a closed list.
    Code(Arc<Codes>),
}

/// What is read of a noun's rows, and what is written of each.
pub(crate) struct Reading {
    /// The noun.
    pub(crate) noun: &'static Noun,
    /// What is needed of each row.
    pub(crate) plan: Plan,
    /// What is written of each row.
    pub(crate) selection: Selection,
}
