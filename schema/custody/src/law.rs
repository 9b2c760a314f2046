//! Law as rows of data. A row may only forbid; what lifts it is a permission and counts only where the text
//! of the law was read. A row that cannot be read forbids everything in the country it would have bound.

use std::collections::BTreeSet;
use std::sync::Arc;

use sangam_vocabulary::{Category, Code, Country, Instant, Purpose, Role};
use serde::Deserialize;
use thiserror::Error;

use crate::ask::{Act, Ask};
use crate::exception::{Order, OrderKind};

/// How far a statement of law was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Verified {
    /// Nobody checked it.
    #[serde(rename = "UNVERIFIED")]
    Unverified,
    /// A secondary source says so.
    #[serde(rename = "SECONDARY")]
    Secondary,
    /// The text of the law was read.
    #[serde(rename = "TEXT_READ")]
    TextRead,
}

/// Whom a row protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Persons {
    /// Children.
    #[serde(rename = "MINOR")]
    Minor,
    /// Adults.
    #[serde(rename = "ADULT")]
    Adult,
    /// Everyone.
    #[serde(rename = "ANY")]
    Any,
}

/// One row of law: it forbids an act for some persons, categories, purposes and recipients.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawRow {
    /// A short name, unique in the book, for instance `IN-JJ-74`.
    pub id: Arc<str>,
    /// The act it forbids.
    pub act: Act,
    /// Whom it protects.
    pub persons: Persons,
    /// Which categories; absent: all.
    #[serde(default)]
    pub categories: Option<Vec<Category>>,
    /// For which purposes; absent: all.
    #[serde(default)]
    pub purposes: Option<Vec<Purpose>>,
    /// For all purposes but these.
    #[serde(default)]
    pub except_purposes: Vec<Purpose>,
    /// To which recipient roles; absent: all.
    #[serde(default)]
    pub recipients: Option<Vec<Role>>,
    /// To all recipient roles but these.
    #[serde(default)]
    pub except_recipients: Vec<Role>,
    /// From which owner roles; absent: all.
    #[serde(default)]
    pub controllers: Option<Vec<Role>>,
    /// `true`: only where the recipient is in another country than the owner; `false`: only in the same.
    #[serde(default)]
    pub abroad: Option<bool>,
    /// Whether the row is silent while a handover window is open for the caller's relation.
    #[serde(default)]
    pub silent_in_handover_window: bool,
    /// What lifts it; only with `verified = "TEXT_READ"`, and never for `PUBLISH`.
    #[serde(default)]
    pub lifted_by: Option<OrderKind>,
    /// The statute, article or policy.
    pub basis: String,
    /// Where it was read.
    pub source: String,
    /// How far it was checked.
    pub verified: Verified,
    /// What a lawyer should know.
    #[serde(default)]
    pub note: String,
}

impl LawRow {
    /// Whether the row speaks to the ask, leaving aside which country it is from and what lifts it.
    fn speaks(&self, ask: &Ask<'_>) -> bool {
        let listed = |list: &Option<Vec<Category>>| list.as_ref().is_none_or(|l| l.contains(&ask.category));
        self.act == ask.act
            && match self.persons {
                Persons::Any => true,
                Persons::Minor => ask.facts.age.minor_rules(ask.at),
                Persons::Adult => ask.facts.age.adult_rules(ask.at),
            }
            && listed(&self.categories)
            && self.purposes.as_ref().is_none_or(|l| l.contains(&ask.purpose))
            && !self.except_purposes.contains(&ask.purpose)
            && self.recipients.as_ref().is_none_or(|l| l.contains(&ask.caller.role))
            && !self.except_recipients.contains(&ask.caller.role)
            && self.controllers.as_ref().is_none_or(|l| l.contains(&ask.owner.role))
            && self.abroad.is_none_or(|abroad| abroad == (ask.caller.country != ask.owner.country))
            && !(self.silent_in_handover_window && ask.state.in_window(ask.at))
    }

