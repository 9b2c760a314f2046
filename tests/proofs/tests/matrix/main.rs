//! The disclosure matrix: what `decide` says for every pair of countries, category, purpose, age and role, as pages a
//! lawyer can read, committed in `matrix/`. Never edited by hand: `UPDATE=1` writes the pages anew, and a page that
//! differs from what `decide` says today fails.
#![cfg(test)]

mod cell;
mod index;
mod page;

use std::collections::BTreeMap;
use std::path::PathBuf;

use cell::Decider;
use sangam_custody::{Age, Clause, Ground, Verdict};
use sangam_proofs::Cast;
use sangam_vocabulary::{Category, Code, Country, Purpose, Role};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("matrix")
}

/// Every file of the matrix by name, as `decide` makes it today.
fn made() -> (BTreeMap<String, String>, Vec<String>) {
    let mut decider = Decider::new();
    let mut tally = index::Tally::new(&decider);
    let pages = page::pages(&mut decider, &mut tally);
    let mut files: BTreeMap<String, String> = pages.iter().map(|page| (page.file(), page.text(&decider))).collect();
    files.insert("README.md".to_owned(), index::index(&pages));
    files.insert("law-rows.md".to_owned(), tally.text(&decider));
    (files, tally.silent(&decider))
}

#[test]
fn the_matrix_is_what_decide_says_and_every_row_decides_a_cell() {
    let (files, silent) = made();
    assert!(silent.is_empty(), "rows of law that decide no cell: {silent:?}");
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(folder());
        std::fs::create_dir_all(folder()).unwrap();
        for (name, text) in &files {
            std::fs::write(folder().join(name), text).unwrap();
        }
        return;
    }
    let mut stale = Vec::new();
    let here: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    stale.extend(here.iter().filter(|name| !files.contains_key(*name)).cloned());
    for (name, text) in &files {
        if std::fs::read_to_string(folder().join(name)).ok().as_ref() != Some(text) {
            stale.push(name.clone());
        }
    }
    assert!(stale.is_empty(), "stale; run again with UPDATE=1 and read what changed: {stale:?}");
}

/// The pages show minors and adults; a person whose age is not known gets what both get, and no more.
#[test]
fn an_unknown_age_is_permitted_what_minors_and_adults_both_are() {
    let (mut decider, cast) = (Decider::new(), Cast::default());
    for (owner, recipient) in [(Country::India, Country::Bangladesh), (Country::Nepal, Country::Nepal)] {
        for role in Role::ALL {
            decider.parties(cast.of(owner, Role::Shelter), cast.twin(cast.of(recipient, *role)));
            for category in Category::ALL {
                for purpose in Purpose::ALL {
                    let mut released = |age| matches!(decider.share(age, *category, *purpose), Verdict::Release(_));
                    let (minor, adult) = (released(cell::MINOR), released(Age::Adult));
                    let unknown = released(Age::Unknown);
                    assert_eq!(unknown, minor && adult, "{owner} {recipient} {role} {category} {purpose}");
                }
            }
        }
    }
}

/// What the pages call permitted is permitted by consent and agreement, and by nothing less.
#[test]
fn a_permitted_cell_is_permitted_by_consent_and_agreement_only() {
    let (mut decider, cast) = (Decider::new(), Cast::default());
    decider.parties(cast.of(Country::India, Role::Shelter), cast.of(Country::Bangladesh, Role::Ngo));
    let verdict = decider.share(Age::Adult, Category::Services, Purpose::ServiceReferral);
    assert!(matches!(verdict, Verdict::Release(Ground::Consent { .. })), "{verdict:?}");
    decider.without_agreement();
    let verdict = decider.share(Age::Adult, Category::Services, Purpose::ServiceReferral);
    assert!(matches!(verdict, Verdict::Refuse(refusal) if refusal.clause == Clause::NoAgreement));
}
