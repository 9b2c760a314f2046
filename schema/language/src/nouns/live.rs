//! What a system that keeps its records at home answered there and then.

use super::organization::CASE_DESK;
use super::subject::SUBJECT;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::LiveStatus;

const STATUS: Type = Type::NonNull(&Type::Code(CodeList::of::<LiveStatus>()));
const NODES: Type = Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&SUBJECT))));

/// One system's part in a live answer.
pub static LIVE_ANSWER: Noun = Noun {
    name: "LiveAnswer",
    sentence: "What one holder's own system answered there and then, of what stays there and the hub never stores.",
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
        Field::plain(
            "since",
            Type::DateTime,
            "Where it did not answer: since when, as far as the hub asked.",
            Read::Column("since"),
        ),
        Field::plain(
            "asOf",
            Type::DateTime,
            "When it answered, the earliest of its answers; null where none came.",
            Read::Column("asOf"),
        ),
        Field::plain(
            "nodes",
            NODES,
            "The subjects asked for that it holds, whether it answered or not. What stays at the hub is withheld here as not available now: read the subject.",
            Read::Rows("nodes."),
        ),
    ],
};
