//! When somebody is told that something waits, and when somebody else is: pure reckoning in instants. A notice says that
//! something waits and nothing of what.

use sangam_vocabulary::{Country, Instant, codes};

codes! {
    "Why something waits for a person."
    pub enum NoticeKind {
        CaseMoved = "CASE_MOVED": "Something happened in a record the person works on.",
        AnswerNow = "ANSWER_NOW": "Somebody asks for help at once.",
        ClockRanOut = "CLOCK_RAN_OUT": "A clock of a record the person works on has run out.",
        ConsentEnds = "CONSENT_ENDS": "A consent on which something is released ends soon, and no other one takes its place.",
        AgreementWaits = "AGREEMENT_WAITS": "An agreement waits for the approval of the person's organization.",
        AgreementStopped = "AGREEMENT_STOPPED": "An agreement of the person's organization was stopped.",
        AgreementReview = "AGREEMENT_REVIEW": "An agreement of the person's organization ends soon.",
        AccountsReview = "ACCOUNTS_REVIEW": "An account of the person's organization is due for a review.",
        Locked = "LOCKED": "The subjects of the person's organization are locked.",
        Quarantine = "QUARANTINE": "A record of a system of the person's organization cannot be read.",
    }
}

codes! {
    "How a person is reached."
    pub enum NoticeWayKind as "NoticeWay" {
        Mail = "MAIL": "By mail.",
        Sms = "SMS": "By a short message.",
    }
}

codes! {
    "Whether a person was told."
    pub enum NoticeState {
        Waiting = "WAITING": "Not yet: it waits for its time, for a way to the person, or to be tried again.",
        Told = "TOLD": "A message has left the hub.",
        Failed = "FAILED": "No message could be sent; it is shown here and passed on like any other.",
    }
}

const MINUTE_MILLIS: i64 = 60_000;
const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// At most one message a person in this time, however much happens: what comes in between goes with the next.
pub const DIGEST_MILLIS: i64 = 4 * HOUR_MILLIS;
/// The same for what is urgent: it says no more than the message of a moment ago.
pub const URGENT_MILLIS: i64 = 15 * MINUTE_MILLIS;
/// How long a person has to look before a deputy or the administrators are told: a day off.
pub const PATIENCE_MILLIS: i64 = 24 * HOUR_MILLIS;
/// The same for what is urgent: half a working day.
pub const URGENT_PATIENCE_MILLIS: i64 = 4 * HOUR_MILLIS;

/// How long before a consent ends its holder's people are told, in days: time to speak with somebody who lives far away.
pub const CONSENT_ENDS_DAYS: i64 = 14;

impl NoticeKind {
    /// Whether it is told at once, in quiet hours too.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::AnswerNow | Self::ClockRanOut | Self::Locked)
    }

    /// How long it waits to be looked at before it is passed on, in milliseconds.
    #[must_use]
    pub const fn patience(self) -> i64 {
        if self.is_urgent() { URGENT_PATIENCE_MILLIS } else { PATIENCE_MILLIS }
    }
}

/// The hours in which nothing but what is urgent is told, in whole hours of the day where the person is. The same hour
/// twice: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: i64,
    until: i64,
}

impl Quiet {
    /// For whoever said nothing: from nine in the evening to seven in the morning.
    pub const USUAL: Self = Self { from: 21, until: 7 };

    /// From one hour of the day until another; `None` where one of them is no hour.
    #[must_use]
    pub const fn of(from: i64, until: i64) -> Option<Self> {
        if from >= 0 && from < 24 && until >= 0 && until < 24 { Some(Self { from, until }) } else { None }
    }

    /// From which hour.
    #[must_use]
    pub const fn from(self) -> i64 {
        self.from
    }

    /// Until which hour.
    #[must_use]
    pub const fn until(self) -> i64 {
        self.until
    }

    /// The first instant not before this one that is not quiet in a country.
    #[must_use]
    pub const fn over(self, at: Instant, country: Country) -> Instant {
        let offset = offset_minutes(country) * MINUTE_MILLIS;
        let local = at.millis().saturating_add(offset);
        let length = ((self.until - self.from) * HOUR_MILLIS).rem_euclid(DAY_MILLIS);
        // Until they are over next: longer than they are where they have not begun.
        let wait = (self.until * HOUR_MILLIS).saturating_sub(local).rem_euclid(DAY_MILLIS);
        if wait <= length { at.plus_millis(wait) } else { at }
    }
}

/// How far a country's clocks are from UTC, in minutes. Each of the eight has one time and no summer time (IANA time
/// zone database, 2025b).
#[must_use]
pub const fn offset_minutes(country: Country) -> i64 {
    match country {
        Country::Afghanistan => 4 * 60 + 30,
        Country::Maldives | Country::Pakistan => 5 * 60,
        Country::India | Country::SriLanka => 5 * 60 + 30,
        Country::Nepal => 5 * 60 + 45,
        Country::Bangladesh | Country::Bhutan => 6 * 60,
    }
}

