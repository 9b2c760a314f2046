//! The person a record is about: nothing but categories.

use super::ID;
use super::organization::CASE_DESK;
use super::payload as p;
use super::record::{CAN_SEE, NOT_SHOWN};
use crate::port::SealedIn;
use crate::table::{Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;

macro_rules! category {
    ($name:literal, $noun:ident, $category:ident, $sentence:literal) => {
        Field::sealed($name, &p::$noun, $sentence, SealedIn::Subject, Category::$category)
    };
}

/// The person a record is about.
pub static SUBJECT: Noun = Noun {
    name: "Subject",
    sentence: "The person a record is about. Everything about her lies in categories; a category that is withheld is null and has an entry in `withheld`.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The subject's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Subject, "id"),
        ),
        Field::plain(
            "holder",
            Type::NonNull(&Type::Object(&CASE_DESK)),
            "Who holds the case.",
            Read::Within("holder."),
        ),
        category!("caseReference", CASE_REFERENCE, CaseReference, "The case at its holder."),
        category!("demographics", DEMOGRAPHICS, Demographics, "Age band and sex."),
        category!("tracing", TRACING, Tracing, "What a search needs and nothing else."),
        category!("identity", IDENTITY, Identity, "Names and birth as on papers."),
        category!("image", IMAGE, Image, "A photograph, for tracing only."),
        category!("family", FAMILY, Family, "Relatives."),
        category!("currentLocation", CURRENT_LOCATION, CurrentLocation, "Where the person is."),
        category!("origin", ORIGIN, Origin, "Where the person comes from."),
        category!("nationalId", NATIONAL_ID, NationalId, "Which document was seen; never its number."),
        category!("health", HEALTH, Health, "Health."),
        category!("narrative", NARRATIVE, Narrative, "What happened."),
        category!("legal", LEGAL, Legal, "The legal side."),
        category!("immigration", IMMIGRATION, Immigration, "Nationality and its confirmation."),
        category!("sensitiveTraits", SENSITIVE_TRAITS, SensitiveTraits, "Traits that bring danger or scorn."),
        category!("perpetrator", PERPETRATOR, Perpetrator, "Who is said to have done it."),
        category!("services", SERVICES, Services, "Services the person is given or needs."),
        category!("contactSafety", CONTACT_SAFETY, ContactSafety, "How to contact the person without danger."),
        category!("documents", DOCUMENTS, Documents, "Which papers the holder has."),
        category!("messages", MESSAGES, Messages, "Messages about the person."),
        NOT_SHOWN,
        CAN_SEE,
    ],
};
