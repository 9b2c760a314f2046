//! Dates as people write them, read to the Gregorian days they may mean (domain.md 4.2). The original is always
//! kept beside the reading. A date of which the days are not certain is a range, and what has no reading
//! (West Bengal's Bangla) is kept as written; nothing is ever rounded to a day.

mod bangla;
mod bikram_sambat;
mod bikram_sambat_table;
mod gregorian;
mod months;
mod parts;
mod range;
mod solar_hijri;

use chrono::NaiveDate;
use sangam_vocabulary::{Calendar, Code as _, DateWritten, Precision};
use thiserror::Error;

pub use range::GregorianRange;

use parts::Parts;

/// The longest text that is read as a date: the longest month name with day, year and separators stays
/// under half of it.
pub const DATE_MAX: usize = 64;

/// Why a text is not a date. Holds lengths and limits, never the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateFault {
    /// The text is longer than any date.
    #[error("a date of {length} characters is longer than any (limit {DATE_MAX})")]
    TooLong {
        /// How many characters it had.
        length: usize,
    },
    /// The text has not the form of a date: a year of four digits, alone, with a month, or with month and day.
    #[error("not a date of the calendar {calendar} ({length} characters): write year, month and day")]
    NotADate {
        /// The calendar it was read in.
        calendar: Calendar,
        /// How many characters it had.
        length: usize,
    },
    /// The year has no such month.
    #[error("the calendar {calendar} has twelve months")]
    NoSuchMonth {
        /// The calendar.
        calendar: Calendar,
    },
    /// The month has no such day.
    #[error("the month has {days} days in the calendar {calendar}")]
    NoSuchDay {
        /// The calendar.
        calendar: Calendar,
        /// How many days the month has.
        days: u8,
    },
    /// The year is outside what the calendar's table or rule covers.
    #[error("the calendar {calendar} is read from year {first} to year {last}")]
    YearNotCovered {
        /// The calendar.
        calendar: Calendar,
        /// The first year that is covered.
        first: i32,
        /// The last year that is covered.
        last: i32,
    },
    /// The precision claimed is finer than what is written.
    #[error("the date is written to the {written} and cannot be known to the {claimed}")]
    FinerThanWritten {
        /// As exact as the text is.
        written: Precision,
        /// What was claimed.
        claimed: Precision,
    },
}

/// A date as it was written, with the Gregorian days it may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRead {
    /// The date as vocabulary keeps it.
    pub written: DateWritten,
    /// The days it may mean; none for a calendar that is kept as written.
    pub range: Option<GregorianRange>,
}

impl DateRead {
    /// The same date, known as exactly as the sender says: coarser than it is written, or an estimate, or the
    /// result of an age test. Of a guess no more than the year is written beside it.
    ///
    /// # Errors
    /// [`DateFault::FinerThanWritten`].
    pub fn known_as(mut self, precision: Precision) -> Result<Self, DateFault> {
        let parts = Parts::read(self.written.calendar, &self.written.text)?;
        let written = parts.precision();
        let guessed = matches!(precision, Precision::Estimated | Precision::AgeTest);
        if !guessed && fineness(precision) > fineness(written) {
            return Err(DateFault::FinerThanWritten { written, claimed: precision });
        }
        self.range = range_of(self.written.calendar, &parts.cut(precision))?;
        self.written.precision = precision;
        self.written.gregorian = if guessed {
            self.range.and_then(GregorianRange::year).map(|year| year.to_string())
        } else {
            self.range.and_then(GregorianRange::iso)
        };
        Ok(self)
    }
}

/// How fine a precision is that a text can show.
const fn fineness(precision: Precision) -> u8 {
    match precision {
        Precision::Day => 2,
        Precision::Month => 1,
        Precision::Year | Precision::Estimated | Precision::AgeTest => 0,
    }
}

/// Reads a date that vocabulary kept, as its text and its precision say; what stood in `gregorian` is made anew.
///
/// # Errors
/// [`DateFault`], as [`read`] and [`DateRead::known_as`] give it.
pub fn read_again(written: &DateWritten) -> Result<DateRead, DateFault> {
    read(written.calendar, &written.text)?.known_as(written.precision)
}

