//! Consent: recorded, withdrawn, and compiled to spans beside the subject in the same transaction.

use sangam_custody::{Assent, Consent, ConsentSpan, ConsentStanding, Effect, GivenBy};
use sangam_vocabulary::{Code, ConsentId, Country, Instant, Noun, OrganizationId, Purpose, SubjectId};
use sea_orm::{DatabaseTransaction, Value};

use super::{all, bytes, codes, execute, flag, ids, one, unavailable, unreadable};
use crate::command::{Applied, Command, NewEvent, Refused, Work, Working};
use crate::read;

/// How many consents that grant may be in force for one subject, and how many that withhold: all of them are compiled
/// anew with each change, while every other command waits. Saying no has the more room.
const GRANTS: i64 = 64;
const WITHHOLDINGS: i64 = 256;

/// How far clocks of two processes may be apart, in milliseconds: spans are compiled from that long ago on, so that a
/// reader whose clock is behind finds the one it is in.
const CLOCKS: i64 = 300_000;

/// How many spans one statement takes.
const SPANS: usize = 200;

/// A recipient a consent is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentRecipient {
    /// The recipient.
    pub organization: OrganizationId,
    /// Where it is.
    pub country: Country,
}

/// Records a consent of an own subject.
pub struct ConsentChange {
    /// Who records it: must own the subject.
    pub owner: OrganizationId,
    /// The subject.
    pub subject: SubjectId,
    /// The consent.
    pub consent: Consent,
}

impl From<ConsentChange> for Command {
    fn from(change: ConsentChange) -> Self {
        Self::new(change)
    }
}

/// Withdraws a consent of an own subject, from the instant of its commit on.
pub struct WithdrawalChange {
    /// Who withdraws: must own the subject.
    pub owner: OrganizationId,
    /// The consent.
    pub consent: ConsentId,
}

impl From<WithdrawalChange> for Command {
    fn from(change: WithdrawalChange) -> Self {
        Self::new(change)
    }
}

fn changed(subject: SubjectId, record: ConsentId, kind: &'static str) -> Applied {
    let event = NewEvent { noun: Noun::Subject, record: subject.into(), subject, kind };
    Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() }
}

/// Moves the consent version of a subject on, and says which it is; refuses where somebody else owns it.
async fn move_on(tx: &DatabaseTransaction, owner: OrganizationId, subject: SubjectId) -> Result<i64, Refused> {
    let changed = execute(
        tx,
        "UPDATE subject SET consent_version = consent_version + 1 WHERE id = $1 AND owner = $2",
        vec![bytes(subject.uuid()), bytes(owner.uuid())],
    )
    .await?;
    if changed == 0 {
        return Err(Refused::NotFound);
    }
    let row = one(tx, "SELECT consent_version FROM subject WHERE id = $1", vec![bytes(subject.uuid())]).await?;
    row.ok_or(Refused::NotFound)?.try_get("", "consent_version").map_err(unavailable)
}

impl Work for ConsentChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let version = move_on(tx, self.owner, self.subject).await?;
            let c = &self.consent;
            has_room(tx, self.subject, c.effect, at).await?;
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
            execute(
                tx,
                "INSERT INTO consent (id, subject, effect, given_by, no_conflict, assent, informed, purposes, categories, recipients, countries, from_at, until_at, version, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                vec![
                    bytes(c.id.uuid()),
                    bytes(self.subject.uuid()),
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
                ],
            )
            .await?;
            recompile(tx, self.subject, at).await?;
            Ok(changed(self.subject, c.id, "CONSENT_GIVEN"))
        })
    }
}

impl Work for WithdrawalChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let row = one(tx, "SELECT subject, until_at FROM consent WHERE id = $1", vec![bytes(self.consent.uuid())])
                .await?;
            let row = row.ok_or(Refused::NotFound)?;
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            let version = move_on(tx, self.owner, subject).await?;
            // A withdrawal ends a consent and never makes one last longer; one that has not begun is empty.
            execute(
                tx,
                "UPDATE consent SET until_at = $2, from_at = CASE WHEN from_at > $2 THEN $2 ELSE from_at END, version = $3 WHERE id = $1 AND until_at > $2",
                vec![bytes(self.consent.uuid()), at.millis().into(), version.into()],
            )
            .await?;
            recompile(tx, subject, at).await?;
            Ok(changed(subject, self.consent, "CONSENT_WITHDRAWN"))
        })
    }
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

/// Compiles a subject's consents anew for every recipient and purpose they name, from now on.
pub(super) async fn recompile(tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<(), Refused> {
    let id = bytes(subject.uuid());
    let from = at.plus_millis(-CLOCKS);
    let row = one(tx, "SELECT age, adult_from FROM subject WHERE id = $1", vec![id.clone()]).await?;
    let age = read::age(&row.ok_or(Refused::NotFound)?).map_err(unreadable)?;
    let sql = "SELECT * FROM consent WHERE subject = $1 AND until_at > $2 ORDER BY id";
    let rows = all(tx, sql, vec![id.clone(), from.millis().into()]).await?;
    let consents = rows.iter().map(read::consent).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    execute(tx, "DELETE FROM consent_span WHERE subject = $1", vec![id.clone()]).await?;
    let mut recipients: Vec<_> = consents.iter().flat_map(|c| c.recipients.iter().copied()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    let mut spans = Vec::new();
    for recipient in recipients {
        let row = one(
            tx,
            "SELECT country FROM organization WHERE id = $1 AND membership NOT IN ('LEFT', 'REFUSED')",
            vec![bytes(recipient.uuid())],
        )
        .await?;
        // Whoever has left is given nothing, whatever names it.
        let Some(row) = row else { continue };
        let country: String = row.try_get("", "country").map_err(unavailable)?;
        let Ok(country) = Country::read(&country) else { continue };
        for purpose in Purpose::ALL {
            let whom = ConsentStanding { recipient, country, purpose: *purpose };
            let compiled = ConsentSpan::compile(&consents, age, &whom, from);
            spans.extend(compiled.into_iter().map(|span| (recipient, *purpose, span)));
        }
    }
    for spans in spans.chunks(SPANS) {
        let mut sql =
            String::from("INSERT INTO consent_span (subject, recipient, purpose, from_at, until_at, mask) VALUES ");
        let mut values: Vec<Value> = vec![id.clone()];
        for (number, (recipient, purpose, span)) in spans.iter().enumerate() {
            let (comma, n) = (if number == 0 { "" } else { "," }, values.len());
            sql.push_str(&format!("{comma}($1, ${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5));
            values.extend([
                bytes(recipient.uuid()),
                purpose.to_string().into(),
                span.from.millis().into(),
                span.until.millis().into(),
                i64::from(span.mask.bits()).into(),
            ]);
        }
        execute(tx, &sql, values).await?;
    }
    Ok(())
}
