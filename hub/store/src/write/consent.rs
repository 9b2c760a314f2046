//! Consent: recorded, withdrawn, and compiled to spans beside the subject in the same transaction.

use sangam_custody::{Assent, Consent, ConsentSpan, ConsentStanding, Effect, GivenBy};
use sangam_vocabulary::{Code, ConsentId, Country, Instant, Noun, OrganizationId, Purpose, SubjectId};
use sea_orm::DatabaseTransaction;

use super::{all, bytes, codes, execute, flag, ids, one, unavailable, unreadable};
use crate::command::{Applied, Command, NewEvent, Refused, Work, Working};
use crate::read;

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
            let effect = match c.effect {
                Effect::Grant => "GRANT",
                Effect::Withhold => "WITHHOLD",
            };
            execute(
                tx,
                "INSERT INTO consent (id, subject, effect, given_by, no_conflict, assent, informed, purposes, categories, recipients, countries, from_at, until_at, version, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                vec![
                    bytes(c.id.uuid()),
                    bytes(self.subject.uuid()),
                    effect.into(),
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
            recompile(tx, self.subject).await?;
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
            recompile(tx, subject).await?;
            Ok(changed(subject, self.consent, "CONSENT_WITHDRAWN"))
        })
    }
}

/// Compiles a subject's consents anew for every recipient and purpose they name.
pub(super) async fn recompile(tx: &DatabaseTransaction, subject: SubjectId) -> Result<(), Refused> {
    let id = bytes(subject.uuid());
    let row = one(tx, "SELECT age, adult_from FROM subject WHERE id = $1", vec![id.clone()]).await?;
    let age = read::age(&row.ok_or(Refused::NotFound)?).map_err(unreadable)?;
    let rows = all(tx, "SELECT * FROM consent WHERE subject = $1 ORDER BY id", vec![id.clone()]).await?;
    let consents = rows.iter().map(read::consent).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    execute(tx, "DELETE FROM consent_span WHERE subject = $1", vec![id.clone()]).await?;
    let mut recipients: Vec<_> = consents.iter().flat_map(|c| c.recipients.iter().copied()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    for recipient in recipients {
        let row = one(tx, "SELECT country FROM organization WHERE id = $1", vec![bytes(recipient.uuid())]).await?;
        let Some(row) = row else { continue };
        let country: String = row.try_get("", "country").map_err(unavailable)?;
        let Ok(country) = Country::read(&country) else { continue };
        for purpose in Purpose::ALL {
            let whom = ConsentStanding { recipient, country, purpose: *purpose };
            for span in ConsentSpan::compile(&consents, age, &whom, Instant::from_millis(0)) {
                execute(
                    tx,
                    "INSERT INTO consent_span (subject, recipient, purpose, from_at, until_at, mask) VALUES ($1, $2, $3, $4, $5, $6)",
                    vec![
                        id.clone(),
                        bytes(recipient.uuid()),
                        purpose.to_string().into(),
                        span.from.millis().into(),
                        span.until.millis().into(),
                        i64::from(span.mask.bits()).into(),
                    ],
                )
                .await?;
            }
        }
    }
    Ok(())
}
