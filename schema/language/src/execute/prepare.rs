//! Everything before the first call to the port: from a text to calls with read arguments, or to a refusal.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql_value::Value as Literal;
use sangam_vocabulary::Purpose;
use serde_json::{Map, Value as Json};

use super::Executor;
use crate::caller::{Caller, Scope};
use crate::code::ErrorCode;
use crate::coerce::{self, Unfit, Variables};
use crate::document::{Document, Unrunnable};
use crate::fault::{Fault, refusal};
use crate::gate::{self, Refused};
use crate::limits::Limits;
use crate::operation::{Operation, Reply, Stage};
use crate::plan::{Answer, Asked, Compiled, Reading, RootField, Unplanned};
use crate::port::Port;
use crate::registry::Invalid;
use crate::roots::Shape;

/// An operation that may begin.
pub(super) struct Prepared {
    pub(super) document: Arc<Document>,
    pub(super) compiled: Arc<Compiled>,
    /// One a root field of the tables, in order.
    pub(super) calls: Vec<Call>,
    pub(super) purpose: Option<Purpose>,
}

/// A root field with its arguments read.
pub(super) struct Call {
    pub(super) arguments: Map<String, Json>,
    pub(super) first: u16,
    pub(super) after: Option<String>,
    /// The root field the port is asked for: for `node`, that of the noun the id names.
    pub(super) field: &'static str,
    /// Which of the readings: that noun's.
    pub(super) reading: usize,
    /// Why the port is not asked.
    pub(super) refused: Option<ErrorCode>,
}

impl Call {
    /// The reading this call is for.
    pub(super) fn reading<'c>(&self, asked: &'c Asked) -> Option<&'c Reading> {
        asked.answer.readings().nth(self.reading)
    }
}

impl<P: Port> Executor<P> {
    /// Prepares an operation or refuses it. The port is told where the token does not carry what was asked for.
    pub(super) async fn prepared(&self, caller: &Caller, operation: &Operation) -> Result<Prepared, Reply> {
        let prepared = self.prepare(caller, operation);
        let beyond = match &prepared {
            Ok(prepared) => prepared.calls.iter().filter_map(|call| call.refused).find(|code| is_beyond(*code)),
            Err(reply) => match reply.stage {
                Stage::Refused(code) => Some(code).filter(|code| is_beyond(*code)),
                Stage::Executed => None,
            },
        };
        if let Some(code) = beyond {
            self.port.refused(caller, operation.purpose, code).await;
        }
        prepared
    }

    fn prepare(&self, caller: &Caller, operation: &Operation) -> Result<Prepared, Reply> {
        let refuse = |fault: Fault| refusal(fault, Vec::new(), self.limits.errors);
        let document = self.document(operation)?;
        if !within(&operation.variables, &self.limits) {
            return Err(refuse(Fault::of(ErrorCode::LimitVariables)));
        }
        let definition = document.operation().ok_or_else(|| refuse(Fault::of(ErrorCode::ValidationFailed)))?;
        let variables = Variables::read(definition, &operation.variables).map_err(|fault| refuse(unfit(&fault)))?;
        let compiled = document.compiled(definition, &variables).map_err(|fault| refuse(unplanned(&fault)))?;
        let calls = self.calls(caller, &compiled, &variables).map_err(refuse)?;
        let prepared = Prepared { document, compiled, calls, purpose: operation.purpose };
        prepared.check_purpose(caller).map_err(|code| refuse(Fault::of(code)))?;
        let introspects = prepared.compiled.fields.iter().any(|field| matches!(field, RootField::Introspection(_)));
        if introspects && !self.checker.introspects() {
            return Err(refuse(Fault::of(ErrorCode::ValidationFailed).saying("introspection is off; fetch the SDL")));
        }
        Ok(prepared)
    }

    /// The kind of the operation that the document and the name choose.
    pub(super) fn operation_type(&self, operation: &Operation) -> Result<OperationType, Reply> {
        let document = self.document(operation)?;
        let refuse = || refusal(Fault::of(ErrorCode::ValidationFailed), Vec::new(), self.limits.errors);
        document.operation().map(|definition| definition.ty).ok_or_else(refuse)
    }

