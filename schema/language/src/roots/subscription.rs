//! What can be watched.

use super::{Root, Shape};
use crate::caller::Scope;
use crate::nouns::{REFERRAL, REPATRIATION, RISK, SEARCH, SEARCH_ANSWER, SEARCH_REQUEST};

/// The fields of `Subscription`.
pub(crate) static SUBSCRIPTIONS: &[Root] = &[
    Root {
        name: "referralChanged",
        shape: Shape::Event(&REFERRAL),
        sentence: "Every change of a referral the caller's organization has a seat in, each decided anew when it happens.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
    Root {
        name: "repatriationChanged",
        shape: Shape::Event(&REPATRIATION),
        sentence: "Every change of a request to bring a person home in which the caller's organization has a seat, each decided anew when it happens.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
    Root {
        name: "riskReported",
        shape: Shape::Event(&RISK),
        sentence: "Every danger to a witness that is reported, for her lawyers and the holder of her case, each decided anew when it happens.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
    Root {
        name: "searchChanged",
        shape: Shape::Event(&SEARCH),
        sentence: "Every change of a search of the caller's organization, each decided anew when it happens; of what those that were asked do, nothing.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
    Root {
        name: "searchRequestChanged",
        shape: Shape::Event(&SEARCH_REQUEST),
        sentence: "Every request to look that comes to the caller's organization, is stepped by it or ends, each decided anew when it happens.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
    Root {
        name: "searchAnswered",
        shape: Shape::Event(&SEARCH_ANSWER),
        sentence: "Every answer to a search of the caller's organization, while it is there: told with the word of whoever was found, and decided anew when it happens.",
        arguments: &[],
        scope: Some(Scope::CasesRead),
        cost: 2,
        of_subject: true,
    },
];
