//! People as the store knows them: pseudonyms, what they may do, and whether their accounts still stand. Names stay
//! with the identity provider. Whether an account sleeps is judged here, at the instant somebody asks, so that a hub
//! that did not run lets no sleeper in. What may be changed, and by whom, is in `write/person`.

use sangam_vocabulary::{Instant, OrganizationId, PersonId, PersonRole, PersonRoles};
use sea_orm::QueryResult;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::read::{id, roles};

/// How long an account stays awake that nobody uses, in days: who has not signed in for two months has most often
/// left or moved, and nobody would notice another in that name.
pub const SLEEP_DAYS: i64 = 60;
/// How long an administrator's review holds, in days: the longest quarter of a year has 92.
pub const REVIEW_DAYS: i64 = 92;
/// How long a review may be overdue before the account falls asleep, in days: time to notice, not a second quarter.
pub const OVERDUE_DAYS: i64 = 30;
/// How long an invitation can be taken, in days: it travels by hand or by the post of the same week.
pub const INVITATION_DAYS: i64 = 7;
/// The longest pseudonym, in characters: an actor's name in the journal, not a description.
const PSEUDONYM: usize = 64;

/// Whether a text can be a pseudonym: 1 to 64 characters of `A` to `Z`, `a` to `z`, digits and `-._`. Without spaces
/// and `@` it is neither a full name nor an address by accident.
#[must_use]
pub fn is_pseudonym(text: &str) -> bool {
    (1..=PSEUDONYM).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
}

/// Whether an account may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonState {
    /// A pseudonym that approved something; it cannot sign in.
    Recorded,
    /// Invited, and not yet here.
    Invited,
    /// May sign in.
    Active,
    /// May not, until somebody lets the account act again.
    Suspended,
    /// Nobody used it for a long time, or nobody reviewed it; it sleeps until an administrator wakes it.
    Asleep,
}

impl PersonState {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Recorded, Self::Invited, Self::Active, Self::Suspended, Self::Asleep];

    /// The code it is stored by.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recorded => "RECORDED",
            Self::Invited => "INVITED",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Asleep => "ASLEEP",
        }
    }
}

/// A proposal that somebody be an administrator, which another administrator has to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appointment {
    pub(crate) by: PersonId,
    pub(crate) until: Instant,
}

/// A person's account.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The id.
    pub id: PersonId,
    /// The organization.
    pub organization: OrganizationId,
    /// The pseudonym the organization gave: the actor in the journal.
    pub pseudonym: String,
    /// What the database says; [`PersonRow::state`] says what holds.
    pub(crate) stored: PersonState,
    /// What the person does.
    pub roles: PersonRoles,
    /// Grows with every change of what the person may do: older sessions are void.
    pub generation: i64,
    /// Whether a login of an identity provider belongs to it.
    pub known: bool,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// When it was last let act again after a suspension or a sleep.
    pub woken_at: Option<Instant>,
    /// When an administrator last said that it is still right.
    pub reviewed_at: Option<Instant>,
    /// When it was recorded.
    pub created_at: Instant,
    pub(crate) appointment: Option<Appointment>,
}

impl PersonRow {
    /// Whether the account may act at an instant. The stored state is not given out: an account that should sleep is
    /// asleep, whether or not somebody has put that down.
    #[must_use]
    pub fn state(&self, at: Instant) -> PersonState {
        if self.stored == PersonState::Active && at >= self.sleeps_at() { PersonState::Asleep } else { self.stored }
    }

    /// When the next review is due.
    #[must_use]
    pub fn review_due(&self) -> Instant {
        self.reviewed_at.unwrap_or(self.created_at).plus_days(REVIEW_DAYS)
    }

    /// When it falls asleep, if nobody uses or reviews it before.
    #[must_use]
    pub fn sleeps_at(&self) -> Instant {
        let alive = [self.used_at, self.woken_at].into_iter().flatten().fold(self.created_at, Instant::max);
        alive.plus_days(SLEEP_DAYS).min(self.review_due().plus_days(OVERDUE_DAYS))
    }

    /// Whether it is an administrator who may act at an instant.
    #[must_use]
    pub fn administers(&self, at: Instant) -> bool {
        self.state(at) == PersonState::Active && self.roles.contains(PersonRole::Administrator)
    }

