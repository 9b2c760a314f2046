//! The metadata of the return desk's program: what there is, which values it takes.

/// The hub's user.
pub(super) const USER: &str = "sangam_hub";
pub(super) const PROGRAM: &str = "SgReturn001";
pub(super) const PERSON: &str = "SgPerson001";
pub(super) const ORG_UNIT: &str = "SgOuDhaka01";
/// Where its own people refer somebody to another organization.
pub(super) const SENT: &str = "SgStgSent01";
/// Where the hub puts what is referred to the desk.
pub(super) const OFFERED: &str = "SgStgOffer1";
/// The mark.
pub(super) const SHARE: &str = "SgShareHub1";
pub(super) const NAME: &str = "SgNamFull01";
pub(super) const SEX: &str = "SgSexCode01";
/// The answer of the desk's people to what is offered, and why not.
pub(super) const DECIDED: &str = "SgDeDecided";
pub(super) const DECLINED_BECAUSE: &str = "SgDeDecline";

/// What an attribute or data element takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    Text,
    Number,
    Date,
    Tick,
    /// A text that no other record has.
    Unique,
    One(&'static [&'static str]),
}

const SEXES: &[&str] = &["F", "M", "TF", "TM", "X", "U"];
const AGES: &[&str] = &["A0", "A9", "A12", "A15", "A18", "A21", "A26", "A41", "AU"];
const SERVICES: &[&str] =
    &["SHEL", "HLTH", "PSYC", "LEGL", "LIVE", "EDUC", "FMED", "FREU", "HINV", "REGN", "POLC", "OTHR"];

pub(super) const ATTRIBUTES: &[(&str, Takes)] = &[
    (NAME, Takes::Text),
    (SEX, Takes::One(SEXES)),
    ("SgBirthDt01", Takes::Date),
    ("SgAgeYears1", Takes::Number),
    ("SgAgeBand01", Takes::One(AGES)),
    ("SgDistrict1", Takes::Text),
    ("SgHealthNt1", Takes::Text),
    ("SgCaseNumb1", Takes::Text),
    ("SgNidNumbe1", Takes::Unique),
    ("SgMobileNo1", Takes::Text),
    (SHARE, Takes::Tick),
];

/// Data elements, with the stages that have them.
pub(super) const ELEMENTS: &[(&str, &[&str], Takes)] = &[
    ("SgDeService", &[SENT, OFFERED], Takes::One(SERVICES)),
    ("SgDeUrgency", &[SENT, OFFERED], Takes::One(&["ROUT", "URGE", "EMER"])),
    ("SgDeToOrgan", &[SENT], Takes::Text),
    ("SgDeNotes01", &[SENT, OFFERED], Takes::Text),
    ("SgDeOutcome", &[SENT], Takes::One(&["WAIT", "ACCEPTED", "DECLINED", "DONE"])),
    ("SgDeBecause", &[SENT], Takes::Text),
    ("SgDeFromDsk", &[OFFERED], Takes::Text),
    (DECIDED, &[OFFERED], Takes::One(&["ACCEPTED", "DECLINED", "DONE", "WITHDRAWN"])),
    (DECLINED_BECAUSE, &[OFFERED], Takes::Text),
];

pub(super) const EVENT_STATES: &[&str] = &["ACTIVE", "COMPLETED", "VISITED", "SCHEDULE", "OVERDUE", "SKIPPED"];
pub(super) const ENROLLMENT_STATES: &[&str] = &["ACTIVE", "COMPLETED", "CANCELLED"];

impl Takes {
    /// The code with which DHIS2 refuses a value, if it does; uniqueness is looked at elsewhere.
    pub(super) fn refuses(self, value: &str) -> Option<&'static str> {
        let taken = match self {
            Self::Text | Self::Unique => true,
            Self::Number => value.parse::<u32>().is_ok(),
            Self::Tick => value == "true",
            Self::Date => value.get(..10).is_some_and(|day| {
                let shape = |(place, byte): (usize, u8)| {
                    if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
                };
                day.bytes().enumerate().all(shape)
            }),
            Self::One(codes) => return (!codes.contains(&value)).then_some("E1125"),
        };
        (!taken).then_some("E1007")
    }
}
