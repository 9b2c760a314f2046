//! Applications to join, as members see them.

use sangam_vocabulary::payload::ServiceCode;
use sangam_workflow::accession::{Paper, RefusalReason, State};

use super::{BOOLEAN, COUNTRY, DATE_TIME, ID, IDS, INT, ROLE, TEXT};
use crate::table::{CodeList, Field, Noun, Read, Type};

const SERVICE: Type = Type::NonNull(&Type::Code(CodeList::of::<ServiceCode>()));
const SERVICES: Type = Type::NonNull(&Type::List(&SERVICE));
const PAPER: Type = Type::NonNull(&Type::Code(CodeList::of::<Paper>()));
const PAPERS: Type = Type::NonNull(&Type::List(&PAPER));
const STATE: Type = Type::NonNull(&Type::Code(CodeList::of::<State>()));
const REASON: Type = Type::Code(CodeList::of::<RefusalReason>());

/// An application to join.
pub static ACCESSION: Noun = Noun {
    name: "Accession",
    sentence: "An organization that asks to join, and what became of it. Two members of two countries speak for it, and its country's focal point where there is one; the operator admits.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The application's id.", Read::Column("id")),
        Field::plain("name", TEXT, "The name it goes by.", Read::Column("name")),
        Field::plain("country", COUNTRY, "The country it works in.", Read::Column("country")),
        Field::plain("role", ROLE, "The capacity in which it would take part.", Read::Column("role")),
        Field::plain("services", SERVICES, "The services it would offer.", Read::Column("services")),
        Field::plain("papers", PAPERS, "The papers it has shown to the operator.", Read::Column("papers")),
        Field::plain("state", STATE, "Where it stands.", Read::Column("state")),
        Field::plain("reason", REASON, "Why it was refused, where it was.", Read::Column("reason")),
        Field::plain("appliedAt", DATE_TIME, "When it asked.", Read::Column("appliedAt")),
        Field::plain("speakFor", IDS, "The members that speak for it.", Read::Column("speakFor")),
        Field::plain("speakAgainst", IDS, "The members that speak against it.", Read::Column("speakAgainst")),
        Field::plain(
            "sponsorsMissing",
            INT,
            "How many sponsors of further countries it lacks.",
            Read::Column("sponsorsMissing"),
        ),
        Field::plain(
            "focalPointMissing",
            BOOLEAN,
            "Whether the focal point of its country has yet to speak for it.",
            Read::Column("focalPointMissing"),
        ),
    ],
};
