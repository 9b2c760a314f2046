//! Agreements.

use sangam_custody::Agreement;
use sangam_vocabulary::Instant;
use sea_orm::DatabaseTransaction;

use super::{bytes, codes, execute, flag, ids};
use crate::command::{Applied, Command, Work, Working};

/// Records an agreement or a new version of it. Every decision made before is made anew.
pub struct AgreementChange {
    /// The agreement.
    pub agreement: Agreement,
    /// The legal basis, in words.
    pub legal_basis: String,
}

impl From<AgreementChange> for Command {
    fn from(change: AgreementChange) -> Self {
        Self::new(change)
    }
}

impl Work for AgreementChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let a = &self.agreement;
            let approvals: Vec<_> = a
                .approvals
                .iter()
                .map(|approval| {
                    format!("{}:{}", approval.organization.uuid().simple(), approval.person.uuid().simple())
                })
                .collect();
            execute(
                tx,
                "INSERT INTO agreement (id, version, legal_basis, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, suspended, approvals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET version = excluded.version, legal_basis = excluded.legal_basis, disclosers = excluded.disclosers, recipients = excluded.recipients, purposes = excluded.purposes, categories = excluded.categories, countries = excluded.countries, onward = excluded.onward, from_at = excluded.from_at, until_at = excluded.until_at, suspended = excluded.suspended, approvals = excluded.approvals",
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
                    flag(a.suspended),
                    approvals.join(",").into(),
                ],
            )
            .await?;
            execute(tx, "DELETE FROM agreement_party WHERE agreement = $1", vec![bytes(a.id.uuid())]).await?;
            let mut parties: Vec<_> = a.disclosers.iter().chain(&a.recipients).copied().collect();
            parties.sort_unstable();
            parties.dedup();
            for party in parties {
                execute(
                    tx,
                    "INSERT INTO agreement_party (organization, agreement) VALUES ($1, $2)",
                    vec![bytes(party.uuid()), bytes(a.id.uuid())],
                )
                .await?;
            }
            Ok(Applied { record: Some(a.id.uuid()), rules: true, fence: true, ..Applied::default() })
        })
    }
}
