//! Where records stay: every country states every category once, on a ground, and a book with a fault is no book.

use sangam_custody::{LawBook, ResidenceBook, Verified};
use sangam_vocabulary::{Category, CategorySet, Code, Country, Residence, Residences};

use crate::question::texts;

fn read(texts: &[(&str, String)]) -> Result<ResidenceBook, Vec<String>> {
    let read = ResidenceBook::read_complete(texts.iter().map(|(name, text)| (*name, text.as_str())));
    read.map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// The shipped books, with the text of one country changed.
fn with(country: &str, change: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let change = |(name, text): (&'static str, String)| (name, if name == country { change(&text) } else { text });
    texts().into_iter().map(change).collect()
}

#[test]
fn the_shipped_books_invent_no_law() {
    let book = read(&texts()).unwrap();
    let mut stated = 0;
    for (country, row) in book.rows() {
        stated += row.categories.len();
        for text in [&row.basis, &row.source, &row.note] {
            assert!(text.trim().len() > 7, "{country}: a row says nothing of where it comes from");
        }
        // Nobody has read a text that keeps a class of these data in a country: the day somebody has, this line goes.
        assert_eq!((row.stays, row.verified), (Residence::Hub, Verified::Unverified), "{country}");
    }
    assert_eq!(stated, Country::ALL.len() * Category::ALL.len());
}

#[test]
fn a_row_keeps_at_home_or_nowhere_what_it_names_and_in_its_country_alone() {
    let health = CategorySet::of(&[Category::Health]);
    let moved = |place: &str| {
        let row = format!(
            "[[residence]]\ncategories = [\"HEALTH\"]\nstays = \"{place}\"\nbasis = \"b\"\nsource = \"s\"\nverified = \"SECONDARY\"\n"
        );
        read(&with("NP", |text| {
            format!("{}{row}", text.replacen("\"HEALTH\", \"NARRATIVE\", \"LEGAL\"", "\"NARRATIVE\", \"LEGAL\"", 1))
        }))
    };
    let (home, never) = (moved("HOME").unwrap(), moved("NEVER").unwrap());
    assert_eq!(home.of(Country::Nepal), Residences::new(health, CategorySet::NONE));
    assert_eq!(never.of(Country::Nepal), Residences::new(CategorySet::NONE, health));
    assert_eq!(home.of(Country::India), Residences::HUB);
    assert!(moved("CLOUD").is_err());
}

#[test]
fn what_is_not_stated_once_stops_the_start() {
    let told = |texts: Vec<(&str, String)>| read(&texts).unwrap_err();
    let without = with("NP", |text| text.replacen("\"HEALTH\", \"NARRATIVE\"", "\"NARRATIVE\"", 1));
    assert_eq!(told(without), ["residence of NP: HEALTH is not stated"]);
    let twice =
        with("NP", |text| text.replacen("\"HEALTH\", \"NARRATIVE\"", "\"HEALTH\", \"HEALTH\", \"NARRATIVE\"", 1));
    assert_eq!(told(twice), ["residence of NP: HEALTH is stated twice"]);
    let none = with("BT", |text| text.split("[[residence]]").next().unwrap().to_owned());
    assert_eq!(told(none).len(), Category::ALL.len());
    let odd = with("LK", |text| text.replacen("stays = \"HUB\"", "stays = \"HUB\"\nwhere = \"here\"", 1));
    assert!(told(odd).concat().contains("residence of LK"));
    for blank in ["", "  "] {
        let groundless = with("AF", |text| {
            text.replacen(
                "source = \"domain.md 2\"\nverified = \"UNVERIFIED\"\nnote",
                &format!("source = \"{blank}\"\nverified = \"UNVERIFIED\"\nnote"),
                1,
            )
        });
        assert!(told(groundless).concat().contains("no basis or no source"), "{blank:?}");
    }
    // The hub's own book states none: it is an owner's country's to say.
    let everywhere = with("HUB", |text| {
        let row =
            texts().iter().find(|(name, _)| *name == "NP").unwrap().1.split("[[residence]]").nth(1).unwrap().to_owned();
        format!("{text}\n[[residence]]{row}")
    });
    assert!(told(everywhere).concat().contains("only a country"));
    let missing: Vec<_> = texts().into_iter().filter(|(name, _)| *name != "PK").collect();
    assert_eq!(told(missing), ["residence of PK: the book is missing"]);
    // What was not read keeps nothing here.
    for country in Country::ALL {
        assert_eq!(ResidenceBook::default().of(*country).never(), CategorySet::all(), "{}", country.code());
    }
    // The books of law are the same with it and without.
    let law = |texts: &[(&str, String)]| {
        LawBook::read(texts.iter().map(|(name, text)| (*name, text.as_str()))).unwrap().rows().count()
    };
    let bare: Vec<_> = texts()
        .into_iter()
        .map(|(name, text)| (name, text.split("# Where the records").next().unwrap().to_owned()))
        .collect();
    assert_eq!(law(&texts()), law(&bare));
}
