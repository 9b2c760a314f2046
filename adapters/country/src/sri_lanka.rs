//! Sri Lanka: Gregorian dates, Sinhala and Tamil, an identity number that tells birth date and sex and
//! therefore is never kept.

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::SriLanka,
    calendars: &[Calendar::Gregorian],
    languages: &[
        Language::new("si", Script::Sinhala),
        Language::new("ta", Script::Tamil),
        Language::new("en", Script::Latin),
    ],
    digits: &[Digits::Tamil],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "national identity card",
            Shape::SriLankaIdentity,
            "domain.md 4.5",
        ),
        DocumentForm::new(DocumentKind::BirthRegistration, "birth certificate", Shape::Unruled, "no rule is known"),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+94",
    majority: Majority { years: 18, basis: "a child is under eighteen [general knowledge]" },
    divisions: &[
        Division::first("LK-1", "Western Province", "Province"),
        Division::first("LK-2", "Central Province", "Province"),
        Division::first("LK-3", "Southern Province", "Province"),
        Division::first("LK-4", "Northern Province", "Province"),
        Division::first("LK-5", "Eastern Province", "Province"),
        Division::first("LK-6", "North Western Province", "Province"),
        Division::first("LK-7", "North Central Province", "Province"),
        Division::first("LK-8", "Uva Province", "Province"),
        Division::first("LK-9", "Sabaragamuwa Province", "Province"),
        Division::second("LK-11", "Colombo", "District", "LK-1"),
        Division::second("LK-12", "Gampaha", "District", "LK-1"),
        Division::second("LK-13", "Kalutara", "District", "LK-1"),
        Division::second("LK-21", "Kandy", "District", "LK-2"),
        Division::second("LK-22", "Matale", "District", "LK-2"),
        Division::second("LK-23", "Nuwara Eliya", "District", "LK-2"),
        Division::second("LK-31", "Galle", "District", "LK-3"),
        Division::second("LK-32", "Matara", "District", "LK-3"),
        Division::second("LK-33", "Hambantota", "District", "LK-3"),
        Division::second("LK-41", "Jaffna", "District", "LK-4"),
        Division::second("LK-42", "Kilinochchi", "District", "LK-4"),
        Division::second("LK-43", "Mannar", "District", "LK-4"),
        Division::second("LK-44", "Vavuniya", "District", "LK-4"),
        Division::second("LK-45", "Mullaittivu", "District", "LK-4"),
        Division::second("LK-51", "Batticaloa", "District", "LK-5"),
        Division::second("LK-52", "Ampara", "District", "LK-5"),
        Division::second("LK-53", "Trincomalee", "District", "LK-5"),
        Division::second("LK-61", "Kurunegala", "District", "LK-6"),
        Division::second("LK-62", "Puttalam", "District", "LK-6"),
        Division::second("LK-71", "Anuradhapura", "District", "LK-7"),
        Division::second("LK-72", "Polonnaruwa", "District", "LK-7"),
        Division::second("LK-81", "Badulla", "District", "LK-8"),
        Division::second("LK-82", "Monaragala", "District", "LK-8"),
        Division::second("LK-91", "Ratnapura", "District", "LK-9"),
        Division::second("LK-92", "Kegalla", "District", "LK-9"),
    ],
};
