//! How many documents go up and down at once, in all and for one organization. They take minutes on a slow line, so they
//! have seats of their own: operations never wait for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sangam_vocabulary::OrganizationId;

use crate::limits::DocumentLimits;

/// The turns of a door.
pub(crate) struct DocumentTurns {
    taken: Mutex<Taken>,
    most: usize,
    each: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    of: HashMap<OrganizationId, usize>,
}

/// A turn; it ends when it is dropped.
pub(crate) struct DocumentTurn(Arc<DocumentTurns>, OrganizationId);

impl DocumentTurns {
    /// The turns of these limits.
    pub(crate) fn new(limits: &DocumentLimits) -> Arc<Self> {
        let (most, each) = (limits.documents, limits.documents_per_organization);
        Arc::new(Self { taken: Mutex::default(), most, each })
    }

    /// A turn for an organization; `None` when it or the door has as many as it may.
    pub(crate) fn take(self: &Arc<Self>, organization: OrganizationId) -> Option<DocumentTurn> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.of.get(&organization).copied().unwrap_or(0);
        if taken.all >= self.most || own >= self.each {
            return None;
        }
        taken.all += 1;
        taken.of.insert(organization, own + 1);
        Some(DocumentTurn(Arc::clone(self), organization))
    }
}

impl Drop for DocumentTurn {
    fn drop(&mut self) {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let left = taken.of.get(&self.1).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            taken.of.remove(&self.1);
        } else {
            taken.of.insert(self.1, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Instant, OrganizationId, SeededChance};

    use super::DocumentTurns;
    use crate::limits::DocumentLimits;

    #[test]
    fn turns_have_a_number_in_all_and_for_each_organization() {
        let limits = DocumentLimits { documents: 3, documents_per_organization: 2, ..DocumentLimits::default() };
        let chance = SeededChance::new(3);
        let [one, other] = [1, 2].map(|at| OrganizationId::new(Instant::from_millis(at), &chance).unwrap());
        let turns = DocumentTurns::new(&limits);
        let first = turns.take(one).unwrap();
        let _second = turns.take(one).unwrap();
        assert!(turns.take(one).is_none(), "one organization does not take the whole door");
        let _third = turns.take(other).unwrap();
        assert!(turns.take(other).is_none(), "the door has as many as it may");
        drop(first);
        assert!(turns.take(other).is_some(), "a turn is given back");
    }
}
