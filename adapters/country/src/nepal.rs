//! Nepal: dates in Bikram Sambat, Devanagari digits, the citizenship certificate with district and year in
//! its number, the national identity number, and the school card that lets a child of ten to eighteen pass
//! the open border (domain.md 1.3).

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::Nepal,
    calendars: &[Calendar::BikramSambat, Calendar::Gregorian],
    languages: &[
        Language::new("ne", Script::Devanagari),
        Language::new("mai", Script::Devanagari),
        Language::new("bho", Script::Devanagari),
        Language::new("new", Script::Devanagari),
        Language::new("en", Script::Latin),
    ],
    digits: &[Digits::Devanagari],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::CitizenshipCertificate,
            "citizenship certificate",
            Shape::Groups(3, 5),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "national identity number",
            Shape::Digits(&[10]),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(DocumentKind::BirthRegistration, "birth registration", Shape::Unruled, "no rule is known"),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school identity card", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+977",
    majority: Majority { years: 18, basis: "Act Relating to Children 2075: a child is under eighteen (domain.md 2.3)" },
    divisions: &[
        Division::first("NP-P1", "Koshi", "Province"),
        Division::first("NP-P2", "Madhesh", "Province"),
        Division::first("NP-P3", "Bagmati", "Province"),
        Division::first("NP-P4", "Gandaki", "Province"),
        Division::first("NP-P5", "Lumbini", "Province"),
        Division::first("NP-P6", "Karnali", "Province"),
        Division::first("NP-P7", "Sudurpashchim", "Province"),
    ],
};
