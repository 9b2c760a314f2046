//! Dates of the region's calendars, against days that are known from elsewhere, and against themselves.
#![cfg(test)]

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use sangam_country::calendar::{self, DateFault, DayIn, day_in, read};
use sangam_country::digits::Digits;
use sangam_vocabulary::Calendar::{self, BanglaBangladesh, BikramSambat, Gregorian, SolarHijri};

fn day(iso: &str) -> NaiveDate {
    iso.parse().unwrap()
}

/// The one day a text means.
fn exactly(calendar: Calendar, text: &str) -> NaiveDate {
    let range = read(calendar, text).unwrap().range.unwrap();
    assert!(range.is_one_day(), "{calendar} {text}");
    range.first()
}

fn span(calendar: Calendar, text: &str) -> (NaiveDate, NaiveDate) {
    let range = read(calendar, text).unwrap().range.unwrap();
    (range.first(), range.last())
}

#[test]
fn bikram_sambat_meets_its_anchors() {
    for (written, gregorian) in [
        ("2000-01-01", "1943-04-14"),
        ("2083-08-08", "2026-11-24"),
        ("2072-01-12", "2015-04-25"), // the earthquake of Gorkha
        ("2007-11-07", "1951-02-18"), // democracy day
        ("2072-06-03", "2015-09-20"), // the constitution
        ("1975-01-01", "1918-04-13"),
    ] {
        assert_eq!(exactly(BikramSambat, written), day(gregorian), "{written}");
        let DayIn { year, month, day, .. } = day_in(BikramSambat, day(gregorian)).unwrap();
        assert_eq!(format!("{year}-{month:02}-{day:02}"), written);
    }
    assert_eq!(day_in(BikramSambat, day("1918-04-12")), None);
    assert_eq!(day_in(BikramSambat, day("2027-04-13")).map(|d| (d.year, d.month)), Some((2083, 12)));
    assert_eq!(day_in(BikramSambat, day("2027-04-14")), None);
}

#[test]
fn bangla_of_bangladesh_keeps_its_national_days() {
    for (written, gregorian) in [
        ("1430-01-01", "2023-04-14"),
        ("1426-11-08", "2020-02-21"), // language day
        ("1427-09-01", "2020-12-16"), // victory day
        ("1427-12-12", "2021-03-26"), // independence day
        ("1426-12-12", "2020-03-26"), // the same in a leap year
        ("1426-07-01", "2019-10-17"), // the first month of the reform
        ("1425-11-09", "2019-02-21"), // before the reform
        ("1394-01-01", "1987-04-14"),
    ] {
        assert_eq!(exactly(BanglaBangladesh, written), day(gregorian), "{written}");
    }
    // Falgun has a thirtieth day in the Gregorian leap year it ends in, and only then.
    assert!(read(BanglaBangladesh, "1430-11-30").is_ok());
    assert_eq!(
        read(BanglaBangladesh, "1431-11-30"),
        Err(DateFault::NoSuchDay { calendar: BanglaBangladesh, days: 29 })
    );
    // Before the reform the sixth month had thirty days.
    assert!(read(BanglaBangladesh, "1426-06-31").is_ok());
    assert!(read(BanglaBangladesh, "1425-06-31").is_err());
}

#[test]
fn solar_hijri_meets_its_anchors() {
    for (written, gregorian) in [
        ("1336-01-01", "1957-03-21"),
        ("1357-02-07", "1978-04-27"),
        ("1400-05-24", "2021-08-15"),
        ("1403-01-01", "2024-03-20"),
        ("1403-12-30", "2025-03-20"),
        ("1404-01-01", "2025-03-21"),
        ("1408-12-30", "2030-03-20"),
    ] {
        assert_eq!(exactly(SolarHijri, written), day(gregorian), "{written}");
    }
    for leap in [1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408] {
        assert!(read(SolarHijri, &format!("{leap}-12-30")).is_ok(), "{leap}");
        assert_eq!(
            read(SolarHijri, &format!("{}-12-30", leap + 1)),
            Err(DateFault::NoSuchDay { calendar: SolarHijri, days: 29 })
        );
    }
}

#[test]
fn gregorian_leap_years() {
    assert_eq!(exactly(Gregorian, "2008-02-29"), day("2008-02-29"));
    assert!(read(Gregorian, "2000-02-29").is_ok());
    for text in ["1900-02-29", "2100-02-29", "2009-02-29", "2009-04-31"] {
        assert!(matches!(read(Gregorian, text), Err(DateFault::NoSuchDay { .. })), "{text}");
    }
}

