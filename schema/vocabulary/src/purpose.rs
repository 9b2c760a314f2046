//! Why a caller asks. One purpose per operation, within those of the token.

use crate::codes::{Code, codes};

codes! {
    "Why the caller asks: one per operation, within those the caller's token allows."
    pub enum Purpose {
        Protection = "PROTECTION": "To keep the person safe: shelter, risk, urgent care.",
        ServiceReferral = "SERVICE_REFERRAL": "To ask another organization for a service, or to answer such a request.",
        Repatriation = "REPATRIATION": "To bring the person home with her consent and the papers the corridor asks for.",
        FamilyTracing = "FAMILY_TRACING": "To find a missing person's family, or a family's missing person.",
        LegalAid = "LEGAL_AID": "To advise or represent the person.",
        Prosecution = "PROSECUTION": "To support a criminal case in which the person is a victim or witness.",
        Reintegration = "REINTEGRATION": "To support the person after return.",
        Monitoring = "MONITORING": "To see whether the work goes on as it should.",
        Statistics = "STATISTICS": "To count, without any single person in the answer.",
    }
}

/// A set of purposes: what a token, a consent or an agreement allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PurposeSet(u16);

impl PurposeSet {
    /// No purpose at all.
    pub const NONE: Self = Self(0);

    /// The set of the purposes given.
    #[must_use]
    pub fn of(purposes: &[Purpose]) -> Self {
        purposes.iter().fold(Self::NONE, |set, purpose| set.with(*purpose))
    }

    /// Every purpose there is.
    #[must_use]
    pub fn all() -> Self {
        Self::of(Purpose::ALL)
    }

    /// This set and one purpose more.
    #[must_use]
    pub const fn with(self, purpose: Purpose) -> Self {
        Self(self.0 | 1 << purpose as u16)
    }

    /// Whether the purpose is in the set.
    #[must_use]
    pub const fn contains(self, purpose: Purpose) -> bool {
        self.0 & (1 << purpose as u16) != 0
    }

    /// The purposes in the set, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.iter().copied().filter(move |purpose| self.contains(*purpose))
    }

    /// The bits, for storage: bit n is the n-th purpose in declaration order. The order is append-only.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Reads stored bits; bits that name no purpose are dropped, so that an unknown grant grants nothing.
    #[must_use]
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & Self::all().0)
    }
}
