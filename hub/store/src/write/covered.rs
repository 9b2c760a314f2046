//! A step of a record whose state does not show to whoever asks. It goes by the covering word: only what that word offers
//! is taken, and a refusal says no more than the word does, or trying steps would tell the state.

use sangam_vocabulary::Instant;
use sea_orm::DatabaseTransaction;

use crate::command::{Command, Refused, Work, Working};

/// What the covering word of a state lets whoever asks do.
#[derive(Debug, Clone)]
pub struct Covered {
    /// The step that is asked for, by code.
    pub event: &'static str,
    /// What is offered, by code.
    pub offered: Vec<&'static str>,
}

impl Command {
    /// The same command by the covering word of the record's state, where that itself does not show to whoever asks.
    #[must_use]
    pub fn covered(self, by: Option<Covered>) -> Self {
        match by {
            None => self,
            Some(by) => Self { work: Box::new(UnderCover { work: self.work, by }), ..self },
        }
    }
}

struct UnderCover {
    work: Box<dyn Work>,
    by: Covered,
}

impl Work for UnderCover {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { work, by: Covered { event, offered } } = *self;
            if !offered.contains(&event) {
                return Err(Refused::Illegal { legal: offered });
            }
            work.run(at, tx).await.map_err(|refused| match refused {
                Refused::Illegal { .. } | Refused::Missing { .. } | Refused::ReasonMissing { .. } => {
                    Refused::Illegal { legal: offered }
                }
                other => other,
            })
        })
    }
}
