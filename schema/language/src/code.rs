//! The closed list of error codes of operations, each with what it means and what to do next. What a transport
//! refuses before an operation exists has the door's own codes (`sangam_door::DoorCode`); a test keeps the two
//! lists apart.

macro_rules! error_codes {
    ($($code:ident = $text:literal, $status:literal : $sentence:literal),+ $(,)?) => {
        /// Why an operation failed. A closed list: `errors[].extensions.code` is one of these, or one of the door's where
        /// the request never became an operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $(#[doc = $sentence] $code),+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code as `extensions.code` spells it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $text),+ }
            }

            /// The HTTP status when the operation did not begin to execute and the client accepts
            /// `application/graphql-response+json`.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status),+ }
            }

            /// What happened and what to do next.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$code => $sentence),+ }
            }
        }
    };
}

error_codes! {
    SyntaxError = "SYNTAX_ERROR", 400: "The document is not GraphQL; the message names line and column.",
    ValidationFailed = "VALIDATION_FAILED", 400: "The document does not fit the schema; fetch the SDL and compare.",
    BadVariables = "BAD_VARIABLES", 400: "A variable is missing or not of its type.",
    BadRequest = "BAD_REQUEST", 400: "The request is not a GraphQL request; send a JSON object with `query`.",
    PurposeRequired = "PURPOSE_REQUIRED", 400: "The operation touches a subject; say why in the header `Sangam-Purpose`.",
    PurposeNotAllowed = "PURPOSE_NOT_ALLOWED", 400: "The token does not carry that purpose; use one it carries or ask your administrators.",
    ScopeMissing = "SCOPE_MISSING", 403: "The token does not carry the scope this field needs; ask your administrators.",
    Locked = "LOCKED", 403: "The subjects are locked, and nothing about them is to be had until two people have released the lock.",
    LimitLength = "LIMIT_LENGTH", 400: "The document is longer than the limit; send less.",
    LimitTokens = "LIMIT_TOKENS", 400: "The document has more tokens than the limit; send less.",
    LimitBrackets = "LIMIT_BRACKETS", 400: "The document nests brackets deeper than the limit, literals included.",
    LimitDepth = "LIMIT_DEPTH", 400: "The selection is nested deeper than the limit.",
    LimitAliases = "LIMIT_ALIASES", 400: "The document has more aliases than the limit.",
    LimitRootFields = "LIMIT_ROOT_FIELDS", 400: "The operation has more root fields than the limit; send several operations.",
    LimitDirectives = "LIMIT_DIRECTIVES", 400: "The document has more directives than the limit.",
    LimitFragments = "LIMIT_FRAGMENTS", 400: "The document has more fragments than the limit.",
    LimitCost = "LIMIT_COST", 400: "The operation costs more than the limit once its fragments are expanded; ask for less or page.",
    LimitPage = "LIMIT_PAGE", 400: "`first` is out of range; it goes from 1 to 100.",
    LimitAnswer = "LIMIT_ANSWER", 400: "The answer would be larger than the limit; ask for less or page.",
    LimitVariables = "LIMIT_VARIABLES", 400: "The variables are larger or nested deeper than the limit.",
    TimedOut = "TIMED_OUT", 503: "The operation took longer than it may; try again later or ask for less.",
    TooBusy = "TOO_BUSY", 503: "The hub has as much work as it takes; try again after the time in `Retry-After`.",
    Unavailable = "UNAVAILABLE", 503: "The store or the journal does not answer, so nothing is disclosed; try again later.",
    BadCursor = "BAD_CURSOR", 400: "The cursor is not one this query gave you; start from the first page.",
    BadId = "BAD_ID", 400: "The id is not of the kind this argument takes.",
    NotSubscribable = "NOT_SUBSCRIBABLE", 400: "This transport carries no operation of that kind.",
    Internal = "INTERNAL", 500: "Something failed inside and was logged; tell the operator when it happened.",
}
