//! What people do about agreements. Here the terms are read and told; who may do what, and what it comes to, is judged in
//! the change itself (`hub/store/src/write/agreement`) by the workflow's table.

use sangam_custody::Agreement;
use sangam_language::{
    AgreementTerms, Caller, CallerKind, DraftAgreement, ErrorCode, OneAgreement, Outcome, PortFault, RejectAgreement,
    SupersedeAgreement,
};
use sangam_store::{AgreementDraft, AgreementStep, Command, Idempotency, Refused};
use sangam_vocabulary::{AgreementId, CategorySet, Code, Instant, OrganizationId, PersonId, PurposeSet};
use sangam_workflow::agreement::{Event, RejectionReason};

use super::{Plans, idempotency, invalid, not_found, refusal, say};
use crate::agreement::agreement_id;
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::read::store_fault;

/// The most parties an agreement has: every one of them needs two people who read it, and a preview looks at each.
const PARTIES: usize = 32;
/// The longest an agreement binds, in days: five years, after which somebody has to read it again.
const TERM_DAYS: i64 = 1_826;
/// The longest a recipient may keep what it received, in days: ten years, longer than any purpose here.
const RETENTION_DAYS: i64 = 3_650;

/// Where in the input something is wrong, and what to do about it.
type Wrong = (&'static str, &'static str);

/// A person's request.
struct Asked<'a> {
    caller: &'a Caller,
    person: PersonId,
    key: Idempotency,
    plans: Plans<'a>,
}

/// What a version of an agreement is: its id and the version that the caller saw.
struct Seen {
    agreement: AgreementId,
    version: i64,
}

