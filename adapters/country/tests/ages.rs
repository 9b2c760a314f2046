//! Who counts as a minor, and until when, from birth dates of every exactness.
#![cfg(test)]

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use sangam_country::calendar::read;
use sangam_country::{AgeFact, Birth};
use sangam_vocabulary::payload::AgeBand;
use sangam_vocabulary::{Calendar, Instant, Precision};

fn at(iso: &str) -> Instant {
    Instant::read(&format!("{iso}T00:00:00Z")).unwrap()
}

const TODAY: &str = "2026-11-24";

fn born(text: &str) -> Birth {
    Birth::read(&read(Calendar::Gregorian, text).unwrap())
}

fn guessed(text: &str, precision: Precision) -> Birth {
    Birth::read(&read(Calendar::Gregorian, text).unwrap().known_as(precision).unwrap())
}

#[test]
fn a_child_is_a_minor_until_the_quarter_after_the_birthday() {
    let until = |date: &str| born(date).fact(at(TODAY));
    assert_eq!(until("2009-05-14"), AgeFact::MinorUntil(at("2027-07-01")));
    assert_eq!(until("2010-12-31"), AgeFact::MinorUntil(at("2029-01-01")));
    // Who has the birthday on the first day of a quarter waits like everyone born in it.
    assert_eq!(until("2010-01-01"), AgeFact::MinorUntil(at("2028-04-01")));
    assert_eq!(until("2010-03-31"), AgeFact::MinorUntil(at("2028-04-01")));
    // Who turned eighteen this quarter still counts as a minor until its end, and then no more.
    assert_eq!(until("2008-11-01"), AgeFact::MinorUntil(at("2027-01-01")));
    assert_eq!(born("2008-11-01").fact(at("2027-01-01")), AgeFact::Adult);
    assert_eq!(until("2008-09-30"), AgeFact::Adult);
    assert_eq!(until("1990-01-01"), AgeFact::Adult);
}

#[test]
fn who_was_born_on_the_leap_day_comes_of_age_on_the_first_of_march() {
    let leap = born("2008-02-29");
    assert_eq!(leap.band(at("2026-02-28")), AgeBand::From15To17);
    assert_eq!(leap.band(at("2026-03-01")), AgeBand::From18To20);
    assert_eq!(leap.fact(at("2026-03-01")), AgeFact::MinorUntil(at("2026-04-01")));
}

#[test]
fn a_date_in_doubt_is_unknown_while_the_doubt_spans_the_eighteenth_birthday() {
    // A year alone: nobody knows in 2026 whether who was born in 2008 is of age.
    assert_eq!(born("2008").fact(at(TODAY)), AgeFact::Unknown);
    assert_eq!(born("2008").band(at(TODAY)), AgeBand::Unknown);
    assert_eq!(born("2008").fact(at("2025-12-31")), AgeFact::MinorUntil(at("2027-01-01")));
    assert_eq!(born("2008").fact(at("2027-01-01")), AgeFact::Adult);
    assert_eq!(born("2007").fact(at(TODAY)), AgeFact::Adult);
    assert_eq!(born("2009").fact(at(TODAY)), AgeFact::MinorUntil(at("2028-01-01")));
    // A disputed day of Bikram Sambat 2062: unknown on the one day between its two readings.
    let disputed = Birth::read(&read(Calendar::BikramSambat, "2062-02-15").unwrap());
    assert_eq!(disputed.fact(at("2023-05-27")), AgeFact::MinorUntil(at("2023-07-01")));
    assert_eq!(disputed.fact(at("2023-05-28")), AgeFact::Unknown);
    assert_eq!(disputed.fact(at("2023-05-29")), AgeFact::MinorUntil(at("2023-07-01")));
    assert_eq!(disputed.fact(at("2023-07-01")), AgeFact::Adult);
}

#[test]
fn a_guess_is_wrong_by_two_years_to_either_side() {
    for precision in [Precision::Estimated, Precision::AgeTest] {
        let fact = |date: &str| guessed(date, precision).fact(at(TODAY));
        assert_eq!(fact("2009-05-14"), AgeFact::Unknown, "seventeen, guessed");
        assert_eq!(fact("2007-05-14"), AgeFact::Unknown, "nineteen, guessed");
        assert_eq!(fact("2012-05-14"), AgeFact::MinorUntil(at("2032-07-01")), "fourteen, guessed");
        assert_eq!(fact("2004-05-14"), AgeFact::Adult, "twenty-two, guessed");
        assert_eq!(guessed("2009-05-14", precision).band(at(TODAY)), AgeBand::Unknown);
        assert_eq!(guessed("2012-05-14", precision).band(at(TODAY)), AgeBand::From12To14);
    }
}

