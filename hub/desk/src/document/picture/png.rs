//! PNG (W3C, Portable Network Graphics, third edition): a signature and chunks.

use super::NotBuiltSo;

const SIGNATURE: &[u8] = &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
/// A chunk's length and type.
const HEAD: usize = 8;
/// The check behind a chunk's data.
const CHECK: u32 = 4;
/// The longest chunk (5.3).
const MOST: u32 = i32::MAX as u32;
/// The picture.
const NEEDED: [&[u8; 4]; 4] = [b"IHDR", b"PLTE", b"IDAT", b"IEND"];
/// How its colours and its points are meant.
const MEANT: [&[u8; 4]; 9] = [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP"];

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Signature,
    Head,
    /// In a chunk's data and check: how much is left, and whether it is kept.
    Chunk {
        left: u32,
        kept: bool,
        last: bool,
    },
    /// Behind the picture. What follows is something else, and is dropped.
    End,
}

/// A PNG as it comes.
pub(in crate::document) struct Png {
    at: At,
    /// The signature or a head, as far as it came.
    head: Vec<u8>,
    begun: bool,
    pictured: bool,
}

impl Png {
    pub(super) fn new() -> Self {
        Self { at: At::Signature, head: Vec::with_capacity(HEAD), begun: false, pictured: false }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.at == At::End && self.pictured
    }

    pub(super) fn take(&mut self, mut bytes: &[u8], kept: &mut Vec<u8>) -> Result<(), NotBuiltSo> {
        while !bytes.is_empty() {
            match self.at {
                At::Signature | At::Head => {
                    let (own, rest) = bytes.split_at(bytes.len().min(HEAD.saturating_sub(self.head.len())));
                    self.head.extend_from_slice(own);
                    bytes = rest;
                    if self.head.len() == HEAD {
                        self.at = self.begins(kept)?;
                        self.head.clear();
                    }
                }
                At::Chunk { left, kept: keeps, last } => {
                    let length = usize::try_from(left).map_err(|_| NotBuiltSo)?.min(bytes.len());
                    let (own, rest) = bytes.split_at(length);
                    if keeps {
                        kept.extend_from_slice(own);
                    }
                    bytes = rest;
                    let left = left.saturating_sub(u32::try_from(length).map_err(|_| NotBuiltSo)?);
                    self.at = match (left, last) {
                        (0, true) => At::End,
                        (0, false) => At::Head,
                        _ => At::Chunk { left, kept: keeps, last },
                    };
                }
                At::End => return Ok(()),
            }
        }
        Ok(())
    }

    /// What begins with the signature or the head that was read.
    fn begins(&mut self, kept: &mut Vec<u8>) -> Result<At, NotBuiltSo> {
        if self.at == At::Signature {
            kept.extend_from_slice(&self.head);
            return if self.head == SIGNATURE { Ok(At::Head) } else { Err(NotBuiltSo) };
        }
        let length: [u8; 4] = self.head.get(..4).and_then(|bytes| bytes.try_into().ok()).ok_or(NotBuiltSo)?;
        let kind: [u8; 4] = self.head.get(4..).and_then(|bytes| bytes.try_into().ok()).ok_or(NotBuiltSo)?;
        let length = u32::from_be_bytes(length);
        let is = |known: &&[u8; 4]| **known == kind;
        // Its first chunk is its header, and there is one.
        if length > MOST || (kind == *b"IHDR") == self.begun || (kind == *b"IEND" && length > 0) {
            return Err(NotBuiltSo);
        }
        // A chunk whose type begins with a capital is needed to show the picture (5.4): one that is not known is none here.
        let needed = NEEDED.iter().any(is);
        if !needed && (!kind.iter().all(u8::is_ascii_alphabetic) || kind.first().is_some_and(u8::is_ascii_uppercase)) {
            return Err(NotBuiltSo);
        }
        self.begun = true;
        self.pictured |= kind == *b"IDAT";
        let keeps = needed || MEANT.iter().any(is);
        if keeps {
            kept.extend_from_slice(&self.head);
        }
        Ok(At::Chunk { left: length.saturating_add(CHECK), kept: keeps, last: kind == *b"IEND" })
    }
}
