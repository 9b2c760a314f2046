//! What goes into `errors`: a code of the closed list, its sentence, where. Never a text from inside, never a
//! value the caller sent.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use crate::code::ErrorCode;
use crate::operation::{Reply, Stage};
use crate::port::PortFault;

/// Characters of a message, at most: enough for every sentence of ours and for what validation says.
const LONGEST_MESSAGE: usize = 300;

/// One step of the path to a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'w> {
    /// A response key.
    Key(&'w str),
    /// A place in a list.
    Index(usize),
}

/// One error.
#[derive(Debug)]
pub(crate) struct Fault {
    code: ErrorCode,
    message: Cow<'static, str>,
    places: Vec<(usize, usize)>,
    path: Vec<Json>,
    reference: Option<String>,
}

impl Fault {
    /// An error of the whole operation.
    pub(crate) fn of(code: ErrorCode) -> Self {
        Self { code, message: Cow::Borrowed(code.sentence()), places: Vec::new(), path: Vec::new(), reference: None }
    }

    /// An error at a value.
    pub(crate) fn at(code: ErrorCode, path: &[Step<'_>]) -> Self {
        let step = |step: &Step<'_>| match step {
            Step::Key(key) => Json::from(*key),
            Step::Index(place) => Json::from(*place),
        };
        Self { path: path.iter().map(step).collect(), ..Self::of(code) }
    }

    /// What a port said about a root field.
    pub(crate) fn of_port(fault: &PortFault, key: &str) -> Self {
        Self { reference: fault.reference.clone(), ..Self::at(fault.code, &[Step::Key(key)]) }
    }

    /// The same error with a message of its own, cut to its length.
    pub(crate) fn saying(self, message: &str) -> Self {
        let message = match message.char_indices().nth(LONGEST_MESSAGE) {
            Some((end, _)) => format!("{} …", message.get(..end).unwrap_or_default()),
            None => message.to_owned(),
        };
        Self { message: Cow::Owned(message), ..self }
    }

    /// The same error at lines and columns of the document.
    pub(crate) fn placed(self, places: impl IntoIterator<Item = (usize, usize)>) -> Self {
        Self { places: places.into_iter().collect(), ..self }
    }

    /// The code.
    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    fn json(&self) -> Json {
        let mut extensions = json!({ "code": self.code.code() });
        if let (Some(reference), Some(extensions)) = (&self.reference, extensions.as_object_mut()) {
            extensions.insert("reference".to_owned(), Json::from(reference.as_str()));
        }
        let mut error = serde_json::Map::new();
        error.insert("message".to_owned(), Json::from(&*self.message));
        if !self.places.is_empty() {
            let place = |(line, column): &(usize, usize)| json!({ "line": line, "column": column });
            error.insert("locations".to_owned(), self.places.iter().map(place).collect());
        }
        if !self.path.is_empty() {
            error.insert("path".to_owned(), Json::Array(self.path.clone()));
        }
        error.insert("extensions".to_owned(), extensions);
        Json::Object(error)
    }
}

/// The errors of one answer, up to a limit; what happened beyond it is of the same kind.
#[derive(Debug)]
pub(crate) struct Faults {
    faults: Vec<Fault>,
    most: usize,
}

impl Faults {
    pub(crate) const fn new(most: usize) -> Self {
        Self { faults: Vec::new(), most }
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        if self.faults.len() < self.most {
            self.faults.push(fault);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// The value of `errors`.
    pub(crate) fn json(&self) -> Json {
        self.faults.iter().map(Fault::json).collect()
    }
}

/// The reply to an operation that did not begin to execute: errors, no data. Its code is the first error's.
pub(crate) fn refusal(first: Fault, rest: Vec<Fault>, limit: usize) -> Reply {
    let code = first.code();
    let mut faults = Faults::new(limit.max(1));
    std::iter::once(first).chain(rest).for_each(|fault| faults.add(fault));
    Reply { stage: Stage::Refused(code), body: json!({ "errors": faults.json() }).to_string().into_bytes() }
}
