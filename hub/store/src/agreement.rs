//! Agreements as their parties see them: terms, state, who approved, who stopped them. An agreement exists for an
//! organization if and only if `agreement_party` says so; a draft does for its drafter's alone. What a rule is made of is
//! in `read/agreement.rs`; what is done to one in `write/agreement`.

use std::collections::BTreeMap;

use sangam_custody::Agreement;
use sangam_vocabulary::{AgreementId, Code, Instant, OrganizationId, PersonId, PersonRole};
use sangam_workflow::agreement::{Asking, Event, LegalBasis, Record, RejectionReason, State, Word};
use sea_orm::{QueryResult, Value};

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::lock::read_membership;
use crate::person::{self, PersonRow, PersonState};
use crate::read::{self, code, id};
use crate::write::bytes;
use sangam_workflow::accession::May;

/// How many drafts and proposals of one organization are open at most: nobody reads more, and whoever steals a session
/// fills no table and no other party's list.
pub const OPEN_DRAFTS: i64 = 50;

/// An agreement, and what is on record of it.
#[derive(Debug, Clone)]
pub struct AgreementRow {
    /// The terms, and whether they stand.
    pub agreement: Agreement,
    /// Its parties, each once.
    pub parties: Vec<OrganizationId>,
    /// Grows with every act.
    pub version: i64,
    /// The legal basis in words, as the operator recorded it; empty where it was drafted here.
    pub legal_basis: String,
    /// The legal bases, where it was drafted here.
    pub legal_bases: Vec<LegalBasis>,
    /// How long a recipient keeps what it received, in days.
    pub retention_days: Option<i64>,
    /// The organization that drafted it; none of one that the operator recorded.
    pub drafter: Option<OrganizationId>,
    /// The agreement whose place it is to take.
    pub supersedes: Option<AgreementId>,
    /// The agreement that took its place.
    pub superseded_by: Option<AgreementId>,
    /// Why a party said no to it.
    pub reason: Option<RejectionReason>,
    /// When something was last done to it.
    pub changed_at: Option<Instant>,
    /// What the database says; [`AgreementRow::state`] says what holds.
    stored: State,
    drafted_by: Option<PersonId>,
    overtaken: bool,
    approvals: Vec<Word>,
    resumptions: Vec<Word>,
    stops: Vec<(OrganizationId, i64)>,
    stopped_by: Vec<OrganizationId>,
}

impl AgreementRow {
    /// Where it stands at an instant.
    #[must_use]
    pub fn state(&self, at: Instant) -> State {
        // What an earlier day recorded without enough approvals binds nobody, and is a proposal.
        let proposal = self.stored == State::InForce && !self.agreement.is_approved();
        let stored = if proposal { State::Proposed } else { self.stored };
        stored.at(self.agreement.until, at)
    }

    /// What a step is judged on.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        Record {
            parties: &self.parties,
            drafter: self.drafter,
            drafted_by: self.drafted_by,
            approvals: &self.approvals,
            resumptions: &self.resumptions,
            stopped_by: &self.stopped_by,
            overtaken: self.overtaken,
        }
    }

    /// Since which version the words of a party's people to go on count; none of a party that has not stopped it.
    pub(crate) fn stopped_since(&self, organization: OrganizationId) -> Option<i64> {
        self.stops.iter().find(|(party, _)| *party == organization).map(|(_, since)| *since)
    }
}

/// What every statement about agreements selects; its tables are [`JOINED`].
const COLUMNS: &str = "t.id, t.version, t.legal_basis, t.disclosers, t.recipients, t.purposes, t.categories, t.countries, t.onward, t.from_at, t.until_at, t.approvals, t.state, t.drafter, t.drafted_by, t.legal_bases, t.retention_days, t.supersedes, t.superseded_by, t.reason, t.changed_at, q.state AS predecessor";
/// The tables of [`COLUMNS`]; the organization for which the agreement exists is the first value.
const JOINED: &str = "agreement_party ap JOIN agreement t ON t.id = ap.agreement LEFT JOIN agreement q ON q.id = t.supersedes WHERE ap.organization = $1";

/// One agreement of an organization; its id is the second value.
pub(crate) fn one_sql() -> String {
    format!("SELECT {COLUMNS} FROM {JOINED} AND t.id = $2")
}

