//! Keys: the ring's master key wraps an organization's keys, an organization's key wraps its subjects' keys, a
//! subject's key seals categories. One organization is made dark by dismissing its key from memory.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sangam_vocabulary::{Chance, OrganizationId, SubjectId};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::outward::OutwardKeys;
use crate::ring::KeyRing;
use crate::seal::{SubjectKey, SubjectKeys};
use crate::wrap::{WrappedKey, WrapperName, Wrappers};

/// Length of every symmetric key, in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// Why a key cannot be had. Says nothing about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// The organization's key is not in memory: never admitted, or dismissed by a lock.
    #[error("the organization's key is not open")]
    Dark,
    /// The bytes do not open under the key: another key, another place, or changed.
    #[error("sealed bytes do not open")]
    DoesNotOpen,
    /// The bytes name a wrapping key that is not here: its file was taken away, or this process has not read it yet.
    #[error("wrapped under a key that is not here; `sangam key list` shows which keys are still in use")]
    NoSuchWrapper,
    /// The random source failed.
    #[error("no randomness")]
    NoChance,
}

/// A key in memory; overwritten when dropped, printable by nobody.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct KeyBytes([u8; KEY_LEN]);

impl KeyBytes {
    /// Takes a key's bytes.
    #[must_use]
    pub const fn new(bytes: [u8; KEY_LEN]) -> Self {
        Self(bytes)
    }

    pub(crate) fn draw(chance: &dyn Chance) -> Result<Self, KeyFault> {
        let mut bytes = [0; KEY_LEN];
        if chance.fill(&mut bytes) { Ok(Self(bytes)) } else { Err(KeyFault::NoChance) }
    }

    pub(crate) const fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The name it has where it wraps others.
    #[must_use]
    pub fn wrapper_name(&self) -> WrapperName {
        WrapperName::of(self)
    }
}

/// A cipher ready for use. AES-256-GCM-SIV: a repeated nonce reveals equality of two texts and nothing more.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    pub(crate) fn new(key: &KeyBytes) -> Result<Self, KeyFault> {
        let unbound = UnboundKey::new(&AES_256_GCM_SIV, key.bytes()).map_err(|_| KeyFault::DoesNotOpen)?;
        Ok(Self(LessSafeKey::new(unbound)))
    }

    pub(crate) fn seal(&self, chance: &dyn Chance, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let mut nonce = [0; NONCE_LEN];
        if chance.fill(&mut nonce) { self.seal_with(nonce, place, plain) } else { Err(KeyFault::NoChance) }
    }

    /// Seals under a nonce that was drawn for this one text.
    pub(crate) fn seal_with(&self, nonce: [u8; NONCE_LEN], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let mut out = Vec::with_capacity(NONCE_LEN + plain.len() + 16);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let (_, body) = out.split_at_mut(NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), body)
            .map_err(|_| KeyFault::DoesNotOpen)?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(KeyFault::DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyFault::DoesNotOpen)?;
        let mut body = body.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(place), &mut body).map_err(|_| KeyFault::DoesNotOpen)?.len();
        body.truncate(length);
        Ok(body)
    }

    pub(crate) fn open_key(&self, place: &[u8], sealed: &[u8]) -> Result<KeyBytes, KeyFault> {
        let mut plain = self.open(place, sealed)?;
        let bytes = <[u8; KEY_LEN]>::try_from(plain.as_slice()).map_err(|_| KeyFault::DoesNotOpen);
        plain.zeroize();
        bytes.map(KeyBytes)
    }
}

/// An organization's keys as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSecret {
    /// Wraps its subjects' keys.
    pub seal: WrappedKey,
    /// Those that did before and still unwrap what was not wrapped anew, oldest first.
    pub older: Vec<WrappedKey>,
    /// Makes the ids that leave towards it.
    pub outward: WrappedKey,
}

impl OrganizationSecret {
    /// Every wrapped key of it.
    pub fn wrapped(&self) -> impl Iterator<Item = &WrappedKey> {
        self.older.iter().chain([&self.seal, &self.outward])
    }
}

pub(crate) struct OpenOrganization {
    pub(crate) seals: Wrappers,
    outward: OutwardKeys,
}

/// Every organization's keys that are open in this process.
pub struct Keys {
    pub(crate) ring: Arc<dyn KeyRing>,
    pub(crate) chance: Arc<dyn Chance>,
    open: RwLock<HashMap<OrganizationId, Arc<OpenOrganization>>>,
}

pub(crate) fn place(what: &str, organization: OrganizationId) -> Vec<u8> {
    [b"sangam organization ", what.as_bytes(), b" ", organization.uuid().as_bytes()].concat()
}

pub(crate) fn subject_place(what: &str, subject: SubjectId) -> Vec<u8> {
    [b"sangam subject ", what.as_bytes(), b" ", subject.uuid().as_bytes()].concat()
}

impl Keys {
    /// No organization open yet.
    #[must_use]
    pub fn new(ring: Arc<dyn KeyRing>, chance: Arc<dyn Chance>) -> Self {
        Self { ring, chance, open: RwLock::default() }
    }

