//! The Gregorian days a date may mean.

use chrono::{Datelike, NaiveDate};

/// Days from one to another, both inside; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GregorianRange {
    first: NaiveDate,
    last: NaiveDate,
}

impl GregorianRange {
    /// The range between two days, whichever comes first.
    #[must_use]
    pub fn between(one: NaiveDate, other: NaiveDate) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// One day.
    #[must_use]
    pub const fn day(date: NaiveDate) -> Self {
        Self { first: date, last: date }
    }

    /// The first day.
    #[must_use]
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> NaiveDate {
        self.last
    }

    /// Whether the date is certain to the day.
    #[must_use]
    pub fn is_one_day(self) -> bool {
        self.first == self.last
    }

    /// Whether the date may be this day.
    #[must_use]
    pub fn contains(self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }

    /// From the first day of this range to the last of another.
    pub(crate) fn until(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// The Gregorian year, where all the days lie in one.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        (self.first.year() == self.last.year()).then(|| self.first.year())
    }

    /// ISO 8601, as exact as is true: the day, else the month or year all the days lie in; `None` where they
    /// lie in two Gregorian years.
    #[must_use]
    pub fn iso(self) -> Option<String> {
        let (first, last) = (self.first, self.last);
        if first == last {
            Some(first.format("%Y-%m-%d").to_string())
        } else if first.year() != last.year() {
            None
        } else if first.month() == last.month() {
            Some(first.format("%Y-%m").to_string())
        } else {
            Some(first.format("%Y").to_string())
        }
    }
}
