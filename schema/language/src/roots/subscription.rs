//! What can be watched.

use super::{Root, Shape};
use crate::caller::Scope;
use crate::nouns::{REFERRAL, REPATRIATION, RISK};

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
];
