//! People: invitations, roles, suspension, reviews, sleep. What may be done stands in `rules.rs`; here it is done.
//!
//! Every change of what a person may do grows the account's generation, so that its sessions end, and moves the fence.

use sangam_vocabulary::{Instant, OrganizationId, PersonId, PersonRole, PersonRoles};
use sea_orm::{DatabaseTransaction, Value};

use super::{all, bytes, execute, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::person::{COLUMNS, INVITATION_DAYS, JOINED, PersonRow, PersonState, is_pseudonym, read};

mod rules;

pub(in crate::write) use rules::Rules;
pub use rules::{By, PersonRefusal};

use rules::Given;

/// How many accounts an organization has at most: the largest of them has some hundreds of staff, and an administrator
/// whose session was stolen fills no table.
const ACCOUNTS: usize = 1_000;
/// How long a proposal waits for another administrator, in days: as long as the invitation that may go with it.
const APPOINTMENT_DAYS: i64 = 7;

/// Records a person of an organization by pseudonym: somebody who approves something and has no account.
pub struct PersonRecord {
    /// The id.
    pub id: PersonId,
    /// The organization.
    pub organization: OrganizationId,
    /// The pseudonym; names stay with the identity provider.
    pub pseudonym: String,
}

commands!(PersonRecord, PersonChange, SleepChange);

impl Work for PersonRecord {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "INSERT INTO person (id, organization, pseudonym, created_at) VALUES ($1, $2, $3, $4)",
                vec![bytes(self.id.uuid()), bytes(self.organization.uuid()), self.pseudonym.into(), at.millis().into()],
            )
            .await?;
            Ok(Applied { record: Some(self.id.uuid()), ..Applied::default() })
        })
    }
}

/// What is done to an account.
#[derive(Debug, Clone)]
pub enum PersonAct {
    /// Makes one for somebody who takes it with a code.
    Invite {
        /// The id it gets.
        id: PersonId,
        /// The pseudonym.
        pseudonym: String,
        /// What the person is to do.
        roles: PersonRoles,
        /// SHA-256 of the code.
        code: [u8; 32],
    },
    /// Gives another code to somebody who has not come yet; the one before is void.
    Reinvite {
        /// Who.
        person: PersonId,
        /// SHA-256 of the code.
        code: [u8; 32],
    },
    /// Replaces the roles, or confirms those that another administrator proposed.
    AssignRoles {
        /// Whose.
        person: PersonId,
        /// All of them.
        roles: PersonRoles,
        /// The generation of the account that whoever asks saw.
        version: Option<i64>,
    },
    /// Stops the account.
    Suspend {
        /// Whose.
        person: PersonId,
    },
    /// Lets an account act again that was suspended or sleeps.
    Resume {
        /// Whose.
        person: PersonId,
    },
    /// Says of accounts that they are still right, of all or of none.
    Review {
        /// Whose.
        people: Vec<PersonId>,
    },
}

/// A change of an account of an organization.
pub struct PersonChange {
    /// The organization: accounts of others do not exist here.
    pub organization: OrganizationId,
    /// Who changes it.
    pub by: By,
    /// What is done.
    pub act: PersonAct,
}

impl Work for PersonChange {
    /// Refused as [`Refused::Person`] by a rule, as [`Refused::NotFound`] when there is no such account in the
    /// organization, as [`Refused::Conflict`] when the account is not in a state that the act is for.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { organization, by, act } = *self;
            let people = accounts(tx, organization).await?;
            let doing = Doing { at, tx, organization, people: &people, rules: Rules::new(at, by, &people) };
            match act {
                PersonAct::Invite { id, pseudonym, roles, code } => doing.invite(id, pseudonym, roles, code).await,
                PersonAct::Reinvite { person, code } => doing.reinvite(person, code).await,
                PersonAct::AssignRoles { person, roles, version } => doing.assign(person, roles, version).await,
                PersonAct::Suspend { person } => doing.suspend(person).await,
                PersonAct::Resume { person } => doing.resume(person).await,
                PersonAct::Review { people } => doing.review(&people).await,
            }
        })
    }
}

