//! Bikram Sambat by table. Where the public tables dispute a year, a date between the disputed boundaries is
//! two days; where the rival's row is not at hand, it is the day and its neighbours within the year.

use chrono::{Days, NaiveDate};
use sangam_vocabulary::Calendar;

use super::bikram_sambat_table::{FIRST_YEAR, RIVALS, ROWS, Row};
use super::{DateFault, GregorianRange};

const CALENDAR: Calendar = Calendar::BikramSambat;
/// 1 Baisakh 1975, counted back by the table from the anchor 1 Baisakh 2000 = 14 April 1943.
const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(1918, 4, 13);

fn last_year() -> i32 {
    i32::try_from(ROWS.len()).map_or(FIRST_YEAR, |years| FIRST_YEAR + years - 1)
}

fn not_covered() -> DateFault {
    DateFault::YearNotCovered { calendar: CALENDAR, first: FIRST_YEAR, last: last_year() }
}

/// The row of a year and the day it begins.
fn year_of(year: i32) -> Result<(&'static Row, NaiveDate), DateFault> {
    let place = year.checked_sub(FIRST_YEAR).and_then(|n| usize::try_from(n).ok()).ok_or_else(not_covered)?;
    let row = ROWS.get(place).ok_or_else(not_covered)?;
    let before: u64 = ROWS.iter().take(place).map(|row| total(&row.months)).sum();
    let start = FIRST_DAY.and_then(|day| day.checked_add_days(Days::new(before))).ok_or_else(not_covered)?;
    Ok((row, start))
}

fn total(months: &[u8; 12]) -> u64 {
    months.iter().map(|days| u64::from(*days)).sum()
}

fn rival(year: i32) -> Option<&'static [u8; 12]> {
    RIVALS.iter().find(|(disputed, _)| *disputed == year).map(|(_, months)| months)
}

fn length_in(months: &[u8; 12], month: u8) -> Option<u8> {
    months.get(usize::from(month).checked_sub(1)?).copied()
}

/// How many days lie between the start of the year and a day of it, if the row has that day.
fn offset(months: &[u8; 12], month: u8, day: u8) -> Option<u64> {
    let length = length_in(months, month)?;
    let before: u64 = months.iter().take(usize::from(month) - 1).map(|days| u64::from(*days)).sum();
    (1..=length).contains(&day).then(|| before + u64::from(day) - 1)
}

/// How long a month is; the longer of the two where tables dispute it.
pub(super) fn month_length(year: i32, month: u8) -> Result<u8, DateFault> {
    let (row, _) = year_of(year)?;
    let own = length_in(&row.months, month).ok_or(DateFault::NoSuchMonth { calendar: CALENDAR })?;
    Ok(rival(year).and_then(|months| length_in(months, month)).map_or(own, |other| own.max(other)))
}

/// The days a date may mean.
pub(super) fn days(year: i32, month: u8, day: u8) -> Result<GregorianRange, DateFault> {
    let (row, start) = year_of(year)?;
    let readings = [Some(&row.months), rival(year)];
    let offsets = || readings.iter().flatten().filter_map(|months| offset(months, month, day));
    let (Some(first), Some(last)) = (offsets().min(), offsets().max()) else {
        return Err(DateFault::NoSuchDay { calendar: CALENDAR, days: month_length(year, month)? });
    };
    let unsettled = row.agree < row.tables && rival(year).is_none();
    let (first, last) =
        if unsettled { (first.saturating_sub(1), (last + 1).min(total(&row.months) - 1)) } else { (first, last) };
    let on = |offset| start.checked_add_days(Days::new(offset)).ok_or_else(not_covered);
    Ok(GregorianRange::between(on(first)?, on(last)?))
}

pub(super) fn from_gregorian(date: NaiveDate) -> Option<(i32, u8, u8)> {
    let mut left = u64::try_from(date.signed_duration_since(FIRST_DAY?).num_days()).ok()?;
    for (year, row) in (FIRST_YEAR..).zip(ROWS) {
        if left >= total(&row.months) {
            left -= total(&row.months);
            continue;
        }
        for (month, days) in (1..).zip(row.months) {
            if left < u64::from(days) {
                return Some((year, month, u8::try_from(left + 1).ok()?));
            }
            left -= u64::from(days);
        }
    }
    None
}
