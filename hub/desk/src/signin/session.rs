//! A session: a cookie of 256 random bits with the hub's proof, and a row that says whether it stands.
//!
//! It ends when nobody used it for half an hour, after twelve hours in any case, when the person signs out, and when
//! what the person may do changes: the account's generation moves then, and a session of an older one is void. Whoever
//! still has a session with the provider is back with one click.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_custody::{Actor, Party};
use sangam_language::{Admission, Caller, CallerKind};
use sangam_store::{PersonState, SessionChange, SessionRow};
use sangam_vocabulary::{Chance, Code as _, Instant, PersonId, PurposeSet};

use super::SignIn;
use super::keys::ProofOf;
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::roles;
use crate::token::{TokenFault, sha256};

/// How long a session stands that nobody uses, in milliseconds: half an hour, after which a desk is empty.
const IDLE_MILLIS: i64 = 1_800_000;
/// How long a session stands in any case, in milliseconds: twelve hours, the longest shift.
pub(super) const LIFE_MILLIS: i64 = 43_200_000;
/// How often it is written that a session was used, in milliseconds: once a minute, so that a busy page costs one write
/// and idleness is known to the minute.
const TOUCH_MILLIS: i64 = 60_000;
/// Random bytes of a session.
const SESSION_BYTES: usize = 32;
/// The longest cookie that is read, in bytes.
const COOKIE_BYTES: usize = 256;

/// A cookie whose proof is good. Whether the session stands is the row's to say.
pub(super) struct Known {
    id: [u8; SESSION_BYTES],
    /// SHA-256 of its random bits: the row's id.
    pub(super) digest: [u8; 32],
    /// The name of the provider it began with.
    pub(super) provider: String,
}

impl Known {
    /// The half of the digest that a caller carries.
    pub(super) fn begins(&self) -> [u8; 16] {
        begins(&self.digest)
    }
}

fn begins(digest: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    half
}

impl SignIn {
    /// A new session's cookie and the id of its row; `None` when there is no randomness.
    pub(super) fn draw_session(&self, provider: &str, chance: &dyn Chance) -> Option<(String, [u8; 32])> {
        let mut id = [0; SESSION_BYTES];
        if !chance.fill(&mut id) {
            return None;
        }
        let text = format!("{}.{provider}", URL_SAFE_NO_PAD.encode(id));
        let proof = URL_SAFE_NO_PAD.encode(self.keys.proof(ProofOf::Session, text.as_bytes()));
        Some((format!("{text}.{proof}"), sha256(&id)))
    }

    /// The session of a cookie that this hub made.
    pub(super) fn session_of(&self, cookie: &str) -> Option<Known> {
        if cookie.len() > COOKIE_BYTES {
            return None;
        }
        let (text, proof) = cookie.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        if !self.keys.proves(ProofOf::Session, text.as_bytes(), &proof) {
            return None;
        }
        let (id, provider) = text.split_once('.')?;
        // A provider that was taken out takes its sessions along.
        self.provider(provider)?;
        let id: [u8; SESSION_BYTES] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        Some(Known { id, digest: sha256(&id), provider: provider.to_owned() })
    }

    fn csrf(&self, session: &Known) -> String {
        URL_SAFE_NO_PAD.encode(self.keys.proof(ProofOf::Csrf, &session.id))
    }

    fn holds_csrf(&self, session: &Known, token: &str) -> bool {
        let token = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        self.keys.proves(ProofOf::Csrf, &session.id, &token)
    }
}

/// A session as it is used.
#[derive(Clone, Copy)]
pub struct SessionUse<'a> {
    /// The cookie.
    pub cookie: &'a str,
    /// The token that came beside it, where one did.
    pub csrf: Option<&'a str>,
}

/// A session that stands. It has no `Debug`, because of the token.
pub struct Session {
    /// The caller it makes.
    pub caller: Caller,
    /// The token that its requests carry beside the cookie.
    pub csrf: String,
    /// Whether the request carried it.
    pub proven: bool,
    /// The organization's id.
    pub organization: String,
    /// The organization's name.
    pub organization_name: String,
    /// The person's pseudonym.
    pub pseudonym: String,
    /// Codes of the person's roles.
    pub roles: Vec<&'static str>,
    /// When the session ends if it is not used again.
    pub idle: Instant,
    /// When it ends in any case.
    pub until: Instant,
}

