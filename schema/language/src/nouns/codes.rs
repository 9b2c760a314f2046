//! The closed lists that no vocabulary owns: what a consent does, who gave it, what a verdict is. Their codes
//! are those the store writes.

use crate::table::{CodeList, Type};

/// Whether a consent gives or takes.
pub(crate) const CONSENT_EFFECT: CodeList = CodeList {
    name: "ConsentEffect",
    sentence: "Whether a consent gives or takes.",
    values: || {
        vec![("GRANT", "Permits what it covers."), ("WITHHOLD", "Withholds what it covers, whatever else grants it.")]
    },
};

/// Who gave a consent.
pub(crate) const CONSENT_GIVER: CodeList = CodeList {
    name: "ConsentGiver",
    sentence: "Who gave a consent.",
    values: || {
        vec![
            ("OWN", "The person herself."),
            ("GUARDIAN", "A guardian, who counts only when somebody checked that there is no conflict of interest."),
            ("AUTHORITY", "An authority that has the child in care, by an order."),
        ]
    },
};

/// Whether the child agrees.
pub(crate) const ASSENT: CodeList = CodeList {
    name: "Assent",
    sentence: "Whether the child agrees.",
    values: || {
        vec![
            ("GIVEN", "The child agrees."),
            ("REFUSED", "The child does not agree."),
            ("NOT_ABLE", "The child is not able to say."),
            ("NOT_ASKED", "Nobody asked, or the person is of age."),
        ]
    },
};

/// The three outward reasons.
pub(crate) const WITHHELD_REASON: CodeList = CodeList {
    name: "WithheldReason",
    sentence: "Why a category is withheld, as far as that may be said outside.",
    values: || {
        vec![
            (NOT_SHARED, "It is not shared with this caller."),
            (NO_AGREEMENT, "No agreement in force covers it."),
            (NOT_AVAILABLE_NOW, "It is not available now."),
        ]
    },
};

/// It is not shared.
pub(crate) const NOT_SHARED: &str = "NOT_SHARED";
/// No agreement covers it.
pub(crate) const NO_AGREEMENT: &str = "NO_AGREEMENT";
/// Not now.
pub(crate) const NOT_AVAILABLE_NOW: &str = "NOT_AVAILABLE_NOW";

/// What a decision says to one category.
pub(crate) const VERDICT: CodeList = CodeList {
    name: "ExplainedVerdict",
    sentence: "What the decision says to one category.",
    values: || vec![("RELEASED", "The recipient may see it."), ("WITHHELD", "The recipient may not see it.")],
};

/// From which side a referral is looked at.
pub(crate) const DIRECTION: CodeList = CodeList {
    name: "ReferralDirection",
    sentence: "From which side the caller's organization looks at a referral.",
    values: || {
        vec![("SENT", "Sent by the caller's organization."), ("RECEIVED", "Addressed to the caller's organization.")]
    },
};

/// What became of a referral, or of its end, on the way to the recipient's own system.
pub(crate) const DELIVERY: CodeList = CodeList {
    name: "ReferralDelivery",
    sentence: "What became of a referral, or of its end, on the way to the recipient's own system.",
    values: || {
        vec![
            (
                "NONE",
                "The recipient has no system here that takes referrals, or, of an end, none that has this one: its people read them at the hub.",
            ),
            ("WAITING", "It waits to be taken."),
            ("DELIVERED", "The recipient's system took it."),
            ("FAILED", "The recipient's system did not take it, and it is not tried again."),
            ("NOT_NEEDED", "The referral ended before the recipient's system had it, and nothing was sent there."),
            (
                "NOT_TOLD",
                "The recipient's system has the referral, or may have it, and there is no way to tell it that it ended: tell its people.",
            ),
        ]
    },
};

/// The same, of whoever is told.
pub(crate) const REFERRAL_DELIVERY: Type = Type::Code(DELIVERY);

/// Whether an account may act.
pub(crate) const PERSON_STATE: CodeList = CodeList {
    name: "PersonState",
    sentence: "Whether a person's account may act.",
    values: || {
        vec![
            ("RECORDED", "A pseudonym that approved something; it cannot sign in."),
            ("INVITED", "Invited, and not yet here."),
            ("ACTIVE", "May sign in."),
            ("SUSPENDED", "May not, until somebody lets the account act again."),
            ("ASLEEP", "Not used for 60 days, or not reviewed in time; it sleeps until somebody lets it act again."),
        ]
    },
};

/// Whose subjects a lock closes.
pub(crate) const LOCK_SCOPE: CodeList = CodeList {
    name: "LockScope",
    sentence: "Whose subjects a lock closes.",
    values: || {
        vec![
            ("ORGANIZATION", "Those of one organization."),
            ("COUNTRY", "Those of every organization of a country, also of one that joins later."),
        ]
    },
};

/// A required code of a list.
macro_rules! required {
    ($name:ident, $list:ident) => {
        pub(crate) const $name: Type = Type::NonNull(&Type::Code($list));
    };
}

required!(REQUIRED_EFFECT, CONSENT_EFFECT);
required!(REQUIRED_GIVER, CONSENT_GIVER);
required!(REQUIRED_ASSENT, ASSENT);
required!(REQUIRED_PERSON_STATE, PERSON_STATE);
required!(REQUIRED_REASON, WITHHELD_REASON);
required!(REQUIRED_VERDICT, VERDICT);
required!(REQUIRED_LOCK_SCOPE, LOCK_SCOPE);
