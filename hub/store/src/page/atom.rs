//! One scalar of a row, as either database gives it.

use std::borrow::Cow;

use uuid::Uuid;

use crate::fault::StoreFault;

/// One scalar, borrowed where it can be. Bytes that came through JSON are text: their hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Atom<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl Atom<'_> {
    pub(super) fn text(&self, column: &'static str) -> Result<&str, StoreFault> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(StoreFault::Unreadable { column }),
        }
    }

    pub(super) fn int(&self, column: &'static str) -> Result<i64, StoreFault> {
        match self {
            Self::Int(value) => Ok(*value),
            _ => Err(StoreFault::Unreadable { column }),
        }
    }

    pub(super) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreFault> {
        match self {
            Self::Bytes(bytes) => Some(bytes.to_vec()),
            Self::Text(text) => unhex(text),
            Self::Null | Self::Int(_) => None,
        }
        .ok_or(StoreFault::Unreadable { column })
    }

    pub(super) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreFault> {
        match self {
            Self::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
            Self::Text(text) => read_uuid(text),
            Self::Null | Self::Int(_) => None,
        }
        .ok_or(StoreFault::Unreadable { column })
    }
}

/// The value of every hexadecimal digit, in either case; [`NO_DIGIT`] for everything else.
#[expect(clippy::indexing_slicing, reason = "computed when the hub is built: an index out of range does not build")]
const DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let (small, large) = (b"0123456789abcdef"[value], b"0123456789ABCDEF"[value]);
        (table[small as usize], table[large as usize]) = (value as u8, value as u8);
        value += 1;
    }
    table
};
const NO_DIGIT: u8 = 0xff;

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    // Every digit is looked at before any is judged: the loop has no exit and no branch.
    let mut seen = 0;
    let read = pairs.iter().map(|[high, low]| {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        high << 4 | (low & 15)
    });
    let bytes: Vec<u8> = read.collect();
    (rest.is_empty() && seen < 16).then_some(bytes)
}

pub(crate) fn read_uuid(text: &str) -> Option<Uuid> {
    let pairs = <&[u8; 32]>::try_from(text.as_bytes()).ok()?.as_chunks::<2>().0;
    let (mut bytes, mut seen) = ([0; 16], 0);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        *byte = high << 4 | (low & 15);
    }
    (seen < 16).then(|| Uuid::from_bytes(bytes))
}
