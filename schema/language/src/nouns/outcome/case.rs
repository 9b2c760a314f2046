//! What a change of a case can come to.

use super::MESSAGE;
use crate::nouns::search::REQUEST_ALONE;
use crate::nouns::{
    ARRIVAL, CATEGORIES, CONTRIBUTION, HEARING, REFERRAL, REFERRAL_MESSAGE, REPATRIATION, RISK, SEARCH, SUPPORT_PLAN,
};
use crate::table::{Field, Noun, Read, Type};

after!(
    REFERRAL_SENT,
    "ReferralSent",
    REFERRAL,
    "referral",
    "The referral was sent, or was sent before under the same key."
);

after!(
    STEP_TAKEN,
    "StepTaken",
    REFERRAL,
    "referral",
    "The referral took the step, or took it before under the same key."
);

after!(
    ANSWER_LINK_MADE,
    "AnswerLinkMade",
    REFERRAL,
    "referral",
    "Another answer link is on its way, or was made before under the same key; the one before is void."
);

after!(
    REFERRAL_DRAFTED,
    "ReferralDrafted",
    REFERRAL,
    "referral",
    "The referral is written and not sent, or was written before under the same key."
);

outcome!(
    TRANSFER_REFUSED,
    "TransferRefused",
    "Responsibility cannot go over: whoever owns a case reads all of it, and of what is there something is withheld from the recipient. Nothing was done.",
    [
        MESSAGE,
        Field::plain(
            "categories",
            CATEGORIES,
            "The categories that are there and withheld from the recipient for this referral.",
            Read::Column("categories"),
        ),
    ]
);

after!(
    SERVICES_ANSWERED,
    "ServicesAnswered",
    REFERRAL,
    "referral",
    "The services are answered, or were answered before under the same key."
);

after!(
    MESSAGE_SENT,
    "MessageSent",
    REFERRAL_MESSAGE,
    "sent",
    "The other side of the referral has the message, or had it before under the same key."
);

after!(
    REPATRIATION_REQUESTED,
    "RepatriationRequested",
    REPATRIATION,
    "repatriation",
    "The request is begun, or was before: while one is open, the same is the same."
);

after!(REPATRIATION_NOTED, "RepatriationNoted", REPATRIATION, "repatriation", "It is on record.");

after!(
    REPATRIATION_STEPPED,
    "RepatriationStepped",
    REPATRIATION,
    "repatriation",
    "The request took the step, or took it before under the same key."
);

after!(
    REPATRIATION_WITHDRAWN,
    "RepatriationWithdrawn",
    REPATRIATION,
    "repatriation",
    "Her no is on record: nothing goes on."
);

after!(
    CONTRIBUTOR_INVITED,
    "ContributorInvited",
    CONTRIBUTION,
    "contribution",
    "The organization is invited, or was invited before under the same key."
);

after!(
    CONTRIBUTION_CHANGED,
    "ContributionChanged",
    CONTRIBUTION,
    "contribution",
    "The invitation is answered or the contribution ended, or was before under the same key."
);

after!(
    HEARING_RECORDED,
    "HearingRecorded",
    HEARING,
    "hearing",
    "The hearing is on record, or was before under the same key."
);

after!(
    HEARING_STEPPED,
    "HearingStepped",
    HEARING,
    "hearing",
    "The hearing took the step, or took it before under the same key."
);

after!(
    SUPPORT_PLAN_OPENED,
    "SupportPlanOpened",
    SUPPORT_PLAN,
    "plan",
    "The support plan is open, or was opened before under the same key."
);

after!(
    SUPPORT_PLAN_CHANGED,
    "SupportPlanChanged",
    SUPPORT_PLAN,
    "plan",
    "The support plan was looked at or closed, or was before under the same key."
);

after!(
    RISK_REPORTED,
    "RiskReported",
    RISK,
    "risk",
    "The danger is on record, and told to the person's lawyers and the holder of her case."
);

after!(SEARCH_OPENED, "SearchOpened", SEARCH, "search", "The search is open, or was opened before under the same key.");

after!(
    SEARCH_STEPPED,
    "SearchStepped",
    SEARCH,
    "search",
    "The search took the step, or took it before under the same key."
);

pub(crate) static SEARCH_ANSWERED: Noun = Noun {
    name: "SearchAnswered",
    sentence: "The request took the step, or took it before under the same key. It says nothing of the person who is looked for, so that a step leaves no trace where whoever asks would read it.",
    of_subject: true,
    is_node: false,
    fields: REQUEST_ALONE,
};

after!(
    ARRIVAL_RECORDED,
    "ArrivalRecorded",
    ARRIVAL,
    "arrival",
    "The arrival is on record, or was put there before under the same key."
);

after!(
    ARRIVAL_STEPPED,
    "ArrivalStepped",
    ARRIVAL,
    "arrival",
    "The arrival took the step, or took it before under the same key."
);

after!(ARRIVAL_LINKED, "ArrivalLinked", ARRIVAL, "arrival", "The arrival names the referral, or named it before.");
