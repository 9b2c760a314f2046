//! What can go wrong between the hub and a partner's system, as types. No text of a partner's answer is in
//! any of them: it may hold a name, and it goes into logs and onto pages.

use sangam_vocabulary::Instant;
use thiserror::Error;

/// The longest code or field name taken from a partner's answer.
pub(crate) const LONGEST_CODE: usize = 80;
/// The most digits in a row that a code has: DHIS2 has `E1005`, ODK Central `409.15`.
const MOST_DIGITS: usize = 5;
/// The most reasons taken from a refusal.
pub(crate) const MAX_REASONS: usize = 20;

/// Why a call to a partner's system failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireFault {
    /// No connection: refused, no such host, broken off, or TLS failed.
    #[error("the partner's system cannot be reached")]
    Unreachable,
    /// Not done within the partner's deadline.
    #[error("the partner's system did not answer within its deadline")]
    TimedOut,
    /// Something else than JSON, for instance a sign-in page.
    #[error("the partner's system answered `{content_type}` instead of JSON")]
    NotJson {
        /// The media type it claimed; `unknown` where it named none or none that is a media type.
        content_type: String,
    },
    /// The answer broke off before its end.
    #[error("the partner's answer broke off before its end")]
    Truncated,
    /// A redirect. It is never followed: the credentials are for one system.
    #[error("the partner's system redirects elsewhere")]
    RedirectedElsewhere,
    /// The system refused with a status of its own.
    #[error("the partner's system refused with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it gave as reasons, as far as they are plain codes.
        reasons: Vec<Reason>,
    },
    /// The credentials are not accepted, also after signing in anew.
    #[error("the partner's system does not accept the hub's credentials")]
    Unauthorized,
    /// The answer or file is over its limit.
    #[error("the partner's answer is over its limit of {limit} {unit}")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Of what: bytes, rows, columns.
        unit: &'static str,
    },
    /// JSON of another shape than the system's own documentation and code give it.
    #[error("the partner's answer is {} at `{path}`", .kind.words())]
    Unexpected {
        /// JSON pointer into the answer.
        path: String,
        /// What was not expected.
        kind: UnexpectedKind,
    },
    /// The breaker is open after failures in a row; nothing was sent.
    #[error("the partner's system failed too often; the next attempt is at {}", .until.rfc3339())]
    Paused {
        /// When the next attempt is let through.
        until: Instant,
    },
    /// A partner's file could not be opened, read or written.
    #[error("the partner's file cannot be {}", .0.words())]
    File(FileFault),
    /// The system answered that all is well and left the referral as it was: Primero does so when the step is
    /// not open from the state it is in.
    #[error("the partner's system left the referral as it was")]
    Ignored,
    /// The partner's system has no such call, for instance no way to take a referral back.
    #[error("the partner's system has no way to do this")]
    Unsupported,
}

/// Where an answer left its documented shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnexpectedKind {
    /// A value of another type.
    WrongType,
    /// A member that must be there is not.
    Missing,
    /// A code that is not in the system's list.
    UnknownCode,
    /// A member that stands twice in one object: which of the two counts cannot be said.
    DuplicateKey,
    /// Values in each other deeper than any of the system's own.
    TooDeep,
}

impl UnexpectedKind {
    /// What was met, after `has`.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::WrongType => "a value of an unexpected type",
            Self::Missing => "an object that lacks a member",
            Self::UnknownCode => "a code that the system does not have",
            Self::DuplicateKey => "an object with a member twice",
            Self::TooDeep => "values nested too deep",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::WrongType => "of an unexpected type",
            Self::Missing => "lacking a member",
            Self::UnknownCode => "an unknown code",
            Self::DuplicateKey => "an object with a member twice",
            Self::TooDeep => "too deep",
        }
    }
}

/// What could not be done with a partner's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// It is not there or may not be read.
    Read,
    /// It may not be written.
    Write,
    /// It is not a sheet of its format.
    Format,
    /// With what was to be added the hub could not read it any more: it would be over a limit.
    Full,
}

impl FileFault {
    const fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "written",
            Self::Format => "understood as a sheet",
            Self::Full => "added to, because it is full: take out of it what is done with, or move it away",
        }
    }
}

/// One reason of a refusal: the field it is about and the codes given, each only where it is a plain
/// identifier. Running text is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The field, for instance `registration_date`.
    pub field: Option<String>,
    /// The codes, for instance `transition.errors.consent`.
    pub codes: Vec<String>,
}

impl WireFault {
    /// Whether the fault says that the system is not well, so that the breaker counts it. A refusal of one
    /// record (status 4xx) says nothing about the next one; refused credentials do, because trying again
    /// locks accounts.
    #[must_use]
    pub fn is_of_the_system(&self) -> bool {
        match self {
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
            // A full file is still read, and what stands in it is still answered and taken back.
            Self::Paused { .. } | Self::Ignored | Self::Unsupported | Self::File(FileFault::Full) => false,
            _ => true,
        }
    }

    pub(crate) fn unexpected(path: impl Into<String>, kind: UnexpectedKind) -> Self {
        Self::Unexpected { path: path.into(), kind }
    }
}

/// A text that is a plain identifier, in a refusal; anything with a space could be a sentence about somebody, and so
/// could a capital, unless it stands in a code of capitals, digits and hyphens alone.
pub(crate) fn code(text: &str) -> Option<String> {
    let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte);
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let plain = text.bytes().all(lower) || (has_digit && text.bytes().all(upper));
    // More digits in a row than any system's code has: a telephone's, a paper's or a case's number.
    let number = text.split(|sign: char| !sign.is_ascii_digit()).any(|run| run.len() > MOST_DIGITS);
    (plain && !number && !text.is_empty() && text.len() <= LONGEST_CODE).then(|| text.to_owned())
}
