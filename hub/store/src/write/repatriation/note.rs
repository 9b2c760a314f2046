//! What is put on record for a request without a step: what she said, and what somebody looked into.

use sangam_custody::Held;
use sangam_vocabulary::{Instant, OrganizationId, RecordId};
use sangam_workflow::flow::By;
use sangam_workflow::repatriation::record::Noted;
use sea_orm::DatabaseTransaction;

use super::{Found, Stepper};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::write::subject::put_held;
use crate::write::{bytes, execute, flag};

/// Puts something on record.
pub struct RepatriationNote {
    /// The request.
    pub repatriation: RecordId,
    /// Who puts it there.
    pub organization: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// What.
    pub noted: Noted,
    /// When it was: asked, assessed. Absent: now.
    pub made_on: Option<Instant>,
    /// Her words, sealed in this request's record.
    pub words: Option<Held>,
}

commands!(RepatriationNote);

impl Work for RepatriationNote {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let by = Stepper::Organization(self.organization);
            let found = Found::read(tx, self.repatriation, by, Some(self.version), at).await?;
            if !matches!(found.by, By::Seat(seat) if self.noted.is_for(seat)) {
                return Err(Refused::Illegal { legal: Vec::new() });
            }
            found.claim(tx, at).await?;
            let (id, made) = (bytes(found.id.uuid()), self.made_on.unwrap_or(at).millis());
            let (set, values) = match self.noted {
                Noted::WantsToReturn | Noted::WantsToStay => {
                    let wants = flag(self.noted == Noted::WantsToReturn);
                    ("wish = $2, wish_asked = $3", vec![id, wants, made.into()])
                }
                Noted::RiskAssessed => ("risk_assessed = $2", vec![id, made.into()]),
                Noted::BestInterest => ("best_interest = 1", vec![id]),
                Noted::ChildPlaced => ("child_placed = 1", vec![id]),
                Noted::VisitsDone => ("visits_done = 1", vec![id]),
            };
            execute(tx, &format!("UPDATE repatriation SET {set} WHERE id = $1"), values).await?;
            if let Some(words) = &self.words {
                put_held(tx, found.subject, std::slice::from_ref(words)).await?;
            }
            let event = found.told("NOTED");
            Ok(Applied { record: Some(found.id.uuid()), events: vec![event], ..Applied::default() })
        })
    }
}
