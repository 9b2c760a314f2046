//! A person takes a step of an agreement; with the word that was the last one needed the hub takes the next.

use sangam_custody::EntryKind;
use sangam_vocabulary::{AgreementId, Code, Instant, OrganizationId, PersonId};
use sangam_workflow::agreement::{AgreementFlow, By, Event, RejectionReason, State, Stepped};
use sangam_workflow::flow::take;
use sea_orm::DatabaseTransaction;

use super::{Act, approvals, asking, bytes, entry, execute, flag, found, maybe, one, show, unavailable};
use crate::agreement::AgreementRow;
use crate::command::{Applied, Refused, Work, Working, commands};

/// Takes a step of an agreement that exists for the organization.
pub struct AgreementStep {
    /// The agreement.
    pub agreement: AgreementId,
    /// Of which organization the person is.
    pub organization: OrganizationId,
    /// Who takes it.
    pub person: PersonId,
    /// The version that whoever asks saw.
    pub version: i64,
    /// The step.
    pub event: Event,
    /// The coded reason, where the step asks for one.
    pub reason: Option<RejectionReason>,
}

commands!(AgreementStep);

/// What a step by a person is written down as; none of what only the hub does.
const fn kind(event: Event) -> Option<EntryKind> {
    Some(match event {
        Event::Propose => EntryKind::AgreementProposed,
        Event::Approve => EntryKind::AgreementApproved,
        Event::Reject => EntryKind::AgreementRejected,
        Event::Withdraw => EntryKind::AgreementWithdrawn,
        Event::Suspend => EntryKind::AgreementSuspended,
        Event::Resume => EntryKind::AgreementResumed,
        Event::End => EntryKind::AgreementEnded,
        Event::TakeEffect | Event::Supersede | Event::GiveWay | Event::Expire => return None,
    })
}

/// Writes where an agreement stands after a step, as its next version.
async fn write(
    tx: &DatabaseTransaction,
    row: &AgreementRow,
    stepped: Stepped,
    act: &Act,
    at: Instant,
) -> Result<(), Refused> {
    let id = bytes(act.agreement.uuid());
    // The version once more: another process may have moved it since it was read.
    let moved = execute(
        tx,
        "UPDATE agreement SET state = $2, suspended = $3, reason = coalesce($4, reason), changed_at = $5, version = version + 1 WHERE id = $1 AND version = $6",
        vec![
            id.clone(),
            stepped.to().code().into(),
            flag(stepped.to() != State::InForce),
            stepped.reason().map(|reason| reason.code().to_owned()).into(),
            at.millis().into(),
            row.version.into(),
        ],
    )
    .await?;
    if moved == 0 {
        let row = one(tx, "SELECT version FROM agreement WHERE id = $1", vec![id]).await?.ok_or(Refused::NotFound)?;
        return Err(Refused::Conflict { current: row.try_get("", "version").map_err(unavailable)? });
    }
    act.write(tx, stepped.event().code(), at).await
}

impl AgreementStep {
    fn act(&self, row: &AgreementRow, event: Event) -> Act {
        Act {
            agreement: row.agreement.id,
            version: row.version + 1,
            organization: self.organization,
            person: self.person,
            reason: self.reason.filter(|_| event == Event::Reject),
        }
    }

    /// What only the hub does, in the name of whoever said the last word that was needed.
    async fn hub(
        &self,
        tx: &DatabaseTransaction,
        row: &AgreementRow,
        event: Event,
        at: Instant,
    ) -> Result<(), Refused> {
        let stepped = take::<AgreementFlow>(row.state(at), event, By::Hub, &row.record().met_for_the_hub(), None)?;
        write(tx, row, stepped, &self.act(row, event), at).await
    }

