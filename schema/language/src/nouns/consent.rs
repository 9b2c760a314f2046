//! Consent, as the subject's owner sees it.

use super::codes::{REQUIRED_ASSENT, REQUIRED_EFFECT, REQUIRED_GIVER};
use super::{BOOLEAN, CATEGORIES, COUNTRIES, DATE_TIME, ID, IDS, INT, PURPOSES};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::consent::{ConsentEnd, ConsentSource, HowTold, OrderedBy};

const SOURCE: Type = Type::NonNull(&Type::Code(CodeList::of::<ConsentSource>()));

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
        Field::plain("source", SOURCE, "Where it comes from.", Read::Column("source")),
        Field::plain("textVersion", Type::Text, "Which version of the text she was told.", Read::Column("textVersion")),
        Field::plain("language", Type::Text, "In which language, a BCP 47 tag.", Read::Column("language")),
        Field::plain("interpreter", Type::Boolean, "Whether an interpreter helped.", Read::Column("interpreter")),
        Field::plain("told", Type::Code(CodeList::of::<HowTold>()), "How she was told.", Read::Column("told")),
        Field::plain(
            "conflictCheckedBy",
            Type::Id,
            "Who of the holder's people checked that the guardian has no part in what happened.",
            Read::Column("conflictCheckedBy"),
        ),
        Field::plain("conflictCheckedAt", Type::DateTime, "When.", Read::Column("conflictCheckedAt")),
        Field::plain(
            "orderedBy",
            Type::Code(CodeList::of::<OrderedBy>()),
            "Who gave the order by which an authority has the child in care.",
            Read::Column("orderedBy"),
        ),
        Field::plain("orderMadeAt", Type::DateTime, "When the order was made.", Read::Column("orderMadeAt")),
        Field::plain(
            "orderAttestedBy",
            Type::Id,
            "Who of the holder's people has seen the order, besides whoever put the consent on record.",
            Read::Column("orderAttestedBy"),
        ),
        Field::plain("replaces", Type::Id, "The consent in whose place it stands.", Read::Column("replaces")),
        Field::plain(
            "endedHow",
            Type::Code(CodeList::of::<ConsentEnd>()),
            "How it ended, if it did not by its time.",
            Read::Column("endedHow"),
        ),
        Field::plain(
            "endedBy",
            Type::Id,
            "Which organization ended it; null where the person did.",
            Read::Column("endedBy"),
        ),
    ],
};
