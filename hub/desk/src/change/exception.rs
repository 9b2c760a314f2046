//! Orders, overrides by authority and emergencies: put on record by a person, agreed to by a second one, ended, reviewed.
//! What one opens is decided with each answer (`answer.rs`), and nothing of it here.

use sangam_custody::{EntryKind, Held, OutwardKind, OverrideBasis, SubjectKey};
use sangam_language::{
    Caller, Cell, DeclareEmergency, ErrorCode, ExceptionChange, Outcome, PortFault, RecordOrder, RequestOverride,
};
use sangam_store::{Command, ExceptionAct, ExceptionStep, Exceptional, Idempotency, NewException, Rows, SubjectFacts};
use sangam_vocabulary::payload::{Legal, Payload};
use sangam_vocabulary::{
    CategorySet, Code, ExceptionId, Instant, Noun, OrganizationId, PersonId, Purpose, PurposeSet, RecordId, Seat,
    SubjectId,
};
use sangam_workflow::exception::{ExceptionKind, ExceptionRefusal};

use super::consent::Wrong;
use super::hearing::{COURT_LENGTH, NOTE_LENGTH};
use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, not_permitted, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;
use crate::rules::carrying;

const RECORDED: Told = Told { member: "ExceptionRecorded", prefix: "exception.", rows: Rows::Exceptions };
const CHANGED: Told = Told { member: "ExceptionChanged", ..RECORDED };

/// Why something exceptional is not put on record, as whoever asks is told.
pub(super) fn refused(plans: Plans<'_>, reason: ExceptionRefusal) -> Outcome {
    let message = match reason {
        ExceptionRefusal::Adult => {
            "Nothing stands in for an adult's own word about going home or being found, and a child's best interests are those of a child; ask the person."
        }
        ExceptionRefusal::NoOrder => {
            "A court's word stands in for a consent only where its order is on record for this person, attested and in force, for all these categories and this organization; put it on record with `recordOrder`, have it attested, and name it in `order`."
        }
        ExceptionRefusal::Open => {
            "Your organization has declared an emergency for this person within the last 24 hours."
        }
        ExceptionRefusal::TooManyToday => {
            "Your organization has declared as many emergencies as it may in 24 hours; ask the case desk."
        }
        ExceptionRefusal::Full => "As many count or wait for this person as may; end those that no longer should.",
    };
    say(plans, "ExceptionRefused", message, &[("reason", Cell::Text(reason.code().to_owned()))])
}

/// What only a person does who is known by her sign-in.
fn not_a_person(plans: Plans<'_>) -> Outcome {
    say(plans, "NotPermitted", "Only a person who signed in can do that; a system cannot.", &[])
}

/// What is written of an order or an override, sealed in its record.
struct Words<'a> {
    number: Option<&'a String>,
    court: Option<&'a String>,
    note: Option<&'a String>,
}

impl Words<'_> {
    fn too_long(&self) -> Option<Wrong> {
        let longer = |text: Option<&String>, most: usize| text.is_some_and(|text| text.chars().count() > most);
        [
            (longer(self.number, COURT_LENGTH), ("/number", "A number has at most 200 characters.")),
            (longer(self.court, COURT_LENGTH), ("/court", "A name has at most 200 characters.")),
            (longer(self.note, NOTE_LENGTH), ("/note", "A note has at most 4,000 characters.")),
        ]
        .into_iter()
        .find_map(|(wrong, why)| wrong.then_some(why))
    }

    fn sealed(&self, desk: &Desk, key: &SubjectKey, record: RecordId) -> Result<Option<Held>, DeskFault> {
        if self.number.is_none() && self.court.is_none() && self.note.is_none() {
            return Ok(None);
        }
        let said = Legal { report_number: self.number.cloned(), court: self.court.cloned(), notes: self.note.cloned() };
        Ok(Some(key.seal(desk.chance(), record, &Payload::Legal(said))?))
    }
}

/// Who puts something on record, about whom, and under which key.
struct Recording {
    key: Idempotency,
    person: PersonId,
    facts: SubjectFacts,
}

/// A step of something exceptional, as it is asked for.
struct Stepping<'a> {
    request: String,
    key: &'a str,
    exception: &'a str,
    version: i64,
    kind: ExceptionKind,
    act: ExceptionAct,
    entry: EntryKind,
}

