//! The walker: writes the JSON of an answer from released rows, in the query's order, synchronously.
//!
//! It denies by default: what has a category is written only where the row's mask has the bit, and that is
//! tested in one place ([`shows`]). It decides nothing and opens nothing: a payload it can read was released
//! by custody. A value that must be there and is not nulls the nearest object that may be null, and says so in
//! `errors`; no key is ever left out. Its oracle is graphql-js over the same data (`tests/oracle.rs`).

mod json;
mod leaf;
mod member;
mod page;

use sangam_custody::Reason;
use sangam_vocabulary::{Category, CategorySet, Code, Instant};

use crate::code::ErrorCode;
use crate::fault::{Fault, Faults, Step};
use crate::nouns::codes::{NO_AGREEMENT, NOT_AVAILABLE_NOW, NOT_SHARED};
use crate::plan::{Form, Key, Leaf, Selected, Selection, Take, WithheldPart};
use crate::port::{Cell, Row};

/// What a caller can do about a withheld category.
const REMEDY: &str = "Ask the case desk.";

/// Why the walk of a value ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The value cannot be written; the nearest thing around it that may be null is null.
    Null,
    /// The answer has reached its limit.
    TooLarge,
}

type Walked = Result<(), Stop>;

/// Writes one root field's answer.
pub(crate) struct Walker<'o, 'w> {
    out: &'o mut Vec<u8>,
    faults: &'o mut Faults,
    /// Where the walk is, for errors.
    path: Vec<Step<'w>>,
    /// How long the answer may become.
    limit: usize,
    /// The members of the payload objects the walk is in.
    members: Vec<(&'w [u8], &'w [u8])>,
}

/// Whether a category shows on a row. The one place where a mask's bit is tested.
fn shows(row: &Row, category: Category) -> bool {
    row.shown.is_some_and(|shown| shown.released.contains(category))
}

fn outward_reason(row: &Row, category: Category) -> Option<&'static str> {
    if shows(row, category) {
        return None;
    }
    Some(match row.shown.and_then(|shown| shown.reason(category)) {
        Some(Reason::NotShared) => NOT_SHARED,
        Some(Reason::NoAgreement) => NO_AGREEMENT,
        Some(Reason::NotAvailableNow) | None => NOT_AVAILABLE_NOW,
    })
}

