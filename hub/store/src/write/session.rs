//! People sign in: an invitation that is taken, the session that begins, that it was used, that it ends. Nothing of a
//! session is about a subject, and none of these changes has an entry in the journal.

use sangam_vocabulary::Instant;
use sea_orm::{DatabaseTransaction, QueryResult};
use uuid::Uuid;

use super::{bytes, execute, one, unavailable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::person::{COLUMNS, JOINED, PersonState, read};

/// How many sessions a person may have at once: a desk, a telephone, and what was forgotten elsewhere. The one that was
/// used longest ago ends for a new one.
const SESSIONS: i64 = 5;
/// How many rows that are over one command takes away, so that no command pays for a long silence.
const FORGOTTEN: i64 = 500;

/// A person has signed in with the provider, and a session begins.
pub struct SignInChange {
    /// SHA-256 of the state of the started sign-in, which is used up by it.
    pub started: [u8; 32],
    /// Until when that is remembered.
    pub started_until: Instant,
    /// SHA-256 over the provider's issuer and the person's subject there.
    pub login: [u8; 32],
    /// SHA-256 of the code of an invitation: the login is bound to the invited account first.
    pub invitation: Option<[u8; 32]>,
    /// SHA-256 of the new session's random bits.
    pub session: [u8; 32],
    /// When the session ends in any case.
    pub until: Instant,
    /// The session the browser had before, which ends.
    pub replaces: Option<[u8; 32]>,
}

commands!(SignInChange, SessionChange);

impl Work for SignInChange {
    /// Refused as [`Refused::Used`] when the started sign-in was used before, as [`Refused::NotFound`] when no account
    /// that may act has this login, or the invitation is none, is over, or is not for this login.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            self.use_up(at, tx).await?;
            if let Some(code) = self.invitation {
                bind(code, self.login, at, tx).await?;
            }
            let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.login = $1");
            let found = one(tx, &sql, vec![self.login.to_vec().into()]).await?.ok_or(Refused::NotFound)?;
            let found = read(&found).map_err(|_| Refused::Unavailable)?;
            // Asked before anything says that the account was used: an account that sleeps does not wake by itself.
            if found.state(at) != PersonState::Active {
                return Err(Refused::NotFound);
            }
            let (person, generation) = (found.id.uuid(), found.generation);
            if let Some(old) = self.replaces {
                execute(tx, "DELETE FROM session WHERE id = $1", vec![old.to_vec().into()]).await?;
            }
            execute(
                tx,
                "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE person = $1 ORDER BY used_at DESC, id LIMIT 1000 OFFSET $2)",
                vec![bytes(person), (SESSIONS - 1).into()],
            )
            .await?;
            execute(
                tx,
                "INSERT INTO session (id, person, generation, began_at, used_at, until_at) VALUES ($1, $2, $3, $4, $4, $5)",
                vec![
                    self.session.to_vec().into(),
                    bytes(person),
                    generation.into(),
                    at.millis().into(),
                    self.until.millis().into(),
                ],
            )
            .await?;
            execute(tx, "UPDATE person SET used_at = $2 WHERE id = $1", vec![bytes(person), at.millis().into()])
                .await?;
            Ok(Applied { record: Some(person), ..Applied::default() })
        })
    }
}

impl SignInChange {
    async fn use_up(&self, at: Instant, tx: &DatabaseTransaction) -> Result<(), Refused> {
        for (table, key) in [("sign_in", "started"), ("session", "id")] {
            let sql = format!(
                "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE until_at <= $1 ORDER BY until_at LIMIT $2)"
            );
            execute(tx, &sql, vec![at.millis().into(), FORGOTTEN.into()]).await?;
        }
        let inserted = execute(
            tx,
            "INSERT INTO sign_in (started, until_at) VALUES ($1, $2) ON CONFLICT (started) DO NOTHING",
            vec![self.started.to_vec().into(), self.started_until.millis().into()],
        )
        .await?;
        if inserted == 0 { Err(Refused::Used) } else { Ok(()) }
    }
}

/// Binds a login to the account an invitation is for. The invitation is used up; any other of that account too.
async fn bind(code: [u8; 32], login: [u8; 32], at: Instant, tx: &DatabaseTransaction) -> Result<(), Refused> {
    let found = one(
        tx,
        "SELECT i.person FROM invitation i JOIN person p ON p.id = i.person WHERE i.code = $1 AND i.until_at > $2 AND p.state = $3 AND NOT EXISTS (SELECT 1 FROM person o WHERE o.login = $4)",
        vec![
            code.to_vec().into(),
            at.millis().into(),
            PersonState::Invited.code().into(),
            login.to_vec().into(),
        ],
    )
    .await?;
    let invited = person(&found.ok_or(Refused::NotFound)?, "person")?;
    execute(
        tx,
        "UPDATE person SET login = $2, state = $3, used_at = $4 WHERE id = $1",
        vec![bytes(invited), login.to_vec().into(), PersonState::Active.code().into(), at.millis().into()],
    )
    .await?;
    execute(tx, "DELETE FROM invitation WHERE person = $1", vec![bytes(invited)]).await?;
    Ok(())
}

fn person(row: &QueryResult, column: &str) -> Result<Uuid, Refused> {
    let bytes: Vec<u8> = row.try_get("", column).map_err(unavailable)?;
    Uuid::from_slice(&bytes).map_err(|_| Refused::Unavailable)
}

/// A session goes on or ends.
pub enum SessionChange {
    /// It was used: it is not idle, and nor is the account.
    Used([u8; 32]),
    /// It ends.
    End([u8; 32]),
}

impl Work for SessionChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            match *self {
                Self::Used(id) => {
                    let values = || vec![id.to_vec().into(), at.millis().into()];
                    let of = "(SELECT person FROM session WHERE id = $1)";
                    execute(tx, "UPDATE session SET used_at = $2 WHERE id = $1", values()).await?;
                    execute(tx, &format!("UPDATE person SET used_at = $2 WHERE id = {of}"), values()).await?;
                }
                Self::End(id) => {
                    execute(tx, "DELETE FROM session WHERE id = $1", vec![id.to_vec().into()]).await?;
                }
            }
            Ok(Applied::default())
        })
    }
}
