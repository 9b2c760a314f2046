//! The rounds of notices: after whatever happened on this process at once, and after what happened on another soon.

use std::time::Duration;

use sangam_desk::Desk;
use tokio_util::sync::CancellationToken;

use crate::counts::Counts;

/// How long a round waits when nothing happens here: what happens on other processes, and what becomes due, is noticed
/// after it.
const LOOK: Duration = Duration::from_secs(5);
/// How long after something happened a round begins: what happens together is told together.
const PAUSE: Duration = Duration::from_millis(200);

/// Goes the rounds until asked to stop. Dropped at any await, the next round, or another process, does what is left.
pub(crate) async fn rounds(desk: &Desk, counts: &Counts, stop: &CancellationToken) {
    let mut ticks = desk.writer().ticks();
    loop {
        let round = async {
            match desk.tell_people().await {
                Ok(report) => counts.notices(&report),
                Err(fault) => tracing::warn!(error = %fault, "a round of notices stopped; the next one goes on"),
            }
            match tokio::time::timeout(LOOK, ticks.changed()).await {
                Ok(Ok(())) => tokio::time::sleep(PAUSE).await,
                // The writer has ended, and the process with it.
                Ok(Err(_)) => tokio::time::sleep(LOOK).await,
                Err(_) => {}
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}
