//! People as the store knows them: pseudonyms, what they may do, and whether their sessions still stand. Names stay
//! with the identity provider.

use sangam_vocabulary::{Instant, OrganizationId, PersonId, PersonRoles};
use sea_orm::QueryResult;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::read::{id, roles};

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
    /// Nobody used it for a long time; it sleeps until an administrator wakes it.
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

/// A person's account.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The id.
    pub id: PersonId,
    /// The organization.
    pub organization: OrganizationId,
    /// The pseudonym the organization gave: the actor in the journal.
    pub pseudonym: String,
    /// Whether it may act.
    pub state: PersonState,
    /// What the person does.
    pub roles: PersonRoles,
    /// Grows with every change of what the person may do: older sessions are void.
    pub generation: i64,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// When an administrator last said that it is still right.
    pub reviewed_at: Option<Instant>,
    /// When it was recorded.
    pub created_at: Instant,
}

pub(crate) const COLUMNS: &str =
    "p.id, p.organization, p.pseudonym, p.state, p.roles, p.generation, p.used_at, p.reviewed_at, p.created_at";

impl Store {
    /// A person by id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn person(&self, person: PersonId) -> Result<Option<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM person p WHERE p.id = $1");
        let row = self.one(&sql, vec![person.uuid().as_bytes().to_vec().into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The person of a login: SHA-256 over the provider's issuer and the person's subject there.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn person_by_login(&self, login: [u8; 32]) -> Result<Option<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM person p WHERE p.login = $1");
        self.one(&sql, vec![login.to_vec().into()]).await?.map(|row| read(&row)).transpose()
    }

    /// The people of an organization, by id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn people(&self, organization: OrganizationId) -> Result<Vec<PersonRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM person p WHERE p.organization = $1 ORDER BY p.id");
        self.all(&sql, vec![organization.uuid().as_bytes().to_vec().into()]).await?.iter().map(read).collect()
    }
}

pub(crate) fn read(row: &QueryResult) -> Result<PersonRow, StoreFault> {
    let state: String = row.try_get("", "state")?;
    let state = PersonState::ALL.iter().copied().find(|known| known.code() == state);
    let maybe = |column: &str| Ok::<_, StoreFault>(row.try_get::<Option<i64>>("", column)?.map(Instant::from_millis));
    Ok(PersonRow {
        id: PersonId::from_uuid(id(row, "id")?),
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        pseudonym: row.try_get("", "pseudonym")?,
        state: state.ok_or(StoreFault::Unreadable { column: "state" })?,
        roles: roles(row)?,
        generation: row.try_get("", "generation")?,
        used_at: maybe("used_at")?,
        reviewed_at: maybe("reviewed_at")?,
        created_at: Instant::from_millis(row.try_get("", "created_at")?),
    })
}
