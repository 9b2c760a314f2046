//! The link by which an organization without a system answers a referral: where it stands and how long it is good. What
//! may be answered is `referral.rs`'s to say; a link only carries the answer.

use sangam_vocabulary::{Instant, codes};

codes! {
    "Where the link stands by which the recipient can answer a referral without a system."
    pub enum LinkState as "AnswerLinkState" {
        Sending = "SENDING": "The mail with the link or the message with its code has not left yet.",
        Sent = "SENT": "Both have left.",
        Failed = "FAILED": "One of them could not be sent, however often it was tried; have another made.",
        Used = "USED": "The referral was answered with it.",
        Void = "VOID": "Too many wrong codes were typed; have another made.",
    }
}

const HOUR_MILLIS: i64 = 3_600_000;

/// How long a link is good at most, in milliseconds: over a weekend. What lies longer in a mailbox is made anew.
pub const LINK_MILLIS: i64 = 72 * HOUR_MILLIS;
/// How often a wrong code may be typed before a link is void: with eight digits nobody guesses one in five.
pub const CODE_TRIES: i64 = 5;
/// How many links a referral can have: its first, and four that its sender had made anew, so that nobody has the hub
/// write to somebody without end.
pub const LINKS: i64 = 5;

impl LinkState {
    /// Whether a code can open it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sending | Self::Sent | Self::Failed)
    }
}

/// Until when a link is good that is made now: as long as the answer is waited for, and no longer than its time.
#[must_use]
pub fn good_until(at: Instant, answer_by: Instant) -> Instant {
    answer_by.min(at.plus_millis(LINK_MILLIS))
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Code as _, Instant};

    use super::{LINK_MILLIS, LinkState, good_until};

    #[test]
    fn a_link_ends_with_the_answer_or_with_its_time() {
        let at = Instant::from_millis(1_000);
        assert_eq!(good_until(at, at.plus_millis(5)), at.plus_millis(5));
        assert_eq!(good_until(at, at.plus_millis(LINK_MILLIS + 5)), at.plus_millis(LINK_MILLIS));
    }

    #[test]
    fn what_was_used_or_is_void_opens_nothing() {
        let open: Vec<_> = LinkState::ALL.iter().filter(|state| state.is_open()).map(|state| state.code()).collect();
        assert_eq!(open, ["SENDING", "SENT", "FAILED"]);
    }
}
