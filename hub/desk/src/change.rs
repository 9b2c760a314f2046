//! Changes, one verb a file. A change is checked here, made by the writer, and answered by reading the record
//! anew: a retry is decided and released anew, never answered from stored text.

mod accession;
mod agreement;
mod answer_link;
mod arrival;
mod consent;
mod contribution;
mod document;
mod exception;
mod hearing;
mod listing;
mod lock;
mod referral;
mod repatriation;
mod replay;
mod risk;
mod search;
mod support;

pub(crate) use referral::{Asked, Draft, ServicesAsked, Stepping};

use sangam_language::{Caller, Cell, ErrorCode, Outcome, Plan, PortFault, SealedIn};
use sangam_store::{Idempotency, Refused, Rows, Scope};
use sangam_vocabulary::{Purpose, SubjectId};
use uuid::Uuid;

use crate::explain::bare;
use crate::hub::Desk;
use crate::person;
use crate::read::store_fault;
use crate::rules::carrying;
use crate::token::sha256;

/// The longest idempotency key, in characters: a UUID or a hash fits many times.
const KEY_LENGTH: usize = 128;

/// The plans of a payload union's members.
pub(crate) type Plans<'a> = &'a (dyn Fn(&str) -> Plan + Send + Sync);

/// Where a changed record stands in its payload: the member, the prefix of its columns there, its kind of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) member: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) rows: Rows,
}

/// An outcome that is a sentence and perhaps one value more.
pub(crate) fn say(plans: Plans<'_>, member: &'static str, message: &str, more: &[(&str, Cell)]) -> Outcome {
    let cells = plans(member)
        .columns
        .iter()
        .map(|column| match more.iter().find(|(name, _)| name == column) {
            Some((_, cell)) => cell.clone(),
            None if column == "message" => Cell::Text(message.to_owned()),
            None => Cell::Null,
        })
        .collect();
    Outcome { member, row: bare(cells), receipt: None }
}

pub(crate) fn invalid(plans: Plans<'_>, path: &str, message: &str) -> Outcome {
    say(plans, "InvalidInput", message, &[("path", Cell::Text(path.to_owned()))])
}

pub(crate) fn not_found(plans: Plans<'_>) -> Outcome {
    say(plans, "NotFound", "Nothing of that id exists for you and this purpose; look it up again.", &[])
}

/// The subject exists for the caller, but somebody else owns it.
fn not_permitted(plans: Plans<'_>) -> Outcome {
    say(plans, "NotPermitted", "Only the owner of the subject can do that; ask the case desk.", &[])
}

fn list(codes: Vec<&'static str>) -> Cell {
    Cell::List(codes.into_iter().map(|code| Cell::Text(code.to_owned())).collect())
}

/// What a refusal says.
pub(crate) fn refusal(plans: Plans<'_>, refused: Refused) -> Result<Outcome, PortFault> {
    Ok(match refused {
        Refused::Conflict { current } => say(
            plans,
            "Conflict",
            "The record has changed since you saw it; read it again and decide anew.",
            &[("version", Cell::Int(current))],
        ),
        Refused::KeyReused => say(
            plans,
            "Conflict",
            "The idempotency key was used for another change; use a new key for a new change.",
            &[("version", Cell::Null)],
        ),
        Refused::NotFound => not_found(plans),
        Refused::Illegal { legal } => say(
            plans,
            "IllegalStep",
            "The record cannot take that step now; `legal` lists the steps you can take.",
            &[("legal", list(legal)), ("missing", list(Vec::new()))],
        ),
        Refused::Missing { needs } => say(
            plans,
            "IllegalStep",
            "Something must be there before the record can take that step; `missing` lists it.",
            &[("legal", list(Vec::new())), ("missing", list(needs))],
        ),
        Refused::Full { .. } => invalid(
            plans,
            "/subject",
            "The subject has as many consents of this effect in force as it may have; withdraw those that no longer count.",
        ),
        Refused::Referral(reason) => referral::refused(plans, reason)?,
        Refused::OtherParties => invalid(
            plans,
            "/terms/recipients",
            "A newer version has the parties of the older one; for others, draft an agreement of its own.",
        ),
        Refused::Exception(reason) => exception::refused(plans, reason),
        Refused::Person(reason) => person::forbidden(plans, reason),
        Refused::Link(reason) => answer_link::refused(plans, reason),
        Refused::ReasonMissing { one_of } => {
            invalid(plans, "/reason", &format!("This step needs one of these reasons: {}.", one_of.join(", ")))
        }
        Refused::Consent(_)
        | Refused::Membership(_)
        | Refused::Duplicate { .. }
        | Refused::Used
        | Refused::Crowded
        | Refused::Unavailable => {
            return Err(ErrorCode::Unavailable.into());
        }
    })
}

/// The key of a change: the caller's own, bound to what is asked.
pub(crate) fn idempotency(caller: &Caller, key: &str, request: &str) -> Option<Idempotency> {
    let length = key.chars().count();
    (1..=KEY_LENGTH)
        .contains(&length)
        .then(|| Idempotency::of_caller(caller.party().organization, key, sha256(request.as_bytes())))
        .map(|key| key.by(caller.party().person()))
}

/// The subject exists for the person, but she is not on its team.
pub(crate) fn not_on_team(plans: Plans<'_>) -> Outcome {
    say(plans, "NotPermitted", "Only the team of the case can do that; an administrator can put you on it.", &[])
}

impl Desk {
    /// Whether a person asks who is not on the subject's team: she sees that it exists and changes nothing of it. A
    /// system is outside of no team.
    pub(crate) async fn outside(&self, caller: &Caller, subject: SubjectId) -> Result<bool, PortFault> {
        match caller.party().person() {
            None => Ok(false),
            Some(person) => Ok(!self.store.on_team(subject, person).await.map_err(store_fault)?),
        }
    }

    /// Refuses a change of a subject that the caller does not own: as not permitted where the subject exists for
    /// it, as not found where it does not.
    pub(crate) async fn not_owner(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        subject: SubjectId,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        self.refused(caller, purpose).await;
        let known =
            self.store.relations(caller.party().organization, subject, self.now()).await.map_err(store_fault)?;
        let carried = carrying(purpose, caller.party().role);
        let exists = known
            .iter()
            .any(|row| carried.contains(&(row.noun, row.seat)) && purpose.is_some_and(|why| row.is_for(why)));
        Ok(if exists { not_permitted(plans) } else { not_found(plans) })
    }

    /// Answers a change with the record it made or changed, under the member's plan.
    pub(crate) async fn changed(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        plans: Plans<'_>,
        told: Told,
        record: Uuid,
    ) -> Result<Outcome, PortFault> {
        let Told { member, prefix, rows } = told;
        let whole = plans(member);
        let plan = Plan {
            columns: whole.columns.iter().map(|c| c.strip_prefix(prefix).unwrap_or(c).to_owned()).collect(),
            sealed: whole.sealed.iter().map(|(place, category): &(SealedIn, _)| (*place, *category)).collect(),
            ..whole
        };
        let scope = Scope { record: Some(record), ..self.scope(caller, purpose, 1) };
        let read = self.rows(caller, &plan, rows, scope).await?;
        match read.places.into_iter().next() {
            Some((_, row)) => Ok(Outcome { member, row, receipt: read.receipt }),
            None => Ok(not_found(plans)),
        }
    }
}
