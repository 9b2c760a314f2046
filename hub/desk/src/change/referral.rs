//! Writing and sending a referral. Read `step.rs` next: its steps and the answers about single services; `message.rs`:
//! what its parties write to each other.

mod message;
mod step;
mod transfer;

pub(crate) use step::{Asked, ServicesAsked, Stepping};

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, Cell, ErrorCode, Outcome, PortFault, SendReferral};
use sangam_store::{Command, NewReferral, ReferralRefusal, Refused, Rows, Source};
use sangam_vocabulary::payload::{Payload, ServiceCode, Services};
use sangam_vocabulary::{
    Category, CategorySet, Code, DeliveryId, Instant, OrganizationId, Purpose, RecordId, ReferralId, SubjectId,
};
use sangam_workflow::referral::{LATEST_ANSWER, SOONEST_ANSWER, State, Urgency};

use super::{Plans, Told, idempotency, invalid, not_on_team, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::journalled::Acting;

/// The longest note, in characters: a page.
pub(super) const NOTE_LENGTH: usize = 4000;
/// The most services in one referral.
const SERVICES: usize = 12;

/// A referral before it is sealed, from the API or from a partner's record.
pub(crate) struct Draft {
    pub(crate) subject: SubjectId,
    pub(crate) by: Acting,
    pub(crate) recipient: OrganizationId,
    pub(crate) begins: State,
    pub(crate) services: Vec<ServiceCode>,
    pub(crate) note: Option<String>,
    pub(crate) urgency: Urgency,
    pub(crate) answer_by: Option<Instant>,
    pub(crate) re_referral: bool,
    pub(crate) redirected_from: Option<RecordId>,
    pub(crate) transfer: bool,
    pub(crate) source: Option<Source>,
}

/// What a refusal that only referrals meet says.
pub(super) fn refused(plans: Plans<'_>, reason: ReferralRefusal) -> Result<Outcome, PortFault> {
    let (path, message) = match reason {
        ReferralRefusal::OpenAlready => {
            ("/referral", "The same referral is open already: withdraw this draft, or draft it as a re-referral.")
        }
        ReferralRefusal::NothingBefore => {
            ("/reReferral", "Nothing of the kind was referred before: send it as a new referral.")
        }
        ReferralRefusal::NotRedirected => (
            "/redirectedFrom",
            "Not an own referral of this person that was redirected to this recipient: name that one, or send without.",
        ),
        ReferralRefusal::NobodyProposed => ("/proposed", "To redirect takes the organization that could help."),
        ReferralRefusal::OddProposal => (
            "/proposed",
            "Only REDIRECT names an organization, and it names a third one: not the sender and not the recipient.",
        ),
        ReferralRefusal::NoSuchService => {
            ("/services", "The referral has no service of that number; numbers begin at 1, in the order of `services`.")
        }
        ReferralRefusal::NotUnderWay => {
            ("/referral", "Messages are written about a referral that was sent and has not ended.")
        }
        ReferralRefusal::MessagesFull => {
            ("/referral", "The referral has as many messages as it has room for; find another way to talk.")
        }
        ReferralRefusal::NotTheirs => {
            ("/referral", "The sender does not own the case any more; decline, and ask whoever holds it.")
        }
        ReferralRefusal::NotFree => (
            "/referral",
            "The case is locked, or its record was taken back or cannot be read: responsibility cannot go over now.",
        ),
        ReferralRefusal::OtherUnderWay => (
            "/referral",
            "Something else is under way for this person that you could not answer for; it has to end before responsibility can go over: ask the sender.",
        ),
        ReferralRefusal::Unreviewed => (
            "/referral",
            "Your organization declared an emergency for this person, and nobody judges her own: it goes over once the sender has looked at it.",
        ),
        ReferralRefusal::Moved => return Err(ErrorCode::TooBusy.into()),
        ReferralRefusal::NotDue => return Err(ErrorCode::Internal.into()),
    };
    Ok(say(plans, "InvalidInput", message, &[("path", Cell::Text(path.to_owned()))]))
}

impl Desk {
    /// Seals a draft into a command. `None` when the sender does not own the subject.
    pub(crate) async fn referral_command(&self, draft: Draft) -> Result<Option<Command>, DeskFault> {
        let (facts, sender) = (self.store.subject(draft.subject).await?, draft.by.organization);
        let Some(facts) = facts.filter(|facts| facts.owner.organization == sender) else { return Ok(None) };
        let key = self.subject_key(sender, draft.subject, &facts.keys).await?;
        let now = self.now();
        let id = ReferralId::new(now, self.chance()).ok_or(DeskFault::NoChance)?;
        let delivery = DeliveryId::new(now, self.chance()).ok_or(DeskFault::NoChance)?;
        let mut asked = Vec::with_capacity(draft.services.len());
        for service in draft.services {
            // Asked for twice it is asked for once, and is answered once.
            if !asked.contains(&service) {
                asked.push(service);
            }
        }
        let mut codes: Vec<_> = asked.iter().map(|service| service.code()).collect();
        codes.sort_unstable();
        let over = if draft.transfer { " TRANSFER" } else { "" };
        let same = format!("{} {} {}{over}", draft.subject.uuid(), draft.recipient.uuid(), codes.join(" "));
        let sameness = self.keys.blind(sender, "referral", same.as_bytes())?;
        let own = || self.keys.blind(sender, "re-referral", id.uuid().as_bytes());
        let again = if draft.re_referral { Some(own()?) } else { None };
        let number = asked.len();
        let payload = Payload::Services(Services { services: asked, note: draft.note });
        let services = key.seal(self.chance(), RecordId::from(id), &payload)?;
        let categories = CategorySet::NONE.with(Category::Services);
        let kind = if draft.begins == State::Draft { EntryKind::ReferralDrafted } else { EntryKind::ReferralSent };
        let entry = self.entry(kind, &draft.by, &key, id.into(), categories)?;
        let change = NewReferral {
            id,
            subject: draft.subject,
            sender,
            recipient: draft.recipient,
            begins: draft.begins,
            urgency: draft.urgency,
            answer_by: draft.answer_by,
            asked: number,
            services,
            sameness,
            again,
            redirected_from: draft.redirected_from,
            transfer: draft.transfer,
            source: draft.source,
            delivery: delivery.uuid(),
        };
        Ok(Some(Command::from(change).recorded(entry)))
    }

    /// Writes a referral: sends it, or keeps it as a draft.
    pub(crate) async fn write_referral(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        begins: State,
        input: SendReferral,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let sender = caller.party().organization;
        let (field, member) = match begins {
            State::Draft => ("draftReferral", "ReferralDrafted"),
            _ => ("sendReferral", "ReferralSent"),
        };
        let request = format!("{field} {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(sender, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let Ok(recipient) = ids::organization(&input.recipient) else {
            return Ok(invalid(plans, "/recipient", "Not the id of an organization."));
        };
        if input.services.is_empty() || input.services.len() > SERVICES {
            return Ok(invalid(plans, "/services", "A referral asks for 1 to 12 services."));
        }
        if input.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LENGTH) {
            return Ok(invalid(plans, "/note", "A note has at most 4,000 characters."));
        }
        let redirected_from = match input.redirected_from.as_deref() {
            None => None,
            Some(id) => match self.inward(sender, OutwardKind::Referral, id) {
                Ok(record) => Some(record),
                Err(_) => return Ok(invalid(plans, "/redirectedFrom", "Not the id of a referral.")),
            },
        };
        let answer_by = input.answer_by.as_deref().map(Instant::read);
        let within = |due: &Instant| {
            (SOONEST_ANSWER..=LATEST_ANSWER).contains(&due.millis().saturating_sub(self.now().millis()))
        };
        let answer_by = match answer_by {
            None => None,
            Some(Some(due)) if within(&due) => Some(due),
            Some(_) => {
                return Ok(invalid(plans, "/answerBy", "An answer can be asked for from an hour to 30 days ahead."));
            }
        };
        if !self.is_full_member(sender) {
            self.refused(caller, purpose).await;
            let why = "An organization on probation answers referrals and sends none; ask the operator.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        if self.admits(recipient).is_none() {
            return Ok(invalid(plans, "/recipient", "Not an organization that takes referrals now."));
        }
        if recipient == sender {
            return Ok(invalid(plans, "/recipient", "A referral goes to another organization."));
        }
        let urgency = Urgency::read(&input.urgency).map_err(|_| ErrorCode::BadVariables)?;
        let draft = Draft {
            subject: SubjectId::from_uuid(subject.uuid()),
            by: caller.into(),
            recipient,
            begins,
            services: input.services,
            note: input.note,
            urgency,
            answer_by,
            re_referral: input.re_referral,
            redirected_from,
            transfer: input.transfer,
            source: None,
        };
        let subject = draft.subject;
        let Some(command) = self.referral_command(draft).await? else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let record = match self.writer.submit(command.once(key)).await {
            Ok(committed) => committed.record.ok_or(ErrorCode::Internal)?,
            // The same referral while one is open is the same referral.
            Err(Refused::Duplicate { record }) => record,
            Err(refused) => return refusal(plans, refused),
        };
        self.changed(caller, purpose, plans, Told { member, prefix: "referral.", rows: Rows::Referrals }, record).await
    }
}