impl Desk {
    pub(crate) async fn change_exception(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        change: ExceptionChange,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        use ExceptionChange as C;
        use ExceptionKind as K;
        let request = format!("{change:?}");
        let step = |input: &sangam_language::OneException| (input.exception.clone(), input.version);
        let (kind, act, entry, (exception, version)) = match &change {
            C::RecordOrder(input) => return self.record_order(caller, purpose, input, plans).await,
            C::RequestOverride(input) => return self.request_override(caller, purpose, input, plans).await,
            C::DeclareEmergency(input) => return self.declare_emergency(caller, purpose, input, plans).await,
            C::AttestOrder(input) => (K::Order, ExceptionAct::Agree, EntryKind::OrderAttested, step(input)),
            C::EndOrder(input) => (K::Order, ExceptionAct::End, EntryKind::OrderEnded, step(input)),
            C::ApproveOverride(input) => (K::Override, ExceptionAct::Agree, EntryKind::OverrideApproved, step(input)),
            C::EndOverride(input) => (K::Override, ExceptionAct::End, EntryKind::OverrideEnded, step(input)),
            C::ReviewEmergency(input) => (
                K::Emergency,
                ExceptionAct::Review(input.finding),
                EntryKind::EmergencyReviewed,
                (input.exception.clone(), input.version),
            ),
        };
        let key = change.idempotency_key();
        let of = Stepping { request, key, exception: &exception, version, kind, act, entry };
        self.step_exception(caller, purpose, of, plans).await
    }

