//! Where an organization without a system is asked for its answers: a mail address for the link, a telephone number for
//! the code, a language. Sealed before it is handed to the store, and shown masked.

use sangam_custody::{Contact, ContactOf, EntryKind};
use sangam_store::{AnswerContactChange, Command, Refused};
use sangam_vocabulary::{Code, Language, OrganizationId};
use sangam_workflow::notice::NoticeWayKind;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::hub::{Desk, DeskFault};
use crate::notice::address::is_address;

/// Where an organization is asked. It has no `Debug`: an address is in no log.
pub struct AnswerContact {
    /// Where the link goes.
    pub mail: Zeroizing<String>,
    /// Where the code goes.
    pub sms: Zeroizing<String>,
    /// In which language both are written.
    pub language: Language,
}

/// What was said about where an organization is asked does not hold.
#[derive(Debug, Error)]
pub enum ContactFault {
    /// There is no such organization.
    #[error("there is no organization with that id; the directory (`organizations` in GraphQL) shows them")]
    NoOrganization,
    /// The mail address is none.
    #[error("the mail address is none: one plain address, and nothing else")]
    Mail,
    /// The telephone number is none.
    #[error("the telephone number is none: `+`, the country's code and the number, digits only")]
    Sms,
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

impl AnswerContact {
    /// Which of the two addresses is none.
    pub(crate) fn check(&self) -> Result<(), ContactFault> {
        if !is_address(NoticeWayKind::Mail, &self.mail) {
            return Err(ContactFault::Mail);
        }
        if !is_address(NoticeWayKind::Sms, &self.sms) {
            return Err(ContactFault::Sms);
        }
        Ok(())
    }
}

impl Desk {
    /// Says, as the operator, where an organization is asked for its answers; nowhere from now on.
    ///
    /// # Errors
    /// [`ContactFault`]; then nothing was changed.
    pub async fn set_answer_contact(
        &self,
        organization: OrganizationId,
        contact: Option<AnswerContact>,
    ) -> Result<(), ContactFault> {
        if self.organization(organization).is_none() {
            return Err(ContactFault::NoOrganization);
        }
        let contact = contact.map(|contact| self.sealed_contact(organization, &contact)).transpose()?;
        let change = AnswerContactChange { organization, by: None, version: None, contact };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        match self.writer.submit(Command::from(change).recorded(entry)).await {
            Ok(_) => Ok(()),
            Err(Refused::NotFound) => Err(ContactFault::NoOrganization),
            Err(refused) => Err(DeskFault::from(refused).into()),
        }
    }

    /// The two addresses as they are kept.
    pub(crate) fn sealed_contact(
        &self,
        organization: OrganizationId,
        contact: &AnswerContact,
    ) -> Result<(Vec<u8>, Vec<u8>, Language), ContactFault> {
        contact.check()?;
        let seal = |way: NoticeWayKind, address: &str| {
            self.keys.seal_contact(organization, ContactOf::Answers, way.code(), address).map_err(DeskFault::from)
        };
        let mail = seal(NoticeWayKind::Mail, &contact.mail)?;
        Ok((mail, seal(NoticeWayKind::Sms, &contact.sms)?, contact.language))
    }

    /// One of the two addresses, open.
    pub(crate) fn opened_contact(
        &self,
        organization: OrganizationId,
        way: NoticeWayKind,
        sealed: &[u8],
    ) -> Result<Contact, DeskFault> {
        Ok(self.keys.open_contact(organization, ContactOf::Answers, way.code(), sealed)?)
    }
}
