//! Whoever answers referrals in a folder of case files.

use std::sync::Arc;
use std::time::Duration;

use super::CaseSystem;
use crate::server::{Decision, NO_PLACE, Pile, Shift};

/// Whoever decides at the centre; stops when dropped.
pub struct CaseDesk {
    system: Arc<CaseSystem>,
    shift: Shift,
}

impl CaseDesk {
    /// Somebody who does not work yet.
    #[must_use]
    pub fn of(system: CaseSystem) -> Self {
        Self { system: Arc::new(system), shift: Shift::default() }
    }

    /// From now on the hub's file is looked through every so often.
    pub fn employ(&self, every: Duration) {
        let system = Arc::clone(&self.system);
        let work = tokio::spawn(async move {
            let mut pile = Pile::default();
            loop {
                tokio::time::sleep(every).await;
                let (system, mut looked) = (Arc::clone(&system), pile.clone());
                let done = tokio::task::spawn_blocking(move || look(&system, &mut looked).map(|()| looked)).await;
                // A file that cannot be written is looked at again.
                if let Ok(Ok(looked)) = done {
                    pile = looked;
                }
            }
        });
        self.shift.begin(work.abort_handle());
    }
}

fn look(system: &CaseSystem, pile: &mut Pile) -> std::io::Result<()> {
    for (referral, decision) in pile.look(system.waiting()) {
        match decision {
            Decision::Accept => system.decide(&referral, "ACCEPTED", None)?,
            Decision::Decline => system.decide(&referral, "DECLINED", Some(NO_PLACE))?,
        }
    }
    Ok(())
}