impl Desk {
    /// Reads who asks, and under which key. The error is the answer.
    async fn asked<'a>(
        &self,
        caller: &'a Caller,
        key: &str,
        request: &str,
        plans: Plans<'a>,
    ) -> Result<Asked<'a>, Outcome> {
        let CallerKind::Person(person) = caller.kind() else {
            self.refused(caller, None).await;
            return Err(say(plans, "NotPermitted", "People agree, and systems do not.", &[]));
        };
        // The key is the organization's; two people with one key do not make one change.
        let Some(key) = idempotency(caller, key, &format!("{} {request}", person.uuid())) else {
            return Err(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        Ok(Asked { caller, person, key, plans })
    }

    pub(crate) async fn draft_agreement(
        &self,
        caller: &Caller,
        input: DraftAgreement,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("draftAgreement {:?}", input.terms);
        match self.asked(caller, &input.idempotency_key, &request, plans).await {
            Ok(asked) => self.drafted(asked, &input.terms, None).await,
            Err(outcome) => Ok(outcome),
        }
    }

    pub(crate) async fn supersede_agreement(
        &self,
        caller: &Caller,
        input: SupersedeAgreement,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("supersedeAgreement {} {} {:?}", input.agreement, input.version, input.terms);
        let asked = match self.asked(caller, &input.idempotency_key, &request, plans).await {
            Ok(asked) => asked,
            Err(outcome) => return Ok(outcome),
        };
        let Ok(agreement) = agreement_id(&input.agreement) else {
            return Ok(invalid(plans, "/agreement", "Not the id of an agreement."));
        };
        if input.terms.from.is_some() {
            let why = "A newer version binds from when it is in force; leave `from` out.";
            return Ok(invalid(plans, "/terms/from", why));
        }
        self.drafted(asked, &input.terms, Some(Seen { agreement, version: input.version })).await
    }

    async fn drafted(
        &self,
        asked: Asked<'_>,
        terms: &AgreementTerms,
        supersedes: Option<Seen>,
    ) -> Result<Outcome, PortFault> {
        let own = asked.caller.party().organization;
        let id = AgreementId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let agreement = match self.read_terms(own, id, terms) {
            Ok(agreement) => agreement,
            Err((path, message)) => return Ok(invalid(asked.plans, path, message)),
        };
        let mut legal_bases = terms.legal_bases.clone();
        legal_bases.sort_unstable();
        legal_bases.dedup();
        let change = AgreementDraft {
            organization: own,
            person: asked.person,
            agreement,
            legal_bases,
            retention_days: terms.retention_days,
            supersedes: supersedes.map(|seen| (seen.agreement, seen.version)),
        };
        match self.writer.submit(Command::from(change).once(asked.key.clone())).await {
            Ok(committed) => self.agreement_told(&asked, "AgreementDrafted", committed.record).await,
            Err(refused) => self.agreement_refused(&asked, refused).await,
        }
    }

    pub(crate) async fn reject_agreement(
        &self,
        caller: &Caller,
        input: RejectAgreement,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let reason = RejectionReason::read(&input.reason).map_err(|_| ErrorCode::BadVariables)?;
        let RejectAgreement { idempotency_key, agreement, version, .. } = input;
        let one = OneAgreement { idempotency_key, agreement, version };
        self.step_agreement(caller, one, Event::Reject, Some(reason), plans).await
    }

    pub(crate) async fn step_agreement(
        &self,
        caller: &Caller,
        input: OneAgreement,
        event: Event,
        reason: Option<RejectionReason>,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let why = reason.map_or("", Code::code);
        let request = format!("{} agreement {} {} {why}", event.code(), input.agreement, input.version);
        let asked = match self.asked(caller, &input.idempotency_key, &request, plans).await {
            Ok(asked) => asked,
            Err(outcome) => return Ok(outcome),
        };
        let Ok(agreement) = agreement_id(&input.agreement) else {
            return Ok(invalid(plans, "/agreement", "Not the id of an agreement."));
        };
        let change = AgreementStep {
            agreement,
            organization: caller.party().organization,
            person: asked.person,
            version: input.version,
            event,
            reason,
        };
        match self.writer.submit(Command::from(change).once(asked.key.clone())).await {
            Ok(committed) => self.agreement_told(&asked, "AgreementStepped", committed.record).await,
            Err(refused) => self.agreement_refused(&asked, refused).await,
        }
    }

    async fn agreement_refused(&self, asked: &Asked<'_>, refused: Refused) -> Result<Outcome, PortFault> {
        if matches!(refused, Refused::NotFound | Refused::Illegal { .. } | Refused::Missing { .. }) {
            self.refused(asked.caller, None).await;
        }
        refusal(asked.plans, refused)
    }

    /// Answers with an agreement as it is now.
    async fn agreement_told(
        &self,
        asked: &Asked<'_>,
        member: &'static str,
        agreement: Option<uuid::Uuid>,
    ) -> Result<Outcome, PortFault> {
        let (own, at) = (asked.caller.party().organization, self.now());
        let id = AgreementId::from_uuid(agreement.ok_or(ErrorCode::Internal)?);
        let Some(row) = self.store.agreement_of(own, id, at).await.map_err(store_fault)? else {
            return Ok(not_found(asked.plans));
        };
        let asking = self.asking_about_agreements(asked.caller, at).await?;
        let columns = (asked.plans)(member).columns;
        let row = self.told_agreement(&row, asking.as_ref(), at, &columns, "agreement.");
        Ok(Outcome { member, row, receipt: None })
    }

    /// The organizations of one side: each of the directory, able to act, and named once.
    fn read_side(&self, ids: &[String], path: &'static str) -> Result<Vec<OrganizationId>, Wrong> {
        let mut side = ids
            .iter()
            .map(|id| ids::organization(id).ok().filter(|id| self.admits(*id).is_some()))
            .collect::<Option<Vec<_>>>()
            .filter(|side| (1..=PARTIES).contains(&side.len()))
            .ok_or((path, "1 to 32 organizations of the directory that take part now, by id."))?;
        let named = side.len();
        side.sort_unstable();
        side.dedup();
        if side.len() == named { Ok(side) } else { Err((path, "Name each organization once.")) }
    }

    /// The terms as an agreement that nobody has approved.
    fn read_terms(&self, own: OrganizationId, id: AgreementId, terms: &AgreementTerms) -> Result<Agreement, Wrong> {
        let disclosers = self.read_side(&terms.disclosers, "/terms/disclosers")?;
        let recipients = self.read_side(&terms.recipients, "/terms/recipients")?;
        if recipients.iter().any(|recipient| disclosers.contains(recipient)) {
            let why = "Nobody stands on both sides; draft the other direction as an agreement of its own.";
            return Err(("/terms/recipients", why));
        }
        if disclosers.len() + recipients.len() > PARTIES {
            return Err(("/terms/recipients", "An agreement has at most 32 parties."));
        }
        if !disclosers.contains(&own) && !recipients.contains(&own) {
            return Err(("/terms/disclosers", "Your organization is one of the parties; name it on its side."));
        }
        for (path, empty) in [
            ("/terms/purposes", terms.purposes.is_empty()),
            ("/terms/categories", terms.categories.is_empty()),
            ("/terms/legalBases", terms.legal_bases.is_empty()),
        ] {
            if empty {
                return Err((path, "An agreement names at least one purpose, one category and one legal basis."));
            }
        }
        let mut countries = terms.countries.clone();
        countries.sort_unstable();
        countries.dedup();
        let at_home = |recipient: &OrganizationId| {
            self.organization(*recipient).is_some_and(|row| countries.contains(&row.country))
        };
        if !recipients.iter().all(at_home) {
            return Err((
                "/terms/countries",
                "The recipients' own countries are among them, or nothing is shown there.",
            ));
        }
        if !(1..=RETENTION_DAYS).contains(&terms.retention_days) {
            return Err(("/terms/retentionDays", "From 1 to 3,650 days."));
        }
        let now = self.now();
        let from = match terms.from.as_deref() {
            None => now,
            Some(text) => Instant::read(text).ok_or(("/terms/from", "An instant in RFC 3339."))?,
        };
        let until = Instant::read(&terms.until)
            .filter(|until| *until > from && *until > now)
            .ok_or(("/terms/until", "An instant in RFC 3339, later than now and than `from`."))?;
        if until > from.plus_days(TERM_DAYS) {
            return Err(("/terms/until", "At most five years after it begins; draft a newer version in time."));
        }
        Ok(Agreement {
            id,
            version: 1,
            disclosers,
            recipients,
            purposes: PurposeSet::of(&terms.purposes),
            categories: CategorySet::of(&terms.categories),
            countries,
            onward: terms.onward,
            from,
            until,
            suspended: true,
            approvals: Vec::new(),
        })
    }
}
