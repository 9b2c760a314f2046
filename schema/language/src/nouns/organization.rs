//! Organizations, and the case desk behind which the holder of a case stays.

use super::{COUNTRY, ID, ROLE, TEXT, TEXTS};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::Category;
use sangam_vocabulary::payload::ServiceCode;

const SERVICE: Type = Type::NonNull(&Type::Code(CodeList::of::<ServiceCode>()));
const SERVICES: Type = Type::NonNull(&Type::List(&SERVICE));

/// An organization in the directory.
pub static ORGANIZATION: Noun = Noun {
    name: "Organization",
    sentence: "An NGO, shelter, legal-aid provider, department or mission: the controller of its subjects' data. Its location is confidential.",
    of_subject: false,
    is_node: true,
    fields: &[
        Field::plain("id", ID, "The organization's id, the same for everyone.", Read::Column("id")),
        Field::plain("name", TEXT, "The name it goes by.", Read::Column("name")),
        Field::plain("country", COUNTRY, "The country it works in.", Read::Column("country")),
        Field::plain("role", ROLE, "The capacity in which it takes part.", Read::Column("role")),
        Field::plain(
            "services",
            SERVICES,
            "The services it offers at present: of those it was enrolled with the ones that its own directory has, where it has one.",
            Read::Column("services"),
        ),
        Field::plain(
            "coverage",
            TEXTS,
            "Where it offers them: ISO 3166-2 codes of first-level divisions.",
            Read::Column("coverage"),
        ),
        Field::plain(
            "servicesSaidAt",
            Type::DateTime,
            "When its own directory last said so: a directory that does not answer leaves what it said, and this its age. Null where the organization has none.",
            Read::Column("servicesSaidAt"),
        ),
    ],
};

/// The holder of a case, as whoever may not see the current location sees it.
pub static CASE_DESK: Noun = Noun {
    name: "CaseDesk",
    sentence: "The holder of a case: its country and kind for everyone in the case, its name only for who may see the current location.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("country", COUNTRY, "The country the holder works in.", Read::Column("country")),
        Field::plain("role", ROLE, "The capacity in which the holder takes part.", Read::Column("role")),
        Field::gated(
            "organization",
            Type::Object(&ORGANIZATION),
            "The holder by name; withheld as CURRENT_LOCATION, because who holds the case says where the person is.",
            Category::CurrentLocation,
            Read::Within(""),
        ),
    ],
};
