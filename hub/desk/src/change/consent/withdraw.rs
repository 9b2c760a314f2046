//! Saying no: the holder withdraws a consent by its id, anybody in the case takes back what a person no longer wants.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, ErrorCode, Outcome, PortFault, WithdrawConsent, WithdrawConsents};
use sangam_store::{CaseWithdrawal, Command, Rows, Taken, WithdrawalChange};
use sangam_vocabulary::{CategorySet, ConsentId, Noun, Purpose, SubjectId};

use crate::change::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::hub::Desk;
use crate::read::store_fault;
use crate::rules::carrying;

const WITHDRAWN: &str =
    "Withdrawn: no answer after this one rests on it. Whoever was shown something by it is asked to let go of it.";

impl Desk {
    pub(crate) async fn withdraw_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: WithdrawConsent,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("withdrawConsent {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let (known, facts) = match self.own_consent(caller, purpose, &input.consent, plans).await? {
            Ok(known) => known,
            Err(outcome) => return Ok(outcome),
        };
        let entry = self.of_subject(EntryKind::ConsentWithdrawn, caller, &facts).await?;
        let change =
            WithdrawalChange { owner: facts.owner.organization, consent: known.id, recalls: self.recall_id()? };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let told = Told { member: "ConsentWithdrawn", prefix: "consent.", rows: Rows::Consents };
                self.changed(caller, purpose, plans, told, known.id.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Takes back consent for a person in whose case the caller's organization is, by whatever open seat carries the
    /// purpose: her holder, whom she was referred to, her lawyer. A search puts nobody in her case.
    pub(crate) async fn withdraw_consents(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: WithdrawConsents,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let by = caller.party().organization;
        let request = format!("withdrawConsents {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(by, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let taken = match (&input.categories, &input.recipients) {
            (None, None) => Taken::All,
            (Some(categories), _) if categories.is_empty() => {
                return Ok(invalid(plans, "/categories", "At least one category, or leave it out to take back all."));
            }
            (categories, recipients) => Taken::Part {
                withholding: ConsentId::drawn(self.chance()).ok_or(ErrorCode::Unavailable)?,
                categories: categories.as_deref().map_or_else(CategorySet::all, CategorySet::of),
                recipients: match recipients.as_deref().map(|list| self.named_recipients(list)).transpose() {
                    Ok(recipients) => recipients.unwrap_or_default(),
                    Err((path, message)) => return Ok(invalid(plans, path, message)),
                },
            },
        };
        let at = self.now();
        let relations = self.store.relations(by, subject, at).await.map_err(store_fault)?;
        let carried = carrying(purpose, caller.party().role);
        let open = relations.iter().any(|row| {
            row.noun != Noun::Search
                && row.open_until > at
                && carried.contains(&(row.noun, row.seat))
                && purpose.is_some_and(|why| row.is_for(why))
        });
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|_| open) else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let entry = self.of_subject(EntryKind::ConsentWithdrawn, caller, &facts).await?;
        let change = CaseWithdrawal { by, subject, taken, recalls: self.recall_id()? };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => Ok(say(plans, "ConsentsWithdrawn", WITHDRAWN, &[])),
            Err(refused) => refusal(plans, refused),
        }
    }
}
