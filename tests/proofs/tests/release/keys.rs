//! Keys: one organization can be made dark alone, and a wrapped key opens in its own place only.

use std::sync::Arc;

use sangam_custody::{
    EntryKind, KeyBytes, KeyFault, KeyRing, Keys, LocalKeyRing, MasterKeys, OrganizationSecret, OutwardKind,
    PartDetail, SubjectKeys, WrappedKey,
};
use sangam_proofs::{Cast, NOON};
use sangam_vocabulary::{Country, OrganizationId, RecordId, Role, SubjectId};
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
    assert!(shelter.keys.is_open(owner) && shelter.keys.is_open(other));
    shelter.keys.dismiss(owner);
    assert!(!shelter.keys.is_open(owner) && shelter.keys.is_open(other));
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
    assert_eq!(fault(elsewhere.admit(shelter.owner, &shelter.secret)), KeyFault::NoSuchWrapper);
    let OrganizationSecret { seal, older, outward } = shelter.secret.clone();
    let swapped = OrganizationSecret { seal: outward, older: older.clone(), outward: seal };
    assert_eq!(fault(shelter.keys.admit(shelter.owner, &swapped)), KeyFault::DoesNotOpen);
    let empty = OrganizationSecret { seal: WrappedKey::stored(vec![]), older, outward: WrappedKey::stored(vec![]) };
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
        let expected = if case == "another owner" { KeyFault::NoSuchWrapper } else { KeyFault::DoesNotOpen };
        assert_eq!(fault(opened), expected, "{case}");
    }
    for place in 0..first.stored.data.as_bytes().len() {
        let mut bytes = first.stored.data.as_bytes().to_vec();
        bytes[place] ^= 0x80;
        let changed = SubjectKeys { data: WrappedKey::stored(bytes), journal: first.stored.journal.clone() };
        // The name of the wrapping key stands in bytes 1 to 8; another name is another key.
        let expected = if (1..9).contains(&place) { KeyFault::NoSuchWrapper } else { KeyFault::DoesNotOpen };
        assert_eq!(fault(shelter.keys.subject(owner, first.id, &changed)), expected, "byte {place}");
    }
}

/// A ring on master keys, the one that wraps first.
fn ring(shelter: &Shelter, masters: &[u8]) -> Arc<LocalKeyRing> {
    Arc::new(LocalKeyRing::of(&of(masters), shelter.chance.clone()).unwrap())
}

fn of(masters: &[u8]) -> MasterKeys {
    let mut masters = masters.iter().map(|byte| KeyBytes::new([*byte; 32]));
    MasterKeys { newest: masters.next().unwrap(), others: masters.collect() }
}

#[test]
fn the_newest_master_key_wraps_and_each_of_them_unwraps_its_own() {
    let shelter = Shelter::new();
    let ring = ring(&shelter, &[7]);
    let (first, second) = (KeyBytes::new([7; 32]).wrapper_name(), KeyBytes::new([9; 32]).wrapper_name());
    let old = ring.wrap(b"place", &KeyBytes::new([1; 32])).unwrap();
    assert_eq!((old.as_bytes().len(), old.as_bytes()[0]), (WrappedKey::LEN, 1));
    // One of the first days names nobody, whatever its first byte happens to be.
    for shorter in 1..WrappedKey::LEN {
        assert_eq!(WrappedKey::stored(old.as_bytes()[..WrappedKey::LEN - shorter].to_vec()).by(), None);
    }
    assert_eq!((old.by(), ring.newest().unwrap()), (Some(first), first));
    // A key that is known and does not wrap yet changes nothing.
    ring.replace(&of(&[7, 9])).unwrap();
    assert_eq!(ring.wrap(b"place", &KeyBytes::new([1; 32])).unwrap().by(), Some(first));
    ring.replace(&of(&[9, 7])).unwrap();
    let new = ring.wrap(b"place", &KeyBytes::new([1; 32])).unwrap();
    assert_eq!((new.by(), ring.newest().unwrap()), (Some(second), second));
    for wrapped in [&old, &new] {
        assert!(ring.unwrap(b"place", wrapped).is_ok());
        assert_eq!(fault(ring.unwrap(b"another place", wrapped)), KeyFault::DoesNotOpen);
    }
    // The name is bound: a key under one's name does not open under the other.
    let mut renamed = old.as_bytes().to_vec();
    renamed[1..9].copy_from_slice(second.as_bytes());
    assert_eq!(fault(ring.unwrap(b"place", &WrappedKey::stored(renamed))), KeyFault::DoesNotOpen);
    ring.replace(&of(&[9])).unwrap();
    assert_eq!(fault(ring.unwrap(b"place", &old)), KeyFault::NoSuchWrapper);
    assert!(ring.unwrap(b"place", &new).is_ok());
}

#[test]
fn an_organization_gets_another_key_and_its_subjects_open_before_between_and_after() {
    let shelter = Shelter::new();
    let (keys, owner, first) = (&shelter.keys, shelter.owner, &shelter.first);
    let change = keys.replace_seal(owner, &shelter.secret).unwrap();
    assert!(keys.subject(owner, first.id, &first.stored).is_ok(), "nothing has changed in memory");
    keys.refresh(owner, &change.secret).unwrap();
    assert_eq!(change.seals.first(), Some(&keys.seal_name(owner).unwrap()));
    assert_ne!(first.stored.data.by(), change.seals.first().copied());
    assert!(change.seals.contains(&first.stored.data.by().unwrap()));
    assert!(keys.subject(owner, first.id, &first.stored).is_ok(), "the older key unwraps");
    let again = keys.rewrap_subject(owner, first.id, &first.stored).unwrap();
    assert_eq!(again.data.by(), change.seals.first().copied());
    // What was sealed under the subject's key opens with the key as it is wrapped now: it is the same key.
    let part = first.key.journal().part(&*shelter.chance, &detail(owner)).unwrap();
    let opened = keys.subject(owner, first.id, &again).unwrap();
    assert_eq!(opened.journal().read(&part).unwrap(), detail(owner));
    let dropped = keys.drop_older_seals(owner, &change.secret).unwrap();
    keys.refresh(owner, &dropped.secret).unwrap();
    assert!(keys.subject(owner, first.id, &again).is_ok());
    assert_eq!(fault(keys.subject(owner, first.id, &first.stored)), KeyFault::NoSuchWrapper);
    // One that is dark gets no new key and is not lit by a refresh; its keys can still be wrapped anew.
    keys.dismiss(owner);
    assert_eq!(keys.replace_seal(owner, &dropped.secret).err(), Some(KeyFault::Dark));
    keys.refresh(owner, &dropped.secret).unwrap();
    assert_eq!(fault(keys.subject(owner, first.id, &again)), KeyFault::Dark);
    let elsewhere = Keys::new(ring(&shelter, &[9, 7]), shelter.chance.clone());
    let rewrapped = elsewhere.rewrap(owner, &dropped.secret).unwrap().unwrap();
    assert_eq!(elsewhere.rewrap(owner, &rewrapped).unwrap(), None);
    keys_of(&shelter, 9).admit(owner, &rewrapped).unwrap();
}

fn keys_of(shelter: &Shelter, master: u8) -> Keys {
    keys(&shelter.chance, master)
}

fn detail(caller: OrganizationId) -> PartDetail {
    PartDetail::act(EntryKind::SubjectChanged, NOON, caller)
}
