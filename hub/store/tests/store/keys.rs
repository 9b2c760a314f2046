//! Keys that are renewed while they are used: of two processes that change the same keys one does it, nothing is stored
//! that nobody could open, and a seal key goes only when nothing is under it.

use std::sync::Arc;

use sangam_custody::{Age, KeyBytes, KeyFault, Keys, LocalKeyRing, MasterKeys, OrganizationSecret, SubjectKeys};
use sangam_kit::database::Database;
use sangam_store::{OrganizationKeysChange, Refused, SealStep, SubjectChange, SubjectKeysChange};
use sangam_vocabulary::{Country, OrganizationId, SeededChance, SubjectId};

use crate::house::{House, organization};
use crate::raw::migrated;

/// A hub's keys under these master keys, the one that wraps first.
fn keys(seed: u64, masters: &[u8]) -> Keys {
    let chance = Arc::new(SeededChance::new(seed));
    let mut masters = masters.iter().map(|byte| KeyBytes::new([*byte; 32]));
    let masters = MasterKeys { newest: masters.next().unwrap(), others: masters.collect() };
    Keys::new(Arc::new(LocalKeyRing::of(&masters, Arc::clone(&chance) as _).unwrap()), chance)
}

/// An organization with keys that open, and a subject of it.
async fn enrolled(house: &House, keys: &Keys) -> (OrganizationId, SubjectId) {
    let id = OrganizationId::from_uuid(house.id());
    let secret = keys.mint_organization(id).unwrap();
    keys.admit(id, &secret).unwrap();
    house.submit(organization(id, Country::Nepal, secret)).await.unwrap();
    let subject = SubjectId::from_uuid(house.id());
    house.submit(recorded(house, keys, id, subject)).await.unwrap();
    (id, subject)
}

fn recorded(house: &House, keys: &Keys, owner: OrganizationId, subject: SubjectId) -> SubjectChange {
    SubjectChange { keys: keys.mint_subject(owner, subject).unwrap(), ..house.facts(subject, owner, Age::Adult) }
}

async fn stored(house: &House, id: OrganizationId) -> (OrganizationSecret, i64) {
    let rows = house.store.organizations().await.unwrap();
    let row = rows.into_iter().find(|row| row.id == id).unwrap();
    (row.secret, row.keys_version)
}

async fn wrapped(house: &House, subject: SubjectId) -> SubjectKeys {
    house.store.subject(subject).await.unwrap().unwrap().keys
}