impl Desk {
    /// The session of a cookie, if it stands; it counts as used.
    ///
    /// # Errors
    /// [`TokenFault::Invalid`] for every session that does not, [`TokenFault::Unavailable`] when that cannot be found
    /// out.
    pub async fn session(&self, used: &SessionUse<'_>) -> Result<Session, TokenFault> {
        let signin = self.signin.as_ref().ok_or(TokenFault::Invalid)?;
        let known = signin.session_of(used.cookie).ok_or(TokenFault::Invalid)?;
        let row = self.session_row(signin, known.begins()).await?;
        let row = row.filter(|row| row.id == known.digest).ok_or(TokenFault::Invalid)?;
        let caller = self.person_caller(&row).ok_or(TokenFault::Invalid)?;
        let organization = self.organization(row.person.organization).ok_or(TokenFault::Invalid)?;
        let now = self.now();
        let mut touched = row.used_at;
        if now >= row.used_at.plus_millis(TOUCH_MILLIS) {
            if self.writer.submit(SessionChange::Used(known.digest).into()).await.is_err() {
                // It then ends earlier than it would, and nothing else is wrong.
                tracing::warn!("it could not be written that a session was used");
            } else {
                signin.standing.invalidate(&known.begins());
                touched = now;
            }
        }
        Ok(Session {
            caller,
            proven: used.csrf.is_some_and(|token| signin.holds_csrf(&known, token)),
            csrf: signin.csrf(&known),
            organization: Prefix::Organization.write(row.person.organization.uuid()),
            organization_name: organization.name.clone(),
            pseudonym: row.person.pseudonym.clone(),
            roles: row.person.roles.iter().map(|role| role.code()).collect(),
            idle: touched.plus_millis(IDLE_MILLIS).min(row.until),
            until: row.until,
        })
    }

    /// A person who was let in before, as the session stands now. This does not count as use: an open socket keeps no
    /// session alive.
    pub(crate) async fn readmit_person(
        &self,
        caller: &Caller,
        person: PersonId,
        admission: Admission,
    ) -> Result<Caller, TokenFault> {
        let signin = self.signin.as_ref().ok_or(TokenFault::Invalid)?;
        let row = self.session_row(signin, admission.token).await?.ok_or(TokenFault::Invalid)?;
        let same = row.person.id == person
            && row.person.organization == caller.party().organization
            && row.generation == admission.generation;
        self.person_caller(&row).filter(|_| same).ok_or(TokenFault::Invalid)
    }

    /// What is remembered of a session, or what the store finds now.
    async fn session_row(&self, signin: &SignIn, begins: [u8; 16]) -> Result<Option<Arc<SessionRow>>, TokenFault> {
        if let Some(known) = signin.standing.get(&begins) {
            return Ok(known);
        }
        let read = self.store.session(begins).await.map_err(|fault| {
            tracing::error!(error = %fault, "a session could not be read");
            TokenFault::Unavailable
        })?;
        let read = read.map(Arc::new);
        signin.standing.insert(begins, read.clone());
        Ok(read)
    }

    /// The caller of a session; `None` when it does not stand.
    fn person_caller(&self, row: &SessionRow) -> Option<Caller> {
        let (person, now) = (&row.person, self.now());
        let stands = person.state(now) == PersonState::Active
            && person.generation == row.generation
            && now < row.until
            && now < row.used_at.plus_millis(IDLE_MILLIS);
        if !stands {
            return None;
        }
        let actor = Some(Actor::person(person.id, &person.pseudonym));
        let party = Party { actor, ..self.party(person.organization)? };
        let scopes = roles::scopes(person.roles).and(self.admits(person.organization)?);
        let admission = Admission { token: begins(&row.id), generation: row.generation };
        // Which purposes carry is the relation's to say, so a person may name any.
        let purposes = PurposeSet::all();
        let kind = CallerKind::Person(person.id);
        Some(Caller::verified(kind, party, scopes, purposes, row.until).admitted_by(admission))
    }
}
