//! Custody: who may see what about a person, and the proof that it was so.
//!
//! One way leads from a sealed record to a readable one: an [`Ask`] is decided ([`decide`]), the decision
//! is written down ([`Answer::receipt`] awaits a [`ReceiptBook`]), the entry yields a [`Permit`], and only a
//! permit opens a [`Held`] into a [`Disclosure`] ([`SubjectKey::release`]) or the key of a document's pieces
//! ([`SubjectKey::release_document`]). There is no other decryption in the hub. This room does no I/O and knows no database and no protocol; read `sangam-workflow` next.

mod ask;
mod consent;
mod contact;
mod decide;
mod document;
mod exception;
mod journal;
mod keys;
mod law;
mod mask;
mod outward;
mod party;
mod receipt;
mod release;
mod renew;
mod residence;
mod ring;
mod seal;
mod terms;
mod wrap;

pub use ask::{Act, Age, Ask, Facts, RecordState, Suspension};
pub use consent::{Assent, Consent, ConsentSpan, ConsentStanding, Effect, GivenBy, Informed};
pub use contact::{Contact, ContactOf};
pub use decide::{Clause, Ground, Reason, Refusal, Rules, Ruling, Verdict, carries, decide};
pub use document::{DocumentOpener, DocumentSealer, PIECE, PIECE_TAG, SealedDocumentKey};
pub use exception::{
    EMERGENCY_MILLIS, Emergency, ExceptionKind, Exceptions, OVERRIDE_DAYS, OpenedBy, Order, OrderKind, Override,
    OverrideBasis,
};
pub use journal::{Commitment, EntryKind, JournalKey, Part, PartDetail};
pub use keys::{KeyBytes, KeyFault, Keys, OrganizationSecret};
pub use law::{LawBook, LawFault, LawRow, Persons, Verified};
pub use mask::{Context, ContextMask, Decision, Epoch, Masks, Shown};
pub use outward::{OutwardFault, OutwardId, OutwardKind};
pub use party::{Actor, Asker, Behind, Controller, Party};
pub use receipt::{
    Answer, Durability, Entry, Fence, Line, NotRecorded, NotReleased, Permit, Promised, Receipt, ReceiptBook,
};
pub use release::Disclosure;
pub use renew::SealChange;
pub use residence::{ResidenceBook, ResidenceFault, ResidenceRow};
pub use ring::{KeyRing, LocalKeyRing, MasterKeys};
pub use seal::{Held, SubjectKey, SubjectKeys};
pub use terms::{APPROVALS_PER_PARTY, Agreement, Approval, Terms};
pub use wrap::{WrappedKey, WrapperName};
