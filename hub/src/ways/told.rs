//! For the tests of the ways: an address as custody opens one, a letter as the desk writes one.

use std::sync::Arc;

use sangam_custody::{Contact, KeyBytes, Keys, LocalKeyRing};
use sangam_desk::{Letter, LetterId};
use sangam_vocabulary::{Chance, Language, OrganizationId, PersonId, SystemChance};
use uuid::Uuid;

pub(crate) fn contact(address: &str) -> Contact {
    let chance: Arc<dyn Chance> = Arc::new(SystemChance::new());
    let ring = LocalKeyRing::new(&KeyBytes::new([7; 32]), Arc::clone(&chance)).unwrap();
    let keys = Keys::new(Arc::new(ring), chance);
    let (organization, person) =
        (OrganizationId::from_uuid(Uuid::from_u128(1)), PersonId::from_uuid(Uuid::from_u128(2)));
    keys.admit(organization, &keys.mint_organization(organization).unwrap()).unwrap();
    let sealed = keys.seal_contact(organization, person, "MAIL", address).unwrap();
    keys.open_contact(organization, person, "MAIL", &sealed).unwrap()
}

pub(crate) fn letter(language: Language) -> Letter {
    Letter::notice(&sangam_words::Words::read().unwrap(), language, "https://hub.example.org", LetterId::of(&[9; 32]))
}
