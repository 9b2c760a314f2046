//! Answer links: made when a referral is sent to an organization that has no system and said where it is asked, used by
//! the answer itself, void after wrong codes. What stands in a link's address and its code are kept nowhere; the rows
//! hold ids, states and instants. Addresses come sealed.

use sangam_custody::{Entry, EntryKind};
use sangam_vocabulary::{AnswerLinkId, Code, Instant, Language, Noun, OrganizationId, PersonId, RecordId, SubjectId};
use sangam_workflow::answer_link::{CODE_TRIES, LINKS, LinkState, good_until};
use sangam_workflow::flow::Flow;
use sangam_workflow::notice::NoticeWayKind;
use sangam_workflow::referral::{Referral, State};
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use thiserror::Error;

use super::person::{PersonRefusal, account, accounts};
use super::{bytes, execute, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// How often a message of a link is tried: with the waits below, for two hours.
const SENDS: i64 = 8;
/// The first wait after a try, in milliseconds; it doubles with each one. Longer than a way may take.
const AGAIN_MILLIS: i64 = 60_000;

/// Why a change of an answer link was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkRefusal {
    /// The recipient said nowhere where it is asked, or has a system of its own.
    #[error("the recipient is not asked by a link")]
    NotByLink,
    /// Nobody waits for an answer to the referral.
    #[error("no answer is waited for")]
    NotWaiting,
    /// The referral has had as many links as it may have.
    #[error("it has had as many links as it may have")]
    TooMany,
}

/// Where an organization is asked for its answers.
#[derive(Debug, Clone)]
pub struct AnswerContactChange {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which of its administrators says it; the operator where nobody is named.
    pub by: Option<PersonId>,
    /// The version that was seen; the operator sees none.
    pub version: Option<i64>,
    /// The two addresses, sealed, and the language; nowhere from now on.
    pub contact: Option<(Vec<u8>, Vec<u8>, Language)>,
}

/// The sender has another link made; the one before is void.
pub struct AnswerLinkAgain {
    /// The referral.
    pub referral: RecordId,
    /// Its sender.
    pub organization: OrganizationId,
    /// The new link's id.
    pub link: AnswerLinkId,
}

/// A process is about to send a message of a link. Refused as [`Refused::NotFound`] when another did, or it is no longer
/// to be sent; with no record in what comes of it, it was tried often enough and the sender is told.
pub struct AnswerLinkTaken {
    /// The link.
    pub link: AnswerLinkId,
    /// Which message.
    pub way: NoticeWayKind,
    /// The digest of what stands in the link's address; none while its organization's key is not open.
    pub place: Option<[u8; 32]>,
}

/// A message of a link was sent.
pub struct AnswerLinkSent {
    /// The link.
    pub link: AnswerLinkId,
    /// Which message.
    pub way: NoticeWayKind,
}

/// A wrong code was typed. With the last that may be, the link is void and the sender's side is told.
pub struct AnswerCodeWrong {
    /// The link.
    pub link: AnswerLinkId,
}

/// Whoever opened a link asks to be called. The link stays good.
pub struct CallRequest {
    /// The link.
    pub link: AnswerLinkId,
    /// What it answers.
    pub referral: RecordId,
}

commands!(AnswerContactChange, AnswerLinkAgain, AnswerLinkTaken, AnswerLinkSent, AnswerCodeWrong, CallRequest);

/// A referral for which a link is made.
pub(super) struct Linked {
    pub(super) referral: RecordId,
    pub(super) recipient: OrganizationId,
    pub(super) answer_by: Instant,
    /// Whether whoever accepts becomes the owner of the case. That is not answered by a link.
    pub(super) transfer: bool,
}

