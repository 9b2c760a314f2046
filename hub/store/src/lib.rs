//! The store: everything that is kept, in SQLite or PostgreSQL. sea-orm and rusqlite live and die here.
//!
//! What goes out about a subject is [`Held`](sangam_custody::Held), which is ciphertext; what lies in clear is
//! the list in [`clear`]. Every read is scoped by standing; every write goes through one [`Writer`] a process.
//! Read `hub/desk` next.

pub mod clear;
mod client;
mod command;
mod connect;
mod dialect;
mod fault;
mod fence;
mod journal;
mod order;
mod page;
mod person;
mod read;
mod schema;
mod sqlite;
mod write;
mod writer;

pub use client::{Admitted, ClientCredential, ClientMethod, ClientRow};
pub use command::{Command, Committed, Idempotency, NewEvent, Refused};
pub use connect::{Place, Store};
pub use dialect::Dialect;
pub use fault::StoreFault;
pub use journal::{Checkpoint, CheckpointSink, Findings, JournalSigner, PartRow, Position, Unknown};
pub use page::{PageQuery, RawPage, RawRow, Rows, Scope, SubjectRow, Value};
pub use person::{PersonRow, PersonState};
pub use read::{
    DeliveryRow, EventRow, OrganizationRow, PartnerRow, Quarantined, RelationRow, SessionRow, SourceRow, SubjectFacts,
    Used,
};
pub use write::{
    AgreementChange, AssertionUse, ClientChange, ConsentChange, ConsentRecipient, DeliveryChange, NewReferral,
    OrganizationChange, PartnerChange, PersonChange, QuarantineChange, ReferralStep, SessionChange, SignInChange,
    Source, SourceChange, SubjectChange, SyncChange, TakenBackChange, TokenRevocation, WithdrawalChange,
};
pub use writer::{Book, Writer, WriterTask};
