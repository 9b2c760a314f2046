//! Arguments and input objects as tables.

use crate::table::CodeList;

/// The type of something a caller hands in. What is not wrapped may be null or absent.
#[derive(Clone, Copy)]
pub(crate) enum InputType {
    /// `ID`: a string, or a whole number taken as one.
    Id,
    /// `String`.
    Text,
    /// `Int`, 32 bits.
    Int,
    /// `Boolean`.
    Boolean,
    /// `DateTime`, RFC 3339.
    DateTime,
    /// An enum.
    Code(CodeList),
    /// An input object.
    Input(&'static Input),
    /// `[T]`.
    List(&'static InputType),
    /// `T!`.
    NonNull(&'static InputType),
}

impl InputType {
    /// The type as GraphQL spells it.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Self::Id => "ID".to_owned(),
            Self::Text => "String".to_owned(),
            Self::Int => "Int".to_owned(),
            Self::Boolean => "Boolean".to_owned(),
            Self::DateTime => "DateTime".to_owned(),
            Self::Code(list) => list.name.to_owned(),
            Self::Input(input) => input.name.to_owned(),
            Self::List(item) => format!("[{}]", item.spelled()),
            Self::NonNull(of) => format!("{}!", of.spelled()),
        }
    }

    /// The type without its wrappers.
    pub(crate) const fn innermost(&self) -> &Self {
        match self {
            Self::List(of) | Self::NonNull(of) => of.innermost(),
            named => named,
        }
    }
}

/// A default value.
#[derive(Clone, Copy)]
pub(crate) enum Default {
    /// A whole number.
    Int(i32),
    /// Yes or no.
    Boolean(bool),
}

impl Default {
    /// The literal as the SDL shows it.
    pub(crate) fn literal(self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Boolean(yes) => yes.to_string(),
        }
    }

    /// The value.
    pub(crate) fn json(self) -> serde_json::Value {
        match self {
            Self::Int(number) => number.into(),
            Self::Boolean(yes) => yes.into(),
        }
    }
}

/// An argument of a root field, or a field of an input object.
pub(crate) struct Argument {
    /// The name.
    pub(crate) name: &'static str,
    /// The type.
    pub(crate) ty: InputType,
    /// What it is.
    pub(crate) sentence: &'static str,
    /// What it is when absent.
    pub(crate) default: Option<Default>,
}

impl Argument {
    pub(super) const fn new(name: &'static str, ty: InputType, sentence: &'static str) -> Self {
        Self { name, ty, sentence, default: None }
    }

    pub(super) const fn or(mut self, default: Default) -> Self {
        self.default = Some(default);
        self
    }
}

/// An input object.
pub(crate) struct Input {
    /// The GraphQL name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) sentence: &'static str,
    /// Its fields.
    pub(crate) fields: &'static [Argument],
}
