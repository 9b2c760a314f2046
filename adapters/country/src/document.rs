//! Documents: the strict check of a number's form, which keeps nothing. What comes out is the kind and the
//! issuing country; the number is neither in the answer nor in the error (domain.md 4.5).

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Code, Country};
use thiserror::Error;

use crate::digits;
use crate::furniture::Furniture;
use crate::verhoeff;

/// The longest text a number may be written in, separators included: the longest form of the region has
/// seventeen digits, and nobody puts more than one separator between two of them.
const NUMBER_MAX: usize = 40;
/// The longest machine-readable passport number (ICAO Doc 9303, general knowledge).
const PASSPORT_MAX: usize = 9;
/// The shortest passport number that is taken for one.
const PASSPORT_MIN: usize = 6;

/// The form of a document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As many digits as one of the counts.
    Digits(&'static [usize]),
    /// Twelve digits, the first neither 0 nor 1, the last a Verhoeff check digit.
    Aadhaar,
    /// Nine digits with V or X, or twelve digits; the day of the year inside must be one (a woman's is raised
    /// by 500, so the number tells sex and birth date).
    SriLankaIdentity,
    /// One letter and then digits.
    LetterDigits(char, usize),
    /// So many groups of digits, at least and at most, with a hyphen, slash or space between them.
    Groups(usize, usize),
    /// Six to nine letters and digits, at least one of them a digit.
    Passport,
    /// A paper whose number follows no rule: anything that is short and has no control character.
    Unruled,
}

impl Shape {
    /// Whether a number, digits already in ASCII, has the form.
    fn fits(self, number: &str) -> bool {
        match self {
            Self::Digits(counts) => joined(number).is_some_and(|digits| counts.contains(&digits.len())),
            Self::Aadhaar => joined(number).is_some_and(|digits| {
                digits.len() == 12 && !digits.starts_with(['0', '1']) && verhoeff::holds(&digits)
            }),
            Self::SriLankaIdentity => is_sri_lanka_identity(number),
            Self::LetterDigits(letter, count) => number
                .strip_prefix(|first: char| first.eq_ignore_ascii_case(&letter))
                .is_some_and(|digits| digits.len() == count && digits.bytes().all(|b| b.is_ascii_digit())),
            Self::Groups(least, most) => {
                let groups: Vec<&str> = number.split(['-', '/', ' ']).collect();
                (least..=most).contains(&groups.len())
                    && groups.iter().all(|g| (1..=8).contains(&g.len()) && g.bytes().all(|b| b.is_ascii_digit()))
            }
            Self::Passport => {
                (PASSPORT_MIN..=PASSPORT_MAX).contains(&number.len())
                    && number.bytes().all(|b| b.is_ascii_alphanumeric())
                    && number.bytes().any(|b| b.is_ascii_digit())
            }
            Self::Unruled => !number.trim().is_empty() && !number.chars().any(char::is_control),
        }
    }
}

/// The digits of a number written with at most one hyphen or space between two digits; `None` for anything
/// else, also at either end.
fn joined(number: &str) -> Option<String> {
    let mut digits = String::with_capacity(number.len());
    let mut after_digit = false;
    for character in number.chars() {
        match character {
            '0'..='9' => {
                digits.push(character);
                after_digit = true;
            }
            '-' | ' ' if after_digit => after_digit = false,
            _ => return None,
        }
    }
    after_digit.then_some(digits)
}

fn is_sri_lanka_identity(number: &str) -> bool {
    let of_year = |text: Option<&str>| {
        text.and_then(|t| t.parse::<u16>().ok())
            .is_some_and(|day| (1..=366).contains(&day) || (501..=866).contains(&day))
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match number.strip_suffix(['V', 'v', 'X', 'x']) {
        Some(old) => old.len() == 9 && all_digits(old) && of_year(old.get(2..5)),
        None => {
            number.len() == 12
                && all_digits(number)
                && (number.starts_with("19") || number.starts_with("20"))
                && of_year(number.get(4..7))
        }
    }
}

/// One document of a country: its kind, what people call it, and the form of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentForm {
    /// The kind.
    pub kind: DocumentKind,
    /// What people of the country call it.
    pub name: &'static str,
    /// The form of its number.
    pub shape: Shape,
    /// Where the form is from.
    pub source: &'static str,
}

