//! Subjects, and who stands how towards them.

use sangam_custody::{Age, Controller, Facts, SubjectKeys, Suspension};
use sangam_vocabulary::{
    CategorySet, Code, Instant, Noun, OrganizationId, PersonId, Purpose, RecordId, Seat, SubjectId,
};
use sea_orm::QueryResult;

use super::{categories, code, id, instant, key};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::{bytes, read_age, read_past_owners, read_suspension};

/// What is known of a subject without opening anything.
#[derive(Debug, Clone)]
pub struct SubjectFacts {
    /// The subject.
    pub subject: SubjectId,
    /// Who controls the data.
    pub owner: Controller,
    /// Who did before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// The wrapped keys.
    pub keys: SubjectKeys,
    /// Whether the owner's or its country's subjects are locked.
    pub locked: bool,
    /// Whether they are suspended.
    pub suspended: Option<Suspension>,
    /// The consent version.
    pub consent_version: i64,
    /// The version.
    pub version: i64,
}

/// A standing of an organization towards a subject.
#[derive(Debug, Clone, Copy)]
pub struct RelationRow {
    /// The kind of record.
    pub noun: Noun,
    /// The seat.
    pub seat: Seat,
    /// The record.
    pub record: RecordId,
    /// Since when.
    pub from: Instant,
    /// Until when it carries disclosures.
    pub open_until: Instant,
    /// What it does not carry now.
    pub shut: CategorySet,
    /// The one purpose it is there for; none: each that the seat carries.
    pub purpose: Option<Purpose>,
}

impl RelationRow {
    /// Whether it is there for a purpose, as far as the record says; what the seat carries is custody's.
    #[must_use]
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purpose.is_none_or(|only| only == purpose)
    }
}

pub(crate) fn age(row: &QueryResult) -> Result<Age, StoreFault> {
    read_age(&row.try_get::<String>("", "age")?, row.try_get("", "adult_from")?)
        .ok_or(StoreFault::Unreadable { column: "age" })
}

pub(crate) fn suspension(row: &QueryResult) -> Result<Option<Suspension>, StoreFault> {
    let code: Option<String> = row.try_get("", "suspended")?;
    code.as_deref().map(read_suspension).transpose()
}

impl Store {
    /// A subject's facts and wrapped keys. For work of the hub itself; a caller's read is a page.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subject(&self, subject: SubjectId) -> Result<Option<SubjectFacts>, StoreFault> {
        let row = self
            .one(
                "SELECT su.owner, o.role, o.country, su.past_owners, su.collected_in, su.age, su.adult_from, su.data_key, su.journal_key, su.suspended, o.locked, su.consent_version, su.version FROM subject su JOIN organization o ON o.id = su.owner WHERE su.id = $1",
                vec![bytes(subject.uuid())],
            )
            .await?;
        row.map(|row| {
            let past: String = row.try_get("", "past_owners")?;
            Ok(SubjectFacts {
                subject,
                owner: Controller {
                    organization: OrganizationId::from_uuid(id(&row, "owner")?),
                    role: code(&row, "role")?,
                    country: code(&row, "country")?,
                },
                past_owners: read_past_owners(&past).ok_or(StoreFault::Unreadable { column: "past_owners" })?,
                facts: Facts { collected_in: code(&row, "collected_in")?, age: age(&row)? },
                keys: SubjectKeys { data: key(&row, "data_key")?, journal: key(&row, "journal_key")? },
                locked: row.try_get::<i64>("", "locked")? != 0,
                suspended: suspension(&row)?,
                consent_version: row.try_get("", "consent_version")?,
                version: row.try_get("", "version")?,
            })
        })
        .transpose()
    }

    /// The standings of an organization towards a subject at an instant, the owner's first. An invitation to her case
    /// is none: to whoever is only invited she does not exist. Nor is an emergency: it rests on a relation and is none. Nor is what a search told its source: that is the answer
    /// and no way to her record.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn relations(
        &self,
        organization: OrganizationId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Vec<RelationRow>, StoreFault> {
        let rows = self
            .all(
                "SELECT noun, seat, record, from_at, open_until, shut, purpose FROM standing WHERE organization = $1 AND subject = $2 AND noun NOT IN ('CONTRIBUTION', 'EXCEPTION') AND NOT (noun = 'SEARCH' AND seat = 'SOURCE') AND from_at <= $3 AND until_at > $3 ORDER BY CASE noun WHEN 'SUBJECT' THEN 0 ELSE 1 END, record DESC",
                vec![bytes(organization.uuid()), bytes(subject.uuid()), at.millis().into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(RelationRow {
                    noun: code(row, "noun")?,
                    seat: code(row, "seat")?,
                    record: RecordId::from_uuid(id(row, "record")?),
                    from: instant(row, "from_at")?,
                    open_until: instant(row, "open_until")?,
                    shut: categories(row, "shut")?,
                    purpose: row
                        .try_get::<Option<String>>("", "purpose")?
                        .map(|code| Purpose::read(&code))
                        .transpose()
                        .map_err(|_| StoreFault::Unreadable { column: "purpose" })?,
                })
            })
            .collect()
    }

    /// Whether a person is on a subject's team.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn on_team(&self, subject: SubjectId, person: PersonId) -> Result<bool, StoreFault> {
        let row = self
            .one(
                "SELECT 1 FROM team WHERE subject = $1 AND person = $2",
                vec![bytes(subject.uuid()), bytes(person.uuid())],
            )
            .await?;
        Ok(row.is_some())
    }

    /// The subjects of an owner that no consent grants anything for, oldest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subjects_without_grant(&self, owner: OrganizationId) -> Result<Vec<(SubjectId, Age)>, StoreFault> {
        let rows = self
            .all(
                "SELECT su.id, su.age, su.adult_from FROM subject su WHERE su.owner = $1 AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subject = su.id AND c.effect = 'GRANT') ORDER BY su.id",
                vec![bytes(owner.uuid())],
            )
            .await?;
        rows.iter().map(|row| Ok((SubjectId::from_uuid(id(row, "id")?), age(row)?))).collect()
    }
}