    /// Whether some ask exists that the row could speak to.
    fn can_speak(&self) -> bool {
        fn leaves<T: PartialEq>(listed: Option<&Vec<T>>, excepted: &[T]) -> bool {
            listed.is_none_or(|list| list.iter().any(|one| !excepted.contains(one)))
        }
        !self.id.is_empty()
            && leaves(self.categories.as_ref(), &[])
            && leaves(self.purposes.as_ref(), &self.except_purposes)
            && leaves(self.recipients.as_ref(), &self.except_recipients)
            && leaves(self.controllers.as_ref(), &[])
    }

    /// Whether an order on record lifts the row for the ask.
    fn is_lifted(&self, ask: &Ask<'_>) -> bool {
        self.lifted_by.is_some_and(|kind| {
            ask.orders.iter().any(|order| order.lifts(kind, ask.category, ask.caller.organization, ask.at))
        })
    }
}

/// What is wrong with a book of law.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LawFault {
    /// The text is not TOML or a row has an unknown or missing key.
    #[error("law of {book}: {what}")]
    Unreadable {
        /// Which book.
        book: String,
        /// What the reader said.
        what: String,
    },
    /// Two rows have one name.
    #[error("law of {book}: row `{id}` stands twice")]
    Twice {
        /// Which book.
        book: String,
        /// The row.
        id: String,
    },
    /// A row has no name, or a list that leaves nothing: it would never speak.
    #[error("law of {book}: row `{id}` never speaks: it has no name, an empty list, or excepts all that it lists")]
    NeverSpeaks {
        /// Which book.
        book: String,
        /// The row.
        id: String,
    },
    /// A book is not there or has no row. Unknown law refuses; a deployment needs all nine books.
    #[error("law of {book}: the book is missing or has no row")]
    Missing {
        /// Which book.
        book: String,
    },
    /// A row below `TEXT_READ` says what lifts it, or a `PUBLISH` row does.
    #[error("law of {book}: row `{id}` may only forbid: nothing lifts a PUBLISH row, or a row whose text was not read")]
    MayOnlyForbid {
        /// Which book.
        book: String,
        /// The row.
        id: String,
    },
}

/// Where a book's rows bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Binds {
    Everywhere,
    In(Country),
}

impl Binds {
    fn binds(self, ask: &Ask<'_>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(country) => {
                country == ask.facts.collected_in
                    || country == ask.owner.country
                    || country == ask.caller.country
                    || ask.past_owners.iter().any(|owner| owner.country == country)
            }
        }
    }
}

/// The name of the book whose rows bind everywhere: the hub's own policy.
const HUB: &str = "HUB";

/// The rows of every country and the hub's own, in reading order.
#[derive(Debug, Clone, Default)]
pub struct LawBook {
    rows: Vec<(Binds, LawRow)>,
    broken: Vec<Binds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BookText {
    #[serde(default)]
    law: Vec<LawRow>,
    /// Read by [`crate::ResidenceBook`].
    #[serde(default, rename = "residence")]
    _residence: Option<serde::de::IgnoredAny>,
}

impl LawBook {
    /// Reads books, each a pair of name (`HUB` or a country code) and TOML text with `[[law]]` rows.
    ///
    /// # Errors
    /// Every fault of every book at once; see [`LawBook::read_denying`] for a book that must be used in spite of
    /// faults.
    pub fn read<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<LawFault>> {
        let (book, faults) = Self::read_denying(books);
        if faults.is_empty() { Ok(book) } else { Err(faults) }
    }

    /// Reads the books of a deployment: as [`LawBook::read`], and all nine must be there with at least one row.
    ///
    /// # Errors
    /// Every fault of every book at once.
    pub fn read_complete<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<LawFault>> {
        let (book, mut faults) = Self::read_denying(books);
        let names = std::iter::once(HUB).chain(Country::ALL.iter().map(|country| country.code()));
        for (name, binds) in
            names.zip(std::iter::once(Binds::Everywhere).chain(Country::ALL.iter().copied().map(Binds::In)))
        {
            if !book.rows.iter().any(|(place, _)| *place == binds) {
                faults.push(LawFault::Missing { book: name.to_owned() });
            }
        }
        if faults.is_empty() { Ok(book) } else { Err(faults) }
    }

