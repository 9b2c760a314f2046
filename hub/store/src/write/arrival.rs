//! Arrivals: recorded about an own subject, stepped, and linked to the referrals that follow from them. Nothing here
//! knows a repatriation.

use sangam_vocabulary::{ArrivalId, Code, Country, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};
use sangam_workflow::arrival::{Arrival, CloseReason, Event, Kind, State};
use sangam_workflow::flow::{By, is_final, take};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::{bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// How many referrals one arrival is linked to: far more than a person is referred at once.
const REFERRALS: i64 = 16;

/// Records an arrival of an own subject.
pub struct NewArrival {
    /// The id.
    pub id: ArrivalId,
    /// Who came.
    pub subject: SubjectId,
    /// Who received her: must own the subject.
    pub organization: OrganizationId,
    /// How she came.
    pub kind: Kind,
    /// The country she came from, where it is known and is another.
    pub came_from: Option<Country>,
}

/// Takes a step of an own arrival.
pub struct ArrivalStep {
    /// The arrival.
    pub arrival: RecordId,
    /// Who received the person.
    pub organization: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
    /// The coded reason.
    pub reason: Option<CloseReason>,
}

/// Links an own arrival to a referral of the same person that the same organization sent.
pub struct ArrivalLink {
    /// The arrival.
    pub arrival: RecordId,
    /// Who received the person.
    pub organization: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// The referral.
    pub referral: RecordId,
}

commands!(NewArrival, ArrivalStep, ArrivalLink);

fn applied(record: RecordId, subject: SubjectId, kind: &'static str, fence: bool) -> Applied {
    let events = vec![NewEvent { noun: Noun::Arrival, record, subject, kind }];
    Applied { record: Some(record.uuid()), events, fence, ..Applied::default() }
}

impl Work for NewArrival {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let owned = "SELECT id FROM subject WHERE id = $1 AND owner = $2";
            if one(tx, owned, vec![bytes(self.subject.uuid()), bytes(self.organization.uuid())]).await?.is_none() {
                return Err(Refused::NotFound);
            }
            let open = "SELECT id FROM arrival WHERE subject = $1 AND is_open = 1";
            if let Some(row) = one(tx, open, vec![bytes(self.subject.uuid())]).await? {
                return Err(Refused::Duplicate { record: read::id(&row, "id").map_err(unreadable)? });
            }
            let record = RecordId::from(self.id);
            execute(
                tx,
                "INSERT INTO arrival (id, subject, organization, kind, came_from, state, close_reason, is_open, referrals, recorded_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, NULL, 1, '', $7, $7, 1)",
                vec![
                    bytes(record.uuid()),
                    bytes(self.subject.uuid()),
                    bytes(self.organization.uuid()),
                    self.kind.code().into(),
                    self.came_from.map(|country| country.code().to_owned()).into(),
                    State::Recorded.code().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            execute(
                tx,
                "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
                vec![
                    bytes(self.organization.uuid()),
                    Noun::Arrival.code().into(),
                    bytes(record.uuid()),
                    Seat::Receiving.code().into(),
                    bytes(self.subject.uuid()),
                    at.millis().into(),
                    Instant::NEVER.millis().into(),
                ],
            )
            .await?;
            Ok(applied(record, self.subject, State::Recorded.code(), true))
        })
    }
}

/// An own arrival of a version.
async fn find(
    tx: &DatabaseTransaction,
    arrival: RecordId,
    organization: OrganizationId,
    version: i64,
    at: Instant,
) -> Result<(QueryResult, SubjectId), Refused> {
    let row = one(
        tx,
        "SELECT t.state, t.version, t.subject, t.is_open, t.referrals FROM standing s JOIN arrival t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'ARRIVAL' AND s.seat = 'RECEIVING' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3",
        vec![bytes(organization.uuid()), bytes(arrival.uuid()), at.millis().into()],
    )
    .await?
    .ok_or(Refused::NotFound)?;
    let current: i64 = row.try_get("", "version").map_err(unavailable)?;
    if current != version {
        return Err(Refused::Conflict { current });
    }
    let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
    Ok((row, subject))
}

/// Refuses what another process overtook.
async fn once(tx: &DatabaseTransaction, changed: u64, arrival: RecordId) -> Result<(), Refused> {
    if changed > 0 {
        return Ok(());
    }
    let row = one(tx, "SELECT version FROM arrival WHERE id = $1", vec![bytes(arrival.uuid())]).await?;
    Err(Refused::Conflict { current: row.ok_or(Refused::NotFound)?.try_get("", "version").map_err(unavailable)? })
}

impl Work for ArrivalStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (row, subject) = find(tx, self.arrival, self.organization, self.version, at).await?;
            let state: String = row.try_get("", "state").map_err(unavailable)?;
            let state = State::read(&state).map_err(|_| Refused::Unavailable)?;
            let stepped = take::<Arrival>(state, self.event, By::Seat(Seat::Receiving), &[], self.reason)?;
            let over = is_final::<Arrival>(stepped.to());
            let changed = execute(
                tx,
                "UPDATE arrival SET state = $2, close_reason = $3, is_open = $4, changed_at = $5, version = version + 1 WHERE id = $1 AND version = $6",
                vec![
                    bytes(self.arrival.uuid()),
                    stepped.to().code().into(),
                    stepped.reason().map(|reason| reason.code().to_owned()).into(),
                    flag(!over),
                    at.millis().into(),
                    self.version.into(),
                ],
            )
            .await?;
            once(tx, changed, self.arrival).await?;
            // Only its owner stands in an arrival, and to the owner what has ended stays.
            Ok(applied(self.arrival, subject, stepped.to().code(), false))
        })
    }
}

impl Work for ArrivalLink {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (row, subject) = find(tx, self.arrival, self.organization, self.version, at).await?;
            let referral = one(
                tx,
                "SELECT id FROM referral WHERE id = $1 AND sender = $2 AND subject = $3",
                vec![bytes(self.referral.uuid()), bytes(self.organization.uuid()), bytes(subject.uuid())],
            )
            .await?;
            if referral.is_none() {
                return Err(Refused::NotFound);
            }
            let known: String = row.try_get("", "referrals").map_err(unavailable)?;
            let mut linked: Vec<&str> = known.split(',').filter(|id| !id.is_empty()).collect();
            let id = self.referral.uuid().simple().to_string();
            if linked.contains(&id.as_str()) {
                return Ok(Applied { record: Some(self.arrival.uuid()), ..Applied::default() });
            }
            if i64::try_from(linked.len()).unwrap_or(REFERRALS) >= REFERRALS {
                return Err(Refused::Full { most: REFERRALS });
            }
            linked.push(&id);
            let changed = execute(
                tx,
                "UPDATE arrival SET referrals = $2, changed_at = $3, version = version + 1 WHERE id = $1 AND version = $4",
                vec![bytes(self.arrival.uuid()), linked.join(",").into(), at.millis().into(), self.version.into()],
            )
            .await?;
            once(tx, changed, self.arrival).await?;
            Ok(applied(self.arrival, subject, "LINKED", false))
        })
    }
}
