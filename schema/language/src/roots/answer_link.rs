//! Answer links: where an organization is asked, for its administrators, and a link made anew, for a referral's sender.

use sangam_vocabulary::Language;

use super::form::{ID, INT, KEY, change, code, payload};
use super::{Argument, Input, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::outcome::ANSWER_LINK_MADE;
use crate::nouns::{ANSWER_CONTACT, ANSWER_CONTACT_SET};

const LANGUAGE: InputType = InputType::NonNull(&code::<Language>());

static CONTACT: Input = Input {
    name: "SetAnswerContactInput",
    sentence: "Where the caller's organization is asked for its answers by a link.",
    fields: &[
        KEY,
        Argument::new("version", INT, "The version the caller saw; 0 where there was nothing."),
        Argument::new(
            "mail",
            InputType::Text,
            "The mail address to which the link goes; absent with the number: by no link from now on.",
        ),
        Argument::new(
            "sms",
            InputType::Text,
            "The number to which its code goes, with `+` and the country's code; another way than the mail.",
        ),
        Argument::new("language", LANGUAGE, "In which language both are written."),
    ],
};

static RESEND: Input = Input {
    name: "ResendAnswerLinkInput",
    sentence: "A referral whose recipient is to get another link.",
    fields: &[KEY, Argument::new("referral", ID, "The referral, by its id as this caller sees it.")],
};

payload!(CONTACT_PAYLOAD, "SetAnswerContactPayload", "What saying where came to.", ANSWER_CONTACT_SET);
payload!(RESEND_PAYLOAD, "ResendAnswerLinkPayload", "What asking for another link came to.", ANSWER_LINK_MADE);

change!(
    SET_ANSWER_CONTACT = "setAnswerContact",
    CONTACT,
    CONTACT_PAYLOAD,
    People,
    false,
    "Says where the own organization is asked for its answers by a link and a code. The addresses are shown to nobody again but masked."
);
change!(
    RESEND_ANSWER_LINK = "resendAnswerLink",
    RESEND,
    RESEND_PAYLOAD,
    CasesWrite,
    true,
    "Sends the recipient of an own referral another link and code; those before are void. At most five a referral."
);

/// Where the caller's organization is asked.
pub(super) const CONTACT_NOW: Root = Root {
    name: "answerContact",
    shape: Shape::One(&ANSWER_CONTACT),
    sentence: "Where the caller's organization is asked for its answers by a link; null where it is not.",
    arguments: &[],
    scope: Some(Scope::People),
    cost: 2,
    of_subject: false,
};
