//! Wrapping: a key seals another key, and the bytes say by name which one did. So a ring may hold several: the newest
//! wraps, every one of them unwraps what it wrapped, and it can be counted what each still holds.

use aws_lc_rs::aead::NONCE_LEN;
use aws_lc_rs::hmac;
use sangam_vocabulary::Chance;

use crate::keys::{Cipher, KEY_LEN, KeyBytes, KeyFault};

/// The first byte of a wrapped key that names its wrapping key.
const NAMED: u8 = 1;
/// Length of such a name: enough that two of a hub's keys never share one, and nothing that helps to guess the key.
const NAME_LEN: usize = 8;
/// Length of version and name.
const HEAD: usize = 1 + NAME_LEN;
/// Length of nonce, key and tag: the whole of a wrapped key of the first days, which names nobody.
const BODY: usize = NONCE_LEN + KEY_LEN + 16;

/// The short name of a key that wraps others, reckoned from the key itself, so that it is the same on every process.
/// It is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WrapperName([u8; NAME_LEN]);

impl WrapperName {
    /// Takes stored bytes; `None` when they are no name.
    #[must_use]
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for storage.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes a name has.
    pub const LEN: usize = NAME_LEN;

    /// What every key that this one wrapped begins with.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        [&[NAMED], self.0.as_slice()].concat()
    }

    /// The name of a key.
    pub(crate) fn of(key: &KeyBytes) -> Self {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.bytes()), b"sangam wrapping key name 1");
        let mut name = [0; NAME_LEN];
        for (to, from) in name.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Self(name)
    }
}

/// A key sealed under another key: version, name of the other, nonce, ciphertext, tag. Safe to store and to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(Vec<u8>);

impl WrappedKey {
    /// How many bytes one has that names its wrapping key.
    pub const LEN: usize = HEAD + BODY;

    /// Takes stored bytes.
    #[must_use]
    pub const fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for storage.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Which key it says wrapped it; `None` for one of the first days. Whether that is true, opening it shows.
    #[must_use]
    pub fn by(&self) -> Option<WrapperName> {
        let (head, body) = self.0.split_at_checked(HEAD)?;
        match head.split_first()? {
            (&NAMED, name) if body.len() == BODY => WrapperName::stored(name),
            _ => None,
        }
    }
}

/// One key that wraps others.
struct Wrapper {
    name: WrapperName,
    cipher: Cipher,
}

impl Wrapper {
    fn new(key: &KeyBytes) -> Result<Self, KeyFault> {
        Ok(Self { name: WrapperName::of(key), cipher: Cipher::new(key)? })
    }
}

/// Keys that wrap others: the one that wraps now, and those that only unwrap.
pub(crate) struct Wrappers {
    newest: Wrapper,
    others: Vec<Wrapper>,
}

impl Wrappers {
    /// The key that wraps, and the others, oldest first.
    pub(crate) fn new<'k>(newest: &KeyBytes, others: impl IntoIterator<Item = &'k KeyBytes>) -> Result<Self, KeyFault> {
        let others = others.into_iter().map(Wrapper::new).collect::<Result<_, _>>()?;
        Ok(Self { newest: Wrapper::new(newest)?, others })
    }

    /// The name of the key that wraps.
    pub(crate) const fn newest(&self) -> WrapperName {
        self.newest.name
    }

    /// Wraps a key for a place under the newest. Version and name are bound with the place.
    pub(crate) fn wrap(&self, chance: &dyn Chance, place: &[u8], key: &KeyBytes) -> Result<WrappedKey, KeyFault> {
        let mut out = self.newest.name.head();
        let bound = [place, out.as_slice()].concat();
        out.extend(self.newest.cipher.seal(chance, &bound, key.bytes())?);
        Ok(WrappedKey(out))
    }

    /// Unwraps a key: by the one it names, or, where it names none, by whichever opens it, the oldest first.
    pub(crate) fn unwrap(&self, place: &[u8], wrapped: &WrappedKey) -> Result<KeyBytes, KeyFault> {
        let Some(name) = wrapped.by() else {
            let opened = self.others.iter().chain([&self.newest]);
            let opened = opened.map(|wrapper| wrapper.cipher.open_key(place, wrapped.as_bytes()));
            return opened.into_iter().find(Result::is_ok).unwrap_or(Err(KeyFault::DoesNotOpen));
        };
        let wrapper = std::iter::once(&self.newest).chain(&self.others).find(|wrapper| wrapper.name == name);
        let wrapper = wrapper.ok_or(KeyFault::NoSuchWrapper)?;
        let (head, body) = wrapped.as_bytes().split_at_checked(HEAD).ok_or(KeyFault::DoesNotOpen)?;
        wrapper.cipher.open_key(&[place, head].concat(), body)
    }
}
