//! The operation files, and how one is run: through the executor, as the person who signed in, for the operation's purpose.
//! The portal has no other way to anything. A test holds every file against the committed schema.

use futures_util::future::BoxFuture;
use sangam_language::{Caller, ErrorCode, Executor, Operation, Port, Reply, Stage};
use sangam_vocabulary::Purpose;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Who runs operations.
pub trait Runs: Send + Sync + 'static {
    /// Runs a query or a mutation as somebody.
    fn run<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply>;
}

impl<P: Port> Runs for Executor<P> {
    fn run<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply> {
        Box::pin(self.execute(caller, operation))
    }
}

/// A file of `operations`, with the fragments that it names.
pub(crate) struct Document {
    pub(crate) text: &'static str,
    pub(crate) purpose: Option<Purpose>,
}

macro_rules! documents {
    ($($name:ident = $purpose:expr, $($file:literal)+;)+) => {
        $(pub(crate) static $name: Document = Document {
            text: concat!($(include_str!(concat!("../operations/", $file, ".graphql"))),+),
            purpose: $purpose,
        };)+

        /// All of them.
        #[cfg(test)]
        pub(crate) static ALL: &[&Document] = &[$(&$name),+];
    };
}

const RETURN: Option<Purpose> = Some(Purpose::Repatriation);
const REFERRAL: Option<Purpose> = Some(Purpose::ServiceReferral);

documents! {
    WAITING = None, "waiting";
    SEE_NOTICES = None, "see_notices";
    ORGANIZATIONS = None, "organizations";
    TURNS = RETURN, "turns" "row";
    BOARD = RETURN, "board" "row";
    REQUEST = RETURN, "request" "whole" "row";
    HER = RETURN, "her";
    STEP = RETURN, "step";
    NOTE = RETURN, "note";
    WITHDRAW = RETURN, "withdraw";
    REFERRALS = REFERRAL, "referrals" "seen";
    REFERRED = REFERRAL, "referral" "seen";
    ANSWER = REFERRAL, "answer";
    WRITE = REFERRAL, "write";
}

/// An operation came to nothing that a page could show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    /// What was asked for is not there, or is not asked for like this: an id or a cursor that is none of this caller's.
    Absent,
    /// The person may not ask for it.
    Forbidden,
    /// It cannot be done now; nothing was.
    Later,
}

impl Failed {
    fn of(code: &str) -> Self {
        let is = |known: ErrorCode| known.code() == code;
        if is(ErrorCode::BadId) || is(ErrorCode::BadCursor) || is(ErrorCode::BadVariables) {
            Self::Absent
        } else if is(ErrorCode::ScopeMissing) || is(ErrorCode::PurposeNotAllowed) {
            Self::Forbidden
        } else {
            Self::Later
        }
    }
}

impl Document {
    /// Runs it, and reads the answer's data.
    ///
    /// # Errors
    /// [`Failed`]: an answer with an error is none, because a page that shows half of what is there misleads.
    pub(crate) async fn run<T: DeserializeOwned>(
        &self,
        runs: &dyn Runs,
        caller: &Caller,
        variables: Map<String, Value>,
    ) -> Result<T, Failed> {
        let query = self.text.to_owned();
        let operation = Operation { query, name: None, variables, purpose: self.purpose };
        let reply = runs.run(caller, operation).await;
        if let Stage::Refused(code) = reply.stage {
            return Err(Failed::of(code.code()));
        }
        let mut answer: Value = serde_json::from_slice(&reply.body).map_err(|_| Failed::Later)?;
        if let Some(code) = answer.pointer("/errors/0/extensions/code") {
            return Err(Failed::of(code.as_str().unwrap_or_default()));
        }
        let data = answer.get_mut("data").map(Value::take).unwrap_or_default();
        serde_json::from_value(data).map_err(|fault| {
            // Kind and place of what does not fit, never a value: that is a person's.
            tracing::error!(line = fault.line(), kind = ?fault.classify(), "an answer does not fit its page");
            Failed::Later
        })
    }
}

/// Variables by name; a null is left out.
pub(crate) fn variables<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let given = pairs.into_iter().filter(|(_, value)| !value.is_null());
    given.map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sangam_language::{
        Caller, Change, ErrorCode, Executor, Limits, Noted, Operation, OperationKind, Outcome, Page, PageAsk, Plan,
        Port, PortFault, Ported, Watch,
    };
    use sangam_vocabulary::Purpose;

    use super::{ALL, Failed, HER, REQUEST};

    /// A hub that has nothing: what is asked here is whether it would be asked at all.
    struct Nothing;

    fn nothing<'a, T>() -> Ported<'a, T> {
        Box::pin(async { Err(PortFault::from(ErrorCode::Unavailable)) })
    }

    impl Port for Nothing {
        fn read<'a>(&'a self, _: &'a Caller, _: PageAsk<'a>) -> Ported<'a, Page> {
            nothing()
        }

        fn change<'a>(
            &'a self,
            _: &'a Caller,
            _: Option<Purpose>,
            _: Change,
            _: &'a (dyn Fn(&str) -> Plan + Send + Sync),
        ) -> Ported<'a, Outcome> {
            nothing()
        }

        fn watch<'a>(&'a self, _: Caller, _: &'static str, _: Plan, _: Option<Purpose>) -> Ported<'a, Watch> {
            nothing()
        }

        fn refused<'a>(&'a self, _: &'a Caller, _: Option<Purpose>, _: ErrorCode) -> Noted<'a> {
            Box::pin(std::future::ready(()))
        }
    }

    /// The executor's schema is the committed one: a test of the language holds that.
    #[test]
    fn every_file_is_run_by_somebody_and_is_an_operation_of_the_schema() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/operations");
        for file in std::fs::read_dir(folder).unwrap() {
            let file = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(ALL.iter().any(|document| document.text.contains(file.as_str())), "nobody runs {file}");
        }
        let executor = Executor::new(Arc::new(Nothing), Limits::standard(), false);
        let kind = |text: &str| {
            let variables = serde_json::Map::new();
            let operation = Operation { query: text.to_owned(), name: None, variables, purpose: None };
            executor.kind(&operation).map_err(|reply| String::from_utf8_lossy(&reply.body).into_owned())
        };
        for document in ALL {
            let expected =
                if document.text.starts_with("mutation") { OperationKind::Mutation } else { OperationKind::Query };
            assert_eq!(kind(document.text), Ok(expected), "{}", document.text);
        }
        assert!(kind("query { repatriations { nodes { name } } }").is_err(), "the control");
    }

    /// Names, parents and origin are read when somebody asks for them, and not with each opening of a return.
    #[test]
    fn a_return_opens_without_her_names_and_her_origin() {
        for told in ["tracing {", "identity {"] {
            assert!(!REQUEST.text.contains(told), "{told}");
            assert!(HER.text.contains(told), "{told}: the control");
        }
    }

    #[test]
    fn a_fault_is_told_by_what_the_reader_can_do_about_it() {
        for (code, failed) in [
            (ErrorCode::BadId, Failed::Absent),
            (ErrorCode::BadCursor, Failed::Absent),
            (ErrorCode::ScopeMissing, Failed::Forbidden),
            (ErrorCode::Unavailable, Failed::Later),
            (ErrorCode::Internal, Failed::Later),
        ] {
            assert_eq!(Failed::of(code.code()), failed);
        }
    }
}
