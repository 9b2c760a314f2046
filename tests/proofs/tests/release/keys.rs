//! Keys: one organization can be made dark alone, and a wrapped key opens in its own place only.

use sangam_custody::{KeyFault, OrganizationSecret, OutwardKind, SubjectKeys, WrappedKey};
use sangam_proofs::Cast;
use sangam_vocabulary::{Country, RecordId, Role, SubjectId};
use uuid::Uuid;

use crate::shelter::{Shelter, keys};

fn fault<T>(result: Result<T, KeyFault>) -> KeyFault {
    match result {
        Ok(_) => panic!("opened"),
        Err(fault) => fault,
    }
}

#[test]
fn a_dismissed_organization_is_dark_and_the_others_are_not() {
    let shelter = Shelter::new();
    let other = Cast::default().of(Country::Nepal, Role::Shelter).organization;
    shelter.keys.admit(other, &shelter.keys.mint_organization(other).unwrap()).unwrap();
    let (owner, subject, stored) = (shelter.owner, shelter.first.id, &shelter.first.stored);
    shelter.keys.dismiss(owner);
    let record = RecordId::from(subject);
    assert_eq!(fault(shelter.keys.subject(owner, subject, stored)), KeyFault::Dark);
    assert_eq!(fault(shelter.keys.mint_subject(owner, subject)), KeyFault::Dark);
    let id = shelter.keys.outward_id(other, OutwardKind::Subject, record).unwrap();
    assert_eq!(fault(shelter.keys.outward_id(owner, OutwardKind::Subject, record)), KeyFault::Dark);
    assert_eq!(fault(shelter.keys.inward_id(owner, &id)), KeyFault::Dark);
    assert_eq!(fault(shelter.keys.blind(owner, "x", b"x")), KeyFault::Dark);
    assert_eq!(fault(shelter.keys.seal_cursor(owner, b"q", b"p")), KeyFault::Dark);
    assert!(shelter.keys.mint_subject(other, subject).is_ok());
    shelter.keys.admit(owner, &shelter.secret).unwrap();
    assert!(shelter.keys.subject(owner, subject, stored).is_ok(), "light again");
}

#[test]
fn an_organization_that_was_never_admitted_is_dark() {
    let shelter = Shelter::new();
    let other = Cast::default().of(Country::Nepal, Role::Shelter).organization;
    let _minted = shelter.keys.mint_organization(other).unwrap();
    assert_eq!(fault(shelter.keys.mint_subject(other, shelter.first.id)), KeyFault::Dark);
}

#[test]
fn an_organizations_keys_open_for_it_alone_and_under_their_own_root() {
    let shelter = Shelter::new();
    let other = Cast::default().of(Country::Nepal, Role::Shelter).organization;
    assert_eq!(fault(shelter.keys.admit(other, &shelter.secret)), KeyFault::DoesNotOpen);
    let elsewhere = keys(&shelter.chance, 8);
    assert_eq!(fault(elsewhere.admit(shelter.owner, &shelter.secret)), KeyFault::DoesNotOpen);
    let OrganizationSecret { seal, outward } = shelter.secret.clone();
    let swapped = OrganizationSecret { seal: outward, outward: seal };
    assert_eq!(fault(shelter.keys.admit(shelter.owner, &swapped)), KeyFault::DoesNotOpen);
    let empty = OrganizationSecret { seal: WrappedKey::stored(vec![]), outward: WrappedKey::stored(vec![]) };
    assert_eq!(fault(shelter.keys.admit(shelter.owner, &empty)), KeyFault::DoesNotOpen);
    assert!(
        shelter.keys.subject(shelter.owner, shelter.first.id, &shelter.first.stored).is_ok(),
        "a failed admit changes nothing"
    );
}

#[test]
fn a_subjects_keys_open_for_it_alone_and_under_its_owner() {
    let shelter = Shelter::new();
    let (owner, first) = (shelter.owner, &shelter.first);
    let other = Cast::default().of(Country::Nepal, Role::Shelter).organization;
    shelter.keys.admit(other, &shelter.keys.mint_organization(other).unwrap()).unwrap();
    let SubjectKeys { data, journal } = first.stored.clone();
    let swapped = SubjectKeys { data: journal, journal: data };
    let stranger = SubjectId::from_uuid(Uuid::from_u128(0x5fff));
    for (case, opened) in [
        ("another owner", shelter.keys.subject(other, first.id, &first.stored)),
        ("another subject", shelter.keys.subject(owner, stranger, &first.stored)),
        ("data and journal swapped", shelter.keys.subject(owner, first.id, &swapped)),
    ] {
        assert_eq!(fault(opened), KeyFault::DoesNotOpen, "{case}");
    }
    for place in 0..first.stored.data.as_bytes().len() {
        let mut bytes = first.stored.data.as_bytes().to_vec();
        bytes[place] ^= 0x80;
        let changed = SubjectKeys { data: WrappedKey::stored(bytes), journal: first.stored.journal.clone() };
        assert_eq!(fault(shelter.keys.subject(owner, first.id, &changed)), KeyFault::DoesNotOpen, "byte {place}");
    }
}
