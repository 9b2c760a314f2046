//! Inviting: an account, and a code that is told once.

use sangam_language::{Caller, Cell, ErrorCode, InvitePerson, OnePerson, Outcome, PortFault};
use sangam_store::PersonAct;
use sangam_vocabulary::{PersonId, PersonRoles};

use super::{Asking, Code, person_id};
use crate::change::{Plans, invalid};
use crate::hub::Desk;

impl Desk {
    pub(crate) async fn invite_person(
        &self,
        caller: &Caller,
        input: InvitePerson,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("invitePerson {} {:?}", input.pseudonym, input.roles);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let code = self.draw_code().ok_or(ErrorCode::Unavailable)?;
        let id = PersonId::drawn(self.chance()).ok_or(ErrorCode::Unavailable)?;
        let (pseudonym, roles) = (input.pseudonym, PersonRoles::of(&input.roles));
        let act = PersonAct::Invite { id, pseudonym, roles, code: code.digest };
        self.told_once(&asking, act, code).await
    }

    pub(crate) async fn reinvite_person(
        &self,
        caller: &Caller,
        input: OnePerson,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("reinvitePerson {}", input.person);
        let asking = match self.asking(caller, &input.idempotency_key, &request, plans).await {
            Ok(asking) => asking,
            Err(outcome) => return Ok(outcome),
        };
        let Some(person) = person_id(&input.person) else {
            return Ok(invalid(plans, "/person", "Not the id of a person."));
        };
        let code = self.draw_code().ok_or(ErrorCode::Unavailable)?;
        self.told_once(&asking, PersonAct::Reinvite { person, code: code.digest }, code).await
    }

    /// Makes the change and tells the code with it. A repetition made nothing: the code drawn for it opens nothing and
    /// is not told, and the one of the first time is not known any more.
    async fn told_once(&self, asking: &Asking<'_>, act: PersonAct, code: Code) -> Result<Outcome, PortFault> {
        let until = self.code_until();
        let committed = match self.acted(asking, act).await? {
            Ok(committed) => committed,
            Err(outcome) => return Ok(outcome),
        };
        let more = [("code", Cell::Text(code.text)), ("codeUntil", Cell::Instant(until.millis()))];
        let more = if committed.repeated { &[] } else { more.as_slice() };
        self.account_told(asking, |_| "PersonInvited", committed.record, more).await
    }
}
