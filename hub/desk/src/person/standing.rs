//! Stopping an account and letting it act again. Its sessions end with its generation, which every process looks at
//! within two seconds.

use sangam_language::{Caller, OnePerson, Outcome, PortFault};
use sangam_store::PersonAct;
use sangam_vocabulary::PersonId;

use super::person_id;
use crate::change::{Plans, invalid};
use crate::hub::Desk;

impl Desk {
    pub(crate) async fn suspend_person(
        &self,
        caller: &Caller,
        input: OnePerson,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let act = |person| PersonAct::Suspend { person };
        self.stand(caller, input, "suspendPerson", act, "PersonSuspended", plans).await
    }

    pub(crate) async fn resume_person(
        &self,
        caller: &Caller,
        input: OnePerson,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let act = |person| PersonAct::Resume { person };
        self.stand(caller, input, "resumePerson", act, "PersonResumed", plans).await
    }

    async fn stand(
        &self,
        caller: &Caller,
        input: OnePerson,
        verb: &str,
        act: impl Fn(PersonId) -> PersonAct,
        member: &'static str,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("{verb} {}", input.person);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let Some(person) = person_id(&input.person) else {
            return Ok(invalid(plans, "/person", "Not the id of a person."));
        };
        match self.acted(&asking, act(person)).await? {
            Ok(committed) => self.account_told(&asking, |_| member, committed.record, &[]).await,
            Err(outcome) => Ok(outcome),
        }
    }
}
