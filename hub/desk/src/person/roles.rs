//! Assigning roles: at once, or, for an administrator's, once a second administrator has said the same.

use sangam_language::{AssignRoles, Caller, Outcome, PortFault};
use sangam_store::PersonAct;
use sangam_vocabulary::{PersonRole, PersonRoles};

use super::person_id;
use crate::change::{Plans, invalid};
use crate::hub::Desk;

impl Desk {
    pub(crate) async fn assign_roles(
        &self,
        caller: &Caller,
        input: AssignRoles,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("assignRoles {} {} {:?}", input.person, input.version, input.roles);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let Some(person) = person_id(&input.person) else {
            return Ok(invalid(plans, "/person", "Not the id of a person."));
        };
        let roles = PersonRoles::of(&input.roles);
        let act = PersonAct::AssignRoles { person, roles, version: Some(input.version) };
        let committed = match self.acted(&asking, act).await? {
            Ok(committed) => committed,
            Err(outcome) => return Ok(outcome),
        };
        let asked = roles.contains(PersonRole::Administrator);
        let member = |row: &sangam_store::PersonRow| {
            let waits = asked && !row.roles.contains(PersonRole::Administrator);
            if waits { "RolesProposed" } else { "RolesAssigned" }
        };
        self.account_told(&asking, member, committed.record, &[]).await
    }
}
