//! A case goes over: every record of it, by the row of its kind in `sangam_workflow::transfer`, in the savepoint in which
//! the new owner accepts. Whether it may go over was decided before; here nothing is decided and nothing is opened.

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Seat, SubjectId};
use sangam_workflow::transfer::{Goes, row};
use sea_orm::DatabaseTransaction;

use super::{bytes, contribution, exception, execute, repatriation, search};
use crate::command::{NewEvent, Refused};

/// Whose case goes from whom to whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoingOver {
    pub(super) subject: SubjectId,
    pub(super) from: OrganizationId,
    pub(super) to: OrganizationId,
}

impl GoingOver {
    /// Moves every record of the case. Gives what those who sit in them are told.
    pub(super) async fn carry_out(&self, tx: &DatabaseTransaction, at: Instant) -> Result<Vec<NewEvent>, Refused> {
        // What ends, ends while its seats are where they were.
        let mut events = search::go_over(tx, self, at).await?;
        for noun in Noun::ALL {
            let row = row(*noun);
            match row.goes {
                Goes::Over | Goes::Ends => self.reseat(tx, *noun, row.seat, at).await?,
                Goes::Stays => {}
            }
        }
        events.extend(contribution::go_over(tx, self, at).await?);
        events.extend(exception::go_over(tx, self, at).await?);
        events.extend(repatriation::go_over(tx, self, at).await?);
        let arrivals = "UPDATE arrival SET organization = $3 WHERE subject = $1 AND organization = $2";
        execute(tx, arrivals, vec![bytes(self.subject.uuid()), bytes(self.from.uuid()), bytes(self.to.uuid())]).await?;
        let (noun, record) = (Noun::Subject, self.subject.into());
        events.extend(row(noun).told.map(|kind| NewEvent { noun, record, subject: self.subject, kind }));
        Ok(events)
    }

    /// Gives the new owner the seats of a kind that the former owner has, as they are, and ends those.
    async fn reseat(&self, tx: &DatabaseTransaction, noun: Noun, seat: Seat, at: Instant) -> Result<(), Refused> {
        let values = || {
            vec![
                bytes(self.from.uuid()),
                bytes(self.subject.uuid()),
                noun.code().into(),
                seat.code().into(),
                at.millis().into(),
            ]
        };
        execute(
            tx,
            "INSERT INTO standing (organization, noun, record, seat, subject, purpose, from_at, open_until, until_at, shut) SELECT $6, noun, record, seat, subject, purpose, $5, open_until, until_at, shut FROM standing WHERE organization = $1 AND subject = $2 AND noun = $3 AND seat = $4 AND until_at > $5 ON CONFLICT (organization, noun, record, seat) DO UPDATE SET purpose = excluded.purpose, from_at = excluded.from_at, open_until = excluded.open_until, until_at = excluded.until_at, shut = excluded.shut",
            [values(), vec![bytes(self.to.uuid())]].concat(),
        )
        .await?;
        execute(
            tx,
            "UPDATE standing SET open_until = CASE WHEN open_until < $5 THEN open_until ELSE $5 END, until_at = $5 WHERE organization = $1 AND subject = $2 AND noun = $3 AND seat = $4 AND until_at > $5",
            values(),
        )
        .await?;
        Ok(())
    }
}
