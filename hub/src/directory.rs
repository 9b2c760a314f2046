//! The open directory as the door sees it: the desk's.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::Desk;
use sangam_door::Directory;
use sangam_vocabulary::{ListedAsk, ListedPage};

/// The desk's directory behind the door.
pub(crate) struct Shown(pub(crate) Arc<Desk>);

impl Directory for Shown {
    fn address(&self) -> &str {
        self.0.address()
    }

    fn listed<'a>(&'a self, ask: &'a ListedAsk) -> BoxFuture<'a, Option<ListedPage>> {
        Box::pin(async move {
            match self.0.listed(ask).await {
                Ok(page) => Some(page),
                Err(fault) => {
                    tracing::error!(error = %fault, "the open directory could not be read");
                    None
                }
            }
        })
    }
}
