//! What can be watched.

use super::{Root, Shape};
use crate::caller::Scope;
use crate::nouns::REFERRAL;

/// The fields of `Subscription`.
pub(crate) static SUBSCRIPTIONS: &[Root] = &[Root {
    name: "referralChanged",
    shape: Shape::Event(&REFERRAL),
    sentence: "Every change of a referral the caller's organization has a seat in, each decided anew when it happens.",
    arguments: &[],
    scope: Some(Scope::CasesRead),
    cost: 2,
    of_subject: true,
}];
