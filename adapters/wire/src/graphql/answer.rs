//! An answer of an API: data, errors, or both, read as GraphQL over HTTP has it. Of an answer with both, what an error's
//! path names is not taken, and an error without a path, or with one that leads elsewhere, is a fault of the whole.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::codes::Class;
use super::path::{Lies, Path};
use super::settings::Errors;
use crate::fault::{Reason, UnexpectedKind, WireFault};
use crate::http::Reply;
use crate::session::{Judge, asked_later};

/// What an API that follows GraphQL over HTTP is asked for, and what older ones have.
pub(super) const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";
/// The type under which an answer is one whatever its status.
const RESPONSE: &str = "application/graphql-response+json";
/// The most errors of one answer that are read: a page whose every record has some.
const MOST_ERRORS: usize = 10_000;

/// One error.
#[derive(Debug)]
struct Wrong {
    class: Class,
    /// Where in the data it was; empty where it does not say.
    path: Vec<Value>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answered {
    data: Value,
    errors: Vec<Wrong>,
}

impl Answered {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`WireFault::Refused`] or [`WireFault::Unauthorized`] where there is no data, by the errors or else the status, and
    /// also where there is some beside an error about the request itself; [`WireFault::Unexpected`] for what is no answer.
    pub(super) fn read(reply: Reply, errors: &Errors) -> Result<Self, WireFault> {
        let status = reply.status;
        let refused = || WireFault::Refused { status: status.as_u16(), reasons: Vec::new() };
        // Under another type, a refusal may be anybody's between here and there.
        if !status.is_success() && reply.media() != RESPONSE {
            return Err(refused());
        }
        if !status.is_success() && reply.body.is_none() {
            return Err(refused());
        }
        let Value::Object(mut members) = reply.into_body()? else {
            return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
        };
        let errors = wrongs(members.get("errors"), errors)?;
        let worst = errors.iter().map(|wrong| wrong.class).min();
        if let Some(class @ (Class::Unauthenticated | Class::Throttled)) = worst {
            return Err(class.fault());
        }
        match members.shift_remove("data") {
            Some(data @ Value::Object(_)) if status.is_success() => Ok(Self { data, errors }),
            None | Some(Value::Null | Value::Object(_)) => Err(match worst {
                Some(class) => class.fault(),
                None if status.is_success() => WireFault::unexpected("/data", UnexpectedKind::Missing),
                None => refused(),
            }),
            Some(_) => Err(WireFault::unexpected("/data", UnexpectedKind::WrongType)),
        }
    }

    /// The data of an answer without any error.
    ///
    /// # Errors
    /// What the errors say.
    pub(super) fn whole(self) -> Result<Value, WireFault> {
        match self.worst() {
            Some(class) => Err(class.fault()),
            None => Ok(self.data),
        }
    }

    fn worst(&self) -> Option<Class> {
        self.errors.iter().map(|wrong| wrong.class).min()
    }

    /// The data, and which items of a list have an error in them.
    ///
    /// # Errors
    /// What an error says that is not about one item of the list.
    pub(super) fn but_items(self, list: &Path) -> Result<(Value, BTreeSet<usize>), WireFault> {
        let mut spoiled = BTreeSet::new();
        let mut elsewhere = None::<Class>;
        for wrong in &self.errors {
            let item = list.below(&wrong.path).and_then(|below| below.first()).and_then(Value::as_u64);
            match item.and_then(|item| usize::try_from(item).ok()) {
                Some(item) => drop(spoiled.insert(item)),
                None => elsewhere = Some(elsewhere.map_or(wrong.class, |class| class.min(wrong.class))),
            }
        }
        elsewhere.map_or(Ok((self.data, spoiled)), |class| Err(class.fault()))
    }

