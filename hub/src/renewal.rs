//! Renewing organizations' keys by the clock while the hub serves: a supervised task that hears of other processes'
//! changes and does what is due. What it does is the desk's (`sangam-desk`, `renew`).

use std::sync::Arc;
use std::time::Duration;

use sangam_desk::Desk;
use tokio::time::Instant as Moment;
use tokio_util::sync::CancellationToken;

/// How often it is asked whether another process has changed keys.
const HEARS: Duration = Duration::from_secs(2);
/// How often it is looked for what is due. A seal key is a month old before the next one comes; a minute is for the
/// work that a new master key or a replaced seal key leaves.
const ROUNDS: Duration = Duration::from_secs(60);

/// Renews until asked to stop. A round that stops at a fault is told, and the next one goes on from there.
pub(crate) async fn renew(desk: &Arc<Desk>, stop: &CancellationToken) {
    let mut due = Moment::now() + ROUNDS;
    let stopped = stop.clone();
    let asked = move || stopped.is_cancelled();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(HEARS) => {}
        }
        if let Err(fault) = desk.refresh_keys().await {
            tracing::warn!(error = %fault, "the organizations' keys could not be looked at");
            continue;
        }
        if Moment::now() < due {
            continue;
        }
        due = Moment::now() + ROUNDS;
        if let Err(fault) = desk.renew_round(&asked).await {
            tracing::error!(error = %fault, "a renewal of organizations' keys stopped; the next round goes on");
        }
    }
}