    /// The document: remembered, or through the gate and validation.
    fn document(&self, operation: &Operation) -> Result<Arc<Document>, Reply> {
        let refuse = |fault: Fault| refusal(fault, Vec::new(), self.limits.errors);
        let (query, name) = (operation.query.as_str(), operation.name.as_deref());
        if query.len() > self.limits.length || name.is_some_and(|name| name.len() > self.limits.length) {
            return Err(refuse(Fault::of(ErrorCode::LimitLength)));
        }
        if let Some(document) = self.remembered.find(query, name) {
            return Ok(document);
        }
        let admitted = gate::admit(query, &self.limits).map_err(|refused| refuse(not_admitted(refused)))?;
        if let Err(found) = self.checker.validate(&admitted.document) {
            let mut faults = found.iter().map(invalid);
            let first = faults.next().unwrap_or_else(|| Fault::of(ErrorCode::ValidationFailed));
            return Err(refusal(first, faults.collect(), self.limits.errors));
        }
        let document = Document::prepare(admitted.document, name).map_err(|fault| {
            refuse(match fault {
                Unrunnable::NoSuchOperation => {
                    let sentence = "the document has no operation of that name, or several and none was named";
                    Fault::of(ErrorCode::ValidationFailed).saying(sentence)
                }
                Unrunnable::Unplanned(fault) => unplanned(&fault),
            })
        })?;
        let document = Arc::new(document);
        self.remembered.keep(query, name, &document);
        Ok(document)
    }

    /// Reads every root field's arguments and adds up what the operation costs.
    fn calls(&self, caller: &Caller, compiled: &Compiled, variables: &Variables) -> Result<Vec<Call>, Fault> {
        let mut cost: u64 = 0;
        let mut calls = Vec::new();
        for field in &compiled.fields {
            let RootField::Asked(asked) = field else { continue };
            let call = self.call(caller, asked, variables).map_err(|fault| fault.placed([asked.place]))?;
            let a_row = match &asked.answer {
                Answer::Payload(readings) => readings.iter().map(|reading| reading.selection.cost).max().unwrap_or(0),
                _ => call.reading(asked).map_or(0, |reading| reading.selection.cost),
            };
            let rows = a_row.saturating_mul(u64::from(call.first));
            cost = cost.saturating_add(u64::from(asked.root.cost)).saturating_add(rows);
            calls.push(call);
        }
        if cost > self.limits.cost { Err(Fault::of(ErrorCode::LimitCost)) } else { Ok(calls) }
    }

    fn call(&self, caller: &Caller, asked: &Asked, variables: &Variables) -> Result<Call, Fault> {
        let root = asked.root;
        let given = |name: &str| -> Option<&Literal> {
            asked.arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value)
        };
        let mut arguments = coerce::arguments(root.arguments, given, variables).map_err(|fault| unfit(&fault))?;
        let (mut first, mut after) = (1, None);
        match root.shape {
            Shape::Connection(_) => {
                first = self.first(root.arguments, arguments.remove("first"))?;
                after = arguments.remove("after").and_then(|after| after.as_str().map(str::to_owned));
            }
            Shape::List(_) => first = self.limits.page,
            Shape::Each(_, of) => first = ids(&arguments, of),
            Shape::One(_) | Shape::Node | Shape::Payload(_) | Shape::Event(_) => {}
        }
        let mut call = Call { arguments, first, after, field: root.name, reading: 0, refused: None };
        let mut scope = root.scope;
        if let Answer::Node(kinds) = &asked.answer {
            let id = call.arguments.get("id").and_then(Json::as_str).unwrap_or_default();
            match kinds.iter().position(|(kind, _)| id.starts_with(kind.prefix)) {
                Some(place) => {
                    call.reading = place;
                    if let Some((kind, _)) = kinds.get(place) {
                        call.field = kind.field;
                        scope = Some(kind.scope);
                    }
                }
                None => call.refused = Some(ErrorCode::BadId),
            }
        }
        if !permitted(caller, scope) {
            call.refused = Some(ErrorCode::ScopeMissing);
        }
        Ok(call)
    }

    /// How many rows a page is asked for: `first`, or what the table says where it is null.
    fn first(&self, table: &[crate::roots::Argument], given: Option<Json>) -> Result<u16, Fault> {
        let default = || table.iter().find(|argument| argument.name == "first").and_then(|argument| argument.default);
        let given = given.filter(|given| !given.is_null()).or_else(|| default().map(crate::roots::Default::json));
        given
            .and_then(|given| given.as_u64())
            .and_then(|first| u16::try_from(first).ok())
            .filter(|first| (1..=self.limits.page).contains(first))
            .ok_or_else(|| Fault::of(ErrorCode::LimitPage))
    }
}

