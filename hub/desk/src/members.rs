//! Who is a member, who is locked, and what follows for keys and callers; read anew all the time, because another
//! process may have changed it.

use std::collections::HashMap;
use std::sync::Arc;

use sangam_custody::KeyFault;
use sangam_language::{Scope, ScopeSet};
use sangam_store::OrganizationRow;
use sangam_vocabulary::OrganizationId;
use sangam_workflow::accession::{May, State};

use crate::hub::{Desk, DeskFault};

impl Desk {
    /// Looks whether another process has changed who is locked, who is a member, or who is there; to be called often.
    /// Keys of what is locked are gone from this process when it returns.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer or a key does not open; whatever was read has taken effect.
    pub async fn look_at_members(&self) -> Result<(), DeskFault> {
        self.load_organizations().await
    }

    /// Reads the organizations anew: what is locked becomes dark before anything else is done, and what is not is
    /// opened. One reading at a time, so that none that is older takes effect after a newer one.
    pub(crate) async fn load_organizations(&self) -> Result<(), DeskFault> {
        let _turn = self.reading_organizations.lock().await;
        let rows = self.store.organizations().await?;
        for row in rows.iter().filter(|row| row.locked) {
            self.keys.dismiss(row.id);
        }
        let mut fault: Option<KeyFault> = None;
        let mut next: HashMap<OrganizationId, Arc<OrganizationRow>> = HashMap::with_capacity(rows.len());
        for row in rows {
            if !row.locked {
                let known = self.organization(row.id).filter(|_| self.keys.is_open(row.id));
                let opened = match known {
                    None => self.keys.admit(row.id, &row.secret),
                    Some(before) if before.keys_version < row.keys_version => self.keys.refresh(row.id, &row.secret),
                    Some(_) => Ok(()),
                };
                // One that does not open holds up none of the others, and is tried again at the next reading.
                if let Err(closed) = opened {
                    self.keys.dismiss(row.id);
                    fault = Some(closed);
                }
            }
            next.insert(row.id, Arc::new(row));
        }
        if let Ok(mut organizations) = self.organizations.write() {
            *organizations = next;
        }
        fault.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Where an organization stands now: lapsed, if its time is over.
    pub(crate) fn standing_of(&self, organization: OrganizationId) -> Option<State> {
        self.organization(organization).map(|row| row.membership.at(row.member_until, self.now()))
    }

    /// What callers of an organization may have at all: nothing of one that may not act, and on probation the directory
    /// and the answering of referrals. Whoever makes a caller asks.
    pub(crate) fn admits(&self, organization: OrganizationId) -> Option<ScopeSet> {
        match self.standing_of(organization)?.may() {
            May::Act => Some(ScopeSet::of(Scope::ALL)),
            May::Answer => {
                // Its people are invited, stopped and put on teams as everywhere, and approve and stop agreements, or it
                // could be shown nothing of what it answers. That it drafts none is the store's to say.
                let people = [Scope::People, Scope::Teams, Scope::Agreements];
                let may = [Scope::Directory, Scope::CasesRead, Scope::CasesWrite];
                Some(ScopeSet::of(&[may, people].concat()))
            }
            May::Nothing => None,
        }
    }

    /// Whether an organization is a full member now.
    pub(crate) fn is_full_member(&self, organization: OrganizationId) -> bool {
        self.standing_of(organization).is_some_and(|state| state.may() == May::Act)
    }

    /// Whether an organization is a full member that is not locked: records are taken from its systems.
    pub(crate) fn takes_from(&self, organization: OrganizationId) -> bool {
        !self.is_locked(organization) && self.is_full_member(organization)
    }

    /// Whether referrals go to an organization's systems.
    pub(crate) fn delivers_to(&self, organization: OrganizationId) -> bool {
        !self.is_locked(organization) && self.admits(organization).is_some()
    }
}
