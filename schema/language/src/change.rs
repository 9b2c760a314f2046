//! The changes a mutation can ask for, as the port takes them. Each carries an idempotency key; those that
//! change a record carry the version they saw.

mod document;
mod exception;
mod justice;
mod support;

pub use document::{PrepareDocument, RemoveDocument};
pub use exception::{DeclareEmergency, ExceptionChange, OneException, RecordOrder, RequestOverride, ReviewEmergency};
pub use justice::{InviteContributor, OneContribution, RecordHearing, ReportRisk, StepHearing};
pub use support::{CloseSupportPlan, OpenSupportPlan, ReviewSupportPlan};

mod answer_link;
mod listing;
mod notice;

pub use answer_link::{ResendAnswerLink, SetAnswerContact};
pub use listing::SetListing;
pub use notice::{ChooseNotices, ConfirmNoticeAddress, NameDeputy, NoticeChange, SeeNotices, SetNoticeAddress};

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Category, Country, PersonRole, Purpose};
use sangam_workflow::agreement::LegalBasis;
use serde::Deserialize;

mod repatriation;

pub use repatriation::{NoteRepatriation, RequestRepatriation, StepRepatriation, WithdrawRepatriation};

mod search;

pub use search::{AnswerSearch, LinkArrival, OpenSearch, RecordArrival, StepArrival, StepSearch};

mod consent;

pub use consent::{
    AnswerRecall, CareOrder, ConflictCheck, ExtendConsent, GiveConsent, NarrowConsent, ReplacePaperCode, Telling,
    WithdrawConsent, WithdrawConsents,
};

/// Sends a referral.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendReferral {
    /// The caller's own key for this change: the same key is the same change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// The organization it is addressed to.
    pub recipient: String,
    /// The services asked for.
    pub services: Vec<ServiceCode>,
    /// What the one who will help should know.
    #[serde(default)]
    pub note: Option<String>,
    /// How urgent it is: `ROUTINE`, `URGENT`, `EMERGENCY`.
    pub urgency: String,
    /// Until when an answer is asked for, RFC 3339; absent: as the urgency says.
    #[serde(default)]
    pub answer_by: Option<String>,
    /// Whether the same as before is meant, once more.
    #[serde(default)]
    pub re_referral: bool,
    /// The own referral that was redirected to this recipient, by outward id.
    #[serde(default)]
    pub redirected_from: Option<String>,
    /// Whether the recipient that accepts it becomes the owner of the case.
    #[serde(default)]
    pub transfer: bool,
}

/// Takes a step of a referral.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepReferral {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The referral, by outward id.
    pub referral: String,
    /// The version the caller saw.
    pub version: i64,
    /// The event, by code.
    pub event: String,
    /// The coded reason, where the event asks for one.
    #[serde(default)]
    pub reason: Option<String>,
    /// The organization that could help instead, where the event is to redirect.
    #[serde(default)]
    pub proposed: Option<String>,
}

/// Answers services of a referral.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerServices {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The referral, by outward id.
    pub referral: String,
    /// The version of the referral that the caller saw.
    pub version: i64,
    /// Which services, by their number in the referral's list, from 1.
    pub services: Vec<i64>,
    /// The event, by code.
    pub event: String,
    /// The coded reason, where the event asks for one.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Writes to the other side of a referral.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendMessage {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The referral, by outward id.
    pub referral: String,
    /// What is written.
    pub text: String,
}

/// Reads a quarantined record again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRecord {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The quarantined record.
    pub record: String,
}

/// Invites somebody into the own organization.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitePerson {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// What the person is called here.
    pub pseudonym: String,
    /// What the person is to do.
    pub roles: Vec<PersonRole>,
}

/// Gives other roles, or confirms those that another administrator proposed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignRoles {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// Whose.
    pub person: String,
    /// The version the caller saw.
    pub version: i64,
    /// All of them from now on.
    pub roles: Vec<PersonRole>,
}

/// Does something to one account: another invitation, a suspension, an end of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnePerson {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// Whose.
    pub person: String,
}

/// Says of accounts that they are still right.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewPeople {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// Whose.
    pub people: Vec<String>,
}

/// Puts somebody on the team of a case, or takes somebody off it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TeamMember {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The case, by the subject's outward id.
    pub subject: String,
    /// Who.
    pub person: String,
}

/// Locks the subjects of a country. Without a key: locking is the same whenever it is done, and a key of an earlier lock
/// must not make a later one a repetition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LockCountry {
    /// The country.
    pub country: Country,
}

/// Agrees that a lock ends. Without a key: said twice it is said once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseLock {
    /// The lock.
    pub lock: String,
}

/// Speaks for an applicant. Without a key: said twice it is said once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SponsorAccession {
    /// The application.
    pub accession: String,
}

/// Speaks against an applicant.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefuseAccession {
    /// The application.
    pub accession: String,
    /// Why, a code.
    pub reason: String,
}

/// The terms of an agreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgreementTerms {
    /// The parties that may disclose.
    pub disclosers: Vec<String>,
    /// The parties that may receive.
    pub recipients: Vec<String>,
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// Which categories.
    pub categories: Vec<Category>,
    /// Where a recipient may be.
    pub countries: Vec<Country>,
    /// On what legal bases.
    pub legal_bases: Vec<LegalBasis>,
    /// Whether a recipient may be the source for another.
    #[serde(default)]
    pub onward: bool,
    /// How many days a recipient keeps what it received.
    pub retention_days: i64,
    /// From when, RFC 3339; absent: from when it is in force.
    #[serde(default)]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    pub until: String,
}