    /// Whether one administrator has proposed it as another, and a second has to confirm it.
    #[must_use]
    pub fn proposed(&self, at: Instant) -> bool {
        self.appointment.is_some_and(|appointment| appointment.until > at)
    }
}

/// What every statement about people selects; its table is `person p` with [`JOINED`].
pub(crate) const COLUMNS: &str = "p.id, p.organization, p.pseudonym, p.state, p.roles, p.login, p.generation, p.used_at, p.woken_at, p.reviewed_at, p.created_at, a.by_person, a.until_at";
/// The tables of [`COLUMNS`].
pub(crate) const JOINED: &str = "person p LEFT JOIN appointment a ON a.person = p.id";

impl Store {
    /// A person by id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn person(&self, person: PersonId) -> Result<Option<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.id = $1");
        let row = self.one(&sql, vec![person.uuid().as_bytes().to_vec().into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The person of a login: SHA-256 over the provider's issuer and the person's subject there.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn person_by_login(&self, login: [u8; 32]) -> Result<Option<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.login = $1");
        self.one(&sql, vec![login.to_vec().into()]).await?.map(|row| read(&row)).transpose()
    }

    /// The account of an organization with a pseudonym.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn person_named(
        &self,
        organization: OrganizationId,
        pseudonym: &str,
    ) -> Result<Option<PersonRow>, StoreFault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {JOINED} WHERE p.organization = $1 AND p.pseudonym = $2 AND p.state <> 'RECORDED'"
        );
        let values = vec![organization.uuid().as_bytes().to_vec().into(), pseudonym.into()];
        self.one(&sql, values).await?.map(|row| read(&row)).transpose()
    }

    /// The people of an organization, by id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn people(&self, organization: OrganizationId) -> Result<Vec<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.organization = $1 ORDER BY p.id");
        self.all(&sql, vec![organization.uuid().as_bytes().to_vec().into()]).await?.iter().map(read).collect()
    }

    /// The people of an organization after one of them, in the order of [`Store::people`].
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn people_after(
        &self,
        organization: OrganizationId,
        after: Option<PersonId>,
        limit: u16,
    ) -> Result<Vec<PersonRow>, StoreFault> {
        let sql =
            format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.organization = $1 AND p.id > $2 ORDER BY p.id LIMIT $3");
        // No id is shorter than sixteen bytes, so nothing is before the empty one.
        let after = after.map_or_else(Vec::new, |after| after.uuid().as_bytes().to_vec());
        let values = vec![organization.uuid().as_bytes().to_vec().into(), after.into(), i64::from(limit).into()];
        self.all(&sql, values).await?.iter().map(read).collect()
    }

    /// The organizations that have accounts which should sleep at an instant and are not yet put down as asleep.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn with_sleepers(&self, at: Instant) -> Result<Vec<OrganizationId>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM {JOINED} WHERE p.state = 'ACTIVE' ORDER BY p.organization");
        let mut found = Vec::new();
        for row in self.all(&sql, Vec::new()).await? {
            let row = read(&row)?;
            if row.state(at) == PersonState::Asleep && found.last() != Some(&row.organization) {
                found.push(row.organization);
            }
        }
        Ok(found)
    }
}

pub(crate) fn read(row: &QueryResult) -> Result<PersonRow, StoreFault> {
    let state: String = row.try_get("", "state")?;
    let state = PersonState::ALL.iter().copied().find(|known| known.code() == state);
    let maybe = |column: &str| Ok::<_, StoreFault>(row.try_get::<Option<i64>>("", column)?.map(Instant::from_millis));
    let by: Option<Vec<u8>> = row.try_get("", "by_person")?;
    let appointment = match (by, maybe("until_at")?) {
        (Some(_), Some(until)) => Some(Appointment { by: PersonId::from_uuid(id(row, "by_person")?), until }),
        _ => None,
    };
    Ok(PersonRow {
        id: PersonId::from_uuid(id(row, "id")?),
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        pseudonym: row.try_get("", "pseudonym")?,
        stored: state.ok_or(StoreFault::Unreadable { column: "state" })?,
        roles: roles(row)?,
        generation: row.try_get("", "generation")?,
        known: row.try_get::<Option<Vec<u8>>>("", "login")?.is_some(),
        used_at: maybe("used_at")?,
        woken_at: maybe("woken_at")?,
        reviewed_at: maybe("reviewed_at")?,
        created_at: Instant::from_millis(row.try_get("", "created_at")?),
        appointment,
    })
}
