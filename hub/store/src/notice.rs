//! Notices as they are read: what waits for a person, what she chose, where she is reached. What may be changed is in
//! `write/notice.rs` and `write/notice_person.rs`.

use sangam_vocabulary::{Instant, Language, OrganizationId, PersonId};
use sangam_workflow::notice::{NoticeKind, NoticeState, NoticeWayKind, Quiet};
use sea_orm::QueryResult;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;
use crate::read::{code, id};

/// The stage of a notice that only its person was asked to look at.
pub(crate) const OWN: i64 = 0;
/// The stage at which a deputy was asked too.
pub(crate) const PASSED_ON: i64 = 1;
/// The last stage: the administrators were asked too, or the notice is itself such a request.
pub(crate) const TO_ADMINISTRATORS: i64 = 2;

/// How far apart two looks at how things stand are, over all processes, in milliseconds: soon enough for a lock, and
/// seldom enough for a house where something happens all the time.
pub(crate) const MATTERS_MILLIS: i64 = 5_000;

/// What waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRow {
    /// Why.
    pub kind: NoticeKind,
    /// Since when.
    pub since: Instant,
    /// When it last happened.
    pub latest: Instant,
    /// Whether the person was told.
    pub state: NoticeState,
    /// When she is told next.
    pub due: Instant,
    /// How often that was tried in vain.
    pub attempts: i64,
}

/// What a person chose about notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeChoice {
    /// In which language.
    pub language: Language,
    /// When she is not to be told.
    pub quiet: Quiet,
    /// Who looks instead, and until when.
    pub deputy: Option<(PersonId, Instant)>,
    /// When she was last told.
    pub told_at: Option<Instant>,
    /// Grows with every choice.
    pub version: i64,
}

impl NoticeChoice {
    pub(crate) const LOOK: &str = "SELECT language, quiet_from, quiet_until, deputy, deputy_until, told_at, version FROM notice_choice WHERE person = $1";
    /// Of somebody who has chosen nothing.
    pub const USUAL: Self =
        Self { language: Language::English, quiet: Quiet::USUAL, deputy: None, told_at: None, version: 0 };

    /// Who looks instead at an instant.
    #[must_use]
    pub fn deputy_at(&self, at: Instant) -> Option<PersonId> {
        self.deputy.filter(|(_, until)| *until > at).map(|(deputy, _)| deputy)
    }
}

pub(crate) fn choice(row: &QueryResult) -> Result<NoticeChoice, StoreFault> {
    let maybe = |column: &str| Ok::<_, StoreFault>(row.try_get::<Option<i64>>("", column)?.map(Instant::from_millis));
    let deputy: Option<Vec<u8>> = row.try_get("", "deputy")?;
    let deputy = match (deputy, maybe("deputy_until")?) {
        (Some(_), Some(until)) => Some((PersonId::from_uuid(id(row, "deputy")?), until)),
        _ => None,
    };
    let quiet = Quiet::of(row.try_get("", "quiet_from")?, row.try_get("", "quiet_until")?);
    Ok(NoticeChoice {
        language: code(row, "language")?,
        quiet: quiet.ok_or(StoreFault::Unreadable { column: "quiet_from" })?,
        deputy,
        told_at: maybe("told_at")?,
        version: row.try_get("", "version")?,
    })
}

/// Where a person is reached.
#[derive(Debug, Clone)]
pub struct NoticeAddressRow {
    /// How.
    pub way: NoticeWayKind,
    /// The address, sealed.
    pub sealed: Vec<u8>,
    /// What its code is reckoned from.
    pub drawn: Vec<u8>,
    /// Whether the person has shown that it is hers.
    pub confirmed: bool,
    /// Until when the code can be given.
    pub code_until: Instant,
}

/// A code that waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeDue {
    /// To whom.
    pub person: PersonId,
    /// How.
    pub way: NoticeWayKind,
}

