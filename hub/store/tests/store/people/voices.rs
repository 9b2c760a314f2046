//! What a suspended account said before counts no more: it may have been somebody else who said it.

use sangam_kit::database::Database;
use sangam_store::{By, LockChange, LockRelease, LockWay, PersonAct};
use sangam_vocabulary::{Country, LockId, OrganizationId, PersonId};
use sangam_workflow::lock::Unit;
use uuid::Uuid;

use super::{Staff, WORKER};
use crate::raw::migrated;

async fn lock(staff: &Staff) -> LockId {
    let (id, unit) = (LockId::from_uuid(staff.house.id()), Unit::Organization(staff.organization));
    let change = LockChange { id, unit, by: staff.organization, way: LockWay::Api, duress: false };
    LockId::from_uuid(staff.house.submit(change).await.unwrap().record.unwrap())
}

async fn agrees(staff: &Staff, lock: LockId, organization: OrganizationId, person: PersonId) {
    staff.house.submit(LockRelease { lock, organization, person }).await.unwrap();
}

async fn locked(staff: &Staff) -> bool {
    let rows = staff.house.store.organizations().await.unwrap();
    rows.iter().find(|row| row.id == staff.organization).unwrap().locked
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_suspended_person_opens_no_lock(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let worker = staff.came(By::Person(first), "worker", &[WORKER]).await;
        let (other, far) = (staff.house.organization(Country::India).await, PersonId::from_uuid(Uuid::from_u128(7)));
        // The control: one of those it binds and one of another organization.
        let id = lock(&staff).await;
        agrees(&staff, id, staff.organization, worker).await;
        assert!(locked(&staff).await);
        agrees(&staff, id, other, far).await;
        assert!(!locked(&staff).await);

        let id = lock(&staff).await;
        agrees(&staff, id, staff.organization, worker).await;
        staff.act(By::Person(first), PersonAct::Suspend { person: worker }).await.unwrap();
        agrees(&staff, id, other, far).await;
        assert!(locked(&staff).await, "the voice went with the account");
        agrees(&staff, id, staff.organization, first).await;
        assert!(!locked(&staff).await);
    }
}
