//! Where what a record says stays: at the hub, at home in the partner's own system, or nowhere. What is stored and may
//! not be any more is let go of when the partner is connected, before anything is read or shown.

use sangam_custody::{EntryKind, KeyFault};
use sangam_mapping::Intake;
use sangam_store::{Command, Refused, SentHome};
use sangam_vocabulary::{OrganizationId, PartnerId, Residences};

use crate::hub::{Desk, DeskFault};
use crate::sync::PartnerDesk;

impl PartnerDesk {
    /// [`Intake::residing`], by what holds for the partner.
    pub(crate) fn kept_here(&self, intake: Intake) -> (Intake, u32) {
        intake.residing(self.residence)
    }

    /// What the digest of a record is of: the record and, where it does not all stay at the hub, what of it does. A
    /// record that did not change is taken again when that did.
    pub(crate) fn digested(&self, text: &str) -> Vec<u8> {
        self.bound(text.as_bytes())
    }

    /// Something, and where records stay, where that is not all at the hub.
    pub(crate) fn bound(&self, what: &[u8]) -> Vec<u8> {
        let mut bound = what.to_vec();
        if self.residence != Residences::HUB {
            bound.extend(self.residence.home().bits().to_be_bytes());
            bound.extend(self.residence.never().bits().to_be_bytes());
        }
        bound
    }
}

impl Desk {
    /// Lets go of what is stored of a partner's records and does not stay at the hub; subject by subject, each with its
    /// entry. Interrupted, the rest goes the next time.
    ///
    /// # Errors
    /// [`DeskFault`]; the partner is then not to be connected.
    pub(crate) async fn send_home(
        &self,
        partner: PartnerId,
        owner: OrganizationId,
        residence: Residences,
    ) -> Result<(), DeskFault> {
        for (subject, categories) in self.store.stored_from(partner, residence.not_stored()).await? {
            let facts = self.store.subject(subject).await?.ok_or(DeskFault::Unknown { what: "subject" })?;
            let kind = EntryKind::SubjectChanged;
            let entry = match self.subject_key(owner, subject, &facts.keys).await {
                Ok(key) => self.entry(kind, &owner.into(), &key, subject.into(), categories)?,
                // What an organization that is locked may not keep goes all the same; its entry then names nobody.
                Err(DeskFault::Key(KeyFault::Dark)) => self.plain_entry(kind, owner),
                Err(fault) => return Err(fault),
            };
            match self.writer.submit(Command::from(SentHome { subject, owner, categories }).recorded(entry)).await {
                // It went to another organization meanwhile: what is stored of it is that one's.
                Ok(_) | Err(Refused::NotFound) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        Ok(())
    }
}
