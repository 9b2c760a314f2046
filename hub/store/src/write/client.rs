//! Registered systems: their registration, the assertions they use up, the tokens they give back.

use sangam_vocabulary::{Instant, OrganizationId, PurposeSet};
use sea_orm::{DatabaseTransaction, Value};

use super::{bytes, execute, flag, one, unavailable};
use crate::client::{ClientCredential, ClientMethod};
use crate::command::{Applied, Refused, Work, Working, commands};

/// How many assertions of one client are remembered at once. They live five minutes and a token ten, so an honest
/// client has a handful; what is beyond is a loop gone wrong or somebody filling the table.
const ASSERTIONS: i64 = 1_000;
/// How many rows that are over one command takes away, so that no command pays for a long silence.
const FORGOTTEN: i64 = 500;

/// Registers a system, or changes one. Every change of a registered one voids the tokens it has.
pub enum ClientChange {
    /// Registers it. Refused as [`Refused::Used`], as is a rotation, when another has that issuer and subject.
    Register {
        /// The OAuth client id.
        id: String,
        /// Its organization.
        organization: OrganizationId,
        /// What the organization calls it.
        name: String,
        /// What it is known by.
        credential: ClientCredential,
        /// The keys with which it names who in the organization asks, where it has some for that.
        actor_keys: Option<String>,
        /// The scopes its tokens may carry, as OAuth spells them.
        scopes: String,
        /// The purposes its tokens may carry.
        purposes: PurposeSet,
    },
    /// Suspends it or lets it act again.
    Suspend {
        /// The OAuth client id.
        id: String,
        /// Whether it is suspended from now on.
        suspended: bool,
    },
    /// Replaces what it is known by; the method may become another.
    Rotate {
        /// The OAuth client id.
        id: String,
        /// What it is known by from now on.
        credential: ClientCredential,
        /// The keys with which it names who asks, from now on; it keeps those it has where none are given.
        actor_keys: Option<String>,
    },
}

commands!(ClientChange, AssertionUse, TokenRevocation);

impl Work for ClientChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            if let Self::Register { id, credential, .. } | Self::Rotate { id, credential, .. } = &*self {
                nobody_elses(tx, id, credential).await?;
            }
            let changed = match *self {
                Self::Register { id, organization, name, credential, actor_keys, scopes, purposes } => {
                    let mut values: Vec<Value> = vec![id.into(), bytes(organization.uuid()), name.into()];
                    values.extend(columns(&credential));
                    values.extend([
                        scopes.into(),
                        i64::from(purposes.bits()).into(),
                        at.millis().into(),
                        actor_keys.into(),
                    ]);
                    execute(
                        tx,
                        "INSERT INTO client (id, organization, name, method, secret_hash, credential, scopes, purposes, generation, suspended, registered_at, actor_keys) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 0, $9, $10)",
                        values,
                    )
                    .await?
                }
                Self::Suspend { id, suspended } => {
                    execute(
                        tx,
                        "UPDATE client SET suspended = $2, generation = generation + 1 WHERE id = $1",
                        vec![id.into(), flag(suspended)],
                    )
                    .await?
                }
                Self::Rotate { id, credential, actor_keys } => {
                    let mut values: Vec<Value> = vec![id.into()];
                    values.extend(columns(&credential));
                    values.push(actor_keys.into());
                    execute(
                        tx,
                        "UPDATE client SET method = $2, secret_hash = $3, credential = $4, actor_keys = coalesce($5, actor_keys), generation = generation + 1 WHERE id = $1",
                        values,
                    )
                    .await?
                }
            };
            if changed == 0 { Err(Refused::NotFound) } else { Ok(Applied::default()) }
        })
    }
}

/// What names a client by itself is one client's. The index holds what two processes do at once.
async fn nobody_elses(tx: &DatabaseTransaction, id: &str, credential: &ClientCredential) -> Result<(), Refused> {
    if credential.method() != ClientMethod::ExternalIssuer {
        return Ok(());
    }
    let known = one(
        tx,
        "SELECT 1 AS known FROM client WHERE method = 'external_issuer' AND credential = $1 AND id <> $2",
        vec![credential.public().into(), id.into()],
    )
    .await?;
    if known.is_some() { Err(Refused::Used) } else { Ok(()) }
}

fn columns(credential: &ClientCredential) -> [Value; 3] {
    [credential.method().code().into(), credential.digest().into(), credential.public().into()]
}

/// An assertion is used: once on every process, because the database says whether it was there.
pub struct AssertionUse {
    /// The OAuth client id.
    pub client: String,
    /// SHA-256 of the assertion's `jti`.
    pub jti: [u8; 32],
    /// Until when it is remembered: not before the assertion has ended on every process.
    pub until: Instant,
}

impl Work for AssertionUse {
    /// Refused as [`Refused::Used`] when it was used before, as [`Refused::Crowded`] when the client has too many open.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "DELETE FROM client_assertion WHERE (client, jti) IN (SELECT client, jti FROM client_assertion WHERE until_at <= $1 ORDER BY until_at LIMIT $2)",
                vec![at.millis().into(), FORGOTTEN.into()],
            )
            .await?;
            let open = one(
                tx,
                "SELECT count(*) AS open FROM (SELECT 1 FROM client_assertion WHERE client = $1 AND until_at > $2 LIMIT $3) AS remembered",
                vec![self.client.clone().into(), at.millis().into(), ASSERTIONS.into()],
            )
            .await?
            .ok_or(Refused::Unavailable)?;
            if open.try_get::<i64>("", "open").map_err(unavailable)? >= ASSERTIONS {
                return Err(Refused::Crowded);
            }
            let inserted = execute(
                tx,
                "INSERT INTO client_assertion (client, jti, until_at) VALUES ($1, $2, $3) ON CONFLICT (client, jti) DO NOTHING",
                vec![self.client.into(), self.jti.to_vec().into(), self.until.millis().into()],
            )
            .await?;
            if inserted == 0 { Err(Refused::Used) } else { Ok(Applied::default()) }
        })
    }
}

/// A token is void before its end.
pub struct TokenRevocation {
    /// The token's id.
    pub jti: [u8; 16],
    /// Until when it is remembered: not before the token has ended on every process.
    pub until: Instant,
}

impl Work for TokenRevocation {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "DELETE FROM token_revoked WHERE jti IN (SELECT jti FROM token_revoked WHERE until_at <= $1 ORDER BY until_at LIMIT $2)",
                vec![at.millis().into(), FORGOTTEN.into()],
            )
            .await?;
            execute(
                tx,
                "INSERT INTO token_revoked (jti, until_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING",
                vec![self.jti.to_vec().into(), self.until.millis().into()],
            )
            .await?;
            Ok(Applied::default())
        })
    }
}