/// Reads a date in a calendar: year alone, year and month, or all three, in the digits of any script of the
/// region, the year first or last, the month as a number or by its name in the calendar.
///
/// # Errors
/// [`DateFault`] where the text is no date of the calendar, or of a year the calendar's table does not cover.
pub fn read(calendar: Calendar, text: &str) -> Result<DateRead, DateFault> {
    let parts = Parts::read(calendar, text)?;
    let range = range_of(calendar, &parts)?;
    let precision = parts.precision();
    Ok(DateRead {
        written: DateWritten {
            calendar,
            text: text.to_owned(),
            precision,
            gregorian: range.and_then(GregorianRange::iso),
        },
        range,
    })
}

/// Reads bytes as a date of every calendar, for the generators that look for an input that panics or breaks what
/// always holds: what was read keeps its text, and comes to the same when it is read again. Whether it held.
pub fn fuzz(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    Calendar::ALL.iter().all(|calendar| match read(*calendar, &text) {
        Ok(date) => date.written.text == text && read_again(&date.written).as_ref() == Ok(&date),
        Err(_) => true,
    })
}

/// A day as a calendar counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DayIn {
    /// The calendar.
    pub calendar: Calendar,
    /// Its year.
    pub year: i32,
    /// Its month, from one.
    pub month: u8,
    /// Its day of the month, from one.
    pub day: u8,
}

/// A Gregorian day in another calendar, for a reader who counts in it; `None` where the calendar has no
/// reading or does not cover the day. In a disputed year it is what most tables say.
#[must_use]
pub fn day_in(calendar: Calendar, date: NaiveDate) -> Option<DayIn> {
    let (year, month, day) = match calendar {
        Calendar::Gregorian => gregorian::from_gregorian(date),
        Calendar::BikramSambat => bikram_sambat::from_gregorian(date),
        Calendar::BanglaBangladesh => bangla::from_gregorian(date),
        Calendar::SolarHijri => solar_hijri::from_gregorian(date),
        Calendar::BanglaWestBengal => None,
    }?;
    Some(DayIn { calendar, year, month, day })
}

/// The Gregorian days that parts of a date may mean; `None` for the calendar that is kept as written.
fn range_of(calendar: Calendar, parts: &Parts) -> Result<Option<GregorianRange>, DateFault> {
    let day = |month, day| match calendar {
        Calendar::Gregorian => gregorian::days(parts.year, month, day).map(Some),
        Calendar::BikramSambat => bikram_sambat::days(parts.year, month, day).map(Some),
        Calendar::BanglaBangladesh => bangla::days(parts.year, month, day).map(Some),
        Calendar::SolarHijri => solar_hijri::days(parts.year, month, day).map(Some),
        Calendar::BanglaWestBengal => Ok(None),
    };
    let last_of = |month| match calendar {
        Calendar::Gregorian => gregorian::month_length(parts.year, month),
        Calendar::BikramSambat => bikram_sambat::month_length(parts.year, month),
        Calendar::BanglaBangladesh => bangla::month_length(parts.year, month),
        Calendar::SolarHijri => solar_hijri::month_length(parts.year, month),
        Calendar::BanglaWestBengal => Ok(bangla::LONGEST_SIDEREAL_MONTH),
    };
    let (first, last) = match (parts.month, parts.day) {
        (Some(month), _) if !(1..=12).contains(&month) => {
            return Err(DateFault::NoSuchMonth { calendar });
        }
        (Some(month), Some(number)) => {
            let days = last_of(month)?;
            if !(1..=days).contains(&number) {
                return Err(DateFault::NoSuchDay { calendar, days });
            }
            ((month, number), (month, number))
        }
        (Some(month), None) => ((month, 1), (month, last_of(month)?)),
        (None, _) => ((1, 1), (12, last_of(12)?)),
    };
    let (first, last) = (day(first.0, first.1)?, day(last.0, last.1)?);
    Ok(first.zip(last).map(|(first, last)| first.until(last)))
}
