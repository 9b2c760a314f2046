//! What every change is made of, once: the types of its input's fields, the key and the version it carries, what it can
//! come to, and its root field. The rooms beside this one say what is particular to them.

use sangam_vocabulary::Code;

use super::{Argument, InputType};
use crate::table::CodeList;

pub(super) const ID: InputType = InputType::NonNull(&InputType::Id);
pub(super) const IDS: InputType = InputType::NonNull(&InputType::List(&ID));
pub(super) const TEXT: InputType = InputType::NonNull(&InputType::Text);
pub(super) const INT: InputType = InputType::NonNull(&InputType::Int);
pub(super) const BOOLEAN: InputType = InputType::NonNull(&InputType::Boolean);
pub(super) const DATE_TIME: InputType = InputType::NonNull(&InputType::DateTime);

/// A code of a list, which may be absent.
pub(super) const fn code<C: Code>() -> InputType {
    InputType::Code(CodeList::of::<C>())
}

pub(super) const KEY: Argument = Argument::new(
    "idempotencyKey",
    TEXT,
    "The caller's own key for this change: sent again with the same key, it is the same change and is made once.",
);
pub(super) const VERSION: Argument = Argument::new("version", INT, "The version the caller saw.");
pub(super) const SUBJECT: Argument =
    Argument::new("subject", ID, "The person, by the subject's id as this caller sees it.");

/// Names the types of a code of a list, which must be there, and of a list of such codes.
macro_rules! codes {
    ($one:ident, $many:ident, $code:ty) => {
        const $one: InputType = InputType::NonNull(&$crate::roots::form::code::<$code>());
        const $many: InputType = InputType::NonNull(&InputType::List(&$one));
    };
}

/// Names what a change can come to: its own outcomes, and those that every change can come to.
macro_rules! payload {
    ($payload:ident, $name:literal, $sentence:literal, $($member:ident),+) => {
        static $payload: $crate::roots::Payload = $crate::roots::Payload {
            name: $name,
            sentence: $sentence,
            members: &[
                $(&$member,)+
                &$crate::nouns::outcome::INVALID_INPUT,
                &$crate::nouns::outcome::NOT_FOUND,
                &$crate::nouns::outcome::NOT_PERMITTED,
                &$crate::nouns::outcome::CONFLICT,
            ],
        };
    };
}

/// The root field of a change, as a value, or named for `Mutation` where a room of its own has it.
macro_rules! change {
    ($root:ident = $name:literal, $($rest:tt)+) => {
        pub(super) const $root: $crate::roots::Root = change!($name, $($rest)+);
    };
    ($name:literal, $input:ident, $payload:ident, $scope:ident, $of_subject:literal, $sentence:literal) => {
        $crate::roots::Root {
            name: $name,
            shape: $crate::roots::Shape::Payload(&$payload),
            sentence: $sentence,
            arguments: {
                const GIVEN: $crate::roots::InputType = $crate::roots::InputType::Input(&$input);
                const INPUT: &[$crate::roots::Argument] = &[$crate::roots::Argument::new(
                    "input",
                    $crate::roots::InputType::NonNull(&GIVEN),
                    "The change.",
                )];
                INPUT
            },
            scope: Some($crate::caller::Scope::$scope),
            cost: 10,
            of_subject: $of_subject,
        }
    };
}

pub(super) use {change, codes, payload};
