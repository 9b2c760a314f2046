//! One value a country: everything an adapter needs in order to read what people there write.

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::{Division, Level};
use crate::document::{self, DocumentFault, DocumentForm, DocumentSeen};
use crate::script::{Direction, Script};
use crate::{afghanistan, bangladesh, bhutan, india, maldives, nepal, pakistan, sri_lanka};

/// A language as a country uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language {
    /// The BCP 47 tag.
    pub tag: &'static str,
    /// The script it is written in there.
    pub script: Script,
}

impl Language {
    pub(crate) const fn new(tag: &'static str, script: Script) -> Self {
        Self { tag, script }
    }

    /// Which way its text runs.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.script.direction()
    }
}

/// When a person is of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Majority {
    /// In completed years.
    pub years: u8,
    /// By which law, and how far that was checked.
    pub basis: &'static str,
}

/// What one country is furnished with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Furniture {
    /// The country.
    pub country: Country,
    /// The calendars people write dates in, the usual one first.
    pub calendars: &'static [Calendar],
    /// The languages, the official ones first.
    pub languages: &'static [Language],
    /// The digits numbers are written in besides ASCII.
    pub digits: &'static [Digits],
    /// The documents and the form of each.
    pub documents: &'static [DocumentForm],
    /// The administrative divisions.
    pub divisions: &'static [Division],
    /// The calling code with its plus sign.
    pub calling_code: &'static str,
    /// When a person is of age.
    pub majority: Majority,
}

impl Furniture {
    /// The furniture of a country.
    #[must_use]
    pub const fn of(country: Country) -> &'static Self {
        match country {
            Country::Afghanistan => &afghanistan::FURNITURE,
            Country::Bangladesh => &bangladesh::FURNITURE,
            Country::Bhutan => &bhutan::FURNITURE,
            Country::India => &india::FURNITURE,
            Country::SriLanka => &sri_lanka::FURNITURE,
            Country::Maldives => &maldives::FURNITURE,
            Country::Nepal => &nepal::FURNITURE,
            Country::Pakistan => &pakistan::FURNITURE,
        }
    }

    /// The scripts its languages are written in, each once, in the order of the languages.
    #[must_use]
    pub fn scripts(&self) -> Vec<Script> {
        let mut scripts: Vec<Script> = Vec::new();
        for language in self.languages {
            if !scripts.contains(&language.script) {
                scripts.push(language.script);
            }
        }
        scripts
    }

    /// The division with a code.
    #[must_use]
    pub fn division(&self, code: &str) -> Option<&'static Division> {
        self.divisions.iter().find(|division| division.code == code)
    }

    /// The division of the first level that a code is or lies in: what `admin1` of a payload takes.
    #[must_use]
    pub fn first_level(&self, code: &str) -> Option<&'static Division> {
        let division = self.division(code)?;
        division.parent.map_or(Some(division), |parent| self.division(parent))
    }

    /// The divisions of a level.
    pub fn divisions_at(&self, level: Level) -> impl Iterator<Item = &'static Division> {
        self.divisions.iter().filter(move |division| division.level() == level)
    }

    /// Checks the number of a document of this country, in any digits of the region, and keeps nothing of it.
    ///
    /// # Errors
    /// [`DocumentFault`]: no such document here, or not its form. Neither holds a character of the number.
    pub fn check_document(&self, kind: DocumentKind, number: &str) -> Result<DocumentSeen, DocumentFault> {
        document::check(self.country, self.documents, kind, number)
    }

    /// The kinds of document whose form a number has here: for a partner's form that asks for "ID number" and
    /// does not say which. Empty where it has none; more than one where two documents look alike.
    #[must_use]
    pub fn document_kinds(&self, number: &str) -> Vec<DocumentKind> {
        document::kinds(self.documents, number)
    }
}