    /// What is to be put on record for an own subject, by a person of its team.
    async fn recording(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        (key, request, subject): (&str, &str, &str),
        plans: Plans<'_>,
    ) -> Result<Result<Recording, Outcome>, PortFault> {
        let owner = caller.party().organization;
        let Some(key) = idempotency(caller, key, request) else {
            return Ok(Err(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters.")));
        };
        let Ok(subject) = self.inward(owner, OutwardKind::Subject, subject) else {
            return Ok(Err(invalid(plans, "/subject", "Not the id of a subject.")));
        };
        let Some(person) = caller.party().person() else { return Ok(Err(not_a_person(plans))) };
        let subject = SubjectId::from_uuid(subject.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else {
            return Ok(Err(self.not_owner(caller, purpose, subject, plans).await?));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(Err(not_on_team(plans)));
        }
        Ok(Ok(Recording { key, person, facts }))
    }

    async fn record_order(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: &RecordOrder,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let words = Words { number: input.number.as_ref(), court: input.court.as_ref(), note: input.note.as_ref() };
        let what = match self.read_order(input).and_then(|what| words.too_long().map_or(Ok(what), Err)) {
            Ok(what) => what,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let asked = (input.idempotency_key.as_str(), &*format!("recordOrder {input:?}"), input.subject.as_str());
        match self.recording(caller, purpose, asked, plans).await? {
            Ok(of) => self.put_on_record(caller, purpose, of, what, &words, plans).await,
            Err(outcome) => Ok(outcome),
        }
    }

    fn read_order(&self, input: &RecordOrder) -> Result<Exceptional, Wrong> {
        if input.categories.is_empty() {
            return Err(("/categories", "An order names at least one category."));
        }
        let now = self.now();
        let from = match input.from.as_deref() {
            None => now,
            Some(text) => Instant::read(text).ok_or(("/from", "An instant in RFC 3339."))?,
        };
        let until = Instant::read(&input.until)
            .filter(|until| *until > from.max(now))
            .ok_or(("/until", "An instant in RFC 3339, later than now and than `from`."))?;
        Ok(Exceptional::Order {
            kind: input.kind,
            categories: CategorySet::of(&input.categories),
            recipients: self.named_recipients(&input.recipients)?,
            from,
            until,
        })
    }

    async fn request_override(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: &RequestOverride,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let words = Words { number: input.number.as_ref(), court: input.court.as_ref(), note: input.note.as_ref() };
        let own = caller.party().organization;
        let what = match self.read_override(own, input).and_then(|what| words.too_long().map_or(Ok(what), Err)) {
            Ok(what) => what,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let asked = (input.idempotency_key.as_str(), &*format!("requestOverride {input:?}"), input.subject.as_str());
        match self.recording(caller, purpose, asked, plans).await? {
            Ok(of) => self.put_on_record(caller, purpose, of, what, &words, plans).await,
            Err(outcome) => Ok(outcome),
        }
    }

    fn read_override(&self, own: OrganizationId, input: &RequestOverride) -> Result<Exceptional, Wrong> {
        for (path, empty) in [("/categories", input.categories.is_empty()), ("/purposes", input.purposes.is_empty())] {
            if empty {
                return Err((path, "An override names at least one category and one purpose."));
            }
        }
        let named = self.named_recipients(std::slice::from_ref(&input.recipient));
        let one = named.ok().and_then(|recipients| recipients.first().copied());
        let order = match &input.order {
            None => None,
            Some(_) if input.basis != OverrideBasis::CourtOrder => {
                return Err(("/order", "An override by a court names an order, and no other does."));
            }
            Some(order) => {
                let id = self.inward(own, OutwardKind::Exception, order);
                Some(id.map_err(|_| ("/order", "Not the id of an exception."))?)
            }
        };
        Ok(Exceptional::Override {
            order,
            basis: input.basis,
            categories: CategorySet::of(&input.categories),
            purposes: PurposeSet::of(&input.purposes),
            recipient: one.ok_or(("/recipient", "An organization of the directory, by id."))?,
        })
    }

    /// An emergency is of a person whom the caller's organization looks after: it has a seat that carries PROTECTION and
    /// is open. It is written down where the owner reads it, and the owner's team is told in the same savepoint.
    async fn declare_emergency(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: &DeclareEmergency,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let (party, at) = (caller.party(), self.now());
        let own = party.organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("declareEmergency {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(own, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let Some(person) = party.person() else { return Ok(not_a_person(plans)) };
        if purpose != Some(Purpose::Protection) {
            return Ok(say(
                plans,
                "NotPermitted",
                "An emergency is declared for PROTECTION; ask again with that purpose.",
                &[],
            ));
        }
        let subject = SubjectId::from_uuid(subject.uuid());
        let known = self.store.relations(own, subject, at).await.map_err(store_fault)?;
        let carried = carrying(purpose, party.role);
        let seat = known.iter().find(|row| {
            carried.contains(&(row.noun, row.seat)) && row.is_for(Purpose::Protection) && row.open_until > at
        });
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let (Some(seat), Some(facts)) = (seat, facts) else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if facts.owner.organization == own {
            return Ok(invalid(plans, "/subject", "The owner reads its own subject; there is nothing to declare."));
        }
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let what = Exceptional::Emergency { reason: input.reason, through: (seat.noun, seat.record) };
        let words = Words { number: None, court: None, note: None };
        self.put_on_record(caller, purpose, Recording { key, person, facts }, what, &words, plans).await
    }

    async fn put_on_record(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        of: Recording,
        what: Exceptional,
        words: &Words<'_>,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let Recording { key, person, facts } = of;
        let (kind, categories) = match &what {
            Exceptional::Order { categories, .. } => (EntryKind::OrderRecorded, *categories),
            Exceptional::Override { categories, .. } => (EntryKind::OverrideRequested, *categories),
            Exceptional::Emergency { .. } => (EntryKind::EmergencyDeclared, CategorySet::NONE),
        };
        let subject_key = self.subject_key(facts.owner.organization, facts.subject, &facts.keys).await?;
        let id = RecordId::from(ExceptionId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?);
        let words = words.sealed(self, &subject_key, id)?;
        let entry = self.entry(kind, &caller.into(), &subject_key, id, categories).map_err(DeskFault::from)?;
        let organization = caller.party().organization;
        let change = NewException { id, subject: facts.subject, organization, person, what, words };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                self.changed(caller, purpose, plans, RECORDED, committed.record.ok_or(ErrorCode::Internal)?).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    async fn step_exception(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        of: Stepping<'_>,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let own = caller.party().organization;
        let Some(key) = idempotency(caller, of.key, &of.request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(exception) = self.inward(own, OutwardKind::Exception, of.exception) else {
            return Ok(invalid(plans, "/exception", "Not the id of an exception."));
        };
        let why = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let seat = self.store.seat_in(own, (Noun::Exception, exception), why, self.now()).await.map_err(store_fault)?;
        let Some((seat, subject)) = seat else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if seat != Seat::Owner {
            self.refused(caller, purpose).await;
            return Ok(not_permitted(plans));
        }
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let subject_key = self.subject_key(own, subject, &facts.keys).await?;
        let entry = self
            .entry(of.entry, &caller.into(), &subject_key, exception, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = ExceptionStep {
            exception,
            kind: of.kind,
            organization: own,
            person: caller.party().person(),
            version: of.version,
            act: of.act,
        };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, CHANGED, exception.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }
}
