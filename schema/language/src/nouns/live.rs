//! What a system that keeps its records at home answered there and then.

use super::organization::CASE_DESK;
use super::record::NOT_SHOWN;
use super::subject::SUBJECT;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::{Category, LiveStatus};

/// What a subject of a live answer costs beside what is selected of her: a question to another's system and a mapping
/// worker's run. Those of one operation are about a hundred.
const QUESTION: u16 = 200;

const STATUS: Type = Type::NonNull(&Type::Code(CodeList::of::<LiveStatus>()));
const NODES: Type = Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&SUBJECT))));

/// One system's part in a live answer.
pub static LIVE_ANSWER: Noun = Noun {
    name: "LiveAnswer",
    sentence: "What a holder's own system answered there and then, of what stays there and the hub never stores: about one subject, or about all those of which who asks may see that this system holds them.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "holder",
            Type::NonNull(&Type::Object(&CASE_DESK)),
            "Whose system it is.",
            Read::Within("holder."),
        ),
        Field::plain("status", STATUS, "Whether it answered, and if not why.", Read::Column("status")),
        Field::gated(
            "since",
            Type::DateTime,
            "Where it did not answer: since when, as far as the hub asked. Withheld as CURRENT_LOCATION like the holder's name: systems are known again by it.",
            Category::CurrentLocation,
            Read::Column("since"),
        ),
        Field::plain(
            "asOf",
            Type::DateTime,
            "As of when it answered: when it was asked; null where no answer came.",
            Read::Column("asOf"),
        ),
        Field {
            cost: QUESTION,
            ..Field::plain(
                "nodes",
                NODES,
                "The subjects of this entry, whether the system answered or not. What stays at the hub is withheld here as not available now: read the subject.",
                Read::Rows("nodes."),
            )
        },
        NOT_SHOWN,
    ],
};
