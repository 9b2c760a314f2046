//! Consent: recorded, narrowed, extended, withdrawn, and compiled to spans beside the subject in the same transaction.
//! Whoever loses something by it is recalled in the same savepoint. Read `spans.rs` for what is compiled, `recall.rs` a
//! floor up for what a loss opens.

use sangam_custody::{Assent, Consent, Effect, GivenBy};
use sangam_vocabulary::consent::{ConsentEnd, ConsentSource, HowTold, OrderedBy};
use sangam_vocabulary::{Code, ConsentId, Country, Instant, Noun, OrganizationId, PersonId, RecordId, SubjectId};
use sea_orm::{DatabaseTransaction, Value};
use thiserror::Error;

use super::paper_code::{PaperCode, put_code};
use super::recall::{Held as BeforeChange, RECALLED};
use super::{bytes, codes, execute, flag, ids, one, unavailable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};

mod replace;
mod spans;
mod withdraw;

pub use replace::{ConsentParts, ConsentReplacement, Replacing};
pub(super) use spans::recompile;
pub use withdraw::{CaseWithdrawal, PaperWithdrawal, Taken, WithdrawalChange};

/// How many consents that grant may be in force for one subject, and how many that withhold: all of them are compiled
/// anew with each change, while every other command waits. Saying no has the more room.
const GRANTS: i64 = 64;
const WITHHOLDINGS: i64 = 256;

/// A recipient a consent is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentRecipient {
    /// The recipient.
    pub organization: OrganizationId,
    /// Where it is.
    pub country: Country,
}

/// An order by which an authority has a child in care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CareOrder {
    /// Who gave it.
    pub by: OrderedBy,
    /// When.
    pub made_at: Instant,
    /// Who in the holder's organization has seen it, besides whoever puts the consent on record.
    pub attested_by: PersonId,
}

/// How a consent came about: kept beside it for whoever asks later. What of it decides stands in the consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Where it comes from.
    pub source: ConsentSource,
    /// Which version of the text she was told.
    pub text_version: Option<String>,
    /// In which language, BCP 47.
    pub language: Option<String>,
    /// Whether an interpreter helped.
    pub interpreter: Option<bool>,
    /// How she was told.
    pub told: Option<HowTold>,
    /// Who checked that a guardian has no part in what happened, and when.
    pub conflict_checked: Option<(PersonId, Instant)>,
    /// The order an authority acts by.
    pub order: Option<CareOrder>,
}

impl Manner {
    /// Of a consent of which nothing is known but where it comes from.
    #[must_use]
    pub const fn of(source: ConsentSource) -> Self {
        Self {
            source,
            text_version: None,
            language: None,
            interpreter: None,
            told: None,
            conflict_checked: None,
            order: None,
        }
    }
}

/// Why a consent is not changed that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConsentRefusal {
    /// It has ended.
    #[error("the consent has ended")]
    Ended,
    /// It withholds: it is recorded or withdrawn, and neither narrowed nor extended.
    #[error("the consent withholds")]
    Withholds,
    /// A narrower consent is nowhere wider and somewhere less.
    #[error("the consent would not be narrower")]
    NotLess,
    /// A wider consent is nowhere less and somewhere more.
    #[error("the consent would not be wider")]
    NotMore,
    /// It was read from a partner's system: that can only narrow.
    #[error("an imported consent can only narrow")]
    Imported,
}

/// Records a consent of an own subject.
pub struct ConsentChange {
    /// Who records it: must own the subject.
    pub owner: OrganizationId,
    /// The subject.
    pub subject: SubjectId,
    /// The consent.
    pub consent: Consent,
    /// How it came about.
    pub manner: Manner,
    /// A paper code that was drawn with it.
    pub paper_code: Option<PaperCode>,
    /// An id for the first recall it opens.
    pub recalls: RecordId,
}

commands!(ConsentChange);

fn changed(subject: SubjectId, record: Option<ConsentId>, kind: &'static str, recalled: bool) -> Applied {
    let event = |kind| NewEvent { noun: Noun::Subject, record: subject.into(), subject, kind };
    let mut events = vec![event(kind)];
    events.extend(recalled.then(|| event(RECALLED)));
    Applied { record: record.map(ConsentId::uuid), events, fence: true, ..Applied::default() }
}

/// Moves the consent version of a subject on, and says which it is; whoever changes the same subject's consents in
/// another process is waited for.
async fn move_on(tx: &DatabaseTransaction, subject: SubjectId) -> Result<i64, Refused> {
    let id = bytes(subject.uuid());
    execute(tx, "UPDATE subject SET consent_version = consent_version + 1 WHERE id = $1", vec![id.clone()]).await?;
    let row = one(tx, "SELECT consent_version FROM subject WHERE id = $1", vec![id]).await?;
    row.ok_or(Refused::NotFound)?.try_get("", "consent_version").map_err(unavailable)
}

