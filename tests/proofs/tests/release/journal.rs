//! The details of an entry: one part a subject, bound by its commitment, readable with that subject's key only.

use sangam_custody::{Commitment, EntryKind, KeyFault, Part};
use sangam_proofs::NOON;
use sangam_vocabulary::{Category, CategorySet, Instant, Noun, Purpose, Seat};

use crate::book::Book;
use crate::shelter::Shelter;

async fn parts(shelter: &Shelter) -> Vec<Part> {
    let book = Book::default();
    let lines = vec![
        shelter.line(&shelter.first, &[Category::Identity, Category::Services], Instant::NEVER),
        shelter.line(&shelter.second, &[], Instant::NEVER),
        shelter.line(&shelter.second, &[Category::Services], Instant::NEVER),
    ];
    let _permit = shelter.answer(lines).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    let entries = book.entries.lock().unwrap();
    assert_eq!((entries.len(), entries[0].0.kind, entries[0].0.at), (1, EntryKind::Disclosed, NOON));
    assert_eq!(entries[0].0.caller, shelter.recipient.organization);
    entries[0].0.parts.clone()
}

#[tokio::test]
async fn a_part_says_who_saw_what_through_what_and_why() {
    let shelter = Shelter::new();
    let parts = parts(&shelter).await;
    assert_eq!(parts.len(), 3, "a line that releases nothing still says that a record exists");
    assert_eq!(shelter.second.key.journal().read(&parts[1]).unwrap().categories, 0);
    let detail = shelter.first.key.journal().read(&parts[0]).unwrap();
    assert_eq!((detail.kind, detail.at), (EntryKind::Disclosed, NOON));
    assert_eq!(detail.caller, shelter.recipient.organization.uuid());
    assert_eq!(detail.actor.as_deref(), Some("staff-7f"));
    assert_eq!(detail.purpose, Some(Purpose::ServiceReferral));
    assert_eq!((detail.noun, detail.seat), (Some(Noun::Referral), Some(Seat::Recipient)));
    assert_eq!(detail.record, Some(shelter.first.referral.uuid()));
    assert_eq!(detail.categories, CategorySet::of(&[Category::Identity, Category::Services]).bits());
    assert_eq!((parts[0].subject, parts[1].subject), (shelter.first.id, shelter.second.id));
}

#[tokio::test]
async fn a_part_opens_with_its_subjects_key_only_and_not_when_anything_changed() {
    let shelter = Shelter::new();
    let parts = parts(&shelter).await;
    let broken = Err(KeyFault::DoesNotOpen);
    let journal = shelter.first.key.journal();
    assert_eq!(shelter.second.key.journal().read(&parts[0]), broken, "another person's key");
    for place in 0..parts[0].sealed.len() {
        let mut changed = parts[0].clone();
        changed.sealed[place] ^= 1;
        assert_eq!(journal.read(&changed), broken, "byte {place}");
    }
    let mut other = parts[0].clone();
    other.commitment = Commitment([0; 32]);
    assert_eq!(journal.read(&other), broken, "not what the chain is bound to");
    let again = journal.part(&*shelter.chance, &journal.read(&parts[0]).unwrap()).unwrap();
    assert_ne!(again.commitment, parts[0].commitment, "the same detail commits to another salt each time");
    let swapped = Part { sealed: again.sealed, ..parts[0].clone() };
    assert_eq!(journal.read(&swapped), broken, "a true detail under another entry's commitment");
}

#[tokio::test]
async fn an_entrys_hash_binds_kind_instant_caller_and_every_part() {
    let shelter = Shelter::new();
    let entry = sangam_custody::Entry {
        kind: EntryKind::Disclosed,
        at: NOON,
        caller: shelter.recipient.organization,
        parts: parts(&shelter).await,
    };
    let mut others = vec![entry.clone(); 5];
    others[0].kind = EntryKind::Refused;
    others[1].at = NOON.plus_millis(1);
    others[2].caller = shelter.owner;
    others[3].parts.reverse();
    others[4].parts.truncate(1);
    for (place, other) in others.iter().enumerate() {
        assert_ne!(other.hash(), entry.hash(), "change {place}");
    }
    assert_eq!(entry.clone().hash(), entry.hash());
}
