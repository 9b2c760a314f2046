//! A referral as it stands in the savepoint of a change: for whoever sits in it, and for the clock.

use sangam_vocabulary::{Code, Instant, OrganizationId, RecordId, Seat, SubjectId};
use sangam_workflow::flow::{self, By};
use sangam_workflow::referral::{Referral, State, Urgency};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::answers::Answers;
use crate::command::Refused;
use crate::read;
use crate::write::{bytes, one, unavailable, unreadable};

/// A referral as it stands in the savepoint of a change, and who changes it.
pub(super) struct Stands {
    pub(super) referral: RecordId,
    pub(super) subject: SubjectId,
    pub(super) sender: OrganizationId,
    pub(super) recipient: OrganizationId,
    pub(super) by: By,
    pub(super) state: State,
    pub(super) urgency: Urgency,
    pub(super) answer_by: Option<Instant>,
    pub(super) answers: Answers,
    pub(super) sameness: Vec<u8>,
    pub(super) transfer: bool,
    pub(super) version: i64,
}

impl Stands {
    /// For an organization that sits in it now; to any other it does not exist.
    pub(super) async fn of(
        tx: &DatabaseTransaction,
        referral: RecordId,
        organization: OrganizationId,
        at: Instant,
    ) -> Result<Self, Refused> {
        let row = one(
            tx,
            "SELECT t.*, s.seat FROM standing s JOIN referral t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'REFERRAL' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3",
            vec![bytes(organization.uuid()), bytes(referral.uuid()), at.millis().into()],
        )
        .await?
        .ok_or(Refused::NotFound)?;
        let seat: String = row.try_get("", "seat").map_err(unavailable)?;
        Self::read(&row, referral, By::Seat(Seat::read(&seat).map_err(|_| Refused::Unavailable)?))
    }

    /// For the clock, which sits nowhere.
    pub(super) async fn of_the_clock(tx: &DatabaseTransaction, referral: RecordId) -> Result<Self, Refused> {
        let row = one(tx, "SELECT * FROM referral WHERE id = $1", vec![bytes(referral.uuid())]).await?;
        Self::read(&row.ok_or(Refused::NotFound)?, referral, By::Clock)
    }

    fn read(row: &QueryResult, referral: RecordId, by: By) -> Result<Self, Refused> {
        let text = |column: &str| row.try_get::<String>("", column).map_err(unavailable);
        let id = |column: &'static str| read::id(row, column).map_err(unreadable);
        let answer_by: Option<i64> = row.try_get("", "answer_by").map_err(unavailable)?;
        Ok(Self {
            referral,
            subject: SubjectId::from_uuid(id("subject")?),
            sender: OrganizationId::from_uuid(id("sender")?),
            recipient: OrganizationId::from_uuid(id("recipient")?),
            by,
            state: State::read(&text("state")?).map_err(|_| Refused::Unavailable)?,
            urgency: Urgency::read(&text("urgency")?).map_err(|_| Refused::Unavailable)?,
            answer_by: answer_by.map(Instant::from_millis),
            answers: Answers::read(&text("service_states")?, &text("service_reasons")?).ok_or(Refused::Unavailable)?,
            sameness: row.try_get("", "sameness").map_err(unavailable)?,
            transfer: row.try_get::<i64>("", "transfer").map_err(unavailable)? == 1,
            version: row.try_get("", "version").map_err(unavailable)?,
        })
    }

    /// Refuses a change by somebody who saw another version.
    pub(super) fn seen(&self, version: Option<i64>) -> Result<(), Refused> {
        match version {
            Some(seen) if seen != self.version => Err(Refused::Conflict { current: self.version }),
            _ => Ok(()),
        }
    }

    /// Whether the recipient has it and it has not ended.
    pub(super) fn is_open(&self) -> bool {
        self.state != State::Draft && !flow::is_final::<Referral>(self.state)
    }

    /// That another process stepped it since it was read.
    pub(super) async fn moved(&self, tx: &DatabaseTransaction) -> Refused {
        let id = bytes(self.referral.uuid());
        match one(tx, "SELECT version FROM referral WHERE id = $1", vec![id]).await {
            Ok(Some(row)) => match row.try_get("", "version") {
                Ok(current) => Refused::Conflict { current },
                Err(error) => unavailable(error),
            },
            Ok(None) => Refused::NotFound,
            Err(refused) => refused,
        }
    }
}