impl Prepared {
    /// Whether the operation says why, where it must, and may say so.
    fn check_purpose(&self, caller: &Caller) -> Result<(), ErrorCode> {
        match self.purpose {
            Some(purpose) if caller.purposes().contains(purpose) => Ok(()),
            Some(_) => Err(ErrorCode::PurposeNotAllowed),
            None if self.touches_a_subject() => Err(ErrorCode::PurposeRequired),
            None => Ok(()),
        }
    }

    fn touches_a_subject(&self) -> bool {
        // A change is what its root field says, whichever member of the payload it comes to.
        let selected = |asked: &Asked, call: &Call| match &asked.answer {
            Answer::Payload(_) => false,
            _ => call.reading(asked).is_some_and(|reading| reading.plan.of_subject),
        };
        self.asked().any(|(asked, call)| asked.root.of_subject || selected(asked, call))
    }

    /// The root fields of the tables, each with its call.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&Asked, &Call)> {
        let asked = self.compiled.fields.iter().filter_map(|field| match field {
            RootField::Asked(asked) => Some(&**asked),
            RootField::Typename(..) | RootField::Introspection(_) => None,
        });
        asked.zip(&self.calls)
    }
}

/// How many ids an argument lists.
fn ids(arguments: &Map<String, Json>, name: &str) -> u16 {
    let listed = arguments.get(name).and_then(Json::as_array).map_or(0, Vec::len);
    u16::try_from(listed).unwrap_or(u16::MAX)
}

/// Whether a refusal says that the caller's token does not carry what was asked for.
const fn is_beyond(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::PurposeNotAllowed | ErrorCode::ScopeMissing)
}

fn permitted(caller: &Caller, scope: Option<Scope>) -> bool {
    scope.is_none_or(|scope| caller.scopes().contains(scope))
}

/// Whether variables are within their limits. The walk ends where a limit does.
fn within(variables: &Map<String, Json>, limits: &Limits) -> bool {
    fn spend(budget: &mut usize, bytes: usize) -> bool {
        budget.checked_sub(bytes).map(|left| *budget = left).is_some()
    }
    fn map(members: &Map<String, Json>, depth: usize, budget: &mut usize) -> bool {
        depth > 0 && members.iter().all(|(name, inner)| spend(budget, name.len()) && value(inner, depth - 1, budget))
    }
    fn value(value_: &Json, depth: usize, budget: &mut usize) -> bool {
        match value_ {
            Json::String(text) => spend(budget, text.len() + 1),
            Json::Array(items) => {
                depth > 0 && items.iter().all(|item| value(item, depth - 1, budget)) && spend(budget, 1)
            }
            Json::Object(members) => map(members, depth, budget) && spend(budget, 1),
            // The longest number serde_json keeps has about this many digits.
            Json::Number(_) => spend(budget, 20),
            Json::Null | Json::Bool(_) => spend(budget, 4),
        }
    }
    map(variables, limits.variables_depth, &mut { limits.variables_length })
}

fn not_admitted(refused: Refused) -> Fault {
    Fault::of(refused.code).placed(refused.place)
}

fn invalid(found: &Invalid) -> Fault {
    Fault::of(ErrorCode::ValidationFailed).saying(&found.message).placed(found.places.iter().copied())
}

fn unfit(fault: &Unfit) -> Fault {
    Fault::of(ErrorCode::BadVariables).saying(&format!("`{}` is not {}", fault.at, fault.expected))
}

fn unplanned(fault: &Unplanned) -> Fault {
    match fault {
        Unplanned::Overlap(key) => Fault::of(ErrorCode::ValidationFailed)
            .saying(&format!("fields `{key}` conflict: they are different fields or have different arguments")),
        Unplanned::Typename => {
            Fault::of(ErrorCode::ValidationFailed).saying("`__typename` takes neither arguments nor a selection")
        }
        Unplanned::Condition(fault) => unfit(fault),
        Unplanned::Unknown => Fault::of(ErrorCode::Internal),
    }
}
