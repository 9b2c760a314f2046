//! What whoever runs the hub does with people: the first administrators of an organization, and what its own can no
//! longer do. The operator's word is enough alone; what an organization keeps holds for the operator as well.

use sangam_store::{By, Committed, PersonAct, PersonRefusal, PersonRow, Refused};
use sangam_vocabulary::{Instant, OrganizationId, PersonId, PersonRoles};
use thiserror::Error;

use super::Code;
use crate::hub::{Desk, DeskFault};

/// Somebody was invited. It has no `Debug`, because of the code.
pub struct Invited {
    /// Who.
    pub person: PersonId,
    /// The code, told here and never again.
    pub code: String,
    /// Until when it can be taken.
    pub until: Instant,
}

/// The operator's wish was not done; nothing of it was.
#[derive(Debug, Error)]
pub enum PersonFault {
    /// No organization of that id.
    #[error("there is no organization with that id; the directory (`organizations` in GraphQL) shows them")]
    NoOrganization,
    /// No person of that id.
    #[error("there is no person with that id; `sangam person list` shows them")]
    NoPerson,
    /// The account is in no state for it.
    #[error("the account is not in a state for that; `sangam person list` shows it")]
    State,
    /// A rule forbids it.
    #[error(transparent)]
    Forbidden(PersonRefusal),
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

impl From<Refused> for PersonFault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::NoPerson,
            Refused::Conflict { .. } => Self::State,
            Refused::Person(reason) => Self::Forbidden(reason),
            refused => Self::Desk(refused.into()),
        }
    }
}

/// The desk as the operator uses it.
pub struct Operator<'d>(&'d Desk);

impl Desk {
    /// The desk for the operator's commands about people.
    #[must_use]
    pub const fn operator(&self) -> Operator<'_> {
        Operator(self)
    }
}

impl Operator<'_> {
    /// Invites somebody into an organization.
    ///
    /// # Errors
    /// [`PersonFault`].
    pub async fn invite(
        &self,
        organization: OrganizationId,
        pseudonym: &str,
        roles: PersonRoles,
    ) -> Result<Invited, PersonFault> {
        if self.0.organization(organization).is_none() {
            return Err(PersonFault::NoOrganization);
        }
        let person = PersonId::drawn(self.0.chance()).ok_or(DeskFault::NoChance)?;
        let Code { text: code, digest } = self.0.draw_code().ok_or(DeskFault::NoChance)?;
        let act = PersonAct::Invite { id: person, pseudonym: pseudonym.to_owned(), roles, code: digest };
        let until = self.0.code_until();
        self.0.change_person(organization, By::Operator, act, None).await?;
        Ok(Invited { person, code, until })
    }

    /// Gives another code to somebody who has not come yet; the one before is void.
    ///
    /// # Errors
    /// [`PersonFault`].
    pub async fn reinvite(&self, person: PersonId) -> Result<Invited, PersonFault> {
        let Code { text: code, digest } = self.0.draw_code().ok_or(DeskFault::NoChance)?;
        let until = self.0.code_until();
        self.act(person, PersonAct::Reinvite { person, code: digest }).await?;
        Ok(Invited { person, code, until })
    }

    /// The people of an organization, or of all of them, by organization.
    ///
    /// # Errors
    /// [`PersonFault::NoOrganization`], and when the store does not answer.
    pub async fn people(&self, organization: Option<OrganizationId>) -> Result<Vec<PersonRow>, PersonFault> {
        let organizations = match organization {
            Some(id) if self.0.organization(id).is_none() => return Err(PersonFault::NoOrganization),
            Some(id) => vec![id],
            None => {
                let rows = self.0.store.organizations().await.map_err(DeskFault::from)?;
                rows.into_iter().map(|row| row.id).collect()
            }
        };
        let mut people = Vec::new();
        for organization in organizations {
            people.extend(self.0.store.people(organization).await.map_err(DeskFault::from)?);
        }
        Ok(people)
    }

    /// Stops an account, the last administrator's as well.
    ///
    /// # Errors
    /// [`PersonFault`].
    pub async fn suspend(&self, person: PersonId) -> Result<(), PersonFault> {
        self.act(person, PersonAct::Suspend { person }).await.map(drop)
    }

    /// Lets an account act again with all its roles.
    ///
    /// # Errors
    /// [`PersonFault`].
    pub async fn resume(&self, person: PersonId) -> Result<(), PersonFault> {
        self.act(person, PersonAct::Resume { person }).await.map(drop)
    }

    /// Replaces the roles of an account.
    ///
    /// # Errors
    /// [`PersonFault`].
    pub async fn assign(&self, person: PersonId, roles: PersonRoles) -> Result<(), PersonFault> {
        self.act(person, PersonAct::AssignRoles { person, roles, version: None }).await.map(drop)
    }

    /// Says of accounts of one organization that they are still right: of all or of none.
    ///
    /// # Errors
    /// [`PersonFault`]; people of another organization than the first one's are not found.
    pub async fn review(&self, people: Vec<PersonId>) -> Result<(), PersonFault> {
        let first = people.first().copied().ok_or(PersonFault::NoPerson)?;
        self.act(first, PersonAct::Review { people }).await.map(drop)
    }

    async fn act(&self, person: PersonId, act: PersonAct) -> Result<Committed, PersonFault> {
        let row = self.0.store.person(person).await.map_err(DeskFault::from)?.ok_or(PersonFault::NoPerson)?;
        Ok(self.0.change_person(row.organization, By::Operator, act, None).await?)
    }
}
