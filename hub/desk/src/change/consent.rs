//! Recording and withdrawing consent.

use sangam_custody::{Assent, Consent, Effect, EntryKind, GivenBy, Informed, OutwardKind};
use sangam_language::{Caller, ErrorCode, GiveConsent, Outcome, PortFault, WithdrawConsent};
use sangam_store::{Command, ConsentChange, Rows, WithdrawalChange};
use sangam_vocabulary::{CategorySet, ConsentId, Instant, Purpose, PurposeSet, SubjectId};

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal};
use crate::hub::{Desk, DeskFault};
use crate::ids::{self, Prefix};
use crate::journalled::Acting;
use crate::read::store_fault;

/// The most recipients one consent names: consent is to named recipients, not to a mailing list.
const RECIPIENTS: usize = 32;

impl Desk {
    /// A consent as a command with its journal entry; `None` when the organization does not own the subject.
    pub(crate) async fn consent_command(
        &self,
        by: Acting,
        subject: SubjectId,
        consent: Consent,
    ) -> Result<Option<Command>, DeskFault> {
        let owner = by.organization;
        let facts = self.store.subject(subject).await?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else { return Ok(None) };
        let key = self.subject_key(owner, subject, &facts.keys).await?;
        let entry = self.entry(EntryKind::ConsentGiven, &by, &key, subject.into(), consent.categories)?;
        Ok(Some(Command::from(ConsentChange { owner, subject, consent }).recorded(entry)))
    }

    pub(crate) async fn give_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: GiveConsent,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let owner = caller.party().organization;
        let request = format!("giveConsent {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(owner, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let consent = match self.read_consent(&input) {
            Ok(consent) => consent,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let Some(command) = self.consent_command(caller.into(), subject, consent).await? else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        match self.writer.submit(command.once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                self.changed(
                    caller,
                    purpose,
                    plans,
                    Told { member: "ConsentRecorded", prefix: "consent.", rows: Rows::Consents },
                    record,
                )
                .await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    fn read_consent(&self, input: &GiveConsent) -> Result<Consent, (&'static str, &'static str)> {
        let effect = match input.effect.as_str() {
            "GRANT" => Effect::Grant,
            "WITHHOLD" => Effect::Withhold,
            _ => return Err(("/effect", "Either GRANT or WITHHOLD.")),
        };
        let given_by = match input.given_by.as_str() {
            "OWN" => GivenBy::Own,
            "GUARDIAN" => GivenBy::Guardian { no_conflict: input.no_conflict },
            "AUTHORITY" => GivenBy::Authority,
            _ => return Err(("/givenBy", "One of OWN, GUARDIAN, AUTHORITY.")),
        };
        let assent = match input.assent.as_str() {
            "GIVEN" => Assent::Given,
            "REFUSED" => Assent::Refused,
            "NOT_ABLE" => Assent::NotAble,
            "NOT_ASKED" => Assent::NotAsked,
            _ => return Err(("/assent", "One of GIVEN, REFUSED, NOT_ABLE, NOT_ASKED.")),
        };
        let answers = <[bool; 7]>::try_from(input.answers.as_slice())
            .map_err(|_| ("/answers", "Seven answers, one a question."))?;
        let recipients = input
            .recipients
            .iter()
            .map(|id| ids::organization(id).ok().filter(|id| self.organization(*id).is_some()))
            .collect::<Option<Vec<_>>>()
            .filter(|list| (1..=RECIPIENTS).contains(&list.len()))
            .ok_or(("/recipients", "1 to 32 organizations of the directory, by id."))?;
        let now = self.now();
        let from = match input.from.as_deref() {
            None => now,
            Some(text) => Instant::read(text).ok_or(("/from", "An instant in RFC 3339."))?,
        };
        let until = Instant::read(&input.until)
            .filter(|until| *until > from)
            .ok_or(("/until", "An instant in RFC 3339, later than `from`."))?;
        for (path, empty) in [
            ("/purposes", input.purposes.is_empty()),
            ("/categories", input.categories.is_empty()),
            ("/countries", input.countries.is_empty()),
        ] {
            if empty {
                return Err((path, "Consent names at least one purpose, one category and one country."));
            }
        }
        Ok(Consent {
            id: ConsentId::drawn(self.chance()).ok_or(("/idempotencyKey", "Try again."))?,
            effect,
            given_by,
            assent,
            informed: Informed::from_answers(answers),
            purposes: PurposeSet::of(&input.purposes),
            categories: CategorySet::of(&input.categories),
            recipients,
            countries: input.countries.clone(),
            from,
            until,
        })
    }

    pub(crate) async fn withdraw_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: WithdrawConsent,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let owner = caller.party().organization;
        let request = format!("withdrawConsent {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(consent) = Prefix::Consent.read(&input.consent).map(ConsentId::from_uuid) else {
            return Ok(invalid(plans, "/consent", "Not the id of a consent."));
        };
        let subject = self.store.subject_of_consent(consent).await.map_err(store_fault)?;
        let facts = match subject {
            Some(subject) => self.store.subject(subject).await.map_err(store_fault)?,
            None => None,
        };
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, facts.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let subject_key = self.subject_key(owner, facts.subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::ConsentWithdrawn, &caller.into(), &subject_key, facts.subject.into(), CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let command = Command::from(WithdrawalChange { owner, consent }).recorded(entry).once(key);
        match self.writer.submit(command).await {
            Ok(_) => {
                self.changed(
                    caller,
                    purpose,
                    plans,
                    Told { member: "ConsentWithdrawn", prefix: "consent.", rows: Rows::Consents },
                    consent.uuid(),
                )
                .await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