fn change(id: OrganizationId, seen: i64, secret: OrganizationSecret, step: SealStep) -> OrganizationKeysChange {
    OrganizationKeysChange { organization: id, seen, secret, step }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn of_two_processes_that_wrap_the_same_keys_anew_one_does_it(database: Database) {
        let house = House::open(&database).await;
        let other = house.second().await;
        let (id, subject) = enrolled(&house, &keys(1, &[11])).await;
        let (secret, seen) = stored(&house, id).await;
        let (one, two) = (keys(2, &[12, 11]), keys(3, &[12, 11]));
        let [first, second] = [&one, &two].map(|keys| keys.rewrap(id, &secret).unwrap().unwrap());
        assert_ne!(first, second, "each with its own nonces");
        house.submit(change(id, seen, first.clone(), SealStep::Kept)).await.unwrap();
        let late = other.submit(change(id, seen, second, SealStep::Kept)).await;
        assert_eq!(late.err(), Some(Refused::Conflict { current: seen + 1 }));
        assert_eq!(stored(&house, id).await, (first.clone(), seen + 1));
        assert_eq!(one.rewrap(id, &first).unwrap(), None, "nothing is left to do");
        // Without the old master key it opens all the same; under the old one alone it does not.
        let alone = keys(4, &[12]);
        alone.admit(id, &first).unwrap();
        assert!(alone.subject(id, subject, &wrapped(&house, subject).await).is_ok());
        assert_eq!(keys(5, &[11]).admit(id, &first).err(), Some(KeyFault::NoSuchWrapper));
        let nobody = OrganizationId::from_uuid(house.id());
        assert_eq!(house.submit(change(nobody, 1, first, SealStep::Kept)).await.err(), Some(Refused::NotFound));
    }

    async fn a_seal_key_goes_when_nothing_is_under_it_and_nothing_comes_under_it_again(database: Database) {
        let house = House::open(&database).await;
        let (mine, behind) = (keys(1, &[11]), keys(2, &[11]));
        let (id, subject) = enrolled(&house, &mine).await;
        let (secret, seen) = stored(&house, id).await;
        // Another process that does not hear of what comes now.
        behind.admit(id, &secret).unwrap();
        let replaced = mine.replace_seal(id, &secret).unwrap();
        let before = house.fence().await;
        house.submit(change(id, seen, replaced.secret.clone(), SealStep::Replaced(replaced.seals))).await.unwrap();
        assert_ne!(house.fence().await, before, "the rules' epoch tells the others");
        let (secret, seen) = stored(&house, id).await;
        assert_eq!(secret, replaced.secret);
        assert_eq!(secret.older.len(), 1);
        mine.refresh(id, &secret).unwrap();
        let seal = mine.seal_name(id).unwrap();
        // A subject that the other records now is under the older key, which is kept still.
        let late = SubjectId::from_uuid(house.id());
        house.submit(recorded(&house, &behind, id, late)).await.unwrap();
        let (own, under) = (wrapped(&house, subject).await, wrapped(&house, late).await);
        assert!(mine.subject(id, subject, &own).is_ok() && mine.subject(id, late, &under).is_ok());
        // It does not go while something is under it.
        let dropped = mine.drop_older_seals(id, &secret).unwrap();
        let drop_it = || change(id, seen, dropped.secret.clone(), SealStep::Dropped(seal));
        assert_eq!(house.submit(drop_it()).await.err(), Some(Refused::Conflict { current: seen }));
        let found = house.store.subjects_under_another_seal(id, seal, 10).await.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(house.store.subjects_under_another_seal(id, seal, 1).await.unwrap().len(), 1);
        let again = |(subject, before): (SubjectId, SubjectKeys)| {
            let after = mine.rewrap_subject(id, subject, &before).unwrap();
            (subject, before, after)
        };
        let renewed: Vec<_> = found.clone().into_iter().map(again).collect();
        house.submit(SubjectKeysChange { owner: id, keys: renewed.clone() }).await.unwrap();
        assert_eq!(wrapped(&house, subject).await, renewed.iter().find(|(id, ..)| *id == subject).unwrap().2);
        // Somebody who saw the keys before changes nothing any more.
        let stale = found.into_iter().map(again).collect();
        house.submit(SubjectKeysChange { owner: id, keys: stale }).await.unwrap();
        assert_eq!(wrapped(&house, late).await, renewed.iter().find(|(id, ..)| *id == late).unwrap().2);
        assert!(house.store.subjects_under_another_seal(id, seal, 10).await.unwrap().is_empty());
        house.submit(drop_it()).await.unwrap();
        let (secret, _) = stored(&house, id).await;
        assert!(secret.older.is_empty());
        // The process that never heard of it can store nothing that nobody could open.
        let lost = SubjectId::from_uuid(house.id());
        assert_eq!(house.submit(recorded(&house, &behind, id, lost)).await.err(), Some(Refused::Unavailable));
        assert!(house.store.subject(lost).await.unwrap().is_none());
        behind.refresh(id, &secret).unwrap();
        house.submit(recorded(&house, &behind, id, lost)).await.unwrap();
        assert!(mine.subject(id, lost, &wrapped(&house, lost).await).is_ok());
        let versions = house.store.key_versions().await.unwrap();
        assert!(versions.contains(&(id, seen + 1)), "{versions:?}");
    }
}
