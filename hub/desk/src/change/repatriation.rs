//! Requests to bring somebody home: beginning one, what is put on record, steps, and her no.

use std::sync::Arc;

use sangam_custody::{EntryKind, Held, OutwardKind};
use sangam_language::{
    Caller, ErrorCode, NoteRepatriation, Outcome, PortFault, RequestRepatriation, StepRepatriation,
    WithdrawRepatriation,
};
use sangam_store::{
    Command, Covered, Evidence, Idempotency, NewRepatriation, Refused, RepatriationNote, RepatriationStep, Rows,
    Stepper, Stepping,
};
use sangam_vocabulary::payload::{Narrative, Payload};
use sangam_vocabulary::{
    CategorySet, Code, Instant, Noun, OrganizationId, PersonId, Purpose, RecordId, RepatriationId, Role, SubjectId,
};
use sangam_workflow::repatriation::record::Noted;
use sangam_workflow::repatriation::{Reason, court};
use sangam_workflow::repatriation::{hold, request};
use uuid::Uuid;

use super::referral::NOTE_LENGTH;
use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::cover::Tried;
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::read::store_fault;
use crate::rules::carrying;

/// Something in an input that cannot be read: where, and what to do.
type Wrong = (&'static str, &'static str);

/// A record as the caller sits in it.
struct Sat {
    record: RecordId,
    subject: SubjectId,
}

fn told(member: &'static str) -> Told {
    Told { member, prefix: "repatriation.", rows: Rows::Repatriations }
}

fn code<C: Code>(text: Option<&str>) -> Result<Option<C>, PortFault> {
    text.map(C::read).transpose().map_err(|_| ErrorCode::BadVariables.into())
}

fn instant(text: Option<&str>, path: &'static str) -> Result<Option<Instant>, Wrong> {
    text.map(|text| Instant::read(text).ok_or((path, "An instant in RFC 3339."))).transpose()
}

/// The one step that is asked for. Naming none or several is no step.
fn stepping(input: &StepRepatriation) -> Result<Option<Stepping>, PortFault> {
    let steps = [
        code(input.request.as_deref())?.map(Stepping::Request),
        code(input.screening.as_deref())?.map(Stepping::Screening),
        code(input.court.as_deref())?.map(Stepping::Court),
        code(input.verification.as_deref())?.map(Stepping::Verification),
        code(input.travel_document.as_deref())?.map(Stepping::TravelDocument),
        code(input.exit_clearance.as_deref())?.map(Stepping::ExitClearance),
        code(input.placement.as_deref())?.map(Stepping::Placement),
        code(input.hold.as_deref())?.map(Stepping::Hold),
    ];
    let mut asked = steps.into_iter().flatten();
    Ok(asked.next().filter(|_| asked.next().is_none()))
}

impl Desk {
    /// The request by the caller's own id, where the caller sits in it through a seat that carries the purpose.
    async fn sat(&self, caller: &Caller, purpose: Option<Purpose>, id: &str) -> Result<Option<Sat>, PortFault> {
        let party = caller.party();
        let Ok(record) = self.inward(party.organization, OutwardKind::Repatriation, id) else { return Ok(None) };
        let Some(why) = purpose else { return Ok(None) };
        let carried = carrying(purpose, party.role);
        let place = (Noun::Repatriation, record);
        let seat = self.store.seat_in(party.organization, place, why, self.now()).await.map_err(store_fault)?;
        Ok(seat
            .filter(|(seat, _)| carried.contains(&(Noun::Repatriation, *seat)))
            .map(|(_, subject)| Sat { record, subject }))
    }

