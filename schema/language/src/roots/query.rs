//! What can be read.

use super::agreement::PREVIEW;
use super::{Argument, Default, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::codes::DIRECTION;
use crate::nouns::{
    ACCESSION, AGREEMENT, ARRIVAL, CLIENT, CONSENT, CONTRIBUTION, DISCLOSURE, DOCUMENT, EXCEPTION, EXPLANATION,
    HEARING, HEARING_PROTECTION, LOCK, ORGANIZATION, PARTNER, PERSON, QUARANTINED, RECALL, REFERRAL, REFERRAL_MESSAGE,
    REPATRIATION, RISK, SEARCH, SEARCH_ANSWER, SEARCH_REQUEST, SUBJECT, SUPPORT_PLAN, SUPPORT_REVIEW,
};
use crate::table::{CodeList, Noun};
use sangam_custody::OutwardKind;
use sangam_vocabulary::{Country, Purpose, Seat};
use sangam_workflow::referral::State;
use sangam_workflow::repatriation::request;

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
    NodeKind {
        prefix: OutwardKind::Repatriation.prefix(),
        noun: &REPATRIATION,
        field: "repatriation",
        scope: Scope::CasesRead,
    },
    NodeKind {
        prefix: OutwardKind::Contribution.prefix(),
        noun: &CONTRIBUTION,
        field: "contribution",
        scope: Scope::CasesRead,
    },
    NodeKind { prefix: OutwardKind::Hearing.prefix(), noun: &HEARING, field: "hearing", scope: Scope::CasesRead },
    NodeKind { prefix: OutwardKind::Search.prefix(), noun: &SEARCH, field: "search", scope: Scope::CasesRead },
    NodeKind {
        prefix: OutwardKind::SearchRequest.prefix(),
        noun: &SEARCH_REQUEST,
        field: "searchRequest",
        scope: Scope::CasesRead,
    },
    NodeKind { prefix: OutwardKind::Arrival.prefix(), noun: &ARRIVAL, field: "arrival", scope: Scope::CasesRead },
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
const OF_CASE: &[Argument] = &[
    Argument::new("subject", InputType::Id, "Only those of this subject, by its id as this caller sees it."),
    FIRST,
    AFTER,
];
const PAGED_OF_SUBJECT: &[Argument] = &[SUBJECT_ID, FIRST, AFTER];

/// The fields of `Query`.
pub(crate) static QUERIES: &[Root] = &[
    Root {
        name: "node",
        shape: Shape::Node,
        sentence: "An organization, subject or case record by its id; null when nothing of that id exists for this caller and purpose.",
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
    page(
        "messages",
        &REFERRAL_MESSAGE,
        Scope::CasesRead,
        &[Argument::new("referral", ID, "The referral, by its id as this caller sees it."), FIRST, AFTER],
        "What the parties of a referral wrote to each other, latest first.",
    ),
    one(
        "document",
        &DOCUMENT,
        Scope::CasesRead,
        "A document that hangs on a record the caller's organization sits in.",
    ),
    page(
        "documents",
        &DOCUMENT,
        Scope::CasesRead,
        &[
            Argument::new("of", ID, "The subject or the referral they hang on, by its id as this caller sees it."),
            FIRST,
            AFTER,
        ],
        "The documents that hang on one record the caller's organization sits in, latest first.",
    ),
    one(
        "repatriation",
        &REPATRIATION,
        Scope::CasesRead,
        "A request to bring a person home in which the caller's organization has a seat.",
    ),
    page(
        "repatriations",
        &REPATRIATION,
        Scope::CasesRead,
        &[
            FIRST,
            AFTER,
            Argument::new(
                "state",
                InputType::Code(CodeList::of::<request::State>()),
                "Only those that stand so; those of others under the covering word of their state.",
            ),
            Argument::new(
                "turn",
                InputType::Code(CodeList::of::<Seat>()),
                "Only those in which it is this seat's turn now.",
            ),
            Argument::new("from", InputType::Code(CodeList::of::<Country>()), "Only those from this country."),
            Argument::new("to", InputType::Code(CodeList::of::<Country>()), "Only those to this country."),
        ],
        "The requests to bring a person home in which the caller's organization has a seat, latest first.",
    ),
    one(
        "contribution",
        &CONTRIBUTION,
        Scope::CasesRead,
        "A part in a case that the caller's organization gave or was asked for.",
    ),
    page(
        "contributions",
        &CONTRIBUTION,
        Scope::CasesRead,
        PAGED,
        "The parts in cases that the caller's organization gave or was asked for, latest first.",
    ),
    one("hearing", &HEARING, Scope::CasesRead, "A date in court that the caller's organization sits in."),
    page(
        "hearings",
        &HEARING,
        Scope::CasesRead,
        OF_CASE,
        "The dates in court the caller's organization sits in, latest recorded first.",
    ),
    one(
        "hearingProtection",
        &HEARING_PROTECTION,
        Scope::CasesRead,
        "What protects the person at one hearing, by the hearing's id; it is on no page.",
    ),
    page(
        "risks",
        &RISK,
        Scope::CasesRead,
        OF_CASE,
        "What witnesses fear, for their lawyers and the holders of their cases, latest first.",
    ),
    one("supportPlan", &SUPPORT_PLAN, Scope::CasesRead, "A support plan of an own subject."),
    page("supportPlans", &SUPPORT_PLAN, Scope::CasesRead, OF_CASE, "The support plans of own subjects, latest first."),
    page(
        "supportReviews",
        &SUPPORT_REVIEW,
        Scope::CasesRead,
        OF_CASE,
        "What was found when support plans of own subjects were looked at, latest first.",
    ),
    page(
        "exceptions",
        &EXCEPTION,
        Scope::CasesRead,
        OF_CASE,
        "The orders, overrides by authority and emergencies on record of own subjects, and the emergencies that the caller's organization declared, latest first.",
    ),
    one("search", &SEARCH, Scope::CasesRead, "A search of the caller's organization."),
    page("searches", &SEARCH, Scope::CasesRead, PAGED, "The searches of the caller's organization, latest first."),
    one(
        "searchRequest",
        &SEARCH_REQUEST,
        Scope::CasesRead,
        "A request to look that the caller's organization was asked.",
    ),
    page(
        "searchRequests",
        &SEARCH_REQUEST,
        Scope::CasesRead,
        PAGED,
        "The requests to look that the caller's organization was asked, latest first.",
    ),
    Root {
        name: "searchAnswers",
        shape: Shape::List(&SEARCH_ANSWER),
        sentence: "What was told in answer to an own search, latest first. Empty alike where nobody answered, where nobody was found, and where it may not be told.",
        arguments: &[Argument::new("search", ID, "The search, by its id as this caller sees it.")],
        scope: Some(Scope::CasesRead),
        cost: 5,
        of_subject: true,
    },
    one("arrival", &ARRIVAL, Scope::CasesRead, "An arrival that the caller's organization recorded."),
    page(
        "arrivals",
        &ARRIVAL,
        Scope::CasesRead,
        PAGED,
        "The arrivals that the caller's organization recorded, latest first.",
    ),
    page("consents", &CONSENT, Scope::CasesRead, PAGED_OF_SUBJECT, "The consents on record of an own subject."),
    one(
        "agreement",
        &AGREEMENT,
        Scope::Directory,
        "An agreement the caller's organization is a party to, or its draft.",
    ),
    page(
        "agreements",
        &AGREEMENT,
        Scope::Directory,
        PAGED,
        "The agreements the caller's organization is a party to, and its drafts.",
    ),
    PREVIEW,
    page(
        "recalls",
        &RECALL,
        Scope::CasesRead,
        PAGED,
        "What the caller's organization was asked to let go of, also where it has no standing any more.",
    ),
    page(
        "recallsSent",
        &RECALL,
        Scope::CasesRead,
        PAGED,
        "What others were asked to let go of of own subjects, and what they answered.",
    ),
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
    super::live::LIVE,
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
    super::answer_link::CONTACT_NOW,
    super::listing::LISTING_NOW,
    super::notice::NOTICES,
    super::notice::SETTINGS,
];
