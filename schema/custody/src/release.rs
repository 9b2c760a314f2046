//! The only decryption in the hub.

use sangam_vocabulary::{Category, Clock, RecordId, SubjectId};

use crate::receipt::{NotReleased, Permit};
use crate::seal::{Held, SubjectKey};

/// A category that was decided on, written down and opened. The one constructor of every readable thing about
/// a subject.
pub struct Disclosure {
    subject: SubjectId,
    record: RecordId,
    category: Category,
    json: Vec<u8>,
}

impl Disclosure {
    /// The subject.
    #[must_use]
    pub const fn subject(&self) -> SubjectId {
        self.subject
    }

    /// The record it belongs to.
    #[must_use]
    pub const fn record(&self) -> RecordId {
        self.record
    }

    /// The category.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.category
    }

    /// The payload's JSON text.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}

impl SubjectKey {
    /// Opens a sealed category under a line of a permit.
    ///
    /// # Errors
    /// [`NotReleased::NotPermitted`] when the permit's line is not for this subject, record and category;
    /// [`NotReleased::Stale`] when its instant has passed; [`NotReleased::Key`] when the bytes do not open.
    pub fn release(
        &self,
        held: Held,
        permit: &Permit,
        line: usize,
        clock: &dyn Clock,
    ) -> Result<Disclosure, NotReleased> {
        permit.covers(line, held.subject, held.record, held.category, clock.now())?;
        if held.subject != self.subject {
            return Err(NotReleased::NotPermitted);
        }
        let json = self.open(&held)?;
        Ok(Disclosure { subject: held.subject, record: held.record, category: held.category, json })
    }
}
