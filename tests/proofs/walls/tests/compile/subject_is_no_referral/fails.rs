//! An id of one kind is not taken for an id of another.
use sangam_vocabulary::{RecordId, ReferralId, SubjectId};

fn of(referral: ReferralId) -> RecordId {
    referral.into()
}

fn either(subject: SubjectId, referral: ReferralId) -> (RecordId, RecordId) {
    (subject.into(), of(subject))
}

fn main() {}
