//! The rounds about people: what time alone changes is put down. Nobody waits for them: whether an account sleeps is
//! judged whenever somebody comes with it.

use std::time::Duration;

use sangam_desk::Desk;
use tokio_util::sync::CancellationToken;

/// How often it is put down which accounts sleep: they do by the day, so more often would find nothing.
const ROUND: Duration = Duration::from_secs(3_600);

/// Goes the rounds until asked to stop. Dropped at any await, the next round does what is left.
pub(crate) async fn rounds(desk: &Desk, stop: &CancellationToken) {
    loop {
        let round = async {
            if let Err(fault) = desk.put_to_sleep().await {
                tracing::warn!(error = %fault, "it could not be put down which accounts sleep");
            }
            tokio::time::sleep(ROUND).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}
