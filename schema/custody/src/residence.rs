//! Where the categories of an owner's country stay, as rows of data beside its law. Every category is stated once;
//! what is not stated is nowhere: a country whose rows cannot be read keeps nothing at the hub.

use std::collections::BTreeMap;

use sangam_vocabulary::{Category, CategorySet, Code, Country, Residence, Residences};
use serde::Deserialize;
use thiserror::Error;

use crate::law::Verified;

/// One row: where some categories stay, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResidenceRow {
    /// Which categories.
    pub categories: Vec<Category>,
    /// Where they stay.
    pub stays: Residence,
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

/// What is wrong with a country's rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ResidenceFault {
    /// The text is not TOML, or a row has an unknown or missing key.
    #[error("residence of {book}: {what}")]
    Unreadable {
        /// Which book.
        book: String,
        /// What the reader said.
        what: String,
    },
    /// A category is stated in two rows.
    #[error("residence of {book}: {} is stated twice", .category.code())]
    Twice {
        /// Which book.
        book: String,
        /// The category.
        category: Category,
    },
    /// A category is not stated.
    #[error("residence of {book}: {} is not stated", .category.code())]
    NotStated {
        /// Which book.
        book: String,
        /// The category.
        category: Category,
    },
    /// A row has no category or no ground.
    #[error("residence of {book}: a row has no category, no basis or no source")]
    Empty {
        /// Which book.
        book: String,
    },
    /// The book that binds everywhere states a residence: it is an owner's country's to state.
    #[error("residence of {book}: only a country states where its records stay")]
    NotACountry {
        /// Which book.
        book: String,
    },
    /// A country has no book.
    #[error("residence of {book}: the book is missing")]
    Missing {
        /// Which book.
        book: String,
    },
}

/// The residence rows of every country, as read.
#[derive(Debug, Clone, Default)]
pub struct ResidenceBook {
    rows: BTreeMap<&'static str, Vec<ResidenceRow>>,
    stays: BTreeMap<&'static str, Residences>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BookText {
    #[serde(default)]
    residence: Vec<ResidenceRow>,
    /// Read by [`crate::LawBook`].
    #[serde(default, rename = "law")]
    _law: Option<serde::de::IgnoredAny>,
}

impl ResidenceBook {
    /// Reads the books of a deployment, each a pair of name (`HUB` or a country code) and TOML text: the same texts as
    /// [`LawBook::read_complete`](crate::LawBook::read_complete). Every country states every category once.
    ///
    /// # Errors
    /// Every fault of every book at once.
    pub fn read_complete<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<ResidenceFault>> {
        let (mut out, mut faults) = (Self::default(), Vec::new());
        for (name, text) in books {
            let book = name.to_owned();
            let read = match toml::from_str::<BookText>(text) {
                Ok(read) => read.residence,
                Err(error) => {
                    faults.push(ResidenceFault::Unreadable { book, what: error.to_string() });
                    continue;
                }
            };
            match Country::read(name) {
                Ok(country) => match stated(name, &read) {
                    Ok(stays) => {
                        out.stays.insert(country.code(), stays);
                        out.rows.insert(country.code(), read);
                    }
                    Err(found) => faults.extend(found),
                },
                Err(_) if read.is_empty() => {}
                Err(_) => faults.push(ResidenceFault::NotACountry { book }),
            }
        }
        let told: Vec<String> = faults.iter().map(|fault| fault.book().to_owned()).collect();
        let missing = Country::ALL.iter().map(|country| country.code());
        let missing = missing.filter(|code| !out.stays.contains_key(code) && !told.iter().any(|book| book == code));
        faults.extend(missing.map(|code| ResidenceFault::Missing { book: code.to_owned() }));
        if faults.is_empty() { Ok(out) } else { Err(faults) }
    }

    /// Where the records of an owner in a country stay; of one that was not read, nowhere.
    #[must_use]
    pub fn of(&self, country: Country) -> Residences {
        self.stays.get(country.code()).copied().unwrap_or_else(|| Residences::all(Residence::Never))
    }

    /// Every row with its country.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &ResidenceRow)> {
        self.rows.iter().flat_map(|(country, rows)| rows.iter().map(|row| (*country, row)))
    }
}

impl ResidenceFault {
    fn book(&self) -> &str {
        match self {
            Self::Unreadable { book, .. }
            | Self::Twice { book, .. }
            | Self::NotStated { book, .. }
            | Self::Empty { book }
            | Self::NotACountry { book }
            | Self::Missing { book } => book,
        }
    }
}

/// What a country's rows say of every category.
fn stated(book: &str, rows: &[ResidenceRow]) -> Result<Residences, Vec<ResidenceFault>> {
    let book = || book.to_owned();
    let (mut faults, mut seen) = (Vec::new(), CategorySet::NONE);
    let (mut home, mut never) = (CategorySet::NONE, CategorySet::NONE);
    for row in rows {
        if row.categories.is_empty() || row.basis.trim().is_empty() || row.source.trim().is_empty() {
            faults.push(ResidenceFault::Empty { book: book() });
        }
        for category in &row.categories {
            if seen.contains(*category) {
                faults.push(ResidenceFault::Twice { book: book(), category: *category });
            }
            seen = seen.with(*category);
            match row.stays {
                Residence::Hub => {}
                Residence::Home => home = home.with(*category),
                Residence::Never => never = never.with(*category),
            }
        }
    }
    let unstated = CategorySet::all().minus(seen);
    faults.extend(unstated.iter().map(|category| ResidenceFault::NotStated { book: book(), category }));
    if faults.is_empty() { Ok(Residences::new(home, never)) } else { Err(faults) }
}
