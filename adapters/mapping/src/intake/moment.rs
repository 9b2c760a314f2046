//! Instants as a mapping writes them: RFC 3339 texts.

use sangam_vocabulary::Instant;
use serde::{Deserialize, Deserializer};

pub(super) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
    let text = String::deserialize(from)?;
    Instant::read(&text).ok_or_else(|| serde::de::Error::custom("not RFC 3339"))
}

pub(super) fn moment_if<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Instant>, D::Error> {
    match Option::<String>::deserialize(from)? {
        None => Ok(None),
        Some(text) => Instant::read(&text).map(Some).ok_or_else(|| serde::de::Error::custom("not RFC 3339")),
    }
}

/// An instant that may be absent.
#[derive(Deserialize)]
pub(super) struct Moment(#[serde(deserialize_with = "moment_if")] pub(super) Option<Instant>);