/// When a person is told of something that happens now: not sooner after the last message than the digest allows, and,
/// unless it is urgent, not in quiet hours.
#[must_use]
pub fn tell_at(kind: NoticeKind, at: Instant, last_told: Option<Instant>, quiet: Quiet, country: Country) -> Instant {
    let apart = if kind.is_urgent() { URGENT_MILLIS } else { DIGEST_MILLIS };
    let soonest = match last_told {
        // A message of the future was sent before the clock was set back: it binds nobody.
        Some(last) if last <= at => at.max(last.plus_millis(apart)),
        _ => at,
    };
    if kind.is_urgent() { soonest } else { quiet.over(soonest, country) }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Code as _, Country, Instant};

    use super::{NoticeKind, Quiet, tell_at};

    fn at(text: &str) -> Instant {
        Instant::read(text).unwrap()
    }

    #[test]
    fn quiet_hours_are_those_of_the_country() {
        for (country, sent, told) in [
            // 21:30 in Nepal is quiet until seven, 01:15 UTC.
            (Country::Nepal, "2026-11-24T15:45:00Z", "2026-11-25T01:15:00Z"),
            // 20:59 is not.
            (Country::Nepal, "2026-11-24T15:14:00Z", "2026-11-24T15:14:00Z"),
            // 06:59 in Bangladesh, one minute more; at seven it is day.
            (Country::Bangladesh, "2026-11-24T00:59:00Z", "2026-11-24T01:00:00Z"),
            (Country::Bangladesh, "2026-11-24T01:00:00Z", "2026-11-24T01:00:00Z"),
            (Country::Pakistan, "2026-11-24T16:00:00Z", "2026-11-25T02:00:00Z"),
        ] {
            assert_eq!(Quiet::USUAL.over(at(sent), country), at(told), "{country} {sent}");
        }
        let none = Quiet::of(5, 5).unwrap();
        let noon = Quiet::of(12, 14).unwrap();
        for hour in 0..24 {
            let now = at("2026-11-24T00:00:00Z").plus_millis(hour * 3_600_000);
            assert_eq!(none.over(now, Country::Maldives), now);
            let local = (hour + 5) % 24;
            let waits = if (12..14).contains(&local) { 14 - local } else { 0 };
            assert_eq!(noon.over(now, Country::Maldives), now.plus_millis(waits * 3_600_000));
        }
    }

    #[test]
    fn quiet_hours_are_hours_of_a_day() {
        for (from, until) in [(24, 7), (21, 24), (-1, 7), (21, -1), (25, 25), (-1, -1)] {
            assert!(Quiet::of(from, until).is_none(), "{from} to {until}");
        }
        for (from, until) in [(0, 23), (23, 0), (0, 0)] {
            let quiet = Quiet::of(from, until).unwrap();
            assert_eq!((quiet.from(), quiet.until()), (from, until));
        }
        assert_eq!((Quiet::USUAL.from(), Quiet::USUAL.until()), (21, 7));
    }

    #[test]
    fn each_country_has_its_own_midnight() {
        for (country, midnight) in [
            (Country::Afghanistan, "2026-11-24T00:00:00+04:30"),
            (Country::Bangladesh, "2026-11-24T00:00:00+06:00"),
            (Country::Bhutan, "2026-11-24T00:00:00+06:00"),
            (Country::India, "2026-11-24T00:00:00+05:30"),
            (Country::SriLanka, "2026-11-24T00:00:00+05:30"),
            (Country::Maldives, "2026-11-24T00:00:00+05:00"),
            (Country::Nepal, "2026-11-24T00:00:00+05:45"),
            (Country::Pakistan, "2026-11-24T00:00:00+05:00"),
        ] {
            let (night, midnight) = (Quiet::of(0, 1).unwrap(), at(midnight));
            let over = |millis| night.over(midnight.plus_millis(millis), country);
            let one = midnight.plus_millis(3_600_000);
            assert_eq!((over(0), over(3_599_999), over(3_600_000)), (one, one, one), "{country}");
            assert_eq!(over(-1), midnight.plus_millis(-1), "{country}");
        }
    }

    #[test]
    fn what_is_urgent_is_passed_on_sooner() {
        const HOUR: i64 = 3_600_000;
        for kind in NoticeKind::ALL {
            assert_eq!(kind.patience(), if kind.is_urgent() { 4 * HOUR } else { 24 * HOUR }, "{kind}");
        }
        assert_eq!((super::DIGEST_MILLIS, super::URGENT_MILLIS), (4 * HOUR, HOUR / 4));
    }

    #[test]
    fn one_message_a_window_and_what_is_urgent_passes_the_night() {
        let (noon, night) = (at("2026-11-24T06:00:00Z"), at("2026-11-24T18:00:00Z"));
        let tell = |kind, at, last| tell_at(kind, at, last, Quiet::USUAL, Country::India);
        for kind in NoticeKind::ALL {
            assert_eq!(tell(*kind, noon, None), noon, "{kind}");
            let passes = tell(*kind, night, None) == night;
            assert_eq!(passes, kind.is_urgent(), "{kind}");
        }
        let later = noon.plus_millis(60_000);
        assert_eq!(tell(NoticeKind::CaseMoved, later, Some(noon)), noon.plus_millis(super::DIGEST_MILLIS));
        assert_eq!(tell(NoticeKind::ClockRanOut, later, Some(noon)), noon.plus_millis(super::URGENT_MILLIS));
        // The clock was set back: a message of the future holds up nobody.
        assert_eq!(tell(NoticeKind::CaseMoved, noon, Some(later)), noon);
    }
}