#[test]
fn an_age_that_was_told_is_a_guess() {
    let told = |years| Birth::told(years, at(TODAY));
    assert_eq!(told(17).fact(at(TODAY)), AgeFact::Unknown);
    assert_eq!(told(18).fact(at(TODAY)), AgeFact::Unknown);
    // Eighteen at the least, and if so since this quarter.
    assert_eq!(told(20).fact(at(TODAY)), AgeFact::MinorUntil(at("2027-01-01")));
    assert_eq!(told(21).fact(at(TODAY)), AgeFact::Adult);
    assert!(matches!(told(14).fact(at(TODAY)), AgeFact::MinorUntil(_)));
    assert_eq!(told(14).band(at(TODAY)), AgeBand::From12To14);
    assert_eq!(told(8).band(at(TODAY)), AgeBand::Under9);
    assert_eq!(told(0).band(at(TODAY)), AgeBand::Under9);
    assert_eq!(told(50).band(at(TODAY)), AgeBand::Over40);
    assert_eq!(told(14).band(at("2028-11-25")), AgeBand::Unknown, "sixteen by now, guessed");
    assert_eq!(told(121).fact(at(TODAY)), AgeFact::Unknown);
    assert_eq!(told(u32::MAX).band(at(TODAY)), AgeBand::Unknown);
}

#[test]
fn what_cannot_be_is_unknown() {
    for birth in [
        Birth::UNKNOWN,
        born("2027-01-01"),
        born("1901-01-01"),
        Birth::read(&read(Calendar::BanglaWestBengal, "1416-01-31").unwrap()),
    ] {
        assert_eq!((birth.fact(at(TODAY)), birth.band(at(TODAY))), (AgeFact::Unknown, AgeBand::Unknown));
    }
    for end in [Instant::NEVER, Instant::ALWAYS] {
        assert_eq!(born("2009-05-14").fact(end), AgeFact::Unknown);
        assert_eq!(born("2009-05-14").band(end), AgeBand::Unknown);
        assert_eq!(Birth::told(14, end).fact(at(TODAY)), AgeFact::Unknown);
    }
}

#[test]
fn the_bands_begin_on_the_birthday() {
    let band = |date: &str, on: &str| born(date).band(at(on));
    assert_eq!(band("2015-06-10", "2024-06-09"), AgeBand::Under9);
    assert_eq!(band("2015-06-10", "2024-06-10"), AgeBand::From9To11);
    assert_eq!(band("2015-06-10", "2027-06-10"), AgeBand::From12To14);
    assert_eq!(band("2015-06-10", "2030-06-10"), AgeBand::From15To17);
    assert_eq!(band("2015-06-10", "2033-06-09"), AgeBand::From15To17);
    assert_eq!(band("2015-06-10", "2033-06-10"), AgeBand::From18To20);
    assert_eq!(band("2015-06-10", "2036-06-10"), AgeBand::From21To25);
    assert_eq!(band("2015-06-10", "2041-06-10"), AgeBand::From26To40);
    assert_eq!(band("2015-06-10", "2056-06-10"), AgeBand::Over40);
}

fn is_minor(band: AgeBand) -> bool {
    matches!(band, AgeBand::Under9 | AgeBand::From9To11 | AgeBand::From12To14 | AgeBand::From15To17)
}

proptest! {
    #[test]
    fn nobody_is_an_adult_before_the_birthday_and_no_instant_tells_it(
        born_on in 0_u64..36_000, asked_on in 0_u64..50_000,
    ) {
        let start = NaiveDate::from_ymd_opt(1925, 1, 1).unwrap();
        let birth_day = start.checked_add_days(Days::new(born_on)).unwrap();
        let today = start.checked_add_days(Days::new(asked_on)).unwrap();
        let birth = born(&birth_day.to_string());
        let eighteen = today.years_since(birth_day).is_some_and(|years| years >= 18);
        match birth.fact(at(&today.to_string())) {
            AgeFact::Adult => prop_assert!(eighteen && !is_minor(birth.band(at(&today.to_string())))),
            AgeFact::MinorUntil(until) => {
                let until: NaiveDate = until.rfc3339()[..10].parse().unwrap();
                prop_assert!((until.day(), until.month() % 3) == (1, 1), "the start of a quarter");
                prop_assert!(until.years_since(birth_day).is_some_and(|years| years >= 18));
                prop_assert!((until - birth_day).num_days() <= 18 * 366 + 92);
                prop_assert!(today < until);
            }
            AgeFact::Unknown => prop_assert!(birth_day > today || today.year() - birth_day.year() >= 120),
        }
    }

    #[test]
    fn knowing_less_never_makes_an_adult(year in 1990_i32..2020, month in 1_u32..=12, day in 1_u32..=28) {
        let text = format!("{year}-{month:02}-{day:02}");
        let exact = born(&text).fact(at(TODAY));
        for precision in [Precision::Month, Precision::Year, Precision::Estimated, Precision::AgeTest] {
            if guessed(&text, precision).fact(at(TODAY)) == AgeFact::Adult {
                prop_assert_eq!(exact, AgeFact::Adult);
            }
        }
    }
}