    /// The source of chance the keys draw from.
    #[must_use]
    pub fn chance(&self) -> &dyn Chance {
        &*self.chance
    }

    /// Makes an organization's keys. They are not open until admitted.
    ///
    /// # Errors
    /// [`KeyFault`] when the ring or the random source failed.
    pub fn mint_organization(&self, organization: OrganizationId) -> Result<OrganizationSecret, KeyFault> {
        let draw = |what: &str| self.ring.wrap(&place(what, organization), &KeyBytes::draw(&*self.chance)?);
        Ok(OrganizationSecret { seal: draw("seal")?, older: Vec::new(), outward: draw("outward")? })
    }

    /// Opens an organization's keys in this process.
    ///
    /// # Errors
    /// [`KeyFault::NoSuchWrapper`] when they were wrapped under a master key that is not in the ring,
    /// [`KeyFault::DoesNotOpen`] when they were wrapped for another organization.
    pub fn admit(&self, organization: OrganizationId, secret: &OrganizationSecret) -> Result<(), KeyFault> {
        let opened = self.unlock(organization, secret)?;
        let mut open = self.open.write().map_err(|_| KeyFault::Dark)?;
        open.insert(organization, opened);
        Ok(())
    }

    /// Opens an organization's keys anew, after they were wrapped anew or replaced. One that is dark stays dark.
    ///
    /// # Errors
    /// As [`Keys::admit`]; then those it has stay open.
    pub fn refresh(&self, organization: OrganizationId, secret: &OrganizationSecret) -> Result<(), KeyFault> {
        let opened = self.unlock(organization, secret)?;
        let mut open = self.open.write().map_err(|_| KeyFault::Dark)?;
        if let Some(known) = open.get_mut(&organization) {
            *known = opened;
        }
        Ok(())
    }

    fn unlock(
        &self,
        organization: OrganizationId,
        secret: &OrganizationSecret,
    ) -> Result<Arc<OpenOrganization>, KeyFault> {
        let seal = |wrapped| self.ring.unwrap(&place("seal", organization), wrapped);
        let older = secret.older.iter().map(seal).collect::<Result<Vec<_>, _>>()?;
        let seals = Wrappers::new(&seal(&secret.seal)?, &older)?;
        let outward = OutwardKeys::new(&self.ring.unwrap(&place("outward", organization), &secret.outward)?)?;
        Ok(Arc::new(OpenOrganization { seals, outward }))
    }

    /// Takes an organization's keys out of memory: from here on no key of its subjects can be opened. A subject's
    /// key that is open already lives as long as the one answer it was opened for; nobody keeps one.
    pub fn dismiss(&self, organization: OrganizationId) {
        // A poisoned lock means a thread died while changing the map: every later use refuses (`Dark`).
        if let Ok(mut open) = self.open.write() {
            open.remove(&organization);
        }
    }

    /// Whether an organization's keys are open in this process.
    #[must_use]
    pub fn is_open(&self, organization: OrganizationId) -> bool {
        self.organization(organization).is_ok()
    }

    pub(crate) fn organization(&self, organization: OrganizationId) -> Result<Arc<OpenOrganization>, KeyFault> {
        let open = self.open.read().map_err(|_| KeyFault::Dark)?;
        open.get(&organization).map(Arc::clone).ok_or(KeyFault::Dark)
    }

    /// Makes the keys of a new subject under its owner's key.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the owner's key is not open.
    pub fn mint_subject(&self, owner: OrganizationId, subject: SubjectId) -> Result<SubjectKeys, KeyFault> {
        let owner = self.organization(owner)?;
        let draw = |what: &str| -> Result<WrappedKey, KeyFault> {
            let key = KeyBytes::draw(&*self.chance)?;
            owner.seals.wrap(&*self.chance, &subject_place(what, subject), &key)
        };
        Ok(SubjectKeys { data: draw("data")?, journal: draw("journal")? })
    }

    /// Opens a subject's keys. What they open still takes a permit.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the owner's key is not open, [`KeyFault::NoSuchWrapper`] when they were wrapped under a
    /// key of the owner that is not open here, [`KeyFault::DoesNotOpen`] when the keys are not this subject's.
    pub fn subject(
        &self,
        owner: OrganizationId,
        subject: SubjectId,
        keys: &SubjectKeys,
    ) -> Result<SubjectKey, KeyFault> {
        let owner = self.organization(owner)?;
        let data = owner.seals.unwrap(&subject_place("data", subject), &keys.data)?;
        let journal = owner.seals.unwrap(&subject_place("journal", subject), &keys.journal)?;
        SubjectKey::new(subject, &data, &journal)
    }

    pub(crate) fn outward<T>(
        &self,
        recipient: OrganizationId,
        with: impl FnOnce(&OutwardKeys) -> Result<T, KeyFault>,
    ) -> Result<T, KeyFault> {
        with(&self.organization(recipient)?.outward)
    }
}
