//! What a change can come to: the members of the payload unions. Expected refusals are data, each with what the caller
//! can do next. Here is what every change can come to; the rooms have what is particular to theirs.

use super::{TEXT, TEXTS};
use crate::table::{Field, Noun, Read, Type};

const MESSAGE: Field = Field::plain(
    "message",
    TEXT,
    "What is wrong and what to do next; holds nothing the caller sent.",
    Read::Column("message"),
);

/// A field that is a record as the change has left it; its columns carry the field's name as their prefix.
macro_rules! record {
    ($record:ident, $field:literal) => {
        Field::plain(
            $field,
            Type::NonNull(&Type::Object(&$record)),
            "The record as it is now.",
            Read::Within(concat!($field, ".")),
        )
    };
}

/// An outcome that is one record as the change has left it; it is about whom the record is about.
macro_rules! after {
    ($outcome:ident, $name:literal, $record:ident, $field:literal, $sentence:literal) => {
        #[doc = $sentence]
        pub(crate) static $outcome: Noun = Noun {
            name: $name,
            sentence: $sentence,
            of_subject: $record.of_subject,
            is_node: false,
            fields: &[record!($record, $field)],
        };
    };
}

/// An outcome that is about nobody.
macro_rules! outcome {
    ($outcome:ident, $name:literal, $sentence:literal, $fields:expr) => {
        #[doc = $sentence]
        pub(crate) static $outcome: Noun =
            Noun { name: $name, sentence: $sentence, of_subject: false, is_node: false, fields: &$fields };
    };
}

mod case;
mod consent;
mod exception;
mod organization;

pub(crate) use case::*;
pub(crate) use consent::*;
pub(crate) use exception::*;
pub(crate) use organization::*;

outcome!(
    ILLEGAL_STEP,
    "IllegalStep",
    "The record cannot take that step now.",
    [
        MESSAGE,
        Field::plain("legal", TEXTS, "The steps this caller can take now, by code.", Read::Column("legal")),
        Field::plain(
            "missing",
            TEXTS,
            "What must be there before the step, by code; empty where the step itself is not legal.",
            Read::Column("missing"),
        ),
    ]
);

outcome!(
    INVALID_INPUT,
    "InvalidInput",
    "Something in the input is wrong.",
    [MESSAGE, Field::plain("path", TEXT, "JSON pointer into the input.", Read::Column("path"))]
);

outcome!(NOT_FOUND, "NotFound", "Nothing of that id exists for this caller and purpose.", [MESSAGE]);

outcome!(
    NOT_PERMITTED,
    "NotPermitted",
    "The record exists for this caller, but the change is for somebody else to make.",
    [MESSAGE]
);

outcome!(
    CONFLICT,
    "Conflict",
    "The record is no longer what the caller saw, or the idempotency key was used for another change.",
    [
        MESSAGE,
        Field::plain(
            "version",
            Type::Int,
            "The version now; null when the key is what conflicts.",
            Read::Column("version"),
        ),
    ]
);
