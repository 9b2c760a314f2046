//! The columns of each noun: name, expression, kind. A name that is not here cannot be read.

mod exception;
mod justice;

use std::borrow::Cow;

use sangam_vocabulary::{
    Category, CategorySet, Code, Instant, OrganizationId, PersonId, Purpose, PurposeSet, RecordId,
};

use super::atom::{Atom, read_uuid};
use super::case::Join;
use super::{Rows, Value};
use crate::fault::StoreFault;
use crate::read::{could_answer, told_by};
use crate::repatriation::Part;

/// How a column's text or number is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Boolean,
    Instant,
    Record,
    Organization,
    Id,
    Person,
    Codes,
    /// Codes, and `-` where there is none.
    CodesOrNone,
    Records,
    Organizations,
    Purposes,
    Categories,
    Informed,
}

impl Kind {
    /// Whether the database has bytes for it.
    pub(super) const fn is_bytes(self) -> bool {
        matches!(self, Self::Record | Self::Organization | Self::Id | Self::Person)
    }

    pub(super) fn read(self, atom: &Atom<'_>) -> Result<Value, StoreFault> {
        const COLUMN: &str = "value";
        if matches!(atom, Atom::Null) {
            return Ok(Value::Null);
        }
        let small =
            |atom: &Atom<'_>| u32::try_from(atom.int(COLUMN)?).map_err(|_| StoreFault::Unreadable { column: COLUMN });
        let text = |code: &str| Value::Text(code.to_owned());
        Ok(match self {
            Self::Text => text(atom.text(COLUMN)?),
            Self::Int => Value::Int(atom.int(COLUMN)?),
            Self::Boolean => Value::Boolean(atom.int(COLUMN)? == 1),
            Self::Instant => Value::Instant(Instant::from_millis(atom.int(COLUMN)?)),
            Self::Record => Value::Record(RecordId::from_uuid(atom.uuid(COLUMN)?)),
            Self::Organization => Value::Organization(OrganizationId::from_uuid(atom.uuid(COLUMN)?)),
            Self::Id => Value::Id(atom.uuid(COLUMN)?),
            Self::Person => Value::Person(PersonId::from_uuid(atom.uuid(COLUMN)?)),
            Self::Codes => Value::List(atom.text(COLUMN)?.split(',').filter(|c| !c.is_empty()).map(text).collect()),
            Self::CodesOrNone => {
                let code = |code: &str| if code == "-" { Value::Null } else { text(code) };
                Value::List(atom.text(COLUMN)?.split(',').filter(|c| !c.is_empty()).map(code).collect())
            }
            Self::Records => Value::List(
                atom.text(COLUMN)?
                    .split(',')
                    .filter(|id| !id.is_empty())
                    .map(|id| read_uuid(id).map(|id| Value::Record(RecordId::from_uuid(id))))
                    .collect::<Option<Vec<_>>>()
                    .ok_or(StoreFault::Unreadable { column: COLUMN })?,
            ),
            Self::Organizations => Value::List(
                atom.text(COLUMN)?
                    .split(',')
                    .filter(|id| !id.is_empty())
                    .map(|id| read_uuid(id).map(|id| Value::Organization(OrganizationId::from_uuid(id))))
                    .collect::<Option<Vec<_>>>()
                    .ok_or(StoreFault::Unreadable { column: COLUMN })?,
            ),
            Self::Purposes => {
                let bits = u16::try_from(small(atom)?).unwrap_or(0);
                Value::List(PurposeSet::from_bits(bits).iter().map(|p: Purpose| text(p.code())).collect())
            }
            Self::Categories => {
                Value::List(CategorySet::from_bits(small(atom)?).iter().map(|c: Category| text(c.code())).collect())
            }
            Self::Informed => Value::Boolean(atom.int(COLUMN)? == 0b111_1111),
        })
    }
}

/// The expression and kind of a column, and the organization that must be joined for it.
pub(super) struct Column {
    pub(super) expression: Cow<'static, str>,
    pub(super) kind: Kind,
    pub(super) join: Option<&'static Join>,
}