/// Whether an organization is asked by a link: it said where, and no system of its own takes pushes.
async fn is_by_link(tx: &DatabaseTransaction, organization: OrganizationId) -> Result<bool, Refused> {
    let sql = "SELECT 1 AS there FROM answer_contact c WHERE c.organization = $1 AND NOT EXISTS (SELECT 1 FROM partner p WHERE p.organization = c.organization AND p.mode IN ('push', 'both'))";
    Ok(one(tx, sql, vec![bytes(organization.uuid())]).await?.is_some())
}

/// Makes a link for a referral that is sent, where its recipient is asked by one. Both messages are due at once.
pub(super) async fn make(
    tx: &DatabaseTransaction,
    of: &Linked,
    link: AnswerLinkId,
    at: Instant,
) -> Result<bool, Refused> {
    if of.transfer || !is_by_link(tx, of.recipient).await? {
        return Ok(false);
    }
    let sql = "INSERT INTO answer_link (referral, id, organization, place, state, made_at, until_at, made_times, tries, mail_due, mail_sends, sms_due, sms_sends) VALUES ($1, $2, $3, NULL, $4, $5, $6, 1, 0, $5, 0, $5, 0) ON CONFLICT (referral) DO UPDATE SET id = excluded.id, organization = excluded.organization, place = NULL, state = excluded.state, made_at = excluded.made_at, until_at = excluded.until_at, made_times = answer_link.made_times + 1, tries = 0, mail_due = excluded.mail_due, mail_sends = 0, sms_due = excluded.sms_due, sms_sends = 0";
    let values = vec![
        bytes(of.referral.uuid()),
        bytes(link.uuid()),
        bytes(of.recipient.uuid()),
        LinkState::Sending.code().into(),
        at.millis().into(),
        good_until(at, of.answer_by).millis().into(),
    ];
    execute(tx, sql, values).await?;
    Ok(true)
}

/// Uses a link up, with the answer that came by it. Refused as [`Refused::Used`] when it is no longer good.
pub(super) async fn use_up(
    tx: &DatabaseTransaction,
    link: AnswerLinkId,
    referral: RecordId,
    at: Instant,
) -> Result<(), Refused> {
    let stands = Stands::of(tx, link, at).await.map_err(|refused| match refused {
        Refused::NotFound => Refused::Used,
        other => other,
    })?;
    if stands.referral != referral {
        return Err(Refused::Used);
    }
    stands.becomes(tx, LinkState::Used).await
}

/// A link that is good, in the savepoint of a change.
struct Stands {
    link: AnswerLinkId,
    referral: RecordId,
    subject: SubjectId,
    organization: OrganizationId,
    tries: i64,
    row: QueryResult,
}

impl Stands {
    async fn of(tx: &DatabaseTransaction, link: AnswerLinkId, at: Instant) -> Result<Self, Refused> {
        let sql = "SELECT l.*, r.subject FROM answer_link l JOIN referral r ON r.id = l.referral WHERE l.id = $1 AND l.until_at > $2";
        let row = one(tx, sql, vec![bytes(link.uuid()), at.millis().into()]).await?.ok_or(Refused::NotFound)?;
        let state: LinkState = read::code(&row, "state").map_err(unreadable)?;
        if !state.is_open() {
            return Err(Refused::NotFound);
        }
        let id = |column: &'static str| read::id(&row, column).map_err(unreadable);
        Ok(Self {
            link,
            referral: RecordId::from_uuid(id("referral")?),
            subject: SubjectId::from_uuid(id("subject")?),
            organization: OrganizationId::from_uuid(id("organization")?),
            tries: row.try_get("", "tries").map_err(unavailable)?,
            row,
        })
    }

    /// It is good no longer: nothing of it is sent any more.
    async fn becomes(&self, tx: &DatabaseTransaction, state: LinkState) -> Result<(), Refused> {
        let sql = "UPDATE answer_link SET state = $2, mail_due = NULL, sms_due = NULL WHERE id = $1 AND state IN ('SENDING', 'SENT', 'FAILED')";
        let values = vec![bytes(self.link.uuid()), state.code().into()];
        // Another process was faster.
        if execute(tx, sql, values).await? == 0 { Err(Refused::Used) } else { Ok(()) }
    }

