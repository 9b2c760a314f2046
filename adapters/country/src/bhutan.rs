//! Bhutan: Gregorian dates, Dzongkha in Tibetan script, the citizenship identity card. The lunar calendar is
//! for display only (domain.md 4.2).

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::Bhutan,
    calendars: &[Calendar::Gregorian],
    languages: &[
        Language::new("dz", Script::Tibetan),
        Language::new("en", Script::Latin),
        Language::new("ne", Script::Devanagari),
    ],
    digits: &[Digits::Tibetan, Digits::Devanagari],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "citizenship identity card",
            Shape::Digits(&[11]),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+975",
    majority: Majority {
        years: 18,
        basis: "Child Care and Protection Act 2011: a child is under eighteen [general knowledge]",
    },
    divisions: &[
        Division::first("BT-11", "Paro", "District"),
        Division::first("BT-12", "Chhukha", "District"),
        Division::first("BT-13", "Haa", "District"),
        Division::first("BT-14", "Samtse", "District"),
        Division::first("BT-15", "Thimphu", "District"),
        Division::first("BT-21", "Tsirang", "District"),
        Division::first("BT-22", "Dagana", "District"),
        Division::first("BT-23", "Punakha", "District"),
        Division::first("BT-24", "Wangdue Phodrang", "District"),
        Division::first("BT-31", "Sarpang", "District"),
        Division::first("BT-32", "Trongsa", "District"),
        Division::first("BT-33", "Bumthang", "District"),
        Division::first("BT-34", "Zhemgang", "District"),
        Division::first("BT-41", "Trashigang", "District"),
        Division::first("BT-42", "Monggar", "District"),
        Division::first("BT-43", "Pema Gatshel", "District"),
        Division::first("BT-44", "Lhuentse", "District"),
        Division::first("BT-45", "Samdrup Jongkhar", "District"),
        Division::first("BT-GA", "Gasa", "District"),
        Division::first("BT-TY", "Trashi Yangtse", "District"),
    ],
};
