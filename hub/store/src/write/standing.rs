//! Standings of those who take part in a case: who is invited for a purpose sits in the records whose seat carries it,
//! in those that are there and in those that come later. What carries what is custody's table and no other.

use sangam_custody::carries;
use sangam_vocabulary::{Instant, Noun, OrganizationId, Purpose, RecordId, Relation, Role, Seat, SubjectId};
use sea_orm::DatabaseTransaction;

use super::{all, bytes, execute, one, unavailable, unreadable};
use crate::command::Refused;
use crate::read;

/// How long those who sat in a record that has ended still see that it did, in days; its categories close with it at
/// once.
pub(super) const AFTERGLOW_DAYS: i64 = 90;

/// The records of a case that a contributor can sit in, each with where their ids are.
const RECORDS: [(Noun, &str); 3] = [
    (Noun::Subject, "SELECT id FROM subject WHERE id = $1"),
    (Noun::Hearing, "SELECT id FROM hearing WHERE subject = $1 ORDER BY id"),
    (Noun::Risk, "SELECT id FROM risk WHERE subject = $1 ORDER BY id"),
];

/// A seat of an organization in a record.
pub(super) struct Standing {
    pub(super) organization: OrganizationId,
    pub(super) noun: Noun,
    pub(super) record: RecordId,
    pub(super) seat: Seat,
    pub(super) subject: SubjectId,
    /// The one purpose it is there for; none: each that the seat carries.
    pub(super) purpose: Option<Purpose>,
    pub(super) from: Instant,
    /// Until when it discloses.
    pub(super) open_until: Instant,
    /// Until when the record exists through it.
    pub(super) until: Instant,
}

/// Takes a seat, anew where it was left before.
pub(super) async fn take_seat(tx: &DatabaseTransaction, standing: &Standing) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO standing (organization, noun, record, seat, subject, purpose, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (organization, noun, record, seat) DO UPDATE SET purpose = excluded.purpose, from_at = excluded.from_at, open_until = excluded.open_until, until_at = excluded.until_at",
        vec![
            bytes(standing.organization.uuid()),
            standing.noun.to_string().into(),
            bytes(standing.record.uuid()),
            standing.seat.to_string().into(),
            bytes(standing.subject.uuid()),
            standing.purpose.map(|purpose| purpose.to_string()).into(),
            standing.from.millis().into(),
            standing.open_until.millis().into(),
            standing.until.millis().into(),
        ],
    )
    .await
    .map(drop)
}

/// Who takes part in a case, as what, why, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) organization: OrganizationId,
    pub(super) role: Role,
    pub(super) seat: Seat,
    pub(super) purpose: Purpose,
    pub(super) until: Instant,
}

impl Part {
    /// Whether its seat in a kind of record carries its purpose.
    const fn sits_in(&self, noun: Noun) -> bool {
        carries(self.purpose, Relation::new(noun, self.seat), self.role)
    }

    fn standing(&self, subject: SubjectId, noun: Noun, record: RecordId, at: Instant) -> Standing {
        Standing {
            organization: self.organization,
            noun,
            record,
            seat: self.seat,
            subject,
            purpose: Some(self.purpose),
            from: at,
            open_until: self.until,
            until: self.until,
        }
    }