    /// Brings into force what everybody has approved; what it takes the place of gives way in the same breath.
    async fn approved(
        &self,
        tx: &DatabaseTransaction,
        row: &AgreementRow,
        at: Instant,
        said: &mut Applied,
    ) -> Result<(), Refused> {
        if row.record().approvals_missing() > 0 {
            return Ok(());
        }
        self.hub(tx, row, Event::TakeEffect, at).await?;
        let given = row.record().approved_by().map(|word| (word.organization, word.person)).collect::<Vec<_>>();
        let values = vec![bytes(row.agreement.id.uuid()), approvals(given.into_iter()).into()];
        execute(tx, "UPDATE agreement SET approvals = $2 WHERE id = $1", values).await?;
        said.entries.push(entry(EntryKind::AgreementInForce, at, self.organization));
        if let Some(old) = row.supersedes {
            let old = found(tx, self.organization, old, at).await?;
            // What has expired meanwhile is over by itself.
            if matches!(old.state(at), State::InForce | State::Suspended) {
                self.hub(tx, &old, Event::GiveWay, at).await?;
                let values = vec![bytes(old.agreement.id.uuid()), maybe(Some(row.agreement.id.uuid()))];
                execute(tx, "UPDATE agreement SET superseded_by = $2 WHERE id = $1", values).await?;
                said.entries.push(entry(EntryKind::AgreementSuperseded, at, self.organization));
            }
        }
        Ok(())
    }

    /// Lets go on what nobody stops any more.
    async fn resumed(
        &self,
        tx: &DatabaseTransaction,
        row: &AgreementRow,
        at: Instant,
        said: &mut Applied,
    ) -> Result<(), Refused> {
        if !row.record().lets_go_on(self.organization) {
            return Ok(());
        }
        let values = vec![bytes(row.agreement.id.uuid()), bytes(self.organization.uuid())];
        execute(tx, "DELETE FROM agreement_stop WHERE agreement = $1 AND organization = $2", values).await?;
        let row = found(tx, self.organization, row.agreement.id, at).await?;
        if row.record().stopped_by.is_empty() {
            self.hub(tx, &row, Event::TakeEffect, at).await?;
            said.entries.push(entry(EntryKind::AgreementInForce, at, self.organization));
        }
        Ok(())
    }
}

impl Work for AgreementStep {
    /// Refused as [`Refused::NotFound`] when the agreement does not exist for the organization or the person has no
    /// account there, as [`Refused::Conflict`] when it changed since it was seen, and as the workflow refuses.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let row = found(tx, self.organization, self.agreement, at).await?;
            if row.version != self.version {
                return Err(Refused::Conflict { current: row.version });
            }
            let asking = asking(tx, self.organization, self.person, at).await?;
            let record = row.record();
            let (by, met) = (record.by(self.organization), record.met(&asking));
            let stepped = take::<AgreementFlow>(row.state(at), self.event, by, &met, self.reason)?;
            let Some(kind) = kind(self.event) else { return Err(Refused::Illegal { legal: Vec::new() }) };
            let act = self.act(&row, self.event);
            write(tx, &row, stepped, &act, at).await?;
            let mut said = Applied {
                record: Some(self.agreement.uuid()),
                entries: vec![entry(kind, at, self.organization)],
                ..Applied::default()
            };
            match self.event {
                Event::Propose => show(tx, self.agreement, &row.parties).await?,
                Event::Suspend => {
                    execute(
                        tx,
                        "INSERT INTO agreement_stop (agreement, organization, since) VALUES ($1, $2, $3)",
                        vec![bytes(self.agreement.uuid()), bytes(self.organization.uuid()), act.version.into()],
                    )
                    .await?;
                }
                Event::Approve => {
                    let row = found(tx, self.organization, self.agreement, at).await?;
                    self.approved(tx, &row, at, &mut said).await?;
                }
                Event::Resume => {
                    let row = found(tx, self.organization, self.agreement, at).await?;
                    self.resumed(tx, &row, at, &mut said).await?;
                }
                _ => {}
            }
            // Nothing that rests on what binds now may stay decided as it was.
            let binds = |state| matches!(state, State::InForce);
            let moved = binds(row.state(at)) || said.entries.len() > 1;
            Ok(Applied { rules: moved, fence: moved, ..said })
        })
    }
}
