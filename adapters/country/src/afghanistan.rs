//! Afghanistan: dates in the Solar Hijri calendar with the zodiac month names, Pashto and Dari from right to
//! left, the tazkira. The de-facto authorities prefer the lunar calendar on some papers: such a date is not
//! read (domain.md 4.2).

use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Country};

use crate::digits::Digits;
use crate::division::Division;
use crate::document::{DocumentForm, Shape};
use crate::furniture::{Furniture, Language, Majority};
use crate::script::Script;

pub(crate) static FURNITURE: Furniture = Furniture {
    country: Country::Afghanistan,
    calendars: &[Calendar::SolarHijri, Calendar::Gregorian],
    languages: &[
        Language::new("ps", Script::Arabic),
        Language::new("fa-AF", Script::Arabic),
        Language::new("en", Script::Latin),
    ],
    digits: &[Digits::ExtendedArabic, Digits::ArabicIndic],
    documents: &[
        DocumentForm::PASSPORT,
        DocumentForm::new(
            DocumentKind::NationalIdentityCard,
            "e-tazkira",
            Shape::Digits(&[13]),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(
            DocumentKind::CitizenshipCertificate,
            "paper tazkira (volume, page, number)",
            Shape::Groups(1, 4),
            "domain.md 4.5 [general knowledge]",
        ),
        DocumentForm::new(DocumentKind::SchoolCertificate, "school certificate", Shape::Unruled, "no rule is known"),
    ],
    calling_code: "+93",
    majority: Majority { years: 18, basis: "eighteen completed solar years [general knowledge]" },
    divisions: &[
        Division::first("AF-BAL", "Balkh", "Province"),
        Division::first("AF-BAM", "Bāmyān", "Province"),
        Division::first("AF-BDG", "Bādghīs", "Province"),
        Division::first("AF-BDS", "Badakhshān", "Province"),
        Division::first("AF-BGL", "Baghlān", "Province"),
        Division::first("AF-DAY", "Dāykundī", "Province"),
        Division::first("AF-FRA", "Farāh", "Province"),
        Division::first("AF-FYB", "Fāryāb", "Province"),
        Division::first("AF-GHA", "Ghaznī", "Province"),
        Division::first("AF-GHO", "Ghōr", "Province"),
        Division::first("AF-HEL", "Helmand", "Province"),
        Division::first("AF-HER", "Herāt", "Province"),
        Division::first("AF-JOW", "Jowzjān", "Province"),
        Division::first("AF-KAB", "Kābul", "Province"),
        Division::first("AF-KAN", "Kandahār", "Province"),
        Division::first("AF-KAP", "Kāpīsā", "Province"),
        Division::first("AF-KDZ", "Kunduz", "Province"),
        Division::first("AF-KHO", "Khōst", "Province"),
        Division::first("AF-KNR", "Kunaṟ", "Province"),
        Division::first("AF-LAG", "Laghmān", "Province"),
        Division::first("AF-LOG", "Lōgar", "Province"),
        Division::first("AF-NAN", "Nangarhār", "Province"),
        Division::first("AF-NIM", "Nīmrōz", "Province"),
        Division::first("AF-NUR", "Nūristān", "Province"),
        Division::first("AF-PAN", "Panjshayr", "Province"),
        Division::first("AF-PAR", "Parwān", "Province"),
        Division::first("AF-PIA", "Paktiyā", "Province"),
        Division::first("AF-PKA", "Paktīkā", "Province"),
        Division::first("AF-SAM", "Samangān", "Province"),
        Division::first("AF-SAR", "Sar-e Pul", "Province"),
        Division::first("AF-TAK", "Takhār", "Province"),
        Division::first("AF-URU", "Uruzgān", "Province"),
        Division::first("AF-WAR", "Wardak", "Province"),
        Division::first("AF-ZAB", "Zābul", "Province"),
    ],
};
