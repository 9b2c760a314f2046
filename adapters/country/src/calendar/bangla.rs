//! Bangladesh's civil Bangla calendar, in which 1 Boishakh is always 14 April. Since October 2019 (Bangla 1426)
//! the first six months have 31 days, Falgun 29, or 30 in a Gregorian leap year, the others 30 (domain.md 4.2).
//! Before that the first five had 31 and the others 30; that Falgun took the leap day then is general
//! knowledge, as is 1987 (Bangla 1394) as the year in which the calendar became official. West Bengal keeps the
//! sidereal calendar with the same words and other days: it has no reading here.

use chrono::{Datelike, Days, NaiveDate};
use sangam_vocabulary::Calendar;

use super::{DateFault, GregorianRange, gregorian};

const CALENDAR: Calendar = Calendar::BanglaBangladesh;
/// The year in which the civil calendar became official.
const FIRST_YEAR: i32 = 1394;
/// As far as the Gregorian calendar is read.
const LAST_YEAR: i32 = 1506;
/// The year of the reform: its sixth month already had 31 days.
const REFORM: i32 = 1426;
/// What is added to a Bangla year to get the Gregorian year it begins in.
const GREGORIAN_OFFSET: i32 = 593;
/// No month of the sidereal calendar is longer (general knowledge); a day beyond it is a slip of the pen.
pub(super) const LONGEST_SIDEREAL_MONTH: u8 = 32;

fn start(year: i32) -> Result<NaiveDate, DateFault> {
    Some(year)
        .filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
        .and_then(|year| NaiveDate::from_ymd_opt(year + GREGORIAN_OFFSET, 4, 14))
        .ok_or(DateFault::YearNotCovered { calendar: CALENDAR, first: FIRST_YEAR, last: LAST_YEAR })
}

/// The lengths of a year's months. Falgun lies in the Gregorian year after the one the year begins in.
const fn lengths(year: i32) -> [u8; 12] {
    let leap = gregorian::is_leap(year + GREGORIAN_OFFSET + 1) as u8;
    if year >= REFORM {
        [31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 29 + leap, 30]
    } else {
        [31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30 + leap, 30]
    }
}

pub(super) fn month_length(year: i32, month: u8) -> Result<u8, DateFault> {
    start(year)?;
    usize::from(month)
        .checked_sub(1)
        .and_then(|place| lengths(year).get(place).copied())
        .ok_or(DateFault::NoSuchMonth { calendar: CALENDAR })
}

pub(super) fn days(year: i32, month: u8, day: u8) -> Result<GregorianRange, DateFault> {
    let days = month_length(year, month)?;
    let fault = DateFault::NoSuchDay { calendar: CALENDAR, days };
    if !(1..=days).contains(&day) {
        return Err(fault);
    }
    let before: u64 = lengths(year).iter().take(usize::from(month) - 1).map(|days| u64::from(*days)).sum();
    start(year)?.checked_add_days(Days::new(before + u64::from(day) - 1)).map(GregorianRange::day).ok_or(fault)
}

pub(super) fn from_gregorian(date: NaiveDate) -> Option<(i32, u8, u8)> {
    let begun = (date.month(), date.day()) >= (4, 14);
    let year = date.year() - GREGORIAN_OFFSET - i32::from(!begun);
    let mut left = u64::try_from(date.signed_duration_since(start(year).ok()?).num_days()).ok()?;
    for (month, days) in (1..).zip(lengths(year)) {
        if left < u64::from(days) {
            return Some((year, month, u8::try_from(left + 1).ok()?));
        }
        left -= u64::from(days);
    }
    None
}
