//! The changes a mutation can ask for, as the port takes them. Each carries an idempotency key; those that
//! change a record carry the version they saw.

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Category, Country, PersonRole, Purpose};
use serde::Deserialize;

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
}

/// Records a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GiveConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// `GRANT` or `WITHHOLD`.
    pub effect: String,
    /// `OWN`, `GUARDIAN` or `AUTHORITY`.
    pub given_by: String,
    /// Whether somebody checked that a guardian has no part in what happened.
    #[serde(default)]
    pub no_conflict: bool,
    /// `GIVEN`, `REFUSED`, `NOT_ABLE` or `NOT_ASKED`.
    pub assent: String,
    /// The answers to the seven HTCDS questions, in order.
    pub answers: Vec<bool>,
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// Which categories.
    pub categories: Vec<Category>,
    /// To which organizations.
    pub recipients: Vec<String>,
    /// In which countries a recipient may be.
    pub countries: Vec<Country>,
    /// From when, RFC 3339; absent: now.
    #[serde(default)]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    pub until: String,
}

/// Withdraws a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The consent.
    pub consent: String,
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

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Sends a referral.
    SendReferral(SendReferral),
    /// Takes a step of a referral.
    StepReferral(StepReferral),
    /// Records a consent.
    GiveConsent(GiveConsent),
    /// Withdraws a consent.
    WithdrawConsent(WithdrawConsent),
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
}
