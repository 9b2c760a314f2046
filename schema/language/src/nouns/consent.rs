//! Consent, as the subject's owner sees it.

use super::codes::{REQUIRED_ASSENT, REQUIRED_EFFECT, REQUIRED_GIVER};
use super::{BOOLEAN, CATEGORIES, COUNTRIES, DATE_TIME, ID, IDS, INT, PURPOSES};
use crate::table::{Field, Noun, Read};

/// A consent on record.
pub static CONSENT: Noun = Noun {
    name: "Consent",
    sentence: "A consent on record: who gave it, how informed, for what, to whom, where and until when. For the subject's owner.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The consent's id.", Read::Column("id")),
        Field::plain("effect", REQUIRED_EFFECT, "Whether it gives or takes.", Read::Column("effect")),
        Field::plain("givenBy", REQUIRED_GIVER, "Who gave it.", Read::Column("givenBy")),
        Field::plain("assent", REQUIRED_ASSENT, "Whether the child agrees.", Read::Column("assent")),
        Field::plain(
            "informed",
            BOOLEAN,
            "Whether all seven HTCDS questions were answered yes.",
            Read::Column("informed"),
        ),
        Field::plain("purposes", PURPOSES, "For which purposes.", Read::Column("purposes")),
        Field::plain("categories", CATEGORIES, "Which categories.", Read::Column("categories")),
        Field::plain("recipients", IDS, "To which organizations.", Read::Column("recipients")),
        Field::plain("countries", COUNTRIES, "In which countries a recipient may be.", Read::Column("countries")),
        Field::plain("from", DATE_TIME, "From when.", Read::Column("from")),
        Field::plain("until", DATE_TIME, "Until when; a withdrawal ends it at its instant.", Read::Column("until")),
        Field::plain(
            "version",
            INT,
            "The subject's consent version when this was recorded or withdrawn.",
            Read::Column("version"),
        ),
    ],
};
