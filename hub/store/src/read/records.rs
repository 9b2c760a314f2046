//! Look-ups about partners' records: what the hub knows of one, what waits in quarantine, what a key did.

use sangam_custody::Suspension;
use sangam_vocabulary::{CategorySet, OrganizationId, PartnerId, RecordId, SubjectId};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{id, suspension};
use crate::command::Idempotency;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// A subject as a partner's system knows it.
#[derive(Debug, Clone)]
pub struct SourceRow {
    /// The key as it lies in clear.
    pub external_key: String,
    /// The key itself, sealed, where what lies in clear is its digest.
    pub sealed_key: Option<Vec<u8>>,
    /// The subject.
    pub subject: SubjectId,
    /// Whether it is suspended.
    pub suspended: Option<Suspension>,
    /// The fault for which it waits in quarantine, a code; `None` where it does not.
    pub fault: Option<String>,
}

/// Where a subject's own record is, as a partner's system knows it.
#[derive(Debug, Clone)]
pub struct HomeRow {
    /// The subject.
    pub subject: SubjectId,
    /// Whose system has it.
    pub partner: PartnerId,
    /// The key as it lies in clear.
    pub external_key: String,
    /// The key itself, sealed, where what lies in clear is its digest.
    pub sealed_key: Option<Vec<u8>>,
}

/// A quarantined record, as a replay needs it.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Whose system has it.
    pub partner: PartnerId,
    /// The key as it lies in clear.
    pub external_key: String,
    /// The key itself, sealed, where what lies in clear is its digest.
    pub sealed_key: Option<Vec<u8>>,
}

/// What an idempotency key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// Nothing yet.
    Never,
    /// The same request: the record that came of it, if one did.
    Same(Option<Uuid>),
    /// Another request.
    Otherwise,
}

/// The subjects of a partner, each with what it waits in quarantine for.
const SOURCES: &str = "SELECT r.external_key, r.sealed_key, r.record, su.suspended, q.kind FROM partner_record r JOIN subject su ON su.id = r.record LEFT JOIN quarantine q ON q.partner = r.partner AND q.external_key = r.external_key WHERE r.partner = $1 AND r.noun = 'SUBJECT'";

fn source(row: &QueryResult) -> Result<SourceRow, StoreFault> {
    Ok(SourceRow {
        external_key: row.try_get("", "external_key")?,
        sealed_key: row.try_get("", "sealed_key")?,
        subject: SubjectId::from_uuid(id(row, "record")?),
        suspended: suspension(row)?,
        fault: row.try_get("", "kind")?,
    })
}

