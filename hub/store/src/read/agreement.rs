//! Agreements, as the rules are made of them. As their parties see them they are in `crate::agreement`.

use sangam_custody::{Agreement, Approval, Epoch};
use sangam_vocabulary::{AgreementId, Code, Country, PersonId};
use sangam_workflow::agreement::State;
use sea_orm::QueryResult;

use super::{categories, code, id, instant, list, organization_id, purposes};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::read_uuid;

/// The terms of an agreement. It stands if its state says so; approvals and dates are custody's to judge.
pub(crate) fn agreement(row: &QueryResult) -> Result<Agreement, StoreFault> {
    let version: i64 = row.try_get("", "version")?;
    Ok(Agreement {
        id: AgreementId::from_uuid(id(row, "id")?),
        version: u32::try_from(version).map_err(|_| StoreFault::Unreadable { column: "version" })?,
        disclosers: list(row, "disclosers", organization_id)?,
        recipients: list(row, "recipients", organization_id)?,
        purposes: purposes(row)?,
        categories: categories(row, "categories")?,
        countries: list(row, "countries", |c| Country::read(c).ok())?,
        onward: row.try_get::<i64>("", "onward")? == 1,
        from: instant(row, "from_at")?,
        until: instant(row, "until_at")?,
        suspended: code::<State>(row, "state")? != State::InForce,
        approvals: list(row, "approvals", |text| {
            let (organization, person) = text.split_once(':')?;
            Some(Approval {
                organization: organization_id(organization)?,
                person: PersonId::from_uuid(read_uuid(person)?),
            })
        })?,
    })
}

impl Store {
    /// The agreements that stand, and the epoch they belong to. An agreement that cannot be read is left out, so that it
    /// grants nothing, and counted.
    ///
    /// # Errors
    /// [`StoreFault`] when the store does not answer.
    pub async fn agreements(&self) -> Result<(Epoch, Vec<Agreement>, usize), StoreFault> {
        // The epoch is read first: agreements that are newer than it only make the caller read again.
        let row = self
            .one("SELECT rules FROM epoch WHERE id = 1", vec![])
            .await?
            .ok_or(StoreFault::Unreadable { column: "rules" })?;
        let epoch: i64 = row.try_get("", "rules")?;
        let rows = self.all("SELECT id, version, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, state, approvals FROM agreement WHERE state = 'IN_FORCE' ORDER BY id", vec![]).await?;
        let read: Vec<_> = rows.iter().map(agreement).collect();
        let broken = read.iter().filter(|a| a.is_err()).count();
        let epoch = u64::try_from(epoch).map_err(|_| StoreFault::Unreadable { column: "rules" })?;
        Ok((Epoch(epoch), read.into_iter().flatten().collect(), broken))
    }
}
