//! The keys of cookies: one that proves, one that seals, both from the file's. They are printed by nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_vocabulary::Chance;

/// What a proof is for, so that none stands for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProofOf {
    /// A session's cookie.
    Session,
    /// The token that a session's requests carry beside the cookie.
    Csrf,
}

impl ProofOf {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"sangam session 1",
            Self::Csrf => b"sangam csrf 1",
        }
    }
}

/// The keys.
pub struct SessionKeys {
    proof: hmac::Key,
    seal: LessSafeKey,
}

impl SessionKeys {
    /// From the key file's 32 bytes; `None` when the library refuses.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Option<Self> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let proof = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"sangam cookies proof 1").as_ref());
        let seal = hmac::sign(&root, b"sangam cookies seal 1");
        let seal = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, seal.as_ref()).ok()?);
        Some(Self { proof, seal })
    }

    /// The proof of a text.
    pub(super) fn proof(&self, of: ProofOf, text: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.proof);
        context.update(of.label());
        context.update(text);
        context.sign().as_ref().to_vec()
    }

    /// Whether a proof is of this text, in the same time whatever it is.
    pub(super) fn proves(&self, of: ProofOf, text: &[u8], proof: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.proof(of, text), proof).is_ok()
    }

    /// A text that only this key opens, in the alphabet of cookies.
    pub(super) fn seal(&self, chance: &dyn Chance, mut text: Vec<u8>) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        if !chance.fill(&mut nonce) {
            return None;
        }
        let place = Nonce::assume_unique_for_key(nonce);
        self.seal.seal_in_place_append_tag(place, Aad::empty(), &mut text).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat()))
    }

    /// What was sealed.
    pub(super) fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        self.seal.open_in_place(nonce, Aad::empty(), text).ok().map(|opened| opened.to_vec())
    }
}
