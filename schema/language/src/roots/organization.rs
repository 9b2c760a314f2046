//! What members do about organizations: they speak for applicants, and they lock. To lock, no scope is asked for and no
//! purpose: whoever is let in may close.

use sangam_vocabulary::Country;
use sangam_workflow::accession::RefusalReason;

use super::{Argument, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::outcome::{INVALID_INPUT, LOCK_RELEASED, NOT_FOUND, NOT_PERMITTED, SUBJECTS_LOCKED, VOICE_RECORDED};
use crate::table::CodeList;

const ID: InputType = InputType::NonNull(&InputType::Id);
const COUNTRY: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Country>()));

const REASON: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<RefusalReason>()));

static LOCK_COUNTRY_INPUT: Input = Input {
    name: "LockCountryInput",
    sentence: "A country whose organizations' subjects are to be locked.",
    fields: &[Argument::new("country", COUNTRY, "The country; the caller's own.")],
};

static RELEASE_LOCK_INPUT: Input = Input {
    name: "ReleaseLockInput",
    sentence: "A lock that the caller agrees to end.",
    fields: &[Argument::new("lock", ID, "The lock's id, as those whom it binds were told it.")],
};

static LOCK_ORGANIZATION_PAYLOAD: Payload = Payload {
    name: "LockOrganizationPayload",
    sentence: "What locking the own organization's subjects came to.",
    members: &[&SUBJECTS_LOCKED, &NOT_PERMITTED],
};

static LOCK_COUNTRY_PAYLOAD: Payload = Payload {
    name: "LockCountryPayload",
    sentence: "What locking a country's subjects came to.",
    members: &[&SUBJECTS_LOCKED, &NOT_PERMITTED],
};

static RELEASE_LOCK_PAYLOAD: Payload = Payload {
    name: "ReleaseLockPayload",
    sentence: "What agreeing to the end of a lock came to.",
    members: &[&LOCK_RELEASED, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED],
};

const LOCK_COUNTRY_TYPE: InputType = InputType::NonNull(&InputType::Input(&LOCK_COUNTRY_INPUT));
const COUNTRY_TO_LOCK: &[Argument] = &[Argument::new("input", LOCK_COUNTRY_TYPE, "The country.")];
const RELEASE_LOCK_TYPE: InputType = InputType::NonNull(&InputType::Input(&RELEASE_LOCK_INPUT));
const LOCK_TO_RELEASE: &[Argument] = &[Argument::new("input", RELEASE_LOCK_TYPE, "The lock.")];

static SPONSOR_ACCESSION_INPUT: Input = Input {
    name: "SponsorAccessionInput",
    sentence: "An applicant that the caller's organization speaks for.",
    fields: &[Argument::new("accession", ID, "The application.")],
};

static REFUSE_ACCESSION_INPUT: Input = Input {
    name: "RefuseAccessionInput",
    sentence: "An applicant that the caller's organization speaks against.",
    fields: &[
        Argument::new("accession", ID, "The application."),
        Argument::new("reason", REASON, "Why. It is kept, and the members see it."),
    ],
};

static SPONSOR_ACCESSION_PAYLOAD: Payload = Payload {
    name: "SponsorAccessionPayload",
    sentence: "What speaking for an applicant came to.",
    members: &[&VOICE_RECORDED, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED],
};

static REFUSE_ACCESSION_PAYLOAD: Payload = Payload {
    name: "RefuseAccessionPayload",
    sentence: "What speaking against an applicant came to.",
    members: &[&VOICE_RECORDED, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED],
};

const SPONSOR_ACCESSION_TYPE: InputType = InputType::NonNull(&InputType::Input(&SPONSOR_ACCESSION_INPUT));
const APPLICANT_TO_SPONSOR: &[Argument] = &[Argument::new("input", SPONSOR_ACCESSION_TYPE, "The applicant.")];
const REFUSE_ACCESSION_TYPE: InputType = InputType::NonNull(&InputType::Input(&REFUSE_ACCESSION_INPUT));
const APPLICANT_TO_REFUSE: &[Argument] = &[Argument::new("input", REFUSE_ACCESSION_TYPE, "The applicant.")];

/// Speaks for an applicant.
pub(super) const SPONSOR_ACCESSION: Root = Root {
    scope: Some(Scope::Directory),
    ..root(
        "sponsorAccession",
        &SPONSOR_ACCESSION_PAYLOAD,
        APPLICANT_TO_SPONSOR,
        "Speaks for an applicant. For people of full members; one voice a member, and the last one counts.",
    )
};

/// Speaks against an applicant.
pub(super) const REFUSE_ACCESSION: Root = Root {
    scope: Some(Scope::Directory),
    ..root(
        "refuseAccession",
        &REFUSE_ACCESSION_PAYLOAD,
        APPLICANT_TO_REFUSE,
        "Speaks against an applicant, for a reason that is kept. The focal point of the applicant's country refuses it by that.",
    )
};

const fn root(
    name: &'static str,
    payload: &'static Payload,
    arguments: &'static [Argument],
    sentence: &'static str,
) -> Root {
    Root { name, shape: Shape::Payload(payload), sentence, arguments, scope: None, cost: 10, of_subject: false }
}

/// Locks the own organization's subjects: one step, without input.
pub(super) const LOCK_ORGANIZATION: Root = root(
    "lockOrganization",
    &LOCK_ORGANIZATION_PAYLOAD,
    &[],
    "Locks the subjects of the caller's organization, at once and for everyone; opening takes two people, one of them of another organization. Locking again is no fault, and voids what was said for opening it.",
);

/// Locks a country's subjects.
pub(super) const LOCK_COUNTRY: Root = root(
    "lockCountry",
    &LOCK_COUNTRY_PAYLOAD,
    COUNTRY_TO_LOCK,
    "Locks the subjects of every organization of a country. For its departments and its authorities for children.",
);

/// Agrees that a lock ends.
pub(super) const RELEASE_LOCK: Root = root(
    "releaseLock",
    &RELEASE_LOCK_PAYLOAD,
    LOCK_TO_RELEASE,
    "Agrees that a lock ends. For people. It ends once one person of those whom it binds and one of another full member have agreed.",
);
