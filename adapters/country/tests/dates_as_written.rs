//! Dates as people and systems write them: what is read, how exactly, and what is refused.
#![cfg(test)]

use chrono::NaiveDate;
use proptest::prelude::*;
use sangam_country::calendar::{DATE_MAX, DateFault, day_in, read, read_again};
use sangam_vocabulary::Calendar::{self, BanglaBangladesh, BanglaWestBengal, BikramSambat, Gregorian, SolarHijri};
use sangam_vocabulary::{Code, Precision};

fn day(iso: &str) -> NaiveDate {
    iso.parse().unwrap()
}

fn span(calendar: Calendar, text: &str) -> (NaiveDate, NaiveDate) {
    let range = read(calendar, text).unwrap().range.unwrap();
    (range.first(), range.last())
}

#[test]
fn what_is_no_date_is_refused_without_being_repeated() {
    for text in [
        "",
        " ",
        "2009-",
        "-2009",
        "2009--05",
        " 2009",
        "2009 ",
        "09-05-14",
        "14/05/09",
        "20090514",
        "2009-5-14-1",
        "14-2009-05",
        "yesterday",
        "2009-05-14T00:00:00Z",
        "2009-+5-14",
        "2009-005-14",
        "0x7d9",
        "May",
        "May 14",
        "May May 2009",
        "½-05-2009",
    ] {
        let length = text.chars().count();
        let refused = Err(DateFault::NotADate { calendar: Gregorian, length });
        assert_eq!(read(Gregorian, text), refused, "{text:?}");
    }
    assert_eq!(read(Gregorian, "2009-13-01"), Err(DateFault::NoSuchMonth { calendar: Gregorian }));
    assert_eq!(read(Gregorian, "2009-00"), Err(DateFault::NoSuchMonth { calendar: Gregorian }));
    assert_eq!(read(Gregorian, "2009-05-00"), Err(DateFault::NoSuchDay { calendar: Gregorian, days: 31 }));
    let long = "9".repeat(500_000);
    assert_eq!(read(Gregorian, &long), Err(DateFault::TooLong { length: 500_000 }));
    for (calendar, before, after) in [
        (BikramSambat, "1974-12-01", "2084-01-01"),
        (BanglaBangladesh, "1393-01-01", "1507-01-01"),
        (SolarHijri, "1335-01-01", "1451-01-01"),
        (Gregorian, "1899-12-31", "2101-01-01"),
    ] {
        assert!(matches!(read(calendar, before), Err(DateFault::YearNotCovered { .. })), "{calendar}");
        assert!(matches!(read(calendar, after), Err(DateFault::YearNotCovered { .. })), "{calendar}");
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (calendar, text, gregorian) in [
        (Gregorian, "14/05/2009", "2009-05-14"),
        (Gregorian, "05/06/2009", "2009-06-05"),
        (Gregorian, "May 14, 2009", "2009-05-14"),
        (Gregorian, "14 MAY 2009", "2009-05-14"),
        (Gregorian, "14.5.2009", "2009-05-14"),
        (BikramSambat, "२०८३/०८/०८", "2026-11-24"),
        (BikramSambat, "2083 Mangsir 8", "2026-11-24"),
        (BikramSambat, "८ मंसिर २०८३", "2026-11-24"),
        (BanglaBangladesh, "১ বৈশাখ ১৪৩০", "2023-04-14"),
        (BanglaBangladesh, "৮ ফাল্গুন, ১৪২৬", "2020-02-21"),
        (BanglaBangladesh, "1 আষা\u{9a2}\u{9bc} 1430", "2023-06-15"),
        (BanglaBangladesh, "1 আষা\u{9dd} 1430", "2023-06-15"),
        (SolarHijri, "۱۴۰۰/۵/۲۴", "2021-08-15"),
        (SolarHijri, "۲۴ اسد ۱۴۰۰", "2021-08-15"),
        (SolarHijri, "24 Asad 1400", "2021-08-15"),
    ] {
        let date = read(calendar, text).unwrap();
        assert_eq!(date.written.gregorian.as_deref(), Some(gregorian), "{text}");
        assert_eq!((date.written.text.as_str(), date.written.precision), (text, Precision::Day));
    }
}

#[test]
fn a_date_is_as_exact_as_it_was_written() {
    let read = |calendar, text| {
        let date = read(calendar, text).unwrap();
        (date.written.precision, date.written.gregorian)
    };
    assert_eq!(read(Gregorian, "2009"), (Precision::Year, Some("2009".to_owned())));
    assert_eq!(read(Gregorian, "05/2009"), (Precision::Month, Some("2009-05".to_owned())));
    assert_eq!(read(Gregorian, "May 2009"), (Precision::Month, Some("2009-05".to_owned())));
    // A Nepali year lies in two Gregorian ones, a Nepali month in two months.
    assert_eq!(read(BikramSambat, "2065"), (Precision::Year, None));
    assert_eq!(read(BikramSambat, "2065-02"), (Precision::Month, Some("2008".to_owned())));
    assert_eq!(span(BikramSambat, "2065"), (day("2008-04-13"), day("2009-04-13")));
    assert_eq!(span(SolarHijri, "1387-10"), (day("2008-12-21"), day("2009-01-19")));
    assert_eq!(read(SolarHijri, "1387-10"), (Precision::Month, None));
}

#[test]
fn west_bengals_bangla_is_kept_as_written() {
    let date = read(BanglaWestBengal, "১ বৈশাখ ১৪৩০").unwrap();
    assert_eq!((date.range, date.written.gregorian), (None, None));
    assert_eq!((date.written.text.as_str(), date.written.precision), ("১ বৈশাখ ১৪৩০", Precision::Day));
    assert_eq!(day_in(BanglaWestBengal, day("2023-04-15")), None);
    assert!(read(BanglaWestBengal, "1430-01-33").is_err());
    assert!(read(BanglaWestBengal, "1430-13-01").is_err());
    assert!(read(BanglaWestBengal, "a date").is_err());
}

#[test]
fn a_sender_may_know_less_than_the_text_says_and_never_more() {
    let date = || read(Gregorian, "2009-05-14").unwrap();
    let month = date().known_as(Precision::Month).unwrap();
    assert_eq!(month.range.map(|r| (r.first(), r.last())), Some((day("2009-05-01"), day("2009-05-31"))));
    assert_eq!(month.written.gregorian.as_deref(), Some("2009-05"));
    assert_eq!(month.written.text, "2009-05-14");
    let guess = date().known_as(Precision::Estimated).unwrap();
    assert_eq!(guess.written.gregorian.as_deref(), Some("2009"), "a guess is not written to the day");
    assert_eq!(guess.range.map(|r| r.first()), Some(day("2009-05-14")));
    let coarse = read(Gregorian, "2009").unwrap();
    assert_eq!(
        coarse.clone().known_as(Precision::Day),
        Err(DateFault::FinerThanWritten { written: Precision::Year, claimed: Precision::Day })
    );
    // Neither a detour through a guess makes it finer.
    assert!(coarse.known_as(Precision::AgeTest).unwrap().known_as(Precision::Month).is_err());
    for kept in [month, guess] {
        assert_eq!(read_again(&kept.written).unwrap(), kept);
    }
}

proptest! {
    #[test]
    fn no_text_does_worse_than_to_be_refused(text in ".{0,70}") {
        for calendar in Calendar::ALL {
            match read(*calendar, &text) {
                Ok(date) => prop_assert_eq!(date.written.text, text.clone()),
                Err(DateFault::TooLong { .. }) => prop_assert!(text.chars().count() > DATE_MAX),
                Err(fault) => {
                    let said = format!("{fault} {fault:?}");
                    prop_assert!(text.chars().count() < 12 || !said.contains(&text));
                }
            }
        }
    }
}
