//! The rules in force, read anew when the store's epoch has moved: by this process or another.

use std::sync::Arc;

use sangam_custody::{Agreement, Epoch, Rules, Terms, carries};
use sangam_vocabulary::{Code, Noun, OrganizationId, Purpose, Relation, Role, Seat};

use crate::hub::{Desk, DeskFault};

/// The relations that carry a purpose in a role.
pub(crate) fn carrying(purpose: Option<Purpose>, role: Role) -> Vec<(Noun, Seat)> {
    let Some(purpose) = purpose else { return Vec::new() };
    let pairs = Noun::ALL.iter().flat_map(|noun| Seat::ALL.iter().map(move |seat| (*noun, *seat)));
    pairs.filter(|(noun, seat)| carries(purpose, Relation::new(*noun, *seat), role)).collect()
}

impl Desk {
    /// The rules of an epoch: those in memory if they are of it, read anew otherwise. Rules newer than the
    /// snapshot are right too: the fence then says that the answer is stale.
    pub(crate) async fn rules(&self, epoch: Epoch) -> Result<Arc<Rules>, DeskFault> {
        let known = self.rules.read().ok().map(|rules| Arc::clone(&rules));
        match known {
            Some(rules) if rules.epoch == epoch => Ok(rules),
            _ => self.load_rules().await,
        }
    }

    /// Whether an organization has not left.
    fn stays(&self, organization: OrganizationId) -> bool {
        self.standing_of(organization).is_some_and(|state| !state.is_final())
    }

    /// Whether there is still somebody on each side of an agreement.
    pub(crate) fn binds_somebody(&self, agreement: &Agreement) -> bool {
        [&agreement.disclosers, &agreement.recipients].into_iter().all(|side| side.iter().any(|id| self.stays(*id)))
    }

    /// Reads the agreements.
    pub(crate) async fn load_rules(&self) -> Result<Arc<Rules>, DeskFault> {
        let (epoch, mut agreements, broken) = self.store.agreements().await?;
        if broken > 0 {
            tracing::error!(broken, "agreements cannot be read and grant nothing");
        }
        match self.load_organizations().await {
            // It is dark; the others are answered.
            Err(DeskFault::Key(fault)) => tracing::error!(error = %fault, "an organization's keys do not open"),
            read => read?,
        }
        // For whoever has left an agreement is over; between the others it stands.
        for agreement in &mut agreements {
            agreement.disclosers.retain(|id| self.stays(*id));
            agreement.recipients.retain(|id| self.stays(*id));
        }
        let rules = Arc::new(Rules { epoch, law: self.law.clone(), terms: Terms::new(agreements) });
        if let Ok(mut known) = self.rules.write()
            && known.epoch <= epoch
        {
            *known = Arc::clone(&rules);
        }
        Ok(rules)
    }
}
