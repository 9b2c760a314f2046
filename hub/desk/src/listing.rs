//! The open directory: what organizations agreed to have listed, for everybody. There is no caller, and nothing about a
//! person is in it, so there is nothing to decide and nothing to write down. Who says what is listed is in
//! `change/listing.rs`.

use sangam_vocabulary::{ListedAsk, ListedPage};
use thiserror::Error;

use crate::hub::{Desk, DeskFault};

/// What was said about what is listed does not hold.
#[derive(Debug, Error)]
pub enum ListingFault {
    /// There is no such organization.
    #[error("there is no organization with that id; the directory (`organizations` in GraphQL) shows them")]
    NoOrganization,
    /// A service that it does not offer.
    #[error("the organization does not offer {0}")]
    NotOffered(&'static str),
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

impl Desk {
    /// A stretch of a list of the open directory.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn listed(&self, ask: &ListedAsk) -> Result<ListedPage, DeskFault> {
        Ok(self.store.listed(ask, self.now()).await?)
    }
}