    /// Seats it in every record of the case that its purpose is carried through.
    pub(super) async fn join(&self, tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<(), Refused> {
        for (noun, records) in RECORDS {
            if !self.sits_in(noun) {
                continue;
            }
            self.take(tx, subject, noun, records, at).await?;
        }
        Ok(())
    }

    /// Seats it in the records of a kind.
    async fn take(
        &self,
        tx: &DatabaseTransaction,
        subject: SubjectId,
        noun: Noun,
        records: &str,
        at: Instant,
    ) -> Result<(), Refused> {
        for row in all(tx, records, vec![bytes(subject.uuid())]).await? {
            let record = RecordId::from_uuid(read::id(&row, "id").map_err(unreadable)?);
            take_seat(tx, &self.standing(subject, noun, record, at)).await?;
        }
        Ok(())
    }

    /// Takes it out of every record of the case at once.
    pub(super) async fn leave(&self, tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<(), Refused> {
        execute(
            tx,
            "UPDATE standing SET open_until = $5, until_at = $5 WHERE organization = $1 AND subject = $2 AND seat = $3 AND purpose = $4 AND noun IN ('SUBJECT', 'HEARING', 'RISK')",
            vec![
                bytes(self.organization.uuid()),
                bytes(subject.uuid()),
                self.seat.to_string().into(),
                self.purpose.to_string().into(),
                at.millis().into(),
            ],
        )
        .await
        .map(drop)
    }
}

/// The records of a case in which a lawyer sits however she represents the person: invited to the case, or in the request
/// to bring her home.
const OF_A_LAWYER: [Noun; 2] = [Noun::Hearing, Noun::Risk];

/// Brings a lawyer's seats in a person's hearings and in what she fears to what it represents her by at an instant. What
/// one of its two ways in ends, the other still gives.
pub(super) async fn represents(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    lawyer: OrganizationId,
    at: Instant,
) -> Result<(), Refused> {
    let values = || vec![bytes(subject.uuid()), bytes(lawyer.uuid()), at.millis().into()];
    let until = one(
        tx,
        "SELECT max(x.until_at) AS until_at FROM (SELECT lapses_at AS until_at FROM contribution WHERE subject = $1 AND contributor = $2 AND seat = 'LAWYER' AND state = 'ACTIVE' AND lapses_at > $3 UNION ALL SELECT open_until FROM standing WHERE subject = $1 AND organization = $2 AND noun = 'REPATRIATION' AND seat = 'LAWYER' AND from_at <= $3 AND open_until > $3) x",
        values(),
    )
    .await?
    .ok_or(Refused::Unavailable)?;
    let until: Option<i64> = until.try_get("", "until_at").map_err(unavailable)?;
    let Some(until) = until.map(Instant::from_millis) else {
        let ends = "UPDATE standing SET open_until = CASE WHEN open_until < $3 THEN open_until ELSE $3 END, until_at = $3 WHERE subject = $1 AND organization = $2 AND seat = 'LAWYER' AND noun IN ('HEARING', 'RISK') AND until_at > $3";
        return execute(tx, ends, values()).await.map(drop);
    };
    let role = one(tx, "SELECT role FROM organization WHERE id = $1", vec![bytes(lawyer.uuid())]).await?;
    let role = read::code(&role.ok_or(Refused::NotFound)?, "role").map_err(unreadable)?;
    let part = Part { organization: lawyer, role, seat: Seat::Lawyer, purpose: Purpose::LegalAid, until };
    for (noun, records) in RECORDS.into_iter().filter(|(noun, _)| OF_A_LAWYER.contains(noun)) {
        if part.sits_in(noun) {
            part.take(tx, subject, noun, records, at).await?;
        }
    }
    Ok(())
}

/// Seats the owner and everybody who takes part for a purpose that is carried through it in a new record.
pub(super) async fn seat_all(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    noun: Noun,
    record: RecordId,
    at: Instant,
) -> Result<(), Refused> {
    let owners = all(tx, "SELECT owner FROM subject WHERE id = $1", vec![bytes(subject.uuid())]).await?;
    for row in owners {
        let organization = OrganizationId::from_uuid(read::id(&row, "owner").map_err(unreadable)?);
        let (open_until, until) = (Instant::NEVER, Instant::NEVER);
        let standing = Standing {
            organization,
            noun,
            record,
            seat: Seat::Owner,
            subject,
            purpose: None,
            from: at,
            open_until,
            until,
        };
        take_seat(tx, &standing).await?;
    }
    let rows = all(
        tx,
        "SELECT t.contributor, o.role, t.seat, t.purpose, t.lapses_at FROM contribution t JOIN organization o ON o.id = t.contributor WHERE t.subject = $1 AND t.state = 'ACTIVE' AND t.lapses_at > $2",
        vec![bytes(subject.uuid()), at.millis().into()],
    )
    .await?;
    for row in rows {
        let part = Part {
            organization: OrganizationId::from_uuid(read::id(&row, "contributor").map_err(unreadable)?),
            role: read::code(&row, "role").map_err(unreadable)?,
            seat: read::code(&row, "seat").map_err(unreadable)?,
            purpose: read::code(&row, "purpose").map_err(unreadable)?,
            until: read::instant(&row, "lapses_at").map_err(unreadable)?,
        };
        if part.sits_in(noun) {
            take_seat(tx, &part.standing(subject, noun, record, at)).await?;
        }
    }
    if OF_A_LAWYER.contains(&noun) {
        for lawyer in lawyers_of_return(tx, subject, at).await? {
            represents(tx, subject, lawyer, at).await?;
        }
    }
    Ok(())
}

/// Who represents a person in a request to bring her home.
async fn lawyers_of_return(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    at: Instant,
) -> Result<Vec<OrganizationId>, Refused> {
    let sql = "SELECT DISTINCT organization FROM standing WHERE subject = $1 AND noun = 'REPATRIATION' AND seat = 'LAWYER' AND from_at <= $2 AND open_until > $2 ORDER BY organization";
    let rows = all(tx, sql, vec![bytes(subject.uuid()), at.millis().into()]).await?;
    let id = |row| read::id(row, "organization").map(OrganizationId::from_uuid).map_err(unreadable);
    rows.iter().map(id).collect()
}