    /// What an answer says of one record. That it is gone is said by null in its own place, or by an error about it; an
    /// answer without that place says nothing of it.
    ///
    /// # Errors
    /// What an error says that is not about the record, and [`WireFault::Unexpected`] for an answer that does not speak of
    /// it.
    pub(super) fn one(mut self, at: &Path) -> Result<One, WireFault> {
        match (self.worst(), at.lies(&self.data)) {
            (None, Lies::There(_)) => {
                let record = at.take(&mut self.data);
                record.map(One::There).ok_or_else(|| at.fault(UnexpectedKind::Missing))
            }
            (None, Lies::Null) => Ok(One::Gone),
            (None, Lies::NullBefore | Lies::Absent) => Err(at.fault(UnexpectedKind::Missing)),
            (Some(Class::NotFound), Lies::Null | Lies::NullBefore) if self.are_about(at) => Ok(One::Gone),
            (Some(Class::Forbidden), Lies::Null | Lies::NullBefore) if self.are_about(at) => Ok(One::Closed),
            // A part of it is kept back, or is not well: the whole cannot be read.
            (Some(Class::Forbidden | Class::NotFound | Class::Invalid), Lies::There(_)) if self.are_within(at) => {
                Ok(One::Spoiled)
            }
            (Some(class), _) => Err(class.fault()),
        }
    }

    fn are_within(&self, at: &Path) -> bool {
        self.errors.iter().all(|wrong| at.below(&wrong.path).is_some())
    }

    /// Whether every error is of the place, of what is in it, or of what it is in. One without a path is of the whole.
    fn are_about(&self, at: &Path) -> bool {
        self.errors.iter().all(|wrong| at.is_along(&wrong.path))
    }
}

/// What an answer says of one record.
#[derive(Debug)]
pub(super) enum One {
    There(Value),
    Spoiled,
    Closed,
    Gone,
}

fn wrongs(value: Option<&Value>, errors: &Errors) -> Result<Vec<Wrong>, WireFault> {
    let wrong_type = || WireFault::unexpected("/errors", UnexpectedKind::WrongType);
    let list = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong_type()),
    };
    if list.len() > MOST_ERRORS {
        return Err(WireFault::TooLarge { limit: MOST_ERRORS as u64, unit: "errors" });
    }
    let read = |error: &Value| {
        error.is_object().then(|| Wrong {
            class: errors.codes.of(errors.code.text(error)),
            path: error.get("path").and_then(Value::as_array).cloned().unwrap_or_default(),
        })
    };
    list.iter().map(|error| read(error).ok_or_else(wrong_type)).collect()
}

/// The reasons in a payload's own list of refusals, as far as they are plain codes.
pub(super) fn reasons(list: &[Value]) -> Vec<Reason> {
    let text = |refusal: &Value, name: &str| refusal.get(name).and_then(Value::as_str).and_then(crate::fault::code);
    let read = |refusal: &Value| {
        let codes = text(refusal, "code").into_iter().collect();
        Reason { field: text(refusal, "field"), codes }
    };
    list.iter().take(crate::fault::MAX_REASONS).map(read).collect()
}

/// What an answer says of the request, where most of them have status 200.
pub(super) struct Judged<'e> {
    pub(super) errors: &'e Errors,
    /// Whether the same request may be made again at once: a query may. A mutation is left to the next round, also where it
    /// has a key of its own.
    pub(super) repeats: bool,
}

impl Judged<'_> {
    fn of<'r>(&self, reply: &'r Reply) -> impl Iterator<Item = (Class, &'r Value)> {
        let list = reply.body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_array);
        let list = list.into_iter().flatten().take(MOST_ERRORS);
        list.map(|error| (self.errors.codes.of(self.errors.code.text(error)), error))
    }
}

impl Judge for Judged<'_> {
    fn refuses(&self, reply: &Reply) -> bool {
        let answered = reply.status.is_success() || reply.media() == RESPONSE;
        reply.status == reqwest::StatusCode::UNAUTHORIZED
            || (answered && self.of(reply).any(|(class, _)| class == Class::Unauthenticated))
    }

    fn later(&self, reply: &Reply) -> Option<Duration> {
        let said = || {
            let mut throttled = self.of(reply).filter(|(class, _)| *class == Class::Throttled);
            throttled.find_map(|(_, error)| self.errors.retry_after.at(error)?.as_u64()).map(Duration::from_secs)
        };
        asked_later(reply).or_else(said).filter(|_| self.repeats)
    }
}
