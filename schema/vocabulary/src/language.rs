//! The languages in which the hub speaks to people.

use crate::codes::codes;

codes! {
    "A language in which the hub speaks to people, by its code of ISO 639-1."
    pub enum Language {
        English = "EN": "English.",
        Bangla = "BN": "Bangla.",
        Hindi = "HI": "Hindi.",
        Nepali = "NE": "Nepali.",
        Urdu = "UR": "Urdu.",
        Sinhala = "SI": "Sinhala.",
        Tamil = "TA": "Tamil.",
        Dhivehi = "DV": "Dhivehi.",
        Dzongkha = "DZ": "Dzongkha.",
        Pashto = "PS": "Pashto.",
        Dari = "FA": "Dari.",
    }
}

/// Which way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Language {
    /// Which way it is written.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Urdu | Self::Dhivehi | Self::Pashto | Self::Dari => Direction::RightToLeft,
            Self::English
            | Self::Bangla
            | Self::Hindi
            | Self::Nepali
            | Self::Sinhala
            | Self::Tamil
            | Self::Dzongkha => Direction::LeftToRight,
        }
    }
}
