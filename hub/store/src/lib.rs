//! The store: everything that is kept, in SQLite or PostgreSQL. sea-orm and rusqlite live and die here.
//!
//! What goes out about a subject is [`Held`](sangam_custody::Held), which is ciphertext; what lies in clear is
//! the list in [`clear`]. Every read is scoped by standing; every write goes through one [`Writer`] a process.
//! Read `hub/desk` next.

mod accession;
mod agreement;
pub mod clear;
mod client;
mod command;
mod connect;
mod dialect;
mod fault;
mod fence;
mod journal;
mod lock;
mod notice;
mod objects;
mod order;
mod page;
mod person;
mod read;
mod repatriation;
mod schema;
mod sqlite;
mod write;
mod writer;

pub use accession::AccessionRow;
pub use agreement::{AgreementRow, OPEN_DRAFTS};
pub use client::{Admitted, ClientCredential, ClientMethod, ClientRow};
pub use command::{Command, Committed, Idempotency, NewEvent, Refused};
pub use connect::{Place, Store};
pub use dialect::Dialect;
pub use fault::StoreFault;
pub use journal::{Checkpoint, CheckpointSink, Findings, JournalSigner, PartRow, Position, Unknown};
pub use lock::{LockCodes, LockRow, LockWay};
pub use notice::{CodeDue, NoticeAddressRow, NoticeChoice, NoticeRow};
pub use objects::{Addressing, BucketSettings, ObjectFault, ObjectReader, ObjectWriter, Objects};
pub use page::{Case, PageQuery, RawPage, RawRow, Rows, Scope, SubjectRow, Value};
pub use person::{INVITATION_DAYS, OVERDUE_DAYS, PersonRow, PersonState, REVIEW_DAYS, SLEEP_DAYS, is_pseudonym};
pub use read::{
    AnswerContactRow, AnswerLinkDue, AnswerLinkRow, ArrivalFacts, ClockRow, DeliveryKind, DeliveryRow, DocumentContent,
    DocumentRow, EventRow, ExceptionRow, HomeRow, ListingRow, OnRecord, OrganizationRow, OverdueRow, OwnDirectoryRow,
    PREVIEW_RELATIONS, PREVIEW_SUBJECTS, PaperCodeRow, PartnerRow, Quarantined, RelationRow, SessionRow, Sharing,
    ShownThrough, SourceRow, SubjectFacts, Traceable, Used,
};
pub use repatriation::{Declared, Kept, Known, Part};
pub use write::{
    AccessionVoice, Admission, AgreementChange, AgreementDraft, AgreementStep, AnswerCodeWrong, AnswerContactChange,
    AnswerLinkAgain, AnswerLinkSent, AnswerLinkTaken, Answered, Application, ArrivalLink, ArrivalStep, AssertionUse,
    By, CallRequest, CareOrder, CaseWithdrawal, ClientChange, ClockFired, CodeSent, CodeTaken, CodesChange,
    ConsentChange, ConsentParts, ConsentRecipient, ConsentRefusal, ConsentReplacement, ContributionStep, Covered,
    DEPUTY_DAYS, DeliveryChange, DocumentBegun, DocumentRemoved, DocumentStored, Evidence, ExceptionAct, ExceptionStep,
    Exceptional, FollowEvents, FollowMatters, HearingStep, LinkRefusal, ListingChange, LockChange, LockRelease,
    MESSAGES, Manner, MembershipChange, NewArrival, NewContribution, NewDocument, NewException, NewHearing, NewMessage,
    NewReferral, NewRepatriation, NewRisk, NewSearch, NewSupportPlan, NoticeAct, NoticeOutcome, NoticePassedOn,
    NoticeSaid, NoticeTaken, NoticeTold, ObjectGone, ObjectsTaken, OperatorRelease, OrganizationChange,
    OrganizationKeysChange, OwnDirectoryChange, OwnDirectoryForgotten, OwnEntryRead, PaperCode, PaperCodeChange,
    PaperWithdrawal, PartnerChange, PersonAct, PersonChange, PersonRecord, PersonRefusal, QuarantineChange,
    RecallAnswer, RecallSilence, ReferralExpiry, ReferralRefusal, ReferralStep, Rejection, RepatriationNote,
    RepatriationStep, Replacing, RequestStep, SealStep, SearchStep, SentHome, ServicesStep, SessionChange,
    SignInChange, SleepChange, Source, SourceChange, Stepper, Stepping, SubjectChange, SubjectKeysChange, SupportAct,
    SupportPlanStep, SyncChange, Taken, TakenBackChange, TeamChange, TokenRevocation, Transfer, Untold,
    WithdrawalChange,
};
pub use writer::{Book, Writer, WriterTask};
