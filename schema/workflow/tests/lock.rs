//! What opens a lock, looked at for every set of people that a small world has.

use sangam_vocabulary::{Country, OrganizationId, PersonId};
use sangam_workflow::lock::{Release, Unit, opens};
use uuid::Uuid;

const LOCKED: u128 = 1;
const ABROAD: Country = Country::Nepal;
const HOME: Country = Country::India;

fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

/// Two of the locked organization, one of another of its country, two of one abroad, one of another abroad that is on
/// probation.
fn everybody() -> Vec<Release> {
    let people = [
        (LOCKED, HOME, true),
        (LOCKED, HOME, true),
        (2, HOME, true),
        (3, ABROAD, true),
        (3, ABROAD, true),
        (4, ABROAD, false),
    ];
    (1..)
        .zip(people)
        .map(|(number, (of, country, full_member))| Release {
            person: PersonId::from_uuid(Uuid::from_u128(number)),
            organization: organization(of),
            country,
            full_member,
        })
        .collect()
}

fn sets() -> impl Iterator<Item = Vec<Release>> {
    let all = everybody();
    (0..1_u32 << all.len())
        .map(move |bits| (0..).zip(&all).filter(|(n, _)| bits & (1 << n) != 0).map(|(_, one)| *one).collect())
}

#[test]
fn it_takes_one_whom_it_binds_and_one_of_another_full_member() {
    let mut opened = 0;
    for unit in [Unit::Organization(organization(LOCKED)), Unit::Country(HOME)] {
        for set in sets() {
            let inside = |one: &Release| match unit {
                Unit::Organization(own) => one.organization == own,
                Unit::Country(country) => one.country == country,
            };
            let right = set.iter().any(inside) && set.iter().any(|one| !inside(one) && one.full_member);
            assert_eq!(opens(unit, false, false, &set), right, "{set:?}");
            assert_eq!(opens(unit, false, true, &set), right, "the operator's word is not one of the two: {set:?}");
            assert_eq!(opens(unit, true, true, &set), right, "{set:?}");
            assert!(!opens(unit, true, false, &set), "under duress the operator has to agree: {set:?}");
            opened += usize::from(right);
        }
    }
    assert!(opened > 20, "the world is too small to say anything");
}

#[test]
fn no_one_and_no_two_of_one_organization_open_anything() {
    let unit = Unit::Organization(organization(LOCKED));
    for set in sets() {
        let mut organizations: Vec<_> = set.iter().map(|one| one.organization).collect();
        organizations.sort_unstable();
        organizations.dedup();
        if organizations.len() < 2 {
            assert!(!opens(unit, false, true, &set), "{set:?}");
        }
    }
}

#[test]
fn one_more_who_agrees_never_closes() {
    for unit in [Unit::Organization(organization(LOCKED)), Unit::Country(HOME)] {
        for set in sets().filter(|set| opens(unit, false, false, set)) {
            for one in everybody() {
                let more: Vec<_> = set.iter().copied().chain([one]).collect();
                assert!(opens(unit, false, false, &more));
            }
        }
    }
}
