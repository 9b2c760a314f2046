//! The key set of an issuer (RFC 7517): what of it verifies what the configuration allows. Unlike a client's set it
//! may hold keys of other kinds, for other uses; those are passed over.

use serde_json::Value;

use crate::token::SignatureAlgorithm;
use crate::token::key::PublicKey;

/// How many keys of a set are looked at: more than any issuer rotates through.
const KEYS: usize = 32;
/// The longest key id, in bytes.
const KID_BYTES: usize = 256;

/// The keys, each by its name.
pub(super) struct IssuerKeys(Vec<(String, PublicKey)>);

impl IssuerKeys {
    /// Reads a set; `None` when it is none. Of two keys of one name neither is taken: nobody could say which is meant.
    pub(super) fn read(body: &[u8], allowed: &[SignatureAlgorithm]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let keys = value.get("keys")?.as_array()?;
        let named = keys.iter().take(KEYS).filter_map(|key| {
            let kid = key.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty() && kid.len() <= KID_BYTES)?;
            Some((kid.to_owned(), PublicKey::of_issuer(key, allowed)?))
        });
        let mut read: Vec<(String, PublicKey)> = named.collect();
        let names: Vec<String> = read.iter().map(|(kid, _)| kid.clone()).collect();
        read.retain(|(kid, _)| names.iter().filter(|name| *name == kid).count() == 1);
        Some(Self(read))
    }

    /// The key of that name.
    pub(super) fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.0.iter().find(|(known, _)| known == kid).map(|(_, key)| key)
    }
}
