//! The Gregorian calendar.

use chrono::{Datelike, NaiveDate};
use sangam_vocabulary::Calendar;

use super::{DateFault, GregorianRange};

/// The earliest year a living person's papers name.
const FIRST_YEAR: i32 = 1900;
/// The latest year a paper made today runs to.
const LAST_YEAR: i32 = 2100;

fn covered(year: i32) -> Result<(), DateFault> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        Ok(())
    } else {
        Err(DateFault::YearNotCovered { calendar: Calendar::Gregorian, first: FIRST_YEAR, last: LAST_YEAR })
    }
}

pub(super) const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn month_length(year: i32, month: u8) -> Result<u8, DateFault> {
    covered(year)?;
    match month {
        2 if is_leap(year) => Ok(29),
        2 => Ok(28),
        4 | 6 | 9 | 11 => Ok(30),
        1..=12 => Ok(31),
        _ => Err(DateFault::NoSuchMonth { calendar: Calendar::Gregorian }),
    }
}

pub(super) fn days(year: i32, month: u8, day: u8) -> Result<GregorianRange, DateFault> {
    let days = month_length(year, month)?;
    NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day))
        .map(GregorianRange::day)
        .ok_or(DateFault::NoSuchDay { calendar: Calendar::Gregorian, days })
}

pub(super) fn from_gregorian(date: NaiveDate) -> Option<(i32, u8, u8)> {
    covered(date.year()).ok()?;
    Some((date.year(), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}