#[test]
fn a_year_the_tables_dispute_gives_two_days_between_the_disputed_boundaries_only() {
    assert_eq!(span(BikramSambat, "2062-01-10"), (day("2005-04-23"), day("2005-04-23")));
    // One table ends Baisakh on the 30th: the 31st exists in the other alone, Jestha begins a day earlier.
    assert_eq!(span(BikramSambat, "2062-01-31"), (day("2005-05-14"), day("2005-05-14")));
    assert_eq!(span(BikramSambat, "2062-02-15"), (day("2005-05-28"), day("2005-05-29")));
    assert_eq!(span(BikramSambat, "2062-03-01"), (day("2005-06-15"), day("2005-06-15")));
    assert_eq!(read(BikramSambat, "2062-02-15").unwrap().written.gregorian.as_deref(), Some("2005-05"));
    // 2082 is disputed by a table that is not at hand: the day and its neighbours, within the year.
    assert_eq!(span(BikramSambat, "2082-05-10"), (day("2025-08-25"), day("2025-08-27")));
    assert_eq!(span(BikramSambat, "2082-01-01"), (day("2025-04-14"), day("2025-04-15")));
    assert_eq!(span(BikramSambat, "2082-12-30"), (day("2026-04-12"), day("2026-04-13")));
}

#[test]
fn years_follow_each_other_without_a_gap() {
    for (calendar, years) in
        [(BikramSambat, 1975..2083), (BanglaBangladesh, 1394..1506), (SolarHijri, 1336..1450), (Gregorian, 1900..2100)]
    {
        for year in years {
            let (first, last) = span(calendar, &year.to_string());
            let (next, _) = span(calendar, &(year + 1).to_string());
            assert_eq!(last.succ_opt(), Some(next), "{calendar} {year}");
            assert!([365, 366].contains(&(next - first).num_days()), "{calendar} {year}");
        }
    }
}

#[test]
fn every_named_month_is_the_numbered_one() {
    let names = [
        (
            BikramSambat,
            "2070",
            [
                "Baisakh", "Jestha", "Ashadh", "Shrawan", "Bhadra", "Ashwin", "Kartik", "Mangsir", "Poush", "Magh",
                "Falgun", "Chaitra",
            ],
        ),
        (
            SolarHijri,
            "1390",
            ["Hamal", "Sawr", "Jawza", "Saratan", "Asad", "Sonbola", "Mizan", "Aqrab", "Qaws", "Jadi", "Dalw", "Hut"],
        ),
        (
            SolarHijri,
            "1390",
            ["وری", "غويي", "غبرګولی", "چنګاښ", "زمري", "وږی", "تله", "لړم", "ليندۍ", "مرغومی", "سلواغه", "كب"],
        ),
        (
            BanglaBangladesh,
            "1430",
            ["বৈশাখ", "জ্যৈষ্ঠ", "আষাঢ়", "শ্রাবণ", "ভাদ্র", "আশ্বিন", "কার্তিক", "অগ্রহায়ণ", "পৌষ", "মাঘ", "ফাল্গুন", "চৈত্র"],
        ),
    ];
    for (calendar, year, months) in names {
        for (number, name) in (1..).zip(months) {
            assert_eq!(
                span(calendar, &format!("{name} {year}")),
                span(calendar, &format!("{year}-{number}")),
                "{name}"
            );
        }
    }
    // The months of Iran have the same days and other names, and are not Afghan.
    assert!(read(SolarHijri, "1 Farvardin 1390").is_err());
}

proptest! {
    #[test]
    fn every_day_reads_back(offset in 0_u64..39_000, digits in 0..Digits::ALL.len()) {
        let date = day("1920-01-01").checked_add_days(Days::new(offset)).unwrap();
        for calendar in [Gregorian, BikramSambat, BanglaBangladesh, SolarHijri] {
            let Some(DayIn { year, month, day, .. }) = day_in(calendar, date) else {
                prop_assert!(calendar != Gregorian && (date.year() < 1988 || date.year() > 2026), "{} {}", calendar, date);
                continue;
            };
            let text = Digits::ALL[digits].write(&format!("{year}-{month:02}-{day:02}"));
            let range = calendar::read(calendar, &text).unwrap().range.unwrap();
            prop_assert!(range.contains(date), "{} {}", calendar, date);
            prop_assert!(calendar == BikramSambat || range.is_one_day());
            prop_assert!((range.last() - range.first()).num_days() <= 2);
        }
    }

    #[test]
    fn days_keep_their_order(offset in 0_u64..37_000) {
        let date = day("1920-01-01").checked_add_days(Days::new(offset)).unwrap();
        let next = date.succ_opt().unwrap();
        for calendar in [BikramSambat, BanglaBangladesh, SolarHijri] {
            if let (Some(one), Some(two)) = (day_in(calendar, date), day_in(calendar, next)) {
                prop_assert!((one.year, one.month, one.day) < (two.year, two.month, two.day));
            }
        }
    }
}
