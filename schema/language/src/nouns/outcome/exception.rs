//! What a change of something exceptional can come to.

use super::MESSAGE;
use crate::nouns::EXCEPTION;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_workflow::exception::ExceptionRefusal;

after!(
    EXCEPTION_RECORDED,
    "ExceptionRecorded",
    EXCEPTION,
    "exception",
    "It is on record, or was put there before under the same key."
);

after!(
    EXCEPTION_CHANGED,
    "ExceptionChanged",
    EXCEPTION,
    "exception",
    "It took the step, or took it before under the same key."
);

outcome!(
    EXCEPTION_REFUSED,
    "ExceptionRefused",
    "Nothing exceptional may be put on record here.",
    [
        MESSAGE,
        Field::plain(
            "reason",
            Type::NonNull(&Type::Code(CodeList::of::<ExceptionRefusal>())),
            "Why not.",
            Read::Column("reason"),
        ),
    ]
);
