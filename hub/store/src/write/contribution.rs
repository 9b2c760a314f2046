//! Contributions: an organization is invited to a case, and what it answers. An invitation's own seat is never open:
//! through it nothing of the person is disclosed, before the answer and after it; what a contributor sees it sees
//! through the seats that it takes in the case (`standing.rs`).

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Purpose, RecordId, Seat, SubjectId};
use sangam_workflow::contribution::{Contribution, Event, State, as_of};
use sangam_workflow::flow::{By, is_final, take};
use sangam_workflow::transfer::HOLDER_CHANGED;
use sea_orm::{DatabaseTransaction, QueryResult};

use super::standing::AFTERGLOW_DAYS;
use super::standing::{Part, Standing, represents, take_seat};
use super::transfer::GoingOver;
use super::{all, bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// Invites an organization to a case.
pub struct NewContribution {
    /// The id.
    pub id: RecordId,
    /// The person the case is about.
    pub subject: SubjectId,
    /// Who invites: must own the subject.
    pub owner: OrganizationId,
    /// Who is invited.
    pub contributor: OrganizationId,
    /// As what.
    pub seat: Seat,
    /// Why.
    pub purpose: Purpose,
    /// Until when the invitation waits for its answer.
    pub answer_by: Instant,
    /// Until when it takes part.
    pub until: Instant,
}

commands!(NewContribution, ContributionStep);

impl Work for NewContribution {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (subject, contributor) = (bytes(self.subject.uuid()), bytes(self.contributor.uuid()));
            let owned = one(
                tx,
                "SELECT id FROM subject WHERE id = $1 AND owner = $2",
                vec![subject.clone(), bytes(self.owner.uuid())],
            )
            .await?;
            let known = one(tx, "SELECT id FROM organization WHERE id = $1", vec![contributor.clone()]).await?;
            if owned.is_none() || known.is_none() || self.contributor == self.owner {
                return Err(Refused::NotFound);
            }
            let place = vec![subject.clone(), contributor.clone(), self.seat.code().into()];
            // What has lapsed is written down as such, or it would stand in the way of the next one.
            let lapsed = [place.clone(), vec![State::Expired.code().into(), at.millis().into()]].concat();
            execute(
                tx,
                "UPDATE contribution SET state = $4, is_open = 0, changed_at = lapses_at, version = version + 1 WHERE subject = $1 AND contributor = $2 AND seat = $3 AND is_open = 1 AND lapses_at <= $5",
                lapsed,
            )
            .await?;
            let open = one(
                tx,
                "SELECT id FROM contribution WHERE subject = $1 AND contributor = $2 AND seat = $3 AND is_open = 1",
                place,
            )
            .await?;
            if let Some(row) = open {
                return Err(Refused::Duplicate { record: read::id(&row, "id").map_err(unreadable)? });
            }
            execute(
                tx,
                "INSERT INTO contribution (id, subject, contributor, seat, purpose, state, is_open, lapses_at, until_at, invited_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $9, 1)",
                vec![
                    bytes(self.id.uuid()),
                    subject,
                    contributor,
                    self.seat.code().into(),
                    self.purpose.code().into(),
                    State::Invited.code().into(),
                    self.answer_by.millis().into(),
                    self.until.millis().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            let of_record = Standing {
                organization: self.owner,
                noun: Noun::Contribution,
                record: self.id,
                seat: Seat::Owner,
                subject: self.subject,
                purpose: None,
                from: at,
                open_until: Instant::NEVER,
                until: Instant::NEVER,
            };
            take_seat(tx, &of_record).await?;
            let of_the_invited = Standing {
                organization: self.contributor,
                seat: self.seat,
                purpose: Some(self.purpose),
                open_until: at,
                until: self.answer_by.plus_days(AFTERGLOW_DAYS),
                ..of_record
            };
            take_seat(tx, &of_the_invited).await?;
            let event = NewEvent { noun: Noun::Contribution, record: self.id, subject: self.subject, kind: "INVITED" };
            Ok(Applied { record: Some(self.id.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

/// Takes a step of a contribution the caller sits in.
pub struct ContributionStep {
    /// The contribution.
    pub contribution: RecordId,
    /// Who takes it.
    pub organization: OrganizationId,
    /// Why it asks: the invited finds its invitation for the purpose it is invited for only.
    pub purpose: Purpose,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
}

/// A contribution as it stands, and from which seat it is looked at.
struct Found {
    by: Seat,
    state: State,
    subject: SubjectId,
    version: i64,
    part: Part,
}

impl Found {
    fn of(row: &QueryResult, at: Instant) -> Result<Self, Refused> {
        let instant = |column| read::instant(row, column).map_err(unreadable);
        Ok(Self {
            by: read::code(row, "by_seat").map_err(unreadable)?,
            state: as_of(read::code(row, "state").map_err(unreadable)?, instant("lapses_at")?, at),
            subject: SubjectId::from_uuid(read::id(row, "subject").map_err(unreadable)?),
            version: row.try_get("", "version").map_err(unavailable)?,
            part: Part {
                organization: OrganizationId::from_uuid(read::id(row, "contributor").map_err(unreadable)?),
                role: read::code(row, "role").map_err(unreadable)?,
                seat: read::code(row, "seat").map_err(unreadable)?,
                purpose: read::code(row, "purpose").map_err(unreadable)?,
                until: instant("until_at")?,
            },
        })
    }
}

impl Work for ContributionStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.contribution.uuid());
            let row = one(
                tx,
                "SELECT s.seat AS by_seat, t.state, t.lapses_at, t.until_at, t.subject, t.version, t.contributor, t.seat, t.purpose, o.role FROM standing s JOIN contribution t ON t.id = s.record JOIN organization o ON o.id = t.contributor JOIN subject su ON su.id = t.subject WHERE s.organization = $1 AND s.noun = 'CONTRIBUTION' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3 AND (s.purpose IS NULL OR s.purpose = $4) AND (s.seat <> 'OWNER' OR su.owner = s.organization)",
                vec![
                    bytes(self.organization.uuid()),
                    id.clone(),
                    at.millis().into(),
                    self.purpose.code().into(),
                ],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let found = Found::of(&row, at)?;
            if self.version != found.version {
                return Err(Refused::Conflict { current: found.version });
            }
            let stepped = take::<Contribution>(found.state, self.event, By::Seat(found.by), &[], None)?;
            let over = is_final::<Contribution>(stepped.to());
            let lapses = if over { at } else { found.part.until };
            // The version once more: another process may have stepped it since it was read above.
            let stepped_once = execute(
                tx,
                "UPDATE contribution SET state = $2, is_open = $3, lapses_at = $4, changed_at = $5, version = version + 1 WHERE id = $1 AND version = $6",
                vec![
                    id.clone(),
                    stepped.to().code().into(),
                    flag(!over),
                    lapses.millis().into(),
                    at.millis().into(),
                    found.version.into(),
                ],
            )
            .await?;
            if stepped_once == 0 {
                return Err(Refused::Conflict { current: found.version + 1 });
            }
            if over {
                found.part.leave(tx, found.subject, at).await?;
            } else {
                found.part.join(tx, found.subject, at).await?;
            }
            if found.part.seat == Seat::Lawyer {
                represents(tx, found.subject, found.part.organization, at).await?;
            }
            execute(
                tx,
                "UPDATE standing SET until_at = $2 WHERE record = $1 AND noun = 'CONTRIBUTION' AND seat <> 'OWNER'",
                vec![id, lapses.plus_days(AFTERGLOW_DAYS).millis().into()],
            )
            .await?;
            let kind = stepped.to().code();
            let record = self.contribution;
            let event = NewEvent { noun: Noun::Contribution, record, subject: found.subject, kind };
            Ok(Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

/// A case goes over: the new owner takes no part in its own case any more, and whoever else does is told.
pub(super) async fn go_over(tx: &DatabaseTransaction, case: &GoingOver, at: Instant) -> Result<Vec<NewEvent>, Refused> {
    let sql = "SELECT t.id, 'OWNER' AS by_seat, t.state, t.lapses_at, t.until_at, t.subject, t.version, t.contributor, t.seat, t.purpose, o.role FROM contribution t JOIN organization o ON o.id = t.contributor WHERE t.subject = $1 AND t.is_open = 1 AND t.lapses_at > $2 ORDER BY t.id";
    let mut events = Vec::new();
    for row in all(tx, sql, vec![bytes(case.subject.uuid()), at.millis().into()]).await? {
        let record = RecordId::from_uuid(read::id(&row, "id").map_err(unreadable)?);
        let found = Found::of(&row, at)?;
        let mut kind = HOLDER_CHANGED;
        if found.part.organization == case.to {
            let stepped = take::<Contribution>(found.state, Event::End, By::Seat(found.by), &[], None)?;
            kind = stepped.to().code();
            execute(
                tx,
                "UPDATE contribution SET state = $2, is_open = 0, lapses_at = $3, changed_at = $3, version = version + 1 WHERE id = $1",
                vec![bytes(record.uuid()), kind.into(), at.millis().into()],
            )
            .await?;
            found.part.leave(tx, case.subject, at).await?;
        }
        events.push(NewEvent { noun: Noun::Contribution, record, subject: case.subject, kind });
    }
    // What it was asked and answered before it sees by the owner's seat, and by no other.
    execute(
        tx,
        "UPDATE standing SET open_until = CASE WHEN open_until < $3 THEN open_until ELSE $3 END, until_at = $3 WHERE organization = $1 AND subject = $2 AND noun = 'CONTRIBUTION' AND seat <> 'OWNER' AND until_at > $3",
        vec![bytes(case.to.uuid()), bytes(case.subject.uuid()), at.millis().into()],
    )
    .await?;
    Ok(events)
}