impl<'o, 'w> Walker<'o, 'w> {
    /// A walker that writes the answer of the root field with this key.
    pub(crate) fn new(out: &'o mut Vec<u8>, faults: &'o mut Faults, key: &'w str, limit: usize) -> Self {
        Self { out, faults, path: vec![Step::Key(key)], limit, members: Vec::new() }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn separate(&mut self, place: usize) {
        if place > 0 {
            self.out.push(b',');
        }
    }

    /// Ends an object or a list, and looks whether the answer is still within its limit.
    fn close(&mut self, bracket: u8) -> Walked {
        self.out.push(bracket);
        if self.out.len() > self.limit { Err(Stop::TooLarge) } else { Ok(()) }
    }

    /// The value here cannot be written.
    fn broken(&mut self) -> Stop {
        self.faults.add(Fault::at(ErrorCode::Internal, &self.path));
        Stop::Null
    }

    /// Nothing is there: null, or, where something must be, an error.
    fn nothing(&mut self, nullable: bool) -> Walked {
        if nullable {
            self.write(b"null");
            Ok(())
        } else {
            Err(self.broken())
        }
    }

    /// Walks into a value; if it cannot be written and may be null, it is null.
    fn step(&mut self, step: Step<'w>, nullable: bool, walk: impl FnOnce(&mut Self) -> Walked) -> Walked {
        let (depth, begin, members) = (self.path.len(), self.out.len(), self.members.len());
        self.path.push(step);
        let walked = match walk(self) {
            Err(Stop::Null) if nullable => {
                self.out.truncate(begin);
                self.members.truncate(members);
                self.write(b"null");
                Ok(())
            }
            walked => walked,
        };
        self.path.truncate(depth);
        walked
    }

    /// Writes one object of a row.
    pub(crate) fn object(&mut self, selection: &'w Selection, row: &'w Row) -> Walked {
        self.out.push(b'{');
        for (place, selected) in selection.fields.iter().enumerate() {
            self.write(selected.key.bytes(place));
            self.step(Step::Key(&selected.key.name), selected.nullable, |walker| {
                walker.selected(selected, selection, row)
            })?;
        }
        self.close(b'}')
    }

    fn selected(&mut self, selected: &'w Selected, object: &Selection, row: &'w Row) -> Walked {
        if selected.gate.is_some_and(|category| !shows(row, category)) {
            return self.nothing(selected.nullable);
        }
        match &selected.take {
            Take::Typename(name) => {
                self.write(name);
                Ok(())
            }
            Take::Cell(cell, form) => match row.cells.get(*cell) {
                None | Some(Cell::Null) => self.nothing(selected.nullable),
                Some(cell) => self.cell(form, cell),
            },
            Take::Within(within) => self.object(within, row),
            Take::Rows(selection) => self.under(selection, &row.rows),
            Take::Sealed { slot, category, selection } => match row.disclosed.get(*slot) {
                None | Some(None) => self.nothing(selected.nullable),
                Some(Some(disclosure)) if disclosure.category() == *category => {
                    self.payload(selection, disclosure.json())
                }
                Some(Some(_)) => Err(self.broken()),
            },
            // A member is read inside a payload, never on a row.
            Take::Member(..) => Err(self.broken()),
            Take::Told { cell, categories, told } => {
                let can_see = seen(row, *categories);
                match row.cells.get(*cell) {
                    Some(Cell::Text(code)) => match told(code, can_see) {
                        Some(code) => leaf::code(self.out, code),
                        None => return self.nothing(selected.nullable),
                    },
                    Some(Cell::List(cells)) => self.codes(cells.iter().filter_map(|cell| match cell {
                        Cell::Text(code) => told(code, can_see),
                        _ => None,
                    })),
                    _ => return self.nothing(selected.nullable),
                }
                Ok(())
            }
            Take::State { cell, categories, shown } => match row.cells.get(*cell) {
                Some(Cell::Text(code)) => {
                    let word = shown(code, seen(row, *categories)).ok_or_else(|| self.broken())?;
                    leaf::code(self.out, word);
                    Ok(())
                }
                _ => self.nothing(selected.nullable),
            },
            Take::Withheld(parts) => self.withheld(parts, object, row),
            Take::CanSee => {
                self.codes(row.can_see.iter().map(Code::code));
                Ok(())
            }
            Take::CanDo => {
                self.codes(row.can_do.iter().copied());
                Ok(())
            }
        }
    }

    fn codes(&mut self, codes: impl Iterator<Item = &'static str>) {
        self.out.push(b'[');
        for (place, code) in codes.enumerate() {
            self.separate(place);
            leaf::code(self.out, code);
        }
        self.out.push(b']');
    }

    fn withheld(&mut self, parts: &[(Key, WithheldPart)], object: &Selection, row: &Row) -> Walked {
        self.out.push(b'[');
        let withheld = object.categories.iter().filter_map(|category| Some((category, outward_reason(row, category)?)));
        for (place, (category, reason)) in withheld.enumerate() {
            self.separate(place);
            self.out.push(b'{');
            for (place, (key, part)) in parts.iter().enumerate() {
                self.write(key.bytes(place));
                match part {
                    WithheldPart::Typename(name) => self.write(name),
                    WithheldPart::Category => leaf::code(self.out, category.code()),
                    WithheldPart::Reason => leaf::code(self.out, reason),
                    WithheldPart::Remedy => leaf::text(self.out, REMEDY),
                }
            }
            self.out.push(b'}');
        }
        self.close(b']')
    }

    /// Writes a cell that holds something.
    fn cell(&mut self, form: &'w Form, cell: &'w Cell) -> Walked {
        match (form, cell) {
            (Form::Leaf(leaf), cell) => self.leaf(leaf, cell),
            (Form::List { item, nullable }, Cell::List(cells)) => {
                self.out.push(b'[');
                for (place, cell) in cells.iter().enumerate() {
                    self.separate(place);
                    self.step(Step::Index(place), *nullable, |walker| match cell {
                        Cell::Null => walker.nothing(*nullable),
                        cell => walker.cell(item, cell),
                    })?;
                }
                self.close(b']')
            }
            (Form::List { .. } | Form::Object(_), _) => Err(self.broken()),
        }
    }

    fn leaf(&mut self, leaf: &Leaf, cell: &Cell) -> Walked {
        match (leaf, cell) {
            (Leaf::Text, Cell::Text(text)) => leaf::text(self.out, text),
            (Leaf::Text, Cell::Outward(id)) => {
                self.out.push(b'"');
                id.write(self.out);
                self.out.push(b'"');
            }
            (Leaf::Int, Cell::Int(number)) if i32::try_from(*number).is_ok() => leaf::int(self.out, *number),
            (Leaf::Boolean, Cell::Boolean(yes)) => self.write(if *yes { b"true" } else { b"false" }),
            (Leaf::DateTime, Cell::Instant(millis)) => leaf::instant(self.out, Instant::from_millis(*millis)),
            (Leaf::Code(codes), Cell::Text(code)) => match codes.quoted(code) {
                Some(quoted) => self.write(quoted),
                None => return Err(self.broken()),
            },
            _ => return Err(self.broken()),
        }
        Ok(())
    }
}

/// Which of some categories show on a row.
fn seen(row: &Row, of: CategorySet) -> CategorySet {
    of.iter().filter(|category| shows(row, *category)).fold(CategorySet::NONE, CategorySet::with)
}

#[cfg(test)]
mod tests;
