//! Every country is furnished alike, and the tables say what the standards say.
#![cfg(test)]

use std::collections::BTreeSet;

use sangam_country::digits::Digits;
use sangam_country::{Direction, Furniture, Level, Script};
use sangam_vocabulary::{Calendar, Code, Country};

#[test]
fn every_country_has_as_many_divisions_as_iso_3166_2_gives_it() {
    let expected = [
        (Country::Afghanistan, 34, 0),
        (Country::Bangladesh, 8, 64),
        (Country::Bhutan, 20, 0),
        (Country::India, 36, 0),
        (Country::SriLanka, 9, 25),
        (Country::Maldives, 21, 0),
        (Country::Nepal, 7, 0),
        (Country::Pakistan, 7, 0),
    ];
    assert_eq!(expected.len(), Country::ALL.len());
    for (country, first, second) in expected {
        let furniture = Furniture::of(country);
        assert_eq!(furniture.country, country);
        assert_eq!(furniture.divisions_at(Level::First).count(), first, "{country}");
        assert_eq!(furniture.divisions_at(Level::Second).count(), second, "{country}");
    }
}

#[test]
fn division_codes_are_the_countrys_own_and_lead_to_one_first_level() {
    for country in Country::ALL {
        let furniture = Furniture::of(*country);
        let codes: BTreeSet<_> = furniture.divisions.iter().map(|division| division.code).collect();
        assert_eq!(codes.len(), furniture.divisions.len(), "{country}: a code stands twice");
        for division in furniture.divisions {
            assert!(division.code.starts_with(&format!("{country}-")), "{}", division.code);
            assert!(!division.name.is_empty() && !division.kind.is_empty(), "{}", division.code);
            let first = furniture.first_level(division.code).unwrap();
            assert_eq!(first.level(), Level::First, "{}", division.code);
        }
    }
    let of = |country, code| Furniture::of(country).first_level(code).map(|division| division.name);
    assert_eq!(of(Country::Bangladesh, "BD-13"), Some("Dhaka"));
    assert_eq!(Furniture::of(Country::Bangladesh).first_level("BD-13").map(|d| d.code), Some("BD-C"));
    assert_eq!(of(Country::Nepal, "NP-P2"), Some("Madhesh"));
    assert_eq!(of(Country::India, "IN-WB"), Some("West Bengal"));
    assert_eq!(of(Country::India, "BD-C"), None);
    assert_eq!(of(Country::India, "in-wb"), None);
}

#[test]
fn every_country_is_furnished_alike() {
    let mut calling = BTreeSet::new();
    for country in Country::ALL {
        let furniture = Furniture::of(*country);
        assert!(furniture.calendars.contains(&Calendar::Gregorian), "{country}");
        assert!(furniture.documents.iter().all(|form| !form.name.is_empty() && !form.source.is_empty()));
        assert!(furniture.documents.len() >= 3, "{country}");
        assert_eq!(furniture.majority.years, 18, "{country}");
        assert!(furniture.majority.basis.contains("eighteen"), "{country}");
        let digits = furniture.calling_code.strip_prefix('+').unwrap();
        assert!(digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit()));
        assert!(calling.insert(digits), "{country} shares its calling code");
        let tags: BTreeSet<_> = furniture.languages.iter().map(|language| language.tag).collect();
        assert_eq!(tags.len(), furniture.languages.len(), "{country}: a language stands twice");
        assert!(tags.contains("en"), "{country}");
        let scripts = furniture.scripts();
        assert!(furniture.languages.iter().all(|language| scripts.contains(&language.script)));
        for script in scripts {
            assert_eq!(Script::read(script.code()), Some(script));
        }
    }
}

#[test]
fn text_runs_the_way_its_readers_read() {
    let runs = |country, tag: &str| {
        Furniture::of(country)
            .languages
            .iter()
            .find(|language| language.tag == tag)
            .map(|language| language.direction())
    };
    for (country, tag) in [
        (Country::Afghanistan, "ps"),
        (Country::Afghanistan, "fa-AF"),
        (Country::Pakistan, "ur"),
        (Country::Pakistan, "sd"),
        (Country::Maldives, "dv"),
        (Country::Bangladesh, "rhg"),
    ] {
        assert_eq!(runs(country, tag), Some(Direction::RightToLeft), "{country} {tag}");
    }
    for (country, tag) in [
        (Country::Bangladesh, "bn-BD"),
        (Country::Nepal, "ne"),
        (Country::SriLanka, "si"),
        (Country::SriLanka, "ta"),
        (Country::Bhutan, "dz"),
        (Country::India, "pa-Guru"),
    ] {
        assert_eq!(runs(country, tag), Some(Direction::LeftToRight), "{country} {tag}");
    }
}

#[test]
fn the_calendars_are_the_ones_people_write() {
    assert_eq!(Furniture::of(Country::Nepal).calendars.first(), Some(&Calendar::BikramSambat));
    assert_eq!(Furniture::of(Country::Afghanistan).calendars.first(), Some(&Calendar::SolarHijri));
    assert!(Furniture::of(Country::Bangladesh).calendars.contains(&Calendar::BanglaBangladesh));
    assert!(Furniture::of(Country::India).calendars.contains(&Calendar::BanglaWestBengal));
    assert!(!Furniture::of(Country::India).calendars.contains(&Calendar::BanglaBangladesh));
    assert!(Furniture::of(Country::Bangladesh).digits.contains(&Digits::Bengali));
    assert!(Furniture::of(Country::Nepal).digits.contains(&Digits::Devanagari));
    assert!(Furniture::of(Country::Pakistan).digits.contains(&Digits::ExtendedArabic));
}

#[test]
fn the_script_of_a_name_is_told_by_its_letters() {
    for (name, code) in [
        ("আয়েশা", "Beng"),
        ("सीता", "Deva"),
        ("زرغونه", "Arab"),
        ("ޢާއިޝާ", "Thaa"),
        ("නිමාලි", "Sinh"),
        ("கயல்", "Taml"),
        ("བཀྲ་ཤིས", "Tibt"),
        ("Md. Rahim", "Latn"),
        ("Bāmyān", "Latn"),
    ] {
        assert_eq!(Script::of(name).map(Script::code), Some(code), "{code}");
    }
    assert_eq!(Script::of("Sita सीता"), None, "two scripts are none");
    assert_eq!(Script::of("12 / ৩"), None, "digits are no script");
    assert_eq!(Script::of("Анна"), None);
    assert_eq!(Script::of(""), None);
}
