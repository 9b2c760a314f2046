//! Registered systems: who they are to the hub, and what an operator does with them.

use sangam_custody::EntryKind;
use sangam_language::ScopeSet;
use sangam_store::{ClientChange, ClientRow, Command, Refused};
use sangam_vocabulary::{ClientId, OrganizationId, PurposeSet};
use thiserror::Error;

use crate::hub::{Desk, DeskFault};
use crate::token::{CredentialFault, NewCredential, actor_keys, client_text};

/// A system to register.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Its organization.
    pub organization: OrganizationId,
    /// What the organization calls it.
    pub name: String,
    /// The scopes its tokens may carry.
    pub scopes: ScopeSet,
    /// The purposes its tokens may carry.
    pub purposes: PurposeSet,
    /// What it is to be known by.
    pub credential: NewCredential,
    /// A JSON Web Key Set of the public keys with which it names who in the organization asks. Without one it is the
    /// set it is known by, where it is known by one.
    pub actor_keys: Option<String>,
}

/// A registered system. It has no `Debug`, because of the secret.
pub struct Enrolled {
    /// The OAuth client id.
    pub client_id: String,
    /// The secret, where it is known by one. It is told here and never again.
    pub secret: Option<String>,
}

/// A system cannot be registered or changed.
#[derive(Debug, Error)]
pub enum EnrolFault {
    /// What it is to be known by is no good.
    #[error(transparent)]
    Credential(#[from] CredentialFault),
    /// No organization of that id.
    #[error("there is no organization with that id; the directory (`organizations` in GraphQL) shows them")]
    NoOrganization,
    /// Another system has that issuer and subject.
    #[error("another client is registered with that issuer and subject; `sangam client list` shows them")]
    Taken,
    /// No system of that id.
    #[error("there is no client with that id; `sangam client list` shows them")]
    NoClient,
    /// A scope is for people only.
    #[error("the scopes `people` and `teams` are for people who sign in; a system cannot have them")]
    ScopeOfPeople,
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

impl Desk {
    /// Registers a system.
    ///
    /// # Errors
    /// [`EnrolFault`].
    pub async fn enrol_client(&self, new: NewClient) -> Result<Enrolled, EnrolFault> {
        if self.organization(new.organization).is_none() {
            return Err(EnrolFault::NoOrganization);
        }
        if new.scopes.for_systems() != new.scopes {
            return Err(EnrolFault::ScopeOfPeople);
        }
        // A client's id is public and says nothing of when it was registered.
        let mut random = [0; 16];
        if !self.chance().fill(&mut random) {
            return Err(DeskFault::NoChance.into());
        }
        let id = ClientId::from_uuid(uuid::Uuid::from_bytes(random));
        let actor_keys = new.actor_keys.as_deref().map(actor_keys).transpose()?;
        let (credential, secret) = self.tokens.credential(new.credential, self.chance())?;
        let client_id = client_text(id);
        let change = ClientChange::Register {
            id: client_id.clone(),
            organization: new.organization,
            name: new.name,
            credential,
            actor_keys,
            scopes: new.scopes.text(),
            purposes: new.purposes,
        };
        self.change_client(new.organization, change).await?;
        Ok(Enrolled { client_id, secret })
    }

    /// Suspends a system or lets it act again; the tokens it had are void within seconds.
    ///
    /// # Errors
    /// [`EnrolFault::NoClient`], and when the hub cannot do it now.
    pub async fn suspend_client(&self, client_id: &str, suspended: bool) -> Result<(), EnrolFault> {
        let row = self.known_client(client_id).await?;
        self.change_client(row.organization, ClientChange::Suspend { id: row.id, suspended }).await
    }

    /// Replaces what a system is known by; the tokens it had are void within seconds. Gives the new secret, where it
    /// is one. The keys with which it names staff are replaced where new ones are given, and kept otherwise.
    ///
    /// # Errors
    /// [`EnrolFault`].
    pub async fn rotate_client(
        &self,
        client_id: &str,
        new: NewCredential,
        new_actor_keys: Option<&str>,
    ) -> Result<Option<String>, EnrolFault> {
        let row = self.known_client(client_id).await?;
        let actor_keys = new_actor_keys.map(actor_keys).transpose()?;
        let (credential, secret) = self.tokens.credential(new, self.chance())?;
        self.change_client(row.organization, ClientChange::Rotate { id: row.id, credential, actor_keys }).await?;
        Ok(secret)
    }

    /// The registered systems, of one organization where it is given.
    ///
    /// # Errors
    /// [`EnrolFault::NoOrganization`], and when the store does not answer.
    pub async fn clients(&self, organization: Option<OrganizationId>) -> Result<Vec<ClientRow>, EnrolFault> {
        if organization.is_some_and(|id| self.organization(id).is_none()) {
            return Err(EnrolFault::NoOrganization);
        }
        Ok(self.store.clients(organization).await.map_err(DeskFault::from)?)
    }

    /// The name of an organization, as this process last read it.
    #[must_use]
    pub fn organization_name(&self, id: OrganizationId) -> Option<String> {
        self.organization(id).map(|row| row.name.clone())
    }

    async fn known_client(&self, client_id: &str) -> Result<ClientRow, EnrolFault> {
        self.store.client(client_id).await.map_err(DeskFault::from)?.ok_or(EnrolFault::NoClient)
    }

    async fn change_client(&self, organization: OrganizationId, change: ClientChange) -> Result<(), EnrolFault> {
        let entry = self.plain_entry(EntryKind::ClientChanged, organization);
        let submitted = self.writer.submit(Command::from(change).recorded(entry)).await;
        submitted.map(drop).map_err(|refused| match refused {
            Refused::NotFound => EnrolFault::NoClient,
            Refused::Used => EnrolFault::Taken,
            refused => DeskFault::from(refused).into(),
        })
    }
}
