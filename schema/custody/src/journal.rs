//! The details of the journal. The chain binds salted commitments; the details are sealed under a journal key
//! per subject, so that destroying that key ends what the journal says about a person and leaves the chain
//! whole.

use aws_lc_rs::aead::NONCE_LEN;
use aws_lc_rs::digest;
use sangam_vocabulary::{CategorySet, Chance, Instant, Noun, OrganizationId, Purpose, RecordId, Seat, SubjectId};
use serde::{Deserialize, Serialize};

use crate::exception::OpenedBy;
use crate::keys::{Cipher, KeyBytes, KeyFault};

/// Length of the salt of a commitment, in bytes.
const SALT_LEN: usize = 16;
/// Room for a salted detail without growing.
const DETAIL_ROOM: usize = 384;

macro_rules! entry_kinds {
    ($($(#[$meta:meta])* $kind:ident = $code:literal : $sentence:literal),+ $(,)?) => {
        /// What an entry records. A closed list; each has a line in `deploy/runbooks/journal-events.md` and a test
        /// that meets it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EntryKind {
            $(#[doc = $sentence] #[serde(rename = $code)] $kind),+
        }

        impl EntryKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The code the journal stores.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code),+ }
            }

            /// What it records, in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$kind => $sentence),+ }
            }

            /// Reads the stored code.
            #[must_use]
            pub fn read(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

entry_kinds! {
    Disclosed = "DISCLOSED": "Categories were released to a caller.",
    NotReleased = "NOT_RELEASED": "What an entry says was disclosed was not.",
    Refused = "REFUSED": "A known caller asked for something and got none of it.",
    SubjectRecorded = "SUBJECT_RECORDED": "A subject's categories were sealed for the first time.",
    SubjectChanged = "SUBJECT_CHANGED": "A subject's categories were sealed anew, or erased because they stay at home or nowhere.",
    ConsentGiven = "CONSENT_GIVEN": "A consent was recorded.",
    ConsentWithdrawn = "CONSENT_WITHDRAWN": "A consent was withdrawn.",
    ConsentNarrowed = "CONSENT_NARROWED": "A narrower consent took the place of one.",
    ConsentExtended = "CONSENT_EXTENDED": "A wider consent took the place of one.",
    WithdrawnByCode = "CONSENT_WITHDRAWN_BY_CODE": "All consent of a person was withdrawn by her paper code.",
    PaperCodeDrawn = "PAPER_CODE_DRAWN": "A paper code was drawn for a person; one before it is void.",
    RecallAnswered = "RECALL_ANSWERED": "A recipient answered a recall.",
    ReferralSent = "REFERRAL_SENT": "A referral was sent.",
    ReferralDrafted = "REFERRAL_DRAFTED": "A referral was written and not sent.",
    ReferralStepped = "REFERRAL_STEPPED": "A referral took a step.",
    AnswerLinkMade = "ANSWER_LINK_MADE": "A sender had another answer link made for a referral.",
    AnswerLinkVoid = "ANSWER_LINK_VOID": "An answer link became void after wrong codes.",
    AnswerLinkFailed = "ANSWER_LINK_FAILED": "An answer link or its code could not be sent.",
    CallAsked = "CALL_ASKED": "Whoever opened an answer link asked to be called.",
    SubjectTransferred = "SUBJECT_TRANSFERRED": "Responsibility for a subject went to another organization.",
    MessageSent = "MESSAGE_SENT": "A party of a referral wrote to the other.",
    AgreementChanged = "AGREEMENT_CHANGED": "The operator recorded an agreement.",
    AgreementDrafted = "AGREEMENT_DRAFTED": "An agreement or a newer version of one was drafted.",
    AgreementProposed = "AGREEMENT_PROPOSED": "An agreement was shown to its parties.",
    AgreementApproved = "AGREEMENT_APPROVED": "Somebody approved an agreement for a party.",
    AgreementRejected = "AGREEMENT_REJECTED": "A party said no to an agreement.",
    AgreementWithdrawn = "AGREEMENT_WITHDRAWN": "An agreement was taken back before it bound anybody.",
    AgreementInForce = "AGREEMENT_IN_FORCE": "An agreement came into force, or is in force again.",
    AgreementSuspended = "AGREEMENT_SUSPENDED": "A party stopped an agreement for the time being.",
    AgreementResumed = "AGREEMENT_RESUMED": "Somebody agreed for a party that an agreement goes on.",
    AgreementEnded = "AGREEMENT_ENDED": "A party ended an agreement.",
    AgreementSuperseded = "AGREEMENT_SUPERSEDED": "A newer version took an agreement's place.",
    RepatriationRequested = "REPATRIATION_REQUESTED": "A request to bring somebody home was begun.",
    RepatriationStepped = "REPATRIATION_STEPPED": "A request to bring somebody home, one of its parts or a hold took a step.",
    RepatriationNoted = "REPATRIATION_NOTED": "Something was put on record for a request to bring somebody home: what she said, or what somebody looked into.",
    SearchOpened = "SEARCH_OPENED": "Organizations were asked by name to look for a person.",
    SearchStepped = "SEARCH_STEPPED": "A search took a step.",
    ArrivalRecorded = "ARRIVAL_RECORDED": "The arrival of a person was recorded.",
    ArrivalStepped = "ARRIVAL_STEPPED": "An arrival took a step or was linked to a referral.",
    OrganizationChanged = "ORGANIZATION_CHANGED": "An organization was recorded or changed.",
    OrganizationKeysChanged = "ORGANIZATION_KEYS_CHANGED": "An organization's keys were wrapped anew or replaced.",
    ClientChanged = "CLIENT_CHANGED": "A client was registered, suspended or changed.",
    PersonChanged = "PERSON_CHANGED": "An account was invited, given roles, suspended, let act again, reviewed or put to sleep, or a deputy or an address for notices was given.",
    TeamChanged = "TEAM_CHANGED": "Somebody joined or left the team of a case.",
    ClockRanOut = "CLOCK_RAN_OUT": "A clock of a record ran out, and people were asked to look.",
    RecordQuarantined = "RECORD_QUARANTINED": "A partner's record could not be read and waits for its mapping.",
    RecordReplayed = "RECORD_REPLAYED": "A quarantined record was read again.",
    RecordTakenBack = "RECORD_TAKEN_BACK": "A partner's system no longer shares a record with the hub.",
    OrganizationLocked = "ORGANIZATION_LOCKED": "The subjects of an organization or a country were locked.",
    LockReleased = "LOCK_RELEASED": "Somebody agreed that a lock ends.",
    OrganizationUnlocked = "ORGANIZATION_UNLOCKED": "A lock has ended.",
    AccessionChanged = "ACCESSION_CHANGED": "An application to join was made, spoken for, spoken against or decided.",
    ContributorInvited = "CONTRIBUTOR_INVITED": "An organization was invited to a case.",
    ContributionStepped = "CONTRIBUTION_STEPPED": "An invitation to a case was answered, or a contribution ended.",
    HearingRecorded = "HEARING_RECORDED": "A date in court was recorded.",
    HearingStepped = "HEARING_STEPPED": "A hearing took place, was put off, set anew or called off, or its hold was lifted.",
    RiskReported = "RISK_REPORTED": "A danger to a witness was reported.",
    DocumentStored = "DOCUMENT_STORED": "A document about a subject was stored.",
    DocumentRemoved = "DOCUMENT_REMOVED": "A document's key was destroyed: nobody can open it any more.",
    SupportPlanOpened = "SUPPORT_PLAN_OPENED": "A support plan was opened.",
    SupportPlanReviewed = "SUPPORT_PLAN_REVIEWED": "A support plan was looked at.",
    SupportPlanClosed = "SUPPORT_PLAN_CLOSED": "A support plan was closed.",
    OrderRecorded = "ORDER_RECORDED": "Somebody put an order on record for a person.",
    OrderAttested = "ORDER_ATTESTED": "A second person attested an order; it counts from then on.",
    OrderEnded = "ORDER_ENDED": "An order was ended before its time.",
    OverrideRequested = "OVERRIDE_REQUESTED": "Somebody asked that an authority stand in for a consent.",
    OverrideApproved = "OVERRIDE_APPROVED": "A second person approved an override by authority; it counts from then on.",
    OverrideEnded = "OVERRIDE_ENDED": "An override by authority was ended before its time.",
    EmergencyDeclared = "EMERGENCY_DECLARED": "A recipient declared an emergency; the owner was told.",
    EmergencyReviewed = "EMERGENCY_REVIEWED": "The owner said of an emergency whether it was one.",
    MembershipChanged = "MEMBERSHIP_CHANGED": "An organization's membership began, was renewed, suspended, resumed or ended.",
}

/// One line of a journal entry about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartDetail {
    /// What happened.
    pub kind: EntryKind,
    /// When.
    pub at: Instant,
    /// Which organization did it or received it.
    pub caller: uuid::Uuid,
    /// Who in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Whom of the caller's own people it concerns: who joined or left the subject's team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<uuid::Uuid>,
    /// For which purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Through which kind of record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noun: Option<Noun>,
    /// Through which seat in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// Which record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<uuid::Uuid>,
    /// The epoch of the rules it was decided under, for a disclosure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// The receipt of the entry this one takes back, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annuls: Option<String>,
    /// The exceptions on record by which the disclosure came about; where there is none, nothing is written, so that a
    /// detail without one has the bytes it always had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened_by: Vec<OpenedBy>,
    /// Which categories, as bits in the order of [`Category`](sangam_vocabulary::Category).
    pub categories: u32,
}