/// The same, and refuses where somebody else owns it.
async fn move_own_on(tx: &DatabaseTransaction, owner: OrganizationId, subject: SubjectId) -> Result<i64, Refused> {
    let version = move_on(tx, subject).await?;
    let owned = "SELECT 1 AS one FROM subject WHERE id = $1 AND owner = $2";
    one(tx, owned, vec![bytes(subject.uuid()), bytes(owner.uuid())]).await?.ok_or(Refused::NotFound)?;
    Ok(version)
}

impl Work for ConsentChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let version = move_own_on(tx, self.owner, self.subject).await?;
            let c = &self.consent;
            has_room(tx, self.subject, c.effect, at).await?;
            let before = BeforeChange::of(tx, self.subject, at).await?;
            put(tx, self.subject, c, &self.manner, None, version, at).await?;
            if let Some(code) = &self.paper_code {
                put_code(tx, self.owner, self.subject, code, at).await?;
            }
            recompile(tx, self.subject, at).await?;
            let recalled = before.recall(tx, self.recalls, at).await?;
            Ok(changed(self.subject, Some(c.id), "CONSENT_GIVEN", recalled))
        })
    }
}

/// Puts a consent beside the others.
async fn put(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    c: &Consent,
    manner: &Manner,
    replaces: Option<ConsentId>,
    version: i64,
    at: Instant,
) -> Result<(), Refused> {
    let (given_by, no_conflict) = match c.given_by {
        GivenBy::Own => ("OWN", false),
        GivenBy::Guardian { no_conflict } => ("GUARDIAN", no_conflict),
        GivenBy::Authority => ("AUTHORITY", false),
    };
    let assent = match c.assent {
        Assent::Given => "GIVEN",
        Assent::Refused => "REFUSED",
        Assent::NotAble => "NOT_ABLE",
        Assent::NotAsked => "NOT_ASKED",
    };
    let person = |id: PersonId| id.uuid().as_bytes().to_vec();
    let values: Vec<Value> = vec![
        bytes(c.id.uuid()),
        bytes(subject.uuid()),
        effect(c.effect).into(),
        given_by.into(),
        flag(no_conflict),
        assent.into(),
        i64::from(c.informed.bits()).into(),
        i64::from(c.purposes.bits()).into(),
        i64::from(c.categories.bits()).into(),
        ids(&c.recipients).into(),
        codes(&c.countries).into(),
        c.from.millis().into(),
        c.until.millis().into(),
        version.into(),
        at.millis().into(),
        manner.source.code().into(),
        manner.text_version.clone().into(),
        manner.language.clone().into(),
        manner.interpreter.map(i64::from).into(),
        manner.told.map(|told| told.code().to_owned()).into(),
        manner.conflict_checked.map(|(by, _)| person(by)).into(),
        manner.conflict_checked.map(|(_, at)| at.millis()).into(),
        manner.order.map(|order| order.by.code().to_owned()).into(),
        manner.order.map(|order| order.made_at.millis()).into(),
        manner.order.map(|order| person(order.attested_by)).into(),
        replaces.map(|id| id.uuid().as_bytes().to_vec()).into(),
    ];
    let places: Vec<String> = (1..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "INSERT INTO consent (id, subject, effect, given_by, no_conflict, assent, informed, purposes, categories, recipients, countries, from_at, until_at, version, recorded_at, source, text_version, language, interpreter, told, conflict_checked_by, conflict_checked_at, order_kind, order_made_at, order_attested_by, replaces) VALUES ({})",
        places.join(", ")
    );
    execute(tx, &sql, values).await?;
    Ok(())
}

/// Ends one consent, or every one that grants of a subject, at an instant. An end never makes one last longer, and one
/// that has not begun is empty.
async fn end(
    tx: &DatabaseTransaction,
    which: &str,
    id: Value,
    how: ConsentEnd,
    by: Option<OrganizationId>,
    version: i64,
    at: Instant,
) -> Result<u64, Refused> {
    execute(
        tx,
        &format!("UPDATE consent SET until_at = $2, from_at = CASE WHEN from_at > $2 THEN $2 ELSE from_at END, version = $3, ended_how = $4, ended_by = $5 WHERE {which} AND until_at > $2"),
        vec![
            id,
            at.millis().into(),
            version.into(),
            how.code().into(),
            by.map(|id| id.uuid().as_bytes().to_vec()).into(),
        ],
    )
    .await
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Grant => "GRANT",
        Effect::Withhold => "WITHHOLD",
    }
}

/// Refuses one more consent than may be in force.
async fn has_room(tx: &DatabaseTransaction, subject: SubjectId, of: Effect, at: Instant) -> Result<(), Refused> {
    let most = match of {
        Effect::Grant => GRANTS,
        Effect::Withhold => WITHHOLDINGS,
    };
    let sql = "SELECT count(*) AS n FROM consent WHERE subject = $1 AND effect = $2 AND until_at > $3";
    let row = one(tx, sql, vec![bytes(subject.uuid()), effect(of).into(), at.millis().into()]).await?;
    let in_force: i64 = row.ok_or(Refused::Unavailable)?.try_get("", "n").map_err(unavailable)?;
    if in_force < most { Ok(()) } else { Err(Refused::Full { most }) }
}
