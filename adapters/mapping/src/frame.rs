//! What goes over the pipes: a request is the task, the mapping and the record; an answer is a result or an
//! oddity. Every part is its length in four bytes, big endian, and then itself; a length over the limit is
//! refused before anything is allocated for it.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::oddity::Oddity;

/// Bytes of a mapping: hand-written programs are far below it.
pub(crate) const MAX_MAPPING: u64 = 256 << 10;
/// Bytes an answer may have beyond the result: its envelope.
pub(crate) const ENVELOPE: u64 = 4 << 10;

/// What a worker is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Whether the mapping is a program.
    Check,
    /// The mapping's result on a record.
    Run,
}

impl Task {
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Check => 0,
            Self::Run => 1,
        }
    }

    pub(crate) const fn read(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Check),
            1 => Some(Self::Run),
            _ => None,
        }
    }
}

/// What a worker answers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) enum Answer {
    /// The mapping is a program; or its result.
    Result(serde_json::Value),
    /// What was wrong.
    Oddity(Oddity),
}

/// A part's length, checked against its limit.
pub(crate) fn length(bytes: [u8; 4], limit: u64) -> Option<usize> {
    let length = u32::from_be_bytes(bytes);
    if u64::from(length) > limit { None } else { usize::try_from(length).ok() }
}

/// A part's length as it is sent.
pub(crate) fn prefix(part: &[u8]) -> Option<[u8; 4]> {
    u32::try_from(part.len()).ok().map(u32::to_be_bytes)
}

/// Reads one part, in the worker. `None` at the clean end of the pipe.
pub(crate) fn receive(from: &mut impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = [0_u8; 4];
    match from.read_exact(&mut bytes) {
        Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = length(bytes, limit).ok_or(io::ErrorKind::InvalidData)?;
    let mut part = vec![0; length];
    from.read_exact(&mut part)?;
    Ok(Some(part))
}

/// Writes one part, in the worker.
pub(crate) fn send(to: &mut impl Write, part: &[u8]) -> io::Result<()> {
    to.write_all(&prefix(part).ok_or(io::ErrorKind::InvalidData)?)?;
    to.write_all(part)?;
    to.flush()
}
