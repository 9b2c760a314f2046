//! Watching case records: each event is read and decided anew, as if the caller had just asked.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use sangam_language::{Caller, ErrorCode, Page, Plan, PortFault, Watch};
use sangam_store::{Rows, Scope};
use sangam_vocabulary::{Purpose, RecordId};
use tokio::sync::watch;

use crate::hub::Desk;
use crate::read::store_fault;

/// How long a watcher waits before it looks for events of other processes.
const LOOK: Duration = Duration::from_secs(1);
/// How many events are read at once.
const EVENTS: u16 = 100;

struct Watching {
    desk: Arc<Desk>,
    /// Which kind of records.
    rows: Rows,
    caller: Caller,
    plan: Plan,
    purpose: Purpose,
    ticks: watch::Receiver<u64>,
    /// Where the history was read to.
    last: i64,
    waiting: VecDeque<RecordId>,
}

impl Desk {
    /// A stream of the caller's records of a kind as they change from now on. It ends with the caller's token or
    /// registration.
    pub(crate) async fn watch_records(
        self: Arc<Self>,
        rows: Rows,
        caller: Caller,
        plan: Plan,
        purpose: Option<Purpose>,
    ) -> Result<Watch, PortFault> {
        let purpose = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let ticks = self.writer.ticks();
        // The place in the history is taken here and not at the first look: between the two anything may happen.
        let last = self.store.last_event().await.map_err(store_fault)?;
        let start = Watching { desk: self, rows, caller, plan, purpose, ticks, last, waiting: VecDeque::new() };
        Ok(stream::unfold(start, |mut watching| async move {
            let next = watching.next().await?;
            Some((next, watching))
        })
        .boxed())
    }
}

impl Watching {
    /// The next change the caller may know of; `None` when the watch is over.
    async fn next(&mut self) -> Option<Result<Page, PortFault>> {
        loop {
            if self.desk.now() >= self.caller.until() || !self.desk.still_admitted(&self.caller).await {
                return None;
            }
            if let Some(record) = self.waiting.pop_front() {
                match self.read(record).await {
                    Ok(page) if page.rows.is_empty() => continue,
                    answer => return Some(answer),
                }
            }
            if let Err(fault) = self.look().await {
                return Some(Err(fault));
            }
            if self.waiting.is_empty() {
                // The sender is gone when the writer has ended; the look-out then goes on by the clock until
                // the process ends.
                let _ = tokio::time::timeout(LOOK, self.ticks.changed()).await;
            }
        }
    }

    async fn look(&mut self) -> Result<(), PortFault> {
        let store = &self.desk.store;
        let organization = self.caller.party().organization;
        let noun = self.rows.case().map(|case| case.noun).ok_or(ErrorCode::Internal)?;
        let (events, until) =
            store.record_events(noun, organization, self.last, self.desk.now(), EVENTS).await.map_err(store_fault)?;
        self.last = until;
        for event in events {
            // Several changes of one record that nobody has read yet are one change.
            if !self.waiting.contains(&event.record) {
                self.waiting.push_back(event.record);
            }
        }
        Ok(())
    }

    async fn read(&self, record: RecordId) -> Result<Page, PortFault> {
        // An event names the record of a standing, which is not what answers to a search are asked for by.
        let by_another = self.rows.case().is_some_and(|case| case.is_asked_by_another());
        let scope = Scope {
            record: (!by_another).then_some(record.uuid()),
            within: by_another.then_some(record),
            ..self.desk.scope(&self.caller, Some(self.purpose), 1)
        };
        let read = self.desk.rows(&self.caller, &self.plan, self.rows, scope).await?;
        Ok(Page {
            rows: read.places.into_iter().map(|(_, row)| row).collect(),
            has_next: false,
            has_previous: false,
            receipt: read.receipt,
        })
    }
}
