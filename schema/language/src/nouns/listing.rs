//! What an organization agreed to have listed for everybody, in the open directory outside of GraphQL.

use sangam_vocabulary::payload::ServiceCode;

use super::{BOOLEAN, INT};
use crate::table::{CodeList, Field, Noun, Read, Type};

const SERVICE: Type = Type::NonNull(&Type::Code(CodeList::of::<ServiceCode>()));
const SERVICES: Type = Type::NonNull(&Type::List(&SERVICE));
const LISTED: Type = Type::NonNull(&Type::Object(&LISTING));

/// What is listed of an organization.
pub static LISTING: Noun = Noun {
    name: "Listing",
    sentence: "What the caller's organization agreed to have listed for everybody, under `/hsds`. Nothing is, until it says so.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain(
            "listed",
            BOOLEAN,
            "Whether it is listed, with its name, country and role.",
            Read::Column("listed"),
        ),
        Field::plain(
            "services",
            SERVICES,
            "Which of its services are; one that it no longer offers is not shown.",
            Read::Column("services"),
        ),
        Field::plain(
            "areas",
            BOOLEAN,
            "Whether the first-level divisions in which it offers them are told; of whoever offers shelter they never are.",
            Read::Column("areas"),
        ),
        Field::plain("version", INT, "The version to quote in a change; 0 before the first.", Read::Column("version")),
    ],
};

/// What is listed was said.
pub(crate) static LISTING_SET: Noun = Noun {
    name: "ListingSet",
    sentence: "From now on this is listed of the organization, and nothing else.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("listing", LISTED, "What is listed now.", Read::Within("listing."))],
};
