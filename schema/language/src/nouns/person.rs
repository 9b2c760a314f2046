//! People of the caller's organization, as its administrators see them and as each sees the own account.

use super::codes::REQUIRED_PERSON_STATE;
use super::{BOOLEAN, ID, INT, TEXT};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::PersonRole;

const PERSON_ROLES: Type = Type::NonNull(&Type::List(&Type::NonNull(&Type::Code(CodeList::of::<PersonRole>()))));

/// A person's account.
pub static PERSON: Noun = Noun {
    name: "Person",
    sentence: "A person of the caller's organization, by pseudonym: the name stays with the identity provider.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The person's id.", Read::Column("id")),
        Field::plain(
            "pseudonym",
            TEXT,
            "The pseudonym the organization gave: the actor in the journal.",
            Read::Column("pseudonym"),
        ),
        Field::plain("state", REQUIRED_PERSON_STATE, "Whether the account may act.", Read::Column("state")),
        Field::plain("roles", PERSON_ROLES, "What the person does.", Read::Column("roles")),
        Field::plain(
            "proposed",
            BOOLEAN,
            "Whether one administrator proposed the person as another: a second confirms it by assigning the role.",
            Read::Column("proposed"),
        ),
        Field::plain("lastUsed", Type::Text, "The day the account was last used, ISO 8601.", Read::Column("lastUsed")),
        Field::plain(
            "reviewDue",
            Type::DateTime,
            "When the next review is due; thirty days later an account without it falls asleep.",
            Read::Column("reviewDue"),
        ),
        Field::plain("version", INT, "Grows with every change of what the person may do.", Read::Column("version")),
    ],
};
