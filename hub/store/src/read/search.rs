//! Searches and arrivals, for work of the hub itself.

use sangam_vocabulary::{Code, Country, OrganizationId, RecordId, SubjectId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// An arrival as a change that starts from it needs it.
#[derive(Debug, Clone, Copy)]
pub struct ArrivalFacts {
    /// Who received the person.
    pub organization: OrganizationId,
    /// Who came.
    pub subject: SubjectId,
    /// The country she came from, where it is known and is another.
    pub came_from: Option<Country>,
    /// Whether it is still open.
    pub open: bool,
}

impl Store {
    /// Who asks in a search, and for whom. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn search_party(&self, search: RecordId) -> Result<Option<(OrganizationId, SubjectId)>, StoreFault> {
        self.party("SELECT source AS party, subject FROM search WHERE id = $1", search).await
    }

    /// Who was asked by a request, and for whom. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn request_party(&self, request: RecordId) -> Result<Option<(OrganizationId, SubjectId)>, StoreFault> {
        self.party("SELECT finder AS party, subject FROM search_request WHERE id = $1", request).await
    }

    async fn party(&self, sql: &str, record: RecordId) -> Result<Option<(OrganizationId, SubjectId)>, StoreFault> {
        let row = self.one(sql, vec![bytes(record.uuid())]).await?;
        row.map(|row| -> Result<_, StoreFault> {
            Ok((OrganizationId::from_uuid(id(&row, "party")?), SubjectId::from_uuid(id(&row, "subject")?)))
        })
        .transpose()
    }

    /// What is known of an arrival. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn arrival(&self, arrival: RecordId) -> Result<Option<ArrivalFacts>, StoreFault> {
        let sql = "SELECT organization, subject, came_from, is_open FROM arrival WHERE id = $1";
        let row = self.one(sql, vec![bytes(arrival.uuid())]).await?;
        row.map(|row| {
            let from: Option<String> = row.try_get("", "came_from")?;
            let country =
                |code: String| Country::read(&code).map_err(|_| StoreFault::Unreadable { column: "came_from" });
            Ok(ArrivalFacts {
                organization: OrganizationId::from_uuid(id(&row, "organization")?),
                subject: SubjectId::from_uuid(id(&row, "subject")?),
                came_from: from.map(country).transpose()?,
                open: row.try_get::<i64>("", "is_open")? == 1,
            })
        })
        .transpose()
    }
}
