//! What was withheld, what was disclosed, and why.

use super::codes::{REQUIRED_REASON, REQUIRED_VERDICT};
use super::organization::ORGANIZATION;
use super::{CATEGORY, DATE_TIME, ID, IDS, TEXT};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::ExceptionKind;
use sangam_vocabulary::{Noun as RecordNoun, Purpose, Seat};

const EXCEPTION_KIND: Type = Type::NonNull(&Type::Code(CodeList::of::<ExceptionKind>()));

/// An entry of `withheld`.
pub static WITHHELD: Noun = Noun {
    name: "Withheld",
    sentence: "A category that is withheld from this caller.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("category", CATEGORY, "The category.", Read::Member("category")),
        Field::plain(
            "reason",
            REQUIRED_REASON,
            "Why, as far as that may be said; the true clause is for the owner alone.",
            Read::Member("reason"),
        ),
        Field::plain("remedy", TEXT, "What to do: ask the case desk.", Read::Member("remedy")),
    ],
};

/// One disclosure, as the subject's owner sees it.
pub static DISCLOSURE: Noun = Noun {
    name: "Disclosure",
    sentence: "One disclosure about an own subject: who saw which categories, when, why and through what. What was written down and then not released is not listed. For the subject's owner.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The receipt: the hash of the journal's entry.", Read::Column("id")),
        Field::plain("at", DATE_TIME, "When.", Read::Column("at")),
        Field::plain("recipient", Type::NonNull(&Type::Object(&ORGANIZATION)), "To whom.", Read::Within("recipient.")),
        Field::plain("actor", Type::Text, "Who there, as a pseudonym.", Read::Column("actor")),
        Field::plain("purpose", Type::Code(CodeList::of::<Purpose>()), "Why.", Read::Column("purpose")),
        Field::plain(
            "noun",
            Type::Code(CodeList::of::<RecordNoun>()),
            "Through which kind of record.",
            Read::Column("noun"),
        ),
        Field::plain("seat", Type::Code(CodeList::of::<Seat>()), "Through which seat in it.", Read::Column("seat")),
        Field::plain(
            "categories",
            Type::List(&CATEGORY),
            "Which categories; none where only that the record exists and how it stands was told. Null where the entry is there and its detail cannot be opened: then nobody can say, and the operator should look into it.",
            Read::Column("categories"),
        ),
        Field::plain(
            "exceptions",
            Type::List(&ID),
            "The orders, overrides and emergencies on record without which some of it would not have been released, by id; null where the detail cannot be opened.",
            Read::Column("exceptions"),
        ),
        Field::plain(
            "exceptionKinds",
            Type::List(&EXCEPTION_KIND),
            "What each of them is, in the same order.",
            Read::Column("exceptionKinds"),
        ),
    ],
};

/// What a caller may see of one category, and by which clause.
pub static EXPLANATION: Noun = Noun {
    name: "Explanation",
    sentence: "What a recipient may see of one category of a subject now, and the clause that decides it. For oneself, or for anyone to the subject's owner.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("category", CATEGORY, "The category.", Read::Column("category")),
        Field::plain("verdict", REQUIRED_VERDICT, "Whether the recipient may see it.", Read::Column("verdict")),
        Field::plain(
            "clause",
            Type::Text,
            "The deciding clause; for others than the owner only the outward reason.",
            Read::Column("clause"),
        ),
        Field::plain("sentence", Type::Text, "The clause in words, with its basis.", Read::Column("sentence")),
        Field::plain("until", Type::DateTime, "When time alone may change it; null: never.", Read::Column("until")),
        Field::plain(
            "exceptions",
            IDS,
            "The orders, overrides and emergencies on record that bear on it, by id; for the owner, of another recipient.",
            Read::Column("exceptions"),
        ),
    ],
};
