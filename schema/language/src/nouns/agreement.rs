//! Sharing agreements, as their parties see them.

use super::{BOOLEAN, CATEGORIES, COUNTRIES, DATE_TIME, ID, IDS, INT, PURPOSES, TEXT};
use crate::table::{Field, Noun, Read};

/// A sharing agreement.
pub static AGREEMENT: Noun = Noun {
    name: "Agreement",
    sentence: "A sharing agreement: who may give what to whom, why, where and until when. For its parties.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The agreement's id.", Read::Column("id")),
        Field::plain("version", INT, "Which version.", Read::Column("version")),
        Field::plain("legalBasis", TEXT, "On what legal basis.", Read::Column("legalBasis")),
        Field::plain("disclosers", IDS, "The parties that may disclose.", Read::Column("disclosers")),
        Field::plain("recipients", IDS, "The parties that may receive.", Read::Column("recipients")),
        Field::plain("purposes", PURPOSES, "For which purposes.", Read::Column("purposes")),
        Field::plain("categories", CATEGORIES, "Which categories.", Read::Column("categories")),
        Field::plain("countries", COUNTRIES, "Where a recipient may be.", Read::Column("countries")),
        Field::plain(
            "onward",
            BOOLEAN,
            "Whether a recipient may be the source for another recipient.",
            Read::Column("onward"),
        ),
        Field::plain("from", DATE_TIME, "From when.", Read::Column("from")),
        Field::plain("until", DATE_TIME, "Until when.", Read::Column("until")),
        Field::plain(
            "inForce",
            BOOLEAN,
            "Whether it binds now: approved by two people of each party, in time, not suspended.",
            Read::Column("inForce"),
        ),
    ],
};
