//! Searches and arrivals, for work of the hub itself.

use sangam_custody::{Controller, Facts, Suspension};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, OrganizationId, PersonId, Purpose, RecordId, SubjectId,
};
use sangam_workflow::accession::{self, May};
use sangam_workflow::search::tells;
use sea_orm::QueryResult;

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::{bytes, read_past_owners};

/// How many of those that a search asked are in it still, as an expression over the search and the instant: whoever has
/// left the hub has left the search too.
fn still_asked(search: &str, at: &str) -> String {
    format!("(SELECT count(*) FROM {} WHERE q.search = {search})", asked(at))
}

/// What must show of an answer for it to be there, as an expression over the answer and the instant: what it told when it
/// was told, and once only one of those that were asked is left in the search also who has her, or that would be plain.
pub(crate) fn told_by(answer: &str, at: &str) -> String {
    let (still, most) = (still_asked(&format!("{answer}.search"), at), tells(1).bits());
    format!("CASE WHEN {still} > 1 THEN {answer}.tells ELSE {answer}.tells | {most} END")
}

/// How many of those that a search asked could answer it now, as an expression: they are in it still and may act. Where
/// it is one alone, its answer says who has her, as if no other had been asked.
pub(crate) fn could_answer(search: &str, at: &str) -> String {
    let may = accession::State::ALL.iter().filter(|state| state.may() != May::Nothing);
    let may: Vec<_> = may.map(|state| format!("'{state}'")).collect();
    format!(
        "(SELECT count(*) FROM {} JOIN organization qo ON qo.id = q.finder AND qo.membership IN ({}) AND (qo.member_until IS NULL OR qo.member_until > {at}) WHERE q.search = {search})",
        asked(at),
        may.join(", ")
    )
}

fn asked(at: &str) -> String {
    format!(
        "search_request q JOIN standing qs ON qs.organization = q.finder AND qs.noun = 'SEARCH' AND qs.record = q.id AND qs.seat = 'FINDER' AND qs.until_at > {at}"
    )
}

/// What a ruling needs to know of somebody among the own subjects who agreed to be traced. Several who are alike in all
/// of it come once.
#[derive(Debug, Clone)]
pub struct Traceable {
    /// Who controlled the data before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// Whether the owner's data of her are suspended.
    pub suspended: Option<Suspension>,
    /// Whether the one who asks was asked to let go of what it has of her, and has not answered.
    pub recalled: bool,
    /// What consent covers.
    pub consent: CategorySet,
}

fn traceable(row: &QueryResult) -> Result<Traceable, StoreFault> {
    let past: String = row.try_get("", "past_owners")?;
    let mask: i64 = row.try_get("", "mask")?;
    Ok(Traceable {
        past_owners: read_past_owners(&past).ok_or(StoreFault::Unreadable { column: "past_owners" })?,
        facts: Facts { collected_in: super::code(row, "collected_in")?, age: super::age(row)? },
        suspended: super::suspension(row)?,
        recalled: row.try_get::<Option<Vec<u8>>>("", "recalled")?.is_some(),
        consent: u32::try_from(mask)
            .map(CategorySet::from_bits)
            .map_err(|_| StoreFault::Unreadable { column: "mask" })?,
    })
}

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

    /// Of whom among an owner's subjects an organization may be told by consent alone, for tracing, at an instant; for a
    /// person, of those whose team she is on. What law and agreements say to that is custody's.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn traceable(
        &self,
        owner: OrganizationId,
        recipient: OrganizationId,
        person: Option<PersonId>,
        at: Instant,
    ) -> Result<Vec<Traceable>, StoreFault> {
        let tracing = CategorySet::NONE.with(Category::Tracing).bits();
        let mut values = vec![
            bytes(owner.uuid()),
            bytes(recipient.uuid()),
            Purpose::FamilyTracing.code().into(),
            at.millis().into(),
        ];
        let mut team = "";
        if let Some(person) = person {
            team = " JOIN team m ON m.subject = c.subject AND m.person = $5";
            values.push(bytes(person.uuid()));
        }
        let rows = self
            .all(
                &format!(
                    "SELECT DISTINCT su.past_owners, su.collected_in, su.age, su.adult_from, su.suspended, c.mask, r.recipient AS recalled FROM consent_span c JOIN subject su ON su.id = c.subject LEFT JOIN recall r ON r.subject = c.subject AND r.recipient = c.recipient AND r.is_open = 1{team} WHERE su.owner = $1 AND c.recipient = $2 AND c.purpose = $3 AND c.from_at <= $4 AND c.until_at > $4 AND c.mask & {tracing} <> 0"
                ),
                values,
            )
            .await?;
        rows.iter().map(traceable).collect()
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
