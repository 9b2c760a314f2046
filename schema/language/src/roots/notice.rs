//! What a person reads and says about her notices. For people: nothing waits for a system.

use sangam_vocabulary::Language;
use sangam_workflow::notice::NoticeWayKind;

use super::form::{DATE_TIME, ID, INT, KEY, TEXT, change, code, payload};
use super::{Argument, Input, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::{NOTICE, NOTICE_SETTINGS, NOTICES_SEEN, NOTICES_SET};

const LANGUAGE: InputType = InputType::NonNull(&code::<Language>());
const WAY: InputType = InputType::NonNull(&code::<NoticeWayKind>());

const VERSION: Argument = Argument::new("version", INT, "The version of the settings that the caller saw.");

static CHOOSE: Input = Input {
    name: "ChooseNoticesInput",
    sentence: "In which language the person who asks is told, and in which hours she is not.",
    fields: &[
        KEY,
        VERSION,
        Argument::new("language", LANGUAGE, "In which language."),
        Argument::new("quietFrom", INT, "From which hour of the day, 0 to 23, nothing is told but what is urgent."),
        Argument::new("quietUntil", INT, "Until which hour, 0 to 23. The same hour twice: none."),
    ],
};

static DEPUTY: Input = Input {
    name: "NameDeputyInput",
    sentence: "Who is asked to look when the person who asks does not.",
    fields: &[
        KEY,
        VERSION,
        Argument::new("deputy", InputType::Id, "Another active person of the organization; absent: nobody."),
        Argument::new("until", InputType::DateTime, "Until when, at most 92 days; needed with a deputy."),
    ],
};

static ADDRESS: Input = Input {
    name: "SetNoticeAddressInput",
    sentence: "Where a person is told that something waits.",
    fields: &[
        KEY,
        Argument::new("person", ID, "Whose address; another's for an administrator, and only she herself confirms it."),
        Argument::new("way", WAY, "By mail or by short message."),
        Argument::new(
            "address",
            InputType::Text,
            "The address, or the number with `+` and the country's code; absent: none from now on.",
        ),
    ],
};

static CONFIRM: Input = Input {
    name: "ConfirmNoticeAddressInput",
    sentence: "The code that was sent to an address of the person who asks.",
    fields: &[
        KEY,
        Argument::new("way", WAY, "Which of her addresses."),
        Argument::new(
            "code",
            TEXT,
            "The code: eight digits, good once and for half an hour, tried at most five times.",
        ),
    ],
};

static SEE: Input = Input {
    name: "SeeNoticesInput",
    sentence: "That the person who asks has looked.",
    fields: &[
        KEY,
        Argument::new("until", DATE_TIME, "At everything that had happened until then: a notice's `latest`."),
    ],
};

payload!(CHOOSE_PAYLOAD, "ChooseNoticesPayload", "What choosing came to.", NOTICES_SET);
payload!(DEPUTY_PAYLOAD, "NameDeputyPayload", "What naming a deputy came to.", NOTICES_SET);
payload!(ADDRESS_PAYLOAD, "SetNoticeAddressPayload", "What giving an address came to.", NOTICES_SET);
payload!(CONFIRM_PAYLOAD, "ConfirmNoticeAddressPayload", "What a code came to.", NOTICES_SET);
payload!(SEE_PAYLOAD, "SeeNoticesPayload", "What looking came to.", NOTICES_SEEN);

change!(
    CHOOSE_NOTICES = "chooseNotices",
    CHOOSE,
    CHOOSE_PAYLOAD,
    Directory,
    false,
    "Says in which language and hours one is told."
);
change!(
    NAME_DEPUTY = "nameDeputy",
    DEPUTY,
    DEPUTY_PAYLOAD,
    Directory,
    false,
    "Names a deputy, who is asked to look at what one has not looked at."
);
change!(
    SET_NOTICE_ADDRESS = "setNoticeAddress",
    ADDRESS,
    ADDRESS_PAYLOAD,
    Directory,
    false,
    "Gives an address for notices, and has a code sent there. The address is shown to nobody again but masked."
);
change!(
    CONFIRM_NOTICE_ADDRESS = "confirmNoticeAddress",
    CONFIRM,
    CONFIRM_PAYLOAD,
    Directory,
    false,
    "Confirms an address by the code that was sent there; before, nothing else is."
);
change!(SEE_NOTICES = "seeNotices", SEE, SEE_PAYLOAD, Directory, false, "Says that one has looked at what waited.");

/// What waits.
pub(super) const NOTICES: Root = Root {
    name: "notices",
    shape: Shape::List(&NOTICE),
    sentence: "What waits for the person who asks, the oldest first; nothing for a system.",
    arguments: &[],
    scope: Some(Scope::Directory),
    cost: 2,
    of_subject: false,
};

/// How one is told.
pub(super) const SETTINGS: Root = Root {
    name: "noticeSettings",
    shape: Shape::One(&NOTICE_SETTINGS),
    sentence: "How the person who asks is told that something waits; null for a system.",
    arguments: &[],
    scope: Some(Scope::Directory),
    cost: 1,
    of_subject: false,
};
