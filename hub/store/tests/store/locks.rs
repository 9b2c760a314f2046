//! Locks in the store: what they set, whom they tell, what opens them, on one process and on two.

use sangam_custody::{Age, EntryKind};
use sangam_kit::database::Database;
use sangam_store::{LockChange, LockRelease, LockWay, OperatorRelease, Refused, Rows};
use sangam_vocabulary::{Country, LockId, OrganizationId, PersonId};
use sangam_workflow::lock::Unit;
use uuid::Uuid;

use crate::house::House;
use crate::raw::{Raw, migrated};

fn locking(house: &House, unit: Unit, by: OrganizationId, duress: bool) -> LockChange {
    LockChange { id: LockId::from_uuid(house.id()), unit, by, way: LockWay::Api, duress }
}

async fn lock(house: &House, unit: Unit, by: OrganizationId) -> LockId {
    let committed = house.submit(locking(house, unit, by, false)).await.unwrap();
    LockId::from_uuid(committed.record.unwrap())
}

fn release(lock: LockId, organization: OrganizationId, person: u128) -> LockRelease {
    LockRelease { lock, organization, person: PersonId::from_uuid(Uuid::from_u128(person)) }
}

async fn locked(house: &House, organization: OrganizationId) -> bool {
    house.store.organizations().await.unwrap().iter().find(|row| row.id == organization).unwrap().locked
}

