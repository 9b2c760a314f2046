//! Time: instants in milliseconds, and the one way to ask what time it is.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// Later than any instant a rule can name.
    pub const NEVER: Self = Self(i64::MAX);
    /// Earlier than any instant a rule can name.
    pub const ALWAYS: Self = Self(i64::MIN);

    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This instant moved by milliseconds, saturating: a limit never wraps into the past.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// This instant moved by days of 24 hours, saturating.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_millis(days.saturating_mul(86_400_000))
    }

    /// The start of the next quarter of the Gregorian year in UTC: an instant that says of a birthday only in
    /// which three months it lies. Later than any date stays as it is.
    #[must_use]
    pub fn next_quarter(self) -> Self {
        let Some(time) = DateTime::<Utc>::from_timestamp_millis(self.0) else { return self };
        let (year, month) = match (time.month0() / 3 + 1) * 3 {
            12 => (time.year().saturating_add(1), 1),
            month0 => (time.year(), month0 + 1),
        };
        let start = NaiveDate::from_ymd_opt(year, month, 1).and_then(|day| day.and_hms_opt(0, 0, 0));
        start.map_or(self, |start| Self(start.and_utc().timestamp_millis()))
    }

    /// Reads RFC 3339, for instance `2026-11-24T08:00:00Z`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self(time.timestamp_millis()))
    }

    /// RFC 3339 in UTC with milliseconds, for instance `2026-11-24T08:00:00.000Z`; the instants at the ends
    /// of time have no such form and read `never` and `always`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => time.to_rfc3339_opts(SecondsFormat::Millis, true),
            None if self.0 > 0 => "never".to_owned(),
            None => "always".to_owned(),
        }
    }
}

/// The one source of time. Shipped code asks a clock it was given; `Utc::now` is banned by lint.
pub trait Clock: Send + Sync + 'static {
    /// The instant now.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes in")]
    fn now(&self) -> Instant {
        Instant(Utc::now().timestamp_millis())
    }
}

/// A clock that stands until it is moved, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub const fn new(at: Instant) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves the clock to an instant.
    pub fn set(&self, at: Instant) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves the clock on by milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::Instant;

    #[test]
    fn the_next_quarter_hides_the_day() {
        for (at, next) in [
            ("2027-01-01T00:00:00Z", "2027-04-01T00:00:00.000Z"),
            ("2027-03-31T23:59:59Z", "2027-04-01T00:00:00.000Z"),
            ("2027-05-14T00:00:00Z", "2027-07-01T00:00:00.000Z"),
            ("2027-12-31T00:00:00Z", "2028-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(Instant::read(at).map(|at| at.next_quarter().rfc3339()), Some(next.to_owned()));
        }
        assert_eq!(Instant::NEVER.next_quarter(), Instant::NEVER);
    }
}
