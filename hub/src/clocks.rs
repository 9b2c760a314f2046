//! The rounds of clocks: what is due is brought, and the next round begins when the next is due, or before. Nothing is
//! remembered from one round to the next: a clock that was set, a restart and another process change nothing.

use std::time::Duration;

use sangam_desk::Desk;
use tokio_util::sync::CancellationToken;

use crate::counts::Counts;

/// How long a round waits at most: clocks that another process started, or a clock of the machine that was set, are
/// noticed after it.
const LOOK: Duration = Duration::from_secs(5);
/// How long it waits at least: clocks that are due one after the other come in one round.
const PAUSE: Duration = Duration::from_millis(50);

/// Goes the rounds until asked to stop. Dropped at any await, the next round, or another process, does what is left.
pub(crate) async fn rounds(desk: &Desk, counts: &Counts, stop: &CancellationToken) {
    loop {
        let round = async {
            let next = match desk.run_clocks().await {
                Ok(report) => {
                    counts.clocks(&report);
                    report.next
                }
                Err(fault) => {
                    tracing::warn!(error = %fault, "a round of clocks stopped; the next one goes on");
                    None
                }
            };
            let left = next.map(|next| next.millis().saturating_sub(desk.now().millis()));
            let left = left.and_then(|left| u64::try_from(left).ok()).map_or(LOOK, Duration::from_millis);
            tokio::time::sleep(left.clamp(PAUSE, LOOK)).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}