async fn entries(raw: &Raw, kind: EntryKind) -> i64 {
    raw.number(&format!("SELECT count(*) FROM journal_entry WHERE kind = '{}'", kind.code())).await
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_lock_shows_beside_every_row_and_tells_whom_it_concerns(database: Database) {
        let (here, raw) = (House::open(&database).await, Raw::open(&database).await);
        let there = here.second().await;
        let (owner, recipient) = (here.organization(Country::India).await, here.organization(Country::Nepal).await);
        let subject = here.subject(owner, Age::Adult).await;
        let alone = here.subject(owner, Age::Adult).await;
        let referral = here.referral(subject, owner, recipient).await;
        let (before, last) = (here.fence().await, there.store.last_event().await.unwrap());
        let at = here.now();
        assert_eq!(there.store.deliveries_due(sangam_vocabulary::PartnerId::from_uuid(Uuid::nil()), at, 9).await.unwrap().len(), 0);

        let id = lock(&here, Unit::Organization(owner), owner).await;
        assert!(there.fence().await.0 > before.0, "what was decided before is stale");
        assert!(locked(&there, owner).await && !locked(&there, recipient).await);
        for organization in [owner, recipient] {
            let page = there.page(Rows::Referrals, there.scope(organization)).await;
            assert!(page.rows.iter().all(|row| row.subject.as_ref().unwrap().state.locked), "beside each row");
            assert_eq!(page.rows.len(), 1);
        }
        assert!(there.store.subject(subject).await.unwrap().unwrap().locked);
        // The recipient is told of the referral; nobody is told of the subject that nobody else knows.
        let (told, _) = there.store.record_events(sangam_vocabulary::Noun::Referral, recipient, last, at, 9).await.unwrap();
        assert_eq!(told.iter().map(|row| row.record).collect::<Vec<_>>(), [referral]);
        let of_alone = alone.uuid().simple().to_string();
        let bytes = if raw.is_sqlite() { format!("X'{of_alone}'") } else { format!("decode('{of_alone}', 'hex')") };
        assert_eq!(raw.number(&format!("SELECT count(*) FROM event WHERE kind = 'LOCKED' AND subject = {bytes}")).await, 0);

        // Locking again is the same lock, with no entry more.
        assert_eq!(lock(&there, Unit::Organization(owner), owner).await, id);
        assert_eq!(entries(&raw, EntryKind::OrganizationLocked).await, 1);
        assert_eq!(raw.number("SELECT count(*) FROM lock_up").await, 1);
        let row = there.store.locks_of(owner, Country::India, at).await.unwrap().remove(0);
        assert_eq!((row.id, row.unit, row.by, row.duress, row.operator), (id, Unit::Organization(owner), owner, false, false));
        assert!(there.store.locks_of(recipient, Country::Nepal, at).await.unwrap().is_empty(), "nobody else's to know");
    }

    async fn two_people_open_it_and_not_before(database: Database) {
        let (here, raw) = (House::open(&database).await, Raw::open(&database).await);
        let there = here.second().await;
        let (owner, other) = (here.organization(Country::India).await, here.organization(Country::Nepal).await);
        let unit = Unit::Organization(owner);
        let id = lock(&here, unit, owner).await;
        // Two of its own, one of them twice.
        for person in [1, 2, 2] {
            here.submit(release(id, owner, person)).await.unwrap();
        }
        assert!(locked(&here, owner).await, "two of the same organization");
        assert_eq!(entries(&raw, EntryKind::LockReleased).await, 2);
        // Locked again: what was said before counts no more.
        assert_eq!(lock(&here, unit, owner).await, id);
        assert_eq!(entries(&raw, EntryKind::OrganizationLocked).await, 2);
        there.submit(release(id, other, 3)).await.unwrap();
        assert!(locked(&here, owner).await, "one of another organization alone");
        there.submit(OperatorRelease { lock: id }).await.unwrap();
        assert!(locked(&here, owner).await, "the operator is not one of the two");
        let fence = here.fence().await;
        here.submit(release(id, owner, 1)).await.unwrap();
        assert!(!locked(&there, owner).await && there.fence().await.0 > fence.0);
        assert_eq!(entries(&raw, EntryKind::OrganizationUnlocked).await, 1);
        assert!(there.store.locks(here.now()).await.unwrap().is_empty());
        // It is over: nobody agrees to it any more, and the next lock is another.
        assert_eq!(here.submit(release(id, owner, 2)).await, Err(Refused::NotFound));
        assert_ne!(lock(&here, unit, owner).await, id);
        assert!(locked(&here, owner).await);
    }

    async fn what_was_closed_under_duress_needs_the_operator(database: Database) {
        let house = House::open(&database).await;
        let (owner, other) = (house.organization(Country::India).await, house.organization(Country::Nepal).await);
        let unit = Unit::Organization(owner);
        // Locked before, and then by somebody who was forced: the same lock, and now it needs the operator.
        let id = lock(&house, unit, owner).await;
        assert_eq!(house.submit(locking(&house, unit, owner, true)).await.unwrap().record, Some(id.uuid()));
        assert_eq!(lock(&house, unit, owner).await, id, "and it stays so");
        assert!(house.store.locks(house.now()).await.unwrap()[0].duress);
        for (organization, person) in [(owner, 1), (other, 2)] {
            house.submit(release(id, organization, person)).await.unwrap();
        }
        assert!(locked(&house, owner).await);
        house.submit(OperatorRelease { lock: id }).await.unwrap();
        assert!(!locked(&house, owner).await);
    }

    async fn a_country_is_locked_with_whoever_joins_it(database: Database) {
        let house = House::open(&database).await;
        let desk = house.organization(Country::India).await;
        let (shelter, abroad) = (house.organization(Country::India).await, house.organization(Country::Nepal).await);
        let id = lock(&house, Unit::Country(Country::India), desk).await;
        let own = lock(&house, Unit::Organization(shelter), shelter).await;
        let later = house.organization(Country::India).await;
        for organization in [desk, shelter, later] {
            assert!(locked(&house, organization).await);
        }
        assert!(!locked(&house, abroad).await);
        assert_eq!(house.store.locks_of(shelter, Country::India, house.now()).await.unwrap().len(), 2);
        // Two of the country are two of those whom it binds.
        for (organization, person) in [(desk, 1), (shelter, 2)] {
            house.submit(release(id, organization, person)).await.unwrap();
        }
        assert!(locked(&house, desk).await);
        house.submit(release(id, abroad, 3)).await.unwrap();
        assert!(!locked(&house, desk).await && !locked(&house, later).await);
        assert!(locked(&house, shelter).await, "its own lock is another");
        for (organization, person) in [(shelter, 2), (desk, 1)] {
            house.submit(release(own, organization, person)).await.unwrap();
        }
        assert!(!locked(&house, shelter).await);
    }
}
