//! The law books that ship in `config/countries`, read as the hub reads them: whether each row is honest about
//! where it comes from and whether each row decides anything; `words` has what the rows say to the people in a
//! case.
#![cfg(test)]

mod question;
mod residence;
mod words;

use std::collections::BTreeSet;

use sangam_custody::{Act, Age, LawBook, Rules, Verified};
use sangam_vocabulary::{Category, Code, Country, Purpose, Role};

use crate::question::{MINOR, backwards, book, cross, row_of};

#[test]
fn every_book_reads_without_a_fault() {
    let law = book();
    assert_eq!(law.rows().count(), 89, "say so in the change log when a row comes or goes");
    for country in Country::ALL {
        let rows: Vec<_> = law.rows().filter(|(place, _)| *place == Some(*country)).collect();
        assert!(rows.iter().any(|(_, row)| row.act == Act::Publish), "{country} says nothing on publication");
        assert!(rows.iter().any(|(_, row)| row.act == Act::Share), "{country} says nothing on sharing");
    }
}

#[test]
fn every_row_says_where_it_comes_from_and_claims_no_more_than_was_read() {
    for (place, row) in book().rows() {
        let prefix = place.map_or("HUB", Code::code);
        assert!(row.id.starts_with(&format!("{prefix}-")), "{} stands in the book of {prefix}", row.id);
        for (what, text) in [("basis", &row.basis), ("source", &row.source), ("note", &row.note)] {
            assert!(text.trim().len() > 8, "{} has no {what}", row.id);
        }
        let address = row.source.starts_with("https://") || row.source.starts_with("http://");
        assert!(address || row.source.starts_with("domain.md"), "{}: the source is not an address", row.id);
        match row.verified {
            Verified::TextRead => {
                assert!(address, "{}: a text that was read has an address", row.id)
            }
            Verified::Secondary | Verified::Unverified => {
                assert!(row.lifted_by.is_none(), "{}: nobody read what would lift it", row.id);
            }
        }
        if row.source.contains("[GK]") {
            assert_eq!(row.verified, Verified::Unverified, "{}: general knowledge is not a source", row.id);
        }
        assert_eq!(row.basis.starts_with("hub policy"), place.is_none(), "{}: policy stands in hub.toml", row.id);
    }
}

/// Every row that is the first to forbid something, in a reading order of the books. `roles` are the owners.
fn deciding(law: &LawBook, roles: &[Role]) -> BTreeSet<String> {
    let rules = Rules { law: law.clone(), ..Rules::default() };
    let mut rows = BTreeSet::new();
    for from in Country::ALL {
        for to in Country::ALL {
            for age in [MINOR, Age::Adult, Age::Unknown] {
                for purpose in Purpose::ALL {
                    for category in Category::ALL {
                        let own = cross((Role::Shelter, *from), (Role::Shelter, *to), age, *purpose, *category);
                        rows.extend(row_of(&rules, &own.ask(Act::Publish)));
                        for (owner, role) in roles.iter().flat_map(|o| Role::ALL.iter().map(move |r| (*o, *r))) {
                            let question = cross((owner, *from), (role, *to), age, *purpose, *category);
                            rows.extend(row_of(&rules, &question.ask(Act::Share)));
                        }
                    }
                }
            }
        }
    }
    rows
}

#[test]
fn every_row_decides_something_in_whatever_order_the_books_are_read() {
    for law in [book(), backwards()] {
        let all: BTreeSet<String> = law.rows().map(|(_, row)| row.id.to_string()).collect();
        let decided = deciding(&law, &[Role::Shelter, Role::Department]);
        let idle: Vec<_> = all.difference(&decided).collect();
        assert!(idle.is_empty(), "rows that decide nothing: {idle:?}");
        // One row speaks of owners that are public bodies; a matrix of shelters alone does not show it.
        let by_shelters = deciding(&law, &[Role::Shelter]);
        let only_public: Vec<_> = all.difference(&by_shelters).map(String::as_str).collect();
        assert_eq!(only_public, ["LK-PDPA-26-PUBLIC"]);
    }
}
