//! The language of the hub: what can be asked, in GraphQL.
//!
//! A noun is one table ([`Noun`]); the registry entry, the plan, the columns a store must read, the mask and
//! the answer come from it. The room knows neither database nor HTTP: data come through [`Port`], operations
//! through [`Executor`]. Read `hub/desk` next, which implements the port.

pub mod asks;
mod caller;
mod change;
mod code;
mod coerce;
mod document;
mod execute;
mod fault;
pub mod gate;
mod limits;
pub mod nouns;
mod operation;
mod plan;
mod port;
mod registry;
mod roots;
mod table;
mod walker;

pub use caller::{Admission, Caller, CallerKind, Scope, ScopeSet};
pub use change::{
    AgreementTerms, AnswerRecall, AnswerSearch, AnswerServices, AssignRoles, CareOrder, Change, ChooseNotices,
    CloseSupportPlan, ConfirmNoticeAddress, ConflictCheck, DeclareEmergency, DraftAgreement, ExceptionChange,
    ExtendConsent, GiveConsent, InviteContributor, InvitePerson, LinkArrival, LockCountry, NameDeputy, NarrowConsent,
    NoteRepatriation, NoticeChange, OneAgreement, OneContribution, OneException, OnePerson, OpenSearch,
    OpenSupportPlan, PrepareDocument, RecordArrival, RecordHearing, RecordOrder, RefuseAccession, RejectAgreement,
    ReleaseLock, RemoveDocument, ReplacePaperCode, ReplayRecord, ReportRisk, RequestOverride, RequestRepatriation,
    ResendAnswerLink, ReviewEmergency, ReviewPeople, ReviewSupportPlan, SeeNotices, SendMessage, SendReferral,
    SetAnswerContact, SetListing, SetNoticeAddress, SponsorAccession, StepArrival, StepHearing, StepReferral,
    StepRepatriation, StepSearch, SupersedeAgreement, TeamMember, Telling, WithdrawConsent, WithdrawConsents,
    WithdrawRepatriation,
};
pub use code::ErrorCode;
pub use execute::{Executor, sdl};
pub use limits::Limits;
pub use operation::{Operation, OperationKind, Reply, Stage};
pub use port::{Cell, Noted, Outcome, Page, PageAsk, Plan, Port, PortFault, Ported, Row, SealedIn, Watch};
pub use table::{CodeList, Field, Noun, Read, Type};