impl Store {
    /// Whether something happened of which no notices were derived yet.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn has_unfollowed_events(&self) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 AS there FROM event WHERE seq > (SELECT seq FROM notice_place WHERE id = 1) LIMIT 1";
        Ok(self.one(sql, vec![]).await?.is_some())
    }

    /// Whether it is time to look at how things stand.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn looks_at_matters(&self, at: Instant) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 AS due FROM notice_look WHERE id = 1 AND (at + $2 <= $1 OR at > $1)";
        Ok(self.one(sql, vec![at.millis().into(), MATTERS_MILLIS.into()]).await?.is_some())
    }

    /// People who are to be told something now; perhaps another process tells them just now.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn people_to_tell(&self, at: Instant, limit: u16) -> Result<Vec<PersonId>, StoreFault> {
        // Whoever waits longest comes first, so that nobody waits behind those who cannot be told.
        let sql = "SELECT person FROM notice WHERE state = 'WAITING' AND due_at <= $1 GROUP BY person ORDER BY min(due_at), person LIMIT $2";
        let rows = self.all(sql, vec![at.millis().into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| Ok(PersonId::from_uuid(id(row, "person")?))).collect()
    }

    /// What waits for a person, the oldest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn notices(&self, person: PersonId) -> Result<Vec<NoticeRow>, StoreFault> {
        let sql =
            "SELECT kind, since, latest_at, state, due_at, attempts FROM notice WHERE person = $1 ORDER BY since, kind";
        let rows = self.all(sql, vec![bytes(person.uuid())]).await?;
        let instant =
            |row: &QueryResult, column: &str| Ok::<_, StoreFault>(Instant::from_millis(row.try_get("", column)?));
        rows.iter()
            .map(|row| {
                Ok(NoticeRow {
                    kind: code(row, "kind")?,
                    since: instant(row, "since")?,
                    latest: instant(row, "latest_at")?,
                    state: code(row, "state")?,
                    due: instant(row, "due_at")?,
                    attempts: row.try_get("", "attempts")?,
                })
            })
            .collect()
    }

    /// What nobody looked at for so long that others are asked, the longest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn notices_to_pass_on(&self, at: Instant, limit: u16) -> Result<Vec<(PersonId, NoticeKind)>, StoreFault> {
        let sql = "SELECT person, kind FROM notice WHERE stage < $1 AND pass_on_at <= $2 ORDER BY pass_on_at, person, kind LIMIT $3";
        let rows = self.all(sql, vec![TO_ADMINISTRATORS.into(), at.millis().into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| Ok((PersonId::from_uuid(id(row, "person")?), code(row, "kind")?))).collect()
    }

    /// What a person chose about notices.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn notice_choice(&self, person: PersonId) -> Result<NoticeChoice, StoreFault> {
        let row = self.one(NoticeChoice::LOOK, vec![bytes(person.uuid())]).await?;
        row.map_or(Ok(NoticeChoice::USUAL), |row| choice(&row))
    }

    /// Where a person is reached.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn notice_addresses(&self, person: PersonId) -> Result<Vec<NoticeAddressRow>, StoreFault> {
        let sql = "SELECT way, sealed, drawn, confirmed_at, code_until FROM notice_address WHERE person = $1 AND length(sealed) > 0 ORDER BY way";
        let rows = self.all(sql, vec![bytes(person.uuid())]).await?;
        rows.iter()
            .map(|row| {
                Ok(NoticeAddressRow {
                    way: code(row, "way")?,
                    sealed: row.try_get("", "sealed")?,
                    drawn: row.try_get("", "drawn")?,
                    confirmed: row.try_get::<Option<i64>>("", "confirmed_at")?.is_some(),
                    code_until: Instant::from_millis(row.try_get("", "code_until")?),
                })
            })
            .collect()
    }

    /// The codes that wait to be sent.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn codes_due(&self, at: Instant, limit: u16) -> Result<Vec<CodeDue>, StoreFault> {
        let sql = "SELECT person, way FROM notice_address WHERE code_due <= $1 AND confirmed_at IS NULL AND code_until > $1 ORDER BY code_due, person, way LIMIT $2";
        let rows = self.all(sql, vec![at.millis().into(), i64::from(limit).into()]).await?;
        rows.iter()
            .map(|row| Ok(CodeDue { person: PersonId::from_uuid(id(row, "person")?), way: code(row, "way")? }))
            .collect()
    }

    /// The organization of a person who may act at an instant.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn acts_for(&self, person: PersonId, at: Instant) -> Result<Option<OrganizationId>, StoreFault> {
        let row = self.person(person).await?;
        Ok(row.filter(|row| row.state(at) == crate::person::PersonState::Active).map(|row| row.organization))
    }
}
