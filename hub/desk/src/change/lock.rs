//! Locking, and agreeing that a lock ends. Here is who may; what it takes to open a lock is the workflow's to say.

use sangam_language::{Caller, CallerKind, Cell, ErrorCode, LockCountry, Outcome, PortFault, ReleaseLock};
use sangam_store::{Command, LockChange, LockRelease, LockWay, OperatorRelease, Refused};
use sangam_vocabulary::{LockId, OrganizationId, Role};
use sangam_workflow::lock::Unit;

use super::{Plans, invalid, not_found, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids::Prefix;

/// Says nothing of whether the lock is open now: under duress it is not, and that must not show.
const RELEASED: &str = "It is on record. The lock ends within seconds once one person of those whom it binds and one of \
                        another full member have agreed; ask the operator if it does not.";

impl Desk {
    /// Locks a unit's subjects, on this process at once and on every other within seconds. Gives the lock.
    ///
    /// # Errors
    /// [`DeskFault`]; then nothing was locked.
    pub(crate) async fn lock(
        &self,
        unit: Unit,
        by: OrganizationId,
        way: LockWay,
        duress: bool,
    ) -> Result<LockId, DeskFault> {
        let id = LockId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let committed = self.writer.submit(Command::from(LockChange { id, unit, by, way, duress })).await?;
        self.see_organizations().await;
        Ok(committed.record.map_or(id, LockId::from_uuid))
    }

    /// Reads anew what has just changed. Should that fail, the look-out reads it again before long.
    async fn see_organizations(&self) {
        if let Err(fault) = self.load_organizations().await {
            tracing::error!(error = %fault, "organizations could not be read anew");
        }
    }

    /// The operator agrees that a lock ends. By itself that opens none; a lock under duress does not open without it.
    ///
    /// # Errors
    /// [`DeskFault::Unknown`] when there is no such lock.
    pub async fn operator_releases(&self, lock: LockId) -> Result<(), DeskFault> {
        let released = self.writer.submit(Command::from(OperatorRelease { lock })).await;
        released.map_err(|refused| match refused {
            Refused::NotFound => DeskFault::Unknown { what: "lock" },
            refused => refused.into(),
        })?;
        self.see_organizations().await;
        Ok(())
    }

    pub(crate) async fn lock_organization(&self, caller: &Caller, plans: Plans<'_>) -> Result<Outcome, PortFault> {
        let own = caller.party().organization;
        self.locked(Unit::Organization(own), own, plans).await
    }

    pub(crate) async fn lock_country(
        &self,
        caller: &Caller,
        input: LockCountry,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let party = caller.party();
        let authority = matches!(party.role, Role::Department | Role::ChildAuthority);
        if !authority || party.country != input.country || !self.is_full_member(party.organization) {
            self.refused(caller, None).await;
            let why = "A country is locked by a department or an authority for children of that country.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        self.locked(Unit::Country(input.country), party.organization, plans).await
    }

    async fn locked(&self, unit: Unit, by: OrganizationId, plans: Plans<'_>) -> Result<Outcome, PortFault> {
        let id = self.lock(unit, by, LockWay::Api, false).await?;
        let what = "The subjects are locked. Two people open them: one of those whom the lock binds, and one of another \
                    organization, who has to be told the lock's id.";
        Ok(say(plans, "SubjectsLocked", what, &[("id", Cell::Text(Prefix::Lock.write(id.uuid())))]))
    }

    pub(crate) async fn release_lock(
        &self,
        caller: &Caller,
        input: ReleaseLock,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let CallerKind::Person(person) = caller.kind() else {
            self.refused(caller, None).await;
            return Ok(say(plans, "NotPermitted", "A lock is opened by people, not by systems.", &[]));
        };
        let Ok(lock) = Prefix::Lock.read(&input.lock).map(LockId::from_uuid) else {
            return Ok(invalid(plans, "/lock", "Not the id of a lock."));
        };
        let change = LockRelease { lock, organization: caller.party().organization, person };
        match self.writer.submit(change.into()).await {
            Ok(_) => {
                self.see_organizations().await;
                Ok(say(plans, "LockReleased", RELEASED, &[("id", Cell::Text(input.lock))]))
            }
            Err(Refused::NotFound) => {
                self.refused(caller, None).await;
                Ok(not_found(plans))
            }
            Err(Refused::Unavailable) => Err(ErrorCode::Unavailable.into()),
            Err(refused) => refusal(plans, refused),
        }
    }
}
