//! A JSON Web Token before anything in it is believed: its size, its header, its signature under a key that was
//! chosen without it.

use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

use super::key::PublicKey;

/// The longest assertion or proof that is looked at, in bytes: a few names, a key and a signature fit many times.
pub(super) const MOST: usize = 4 * 1024;
/// How far a client's clock may be ahead of the hub's, in milliseconds. Clocks that are set by the network agree
/// within a second; a phone's may not.
pub(super) const SKEW_MILLIS: i64 = 30_000;
/// The longest id of an assertion or proof, in bytes: a UUID is 36.
pub(super) const JTI_BYTES: usize = 128;

/// The header of a token that is not too long and asks for nothing that must be understood and is not (RFC 7515,
/// section 4.1.11).
pub(super) fn header(text: &str) -> Option<Header> {
    if text.len() > MOST {
        return None;
    }
    decode_header(text).ok().filter(|header| header.crit.is_none())
}

/// The claims of a token that this key signed. Which algorithm that is, is the key's to say: a header that names
/// another is refused, whatever it is signed with.
pub(super) fn open<C: DeserializeOwned>(text: &str, key: &PublicKey) -> Option<C> {
    header(text)?;
    let mut validation = Validation::new(key.algorithm());
    // Instants, audience and issuer are compared by whoever opens: the library would ask the machine's clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode::<C>(text, key.decoding(), &validation).ok().map(|data| data.claims)
}

/// Whether an id is one: not empty, not long.
pub(super) const fn is_id(jti: &str) -> bool {
    !jti.is_empty() && jti.len() <= JTI_BYTES
}
