//! Locks, as those whom they bind see them. That somebody was forced shows nowhere here, nor who has released what.

use super::{COUNTRY, DATE_TIME, ID};
use crate::nouns::codes::REQUIRED_LOCK_SCOPE;
use crate::table::{Field, Noun, Read};

/// A lock that is not released.
pub static LOCK: Noun = Noun {
    name: "Lock",
    sentence: "A lock on subjects that is not released: nothing about them leaves the hub.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The lock's id. Whoever is to help open it has to be told; nobody else sees it.",
            Read::Column("id"),
        ),
        Field::plain("scope", REQUIRED_LOCK_SCOPE, "Whose subjects are locked.", Read::Column("scope")),
        Field::plain("country", COUNTRY, "The country it is about, or the organization's.", Read::Column("country")),
        Field::plain("since", DATE_TIME, "Since when.", Read::Column("since")),
    ],
};