impl PartDetail {
    /// A detail of something an organization did about a subject, with no disclosure in it.
    #[must_use]
    pub const fn act(kind: EntryKind, at: Instant, caller: OrganizationId) -> Self {
        Self {
            kind,
            at,
            caller: caller.uuid(),
            actor: None,
            person: None,
            purpose: None,
            noun: None,
            seat: None,
            record: None,
            epoch: None,
            annuls: None,
            opened_by: Vec::new(),
            categories: 0,
        }
    }

    /// The same detail for one record and some categories.
    #[must_use]
    pub const fn about(mut self, record: RecordId, categories: CategorySet) -> Self {
        self.record = Some(record.uuid());
        self.categories = categories.bits();
        self
    }
}

/// SHA-256 over salt and detail: what the chain binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment(pub [u8; 32]);

/// A line of an entry as it is stored: the subject, the commitment, and the sealed salt and detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The subject.
    pub subject: SubjectId,
    /// What the chain binds.
    pub commitment: Commitment,
    /// Salt and detail, sealed under the subject's journal key.
    pub sealed: Vec<u8>,
}

/// The key of one subject's journal details.
pub struct JournalKey {
    subject: SubjectId,
    cipher: Cipher,
}

impl JournalKey {
    pub(crate) fn new(subject: SubjectId, key: &KeyBytes) -> Result<Self, KeyFault> {
        Ok(Self { subject, cipher: Cipher::new(key)? })
    }

