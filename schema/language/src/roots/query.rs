//! What can be read.

use super::{Argument, Default, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::codes::DIRECTION;
use crate::nouns::{
    ACCESSION, AGREEMENT, CLIENT, CONSENT, DISCLOSURE, EXPLANATION, LOCK, ORGANIZATION, PARTNER, PERSON, QUARANTINED,
    REFERRAL, SUBJECT,
};
use crate::table::{CodeList, Noun};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Purpose;
use sangam_workflow::referral::State;

const ID: InputType = InputType::NonNull(&InputType::Id);

/// How many rows come when nobody says how many: a screenful.
const FIRST: Argument =
    Argument::new("first", InputType::Int, "How many rows at most, from 1 to 100.").or(Default::Int(20));
const AFTER: Argument =
    Argument::new("after", InputType::Text, "The cursor to start after; one this query gave this caller before.");
const SUBJECT_ID: Argument = Argument::new("subject", ID, "The subject, by its id as this caller sees it.");

/// A noun that is a node: what its ids begin with, the root field that reads it, and its scope.
pub(crate) struct NodeKind {
    /// What the ids begin with.
    pub(crate) prefix: &'static str,
    /// The noun.
    pub(crate) noun: &'static Noun,
    /// The root field that reads one of it.
    pub(crate) field: &'static str,
    /// The scope a token must carry.
    pub(crate) scope: Scope,
}

/// Every noun that is a node.
pub(crate) static NODES: &[NodeKind] = &[
    NodeKind { prefix: "org_", noun: &ORGANIZATION, field: "organization", scope: Scope::Directory },
    NodeKind { prefix: OutwardKind::Subject.prefix(), noun: &SUBJECT, field: "subject", scope: Scope::CasesRead },
    NodeKind { prefix: OutwardKind::Referral.prefix(), noun: &REFERRAL, field: "referral", scope: Scope::CasesRead },
];

const fn one(name: &'static str, noun: &'static Noun, scope: Scope, sentence: &'static str) -> Root {
    const BY_ID: &[Argument] = &[Argument::new("id", ID, "Its id as this caller sees it.")];
    Root {
        name,
        shape: Shape::One(noun),
        sentence,
        arguments: BY_ID,
        scope: Some(scope),
        cost: 1,
        of_subject: noun.of_subject,
    }
}

const fn page(
    name: &'static str,
    noun: &'static Noun,
    scope: Scope,
    arguments: &'static [Argument],
    sentence: &'static str,
) -> Root {
    Root {
        name,
        shape: Shape::Connection(noun),
        sentence,
        arguments,
        scope: Some(scope),
        cost: 2,
        of_subject: noun.of_subject,
    }
}

const PAGED: &[Argument] = &[FIRST, AFTER];
const PAGED_OF_SUBJECT: &[Argument] = &[SUBJECT_ID, FIRST, AFTER];

/// The fields of `Query`.
pub(crate) static QUERIES: &[Root] = &[
    Root {
        name: "node",
        shape: Shape::Node,
        sentence: "An organization, subject or referral by its id; null when nothing of that id exists for this caller and purpose.",
        arguments: &[Argument::new("id", ID, "Its id as this caller sees it.")],
        scope: Some(Scope::CasesRead),
        cost: 1,
        of_subject: false,
    },
    one("organization", &ORGANIZATION, Scope::Directory, "An organization of the directory."),
    page("organizations", &ORGANIZATION, Scope::Directory, PAGED, "The directory of organizations."),
    one("subject", &SUBJECT, Scope::CasesRead, "A subject the caller's organization has standing with."),
    page("subjects", &SUBJECT, Scope::CasesRead, PAGED, "The subjects the caller's organization has standing with."),
    one("referral", &REFERRAL, Scope::CasesRead, "A referral the caller's organization has a seat in."),
    page(
        "referrals",
        &REFERRAL,
        Scope::CasesRead,
        &[
            FIRST,
            AFTER,
            Argument::new(
                "state",
                InputType::Code(CodeList::of::<State>()),
                "Only those that show this state to the caller.",
            ),
            Argument::new("direction", InputType::Code(DIRECTION), "Only those looked at from this side."),
        ],
        "The referrals the caller's organization has a seat in, latest first.",
    ),
    page("consents", &CONSENT, Scope::CasesRead, PAGED_OF_SUBJECT, "The consents on record of an own subject."),
    page("agreements", &AGREEMENT, Scope::Directory, PAGED, "The agreements the caller's organization is a party to."),
    page("partners", &PARTNER, Scope::Partners, PAGED, "The connected foreign systems of the caller's organization."),
    page("quarantine", &QUARANTINED, Scope::Partners, PAGED, "The records of own partners that could not be read."),
    page("clients", &CLIENT, Scope::Partners, PAGED, "The registered systems of the caller's organization."),
    page(
        "people",
        &PERSON,
        Scope::People,
        PAGED,
        "The people of the caller's organization, with the day each was last used and when a review is due.",
    ),
    Root {
        name: "me",
        shape: Shape::One(&PERSON),
        sentence: "The account of the person who asks; null for a system.",
        arguments: &[],
        scope: Some(Scope::Directory),
        cost: 1,
        of_subject: false,
    },
    page(
        "disclosures",
        &DISCLOSURE,
        Scope::Oversight,
        PAGED_OF_SUBJECT,
        "Who saw what about an own subject, latest first.",
    ),
    Root {
        name: "explain",
        shape: Shape::List(&EXPLANATION),
        sentence: "What a recipient may see of a subject now and why: one entry a category. For oneself, or for anyone to the subject's owner.",
        arguments: &[
            SUBJECT_ID,
            Argument::new("recipient", InputType::Id, "The organization to explain it for; absent: the caller's own."),
            Argument::new(
                "purpose",
                InputType::Code(CodeList::of::<Purpose>()),
                "The purpose to explain it for; absent: the operation's own.",
            ),
        ],
        scope: Some(Scope::CasesRead),
        cost: 20,
        of_subject: true,
    },
    Root {
        name: "accessions",
        shape: Shape::List(&ACCESSION),
        sentence: "The applications to join and what became of them, latest first.",
        arguments: &[],
        scope: Some(Scope::Directory),
        cost: 10,
        of_subject: false,
    },
    Root {
        name: "locks",
        shape: Shape::List(&LOCK),
        sentence: "The locks that bind the caller's organization now, its country's among them.",
        arguments: &[],
        scope: None,
        cost: 2,
        of_subject: false,
    },
];
