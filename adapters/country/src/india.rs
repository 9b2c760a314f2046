//! India: Gregorian dates, West Bengal's own Bangla calendar as it was written, a dozen scripts, Aadhaar
//! with its check digit. The Saka calendar is for display only (domain.md 4.2).

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::India,
    calendars: &[Calendar::Gregorian, Calendar::BanglaWestBengal],
    languages: &[
        Language::new("hi", Script::Devanagari),
        Language::new("en", Script::Latin),
        Language::new("bn-IN", Script::Bengali),
        Language::new("as", Script::Bengali),
        Language::new("mr", Script::Devanagari),
        Language::new("mai", Script::Devanagari),
        Language::new("bho", Script::Devanagari),
        Language::new("ne", Script::Devanagari),
        Language::new("ta", Script::Tamil),
        Language::new("te", Script::Telugu),
        Language::new("kn", Script::Kannada),
        Language::new("ml", Script::Malayalam),
        Language::new("gu", Script::Gujarati),
        Language::new("or", Script::Odia),
        Language::new("pa-Guru", Script::Gurmukhi),
        Language::new("ur", Script::Arabic),
    ],
    digits: &[
        Digits::Devanagari,
        Digits::Bengali,
        Digits::Gurmukhi,
        Digits::Gujarati,
        Digits::Odia,
        Digits::Tamil,
        Digits::Telugu,
        Digits::Kannada,
        Digits::Malayalam,
        Digits::ExtendedArabic,
    ],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(DocumentKind::NationalIdentityCard, "Aadhaar", Shape::Aadhaar, "domain.md 4.5"),
        DocumentForm::new(DocumentKind::BirthRegistration, "birth certificate", Shape::Unruled, "no rule is known"),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+91",
    majority: Majority {
        years: 18,
        basis: "Juvenile Justice Act 2015: a child is under eighteen; Digital Personal Data Protection Act 2023 the same (domain.md 2.1)",
    },
    divisions: &[
        Division::first("IN-AN", "Andaman and Nicobar Islands", "Union territory"),
        Division::first("IN-AP", "Andhra Pradesh", "State"),
        Division::first("IN-AR", "Arunāchal Pradesh", "State"),
        Division::first("IN-AS", "Assam", "State"),
        Division::first("IN-BR", "Bihār", "State"),
        Division::first("IN-CG", "Chhattīsgarh", "State"),
        Division::first("IN-CH", "Chandīgarh", "Union territory"),
        Division::first("IN-DH", "Dādra and Nagar Haveli and Damān and Diu", "Union territory"),
        Division::first("IN-DL", "Delhi", "Union territory"),
        Division::first("IN-GA", "Goa", "State"),
        Division::first("IN-GJ", "Gujarāt", "State"),
        Division::first("IN-HP", "Himāchal Pradesh", "State"),
        Division::first("IN-HR", "Haryāna", "State"),
        Division::first("IN-JH", "Jhārkhand", "State"),
        Division::first("IN-JK", "Jammu and Kashmīr", "Union territory"),
        Division::first("IN-KA", "Karnātaka", "State"),
        Division::first("IN-KL", "Kerala", "State"),
        Division::first("IN-LA", "Ladākh", "Union territory"),
        Division::first("IN-LD", "Lakshadweep", "Union territory"),
        Division::first("IN-MH", "Mahārāshtra", "State"),
        Division::first("IN-ML", "Meghālaya", "State"),
        Division::first("IN-MN", "Manipur", "State"),
        Division::first("IN-MP", "Madhya Pradesh", "State"),
        Division::first("IN-MZ", "Mizoram", "State"),
        Division::first("IN-NL", "Nāgāland", "State"),
        Division::first("IN-OD", "Odisha", "State"),
        Division::first("IN-PB", "Punjab", "State"),
        Division::first("IN-PY", "Puducherry", "Union territory"),
        Division::first("IN-RJ", "Rājasthān", "State"),
        Division::first("IN-SK", "Sikkim", "State"),
        Division::first("IN-TN", "Tamil Nādu", "State"),
        Division::first("IN-TR", "Tripura", "State"),
        Division::first("IN-TS", "Telangāna", "State"),
        Division::first("IN-UK", "Uttarākhand", "State"),
        Division::first("IN-UP", "Uttar Pradesh", "State"),
        Division::first("IN-WB", "West Bengal", "State"),
    ],
};
