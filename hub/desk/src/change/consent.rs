//! Recording consent; narrowing and extending it are in `replace.rs`, saying no in `withdraw.rs`, what must be shown for
//! it in `proof.rs`, and the answer to a recall in `recall.rs`.

use sangam_custody::{Assent, Consent, Effect, EntryKind, GivenBy, Informed, OutwardKind};
use sangam_language::{Caller, Cell, ErrorCode, GiveConsent, Outcome, PortFault, ReplacePaperCode};
use sangam_store::{Command, ConsentChange, Manner, PaperCode, PaperCodeChange, Rows, SubjectFacts};
use sangam_vocabulary::{CategorySet, ConsentId, Instant, OrganizationId, Purpose, PurposeSet, RecordId, SubjectId};
use zeroize::Zeroizing;

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids::{self, Prefix};
use crate::journalled::Acting;
use crate::read::store_fault;

mod proof;
mod recall;
mod replace;
mod withdraw;

use proof::Shown;
pub(super) use proof::Wrong;

/// The most recipients one consent names: consent is to named recipients, not to a mailing list.
const RECIPIENTS: usize = 32;
/// The column of a payload that no table has: it is told once.
const PAPER_CODE: &str = "paperCode";

fn assent(code: &str) -> Result<Assent, Wrong> {
    match code {
        "GIVEN" => Ok(Assent::Given),
        "REFUSED" => Ok(Assent::Refused),
        "NOT_ABLE" => Ok(Assent::NotAble),
        "NOT_ASKED" => Ok(Assent::NotAsked),
        _ => Err(("/assent", "One of GIVEN, REFUSED, NOT_ABLE, NOT_ASKED.")),
    }
}

fn informed(answers: &[bool]) -> Result<Informed, Wrong> {
    let answers = <[bool; 7]>::try_from(answers).map_err(|_| ("/answers", "Seven answers, one a question."))?;
    Ok(Informed::from_answers(answers))
}

impl Desk {
    /// A consent as a command with its journal entry; `None` when the organization does not own the subject.
    pub(crate) async fn consent_command(
        &self,
        by: Acting,
        subject: SubjectId,
        consent: Consent,
        manner: Manner,
        paper_code: Option<PaperCode>,
    ) -> Result<Option<Command>, DeskFault> {
        let owner = by.organization;
        let facts = self.store.subject(subject).await?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else { return Ok(None) };
        let key = self.subject_key(owner, subject, &facts.keys).await?;
        let mut entries = vec![self.entry(EntryKind::ConsentGiven, &by, &key, subject.into(), consent.categories)?];
        if paper_code.is_some() {
            entries.push(self.entry(EntryKind::PaperCodeDrawn, &by, &key, subject.into(), CategorySet::NONE)?);
        }
        let recalls = self.recall_id()?;
        let change = ConsentChange { owner, subject, consent, manner, paper_code, recalls };
        Ok(Some(entries.into_iter().fold(Command::from(change), Command::recorded)))
    }

