//! The executor: every transport hands an operation in here and gets a finished reply. Gate, validation,
//! variables, purpose, scopes, limits, port, walk, in this order; nothing is asked of the port before all that
//! can refuse the operation has been looked at. It knows no transport. Read the walker for the answer's bytes,
//! `hub/desk` for the port.

mod prepare;
mod run;
mod watch;

use std::sync::Arc;

use async_graphql::parser::types::OperationType;

use crate::document::Remembered;
use crate::limits::Limits;
use crate::operation::{Operation, OperationKind, Reply};
use crate::port::Port;
use crate::registry::Checker;

/// Runs operations against a port.
pub struct Executor<P> {
    port: Arc<P>,
    limits: Limits,
    checker: Checker,
    remembered: Remembered,
}

impl<P: Port> Executor<P> {
    /// An executor on a port. Introspection is for developers; where it is off, so are suggestions of names,
    /// and the SDL is the way to learn the schema.
    #[must_use]
    pub fn new(port: Arc<P>, limits: Limits, introspection: bool) -> Self {
        let remembered = Remembered::new(limits.remembered);
        Self { port, limits, checker: Checker::new(introspection), remembered }
    }

    /// The schema in the schema definition language, sorted; `schema.graphql` is this text.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.checker.sdl()
    }

    /// What kind of operation it is, once it has passed the gate and validation.
    ///
    /// # Errors
    /// The refusal to send when it is no operation of this schema or over a limit.
    pub fn kind(&self, operation: &Operation) -> Result<OperationKind, Reply> {
        self.operation_type(operation).map(|kind| match kind {
            OperationType::Query => OperationKind::Query,
            OperationType::Mutation => OperationKind::Mutation,
            OperationType::Subscription => OperationKind::Subscription,
        })
    }
}

/// The schema in the schema definition language, as [`Executor::sdl`] gives it, without an executor.
#[must_use]
pub fn sdl() -> String {
    Checker::new(false).sdl()
}
