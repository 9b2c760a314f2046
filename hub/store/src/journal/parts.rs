//! How the parts of an entry lie in its row: one after another, each the subject (16 bytes), the commitment
//! (32 bytes), the length of the sealed detail (4 bytes, big-endian) and the sealed detail. They are one value:
//! a row a part, and its place in an index by subject, was a third of what a page of fifty cost.

use sangam_custody::{Commitment, Part};
use sangam_vocabulary::SubjectId;
use uuid::Uuid;

/// What lies in front of a sealed detail, in bytes.
const HEAD: usize = 16 + 32 + 4;

/// The parts as one value. A detail has a few hundred bytes; one of four gigabytes would no longer read, and its
/// entry would say so.
pub(super) fn write(parts: &[Part]) -> Vec<u8> {
    let room = parts.iter().map(|part| HEAD + part.sealed.len()).sum();
    let mut out = Vec::with_capacity(room);
    for part in parts {
        out.extend_from_slice(part.subject.uuid().as_bytes());
        out.extend_from_slice(&part.commitment.0);
        out.extend_from_slice(&u32::try_from(part.sealed.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&part.sealed);
    }
    out
}

/// The parts of a stored value; `None` when it is not one that [`write`] makes.
pub(super) fn read(mut bytes: &[u8]) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let (subject, rest) = bytes.split_first_chunk::<16>()?;
        let (commitment, rest) = rest.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (sealed, rest) = rest.split_at_checked(length)?;
        parts.push(Part {
            subject: SubjectId::from_uuid(Uuid::from_bytes(*subject)),
            commitment: Commitment(*commitment),
            sealed: sealed.to_vec(),
        });
        bytes = rest;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(seed: u8, length: usize) -> Part {
        Part {
            subject: SubjectId::from_uuid(Uuid::from_bytes([seed; 16])),
            commitment: Commitment([seed; 32]),
            sealed: vec![seed; length],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for parts in [vec![], vec![part(1, 0)], vec![part(1, 300), part(2, 1), part(1, 70_000)]] {
            assert_eq!(read(&write(&parts)), Some(parts));
        }
    }

    #[test]
    fn what_was_cut_is_not_read() {
        let whole = write(&[part(1, 20), part(2, 3)]);
        let ends = [0, HEAD + 20, whole.len()];
        for end in 0..=whole.len() {
            assert_eq!(read(&whole[..end]).is_some(), ends.contains(&end), "{end}");
        }
    }

    #[test]
    fn a_length_beyond_the_value_is_not_read() {
        let mut whole = write(&[part(1, 20)]);
        whole[16 + 32] = 0xff;
        assert_eq!(read(&whole), None);
    }
}
