//! What a partner's people decide on offers: asked for one by one where a system has no list of them, and read out of a
//! field where it has no referrals.

use futures_util::StreamExt;
use futures_util::future::BoxFuture;

use crate::config::about::{Need, Setting, setting};
use crate::config::table::Table;
use crate::fault::WireFault;
use crate::partner::{Answer, AnswerState};

/// The answers to offers of a system that is asked for each, some at the same time. One that cannot be read, or that the
/// system does not show, keeps no other from being told; where none can be, its fault is told.
///
/// # Errors
/// Any [`WireFault`].
pub(crate) async fn one_by_one(
    asked: Vec<BoxFuture<'_, Result<Option<Answer>, WireFault>>>,
    at_once: usize,
) -> Result<Vec<Answer>, WireFault> {
    let (mut answers, mut odd) = (Vec::new(), None);
    let mut asking = futures_util::stream::iter(asked).buffered(at_once);
    while let Some(answer) = asking.next().await {
        match answer {
            Ok(answer) => answers.extend(answer),
            Err(fault @ (WireFault::Unexpected { .. } | WireFault::Refused { status: 403, .. })) => odd = Some(fault),
            Err(fault) => return Err(fault),
        }
    }
    match odd {
        Some(fault) if answers.is_empty() => Err(fault),
        _ => Ok(answers),
    }
}

/// A field in which somebody says what becomes of an offer, and the words that are said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionField {
    /// The field.
    pub field: String,
    /// The word that accepts.
    pub accepted: String,
    /// The word that declines.
    pub declined: String,
    /// The word that says that the service was given.
    pub done: String,
    /// The field that says why it was declined.
    pub reason_field: Option<String>,
}

/// What an offer that is taken back gets: a field and its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnField {
    /// The field.
    pub field: String,
    /// The word.
    pub value: String,
}

/// What an integrator is told of a field of decisions.
pub(crate) const DECISION: &[Setting] = &[
    setting("field", "\"decision\"", Need::Must, "The field in which somebody decides."),
    setting("accepted", "\"accepted\"", Need::Must, "The word there for accepted,"),
    setting("declined", "\"declined\"", Need::Must, "for declined,"),
    setting("done", "\"done\"", Need::Must, "and for done."),
    setting("reason_field", "\"decision_reason\"", Need::May, "The field with the reason of a refusal."),
];
/// What an integrator is told of a field that says that an offer is taken back.
pub(crate) const WITHDRAWN: &[Setting] = &[
    setting("field", "\"taken_back\"", Need::Must, "The field,"),
    setting("value", "\"yes\"", Need::Must, "and what it gets."),
];

impl DecisionField {
    pub(crate) fn read(of: &Table<'_, '_>) -> Option<Self> {
        let [field, accepted, declined, done] = ["field", "accepted", "declined", "done"].map(|name| of.text(name));
        let reason_field = of.text_if("reason_field");
        Some(Self { field: field?, accepted: accepted?, declined: declined?, done: done?, reason_field })
    }

    /// The fields to ask for.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.field).chain(&self.reason_field)
    }

    /// The state that the field says, and why; `None` for a word that is none of these. Nothing said is still waiting.
    pub(crate) fn state<'r>(&self, said: impl Fn(&str) -> Option<&'r str>) -> Option<(AnswerState, Option<String>)> {
        let state = match said(&self.field).filter(|word| !word.is_empty()) {
            None => AnswerState::Waiting,
            Some(word) if word == self.accepted => AnswerState::Accepted,
            Some(word) if word == self.declined => AnswerState::Declined,
            Some(word) if word == self.done => AnswerState::Done,
            Some(_) => return None,
        };
        let why = self.reason_field.as_deref().filter(|_| state == AnswerState::Declined);
        Some((state, why.and_then(said).filter(|why| !why.is_empty()).map(str::to_owned)))
    }
}

impl WithdrawnField {
    /// The table where there is one; the inner `None` for one with faults.
    #[expect(clippy::option_option, reason = "a table that is not there is no fault, one that is wrong is")]
    pub(crate) fn read(table: &Table<'_, '_>) -> Option<Option<Self>> {
        table.table_if("withdrawn").map(|of| {
            let (field, value) = (of.text("field"), of.text("value"));
            of.finish();
            Some(Self { field: field?, value: value? })
        })
    }

    /// Whether the field says so.
    pub(crate) fn is_said<'r>(&self, said: impl Fn(&str) -> Option<&'r str>) -> bool {
        said(&self.field) == Some(&self.value)
    }
}