    /// An id for the first recall that a change may open.
    pub(crate) fn recall_id(&self) -> Result<RecordId, DeskFault> {
        RecordId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)
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
        // Nothing that costs a key or a second is done for a subject of somebody else.
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        if facts.is_none_or(|facts| facts.owner.organization != owner) {
            return self.not_owner(caller, purpose, subject, plans).await;
        }
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let shown = Shown {
            grants: (consent.effect == Effect::Grant).then_some(consent.given_by),
            telling: input.telling.as_ref(),
            check: input.conflict_check.as_ref(),
            order: input.order.as_ref(),
        };
        let manner = match self.proved(caller, &shown).await? {
            Ok(manner) => manner,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let code = if input.paper_code { Some(self.draw_paper_code(owner).await?) } else { None };
        let (text, kept) = code.map_or((None, None), |code| (Some(code.text), Some(code.kept)));
        let Some(command) = self.consent_command(caller.into(), subject, consent, manner, kept).await? else {
            return Ok(not_found(plans));
        };
        match self.writer.submit(command.once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                // A repetition made nothing: the code drawn for it opens nothing and is not told.
                let text = text.filter(|_| !committed.repeated);
                self.recorded(caller, purpose, plans, record, text).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Answers with the consent, and with the code that was drawn for it.
    async fn recorded(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        plans: Plans<'_>,
        record: uuid::Uuid,
        code: Option<Zeroizing<String>>,
    ) -> Result<Outcome, PortFault> {
        const MEMBER: &str = "ConsentRecorded";
        let stored = |member: &str| {
            let mut plan = plans(member);
            plan.columns.retain(|column| column != PAPER_CODE);
            plan
        };
        let told = Told { member: MEMBER, prefix: "consent.", rows: Rows::Consents };
        let mut outcome = self.changed(caller, purpose, &stored, told, record).await?;
        let place = plans(MEMBER).columns.iter().position(|column| column == PAPER_CODE);
        if let Some(place) = place.filter(|_| outcome.member == MEMBER) {
            outcome.row.cells.insert(place, code.map_or(Cell::Null, |code| Cell::Text(code.to_string())));
        }
        Ok(outcome)
    }

    pub(crate) async fn replace_paper_code(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: ReplacePaperCode,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let owner = caller.party().organization;
        let request = format!("replacePaperCode {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(owner, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let code = self.draw_paper_code(owner).await?;
        let entry = self.of_subject(EntryKind::PaperCodeDrawn, caller, &facts).await?;
        let change = PaperCodeChange { owner, subject, code: code.kept };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let told = if committed.repeated { Cell::Null } else { Cell::Text(code.text.to_string()) };
                Ok(say(plans, "PaperCodeReplaced", "", &[(PAPER_CODE, told)]))
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// An entry about a subject that names no category.
    async fn of_subject(
        &self,
        kind: EntryKind,
        caller: &Caller,
        facts: &SubjectFacts,
    ) -> Result<sangam_custody::Entry, DeskFault> {
        let key = self.subject_key(facts.owner.organization, facts.subject, &facts.keys).await?;
        Ok(self.entry(kind, &caller.into(), &key, facts.subject.into(), CategorySet::NONE)?)
    }

    fn read_consent(&self, input: &GiveConsent) -> Result<Consent, Wrong> {
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
            assent: assent(&input.assent)?,
            informed: informed(&input.answers)?,
            purposes: PurposeSet::of(&input.purposes),
            categories: CategorySet::of(&input.categories),
            recipients: self.named_recipients(&input.recipients)?,
            countries: input.countries.clone(),
            from,
            until,
        })
    }

    /// The organizations of the directory that a consent names.
    pub(super) fn named_recipients(&self, named: &[String]) -> Result<Vec<OrganizationId>, Wrong> {
        named
            .iter()
            .map(|id| ids::organization(id).ok().filter(|id| self.organization(*id).is_some()))
            .collect::<Option<Vec<_>>>()
            .filter(|list| (1..=RECIPIENTS).contains(&list.len()))
            .ok_or(("/recipients", "1 to 32 organizations of the directory, by id."))
    }

    /// A consent of an own subject by its id, for whoever may change it.
    async fn own_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        id: &str,
        plans: Plans<'_>,
    ) -> Result<Result<(Consent, SubjectFacts), Outcome>, PortFault> {
        let Ok(consent) = Prefix::Consent.read(id).map(ConsentId::from_uuid) else {
            return Ok(Err(invalid(plans, "/consent", "Not the id of a consent.")));
        };
        let known = self.store.consent(consent).await.map_err(store_fault)?;
        let facts = match &known {
            Some((subject, ..)) => self.store.subject(*subject).await.map_err(store_fault)?,
            None => None,
        };
        let owner = caller.party().organization;
        let facts = facts.filter(|facts| facts.owner.organization == owner);
        let (Some((_, consent, _)), Some(facts)) = (known, facts) else {
            self.refused(caller, purpose).await;
            return Ok(Err(not_found(plans)));
        };
        if self.outside(caller, facts.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(Err(not_on_team(plans)));
        }
        Ok(Ok((consent, facts)))
    }
}