    /// What those who have a seat in the referral are told by, and the entry that goes with it.
    fn told(&self, kind: EntryKind, at: Instant) -> Applied {
        let event = NewEvent { noun: Noun::Referral, record: self.referral, subject: self.subject, kind: kind.code() };
        let entry = Entry { kind, at, caller: self.organization, parts: Vec::new() };
        Applied { events: vec![event], entries: vec![entry], ..Applied::default() }
    }
}

impl Work for AnswerContactChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { organization, by, version, contact } = *self;
            if let Some(by) = by {
                let people = accounts(tx, organization).await?;
                if !account(&people, by)?.administers(at) {
                    return Err(PersonRefusal::NotAdministrator.into());
                }
            }
            let there = one(tx, "SELECT id FROM organization WHERE id = $1", vec![bytes(organization.uuid())]).await?;
            there.ok_or(Refused::NotFound)?;
            let sql = "SELECT version FROM answer_contact WHERE organization = $1";
            let before = one(tx, sql, vec![bytes(organization.uuid())]).await?;
            let current: i64 = match before {
                Some(row) => row.try_get("", "version").map_err(unavailable)?,
                None => 0,
            };
            if version.is_some_and(|seen| seen != current) {
                return Err(Refused::Conflict { current });
            }
            match contact {
                Some((mail, sms, language)) => {
                    let sql = "INSERT INTO answer_contact (organization, mail, sms, language, given_at, version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization) DO UPDATE SET mail = excluded.mail, sms = excluded.sms, language = excluded.language, given_at = excluded.given_at, version = excluded.version";
                    let values = vec![
                        bytes(organization.uuid()),
                        mail.into(),
                        sms.into(),
                        language.code().into(),
                        at.millis().into(),
                        (current + 1).into(),
                    ];
                    execute(tx, sql, values).await?;
                }
                None => {
                    let sql = "DELETE FROM answer_contact WHERE organization = $1";
                    execute(tx, sql, vec![bytes(organization.uuid())]).await?;
                }
            }
            Ok(Applied { record: Some(organization.uuid()), ..Applied::default() })
        })
    }
}

impl Work for AnswerLinkAgain {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "SELECT t.state, t.recipient, t.answer_by, t.transfer, (SELECT made_times FROM answer_link l WHERE l.referral = t.id) AS made FROM standing s JOIN referral t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'REFERRAL' AND s.seat = 'SENDER' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3";
            let values = vec![bytes(self.organization.uuid()), bytes(self.referral.uuid()), at.millis().into()];
            let row = one(tx, sql, values).await?.ok_or(Refused::NotFound)?;
            let answer_by: Option<i64> = row.try_get("", "answer_by").map_err(unavailable)?;
            let answer_by = answer_by.map(Instant::from_millis).filter(|due| *due > at);
            let Some(answer_by) = answer_by.filter(|_| waits(&row)) else {
                return Err(LinkRefusal::NotWaiting.into());
            };
            let made: Option<i64> = row.try_get("", "made").map_err(unavailable)?;
            if made.is_some_and(|made| made >= LINKS) {
                return Err(LinkRefusal::TooMany.into());
            }
            let recipient = OrganizationId::from_uuid(read::id(&row, "recipient").map_err(unreadable)?);
            let transfer = row.try_get::<i64>("", "transfer").map_err(unavailable)? == 1;
            let of = Linked { referral: self.referral, recipient, answer_by, transfer };
            if !make(tx, &of, self.link, at).await? {
                return Err(LinkRefusal::NotByLink.into());
            }
            Ok(Applied { record: Some(self.referral.uuid()), ..Applied::default() })
        })
    }
}

