//! Organizations, their people and their systems.

use sangam_custody::OrganizationSecret;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Country, Instant, OrganizationId, PersonId, PurposeSet, Role};
use sea_orm::DatabaseTransaction;

use super::{bytes, codes, execute, flag};
use crate::command::{Applied, Command, Refused, Work, Working};

/// Records an organization, or changes what the directory says of one.
pub struct OrganizationChange {
    /// The id.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers.
    pub services: Vec<ServiceCode>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its keys, wrapped; used when it is new.
    pub secret: OrganizationSecret,
}

impl From<OrganizationChange> for Command {
    fn from(change: OrganizationChange) -> Self {
        Self::new(change)
    }
}

impl Work for OrganizationChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country, role = excluded.role, services = excluded.services, coverage = excluded.coverage",
                vec![
                    bytes(self.id.uuid()),
                    self.name.into(),
                    self.country.to_string().into(),
                    self.role.to_string().into(),
                    codes(&self.services).into(),
                    self.coverage.join(",").into(),
                    self.secret.seal.as_bytes().to_vec().into(),
                    self.secret.outward.as_bytes().to_vec().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            Ok(Applied { record: Some(self.id.uuid()), fence: true, rules: true, ..Applied::default() })
        })
    }
}

/// Records a person of an organization, by pseudonym.
pub struct PersonChange {
    /// The id.
    pub id: PersonId,
    /// The organization.
    pub organization: OrganizationId,
    /// The pseudonym; names stay with the identity provider.
    pub pseudonym: String,
}

impl From<PersonChange> for Command {
    fn from(change: PersonChange) -> Self {
        Self::new(change)
    }
}

impl Work for PersonChange {
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

/// Registers a system, or suspends one.
pub enum ClientChange {
    /// Registers it.
    Register {
        /// The OAuth client id.
        id: String,
        /// Its organization.
        organization: OrganizationId,
        /// What the organization calls it.
        name: String,
        /// SHA-256 of a secret of 256 random bits.
        secret_hash: [u8; 32],
        /// The scopes its tokens may carry, as OAuth spells them.
        scopes: String,
        /// The purposes its tokens may carry.
        purposes: PurposeSet,
    },
    /// Suspends it or lets it act again; every token of an older generation is void.
    Suspend {
        /// The OAuth client id.
        id: String,
        /// Whether it is suspended from now on.
        suspended: bool,
    },
}

impl From<ClientChange> for Command {
    fn from(change: ClientChange) -> Self {
        Self::new(change)
    }
}

impl Work for ClientChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            match *self {
                Self::Register { id, organization, name, secret_hash, scopes, purposes } => {
                    execute(
                        tx,
                        "INSERT INTO client (id, organization, name, secret_hash, scopes, purposes, generation, suspended, registered_at) VALUES ($1, $2, $3, $4, $5, $6, 1, 0, $7)",
                        vec![
                            id.into(),
                            bytes(organization.uuid()),
                            name.into(),
                            secret_hash.to_vec().into(),
                            scopes.into(),
                            i64::from(purposes.bits()).into(),
                            at.millis().into(),
                        ],
                    )
                    .await?;
                }
                Self::Suspend { id, suspended } => {
                    let changed = execute(
                        tx,
                        "UPDATE client SET suspended = $2, generation = generation + 1 WHERE id = $1",
                        vec![id.into(), flag(suspended)],
                    )
                    .await?;
                    if changed == 0 {
                        return Err(Refused::NotFound);
                    }
                }
            }
            Ok(Applied::default())
        })
    }
}
