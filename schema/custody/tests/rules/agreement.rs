//! Agreements: who may show what to whom, and that two people of each party said so.

use sangam_custody::{Approval, Clause, Controller, Terms};
use sangam_vocabulary::{Category, CategorySet, Country, OrganizationId, Purpose, PurposeSet, Role};

use crate::case::{CATEGORY, Case, NOW, PURPOSE, agreement, at, granted, organization, person, rows};

#[test]
fn each_thing_an_agreement_says_bounds_it() {
    let none = || Err(Clause::NoAgreement);
    rows(&[
        ("suspended", |c| c.agreements[0].suspended = true, none()),
        ("it begins in a moment", |c| c.agreements[0].from = at(1), none()),
        ("it begins now", |c| c.agreements[0].from = at(0), granted()),
        ("it ends now", |c| c.agreements[0].until = at(0), none()),
        ("it ended long ago", |c| c.agreements[0].until = at(-9), none()),
        ("its last moment", |c| c.agreements[0].until = at(1), granted()),
        ("of another discloser", |c| c.agreements[0] = agreement(1, 3, 2, Country::Bangladesh), none()),
        ("with another recipient", |c| c.agreements[0] = agreement(1, 1, 3, Country::Bangladesh), none()),
        ("in another country", |c| c.agreements[0].countries = vec![Country::Nepal], none()),
        ("for another purpose", |c| c.agreements[0].purposes = PurposeSet::of(&[Purpose::LegalAid]), none()),
        ("about something else", |c| c.agreements[0].categories = CategorySet::of(&[Category::Legal]), none()),
        ("the other way round", |c| c.agreements[0] = agreement(1, 2, 1, Country::India), none()),
        ("one of several is enough", |c| c.agreements.insert(0, agreement(7, 1, 3, Country::Bangladesh)), granted()),
    ]);
}

#[test]
fn it_takes_two_people_of_each_party() {
    for gone in 0..4 {
        let without = Case::with(|c| {
            c.agreements[0].approvals.remove(gone);
        });
        assert_eq!(without.said(), Err(Clause::NoAgreement), "without approval {gone}");
        let twice = Case::with(|c| {
            let other = c.agreements[0].approvals[gone ^ 1];
            c.agreements[0].approvals[gone] = other;
        });
        assert_eq!(twice.said(), Err(Clause::NoAgreement), "one person twice is one person");
        let strange = Case::with(|c| {
            c.agreements[0].approvals[gone] = Approval { organization: organization(9), person: person(91) };
        });
        assert_eq!(strange.said(), Err(Clause::NoAgreement), "a stranger's word is none");
    }
}

fn source() -> Controller {
    Controller { organization: organization(5), role: Role::Ngo, country: Country::Nepal }
}

#[test]
fn onward_both_must_agree_and_the_owner_must_have_allowed_it() {
    let said = |onward, first: bool, second: bool| {
        let case = Case::with(|c| {
            c.ask.onward = Some(source());
            c.agreements = Vec::new();
            if first {
                let mut own = agreement(1, 1, 5, Country::Nepal);
                own.onward = onward;
                c.agreements.push(own);
            }
            if second {
                c.agreements.push(agreement(2, 5, 2, Country::Bangladesh));
            }
        });
        case.said()
    };
    assert!(said(true, true, true).is_ok());
    for (onward, first, second) in [(false, true, true), (true, false, true), (true, true, false)] {
        assert_eq!(said(onward, first, second), Err(Clause::NoAgreement), "{onward} {first} {second}");
    }
    let direct = Case::with(|c| c.ask.onward = Some(source()));
    assert_eq!(direct.said(), Err(Clause::NoAgreement), "an agreement with the owner is not one with the source");
}

#[test]
fn what_is_agreed_between_two_is_what_all_their_agreements_permit_now() {
    let mut more = agreement(2, 1, 2, Country::Bangladesh);
    more.categories = CategorySet::of(&[Category::Legal]);
    let mut over = agreement(3, 1, 2, Country::Bangladesh);
    (over.categories, over.until) = (CategorySet::of(&[Category::Origin]), NOW);
    let all = vec![agreement(1, 1, 2, Country::Bangladesh), more, over];
    let terms = Terms::new(all.clone());
    assert_eq!(terms.agreements(), all);
    let between =
        |from, to, country, purpose| terms.between(organization(from), organization(to), country, purpose, NOW);
    let both = CategorySet::of(&[CATEGORY, Category::Health, Category::Legal]);
    assert_eq!(between(1, 2, Country::Bangladesh, PURPOSE), both);
    for (from, to, country, purpose) in [
        (2, 1, Country::Bangladesh, PURPOSE),
        (1, 3, Country::Bangladesh, PURPOSE),
        (1, 2, Country::Nepal, PURPOSE),
        (1, 2, Country::Bangladesh, Purpose::LegalAid),
    ] {
        assert_eq!(between(from, to, country, purpose), CategorySet::NONE);
    }
    let mut wide = agreement(4, 2, 1, Country::India);
    wide.disclosers.push(organization(1));
    let parties: Vec<OrganizationId> = [1, 2].map(organization).into();
    assert_eq!(wide.parties(), parties, "each once");
}
