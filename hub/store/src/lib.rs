//! The store: everything that is kept, in SQLite or PostgreSQL. sea-orm and rusqlite live and die here.
//!
//! What goes out about a subject is [`Held`](sangam_custody::Held), which is ciphertext; what lies in clear is
//! the list in [`clear`]. Every read is scoped by standing; every write goes through one [`Writer`] a process.
//! Read `hub/desk` next.

mod accession;
pub mod clear;
mod client;
mod command;
mod connect;
mod dialect;
mod fault;
mod fence;
mod journal;
mod lock;
mod order;
mod page;
mod person;
mod read;
mod schema;
mod sqlite;
mod write;
mod writer;

pub use accession::AccessionRow;
pub use client::{Admitted, ClientCredential, ClientMethod, ClientRow};
pub use command::{Command, Committed, Idempotency, NewEvent, Refused};
pub use connect::{Place, Store};
pub use dialect::Dialect;
pub use fault::StoreFault;
pub use journal::{Checkpoint, CheckpointSink, Findings, JournalSigner, PartRow, Position, Unknown};
pub use lock::{LockCodes, LockRow, LockWay};
pub use page::{Case, PageQuery, RawPage, RawRow, Rows, Scope, SubjectRow, Value};
pub use person::{INVITATION_DAYS, OVERDUE_DAYS, PersonRow, PersonState, REVIEW_DAYS, SLEEP_DAYS, is_pseudonym};
pub use read::{
    DeliveryRow, EventRow, OrganizationRow, PartnerRow, Quarantined, RelationRow, SessionRow, SourceRow, SubjectFacts,
    Used,
};
pub use write::{
    AccessionVoice, Admission, AgreementChange, Application, AssertionUse, By, ClientChange, CodesChange,
    ConsentChange, ConsentRecipient, DeliveryChange, LockChange, LockRelease, MembershipChange, NewReferral,
    OperatorRelease, OrganizationChange, OrganizationKeysChange, PartnerChange, PersonAct, PersonChange, PersonRecord,
    PersonRefusal, QuarantineChange, ReferralStep, Rejection, SealStep, SessionChange, SignInChange, SleepChange,
    Source, SourceChange, SubjectChange, SubjectKeysChange, SyncChange, TakenBackChange, TeamChange, TokenRevocation,
    WithdrawalChange,
};
pub use writer::{Book, Writer, WriterTask};
