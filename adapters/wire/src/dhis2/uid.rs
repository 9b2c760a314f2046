//! DHIS2's identifiers: eleven letters and digits, the first a letter. Those of what the hub puts there are worked out
//! from the hub's own ids, so that a delivery that is made again is about the same objects.

use uuid::Uuid;

/// An identifier's characters; the letters stand first.
const LETTERS: u128 = 52;
const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// How long one is.
const LENGTH: usize = 11;

/// What an identifier is of. One of each kind is made from one id, and each takes other bits of it first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    TrackedEntity,
    Enrollment,
    Event,
}

impl Of {
    const fn turned(self) -> u32 {
        match self {
            Self::TrackedEntity => 0,
            Self::Enrollment => 43,
            Self::Event => 86,
        }
    }
}

/// The identifier of a kind for one of the hub's outward ids. Those are random, and an identifier holds 65 bits: two of
/// a million are the same once in some ten million hubs, and then DHIS2 refuses the second.
pub(super) fn uid(id: Uuid, of: Of) -> String {
    let mut rest = id.as_u128().rotate_left(of.turned());
    let mut text = String::with_capacity(LENGTH);
    for place in 0..LENGTH {
        let base = if place == 0 { LETTERS } else { ALPHABET.len() as u128 };
        let digit = usize::try_from(rest % base).unwrap_or(0);
        text.push(ALPHABET.get(digit).copied().map_or('a', char::from));
        rest /= base;
    }
    text
}

/// Whether a text is an identifier.
pub(crate) fn is_uid(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    first && text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::{Of, is_uid, uid};

    #[test]
    fn the_same_id_is_the_same_object_and_no_two_are_one() {
        let ids =
            (0..20_000_u128).flat_map(|number| [number, number << 64, number.wrapping_mul(0x9e37_79b9_7f4a_7c15)]);
        let ids: HashSet<u128> = ids.collect();
        for of in [Of::TrackedEntity, Of::Enrollment, Of::Event] {
            let made: HashSet<String> = ids.iter().map(|id| uid(Uuid::from_u128(*id), of)).collect();
            assert!(made.iter().all(|uid| is_uid(uid)));
            assert!(made.len() + 2 >= ids.len(), "{} of {}", made.len(), ids.len());
        }
        let id = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
        assert_eq!(uid(id, Of::Event), uid(id, Of::Event));
        assert_ne!(uid(id, Of::TrackedEntity), uid(id, Of::Enrollment));
    }

    #[test]
    fn what_is_an_identifier() {
        for good in ["PQfMcpmXeFE", "abcdefghijk", "A0000000000"] {
            assert!(is_uid(good));
        }
        for bad in
            ["", "1QfMcpmXeFE", "PQfMcpmXeF", "PQfMcpmXeFEE", "PQfMcpmXeF/", "PQfMcpmXe.E", "../../../..", "éQfMcpmXeF"]
        {
            assert!(!is_uid(bad), "{bad}");
        }
    }
}
