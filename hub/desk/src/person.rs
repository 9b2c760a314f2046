//! People of an organization, one verb a file: who is invited, what each does, whose account acts. What is allowed
//! stands in the store (`write/person/rules.rs`) and is judged in the change itself; here it is asked for, recorded
//! and told. `operator.rs` is the same for whoever runs the hub.

mod invite;
mod list;
mod operator;
mod review;
mod roles;
mod sleep;
mod standing;
mod team;

pub use operator::{Invited, Operator, PersonFault};

use sangam_custody::EntryKind;
use sangam_language::{Caller, CallerKind, Cell, ErrorCode, Outcome, PortFault};
use sangam_store::{By, Command, Committed, Idempotency, PersonAct, PersonChange, PersonRefusal, Refused};
use sangam_vocabulary::{Instant, OrganizationId, PersonId, hex};

use crate::change::{Plans, idempotency, invalid, not_found, refusal, say};
use crate::explain::bare;
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::read::store_fault;
use crate::token::sha256;
use list::cell;

/// A person's public id in text.
#[must_use]
pub fn person_text(person: PersonId) -> String {
    Prefix::Person.write(person.uuid())
}

/// The person a text names; `None` when it is not the id of one.
#[must_use]
pub fn person_id(text: &str) -> Option<PersonId> {
    Prefix::Person.read(text).ok().map(PersonId::from_uuid)
}

/// The code of an invitation: 256 random bits in hexadecimal digits, which the store knows as SHA-256 of that text.
struct Code {
    text: String,
    digest: [u8; 32],
}

/// A person's request for a change.
struct Asking<'a> {
    caller: &'a Caller,
    by: PersonId,
    key: Idempotency,
    plans: Plans<'a>,
}

/// What a rule's refusal says, and where in the input where it is about that.
pub(crate) fn forbidden(plans: Plans<'_>, reason: PersonRefusal) -> Outcome {
    let message = sentence(&reason.to_string());
    match reason {
        PersonRefusal::Pseudonym | PersonRefusal::Taken => invalid(plans, "/pseudonym", &message),
        PersonRefusal::NotActive | PersonRefusal::NotCaseWorker => invalid(plans, "/person", &message),
        PersonRefusal::NoDeputy => invalid(plans, "/deputy", &message),
        PersonRefusal::TooManyAddresses => invalid(plans, "/address", &message),
        PersonRefusal::Asleep => invalid(plans, "/people", &message),
        PersonRefusal::TooManyMembers => invalid(plans, "/subject", &message),
        PersonRefusal::NotAdministrator
        | PersonRefusal::Oneself
        | PersonRefusal::OneAdministrator
        | PersonRefusal::LastAdministrators
        | PersonRefusal::TooManyAccounts
        | PersonRefusal::NotOnTeam => say(plans, "NotPermitted", &message, &[]),
    }
}

/// The words of a fault as a sentence of its own.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

impl Desk {
    /// Reads who asks, and under which key. The error is the answer.
    async fn asking<'a>(
        &self,
        caller: &'a Caller,
        key: &str,
        request: &str,
        plans: Plans<'a>,
    ) -> Result<Asking<'a>, Outcome> {
        let CallerKind::Person(by) = caller.kind() else {
            self.refused(caller, None).await;
            return Err(forbidden(plans, PersonRefusal::NotAdministrator));
        };
        // The key is the organization's; two administrators with one key do not make one change.
        let request = format!("{} {request}", by.uuid());
        let Some(key) = idempotency(caller, key, &request) else {
            return Err(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        Ok(Asking { caller, by, key, plans })
    }

    async fn change_person(
        &self,
        organization: OrganizationId,
        by: By,
        act: PersonAct,
        key: Option<Idempotency>,
    ) -> Result<Committed, Refused> {
        let entry = self.plain_entry(EntryKind::PersonChanged, organization);
        let command = Command::from(PersonChange { organization, by, act }).recorded(entry);
        self.writer.submit(key.into_iter().fold(command, Command::once)).await
    }

    /// Makes a change that a person asks for. `Err` within is the refusal as it is told.
    async fn acted(&self, asking: &Asking<'_>, act: PersonAct) -> Result<Result<Committed, Outcome>, PortFault> {
        let organization = asking.caller.party().organization;
        match self.change_person(organization, By::Person(asking.by), act, Some(asking.key.clone())).await {
            Ok(committed) => Ok(Ok(committed)),
            Err(refused) => {
                if matches!(refused, Refused::NotFound | Refused::Person(_)) {
                    self.refused(asking.caller, None).await;
                }
                refusal(asking.plans, refused).map(Err)
            }
        }
    }

    /// Answers with an account as it is now, and what else the member has.
    async fn account_told(
        &self,
        asking: &Asking<'_>,
        member: impl Fn(&sangam_store::PersonRow) -> &'static str,
        person: Option<uuid::Uuid>,
        more: &[(&str, Cell)],
    ) -> Result<Outcome, PortFault> {
        let person = PersonId::from_uuid(person.ok_or(ErrorCode::Internal)?);
        let organization = asking.caller.party().organization;
        let row = self.store.person(person).await.map_err(store_fault)?;
        let Some(row) = row.filter(|row| row.organization == organization) else { return Ok(not_found(asking.plans)) };
        let (member, at) = (member(&row), self.now());
        let columns = (asking.plans)(member).columns;
        let cells = columns.iter().map(|column| match column.strip_prefix("person.") {
            Some(field) => cell(&row, at, field),
            None => more.iter().find(|(name, _)| name == column).map_or(Cell::Null, |(_, cell)| cell.clone()),
        });
        Ok(Outcome { member, row: bare(cells.collect()), receipt: None })
    }

    fn draw_code(&self) -> Option<Code> {
        let mut random = [0; 32];
        self.chance().fill(&mut random).then(|| {
            let text = hex(&random);
            Code { digest: sha256(text.as_bytes()), text }
        })
    }

    /// Until when a code that is made now can be taken.
    fn code_until(&self) -> Instant {
        self.now().plus_days(sangam_store::INVITATION_DAYS)
    }
}
