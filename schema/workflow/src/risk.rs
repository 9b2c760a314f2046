//! What a witness fears: a coded danger that alerts her lawyer and the holder of her case, and nobody else. The seat
//! decides who hears of it: no consent to anybody else opens it, because for them the record does not exist. It takes
//! no steps.

use sangam_vocabulary::{Seat, codes};

codes! {
    "What a witness fears, or what was done to make her afraid."
    pub enum Kind as "RiskKind" {
        Threatened = "THREATENED": "Somebody threatened her.",
        FamilyThreatened = "FAMILY_THREATENED": "Somebody threatened her family.",
        PressedToWithdraw = "PRESSED_TO_WITHDRAW": "Somebody presses her to take her statement back.",
        OfferedMoney = "OFFERED_MONEY": "Somebody offered her money to be silent or to say something else.",
        IdentityExposed = "IDENTITY_EXPOSED": "Her name, her face or her part in the case became known.",
        FollowedOrSought = "FOLLOWED_OR_SOUGHT": "Somebody follows her or asks for her.",
        AccusedAtLarge = "ACCUSED_AT_LARGE": "Somebody she spoke against is free or about to be.",
        Fear = "FEAR": "She is afraid, and no reason was told.",
    }
}

/// Who reports a danger and hears of one: the holder of the case and the person's lawyer.
pub const SEATS: &[Seat] = &[Seat::Owner, Seat::Lawyer];
