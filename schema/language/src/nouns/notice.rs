//! What waits for the person who asks, and what she said about being told. A notice says why in one code and nothing of
//! a case.

use super::{BOOLEAN, DATE_TIME, INT};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::Language;
use sangam_workflow::notice::{NoticeKind, NoticeState};

const KIND: Type = Type::NonNull(&Type::Code(CodeList::of::<NoticeKind>()));
const STATE: Type = Type::NonNull(&Type::Code(CodeList::of::<NoticeState>()));
const LANGUAGE: Type = Type::NonNull(&Type::Code(CodeList::of::<Language>()));

/// Something that waits.
pub static NOTICE: Noun = Noun {
    name: "Notice",
    sentence: "Something waits for the person who asks: one row a kind, however often it happened.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("kind", KIND, "Why.", Read::Column("kind")),
        Field::plain("since", DATE_TIME, "Since when.", Read::Column("since")),
        Field::plain("latest", DATE_TIME, "When it last happened.", Read::Column("latest")),
        Field::plain("state", STATE, "Whether the person was told.", Read::Column("state")),
    ],
};

/// How the person who asks is told.
pub static NOTICE_SETTINGS: Noun = Noun {
    name: "NoticeSettings",
    sentence: "How the person who asks is told that something waits.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("language", LANGUAGE, "In which language.", Read::Column("language")),
        Field::plain(
            "quietFrom",
            INT,
            "From which hour of the day, where the organization is, nothing is told but what is urgent.",
            Read::Column("quietFrom"),
        ),
        Field::plain("quietUntil", INT, "Until which hour.", Read::Column("quietUntil")),
        Field::plain("deputy", Type::Id, "Who is asked to look when the person does not.", Read::Column("deputy")),
        Field::plain("deputyUntil", Type::DateTime, "Until when.", Read::Column("deputyUntil")),
        Field::plain("mail", Type::Text, "The mail address, masked.", Read::Column("mail")),
        Field::plain(
            "mailConfirmed",
            BOOLEAN,
            "Whether the code that was sent there has come back.",
            Read::Column("mailConfirmed"),
        ),
        Field::plain("sms", Type::Text, "The telephone number, masked.", Read::Column("sms")),
        Field::plain(
            "smsConfirmed",
            BOOLEAN,
            "Whether the code that was sent there has come back.",
            Read::Column("smsConfirmed"),
        ),
        Field::plain("version", INT, "Grows with every choice.", Read::Column("version")),
    ],
};

const SETTINGS: Type = Type::NonNull(&Type::Object(&NOTICE_SETTINGS));

/// What was said about notices holds.
pub(crate) static NOTICES_SET: Noun = Noun {
    name: "NoticesSet",
    sentence: "What was said about being told holds from now on. An address counts once its code has come back.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("settings", SETTINGS, "How the person who asks is told now.", Read::Within("settings."))],
};

/// Notices were looked at.
pub(crate) static NOTICES_SEEN: Noun = Noun {
    name: "NoticesSeen",
    sentence: "What had happened by then no longer waits.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("waiting", INT, "How much still waits.", Read::Column("waiting"))],
};