    /// Seals her words into the request's record; refuses those that are longer than a page.
    async fn words(&self, sat: &Sat, words: Option<&str>) -> Result<Result<Option<Held>, Wrong>, PortFault> {
        let Some(words) = words else { return Ok(Ok(None)) };
        if words.chars().count() > NOTE_LENGTH {
            return Ok(Err(("/words", "Her words have at most 4,000 characters.")));
        }
        let facts = self.store.subject(sat.subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let key = self.subject_key(facts.owner.organization, sat.subject, &facts.keys).await?;
        let payload = Payload::Narrative(Narrative { account: Some(words.to_owned()), ..Narrative::NOTHING });
        Ok(Ok(Some(key.seal(self.chance(), sat.record, &payload).map_err(DeskFault::from)?)))
    }

    /// A command with its entry, under the caller's key.
    async fn about_return(
        &self,
        caller: &Caller,
        kind: EntryKind,
        sat: &Sat,
        command: Command,
        key: Idempotency,
    ) -> Result<Command, PortFault> {
        let facts = self.store.subject(sat.subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let subject_key = self.subject_key(facts.owner.organization, sat.subject, &facts.keys).await?;
        let entry =
            self.entry(kind, &caller.into(), &subject_key, sat.record, CategorySet::NONE).map_err(DeskFault::from)?;
        Ok(command.recorded(entry).once(key))
    }

    pub(crate) async fn request_repatriation(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: RequestRepatriation,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let (holder, from) = (caller.party().organization, caller.party().country);
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("requestRepatriation {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(holder, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let earlier = match input.earlier.as_deref().map(|id| self.inward(holder, OutwardKind::Repatriation, id)) {
            None => None,
            Some(Ok(earlier)) => Some(earlier),
            Some(Err(_)) => return Ok(invalid(plans, "/earlier", "Not the id of a request.")),
        };
        if !self.is_full_member(holder) {
            self.refused(caller, purpose).await;
            let why = "An organization on probation begins no request; ask the operator.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        let corridors = Arc::clone(&self.corridors);
        if corridors.between(from, input.to).is_none() {
            return Ok(invalid(plans, "/to", "A request leads from your country to another."));
        }
        let subject = SubjectId::from_uuid(subject.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        if facts.is_none_or(|facts| facts.owner.organization != holder) {
            return self.not_owner(caller, purpose, subject, plans).await;
        }
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let id = RepatriationId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let sat = Sat { record: id.into(), subject };
        let change = NewRepatriation { id, subject, holder, from, to: input.to, earlier, corridors };
        let command = self.about_return(caller, EntryKind::RepatriationRequested, &sat, change.into(), key).await?;
        let record = match self.writer.submit(command).await {
            Ok(committed) => committed.record.ok_or(ErrorCode::Internal)?,
            // While one is open, the same is the same.
            Err(Refused::Duplicate { record }) => record,
            Err(refused) => return refusal(plans, refused),
        };
        self.changed(caller, purpose, plans, told("RepatriationRequested"), record).await
    }

    pub(crate) async fn note_repatriation(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: NoteRepatriation,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("noteRepatriation {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let noted = Noted::read(&input.note).map_err(|_| ErrorCode::BadVariables)?;
        let made_on = match self.past(input.made_on.as_deref()) {
            Ok(made_on) => made_on,
            Err((path, why)) => return Ok(invalid(plans, path, why)),
        };
        let Some(sat) = self.sat(caller, purpose, &input.repatriation).await? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, sat.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        if input.words.is_some() && !noted.is_wish() {
            return Ok(invalid(plans, "/words", "Only what she said has words; a note is a code and a day."));
        }
        let words = match self.words(&sat, input.words.as_deref()).await? {
            Ok(words) => words,
            Err((path, why)) => return Ok(invalid(plans, path, why)),
        };
        let organization = caller.party().organization;
        let version = input.version;
        let change = RepatriationNote { repatriation: sat.record, organization, version, noted, made_on, words };
        let command = self.about_return(caller, EntryKind::RepatriationNoted, &sat, change.into(), key).await?;
        match self.writer.submit(command).await {
            Ok(_) => self.changed(caller, purpose, plans, told("RepatriationNoted"), sat.record.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn step_repatriation(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: StepRepatriation,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("stepRepatriation {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Some(step) = stepping(&input)? else {
            return Ok(invalid(plans, "", "Name exactly one step: of the request, of one of its parts, or of a hold."));
        };
        let Some(sat) = self.sat(caller, purpose, &input.repatriation).await? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, sat.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let reason: Option<Reason> = code(input.reason.as_deref())?;
        let mut with = match self.evidence(caller, step, &input)? {
            Ok(with) => with,
            Err((path, why)) => return Ok(invalid(plans, path, why)),
        };
        if step == Stepping::Court(court::Event::Order) {
            match self.attested(caller, &sat, input.attested_by.as_deref()).await? {
                Ok(attested) => with.attested = attested,
                Err((path, why)) => return Ok(invalid(plans, path, why)),
            }
        }
        if let Some(id) = &input.hearing {
            match self.hearing_of(caller, purpose, &sat, id).await? {
                Some(hearing) => with.recorded = Some(hearing),
                None => return Ok(invalid(plans, "/hearing", "Not a hearing of this person that you have a seat in.")),
            }
        }
        let change = RepatriationStep {
            repatriation: sat.record,
            by: Stepper::Organization(caller.party().organization),
            version: Some(input.version),
            step,
            reason,
            with,
            words: None,
            handover: self.random()?,
            corridors: Arc::clone(&self.corridors),
        };
        let covered = self.covered_step(caller, purpose, &sat, (step, reason)).await?;
        let command = Command::from(change).covered(covered);
        let command = self.about_return(caller, EntryKind::RepatriationStepped, &sat, command, key).await?;
        self.step_of_return(caller, purpose, plans, sat.record, command, "RepatriationStepped").await
    }

    pub(crate) async fn withdraw_repatriation(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: WithdrawRepatriation,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("withdrawRepatriation {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Some(sat) = self.sat(caller, purpose, &input.repatriation).await? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, sat.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let words = match self.words(&sat, input.words.as_deref()).await? {
            Ok(words) => words,
            Err((path, why)) => return Ok(invalid(plans, path, why)),
        };
        let step = Stepping::Request(request::Event::Withdraw);
        let change = RepatriationStep {
            repatriation: sat.record,
            by: Stepper::Organization(caller.party().organization),
            version: None,
            step,
            reason: None,
            with: Evidence::default(),
            words,
            handover: self.random()?,
            corridors: Arc::clone(&self.corridors),
        };
        let covered = self.covered_step(caller, purpose, &sat, (step, None)).await?;
        let command = Command::from(change).covered(covered);
        let command = self.about_return(caller, EntryKind::RepatriationStepped, &sat, command, key).await?;
        self.step_of_return(caller, purpose, plans, sat.record, command, "RepatriationWithdrawn").await
    }

    /// Who besides whoever asks has seen an order: of a child, or where the age is not known, somebody must have.
    async fn attested(
        &self,
        caller: &Caller,
        sat: &Sat,
        id: Option<&str>,
    ) -> Result<Result<Option<PersonId>, Wrong>, PortFault> {
        let wrong = ("/attestedBy", "Another person of your organization than you who has seen the order, by id.");
        let Some(id) = id else {
            let facts = self.store.subject(sat.subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
            return Ok(if facts.facts.age.minor_rules(self.now()) { Err(wrong) } else { Ok(None) });
        };
        Ok(self.second_person(caller, id).await?.map(|person| Some(person.id)).ok_or(wrong))
    }

    /// A hearing of the same person, by the caller's own id, that the caller sits in.
    async fn hearing_of(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        sat: &Sat,
        id: &str,
    ) -> Result<Option<RecordId>, PortFault> {
        let own = caller.party().organization;
        let Ok(hearing) = self.inward(own, OutwardKind::Hearing, id) else { return Ok(None) };
        let Some(why) = purpose else { return Ok(None) };
        let seat = self.store.seat_in(own, (Noun::Hearing, hearing), why, self.now()).await.map_err(store_fault)?;
        Ok(seat.filter(|(_, subject)| *subject == sat.subject).map(|_| hearing))
    }

    /// What a step goes by where the state that it moves does not show to the caller.
    async fn covered_step(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        sat: &Sat,
        (step, reason): (Stepping, Option<Reason>),
    ) -> Result<Option<Covered>, PortFault> {
        let tried = match (step, step.of(), reason) {
            (Stepping::Hold(hold::Event::Release), _, Some(reason)) => Tried::LettingGo(reason),
            (_, Some((part, event)), _) => Tried::Of(part, event),
            _ => return Ok(None),
        };
        self.covered(caller, purpose, (Rows::Repatriations, sat.record), tried).await
    }

    /// Makes a step or her no, and answers with the request as it is then.
    async fn step_of_return(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        plans: Plans<'_>,
        record: RecordId,
        command: Command,
        member: &'static str,
    ) -> Result<Outcome, PortFault> {
        match self.writer.submit(command).await {
            Ok(_) => self.changed(caller, purpose, plans, told(member), record.uuid()).await,
            Err(Refused::Duplicate { .. }) => {
                Ok(invalid(plans, "/organization", "That organization has another seat in this request."))
            }
            Err(Refused::NotFound) => {
                Ok(invalid(plans, "", "What the step brings does not fit this request: look at its days and ids."))
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    fn random(&self) -> Result<Uuid, PortFault> {
        let mut random = [0; 16];
        if !self.chance().fill(&mut random) {
            return Err(DeskFault::NoChance.into());
        }
        Ok(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// An instant that is not to come.
    fn past(&self, text: Option<&str>) -> Result<Option<Instant>, Wrong> {
        match instant(text, "/madeOn")? {
            Some(made) if made > self.now() => Err(("/madeOn", "What was made was made by now.")),
            made => Ok(made),
        }
    }

    /// Reads what comes with a step, and that what the step needs has come.
    fn evidence(
        &self,
        caller: &Caller,
        step: Stepping,
        input: &StepRepatriation,
    ) -> Result<Result<Evidence, Wrong>, PortFault> {
        use sangam_workflow::repatriation::papers;
        let crossing = code(input.crossing.as_deref())?;
        let escort = code(input.escort.as_deref())?;
        let signed_by = code(input.signed_by.as_deref())?;
        let own = caller.party().organization;
        let together = input.together.as_deref().map(|id| self.inward(own, OutwardKind::Repatriation, id)).transpose();
        let read = move || -> Result<Evidence, Wrong> {
            let span = |from: Option<&str>, until: Option<&str>, path: (&'static str, &'static str)| {
                let (from, until) = (instant(from, path.0)?, instant(until, path.1)?);
                match from.zip(until) {
                    Some((from, until)) if from >= until => Err((path.1, "Later than when it begins.")),
                    span => Ok(span),
                }
            };
            let valid = span(input.valid_from.as_deref(), input.valid_until.as_deref(), ("/validFrom", "/validUntil"))?;
            let days = span(
                input.handover_from.as_deref(),
                input.handover_until.as_deref(),
                ("/handoverFrom", "/handoverUntil"),
            )?;
            let with = Evidence {
                organization: self.invited(step, input.organization.as_deref())?,
                apart_from_police: input.apart_from_police,
                made_on: self.past(input.made_on.as_deref())?,
                valid,
                plan: crossing.zip(days).map(|(crossing, (opens, closes))| (crossing, opens, closes)),
                together: together.map_err(|_| ("/together", "Not the id of a request."))?,
                hour: instant(input.handover_at.as_deref(), "/handoverAt")?.zip(escort),
                hearing: instant(input.hearing_at.as_deref(), "/hearingAt")?,
                recorded: None,
                signed: (signed_by, crossing),
                attested: None,
                released_by_court: input.released_by_court,
            };
            match step {
                Stepping::TravelDocument(papers::Event::Issue) | Stepping::ExitClearance(papers::Event::Issue)
                    if with.valid.is_none() =>
                {
                    Err(("/validUntil", "A paper is issued with the days on which it is valid."))
                }
                Stepping::Request(request::Event::Propose) if with.plan.is_some() == with.together.is_some() => {
                    Err(("/crossing", "A crossing with its days, or the request whose handover this one joins."))
                }
                Stepping::Request(request::Event::Arrange) if with.hour.is_none() => {
                    Err(("/handoverAt", "The hour and the escort."))
                }
                Stepping::Hold(hold::Event::HoldForCourt) if with.hearing.is_none() && input.hearing.is_none() => {
                    Err(("/hearingAt", "The recorded hearing that it waits for, or when one is that is not on record."))
                }
                Stepping::Hold(hold::Event::HoldForCourt) if with.hearing.is_some() && input.hearing.is_some() => {
                    Err(("/hearing", "A recorded hearing says itself when it is."))
                }
                _ if input.hearing.is_some() && step != Stepping::Hold(hold::Event::HoldForCourt) => {
                    Err(("/hearing", "Only a hold for a court waits for a hearing."))
                }
                _ => Ok(with),
            }
        };
        Ok(read())
    }

    /// Whom an invitation gives a seat: of the kind and country the seat is for.
    fn invited(&self, step: Stepping, id: Option<&str>) -> Result<Option<OrganizationId>, Wrong> {
        let kind: fn(Role) -> bool = match step {
            Stepping::Request(request::Event::InviteLawyer) => |role| role == Role::LegalAid,
            Stepping::Request(request::Event::InviteAuthority | request::Event::InviteLiaison) => Role::is_public,
            Stepping::Request(request::Event::InviteReceiver) => |role| !role.is_public(),
            _ => return Ok(None),
        };
        let wrong = ("/organization", "An organization that may sit there: look it up in the directory.");
        let id = id.and_then(|id| ids::organization(id).ok()).ok_or(wrong)?;
        let fits = self.organization(id).is_some_and(|row| kind(row.role)) && self.admits(id).is_some();
        if fits { Ok(Some(id)) } else { Err(wrong) }
    }
}
