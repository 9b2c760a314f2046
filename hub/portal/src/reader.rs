//! Whoever reads: her language, her country's clock, and what codes are called.

use maud::{Markup, html};
use sangam_language::asks::offset_minutes;
use sangam_vocabulary::{Code, Country, Instant, Language};
use sangam_words::{Message, Staff, StaffWords, Words};

use crate::view::At;

const MINUTE_MILLIS: i64 = 60_000;
const DAY_MILLIS: i64 = 86_400_000;
/// A clock with fewer days than this is shown as pressing.
const SOON_DAYS: i64 = 7;

/// Somebody who reads.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    words: &'a Words,
    staff: &'a StaffWords,
    pub(crate) language: Language,
    /// How far her clocks are from UTC, in milliseconds: of her organization's country.
    offset: i64,
    pub(crate) now: Instant,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        words: &'a Words,
        staff: &'a StaffWords,
        wished: Language,
        country: Country,
        now: Instant,
    ) -> Self {
        let language = if staff.speaks(wished) { wished } else { Language::English };
        Self { words, staff, language, offset: offset_minutes(country) * MINUTE_MILLIS, now }
    }

    /// A text of the portal.
    pub(crate) fn say(&self, text: Staff) -> &'a str {
        self.staff.say(self.language, text)
    }

    /// Whether no native speaker has read the language.
    pub(crate) fn is_drafted(&self) -> bool {
        self.staff.is_drafted(self.language)
    }

    /// The languages she could read in.
    pub(crate) fn languages(&self) -> impl Iterator<Item = Language> {
        self.staff.languages()
    }

    /// What a code of a list is called: by the portal's own texts, or by those that all pages share. A code without a name
    /// is shown as it is.
    pub(crate) fn named<'c: 'a>(&self, list: &str, code: &'c str) -> &'a str
    where
        'a: 'c,
    {
        self.name(list, code).unwrap_or(code)
    }

    /// The same, where there is a name.
    pub(crate) fn name(&self, list: &str, code: &str) -> Option<&'a str> {
        let own = self.staff.code(self.language, list, code);
        own.or_else(|| Message::of(list, code).map(|message| self.words.say(self.language, message)))
    }

    /// A country by name.
    pub(crate) fn country(&self, country: Country) -> &'a str {
        self.name("country", country.code()).unwrap_or(country.code())
    }

    /// An instant on her clocks, as `2026-11-26T14:05`.
    fn local(&self, at: Instant) -> String {
        let text = at.plus_millis(self.offset).rfc3339();
        text.get(..16).unwrap_or_default().to_owned()
    }

    /// A day of hers.
    pub(crate) fn day(&self, at: At) -> Markup {
        let local = self.local(at.0);
        html! { time datetime=(at.0.rfc3339()) { bdi dir="ltr" { (local.get(..10).unwrap_or_default()) } } }
    }

    /// A day and an hour of hers.
    pub(crate) fn hour(&self, at: At) -> Markup {
        let local = self.local(at.0);
        html! { time datetime=(at.0.rfc3339()) { bdi dir="ltr" { (local.replace('T', " ")) } } }
    }

    /// The day that a field is filled with, so many days from now.
    pub(crate) fn day_in(&self, days: i64) -> String {
        self.local(self.now.plus_days(days)).get(..10).unwrap_or_default().to_owned()
    }

    /// An instant out of a date field (`2026-11-26`) or a date and time field (`2026-11-26T14:05`), on her clocks; a day
    /// begins at its first minute, or ends with its last.
    pub(crate) fn read(&self, text: &str, ends: bool) -> Option<Instant> {
        let whole = match text.len() {
            10 if ends => format!("{text}T23:59:59Z"),
            10 => format!("{text}T00:00:00Z"),
            16 => format!("{text}:00Z"),
            _ => return None,
        };
        Instant::read(&whole).map(|local| local.plus_millis(-self.offset))
    }

    /// How much time a clock has left: its days, counted by her calendar.
    pub(crate) fn left(&self, due: At) -> Left {
        let day = |at: Instant| at.millis().saturating_add(self.offset).div_euclid(DAY_MILLIS);
        let days = day(due.0) - day(self.now);
        if due.0 < self.now {
            Left::Overdue(-days)
        } else if days < SOON_DAYS {
            Left::Soon(days)
        } else {
            Left::Later(days)
        }
    }
}

/// How much time is left, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Overdue(i64),
    Soon(i64),
    Later(i64),
}