impl Store {
    /// The record a partner's key stands for, with the digest of what was last read.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn partner_record(
        &self,
        partner: PartnerId,
        external_key: &str,
    ) -> Result<Option<(RecordId, Vec<u8>)>, StoreFault> {
        let row = self
            .one(
                "SELECT record, digest FROM partner_record WHERE partner = $1 AND external_key = $2",
                vec![bytes(partner.uuid()), external_key.into()],
            )
            .await?;
        row.map(|row| Ok((RecordId::from_uuid(id(&row, "record")?), row.try_get("", "digest")?))).transpose()
    }

    /// Every subject that came from a partner.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subjects_from(&self, partner: PartnerId) -> Result<Vec<SourceRow>, StoreFault> {
        let sql = format!("{SOURCES} ORDER BY r.external_key");
        self.all(&sql, vec![bytes(partner.uuid())]).await?.iter().map(source).collect()
    }

    /// The subject that a partner's key stands for.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subject_from(&self, partner: PartnerId, key: &str) -> Result<Option<SourceRow>, StoreFault> {
        let sql = format!("{SOURCES} AND r.external_key = $2");
        self.one(&sql, vec![bytes(partner.uuid()), key.into()]).await?.as_ref().map(source).transpose()
    }

    /// The partners' records that some subjects came from, by subject. For work of the hub itself: who may know of a
    /// subject was asked before.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn homes(&self, subjects: &[SubjectId]) -> Result<Vec<HomeRow>, StoreFault> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..).take(subjects.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT r.record, r.partner, r.external_key, r.sealed_key FROM partner_record r WHERE r.noun = 'SUBJECT' AND r.record IN ({}) ORDER BY r.record, r.partner",
            places.join(", ")
        );
        let values: Vec<Value> = subjects.iter().map(|subject| bytes(subject.uuid())).collect();
        let home = |row: &QueryResult| {
            Ok(HomeRow {
                subject: SubjectId::from_uuid(id(row, "record")?),
                partner: PartnerId::from_uuid(id(row, "partner")?),
                external_key: row.try_get("", "external_key")?,
                sealed_key: row.try_get("", "sealed_key")?,
            })
        };
        self.all(&sql, values).await?.iter().map(home).collect()
    }

    /// The subjects that came from a partner, are still its organization's, and have something stored of these
    /// categories: each with what.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn stored_from(
        &self,
        partner: PartnerId,
        categories: CategorySet,
    ) -> Result<Vec<(SubjectId, CategorySet)>, StoreFault> {
        let codes: Vec<String> = categories.iter().map(|category| (category as u32).to_string()).collect();
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT h.record, h.category FROM partner_record r JOIN partner p ON p.id = r.partner JOIN subject su ON su.id = r.record AND su.owner = p.organization JOIN held h ON h.record = r.record WHERE r.partner = $1 AND r.noun = 'SUBJECT' AND h.category IN ({}) ORDER BY h.record",
            codes.join(", ")
        );
        let mut stored: Vec<(SubjectId, CategorySet)> = Vec::new();
        for row in &self.all(&sql, vec![bytes(partner.uuid())]).await? {
            let subject = SubjectId::from_uuid(id(row, "record")?);
            let code: i64 = row.try_get("", "category")?;
            let one = categories.iter().find(|category| i64::from(*category as u32) == code);
            let one = one.ok_or(StoreFault::Unreadable { column: "category" })?;
            match stored.last_mut() {
                Some((last, all)) if *last == subject => *all = all.with(one),
                _ => stored.push((subject, CategorySet::NONE.with(one))),
            }
        }
        Ok(stored)
    }

    /// The keys of the records of a partner that wait in quarantine.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn waiting_from(&self, partner: PartnerId) -> Result<Vec<String>, StoreFault> {
        let rows =
            self.all("SELECT external_key FROM quarantine WHERE partner = $1", vec![bytes(partner.uuid())]).await?;
        rows.iter().map(|row| Ok(row.try_get("", "external_key")?)).collect()
    }

    /// The key by which a partner knows a record: as it lies in clear, and sealed where that is a digest.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn external_key(
        &self,
        partner: PartnerId,
        record: RecordId,
    ) -> Result<Option<(String, Option<Vec<u8>>)>, StoreFault> {
        let row = self
            .one(
                "SELECT external_key, sealed_key FROM partner_record WHERE partner = $1 AND record = $2",
                vec![bytes(partner.uuid()), bytes(record.uuid())],
            )
            .await?;
        row.map(|row| Ok((row.try_get("", "external_key")?, row.try_get("", "sealed_key")?))).transpose()
    }

    /// A quarantined record of an organization.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn quarantined(
        &self,
        organization: OrganizationId,
        record: Uuid,
    ) -> Result<Option<Quarantined>, StoreFault> {
        let row = self
            .one(
                "SELECT partner, external_key, sealed_key FROM quarantine WHERE organization = $1 AND id = $2",
                vec![bytes(organization.uuid()), bytes(record)],
            )
            .await?;
        row.map(|row| {
            Ok(Quarantined {
                partner: PartnerId::from_uuid(id(&row, "partner")?),
                external_key: row.try_get("", "external_key")?,
                sealed_key: row.try_get("", "sealed_key")?,
            })
        })
        .transpose()
    }

    /// What a key was used for, for work that is more than one command and must not be begun twice.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn used(&self, key: &Idempotency) -> Result<Used, StoreFault> {
        let row = self.one(Idempotency::LOOK, key.place()).await?;
        row.map_or(Ok(Used::Never), |row| key.used(&row))
    }
}
