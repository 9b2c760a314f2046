//! Year, month and day out of a text, before any calendar says whether they exist.

use sangam_vocabulary::{Calendar, Precision};

use super::{DATE_MAX, DateFault, months};
use crate::digits;

/// The most parts a date has.
const PARTS_MAX: usize = 3;
/// How many digits a year is written with. Two-digit years are refused: `75` is 1975 in one calendar and 2018
/// in another.
const YEAR_DIGITS: usize = 4;

/// What a text says of year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) year: i32,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
}

enum Part {
    Year(i32),
    Number(u8),
    Month(u8),
}

impl Parts {
    /// Reads a text in the order year, month, day or its reverse. The year is the part with four digits; a
    /// month may be named, and then may also stand first or last, as in `May 14, 2009`. In numbers the month
    /// always stands in the middle, as everybody in the region writes it.
    pub(super) fn read(calendar: Calendar, text: &str) -> Result<Self, DateFault> {
        let length = text.chars().take(DATE_MAX + 1).count();
        if length > DATE_MAX {
            return Err(DateFault::TooLong { length: text.chars().count() });
        }
        let refused = DateFault::NotADate { calendar, length };
        // A comma may have a space after it; any other separator stands alone.
        let read = digits::ascii(text).replace(", ", ",").replace("، ", "،");
        let parts: Option<Vec<Part>> = read
            .split(['-', '/', '.', ',', '،', ' '])
            .take(PARTS_MAX + 1)
            .map(|part| Part::read(calendar, part))
            .collect();
        parts.as_deref().and_then(Self::order).ok_or(refused)
    }

    fn order(parts: &[Part]) -> Option<Self> {
        use Part::{Month, Number, Year};
        let (year, month, day) = match parts {
            [Year(year)] => (year, None, None),
            [Year(year), Number(month) | Month(month)] | [Number(month) | Month(month), Year(year)] => {
                (year, Some(month), None)
            }
            [Year(year), Number(month) | Month(month), Number(day)]
            | [Number(day), Number(month) | Month(month), Year(year)]
            | [Month(month), Number(day), Year(year)]
            | [Year(year), Number(day), Month(month)] => (year, Some(month), Some(day)),
            _ => return None,
        };
        Some(Self { year: *year, month: month.copied(), day: day.copied() })
    }

    /// How exactly the text says it.
    pub(super) const fn precision(&self) -> Precision {
        match (self.month, self.day) {
            (Some(_), Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            (None, _) => Precision::Year,
        }
    }

    /// The same without what is finer than a precision.
    pub(super) fn cut(self, precision: Precision) -> Self {
        match precision {
            Precision::Year => Self { month: None, day: None, ..self },
            Precision::Month => Self { day: None, ..self },
            Precision::Day | Precision::Estimated | Precision::AgeTest => self,
        }
    }
}

impl Part {
    fn read(calendar: Calendar, part: &str) -> Option<Self> {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            match part.len() {
                1 | 2 => part.parse().ok().map(Self::Number),
                YEAR_DIGITS => part.parse().ok().map(Self::Year),
                _ => None,
            }
        } else {
            months::named(calendar, part).map(Self::Month)
        }
    }
}
