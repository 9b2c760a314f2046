//! Clocks that run out: each due row is brought to the writer, where it is read again and does what its kind says
//! (`sangam_workflow::ladder`). Nothing is kept here between rounds, so a process that dies loses none, and two that
//! bring the same row do it once.

use std::sync::Arc;

use sangam_custody::{EntryKind, KeyFault};
use sangam_store::{ClockFired, ClockRow, Command, OverdueRow, Refused};
use sangam_vocabulary::{CategorySet, Code, DeliveryId, Instant};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::ladder::{RunsOut, runs_out};

use crate::hub::{Desk, DeskFault};
use crate::journalled::Acting;

/// How many rows are read at once; a round reads until there are no more.
const BATCH: u16 = 100;

/// How many rows the operator is shown at once: the oldest thousand are work enough.
const OVERDUE: u16 = 1_000;

/// What a round of clocks came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockReport {
    /// Clocks that took a step.
    pub stepped: u32,
    /// Clocks that told somebody.
    pub escalated: u32,
    /// Clocks that are due and were left: of a kind this version does not know, or not possible now.
    pub left: u32,
    /// When the next one is due that is not yet.
    pub next: Option<Instant>,
}

impl Desk {
    /// Brings every clock that is due. One that cannot be brought is left and holds up no other.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer; what was brought before is done.
    pub async fn run_clocks(&self) -> Result<ClockReport, DeskFault> {
        let (at, mut report, mut after) = (self.now(), ClockReport::default(), None::<ClockRow>);
        loop {
            let rows = self.store.clocks_due(at, after.as_ref(), BATCH).await?;
            let whole = rows.len() == usize::from(BATCH);
            for row in rows {
                let Ok(kind) = ClockKind::read(&row.kind) else {
                    tracing::warn!("a clock of a kind that this version does not know is due and is left");
                    report.left += 1;
                    after = Some(row);
                    continue;
                };
                match self.fire(&row, kind).await {
                    Ok(()) if runs_out(kind) == RunsOut::Step => report.stepped += 1,
                    Ok(()) => report.escalated += 1,
                    // Stopped, paused or brought by another process since it was read.
                    Err(DeskFault::Refused(Refused::NotFound)) => {}
                    // Its owner's keys were taken out of memory since: it waits for the lock to end.
                    Err(DeskFault::Key(KeyFault::Dark)) => report.left += 1,
                    Err(fault) => {
                        tracing::error!(%fault, kind = kind.code(), "a clock is due and could not run out");
                        report.left += 1;
                    }
                }
                after = Some(row);
            }
            if !whole {
                break;
            }
        }
        report.next = self.store.next_clock(at).await?;
        Ok(report)
    }

    /// What the operator is asked to look at: clocks that ran out and that nobody answered, the longest first.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn overdue(&self) -> Result<Vec<OverdueRow>, DeskFault> {
        Ok(self.store.clocks_of_operator(OVERDUE).await?)
    }

    async fn fire(&self, row: &ClockRow, kind: ClockKind) -> Result<(), DeskFault> {
        let facts = self.store.subject(row.subject).await?.ok_or(DeskFault::Unknown { what: "subject" })?;
        let owner = facts.owner.organization;
        let key = self.subject_key(owner, row.subject, &facts.keys).await?;
        let runs_out = self.runs_out(row, kind);
        let what = match (runs_out, kind) {
            (RunsOut::Step, ClockKind::AnswerBy) => EntryKind::ReferralStepped,
            (RunsOut::Step, ClockKind::PaperValidity) => EntryKind::RepatriationStepped,
            _ => EntryKind::ClockRanOut,
        };
        let entry = self.entry(what, &Acting::from(owner), &key, row.record, CategorySet::NONE)?;
        let delivery = DeliveryId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?.uuid();
        let (record, track, stage) = (row.record, row.track.clone(), row.stage);
        let corridors = Arc::clone(&self.corridors);
        let change = ClockFired { record, track, kind, runs_out, stage, delivery, corridors };
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        Ok(())
    }

    /// What a due clock does; of a corridor's clock the corridor says how firm it is.
    fn runs_out(&self, row: &ClockRow, kind: ClockKind) -> RunsOut {
        match (kind, self.corridors.clock(&row.track)) {
            (ClockKind::Corridor, Some(clock)) => RunsOut::Escalates(clock.kind),
            _ => runs_out(kind),
        }
    }
}
