//! Pakistan: Gregorian dates, Urdu and the provinces' languages from right to left, the computerised identity
//! card.

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::Pakistan,
    calendars: &[Calendar::Gregorian],
    languages: &[
        Language::new("ur", Script::Arabic),
        Language::new("en", Script::Latin),
        Language::new("pa-Arab", Script::Arabic),
        Language::new("sd", Script::Arabic),
        Language::new("skr", Script::Arabic),
        Language::new("ps", Script::Arabic),
    ],
    digits: &[Digits::ExtendedArabic, Digits::ArabicIndic],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "computerised national identity card",
            Shape::Digits(&[13]),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(DocumentKind::BirthRegistration, "birth certificate", Shape::Unruled, "no rule is known"),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+92",
    majority: Majority {
        years: 18,
        basis: "Prevention of Trafficking in Persons Act 2018: a child is under eighteen; provincial child laws vary between sixteen and eighteen [general knowledge]",
    },
    divisions: &[
        Division::first("PK-BA", "Balochistan", "Province"),
        Division::first("PK-GB", "Gilgit-Baltistan", "Pakistan administered area"),
        Division::first("PK-IS", "Islamabad", "Federal capital territory"),
        Division::first("PK-JK", "Azad Jammu and Kashmir", "Pakistan administered area"),
        Division::first("PK-KP", "Khyber Pakhtunkhwa", "Province"),
        Division::first("PK-PB", "Punjab", "Province"),
        Division::first("PK-SD", "Sindh", "Province"),
    ],
};
