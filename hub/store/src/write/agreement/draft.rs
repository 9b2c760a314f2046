//! A person drafts an agreement, or a newer version of one.

use sangam_custody::{Agreement, EntryKind};
use sangam_vocabulary::{Code, Instant, OrganizationId, PersonId};
use sangam_workflow::agreement::{AgreementFlow, Asking, Event, LegalBasis, Need, State};
use sangam_workflow::flow::take;
use sea_orm::DatabaseTransaction;

use super::{asking, bytes, codes, entry, execute, flag, found, ids, maybe, show};
use crate::command::{Applied, Refused, Work, Working, commands};

/// Records a draft. Its approvals are not looked at: a draft has none.
pub struct AgreementDraft {
    /// The organization that drafts it.
    pub organization: OrganizationId,
    /// The person who does.
    pub person: PersonId,
    /// The terms.
    pub agreement: Agreement,
    /// The legal bases.
    pub legal_bases: Vec<LegalBasis>,
    /// How long a recipient keeps what it received, in days.
    pub retention_days: i64,
    /// The agreement whose place it is to take, with the version that whoever asks saw.
    pub supersedes: Option<(sangam_vocabulary::AgreementId, i64)>,
}

commands!(AgreementDraft);

/// What a draft that follows nothing asks of who drafts it: what the newer version of something does.
fn may_draft(asking: &Asking) -> Result<(), Refused> {
    let asked = [(Need::Officer, asking.officer), (Need::FullMember, asking.full_member), (Need::Room, asking.room)];
    let needs: Vec<_> = asked.into_iter().filter(|(_, there)| !there).map(|(need, _)| need.code()).collect();
    if needs.is_empty() { Ok(()) } else { Err(Refused::Missing { needs }) }
}

impl AgreementDraft {
    /// Whether it may follow what it is to follow: for those, and only those, whom that binds too.
    async fn follows(&self, tx: &DatabaseTransaction, asking: &Asking, at: Instant) -> Result<(), Refused> {
        let Some((old, version)) = self.supersedes else { return may_draft(asking) };
        let old = found(tx, self.organization, old, at).await?;
        if old.version != version {
            return Err(Refused::Conflict { current: old.version });
        }
        let record = old.record();
        let by = record.by(self.organization);
        let _ = take::<AgreementFlow>(old.state(at), Event::Supersede, by, &record.met(asking), None)?;
        if old.parties != self.agreement.parties() {
            return Err(Refused::OtherParties);
        }
        Ok(())
    }
}

impl Work for AgreementDraft {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let asking = asking(tx, self.organization, self.person, at).await?;
            self.follows(tx, &asking, at).await?;
            let a = &self.agreement;
            execute(
                tx,
                "INSERT INTO agreement (id, version, legal_basis, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, suspended, approvals, state, drafter, drafted_by, legal_bases, retention_days, supersedes, changed_at) VALUES ($1, 1, '', $2, $3, $4, $5, $6, $7, $8, $9, 1, '', $10, $11, $12, $13, $14, $15, $16)",
                vec![
                    bytes(a.id.uuid()),
                    ids(&a.disclosers).into(),
                    ids(&a.recipients).into(),
                    i64::from(a.purposes.bits()).into(),
                    i64::from(a.categories.bits()).into(),
                    codes(&a.countries).into(),
                    flag(a.onward),
                    a.from.millis().into(),
                    a.until.millis().into(),
                    State::Draft.code().into(),
                    bytes(self.organization.uuid()),
                    bytes(self.person.uuid()),
                    codes(&self.legal_bases).into(),
                    self.retention_days.into(),
                    maybe(self.supersedes.map(|(old, _)| old.uuid())),
                    at.millis().into(),
                ],
            )
            .await?;
            // Nobody else is told that somebody drafts.
            show(tx, a.id, &[self.organization]).await?;
            let entries = vec![entry(EntryKind::AgreementDrafted, at, self.organization)];
            Ok(Applied { record: Some(a.id.uuid()), entries, ..Applied::default() })
        })
    }
}
