//! Where a person who works here is told that something waits: an address sealed under the organization's key, so
//! that it is in no backup and no table in clear, and goes dark with the organization. It is opened to send to, and
//! shown to nobody but masked. And the code that confirms it, which is reckoned anew whenever it is needed, so that
//! no row holds it.

use sangam_vocabulary::{OrganizationId, PersonId};
use zeroize::Zeroizing;

use crate::keys::{Cipher, KeyBytes, KeyFault, Keys};

/// How many digits a code has: read from a telephone and typed in once, with few tries.
const DIGITS: u32 = 8;

/// An open address. It cannot be printed and leaves memory when dropped.
pub struct Contact(Zeroizing<String>);

impl Contact {
    /// The address, for whoever delivers to it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0
    }

    /// What its person may be shown of it: enough to know again, nothing to write to.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        match self.0.rsplit_once('@') {
            Some((local, host)) => {
                let end = host.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
                format!("{}…@{}….{end}", first(local), first(host))
            }
            None => {
                let mut last: Vec<char> = self.0.chars().rev().take(2).collect();
                last.reverse();
                format!("…{}", last.into_iter().collect::<String>())
            }
        }
    }
}

impl Keys {
    fn contact_cipher(&self, organization: OrganizationId, person: PersonId) -> Result<Cipher, KeyFault> {
        let key = self.blind(organization, "sangam contact 1", person.uuid().as_bytes())?;
        Cipher::new(&KeyBytes::new(key))
    }

    /// Seals an address of a person of an organization. `way` keeps a person's addresses apart.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn seal_contact(
        &self,
        organization: OrganizationId,
        person: PersonId,
        way: &str,
        address: &str,
    ) -> Result<Vec<u8>, KeyFault> {
        self.contact_cipher(organization, person)?.seal(self.chance(), way.as_bytes(), address.as_bytes())
    }

    /// Opens an address that [`Keys::seal_contact`] sealed for the same person and way.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open, [`KeyFault::DoesNotOpen`] for anything else.
    pub fn open_contact(
        &self,
        organization: OrganizationId,
        person: PersonId,
        way: &str,
        sealed: &[u8],
    ) -> Result<Contact, KeyFault> {
        let plain = Zeroizing::new(self.contact_cipher(organization, person)?.open(way.as_bytes(), sealed)?);
        let text = std::str::from_utf8(&plain).map_err(|_| KeyFault::DoesNotOpen)?;
        Ok(Contact(Zeroizing::new(text.to_owned())))
    }

    /// The code that confirms an address: it follows from the organization's key, the person and what was drawn for
    /// this one confirmation, so that whoever reads the database does not know it.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn contact_code(
        &self,
        organization: OrganizationId,
        person: PersonId,
        drawn: &[u8],
    ) -> Result<String, KeyFault> {
        let bytes = [person.uuid().as_bytes().as_slice(), drawn].concat();
        let digest = self.blind(organization, "sangam contact code 1", &bytes)?;
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Ok(format!("{:0width$}", number % 10_u64.pow(DIGITS), width = DIGITS as usize))
    }
}
