//! Addresses of people who work here: sealed under their organization's key, for one person and way, shown masked; and
//! codes that no row holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use sangam_custody::{KeyFault, Keys};
use sangam_proofs::Cast;
use sangam_vocabulary::{OrganizationId, PersonId, SeededChance};
use uuid::Uuid;

use crate::shelter::keys;

fn admitted() -> (Keys, OrganizationId, OrganizationId) {
    let keys = keys(&Arc::new(SeededChance::new(5)), 7);
    let ids: Vec<_> = Cast::default().organizations.iter().take(2).map(|party| party.organization).collect();
    for id in &ids {
        keys.admit(*id, &keys.mint_organization(*id).unwrap()).unwrap();
    }
    (keys, ids[0], ids[1])
}

fn person(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

#[test]
fn an_address_opens_for_its_person_and_way_alone_and_not_while_the_organization_is_dark() {
    let (keys, own, other) = admitted();
    let sealed = keys.seal_contact(own, person(1), "MAIL", "staff-7@example.org").unwrap();
    assert_eq!(keys.open_contact(own, person(1), "MAIL", &sealed).unwrap().address(), "staff-7@example.org");
    for (organization, of, way) in [(other, 1, "MAIL"), (own, 2, "MAIL"), (own, 1, "SMS")] {
        let opened = keys.open_contact(organization, person(of), way, &sealed).map(drop);
        assert_eq!(opened, Err(KeyFault::DoesNotOpen), "{way} {of}");
    }
    let again = keys.seal_contact(own, person(1), "MAIL", "staff-7@example.org").unwrap();
    assert_ne!(again, sealed, "the same address twice does not look the same");
    keys.dismiss(own);
    assert_eq!(keys.open_contact(own, person(1), "MAIL", &sealed).map(drop), Err(KeyFault::Dark));
    assert_eq!(keys.contact_code(own, person(1), &[3; 16]), Err(KeyFault::Dark));
}

#[test]
fn what_is_shown_of_an_address_is_nothing_to_write_to() {
    let (keys, own, _) = admitted();
    for (address, masked) in
        [("staff-7@post.example.org", "s…@p….org"), ("a@b.example", "a…@b….example"), ("+97798000042", "…42")]
    {
        let sealed = keys.seal_contact(own, person(1), "MAIL", address).unwrap();
        assert_eq!(keys.open_contact(own, person(1), "MAIL", &sealed).unwrap().masked(), masked);
    }
}

#[test]
fn a_code_follows_from_key_person_and_what_was_drawn() {
    let (keys, own, other) = admitted();
    let code = |organization, of, drawn: u8| keys.contact_code(organization, person(of), &[drawn; 16]).unwrap();
    assert_eq!(code(own, 1, 1), code(own, 1, 1));
    let codes: BTreeSet<_> = (0..200).map(|drawn| code(own, 1, drawn)).collect();
    assert!(codes.len() == 200 && codes.iter().all(|code| code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())));
    assert_ne!(code(own, 1, 1), code(own, 2, 1));
    assert_ne!(code(own, 1, 1), code(other, 1, 1));
}
