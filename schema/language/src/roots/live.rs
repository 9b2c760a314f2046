//! Reading what stays at home, in the holders' own systems.

use super::form::IDS;
use super::{Argument, Default, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::LIVE_ANSWER;

/// What holders' systems answer there and then.
pub(super) const LIVE: Root = Root {
    name: "live",
    shape: Shape::Each(&LIVE_ANSWER, "subjects"),
    sentence: "What of some subjects stays at home, read there now: one entry a holder's system where `holder { organization }` or `since` is selected and shows, otherwise one a subject; those that do not answer in time among them. What may be shown is decided as for any read, and the consent in the record itself can only narrow it; where that record has none, nothing shows but to its owner or by an exception.",
    arguments: &[
        Argument::new("subjects", IDS, "The subjects, by their ids as this caller sees them: 1 to 20."),
        Argument::new(
            "withinMs",
            InputType::Int,
            "In how many milliseconds the systems have to answer, from 100 to 8000.",
        )
        .or(Default::Int(4_000)),
    ],
    scope: Some(Scope::CasesRead),
    cost: 100,
    of_subject: true,
};
