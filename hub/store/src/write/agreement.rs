//! Agreements: recorded by the operator, here; drafted (`draft.rs`) and moved (`step.rs`) by the people of their parties.
//! Every step is the workflow's: a change takes it on the state it has just read, and writes what comes back.

use sangam_custody::{Agreement, Entry, EntryKind};
use sangam_vocabulary::{AgreementId, Code, Instant, OrganizationId, PersonId};
use sangam_workflow::agreement::{Asking, RejectionReason, State};
use sea_orm::{DatabaseTransaction, Value};

use super::{all, bytes, codes, execute, flag, ids, lock, one, person, unavailable, unreadable};
use crate::agreement::{self, AgreementRow};
use crate::command::{Applied, Refused, Work, Working, commands};

mod draft;
mod step;

pub use draft::AgreementDraft;
pub use step::AgreementStep;

/// Records an agreement that others have approved, or a new version of it. Every decision made before is made anew.
pub struct AgreementChange {
    /// The agreement.
    pub agreement: Agreement,
    /// The legal basis, in words.
    pub legal_basis: String,
}

commands!(AgreementChange);

/// The approvals as they are stored: `organization:person`, comma-separated.
fn approvals(approvals: impl Iterator<Item = (OrganizationId, PersonId)>) -> String {
    let one = |(organization, person): (OrganizationId, PersonId)| {
        format!("{}:{}", organization.uuid().simple(), person.uuid().simple())
    };
    approvals.map(one).collect::<Vec<_>>().join(",")
}

/// The agreement exists for these organizations.
async fn show(tx: &DatabaseTransaction, agreement: AgreementId, to: &[OrganizationId]) -> Result<(), Refused> {
    for organization in to {
        execute(
            tx,
            "INSERT INTO agreement_party (organization, agreement) VALUES ($1, $2) ON CONFLICT (organization, agreement) DO NOTHING",
            vec![bytes(organization.uuid()), bytes(agreement.uuid())],
        )
        .await?;
    }
    Ok(())
}

impl Work for AgreementChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let a = &self.agreement;
            let state = match (a.is_approved(), a.suspended) {
                (false, _) => State::Proposed,
                (true, true) => State::Suspended,
                (true, false) => State::InForce,
            };
            execute(
                tx,
                "INSERT INTO agreement (id, version, legal_basis, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, suspended, approvals, state, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO UPDATE SET version = excluded.version, legal_basis = excluded.legal_basis, disclosers = excluded.disclosers, recipients = excluded.recipients, purposes = excluded.purposes, categories = excluded.categories, countries = excluded.countries, onward = excluded.onward, from_at = excluded.from_at, until_at = excluded.until_at, suspended = excluded.suspended, approvals = excluded.approvals, state = excluded.state, changed_at = excluded.changed_at",
                vec![
                    bytes(a.id.uuid()),
                    i64::from(a.version).into(),
                    self.legal_basis.clone().into(),
                    ids(&a.disclosers).into(),
                    ids(&a.recipients).into(),
                    i64::from(a.purposes.bits()).into(),
                    i64::from(a.categories.bits()).into(),
                    codes(&a.countries).into(),
                    flag(a.onward),
                    a.from.millis().into(),
                    a.until.millis().into(),
                    flag(state != State::InForce),
                    approvals(a.approvals.iter().map(|given| (given.organization, given.person))).into(),
                    state.code().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            execute(tx, "DELETE FROM agreement_party WHERE agreement = $1", vec![bytes(a.id.uuid())]).await?;
            show(tx, a.id, &a.parties()).await?;
            Ok(Applied { record: Some(a.id.uuid()), rules: true, fence: true, ..Applied::default() })
        })
    }
}

/// An agreement as it stands in the transaction, if it exists for the organization.
async fn found(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    id: AgreementId,
    at: Instant,
) -> Result<AgreementRow, Refused> {
    let row = one(tx, &agreement::one_sql(), vec![bytes(organization.uuid()), bytes(id.uuid())]).await?;
    let mut rows = vec![agreement::read(&row.ok_or(Refused::NotFound)?).map_err(unreadable)?];
    let words = all(tx, &agreement::words_sql(rows.len()), agreement::ids_of(&rows)).await?;
    let stops = all(tx, &agreement::stops_sql(rows.len()), agreement::ids_of(&rows)).await?;
    agreement::fill(&mut rows, &words, &stops, at).map_err(unreadable)?;
    rows.pop().ok_or(Refused::NotFound)
}

/// Who asks, as the transaction sees account and organization.
async fn asking(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    asks: PersonId,
    at: Instant,
) -> Result<Asking, Refused> {
    let people = person::accounts(tx, organization).await?;
    let account = person::account(&people, asks)?;
    let membership = one(tx, agreement::MEMBERSHIP, vec![bytes(organization.uuid())]).await?;
    let membership = membership.ok_or(Refused::NotFound)?;
    let drafts = one(tx, agreement::DRAFTS, vec![bytes(organization.uuid()), at.millis().into()]).await?;
    let drafts = drafts.map(|row| row.try_get("", "open")).transpose().map_err(unavailable)?;
    agreement::asking(account, &membership, drafts.unwrap_or(agreement::OPEN_DRAFTS), at).map_err(unreadable)
}

/// One act of somebody, which takes an agreement from one version to the next.
struct Act {
    agreement: AgreementId,
    version: i64,
    organization: OrganizationId,
    person: PersonId,
    reason: Option<RejectionReason>,
}

impl Act {
    async fn write(&self, tx: &DatabaseTransaction, code: &str, at: Instant) -> Result<(), Refused> {
        execute(
            tx,
            "INSERT INTO agreement_act (agreement, version, act, organization, person, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                bytes(self.agreement.uuid()),
                self.version.into(),
                code.into(),
                bytes(self.organization.uuid()),
                bytes(self.person.uuid()),
                self.reason.map(|reason| reason.code().to_owned()).into(),
                at.millis().into(),
            ],
        )
        .await
        .map(drop)
    }
}

/// The entry of an act. An agreement is about nobody, so it has no part.
fn entry(kind: EntryKind, at: Instant, by: OrganizationId) -> Entry {
    lock::entry(kind, at, by)
}

fn maybe(id: Option<uuid::Uuid>) -> Value {
    id.map(|id| id.as_bytes().to_vec()).into()
}
