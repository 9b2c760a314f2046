//! Registered systems, as the owning organization sees them.

use super::{BOOLEAN, DATE_TIME, ID, PURPOSES, TEXT, TEXTS};
use crate::table::{Field, Noun, Read};

/// A registered system.
pub static CLIENT: Noun = Noun {
    name: "Client",
    sentence: "A registered system of the caller's organization. Its secret is shown once, at registration, and never here.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The OAuth client id.", Read::Column("id")),
        Field::plain("name", TEXT, "What its organization calls it.", Read::Column("name")),
        Field::plain("scopes", TEXTS, "The scopes its tokens may carry.", Read::Column("scopes")),
        Field::plain("purposes", PURPOSES, "The purposes its tokens may carry.", Read::Column("purposes")),
        Field::plain("suspended", BOOLEAN, "Whether it is suspended.", Read::Column("suspended")),
        Field::plain("registeredAt", DATE_TIME, "When it was registered.", Read::Column("registeredAt")),
    ],
};
