//! The Maldives: Gregorian dates, Dhivehi in Thaana from right to left, the identity card with its letter A.

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::Maldives,
    calendars: &[Calendar::Gregorian],
    languages: &[Language::new("dv", Script::Thaana), Language::new("en", Script::Latin)],
    digits: &[],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "national identity card",
            Shape::LetterDigits('A', 6),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(DocumentKind::BirthRegistration, "birth certificate", Shape::Unruled, "no rule is known"),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+960",
    majority: Majority {
        years: 18,
        basis: "Child Rights Protection Act 19/2019: a child is under eighteen [general knowledge]",
    },
    divisions: &[
        Division::first("MV-00", "South Ari Atoll", "Administrative atoll"),
        Division::first("MV-01", "Addu City", "City"),
        Division::first("MV-02", "North Ari Atoll", "Administrative atoll"),
        Division::first("MV-03", "Faadhippolhu", "Administrative atoll"),
        Division::first("MV-04", "Felidhu Atoll", "Administrative atoll"),
        Division::first("MV-05", "Hahdhunmathi", "Administrative atoll"),
        Division::first("MV-07", "North Thiladhunmathi", "Administrative atoll"),
        Division::first("MV-08", "Kolhumadulu", "Administrative atoll"),
        Division::first("MV-12", "Mulaku Atoll", "Administrative atoll"),
        Division::first("MV-13", "North Maalhosmadulu", "Administrative atoll"),
        Division::first("MV-14", "North Nilandhe Atoll", "Administrative atoll"),
        Division::first("MV-17", "South Nilandhe Atoll", "Administrative atoll"),
        Division::first("MV-20", "South Maalhosmadulu", "Administrative atoll"),
        Division::first("MV-23", "South Thiladhunmathi", "Administrative atoll"),
        Division::first("MV-24", "North Miladhunmadulu", "Administrative atoll"),
        Division::first("MV-25", "South Miladhunmadulu", "Administrative atoll"),
        Division::first("MV-26", "Male Atoll", "Administrative atoll"),
        Division::first("MV-27", "North Huvadhu Atoll", "Administrative atoll"),
        Division::first("MV-28", "South Huvadhu Atoll", "Administrative atoll"),
        Division::first("MV-29", "Fuvammulah", "Administrative atoll"),
        Division::first("MV-MLE", "Male", "City"),
    ],
};