/// Whether an answer to a referral is waited for: its clock runs.
fn waits(row: &QueryResult) -> bool {
    read::code::<State>(row, "state").is_ok_and(|state| Referral::clock(state).is_some())
}

/// The columns of a way: when its message is due, and how often it was tried.
const fn columns(way: NoticeWayKind) -> (&'static str, &'static str) {
    match way {
        NoticeWayKind::Mail => ("mail_due", "mail_sends"),
        NoticeWayKind::Sms => ("sms_due", "sms_sends"),
    }
}

impl Work for AnswerLinkTaken {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.link, at).await?;
            let (due, sends) = columns(self.way);
            let is_due: Option<i64> = stands.row.try_get("", due).map_err(unavailable)?;
            if is_due.is_none_or(|due| due > at.millis()) {
                return Err(Refused::NotFound);
            }
            let tried: i64 = stands.row.try_get("", sends).map_err(unavailable)?;
            if tried >= SENDS {
                let sql = format!("UPDATE answer_link SET state = $2, {due} = NULL WHERE id = $1");
                execute(tx, &sql, vec![bytes(self.link.uuid()), LinkState::Failed.code().into()]).await?;
                return Ok(stands.told(EntryKind::AnswerLinkFailed, at));
            }
            // It is due again until it is said to have been sent, so that a process that dies loses none.
            let wait = u32::try_from(tried).ok().and_then(|tried| AGAIN_MILLIS.checked_shl(tried));
            let again = at.plus_millis(wait.unwrap_or(AGAIN_MILLIS)).millis();
            let sql = format!(
                "UPDATE answer_link SET place = coalesce($2, place), {sends} = {sends} + 1, {due} = $3 WHERE id = $1 AND {due} <= $4"
            );
            let place = Value::Bytes(self.place.map(|place| place.to_vec()));
            let values = vec![bytes(self.link.uuid()), place, again.into(), at.millis().into()];
            if execute(tx, &sql, values).await? == 0 {
                return Err(Refused::NotFound);
            }
            Ok(Applied { record: Some(self.link.uuid()), ..Applied::default() })
        })
    }
}

impl Work for AnswerLinkSent {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (due, _) = columns(self.way);
            let link = bytes(self.link.uuid());
            execute(tx, &format!("UPDATE answer_link SET {due} = NULL WHERE id = $1"), vec![link.clone()]).await?;
            let sql = "UPDATE answer_link SET state = $2 WHERE id = $1 AND state = $3 AND mail_due IS NULL AND sms_due IS NULL";
            let states = [LinkState::Sent.code().into(), LinkState::Sending.code().into()];
            execute(tx, sql, [link].into_iter().chain(states).collect()).await?;
            Ok(Applied::default())
        })
    }
}

impl Work for AnswerCodeWrong {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.link, at).await?;
            let sql = "UPDATE answer_link SET tries = tries + 1 WHERE id = $1";
            execute(tx, sql, vec![bytes(self.link.uuid())]).await?;
            if stands.tries + 1 < CODE_TRIES {
                return Ok(Applied::default());
            }
            stands.becomes(tx, LinkState::Void).await?;
            Ok(stands.told(EntryKind::AnswerLinkVoid, at))
        })
    }
}

impl Work for CallRequest {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.link, at).await?;
            let row = one(tx, "SELECT state FROM referral WHERE id = $1", vec![bytes(self.referral.uuid())]).await?;
            if stands.referral != self.referral || !row.is_some_and(|row| waits(&row)) {
                return Err(LinkRefusal::NotWaiting.into());
            }
            let sql = "UPDATE referral SET call_asked_at = $2 WHERE id = $1";
            execute(tx, sql, vec![bytes(self.referral.uuid()), at.millis().into()]).await?;
            // Its entry is about the person, and comes with the command.
            let Applied { events, .. } = stands.told(EntryKind::CallAsked, at);
            Ok(Applied { record: Some(self.referral.uuid()), events, ..Applied::default() })
        })
    }
}