fn page_sql() -> String {
    format!("SELECT {COLUMNS} FROM {JOINED} AND t.id < $2 ORDER BY t.id DESC LIMIT $3")
}

/// The places of so many values.
fn places(count: usize) -> String {
    (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// Who said what of these agreements, with the account that said it.
pub(crate) fn words_sql(agreements: usize) -> String {
    format!(
        "SELECT v.agreement, v.version, v.act, {} FROM agreement_act v JOIN person p ON p.id = v.person LEFT JOIN appointment a ON a.person = p.id WHERE v.agreement IN ({}) AND v.act IN ('APPROVE', 'RESUME') AND v.void = 0 ORDER BY v.agreement, v.version",
        person::COLUMNS,
        places(agreements)
    )
}

/// Which parties have stopped these agreements.
pub(crate) fn stops_sql(agreements: usize) -> String {
    format!(
        "SELECT agreement, organization, since FROM agreement_stop WHERE agreement IN ({}) ORDER BY agreement, organization",
        places(agreements)
    )
}

/// The ids of rows, as values.
pub(crate) fn ids_of(rows: &[AgreementRow]) -> Vec<Value> {
    rows.iter().map(|row| bytes(row.agreement.id.uuid())).collect()
}

fn maybe(row: &QueryResult, column: &'static str) -> Result<Option<uuid::Uuid>, StoreFault> {
    let there: Option<Vec<u8>> = row.try_get("", column)?;
    there.map(|_| id(row, column)).transpose()
}

/// An agreement without what was said of it.
pub(crate) fn read(row: &QueryResult) -> Result<AgreementRow, StoreFault> {
    let agreement = read::agreement(row)?;
    let stored: State = code(row, "state")?;
    let predecessor: Option<String> = row.try_get("", "predecessor")?;
    let predecessor = predecessor.map(|state| State::read(&state)).transpose();
    let predecessor = predecessor.map_err(|_| StoreFault::Unreadable { column: "predecessor" })?;
    let reason: Option<String> = row.try_get("", "reason")?;
    let reason = reason.map(|reason| RejectionReason::read(&reason)).transpose();
    Ok(AgreementRow {
        parties: agreement.parties(),
        agreement,
        version: row.try_get("", "version")?,
        legal_basis: row.try_get("", "legal_basis")?,
        legal_bases: read::list(row, "legal_bases", |basis| LegalBasis::read(basis).ok())?,
        retention_days: row.try_get("", "retention_days")?,
        drafter: maybe(row, "drafter")?.map(OrganizationId::from_uuid),
        drafted_by: maybe(row, "drafted_by")?.map(PersonId::from_uuid),
        supersedes: maybe(row, "supersedes")?.map(AgreementId::from_uuid),
        superseded_by: maybe(row, "superseded_by")?.map(AgreementId::from_uuid),
        reason: reason.map_err(|_| StoreFault::Unreadable { column: "reason" })?,
        changed_at: row.try_get::<Option<i64>>("", "changed_at")?.map(Instant::from_millis),
        stored,
        overtaken: predecessor.is_some_and(|state| matches!(state, State::Ended | State::Superseded)),
        approvals: Vec::new(),
        resumptions: Vec::new(),
        stops: Vec::new(),
        stopped_by: Vec::new(),
    })
}

/// Puts beside agreements what was said of them and who stopped them.
pub(crate) fn fill(
    rows: &mut [AgreementRow],
    words: &[QueryResult],
    stops: &[QueryResult],
    at: Instant,
) -> Result<(), StoreFault> {
    let mut by_id: BTreeMap<AgreementId, &mut AgreementRow> =
        rows.iter_mut().map(|row| (row.agreement.id, row)).collect();
    for stop in stops {
        let organization = OrganizationId::from_uuid(id(stop, "organization")?);
        if let Some(row) = by_id.get_mut(&AgreementId::from_uuid(id(stop, "agreement")?)) {
            row.stops.push((organization, stop.try_get("", "since")?));
            row.stopped_by.push(organization);
        }
    }
    for said in words {
        let account = person::read(said)?;
        let Some(row) = by_id.get_mut(&AgreementId::from_uuid(id(said, "agreement")?)) else { continue };
        let version: i64 = said.try_get("", "version")?;
        let word = Word { organization: account.organization, person: account.id, stands: is_officer(&account, at) };
        match Event::read(&said.try_get::<String>("", "act")?) {
            Ok(Event::Approve) => row.approvals.push(word),
            // What was said before the party stopped it the last time was said of another time.
            Ok(Event::Resume) if row.stopped_since(word.organization).is_some_and(|since| since < version) => {
                row.resumptions.push(word);
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_officer(account: &PersonRow, at: Instant) -> bool {
    account.state(at) == PersonState::Active && account.roles.contains(PersonRole::AgreementOfficer)
}

/// Who asks, with what the account and the organization may do at an instant. `drafts` is how many the organization has
/// open.
pub(crate) fn asking(
    account: &PersonRow,
    membership: &QueryResult,
    drafts: i64,
    at: Instant,
) -> Result<Asking, StoreFault> {
    Ok(Asking {
        organization: account.organization,
        person: account.id,
        officer: is_officer(account, at),
        administrator: account.administers(at),
        full_member: read_membership(membership, at)?.may() == May::Act,
        room: drafts < OPEN_DRAFTS,
    })
}

/// Whether an organization is a member; it is the value.
pub(crate) const MEMBERSHIP: &str = "SELECT membership, member_until FROM organization WHERE id = $1";
/// How many drafts and proposals of an organization are open; it and the instant are the values.
pub(crate) const DRAFTS: &str =
    "SELECT count(*) AS open FROM agreement WHERE drafter = $1 AND state IN ('DRAFT', 'PROPOSED') AND until_at > $2";

impl Store {
    /// The agreements that exist for an organization, latest id first, after one of them.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn agreements_of(
        &self,
        organization: OrganizationId,
        after: Option<AgreementId>,
        limit: u16,
        at: Instant,
    ) -> Result<Vec<AgreementRow>, StoreFault> {
        // Every id is shorter than seventeen bytes, so all of them are before these.
        let after = after.map_or_else(|| vec![0xff; 17], |after| after.uuid().as_bytes().to_vec());
        let values = vec![bytes(organization.uuid()), after.into(), i64::from(limit).into()];
        let rows = self.all(&page_sql(), values).await?;
        self.filled(rows.iter().map(read).collect::<Result<_, _>>()?, at).await
    }

    /// One agreement, if it exists for the organization.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn agreement_of(
        &self,
        organization: OrganizationId,
        agreement: AgreementId,
        at: Instant,
    ) -> Result<Option<AgreementRow>, StoreFault> {
        let row = self.one(&one_sql(), vec![bytes(organization.uuid()), bytes(agreement.uuid())]).await?;
        let rows = row.iter().map(read).collect::<Result<_, _>>()?;
        Ok(self.filled(rows, at).await?.pop())
    }

    async fn filled(&self, mut rows: Vec<AgreementRow>, at: Instant) -> Result<Vec<AgreementRow>, StoreFault> {
        if !rows.is_empty() {
            let words = self.all(&words_sql(rows.len()), ids_of(&rows)).await?;
            let stops = self.all(&stops_sql(rows.len()), ids_of(&rows)).await?;
            fill(&mut rows, &words, &stops, at)?;
        }
        Ok(rows)
    }

    /// A person of an organization as one who asks for a step of an agreement; `None` when the organization has no such
    /// account.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn asking_about_agreements(
        &self,
        organization: OrganizationId,
        person: PersonId,
        at: Instant,
    ) -> Result<Option<Asking>, StoreFault> {
        let account = self.person(person).await?.filter(|row| row.organization == organization);
        let membership = self.one(MEMBERSHIP, vec![bytes(organization.uuid())]).await?;
        let (Some(account), Some(membership)) = (account, membership) else { return Ok(None) };
        let drafts = self.one(DRAFTS, vec![bytes(organization.uuid()), at.millis().into()]).await?;
        let drafts = drafts.map(|row| row.try_get("", "open")).transpose()?.unwrap_or(OPEN_DRAFTS);
        asking(&account, &membership, drafts, at).map(Some)
    }
}
