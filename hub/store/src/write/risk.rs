//! What a witness fears. Its standings are the holder's and the lawyers', and its event names no record but its own, so
//! that for everybody else in the case nothing has happened.

use sangam_custody::Held;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Purpose, RecordId, SubjectId};
use sangam_workflow::risk::{Kind, SEATS};
use sea_orm::DatabaseTransaction;

use super::hearing::seated;
use super::standing::seat_all;
use super::subject::put_held;
use super::{bytes, execute};
use crate::command::{Applied, NewEvent, Work, Working, commands};

/// Reports a danger to a witness.
pub struct NewRisk {
    /// The id.
    pub id: RecordId,
    /// To whom.
    pub subject: SubjectId,
    /// Who reports it.
    pub organization: OrganizationId,
    /// Why it asks.
    pub purpose: Purpose,
    /// What it is.
    pub kind: Kind,
    /// What was noted, sealed in this record.
    pub note: Held,
}

commands!(NewRisk);

impl Work for NewRisk {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (subject, record) = (self.subject, self.id);
            seated(tx, self.organization, subject, (self.purpose, SEATS), at).await?;
            execute(
                tx,
                "INSERT INTO risk (id, subject, reported_by, kind, reported_at) VALUES ($1, $2, $3, $4, $5)",
                vec![
                    bytes(record.uuid()),
                    bytes(subject.uuid()),
                    bytes(self.organization.uuid()),
                    self.kind.code().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            seat_all(tx, subject, Noun::Risk, record, at).await?;
            put_held(tx, subject, std::slice::from_ref(&self.note)).await?;
            let event = NewEvent { noun: Noun::Risk, record, subject, kind: "REPORTED" };
            Ok(Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}