fn organization(alias: &str, name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => (format!("{alias}.id").into(), Kind::Organization),
        "name" | "country" | "role" => (format!("{alias}.{name}").into(), Kind::Text),
        // What its own directory says takes the place of what it was enrolled with, and is within it.
        "services" | "coverage" => {
            let own = format!("SELECT d.{name} FROM own_directory d WHERE d.organization = {alias}.id");
            (format!("COALESCE(({own}), {alias}.{name})").into(), Kind::Codes)
        }
        "servicesSaidAt" => {
            let own = format!("(SELECT d.said_at FROM own_directory d WHERE d.organization = {alias}.id)");
            (own.into(), Kind::Instant)
        }
        _ => return None,
    })
}

fn subject(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    match name.strip_prefix("holder.") {
        Some(holder) => organization("o", holder),
        None if name == "id" => Some(("su.id".into(), Kind::Record)),
        None => None,
    }
}

/// The column of a name. `person`: whether somebody asks who is on some teams and not on others.
pub(super) fn column(rows: Rows, name: &str, person: bool) -> Option<Column> {
    for join in rows.case().map_or(&[][..], |case| case.organizations) {
        if let Some(rest) = name.strip_prefix(join.prefix) {
            let (expression, kind) = organization(join.alias, rest)?;
            return Some(Column { expression, kind, join: Some(join) });
        }
    }
    if rows.case().is_some()
        && let Some(rest) = name.strip_prefix("subject.")
    {
        let (expression, kind) = subject(rest)?;
        return Some(Column { expression, kind, join: None });
    }
    let (expression, kind) = match rows {
        Rows::Organizations => organization("t", name),
        Rows::Subjects => subject(name),
        Rows::Referrals => referral(name),
        Rows::Messages => message(name),
        Rows::Documents => document(name),
        Rows::Repatriations => repatriation(name),
        Rows::Contributions => justice::contribution(name),
        Rows::Hearings => justice::hearing(name),
        Rows::Risks => justice::risk(name),
        Rows::SupportPlans => justice::support_plan(name),
        Rows::SupportReviews => justice::support_review(name),
        Rows::Searches => search(name),
        Rows::SearchRequests => search_request(name),
        Rows::SearchAnswers => search_answer(name),
        Rows::Arrivals => arrival(name),
        Rows::Exceptions => exception::exception(name, person),
        Rows::Consents => consent(name),
        Rows::Partners => partner(name),
        Rows::Quarantine => quarantine(name),
        Rows::Clients => client(name),
        Rows::Recalls | Rows::RecallsSent => recall(name),
    }?;
    Some(Column { expression, kind, join: None })
}

fn referral(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "urgency" => (format!("t.{name}").into(), Kind::Text),
        "declineReason" => ("t.decline_reason".into(), Kind::Text),
        "sentAt" => ("t.sent_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        "answerBy" => ("t.answer_by".into(), Kind::Instant),
        "serviceStates" => ("nullif(t.service_states, '')".into(), Kind::Codes),
        "serviceReasons" => ("nullif(t.service_reasons, '')".into(), Kind::CodesOrNone),
        "proposed" => ("t.proposed".into(), Kind::Organization),
        // Whom the sender asked before is the sender's to know.
        "redirectedFrom" => ("CASE WHEN s.seat = 'SENDER' THEN t.redirected_from END".into(), Kind::Record),
        "reReferralOf" => ("t.re_referral_of".into(), Kind::Record),
        "transfer" => ("t.transfer".into(), Kind::Boolean),
        "delivery" => (DELIVERY.into(), Kind::Text),
        "endDelivery" => (END_DELIVERY.into(), Kind::Text),
        "answerLink" => (of_link("state").into(), Kind::Text),
        "answerLinkUntil" => (of_link("until_at").into(), Kind::Instant),
        "callAsked" => ("CASE WHEN s.seat = 'SENDER' THEN t.call_asked_at END".into(), Kind::Instant),
        _ => return None,
    })
}

/// What is known of the link by which the recipient answers, for the sender.
fn of_link(column: &str) -> String {
    format!("CASE WHEN s.seat = 'SENDER' THEN (SELECT l.{column} FROM answer_link l WHERE l.referral = t.id) END")
}