impl DocumentForm {
    /// A row of a country's table.
    pub(crate) const fn new(kind: DocumentKind, name: &'static str, shape: Shape, source: &'static str) -> Self {
        Self { kind, name, shape, source }
    }

    /// A passport, which has one form everywhere.
    pub(crate) const PASSPORT: Self =
        Self::new(DocumentKind::Passport, "passport", Shape::Passport, "ICAO Doc 9303 [general knowledge]");
}

/// What a check leaves: which kind of document it was and who issues it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentSeen {
    /// The kind.
    pub kind: DocumentKind,
    /// The issuing country.
    pub issuing_country: Country,
}

/// Why a number is not one of the document it is said to be. Holds its length and never a character of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentFault {
    /// The country has no such document.
    #[error("{country} issues no document of the kind {kind}")]
    NoSuchDocument {
        /// The country.
        country: Country,
        /// The kind.
        kind: DocumentKind,
    },
    /// The number is longer than any.
    #[error("a document number of {length} characters is longer than any")]
    TooLong {
        /// How many characters it had.
        length: usize,
    },
    /// The number has not the form.
    #[error("not the form of a {kind} of {country} ({length} characters)")]
    Form {
        /// The country.
        country: Country,
        /// The kind.
        kind: DocumentKind,
        /// How many characters it had.
        length: usize,
    },
}

/// Checks a number against a country's forms of a kind; one that fits is enough.
pub(crate) fn check(
    country: Country,
    forms: &[DocumentForm],
    kind: DocumentKind,
    number: &str,
) -> Result<DocumentSeen, DocumentFault> {
    let of_kind = || forms.iter().filter(|form| form.kind == kind);
    if of_kind().next().is_none() {
        return Err(DocumentFault::NoSuchDocument { country, kind });
    }
    let length = number.chars().take(NUMBER_MAX + 1).count();
    if length > NUMBER_MAX {
        return Err(DocumentFault::TooLong { length: number.chars().count() });
    }
    let read = digits::ascii(number);
    if of_kind().any(|form| form.shape.fits(&read)) {
        Ok(DocumentSeen { kind, issuing_country: country })
    } else {
        Err(DocumentFault::Form { country, kind, length })
    }
}

/// Checks bytes as the number of every document of every country, for the generators that look for an input that
/// panics or breaks what always holds: a kind that is guessed is one that the check takes. Whether it held.
pub fn fuzz(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    Country::ALL.iter().map(|country| Furniture::of(*country)).all(|furniture| {
        let guessed = furniture.document_kinds(&text);
        let takes = |kind: DocumentKind| furniture.check_document(kind, &text).is_ok();
        let unknown =
            DocumentKind::ALL.iter().filter(|kind| furniture.documents.iter().all(|form| form.kind != **kind));
        guessed.into_iter().all(takes) && !unknown.copied().any(takes)
    })
}

/// The kinds a number may be of in a country, ruled forms only: a guess for a form that does not say.
pub(crate) fn kinds(forms: &[DocumentForm], number: &str) -> Vec<DocumentKind> {
    if number.chars().take(NUMBER_MAX + 1).count() > NUMBER_MAX {
        return Vec::new();
    }
    let read = digits::ascii(number);
    let fits = |kind: &DocumentKind| {
        forms.iter().any(|form| form.kind == *kind && form.shape != Shape::Unruled && form.shape.fits(&read))
    };
    DocumentKind::ALL.iter().copied().filter(fits).collect()
}
