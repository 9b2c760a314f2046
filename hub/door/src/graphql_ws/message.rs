//! The words of `graphql-transport-ws`, both ways, and the codes a socket is closed with.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graphql_request::Parameters;

/// What a client may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Said {
    /// It introduces itself.
    ConnectionInit {
        /// `authorization` and `purpose`.
        payload: Option<Map<String, Value>>,
    },
    /// It asks for a sign of life.
    Ping {},
    /// It gives one.
    Pong {},
    /// It starts an operation.
    Subscribe {
        /// By this name.
        id: String,
        /// This one.
        payload: Parameters,
    },
    /// It ends an operation.
    Complete {
        /// Of this name.
        id: String,
    },
}

impl Said {
    /// Reads a message; `None` when it is not one of the protocol.
    pub(crate) fn read(text: &str) -> Option<Self> {
        // serde reads tagged values from lists, too.
        if !text.trim_start().starts_with('{') {
            return None;
        }
        serde_json::from_str(text).ok()
    }
}

/// `connection_ack`.
pub(crate) const ACK: &str = r#"{"type":"connection_ack"}"#;
/// `pong`.
pub(crate) const PONG: &str = r#"{"type":"pong"}"#;

/// `next` with an execution result, a JSON object in UTF-8. `None` when it is not UTF-8.
pub(crate) fn next(id: &str, result: &[u8]) -> Option<String> {
    let result = std::str::from_utf8(result).ok()?;
    Some(format!(r#"{{"id":{},"type":"next","payload":{result}}}"#, Value::from(id)))
}

/// `error` with a list of GraphQL errors.
pub(crate) fn error(id: &str, errors: &Value) -> String {
    format!(r#"{{"id":{},"type":"error","payload":{errors}}}"#, Value::from(id))
}

/// `complete`.
pub(crate) fn complete(id: &str) -> String {
    format!(r#"{{"id":{},"type":"complete"}}"#, Value::from(id))
}

/// Why a socket ends: the code and the reason in the close frame. Nothing of what was said is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Goodbye {
    /// The code.
    pub(crate) code: u16,
    /// The reason.
    pub(crate) reason: &'static str,
    /// Whether the client can still be told.
    pub(crate) told: bool,
}

impl Goodbye {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason, told: true }
    }

    /// The client closed.
    pub(crate) const CLIENT: Self = Self::new(1000, "goodbye");
    /// The hub stops.
    pub(crate) const STOP: Self = Self::new(1001, "the hub stops; connect again");
    /// The line broke.
    pub(crate) const BROKEN: Self = Self { code: 1006, reason: "the line broke", told: false };
    /// It sends faster than it may.
    pub(crate) const FLOOD: Self = Self::new(1008, "more messages than the limit");
    /// A message is too long.
    pub(crate) const TOO_LONG: Self = Self::new(1009, "the message is longer than the limit");
    /// Tokens cannot be verified now.
    pub(crate) const LATER: Self = Self::new(1013, "try again later");
    /// It does not take what it asked for, or gives no sign of life.
    pub(crate) const SLOW: Self = Self { code: 1013, reason: "the client does not keep up", told: false };
    /// What it said is not of the protocol.
    pub(crate) const BAD_REQUEST: Self = Self::new(4400, "not a message of graphql-transport-ws");
    /// The purpose it introduced itself with is none.
    pub(crate) const BAD_PURPOSE: Self = Self::new(4400, "not one of the purposes");
    /// It asked before it introduced itself.
    pub(crate) const UNAUTHORIZED: Self = Self::new(4401, "Unauthorized");
    /// It could not say who it is, or no longer can.
    pub(crate) const FORBIDDEN: Self = Self::new(4403, "Forbidden");
    /// It did not introduce itself in time.
    pub(crate) const INIT_TIMEOUT: Self = Self::new(4408, "Connection initialisation timeout");
    /// It used a name twice.
    pub(crate) const DUPLICATE: Self = Self::new(4409, "Subscriber for this id already exists");
    /// It introduced itself twice.
    pub(crate) const INIT_TWICE: Self = Self::new(4429, "Too many initialisation requests");
}