    /// Reads books as far as they can be read. A book with a fault forbids everything where it binds.
    pub fn read_denying<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> (Self, Vec<LawFault>) {
        let (mut out, mut faults, mut seen) = (Self::default(), Vec::new(), BTreeSet::new());
        for (name, text) in books {
            let book = name.to_owned();
            let binds = if name == HUB {
                Binds::Everywhere
            } else if let Ok(country) = Country::read(name) {
                Binds::In(country)
            } else {
                faults.push(LawFault::Unreadable { book, what: "no such country".to_owned() });
                out.broken.push(Binds::Everywhere);
                continue;
            };
            match toml::from_str::<BookText>(text) {
                Err(error) => {
                    faults.push(LawFault::Unreadable { book, what: error.to_string() });
                    out.broken.push(binds);
                }
                Ok(read) => {
                    for row in read.law {
                        let id = row.id.to_string();
                        let liftable = row.verified == Verified::TextRead && row.act == Act::Share;
                        if !seen.insert(id.clone()) {
                            faults.push(LawFault::Twice { book: book.clone(), id });
                            out.broken.push(binds);
                        } else if !row.can_speak() {
                            faults.push(LawFault::NeverSpeaks { book: book.clone(), id });
                            out.broken.push(binds);
                        } else if row.lifted_by.is_some() && !liftable {
                            faults.push(LawFault::MayOnlyForbid { book: book.clone(), id });
                            out.broken.push(binds);
                        } else {
                            out.rows.push((binds, row));
                        }
                    }
                }
            }
        }
        // Country rows first, in reading order, then the hub's own: the clause an explanation names is the
        // statute where there is one.
        out.rows.sort_by_key(|(binds, _)| *binds == Binds::Everywhere);
        (out, faults)
    }

    /// The same book without one row: for proofs that a row matters.
    #[must_use]
    pub fn without(&self, id: &str) -> Self {
        let rows = self.rows.iter().filter(|(_, row)| &*row.id != id).cloned().collect();
        Self { rows, broken: self.broken.clone() }
    }

    /// Every row with the country it binds in; `None` is everywhere.
    pub fn rows(&self) -> impl Iterator<Item = (Option<Country>, &LawRow)> {
        self.rows.iter().map(|(binds, row)| {
            (
                match binds {
                    Binds::Everywhere => None,
                    Binds::In(country) => Some(*country),
                },
                row,
            )
        })
    }

    /// The first row that forbids the ask and that nothing on record lifts. `Err` when a book that binds
    /// the ask could not be read.
    pub(crate) fn forbids(&self, ask: &Ask<'_>) -> Result<Option<&LawRow>, ()> {
        if self.broken.iter().any(|place| place.binds(ask)) {
            return Err(());
        }
        Ok(self.speaking(ask).find(|row| !row.is_lifted(ask)))
    }

    /// Whether an order lifts a row that would forbid the ask.
    pub(crate) fn is_lifted_by(&self, order: &Order, ask: &Ask<'_>) -> bool {
        let lifts = |kind| order.lifts(kind, ask.category, ask.caller.organization, ask.at);
        self.speaking(ask).filter_map(|row| row.lifted_by).any(lifts)
    }

    /// The rows that bind the ask and forbid it.
    fn speaking<'s, 'q>(&'s self, ask: &'q Ask<'q>) -> impl Iterator<Item = &'s LawRow> + use<'s, 'q> {
        self.rows.iter().filter(|(place, _)| place.binds(ask)).map(|(_, row)| row).filter(|row| row.speaks(ask))
    }

    /// The next instant after the ask's at which time alone changes what law says to it.
    pub(crate) fn next(ask: &Ask<'_>) -> Instant {
        let age = match ask.facts.age {
            crate::Age::MinorUntil(until) => until,
            crate::Age::Unknown | crate::Age::Adult => Instant::NEVER,
        };
        let window = ask.state.window.into_iter().flat_map(|(from, until)| [from, until]);
        let orders = ask.orders.iter().flat_map(|order| [order.from, order.until]);
        soonest(ask.at, window.chain(orders).chain([age]))
    }
}

/// The first of some instants that is later than another, or [`Instant::NEVER`].
pub(crate) fn soonest(at: Instant, instants: impl IntoIterator<Item = Instant>) -> Instant {
    instants.into_iter().filter(|instant| *instant > at).min().unwrap_or(Instant::NEVER)
}
