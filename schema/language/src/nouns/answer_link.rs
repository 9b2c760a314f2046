//! Where an organization without a system is asked for its answers. What is known of a link stands in its referral.

use sangam_vocabulary::Language;

use super::INT;
use crate::table::{CodeList, Field, Noun, Read, Type};

const LANGUAGE: Type = Type::Code(CodeList::of::<Language>());
const CONTACT: Type = Type::NonNull(&Type::Object(&ANSWER_CONTACT));

/// Where an organization is asked.
pub static ANSWER_CONTACT: Noun = Noun {
    name: "AnswerContact",
    sentence: "Where the caller's organization is asked for its answers by a link, because no system of its own takes referrals.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("mail", Type::Text, "The mail address to which the link goes, masked.", Read::Column("mail")),
        Field::plain("sms", Type::Text, "The telephone number to which its code goes, masked.", Read::Column("sms")),
        Field::plain(
            "language",
            LANGUAGE,
            "In which language; null, as both addresses are, where it is asked by no link.",
            Read::Column("language"),
        ),
        Field::plain(
            "version",
            INT,
            "The version to quote in a change; 0 where there is nothing.",
            Read::Column("version"),
        ),
    ],
};

/// Where an organization is asked was said.
pub(crate) static ANSWER_CONTACT_SET: Noun = Noun {
    name: "AnswerContactSet",
    sentence: "From now on the organization is asked there, or by no link.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("contact", CONTACT, "Where it is asked now.", Read::Within("contact."))],
};
