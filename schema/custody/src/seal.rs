//! Sealing: a category's payload becomes a [`Held`], which is ciphertext and nothing else.

use sangam_vocabulary::payload::Payload;
use sangam_vocabulary::{Category, Chance, Code, RecordId, SubjectId};

use crate::journal::JournalKey;
use crate::keys::{Cipher, KeyBytes, KeyFault};
use crate::wrap::WrappedKey;

/// One category of one record, sealed. Cannot be printed, serialised or cloned; opens only through
/// [`SubjectKey::release`].
#[must_use = "a sealed category is to be stored or released"]
pub struct Held {
    pub(crate) subject: SubjectId,
    pub(crate) record: RecordId,
    pub(crate) category: Category,
    sealed: Vec<u8>,
}

impl Held {
    /// Takes ciphertext out of a store.
    pub const fn stored(subject: SubjectId, record: RecordId, category: Category, sealed: Vec<u8>) -> Self {
        Self { subject, record, category, sealed }
    }

    /// The category that is sealed.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.category
    }

    /// The record it belongs to.
    #[must_use]
    pub const fn record(&self) -> RecordId {
        self.record
    }

    /// The ciphertext, for storage.
    #[must_use]
    pub fn ciphertext(&self) -> &[u8] {
        &self.sealed
    }
}

/// A subject's keys as they are stored, wrapped under the owner's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectKeys {
    /// Seals categories.
    pub data: WrappedKey,
    /// Seals the details of journal entries about the subject.
    pub journal: WrappedKey,
}

/// A subject's keys, open. Seals; releases with a permit; writes and reads journal details.
pub struct SubjectKey {
    pub(crate) subject: SubjectId,
    data: Cipher,
    journal: JournalKey,
}

fn place(subject: SubjectId, record: RecordId, category: Category) -> Vec<u8> {
    [b"sangam held ".as_slice(), subject.uuid().as_bytes(), record.uuid().as_bytes(), category.code().as_bytes()]
        .concat()
}

impl SubjectKey {
    pub(crate) fn new(subject: SubjectId, data: &KeyBytes, journal: &KeyBytes) -> Result<Self, KeyFault> {
        Ok(Self { subject, data: Cipher::new(data)?, journal: JournalKey::new(subject, journal)? })
    }

    /// The subject.
    #[must_use]
    pub const fn subject(&self) -> SubjectId {
        self.subject
    }

    /// The key of the journal's details.
    #[must_use]
    pub const fn journal(&self) -> &JournalKey {
        &self.journal
    }

    /// The cipher of what is sealed about the subject.
    pub(crate) const fn data(&self) -> &Cipher {
        &self.data
    }

    /// Seals a payload for one record of the subject: its own record or a case record about it.
    ///
    /// # Errors
    /// [`KeyFault`] when the random source failed or the payload cannot be written.
    pub fn seal(&self, chance: &dyn Chance, record: RecordId, payload: &Payload) -> Result<Held, KeyFault> {
        let category = payload.category();
        let plain = payload.to_json().map_err(|_| KeyFault::DoesNotOpen)?;
        let sealed = self.data.seal(chance, &place(self.subject, record, category), &plain)?;
        Ok(Held { subject: self.subject, record, category, sealed })
    }

    pub(crate) fn open(&self, held: &Held) -> Result<Vec<u8>, KeyFault> {
        self.data.open(&place(held.subject, held.record, held.category), &held.sealed)
    }
}
