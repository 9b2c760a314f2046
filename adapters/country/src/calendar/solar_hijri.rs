//! The Solar Hijri calendar of Afghanistan, by the arithmetic of 33-year cycles: six months of 31 days, five of
//! 30, and a last of 29, or 30 in the eight leap years of a cycle. The arithmetic and the astronomical calendar
//! agree over all the years read here (compared with Borkowski's algorithm). Before 1336 (1957) months had the
//! lengths of the sun's signs (general knowledge), so earlier years are not read.

use chrono::{Days, NaiveDate};
use sangam_vocabulary::Calendar;

use super::{DateFault, GregorianRange};

const CALENDAR: Calendar = Calendar::SolarHijri;
/// The first year with fixed month lengths.
const FIRST_YEAR: i32 = 1336;
/// Far enough for any paper, and well within the span in which arithmetic and sun agree.
const LAST_YEAR: i32 = 1450;
/// 1 Hamal 1336.
const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(1957, 3, 21);

/// Whether a year has 366 days.
const fn is_leap(year: i32) -> bool {
    matches!(year % 33, 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

fn year_length(year: i32) -> u64 {
    365 + u64::from(is_leap(year))
}

fn start(year: i32) -> Result<NaiveDate, DateFault> {
    let before = (FIRST_YEAR..year).map(year_length).sum();
    Some(year)
        .filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
        .and(FIRST_DAY)
        .and_then(|day| day.checked_add_days(Days::new(before)))
        .ok_or(DateFault::YearNotCovered { calendar: CALENDAR, first: FIRST_YEAR, last: LAST_YEAR })
}

pub(super) fn month_length(year: i32, month: u8) -> Result<u8, DateFault> {
    start(year)?;
    match month {
        1..=6 => Ok(31),
        7..=11 => Ok(30),
        12 => Ok(29 + u8::from(is_leap(year))),
        _ => Err(DateFault::NoSuchMonth { calendar: CALENDAR }),
    }
}

pub(super) fn days(year: i32, month: u8, day: u8) -> Result<GregorianRange, DateFault> {
    let days = month_length(year, month)?;
    let fault = DateFault::NoSuchDay { calendar: CALENDAR, days };
    if !(1..=days).contains(&day) {
        return Err(fault);
    }
    let months = u64::from(month) - 1;
    let before = months * 30 + months.min(6);
    start(year)?.checked_add_days(Days::new(before + u64::from(day) - 1)).map(GregorianRange::day).ok_or(fault)
}

pub(super) fn from_gregorian(date: NaiveDate) -> Option<(i32, u8, u8)> {
    let mut left = u64::try_from(date.signed_duration_since(FIRST_DAY?).num_days()).ok()?;
    for year in FIRST_YEAR..=LAST_YEAR {
        if left >= year_length(year) {
            left -= year_length(year);
            continue;
        }
        for month in 1..=12 {
            let days = u64::from(month_length(year, month).ok()?);
            if left < days {
                return Some((year, month, u8::try_from(left + 1).ok()?));
            }
            left -= days;
        }
    }
    None
}
