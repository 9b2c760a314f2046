//! Age from a birth date that is known more or less exactly. Two answers leave: a band for DEMOGRAPHICS, and
//! for law the instant until which a person counts as a minor, rounded so that it betrays no birth date.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use sangam_vocabulary::payload::AgeBand;
use sangam_vocabulary::{Instant, Precision};

use crate::calendar::{DateRead, GregorianRange};

/// A child is a person under eighteen in all eight states (domain.md 2.9).
const MAJORITY_YEARS: u32 = 18;
/// How many years an estimate or an age test may be wrong to either side: medical age tests are held to be
/// right within two years (general knowledge), and nobody guesses better.
const MARGIN_YEARS: u32 = 2;
/// Nobody is older; a date that says so is a slip of the pen.
const OLDEST: u32 = 120;
const MONTHS_A_YEAR: u32 = 12;

/// What law needs to know of an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgeFact {
    /// Not known: the rules for minors and for adults both apply.
    Unknown,
    /// Of age.
    Adult,
    /// A minor until this instant: the start of the quarter after the eighteenth birthday, in UTC. It is never
    /// earlier than the birthday anywhere in the region, and it is the same for everyone born in one quarter,
    /// so that the birth date does not lie in clear. For these weeks a person of age counts as a minor.
    MinorUntil(Instant),
}

/// What is known of a person's birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birth {
    range: Option<GregorianRange>,
    guessed: bool,
}

impl Birth {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { range: None, guessed: true };

    /// From a date that was read. A date without a Gregorian reading says nothing.
    #[must_use]
    pub const fn read(date: &DateRead) -> Self {
        Self { range: date.range, guessed: matches!(date.written.precision, Precision::Estimated | Precision::AgeTest) }
    }

    /// From an age in completed years that was told or guessed on a day. An age is taken as an estimate:
    /// who knows the birth date gives the date.
    #[must_use]
    pub fn told(years: u32, on: Instant) -> Self {
        let range = day_of(on).filter(|_| years <= OLDEST).and_then(|today| {
            let last = years_before(today, years)?;
            let first = years_before(today, years + 1)?.checked_add_days(Days::new(1))?;
            Some(GregorianRange::between(first, last))
        });
        Self { range, guessed: true }
    }

    /// The days the birth may lie on, with the margin of an estimate; `None` where nothing is known, or where
    /// the date lies in the future or too far back.
    fn possible(&self, today: NaiveDate) -> Option<GregorianRange> {
        let range = self.range.filter(|range| range.first() <= today)?;
        years_before(today, OLDEST).filter(|oldest| *oldest <= range.last())?;
        if self.guessed {
            let first = years_before(range.first(), MARGIN_YEARS)?;
            let last = years_after(range.last(), MARGIN_YEARS)?;
            Some(GregorianRange::between(first, last))
        } else {
            Some(range)
        }
    }

    /// What law needs to know at an instant. Unknown where the eighteenth birthday may lie before the instant
    /// and may lie after it.
    #[must_use]
    pub fn fact(&self, at: Instant) -> AgeFact {
        let Some(today) = day_of(at) else {
            return AgeFact::Unknown;
        };
        let birthdays = self.possible(today).and_then(|range| {
            Some((years_after(range.first(), MAJORITY_YEARS)?, years_after(range.last(), MAJORITY_YEARS)?))
        });
        let Some((earliest, latest)) = birthdays else {
            return AgeFact::Unknown;
        };
        if earliest <= today && today < latest {
            return AgeFact::Unknown;
        }
        match quarter_after(latest) {
            Some(until) if at < until => AgeFact::MinorUntil(until),
            Some(_) => AgeFact::Adult,
            None => AgeFact::Unknown,
        }
    }

    /// The age band at an instant: the band of the youngest age the birth allows, and unknown where the birth
    /// may make the person a minor and may make her an adult.
    #[must_use]
    pub fn band(&self, at: Instant) -> AgeBand {
        let Some(today) = day_of(at) else {
            return AgeBand::Unknown;
        };
        let (Some(possible), Some(range)) = (self.possible(today), self.range) else {
            return AgeBand::Unknown;
        };
        let age = |born: NaiveDate| today.years_since(born).unwrap_or(0);
        if (age(possible.last()) < MAJORITY_YEARS) != (age(possible.first()) < MAJORITY_YEARS) {
            return AgeBand::Unknown;
        }
        match age(range.last()) {
            0..=8 => AgeBand::Under9,
            9..=11 => AgeBand::From9To11,
            12..=14 => AgeBand::From12To14,
            15..=17 => AgeBand::From15To17,
            18..=20 => AgeBand::From18To20,
            21..=25 => AgeBand::From21To25,
            26..=40 => AgeBand::From26To40,
            _ => AgeBand::Over40,
        }
    }
}

fn day_of(at: Instant) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(at.millis()).map(|time| time.date_naive())
}

/// The same day so many years later; who was born on 29 February has the birthday on 1 March.
fn years_after(date: NaiveDate, years: u32) -> Option<NaiveDate> {
    let moved = date.checked_add_months(Months::new(years.checked_mul(MONTHS_A_YEAR)?))?;
    if moved.day() == date.day() { Some(moved) } else { moved.succ_opt() }
}

/// The same day so many years earlier; 29 February becomes 28 February.
fn years_before(date: NaiveDate, years: u32) -> Option<NaiveDate> {
    date.checked_sub_months(Months::new(years.checked_mul(MONTHS_A_YEAR)?))
}

/// The start of the quarter after the one a day lies in, in UTC: hours later than the local midnight anywhere
/// in the region.
fn quarter_after(date: NaiveDate) -> Option<Instant> {
    let first_month = date.month0() / 3 * 3 + 1;
    let next = NaiveDate::from_ymd_opt(date.year(), first_month, 1)?.checked_add_months(Months::new(3))?;
    Some(Instant::from_millis(next.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
}