/// Drafts an agreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DraftAgreement {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// What the parties would agree on.
    pub terms: AgreementTerms,
}

/// Drafts a newer version of an agreement: it binds from when it is in force.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupersedeAgreement {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The older one.
    pub agreement: String,
    /// The version of it that the caller saw.
    pub version: i64,
    /// What the parties would agree on.
    pub terms: AgreementTerms,
}

/// Says no to a proposed agreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RejectAgreement {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The agreement.
    pub agreement: String,
    /// The version the caller saw.
    pub version: i64,
    /// Why, a code.
    pub reason: String,
}

/// Takes a step of an agreement that asks for nothing more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OneAgreement {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The agreement.
    pub agreement: String,
    /// The version the caller saw.
    pub version: i64,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Sends a referral.
    SendReferral(SendReferral),
    /// Writes a referral and does not send it.
    DraftReferral(SendReferral),
    /// Takes a step of a referral.
    StepReferral(StepReferral),
    /// Answers services of a referral.
    AnswerServices(AnswerServices),
    /// Writes to the other side of a referral.
    SendMessage(SendMessage),
    /// Begins a request to bring somebody home.
    RequestRepatriation(RequestRepatriation),
    /// Puts something on record for it.
    NoteRepatriation(NoteRepatriation),
    /// Takes a step of it.
    StepRepatriation(Box<StepRepatriation>),
    /// Records her no.
    WithdrawRepatriation(WithdrawRepatriation),
    /// Records a consent.
    GiveConsent(GiveConsent),
    /// Withdraws a consent.
    WithdrawConsent(WithdrawConsent),
    /// Puts a narrower consent in the place of one.
    NarrowConsent(NarrowConsent),
    /// Puts a wider consent in the place of one.
    ExtendConsent(ExtendConsent),
    /// Takes back consent in a case that the caller is in.
    WithdrawConsents(WithdrawConsents),
    /// Draws another paper code.
    ReplacePaperCode(ReplacePaperCode),
    /// Answers a recall.
    AnswerRecall(AnswerRecall),
    /// Reads a quarantined record again.
    ReplayRecord(ReplayRecord),
    /// Invites somebody.
    InvitePerson(InvitePerson),
    /// Gives another invitation to somebody who has not come yet.
    ReinvitePerson(OnePerson),
    /// Gives other roles.
    AssignRoles(AssignRoles),
    /// Stops an account.
    SuspendPerson(OnePerson),
    /// Lets an account act again.
    ResumePerson(OnePerson),
    /// Says of accounts that they are still right.
    ReviewPeople(ReviewPeople),
    /// Puts somebody on a team.
    JoinTeam(TeamMember),
    /// Takes somebody off a team.
    LeaveTeam(TeamMember),
    /// Drafts an agreement.
    DraftAgreement(DraftAgreement),
    /// Shows a draft to its parties.
    ProposeAgreement(OneAgreement),
    /// Approves an agreement for a party.
    ApproveAgreement(OneAgreement),
    /// Says no to a proposed agreement.
    RejectAgreement(RejectAgreement),
    /// Takes back a draft or a proposal.
    WithdrawAgreement(OneAgreement),
    /// Stops an agreement.
    SuspendAgreement(OneAgreement),
    /// Agrees that an agreement goes on.
    ResumeAgreement(OneAgreement),
    /// Ends an agreement.
    EndAgreement(OneAgreement),
    /// Drafts a newer version of an agreement.
    SupersedeAgreement(SupersedeAgreement),
    /// Invites an organization to a case.
    InviteContributor(InviteContributor),
    /// Accepts an invitation to a case.
    AcceptInvitation(OneContribution),
    /// Declines an invitation to a case.
    DeclineInvitation(OneContribution),
    /// Ends a contribution.
    EndContribution(OneContribution),
    /// Records a hearing.
    RecordHearing(RecordHearing),
    /// Takes a step of a hearing.
    StepHearing(StepHearing),
    /// Reports a danger to a witness.
    ReportRisk(ReportRisk),
    /// Prepares a document.
    PrepareDocument(PrepareDocument),
    /// Removes a document.
    RemoveDocument(RemoveDocument),
    /// Opens a support plan.
    OpenSupportPlan(OpenSupportPlan),
    /// Looks at a support plan.
    ReviewSupportPlan(ReviewSupportPlan),
    /// Closes a support plan.
    CloseSupportPlan(CloseSupportPlan),
    /// Speaks for an applicant.
    SponsorAccession(SponsorAccession),
    /// Speaks against an applicant.
    RefuseAccession(RefuseAccession),
    /// Locks the subjects of the caller's organization.
    LockOrganization,
    /// Locks the subjects of a country.
    LockCountry(LockCountry),
    /// Agrees that a lock ends.
    ReleaseLock(ReleaseLock),
    /// Opens a search.
    OpenSearch(OpenSearch),
    /// Takes a step of an own search.
    StepSearch(StepSearch),
    /// Takes a step of a request to look.
    AnswerSearch(AnswerSearch),
    /// Records an arrival.
    RecordArrival(RecordArrival),
    /// Takes a step of an arrival.
    StepArrival(StepArrival),
    /// Links an arrival to a referral.
    LinkArrival(LinkArrival),
    /// Puts something exceptional on record, agrees to it, ends or reviews it.
    Exceptions(ExceptionChange),
    /// Says where the own organization is asked for its answers by a link.
    SetAnswerContact(SetAnswerContact),
    /// Says what is listed for everybody.
    SetListing(SetListing),
    /// Has another answer link made.
    ResendAnswerLink(ResendAnswerLink),
    /// Says something about the notices of a person.
    Notices(NoticeChange),
}