/// Every person of an organization, as the transaction sees them.
pub(super) async fn accounts(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<Vec<PersonRow>, Refused> {
    let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.organization = $1 ORDER BY p.id");
    let rows = all(tx, &sql, vec![bytes(organization.uuid())]).await?;
    rows.iter().map(read).collect::<Result<_, _>>().map_err(unreadable)
}

/// An account among those of the organization; a recorded approver is none.
pub(super) fn account(people: &[PersonRow], person: PersonId) -> Result<&PersonRow, Refused> {
    people.iter().find(|row| row.id == person && row.stored != PersonState::Recorded).ok_or(Refused::NotFound)
}

struct Doing<'a> {
    at: Instant,
    tx: &'a DatabaseTransaction,
    organization: OrganizationId,
    people: &'a [PersonRow],
    rules: Rules<'a>,
}

/// The account changed, and what it may do with it.
fn changed(person: PersonId) -> Applied {
    Applied { record: Some(person.uuid()), fence: true, ..Applied::default() }
}

const fn conflict(row: &PersonRow) -> Refused {
    Refused::Conflict { current: row.generation }
}

impl Doing<'_> {
    async fn set(&self, person: PersonId, columns: &str, more: Vec<Value>) -> Result<(), Refused> {
        let mut values = vec![bytes(person.uuid())];
        values.extend(more);
        execute(self.tx, &format!("UPDATE person SET {columns} WHERE id = $1"), values).await.map(drop)
    }

    async fn propose(&self, person: PersonId, given: Given) -> Result<(), Refused> {
        execute(self.tx, "DELETE FROM appointment WHERE person = $1", vec![bytes(person.uuid())]).await?;
        if let Some(by) = given.proposed_by {
            let until = self.at.plus_days(APPOINTMENT_DAYS).millis();
            execute(
                self.tx,
                "INSERT INTO appointment (person, by_person, until_at) VALUES ($1, $2, $3)",
                vec![bytes(person.uuid()), bytes(by.uuid()), until.into()],
            )
            .await?;
        }
        Ok(())
    }

    /// The one code that is good for an account from now on.
    async fn hand_out(&self, person: PersonId, code: Option<[u8; 32]>) -> Result<(), Refused> {
        execute(self.tx, "DELETE FROM invitation WHERE person = $1", vec![bytes(person.uuid())]).await?;
        if let Some(code) = code {
            let until = self.at.plus_days(INVITATION_DAYS).millis();
            execute(
                self.tx,
                "INSERT INTO invitation (code, person, until_at) VALUES ($1, $2, $3)",
                vec![code.to_vec().into(), bytes(person.uuid()), until.into()],
            )
            .await?;
        }
        Ok(())
    }

    async fn invite(
        &self,
        id: PersonId,
        pseudonym: String,
        roles: PersonRoles,
        code: [u8; 32],
    ) -> Result<Applied, Refused> {
        self.rules.give(None)?;
        if !is_pseudonym(&pseudonym) {
            return Err(PersonRefusal::Pseudonym.into());
        }
        if self.people.iter().any(|row| row.pseudonym == pseudonym) {
            return Err(PersonRefusal::Taken.into());
        }
        if self.people.iter().filter(|row| row.stored != PersonState::Recorded).count() >= ACCOUNTS {
            return Err(PersonRefusal::TooManyAccounts.into());
        }
        let given = self.rules.begins(roles);
        execute(
            self.tx,
            "INSERT INTO person (id, organization, pseudonym, state, roles, reviewed_at, created_at) VALUES ($1, $2, $3, 'INVITED', $4, $5, $5)",
            vec![
                bytes(id.uuid()),
                bytes(self.organization.uuid()),
                pseudonym.into(),
                i64::from(given.roles.bits()).into(),
                self.at.millis().into(),
            ],
        )
        .await?;
        self.propose(id, given).await?;
        self.hand_out(id, Some(code)).await?;
        Ok(Applied { record: Some(id.uuid()), ..Applied::default() })
    }

    async fn reinvite(&self, person: PersonId, code: [u8; 32]) -> Result<Applied, Refused> {
        self.rules.give(Some(person))?;
        let row = account(self.people, person)?;
        // An account that somebody has taken is not handed to another: who reads the code would be that person.
        if row.stored != PersonState::Invited {
            return Err(conflict(row));
        }
        let given = self.rules.begins(row.roles);
        if given.roles != row.roles {
            self.propose(person, given).await?;
        }
        let roles = i64::from(given.roles.bits());
        self.set(person, "roles = $2, generation = generation + 1", vec![roles.into()]).await?;
        self.hand_out(person, Some(code)).await?;
        Ok(changed(person))
    }

    async fn assign(&self, person: PersonId, roles: PersonRoles, version: Option<i64>) -> Result<Applied, Refused> {
        self.rules.take(Some(person))?;
        let row = account(self.people, person)?;
        if version.is_some_and(|version| version != row.generation) {
            return Err(conflict(row));
        }
        let given = self.rules.assign(row, roles)?;
        self.propose(person, given).await?;
        if given.roles == row.roles {
            return Ok(Applied { record: Some(person.uuid()), ..Applied::default() });
        }
        if row.roles.contains(PersonRole::CaseWorker) && !given.roles.contains(PersonRole::CaseWorker) {
            // Whoever works on no case any more is on no team, whatever else the person may read.
            execute(self.tx, "DELETE FROM team WHERE person = $1", vec![bytes(person.uuid())]).await?;
        }
        let roles = i64::from(given.roles.bits());
        self.set(person, "roles = $2, generation = generation + 1", vec![roles.into()]).await?;
        Ok(changed(person))
    }

    async fn suspend(&self, person: PersonId) -> Result<Applied, Refused> {
        self.rules.take(Some(person))?;
        let row = account(self.people, person)?;
        if row.stored == PersonState::Suspended {
            return Err(conflict(row));
        }
        self.set(person, "state = 'SUSPENDED', generation = generation + 1", Vec::new()).await?;
        // What the account could still become, and what it has proposed, goes with it.
        self.hand_out(person, None).await?;
        let ends = "DELETE FROM appointment WHERE person = $1 OR by_person = $1";
        execute(self.tx, ends, vec![bytes(person.uuid())]).await?;
        // Nor does it open a lock, speak for an applicant or bring an agreement into force any more: it may have been
        // somebody else who did.
        for ends in [
            "DELETE FROM lock_release WHERE person = $1 AND lock IN (SELECT id FROM lock_up WHERE unlocked_at IS NULL)",
            "DELETE FROM accession_voice WHERE person = $1 AND accession IN (SELECT id FROM accession WHERE organization IS NULL)",
            "UPDATE agreement_act SET void = 1 WHERE person = $1 AND (act = 'APPROVE' AND agreement IN (SELECT id FROM agreement WHERE state = 'PROPOSED') OR act = 'RESUME' AND agreement IN (SELECT id FROM agreement WHERE state = 'SUSPENDED'))",
        ] {
            execute(self.tx, ends, vec![bytes(person.uuid())]).await?;
        }
        Ok(changed(person))
    }

    async fn resume(&self, person: PersonId) -> Result<Applied, Refused> {
        self.rules.give(Some(person))?;
        let row = account(self.people, person)?;
        if !matches!(row.state(self.at), PersonState::Suspended | PersonState::Asleep) {
            return Err(conflict(row));
        }
        let given = self.rules.begins(row.roles);
        self.propose(person, given).await?;
        // Nobody has ever come with it: it waits for a new code.
        let state = if row.known { PersonState::Active } else { PersonState::Invited };
        self.set(
            person,
            "state = $2, roles = $3, woken_at = $4, reviewed_at = $4, generation = generation + 1",
            vec![state.code().into(), i64::from(given.roles.bits()).into(), self.at.millis().into()],
        )
        .await?;
        Ok(changed(person))
    }

    async fn review(&self, people: &[PersonId]) -> Result<Applied, Refused> {
        for person in people {
            self.rules.take(Some(*person))?;
            let row = account(self.people, *person)?;
            if row.state(self.at) == PersonState::Asleep {
                return Err(PersonRefusal::Asleep.into());
            }
            self.set(*person, "reviewed_at = $2", vec![self.at.millis().into()]).await?;
        }
        Ok(Applied::default())
    }
}

/// Puts down which accounts of an organization sleep. Refused as [`Refused::NotFound`] when none falls asleep.
pub struct SleepChange {
    /// The organization.
    pub organization: OrganizationId,
}

impl Work for SleepChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let people = accounts(tx, self.organization).await?;
            let mut slept = false;
            for row in people.iter().filter(|row| row.stored == PersonState::Active) {
                if row.state(at) == PersonState::Asleep {
                    let sql = "UPDATE person SET state = 'ASLEEP', generation = generation + 1 WHERE id = $1";
                    execute(tx, sql, vec![bytes(row.id.uuid())]).await?;
                    slept = true;
                }
            }
            if slept { Ok(Applied { fence: true, ..Applied::default() }) } else { Err(Refused::NotFound) }
        })
    }
}
