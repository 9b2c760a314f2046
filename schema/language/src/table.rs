//! Objects are tables: one noun, one list of fields; each field says its name, type, sentence, category, cost
//! and where its value is read.

use sangam_custody::OutwardKind;
use sangam_vocabulary::{Category, Code};
use sangam_workflow::flow::Words;

use crate::port::SealedIn;

/// A closed list of codes, as the schema shows it.
#[derive(Clone, Copy)]
pub struct CodeList {
    /// The GraphQL name.
    pub name: &'static str,
    /// What the list is.
    pub sentence: &'static str,
    /// Each value with its sentence.
    pub values: fn() -> Vec<(&'static str, &'static str)>,
}

impl CodeList {
    /// The list of a vocabulary's codes.
    #[must_use]
    pub const fn of<C: Code>() -> Self {
        fn values<C: Code>() -> Vec<(&'static str, &'static str)> {
            C::ALL.iter().map(|value| (value.code(), value.sentence())).collect()
        }
        Self { name: C::NAME, sentence: C::SENTENCE, values: values::<C> }
    }
}

/// A field's type. What is not wrapped is nullable.
#[derive(Clone, Copy)]
pub enum Type {
    /// `ID`.
    Id,
    /// `String`.
    Text,
    /// `Int`.
    Int,
    /// `Boolean`.
    Boolean,
    /// `DateTime`, RFC 3339 in UTC.
    DateTime,
    /// An enum.
    Code(CodeList),
    /// An object.
    Object(&'static Noun),
    /// `[T!]`.
    List(&'static Type),
    /// `T!`.
    NonNull(&'static Type),
}

/// Where a field's value is read.
#[derive(Clone, Copy)]
pub enum Read {
    /// A column of the noun at this place, by name; the store knows the expression. Lists of codes and ids
    /// come as [`Cell::List`](crate::Cell::List).
    Column(&'static str),
    /// The pairwise outward id of the row's record or subject, from the named column.
    Outward(OutwardKind, &'static str),
    /// A noun in the same row whose columns carry this prefix (`"sender."`).
    Within(&'static str),
    /// The rows of a noun under this row ([`Row::rows`](crate::Row::rows)), as a list; their columns carry this prefix.
    Rows(&'static str),
    /// The released payload of a category, as an object whose fields are [`Read::Member`].
    Sealed(SealedIn, Category),
    /// A member of the payload or value at this place.
    Member(&'static str),
    /// The state column, or its covering word where the state's category does not show, as the workflow tells it.
    State(&'static str, Words),
    /// A code or a list of codes, each as the words tell it to who can see its category; what they do not tell is left
    /// out.
    Told(&'static str, Words),
    /// The categories that were withheld from this object, with reasons.
    Withheld,
    /// The categories the caller can see on this object.
    CanSee,
    /// The steps the caller can take on this object.
    CanDo,
}

/// One field.
#[derive(Clone, Copy)]
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: Type,
    /// What it is.
    pub sentence: &'static str,
    /// The category that must show for the field to be there; a nested object is gated as a whole.
    pub category: Option<Category>,
    /// What it costs.
    pub cost: u16,
    /// Where it is read.
    pub read: Read,
}

impl Field {
    /// A field of cost 1 that is about nobody.
    #[must_use]
    pub const fn plain(name: &'static str, ty: Type, sentence: &'static str, read: Read) -> Self {
        Self { name, ty, sentence, category: None, cost: 1, read }
    }

    /// The released payload of a category, of cost 2: it is opened for this answer.
    #[must_use]
    pub const fn sealed(
        name: &'static str,
        noun: &'static Noun,
        sentence: &'static str,
        within: SealedIn,
        category: Category,
    ) -> Self {
        let (ty, read) = (Type::Object(noun), Read::Sealed(within, category));
        Self { name, ty, sentence, category: Some(category), cost: 2, read }
    }

    /// A field that shows only with its category. Its type must be nullable.
    #[must_use]
    pub const fn gated(name: &'static str, ty: Type, sentence: &'static str, category: Category, read: Read) -> Self {
        Self { name, ty, sentence, category: Some(category), cost: 1, read }
    }
}

/// One object type.
pub struct Noun {
    /// The GraphQL name.
    pub name: &'static str,
    /// What it is.
    pub sentence: &'static str,
    /// Whether it is about a subject: an operation that touches it needs a purpose.
    pub of_subject: bool,
    /// Whether it implements `Node`.
    pub is_node: bool,
    /// The fields, in the order the SDL shows.
    pub fields: &'static [Field],
}
