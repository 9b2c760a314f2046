//! A GraphQL request out of JSON or out of a query string (GraphQL over HTTP, section "Request"). A list of
//! requests is not a request: there are no batches.

use sangam_language::Operation;
use sangam_vocabulary::Purpose;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::form::Form;
use crate::refusal::Refusal;

/// The parameters, as JSON carries them. `null` is the same as absent; unknown members are passed over, as
/// the specification asks.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// The document.
    pub(crate) query: Option<String>,
    /// Which of its operations.
    #[serde(rename = "operationName")]
    pub(crate) operation_name: Option<String>,
    /// The variables.
    pub(crate) variables: Option<Map<String, Value>>,
    /// What transports and clients agree upon; sockets carry the purpose here.
    pub(crate) extensions: Option<Map<String, Value>>,
}

const NO_QUERY: &str = "Send the document as the string `query`.";
const NOT_JSON: &str = "Send one JSON object: `query` a string, `operationName` a string, `variables` and `extensions` objects; lists of requests are not taken.";
const NOT_FORM: &str =
    "Send `query`, `operationName`, and `variables` and `extensions` as JSON objects, each once, in the query string.";

impl Parameters {
    /// Out of a JSON body.
    ///
    /// # Errors
    /// 400; the parser's own words, which may repeat the body, are not passed on.
    pub(crate) fn of_json(body: &[u8]) -> Result<Self, Refusal> {
        // serde reads a struct from a list, too: a batch of one would pass for a request.
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Refusal::bad_request(NOT_JSON));
        }
        serde_json::from_slice(body).map_err(|_| Refusal::bad_request(NOT_JSON))
    }

    /// Out of a query string.
    ///
    /// # Errors
    /// 400.
    pub(crate) fn of_query(text: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::bad_request(NOT_FORM);
        let mut form = Form::read(text).ok_or_else(wrong)?;
        let mut object = |name| match form.take(name) {
            None => Ok(None),
            Some(json) => serde_json::from_str::<Option<Map<String, Value>>>(&json).map_err(|_| wrong()),
        };
        Ok(Self {
            variables: object("variables")?,
            extensions: object("extensions")?,
            query: form.take("query"),
            operation_name: form.take("operationName"),
        })
    }

    /// The operation, with the purpose it is asked for.
    ///
    /// # Errors
    /// 400 when there is no document.
    pub(crate) fn operation(self, purpose: Option<Purpose>) -> Result<Operation, Refusal> {
        let query = self.query.ok_or_else(|| Refusal::bad_request(NO_QUERY))?;
        Ok(Operation { query, name: self.operation_name, variables: self.variables.unwrap_or_default(), purpose })
    }
}