/// What became of a referral on the way to the recipient's systems, for the sender: taken by one of them, or else given
/// up by one, or else ended before one had it, or else waiting, which is the order of the words.
const DELIVERY: &str = "CASE WHEN s.seat = 'SENDER' AND t.state <> 'DRAFT' THEN coalesce((SELECT min(d.state) FROM delivery d WHERE d.record = t.id AND d.kind = 'REFERRAL'), 'NONE') END";

/// The same of its end, once it has ended: waiting for one of them, or else not told to one, or else given up by one, or
/// else told to all that had it, which is the order of the words backwards.
const END_DELIVERY: &str = "CASE WHEN s.seat = 'SENDER' AND t.is_open = 0 AND t.state <> 'DRAFT' THEN coalesce((SELECT max(nullif(d.state, 'NOT_NEEDED')) FROM delivery d WHERE d.record = t.id AND d.kind = 'REFERRAL_END'), 'NONE') END";

fn message(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "seat" => ("t.seat".into(), Kind::Text),
        "sentAt" => ("t.sent_at".into(), Kind::Instant),
        _ => return None,
    })
}

fn document(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "referral" => ("CASE WHEN t.record <> t.subject THEN t.record END".into(), Kind::Record),
        "storedAt" => ("t.stored_at".into(), Kind::Instant),
        _ => return None,
    })
}

/// What of a request lies in a column. What depends on who looks and when (the board, what can be done, what is shown
/// of the handover) is computed by the desk from what is known; here it is nothing.
fn repatriation(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    if let Some((part, column)) = name.split_once('.') {
        return of_part(part, column);
    }
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" => ("t.state".into(), Kind::Text),
        "from" => ("t.from_country".into(), Kind::Text),
        "to" => ("t.to_country".into(), Kind::Text),
        "earlier" => ("t.earlier".into(), Kind::Record),
        "receiving" => ("t.receiving".into(), Kind::Organization),
        "receivingLiaison" => ("t.receiving_liaison".into(), Kind::Organization),
        "sendingLiaison" => ("t.sending_liaison".into(), Kind::Organization),
        "lawyer" => ("t.lawyer".into(), Kind::Organization),
        "wantsToReturn" => ("t.wish".into(), Kind::Boolean),
        "wishAskedAt" => ("t.wish_asked".into(), Kind::Instant),
        "memoOfSender" => ("t.memo_sender".into(), Kind::Instant),
        "memoOfReceiver" => ("t.memo_receiver".into(), Kind::Instant),
        "memoOfSenderSignedBy" => ("t.memo_sender_by".into(), Kind::Text),
        "memoOfSenderSignedAt" => ("t.memo_sender_place".into(), Kind::Text),
        "memoOfReceiverSignedBy" => ("t.memo_receiver_by".into(), Kind::Text),
        "memoOfReceiverSignedAt" => ("t.memo_receiver_place".into(), Kind::Text),
        "requestedAt" => ("t.requested_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        "dueAt" => (
            "(SELECT min(coalesce(k.ran_out_at, k.due_at)) FROM clock k WHERE k.record = t.id AND k.paused_at IS NULL)"
                .into(),
            Kind::Instant,
        ),
        "known" => (crate::repatriation::expression().into(), Kind::Text),
        "board" | "boardSince" | "turn" | "missing" | "canHold" | "canRelease" | "onHold" | "holds" | "because"
        | "crossing" | "handoverFrom" | "handoverUntil" | "handoverAt" | "escort" => (NOTHING.into(), Kind::Text),
        _ => return None,
    })
}

/// Nothing, of a type that both databases know.
const NOTHING: &str = "CAST(NULL AS TEXT)";

fn of_part(part: &str, column: &str) -> Option<(Cow<'static, str>, Kind)> {
    let part = Part::ALL.iter().find(|known| known.field() == part)?;
    let of = |column: &str| {
        format!("(SELECT k.{column} FROM repatriation_track k WHERE k.request = t.id AND k.track = '{part}')").into()
    };
    Some(match column {
        "state" => (of("state"), Kind::Text),
        "since" => (of("since"), Kind::Instant),
        "madeOn" => (of("made_on"), Kind::Instant),
        "validUntil" => (of("valid_until"), Kind::Instant),
        "canDo" | "missing" => (NOTHING.into(), Kind::Text),
        _ => return None,
    })
}

