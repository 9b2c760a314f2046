//! Where a person who works here is told that something waits, and where an organization without a system is asked for
//! its answers: an address sealed under the organization's key, so that it is in no backup and no table in clear, and
//! goes dark with the organization. It is opened to send to, and shown to nobody but masked. And the code that confirms
//! it, which is reckoned anew whenever it is needed, so that no row holds it.

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

/// Whose an address is within an organization: no two have one key, and one is not opened as another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactOf {
    /// A person's who works there.
    Person(PersonId),
    /// Whoever answers referrals there by a link.
    Answers,
}

impl From<PersonId> for ContactOf {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

impl Keys {
    fn contact_cipher(&self, organization: OrganizationId, of: ContactOf) -> Result<Cipher, KeyFault> {
        let key = match of {
            ContactOf::Person(person) => self.blind(organization, "sangam contact 1", person.uuid().as_bytes())?,
            ContactOf::Answers => self.blind(organization, "sangam contact of answers 1", &[])?,
        };
        Cipher::new(&KeyBytes::new(key))
    }

    /// Seals an address of somebody in an organization. `way` keeps the addresses of one apart.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn seal_contact(
        &self,
        organization: OrganizationId,
        of: impl Into<ContactOf>,
        way: &str,
        address: &str,
    ) -> Result<Vec<u8>, KeyFault> {
        self.contact_cipher(organization, of.into())?.seal(self.chance(), way.as_bytes(), address.as_bytes())
    }

    /// Opens an address that [`Keys::seal_contact`] sealed for the same one and way.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open, [`KeyFault::DoesNotOpen`] for anything else.
    pub fn open_contact(
        &self,
        organization: OrganizationId,
        of: impl Into<ContactOf>,
        way: &str,
        sealed: &[u8],
    ) -> Result<Contact, KeyFault> {
        let plain = Zeroizing::new(self.contact_cipher(organization, of.into())?.open(way.as_bytes(), sealed)?);
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
        self.digits(organization, "sangam contact code 1", &bytes)
    }

    /// The code that opens an answer link of an organization: it follows from the organization's key and the link's id,
    /// so that whoever reads the database does not know it.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn answer_code(&self, organization: OrganizationId, link: &[u8; 16]) -> Result<String, KeyFault> {
        self.digits(organization, "sangam answer code 1", link)
    }

    /// What of an answer link stands in its address: 128 bits that follow from the organization's key and the link's id
    /// and are kept nowhere.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn answer_address(&self, organization: OrganizationId, link: &[u8; 16]) -> Result<[u8; 16], KeyFault> {
        let digest = self.blind(organization, "sangam answer link 1", link)?;
        let (address, _) = digest.split_first_chunk().ok_or(KeyFault::DoesNotOpen)?;
        Ok(*address)
    }

    fn digits(&self, organization: OrganizationId, of: &str, bytes: &[u8]) -> Result<String, KeyFault> {
        let digest = self.blind(organization, of, bytes)?;
        let number = u64::from_be_bytes(*digest.first_chunk().ok_or(KeyFault::DoesNotOpen)?);
        Ok(format!("{:0width$}", number % 10_u64.pow(DIGITS), width = DIGITS as usize))
    }
}
