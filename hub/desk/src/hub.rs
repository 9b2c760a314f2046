//! The desk itself: what every verb needs.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use sangam_custody::{KeyFault, Keys, LawBook, Masks, Party, ResidenceBook, Rules};
use sangam_language::{ErrorCode, PortFault};
use sangam_store::{Book, Objects, OrganizationRow, Refused, Store, StoreFault, Writer};
use sangam_vocabulary::{Chance, Clock, Instant, OrganizationId, PartnerId};
use sangam_words::{Words, WordsFault};
use sangam_workflow::repatriation::corridor::CorridorBook;
use thiserror::Error;

use crate::journalled::{Noted, none_noted};
use crate::notice::Notices;
use crate::renew::Clean;
use crate::signin::SignIn;
use crate::slow_code::Tries;
use crate::sync::PartnerDesk;
use crate::token::Tokens;

/// Something the desk cannot do. The sources are for the log.
#[derive(Debug, Error)]
pub enum DeskFault {
    /// The store does not answer as it should.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A key is not there.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The writer refused a change that should have been possible.
    #[error("a change was refused")]
    Refused(#[from] Refused),
    /// The random source failed.
    #[error("no randomness")]
    NoChance,
    /// The texts for people cannot be used.
    #[error(transparent)]
    Words(#[from] WordsFault),
    /// An organization's own directory has lost most of what it said, or it cannot be read.
    #[error(
        "the organization's own directory no longer has most of its services, or has them in entries that cannot be read and wait in quarantine; what it said before stands, with its age, until it still says so an hour later"
    )]
    Doubted,
    /// Something referred to does not exist.
    #[error("`{what}` is not known here")]
    Unknown {
        /// What kind of thing, never its value.
        what: &'static str,
    },
}

impl From<DeskFault> for PortFault {
    fn from(fault: DeskFault) -> Self {
        if matches!(fault, DeskFault::Key(KeyFault::Dark)) {
            return ErrorCode::Locked.into();
        }
        tracing::error!(error = %fault, source = ?std::error::Error::source(&fault).map(ToString::to_string), "a read failed");
        ErrorCode::Unavailable.into()
    }
}

/// What a desk is made of.
pub struct DeskParts {
    /// The store.
    pub store: Store,
    /// The writer.
    pub writer: Writer,
    /// The keys.
    pub keys: Keys,
    /// The law.
    pub law: LawBook,
    /// Where the records of each country's owners stay.
    pub residence: ResidenceBook,
    /// The corridors.
    pub corridors: Arc<CorridorBook>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The keys tokens are signed with, and what is remembered of tokens.
    pub tokens: Tokens,
}

/// What the hub does.
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) book: Book,
    pub(crate) keys: Keys,
    pub(crate) masks: Masks,
    pub(crate) law: LawBook,
    pub(crate) residence: ResidenceBook,
    pub(crate) corridors: Arc<CorridorBook>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tokens: Tokens,
    pub(crate) signin: Option<SignIn>,
    pub(crate) rules: RwLock<Arc<Rules>>,
    pub(crate) organizations: RwLock<HashMap<OrganizationId, Arc<OrganizationRow>>>,
    pub(crate) partners: RwLock<HashMap<PartnerId, Arc<PartnerDesk>>>,
    pub(crate) noted: Noted,
    pub(crate) clean: Clean,
    /// Held while the organizations are read: an older reading never takes effect after a newer one.
    pub(crate) reading_organizations: tokio::sync::Mutex<()>,
    pub(crate) tries: Tries,
    pub(crate) notices: Notices,
    pub(crate) objects: Option<Objects>,
}

impl Desk {
    /// Opens the desk: loads the organizations, opens their keys, reads the agreements.
    ///
    /// # Errors
    /// [`DeskFault`] when the store or a key fails.
    pub async fn open(parts: DeskParts) -> Result<Self, DeskFault> {
        let DeskParts { store, writer, keys, law, residence, corridors, clock, tokens } = parts;
        let book = writer.book();
        let desk = Self {
            store,
            writer,
            book,
            keys,
            masks: Masks::default(),
            law,
            residence,
            corridors,
            clock,
            tokens,
            signin: None,
            rules: RwLock::default(),
            organizations: RwLock::default(),
            partners: RwLock::default(),
            noted: none_noted(),
            clean: Clean::default(),
            reading_organizations: tokio::sync::Mutex::default(),
            tries: Tries::default(),
            notices: Notices { words: Words::read()?, ways: Vec::new() },
            objects: None,
        };
        desk.load_organizations().await?;
        desk.load_rules().await?;
        Ok(desk)
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The store, for commands of the operator.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The corridors of this hub.
    #[must_use]
    pub const fn corridors(&self) -> &Arc<CorridorBook> {
        &self.corridors
    }

    /// The writer, to be stopped last.
    #[must_use]
    pub const fn writer(&self) -> &Writer {
        &self.writer
    }

    pub(crate) fn chance(&self) -> &dyn Chance {
        self.keys.chance()
    }

    /// An organization by id, as this process last read it.
    pub(crate) fn organization(&self, id: OrganizationId) -> Option<Arc<OrganizationRow>> {
        self.organizations.read().ok()?.get(&id).map(Arc::clone)
    }

    /// An organization as a party that asks.
    pub(crate) fn party(&self, id: OrganizationId) -> Option<Party> {
        let row = self.organization(id)?;
        Some(Party { organization: id, role: row.role, country: row.country, actor: None })
    }
}
