//! What a partner's error codes mean. Codes are each API's own; those that most servers share are known, and the partner's
//! file says the others. A code that nobody named is a fault inside the system.

use std::collections::BTreeMap;

use crate::config::KeyFault;
use crate::config::table::Table;
use crate::fault::{Reason, WireFault};

/// What an error says. Those first say more about the request than those after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// The credentials are not accepted.
    Unauthenticated,
    /// Too many requests.
    Throttled,
    /// Something failed inside, or the operation does not fit the schema any more.
    Internal,
    /// It is there, and not for the hub.
    Forbidden,
    /// It is not there.
    NotFound,
    /// Another version is there, or the key was used for something else.
    Conflict,
    /// What was sent is not what it should be.
    Invalid,
    /// The step is not open, and everything stays as it was.
    Ignored,
}

const WORDS: [(&str, Class); 8] = [
    ("unauthenticated", Class::Unauthenticated),
    ("throttled", Class::Throttled),
    ("internal", Class::Internal),
    ("forbidden", Class::Forbidden),
    ("not_found", Class::NotFound),
    ("conflict", Class::Conflict),
    ("invalid", Class::Invalid),
    ("ignored", Class::Ignored),
];

/// The codes that servers in use share. An operation that does not fit the schema is no refusal of what it asks for.
const SHARED: [(&str, Class); 10] = [
    ("UNAUTHENTICATED", Class::Unauthenticated),
    ("FORBIDDEN", Class::Forbidden),
    ("NOT_FOUND", Class::NotFound),
    ("RATE_LIMITED", Class::Throttled),
    ("THROTTLED", Class::Throttled),
    ("TOO_MANY_REQUESTS", Class::Throttled),
    ("BAD_USER_INPUT", Class::Invalid),
    ("GRAPHQL_PARSE_FAILED", Class::Internal),
    ("GRAPHQL_VALIDATION_FAILED", Class::Internal),
    ("INTERNAL_SERVER_ERROR", Class::Internal),
];

impl Class {
    pub(super) fn read(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, class)| *class)
    }

    pub(super) fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }

    fn word(self) -> &'static str {
        WORDS.iter().find(|(_, class)| *class == self).map_or("", |(word, _)| word)
    }

    /// The fault that it is. Its reason is the hub's own word: the partner's code may be anything.
    pub(super) fn fault(self) -> WireFault {
        let status = match self {
            Self::Unauthenticated => return WireFault::Unauthorized,
            Self::Ignored => return WireFault::Ignored,
            Self::Throttled => 429,
            Self::Internal => 500,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
        };
        WireFault::Refused { status, reasons: vec![Reason { field: None, codes: vec![self.word().to_owned()] }] }
    }

    /// A table of the partner's own words.
    pub(super) fn table(table: &Table<'_, '_>) -> BTreeMap<String, Self> {
        closed(table, Self::read, || Self::words().collect())
    }
}

/// The members of a table whose values are of a closed list.
pub(super) fn closed<T>(
    table: &Table<'_, '_>,
    read: impl Fn(&str) -> Option<T>,
    words: impl Fn() -> Vec<&'static str>,
) -> BTreeMap<String, T> {
    let mut known = BTreeMap::new();
    for (name, word) in table.pairs() {
        match read(&word) {
            Some(value) => drop(known.insert(name, value)),
            None => table.fault(&name, KeyFault::NotOneOf(words())),
        }
    }
    known
}

/// The codes of one API.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes(BTreeMap<String, Class>);

impl Codes {
    pub(super) fn new(own: BTreeMap<String, Class>) -> Self {
        Self(own)
    }

    /// What a code means.
    pub(super) fn of(&self, code: Option<&str>) -> Class {
        let Some(code) = code else { return Class::Internal };
        let shared = || SHARED.iter().find(|(known, _)| *known == code).map(|(_, class)| *class);
        self.0.get(code).copied().or_else(shared).unwrap_or(Class::Internal)
    }
}
