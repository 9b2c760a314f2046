//! The words of Sangam: identifiers, countries, categories, purposes, seats, dates as written, and the
//! shapes of the sealed payloads. Every other room speaks with these types, and this room speaks to no
//! other. It knows no rule, no cipher, no database and no wire; read `sangam-custody` next.

mod category;
mod chance;
mod codes;
pub mod consent;
mod country;
mod hex;
mod id;
mod instant;
mod language;
mod listed;
mod live;
mod party;
pub mod payload;
mod purpose;
mod residence;
mod written;

pub use category::{Category, CategorySet};
pub use chance::{Chance, SeededChance, SystemChance};
pub use codes::{Code, UnknownCode};
pub use country::Country;
pub use hex::{hex, unhex};
pub use id::{
    AccessionId, AgreementId, AnswerLinkId, ArrivalId, ClientId, ConsentId, ContributionId, DeliveryId, DisclosureId,
    DocumentId, ExceptionId, HearingId, LockId, MessageId, OrganizationId, PartnerId, PersonId, RecordId, ReferralId,
    RepatriationId, RiskId, SearchId, SubjectId, SupportPlanId, SupportReviewId,
};
pub use instant::{Clock, Instant, ManualClock, SystemClock};
pub use language::{Direction, Language};
pub use listed::{Listed, ListedAsk, ListedKind, ListedPage, ListedWord, OwnService, listed_id, named_id};
pub use live::LiveStatus;
pub use party::{Noun, PersonRole, PersonRoles, Relation, Role, Seat};
pub use purpose::{Purpose, PurposeSet};
pub use residence::{Residence, Residences};
pub use written::{Calendar, DateWritten, NameKind, NameWritten, Precision};
