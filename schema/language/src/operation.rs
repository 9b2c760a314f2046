//! An operation as every transport hands it in, and the reply it gets back.

use sangam_vocabulary::Purpose;

use crate::code::ErrorCode;

/// One GraphQL operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub name: Option<String>,
    /// The variables, a JSON object.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// Why the caller asks.
    pub purpose: Option<Purpose>,
}

/// What kind of operation a document asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// It reads.
    Query,
    /// It changes something.
    Mutation,
    /// It watches.
    Subscription,
}

/// How far an operation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It did not begin to execute: the reply has `errors` and no `data`.
    Refused(ErrorCode),
    /// It executed; the reply has `data`, and perhaps `errors`.
    Executed,
}

/// A finished reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// How far it came.
    pub stage: Stage,
    /// The response, a JSON object in UTF-8.
    pub body: Vec<u8>,
}
