//! Identifiers: one type a kind, so that a subject's id is never taken for a referral's. These are the ids
//! inside the hub; what leaves for subjects and case records is made per recipient by custody.

use uuid::Uuid;

use crate::{Chance, Instant};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes the value a store or a key derivation produced.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// A new id that sorts by creation (UUID version 7). `None` when chance failed.
            #[must_use]
            pub fn new(at: Instant, chance: &dyn Chance) -> Option<Self> {
                ordered(at, chance).map(Self)
            }

            /// A new id that says nothing of when it was made (UUID version 4), for ids that leave as they are.
            /// `None` when chance failed.
            #[must_use]
            pub fn drawn(chance: &dyn Chance) -> Option<Self> {
                let mut random = [0_u8; 16];
                chance.fill(&mut random).then(|| Self(uuid::Builder::from_random_bytes(random).into_uuid()))
            }

            /// The value, for storage and derivation; never for an answer.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }
    )+};
}

ids! {
    /// An organization.
    OrganizationId,
    /// The person a record is about.
    SubjectId,
    /// A referral.
    ReferralId,
    /// A request to bring a person home.
    RepatriationId,
    /// A search for a missing person.
    SearchId,
    /// The arrival of a person who came without a request.
    ArrivalId,
    /// A date in court.
    HearingId,
    /// An invitation to a case.
    ContributionId,
    /// A danger to a witness.
    RiskId,
    /// A support plan after return.
    SupportPlanId,
    /// A review of one.
    SupportReviewId,
    /// An order, an override by authority or an emergency on record.
    ExceptionId,
    /// A message about a person.
    MessageId,
    /// A stored document.
    DocumentId,
    /// Any record that holds sealed categories or gives standing: a subject, a referral, later a request.
    RecordId,
    /// A consent.
    ConsentId,
    /// A sharing agreement.
    AgreementId,
    /// A connected foreign system.
    PartnerId,
    /// A system's registration.
    ClientId,
    /// A person who signs in.
    PersonId,
    /// A disclosure entry as its subject's owner sees it.
    DisclosureId,
    /// A delivery waiting in the outbox.
    DeliveryId,
    /// A lock on the subjects of an organization or a country.
    LockId,
    /// An application to join.
    AccessionId,
    /// A link by which an organization without a system answers a referral.
    AnswerLinkId,
}

macro_rules! records {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for RecordId {
            fn from(record: $name) -> Self {
                Self(record.0)
            }
        }
    )+};
}

records!(
    SubjectId,
    ReferralId,
    RepatriationId,
    SearchId,
    ArrivalId,
    HearingId,
    ContributionId,
    RiskId,
    SupportPlanId,
    SupportReviewId,
    ExceptionId,
    MessageId,
    DocumentId
);

/// RFC 9562 version 7: 48 bits of milliseconds, then chance.
fn ordered(at: Instant, chance: &dyn Chance) -> Option<Uuid> {
    let mut random = [0_u8; 10];
    if !chance.fill(&mut random) {
        return None;
    }
    let millis = u64::try_from(at.millis()).ok()?;
    Some(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
