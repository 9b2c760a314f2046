//! Names and dates as somebody wrote them (domain.md 4.2 and 4.4): the original is kept, what is derived
//! from it stands beside it.

use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes! {
    "The calendar a date was written in."
    pub enum Calendar {
        Gregorian = "GREGORIAN": "The Gregorian calendar.",
        BikramSambat = "BIKRAM_SAMBAT": "Nepal's official calendar; month lengths come from a yearly table.",
        BanglaBangladesh = "BANGLA_BANGLADESH": "Bangladesh's civil Bangla calendar.",
        BanglaWestBengal = "BANGLA_WEST_BENGAL": "West Bengal's sidereal Bangla calendar: the same words, other days.",
        SolarHijri = "SOLAR_HIJRI": "Afghanistan's solar calendar.",
    }
}

codes! {
    "How exactly a date is known."
    pub enum Precision {
        Day = "DAY": "To the day.",
        Month = "MONTH": "To the month.",
        Year = "YEAR": "To the year.",
        Estimated = "ESTIMATED": "Somebody's estimate.",
        AgeTest = "AGE_TEST": "The result of a medical age test, which is a range and not a date.",
    }
}

codes! {
    "What kind of name it is."
    pub enum NameKind {
        Official = "OFFICIAL": "As registered.",
        Daknam = "DAKNAM": "The name used at home.",
        Alias = "ALIAS": "Another name the person goes by.",
        GivenByTrafficker = "GIVEN_BY_TRAFFICKER": "A name somebody else imposed.",
        AsOnDocument = "AS_ON_DOCUMENT": "As a document spells it.",
    }
}

/// A date as it was written, with the Gregorian reading beside it where one exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateWritten {
    /// The calendar it was written in.
    pub calendar: Calendar,
    /// The text as written.
    pub text: String,
    /// How exactly it is known.
    pub precision: Precision,
    /// The Gregorian reading, ISO 8601: `2009`, `2009-05` or `2009-05-14`, as exact as the precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gregorian: Option<String>,
}

/// A name as it was written. Nobody is required to have a surname.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameWritten {
    /// The name, in the script it was written in.
    pub text: String,
    /// What kind of name it is.
    pub kind: NameKind,
    /// ISO 15924 code of the script, for instance `Beng`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}
