//! Recording a date in court, and its steps.

use std::sync::Arc;

use sangam_custody::{EntryKind, Held, OutwardKind, SubjectKey};
use sangam_language::{Caller, ErrorCode, Outcome, PortFault, RecordHearing, StepHearing};
use sangam_store::{Command, HearingStep, NewHearing, Rows};
use sangam_vocabulary::payload::{ContactSafety, Legal, Payload};
use sangam_vocabulary::{CategorySet, Code, HearingId, Instant, Noun, Purpose, RecordId, Seat, SubjectId};
use sangam_workflow::hearing::{Event, RECORDERS};

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal};
use crate::cover::Tried;
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

/// The longest name of a court, in characters: a line.
pub(super) const COURT_LENGTH: usize = 200;
/// The longest note, in characters: a page, as a referral's.
pub(super) const NOTE_LENGTH: usize = 4000;

fn too_long(text: Option<&String>, most: usize) -> bool {
    text.is_some_and(|text| text.chars().count() > most)
}

/// Seals what a person typed of a hearing, and what protects the witness there, in the hearing's own record. Measures
/// and how they are done are CONTACT_SAFETY and not LEGAL: who may know of the case in court need not know how she is
/// brought there.
fn sealed(desk: &Desk, key: &SubjectKey, record: RecordId, input: &RecordHearing) -> Result<Vec<Held>, DeskFault> {
    let measures = input.protection_measures.clone().unwrap_or_default();
    let mut payloads = Vec::new();
    if input.court.is_some() || input.note.is_some() {
        let (court, notes) = (input.court.clone(), input.note.clone());
        payloads.push(Payload::Legal(Legal { report_number: None, court, notes }));
    }
    if !measures.is_empty() || input.protection_note.is_some() || input.safe_to_call {
        payloads.push(Payload::ContactSafety(ContactSafety {
            safe_to_call: input.safe_to_call,
            instructions: input.protection_note.clone(),
            protection_measures: measures,
        }));
    }
    payloads.iter().map(|payload| key.seal(desk.chance(), record, payload).map_err(DeskFault::from)).collect()
}

/// What is wrong with a hearing as it was sent.
fn wrong(input: &RecordHearing) -> Option<(&'static str, &'static str)> {
    let page = "A note has at most 4,000 characters.";
    [
        (too_long(input.court.as_ref(), COURT_LENGTH), ("/court", "A court's name has at most 200 characters.")),
        (too_long(input.note.as_ref(), NOTE_LENGTH), ("/note", page)),
        (too_long(input.protection_note.as_ref(), NOTE_LENGTH), ("/protectionNote", page)),
    ]
    .into_iter()
    .find_map(|(is, what)| is.then_some(what))
}

impl Desk {
    /// The seat of the caller in a case, of those that may do something there, and the subject's key; `Err` is what it
    /// is told instead.
    pub(super) async fn seated(
        &self,
        caller: &Caller,
        (purpose, among): (Purpose, &[Seat]),
        subject: SubjectId,
        plans: Plans<'_>,
    ) -> Result<Result<SubjectKey, Outcome>, PortFault> {
        let own = caller.party().organization;
        let place = (Noun::Subject, RecordId::from(subject));
        let seat = self.store.seat_in(own, place, purpose, self.now()).await.map_err(store_fault)?;
        if !seat.is_some_and(|(seat, _)| among.contains(&seat)) {
            return Ok(Err(self.not_owner(caller, Some(purpose), subject, plans).await?));
        }
        if self.outside(caller, subject).await? {
            self.refused(caller, Some(purpose)).await;
            return Ok(Err(not_on_team(plans)));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        Ok(Ok(self.subject_key(facts.owner.organization, subject, &facts.keys).await?))
    }

    pub(crate) async fn record_hearing(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: RecordHearing,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let asked_for = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("recordHearing {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(organization, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let Some(takes_place) = Instant::read(&input.takes_place_at) else {
            return Ok(invalid(plans, "/takesPlaceAt", "An instant in RFC 3339."));
        };
        if let Some((path, message)) = wrong(&input) {
            return Ok(invalid(plans, path, message));
        }
        let subject_key = match self.seated(caller, (asked_for, RECORDERS), subject, plans).await? {
            Ok(key) => key,
            Err(outcome) => return Ok(outcome),
        };
        let id = RecordId::from(HearingId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?);
        let held = sealed(self, &subject_key, id, &input)?;
        let categories = held.iter().fold(CategorySet::NONE, |set, held| set.with(held.category()));
        let entry = self
            .entry(EntryKind::HearingRecorded, &caller.into(), &subject_key, id, categories)
            .map_err(DeskFault::from)?;
        let (kind, holds) = (input.kind, input.holds_return);
        let corridors = Arc::clone(&self.corridors);
        let change =
            NewHearing { id, subject, organization, purpose: asked_for, kind, takes_place, holds, held, corridors };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let told = Told { member: "HearingRecorded", prefix: "hearing.", rows: Rows::Hearings };
                self.changed(caller, purpose, plans, told, committed.record.ok_or(ErrorCode::Internal)?).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn step_hearing(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: StepHearing,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let asked_for = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("stepHearing {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(hearing) = self.inward(organization, OutwardKind::Hearing, &input.hearing) else {
            return Ok(invalid(plans, "/hearing", "Not the id of a hearing."));
        };
        let takes_place = match (input.event, input.takes_place_at.as_deref()) {
            (Event::Reschedule, text) => match text.and_then(Instant::read) {
                Some(instant) => Some(instant),
                None => return Ok(invalid(plans, "/takesPlaceAt", "The new date: an instant in RFC 3339.")),
            },
            (_, None) => None,
            (_, Some(_)) => return Ok(invalid(plans, "/takesPlaceAt", "Only RESCHEDULE sets another date.")),
        };
        if input.released && input.event != Event::Hear {
            return Ok(invalid(plans, "/released", "Only HEAR says so; RELEASE_HOLD lifts a hold by itself."));
        }
        let place = (Noun::Hearing, hearing);
        let seat = self.store.seat_in(organization, place, asked_for, self.now()).await.map_err(store_fault)?;
        let Some((_, subject)) = seat else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let subject_key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::HearingStepped, &caller.into(), &subject_key, hearing, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = HearingStep {
            hearing,
            organization,
            purpose: asked_for,
            version: input.version,
            event: input.event,
            reason: input.reason,
            takes_place,
            released: input.released,
            corridors: Arc::clone(&self.corridors),
        };
        let covered =
            self.covered(caller, purpose, (Rows::Hearings, hearing), Tried::Of(None, input.event.code())).await?;
        match self.writer.submit(Command::from(change).covered(covered).recorded(entry).once(key)).await {
            Ok(_) => {
                let told = Told { member: "HearingStepped", prefix: "hearing.", rows: Rows::Hearings };
                self.changed(caller, purpose, plans, told, hearing.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