    fn place(&self) -> Vec<u8> {
        [b"sangam journal ".as_slice(), self.subject.uuid().as_bytes()].concat()
    }

    /// Commits to a detail and seals it.
    ///
    /// # Errors
    /// [`KeyFault`] when the random source failed.
    pub fn part(&self, chance: &dyn Chance, detail: &PartDetail) -> Result<Part, KeyFault> {
        // One draw for salt and nonce: every answer draws for each of its rows.
        let mut drawn = [0; SALT_LEN + NONCE_LEN];
        if !chance.fill(&mut drawn) {
            return Err(KeyFault::NoChance);
        }
        let (salt, nonce) = drawn.split_at(SALT_LEN);
        let nonce = <[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| KeyFault::NoChance)?;
        let mut plain = Vec::with_capacity(DETAIL_ROOM);
        plain.extend_from_slice(salt);
        serde_json::to_writer(&mut plain, detail).map_err(|_| KeyFault::DoesNotOpen)?;
        let sealed = self.cipher.seal_with(nonce, &self.place(), &plain)?;
        Ok(Part { subject: self.subject, commitment: commit(&plain), sealed })
    }

    /// Opens a stored part.
    ///
    /// # Errors
    /// [`KeyFault::DoesNotOpen`] when it does not open under this key or opens to something that is not what
    /// the chain is bound to.
    pub fn read(&self, part: &Part) -> Result<PartDetail, KeyFault> {
        let plain = self.cipher.open(&self.place(), &part.sealed)?;
        let (_, detail) = plain.split_at_checked(SALT_LEN).ok_or(KeyFault::DoesNotOpen)?;
        if commit(&plain) != part.commitment {
            return Err(KeyFault::DoesNotOpen);
        }
        serde_json::from_slice(detail).map_err(|_| KeyFault::DoesNotOpen)
    }
}