fn search(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" | "arrival" => (format!("t.{name}").into(), Kind::Record),
        "state" | "about" => (format!("t.{name}").into(), Kind::Text),
        "recipients" => ("t.recipients".into(), Kind::Organizations),
        "openedAt" => ("t.opened_at".into(), Kind::Instant),
        "reviewAt" => ("t.review_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn search_request(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "about" => (format!("t.{name}").into(), Kind::Text),
        "askedAt" => ("t.asked_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "couldAnswer" => (could_answer("t.search", "$2").into(), Kind::Int),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn search_answer(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "state" => ("t.state".into(), Kind::Text),
        "tells" => (told_by("t", "$2").into(), Kind::Int),
        "toldAt" => ("t.told_at".into(), Kind::Instant),
        _ => return None,
    })
}

fn arrival(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "kind" => (format!("t.{name}").into(), Kind::Text),
        "cameFrom" => ("t.came_from".into(), Kind::Text),
        "closeReason" => ("t.close_reason".into(), Kind::Text),
        "referrals" => ("t.referrals".into(), Kind::Records),
        "recordedAt" => ("t.recorded_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn consent(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "effect" | "assent" => (format!("t.{name}").into(), Kind::Text),
        "givenBy" => ("t.given_by".into(), Kind::Text),
        "informed" => ("t.informed".into(), Kind::Informed),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "categories" => ("t.categories".into(), Kind::Categories),
        "recipients" => ("t.recipients".into(), Kind::Organizations),
        "countries" => ("t.countries".into(), Kind::Codes),
        "from" => ("t.from_at".into(), Kind::Instant),
        "until" => ("t.until_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        "source" | "language" | "told" => (format!("t.{name}").into(), Kind::Text),
        "textVersion" => ("t.text_version".into(), Kind::Text),
        "interpreter" => ("t.interpreter".into(), Kind::Boolean),
        "conflictCheckedBy" => ("t.conflict_checked_by".into(), Kind::Person),
        "conflictCheckedAt" => ("t.conflict_checked_at".into(), Kind::Instant),
        "orderedBy" => ("t.order_kind".into(), Kind::Text),
        "orderMadeAt" => ("t.order_made_at".into(), Kind::Instant),
        "orderAttestedBy" => ("t.order_attested_by".into(), Kind::Person),
        "replaces" => ("t.replaces".into(), Kind::Id),
        "endedHow" => ("t.ended_how".into(), Kind::Text),
        "endedBy" => ("t.ended_by".into(), Kind::Organization),
        _ => return None,
    })
}

fn recall(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "subject.id" => ("t.subject".into(), Kind::Record),
        "recipient" => ("t.recipient".into(), Kind::Organization),
        "categories" => ("t.categories".into(), Kind::Categories),
        "since" => ("t.since".into(), Kind::Instant),
        "state" | "reason" => (format!("t.{name}").into(), Kind::Text),
        "answeredAt" => ("t.answered_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

fn partner(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "name" | "wire" | "mode" => (format!("t.{name}").into(), Kind::Text),
        "synchronisedAt" => ("t.synchronised_at".into(), Kind::Instant),
        "quarantined" => ("(SELECT count(*) FROM quarantine q WHERE q.partner = t.id)".into(), Kind::Int),
        "waiting" => (
            "(SELECT count(*) FROM delivery d WHERE d.partner = t.id AND d.state IN ('WAITING', 'FAILED'))".into(),
            Kind::Int,
        ),
        _ => return None,
    })
}

fn quarantine(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Id),
        "partner" => ("(SELECT p.name FROM partner p WHERE p.id = t.partner)".into(), Kind::Text),
        "path" | "kind" => (format!("t.{name}").into(), Kind::Text),
        "length" | "faults" => (format!("t.{name}").into(), Kind::Int),
        "since" => ("t.since".into(), Kind::Instant),
        _ => return None,
    })
}

fn client(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" | "name" => (format!("t.{name}").into(), Kind::Text),
        "scopes" => ("replace(t.scopes, ' ', ',')".into(), Kind::Codes),
        "purposes" => ("t.purposes".into(), Kind::Purposes),
        "suspended" => ("t.suspended".into(), Kind::Boolean),
        "registeredAt" => ("t.registered_at".into(), Kind::Instant),
        _ => return None,
    })
}
