//! A JSON Web Token before anything in it is believed: its size, its header, its signature under a key that was
//! chosen without it.

use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::key::PublicKey;

/// The longest assertion or proof that is looked at, in bytes: a few names, a key and a signature fit many times.
pub(crate) const MOST: usize = 4 * 1024;
/// How far a client's clock may be ahead of the hub's, in milliseconds. Clocks that are set by the network agree
/// within a second; a phone's may not.
pub(crate) const SKEW_MILLIS: i64 = 30_000;
/// The longest id of an assertion or proof, in bytes: a UUID is 36.
const JTI_BYTES: usize = 128;
/// How many audiences a token may name: more than one is already unusual.
const AUDIENCES: usize = 8;

/// For whom a token is (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    /// One audience.
    One(String),
    /// A list of them.
    Many(Vec<String>),
}

impl Audience {
    /// Whether one of these is among them.
    pub(crate) fn holds(&self, known: &[&str]) -> bool {
        match self {
            Self::One(audience) => known.contains(&audience.as_str()),
            Self::Many(audiences) => {
                audiences.len() <= AUDIENCES && audiences.iter().any(|audience| known.contains(&audience.as_str()))
            }
        }
    }

    /// Whether there is more than one.
    pub(crate) const fn is_many(&self) -> bool {
        matches!(self, Self::Many(audiences) if audiences.len() > 1)
    }
}

/// The header of a token that is not too long and asks for nothing that must be understood and is not (RFC 7515,
/// section 4.1.11).
pub(crate) fn header(text: &str) -> Option<Header> {
    if text.len() > MOST {
        return None;
    }
    decode_header(text).ok().filter(|header| header.crit.is_none())
}

/// The claims of a token that this key signed. Which algorithm that is, is the key's to say: a header that names
/// another is refused, whatever it is signed with.
pub(crate) fn open<C: DeserializeOwned>(text: &str, key: &PublicKey) -> Option<C> {
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
pub(crate) const fn is_id(jti: &str) -> bool {
    !jti.is_empty() && jti.len() <= JTI_BYTES
}