fn commit(salted: &[u8]) -> Commitment {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"sangam commitment 1");
    context.update(salted);
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    Commitment(out)
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Instant, OrganizationId, Purpose, SeededChance, SubjectId};
    use uuid::Uuid;

    use super::{EntryKind, JournalKey, PartDetail};
    use crate::exception::{ExceptionKind, OpenedBy};
    use crate::keys::{KeyBytes, KeyFault};

    /// A detail without an exception has the bytes that it had before a detail could name one, and one of those days reads:
    /// what was released is committed to as it was.
    #[test]
    fn a_detail_without_an_exception_is_written_as_it_always_was() {
        const BEFORE: &str = r#"{"kind":"DISCLOSED","at":1,"caller":"00000000-0000-0000-0000-000000000009","purpose":"PROTECTION","epoch":7,"categories":3}"#;
        let caller = OrganizationId::from_uuid(Uuid::from_u128(9));
        let mut detail = PartDetail::act(EntryKind::Disclosed, Instant::from_millis(1), caller);
        (detail.purpose, detail.epoch, detail.categories) = (Some(Purpose::Protection), Some(7), 3);
        assert_eq!(serde_json::to_string(&detail).unwrap(), BEFORE);
        assert_eq!(serde_json::from_str::<PartDetail>(BEFORE).unwrap(), detail);
        detail.opened_by = vec![OpenedBy { kind: ExceptionKind::Order, record: Uuid::from_u128(5) }];
        let text = serde_json::to_string(&detail).unwrap();
        assert!(
            text.contains(r#""opened_by":[{"kind":"ORDER","record":"00000000-0000-0000-0000-000000000005"}]"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<PartDetail>(&text).unwrap(), detail);
    }

    /// A part is bound to its subject besides the key: whoever could put one subject's key beside another's id could
    /// still not hang what was written about the one on the other.
    #[test]
    fn a_part_opens_for_its_own_subject_alone_even_under_the_same_key() {
        let key = |number| {
            let subject = SubjectId::from_uuid(Uuid::from_u128(number));
            JournalKey::new(subject, &KeyBytes::new([3; 32])).unwrap()
        };
        let caller = OrganizationId::from_uuid(Uuid::from_u128(9));
        let detail = PartDetail::act(EntryKind::SubjectChanged, Instant::from_millis(1), caller);
        let part = key(1).part(&SeededChance::new(1), &detail).unwrap();
        assert_eq!(key(1).read(&part), Ok(detail));
        assert_eq!(key(2).read(&part), Err(KeyFault::DoesNotOpen));
    }
}
