//! What is wrong with a record, said without saying what is in it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The kind of fault in a record, an intake or a mapping's run. A closed list: the quarantine's filter and
/// the pages' sentences are made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OddityKind {
    /// A field that the shape does not have.
    UnknownField,
    /// A text that is not in the closed list it was read against.
    UnknownCode,
    /// A value of another type than the shape asks for, or one that cannot be read as what it stands for.
    WrongType,
    /// A field the shape requires is absent or empty.
    Missing,
    /// A text, list, record or result over its limit.
    TooLong,
    /// Nested deeper than the limit, in the record or in the mapping's own recursion.
    TooDeep,
    /// The record is not JSON.
    NotJson,
    /// The mapping did not end before its deadline.
    TimedOut,
    /// The mapping asked for more memory than it may have.
    OutOfMemory,
    /// The process that ran the mapping died.
    Crashed,
    /// The mapping gave no result.
    NoResult,
    /// The mapping gave more than one result.
    ManyResults,
    /// The mapping is not a program: it does not parse, or names something that does not exist.
    MappingInvalid,
    /// The mapping raised an error of its own on this record.
    MappingFailed,
    /// A consent that grants, from a partner whose form is not the hub's consent text: imported consent can
    /// only narrow (DESIGN §2).
    GrantNotRead,
}

impl OddityKind {
    /// The wire form, upper snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::WrongType => "WRONG_TYPE",
            Self::Missing => "MISSING",
            Self::TooLong => "TOO_LONG",
            Self::TooDeep => "TOO_DEEP",
            Self::NotJson => "NOT_JSON",
            Self::TimedOut => "TIMED_OUT",
            Self::OutOfMemory => "OUT_OF_MEMORY",
            Self::Crashed => "CRASHED",
            Self::NoResult => "NO_RESULT",
            Self::ManyResults => "MANY_RESULTS",
            Self::MappingInvalid => "MAPPING_INVALID",
            Self::MappingFailed => "MAPPING_FAILED",
            Self::GrantNotRead => "GRANT_NOT_READ",
        }
    }
}

/// One fault: where, of which kind, and how long the value was. It never holds the value, because what a
/// partner sends may be a name in the wrong column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{} at `{path}` (length {length})", kind.code())]
#[serde(deny_unknown_fields)]
pub struct Oddity {
    /// JSON pointer (RFC 6901) of the value; empty for the record as a whole. Members whose names are not
    /// plain identifiers read `*`.
    pub path: String,
    /// Which kind of fault.
    pub kind: OddityKind,
    /// Characters of a text, bytes of a record, members of a list or object; 0 where nothing was there.
    /// For [`OddityKind::MappingInvalid`], the line of the mapping.
    pub length: usize,
}

impl Oddity {
    /// A fault of the record as a whole.
    #[must_use]
    pub const fn whole(kind: OddityKind, length: usize) -> Self {
        Self { path: String::new(), kind, length }
    }
}

/// The longest member name shown in a path; longer ones read `*`.
const LONGEST_NAME: usize = 64;

/// The pointer of a member: plain identifiers are shown, anything else could be a value in the wrong place
/// and reads `*`.
pub(crate) fn member(parent: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'));
    format!("{parent}/{}", if plain { name } else { "*" })
}
