//! Connected foreign systems and their quarantine, as the owning organization sees them.

use super::{DATE_TIME, ID, INT, TEXT};
use crate::table::{Field, Noun, Read, Type};

/// A connected foreign system.
pub static PARTNER: Noun = Noun {
    name: "Partner",
    sentence: "A connected foreign system of the caller's organization.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The partner's id.", Read::Column("id")),
        Field::plain("name", TEXT, "Its name in the configuration.", Read::Column("name")),
        Field::plain("wire", TEXT, "How it talks: `primero` or `spreadsheet`.", Read::Column("wire")),
        Field::plain("mode", TEXT, "`mirror`, `push`, `both` or `live`.", Read::Column("mode")),
        Field::plain(
            "synchronisedAt",
            Type::DateTime,
            "When it last answered in full.",
            Read::Column("synchronisedAt"),
        ),
        Field::plain(
            "quarantined",
            INT,
            "How many of its records wait for the mapping to be mended.",
            Read::Column("quarantined"),
        ),
        Field::plain("waiting", INT, "How many deliveries to it wait.", Read::Column("waiting")),
    ],
};

/// A record that could not be read.
pub static QUARANTINED: Noun = Noun {
    name: "QuarantinedRecord",
    sentence: "A partner's record that could not be read: where, what kind of fault, how long the value; never the value.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The id to replay it by.", Read::Column("id")),
        Field::plain("partner", TEXT, "The partner's name.", Read::Column("partner")),
        Field::plain("path", TEXT, "JSON pointer of the first fault.", Read::Column("path")),
        Field::plain("kind", TEXT, "What kind of fault, a code.", Read::Column("kind")),
        Field::plain("length", INT, "How long the value was.", Read::Column("length")),
        Field::plain("faults", INT, "How many faults the record has.", Read::Column("faults")),
        Field::plain("since", DATE_TIME, "Since when it waits.", Read::Column("since")),
    ],
};
