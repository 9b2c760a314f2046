//! What a step of a return asks of whoever takes it, and how what she typed becomes the step's input. Whether it may be
//! taken is `canDo`'s to say and the API's to judge; here stands which fields its form has. Reasons come from the tables.

use maud::{Markup, html};
use sangam_language::asks as tables;
use sangam_vocabulary::{Country, Role};
use sangam_words::Staff;
use serde_json::{Map, Value, json};

use crate::Pairs;
use crate::reader::Reader;
use crate::view::Organization;

/// Something a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// When it was made, if not now.
    MadeOn,
    /// From when until when a paper is valid.
    Validity,
    /// A crossing and the days.
    Plan,
    /// The hour and the escort.
    Hour,
    /// Who signed the memo, where and when.
    Memo,
    /// That she was asked apart from police.
    ApartFromPolice,
    /// Who has seen a child's order.
    AttestedBy,
    /// When the hearing is that a hold waits for.
    HearingAt,
    /// That the court released her.
    Released,
    /// What she said, in her words.
    Words,
    /// To whom an invitation gives a seat.
    Whom(Whom),
    /// Nothing but a second tap: no thumb takes the step by chance.
    Twice,
}

/// Whom an invitation can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// An organization in the country of origin.
    Receiver,
    /// The government of the country of origin.
    Liaison,
    /// The government of the country she leaves.
    Authority,
    /// Legal aid, wherever it is.
    Lawyer,
}

impl Whom {
    /// Whether an organization can be invited; the API judges it again.
    fn fits(self, organization: &Organization, from: Country, to: Country) -> bool {
        let government = matches!(organization.role, Role::Department | Role::Mission | Role::ChildAuthority);
        match self {
            Self::Receiver => organization.country == to && !government,
            Self::Liaison => organization.country == to && government,
            Self::Authority => organization.country == from && government,
            Self::Lawyer => organization.role == Role::LegalAid,
        }
    }
}

/// What each step asks for beside a reason, by the part it moves; a step that is not here asks for nothing.
const ASKS: &[(&str, &str, &[Ask])] = &[
    ("request", "INVITE_RECEIVER", &[Ask::Whom(Whom::Receiver)]),
    ("request", "INVITE_LIAISON", &[Ask::Whom(Whom::Liaison)]),
    ("request", "INVITE_AUTHORITY", &[Ask::Whom(Whom::Authority)]),
    ("request", "INVITE_LAWYER", &[Ask::Whom(Whom::Lawyer)]),
    ("request", "PROPOSE", &[Ask::Plan]),
    ("request", "ARRANGE", &[Ask::Hour]),
    ("request", "DEPART", &[Ask::Twice]),
    ("request", "SIGN", &[Ask::Memo]),
    ("request", "WITHDRAW", &[Ask::Words]),
    ("screening", "FIND_NONE", &[Ask::ApartFromPolice, Ask::MadeOn]),
    ("screening", "CLAIM", &[Ask::Twice]),
    ("screening", "SETTLE", &[Ask::ApartFromPolice]),
    ("court", "ORDER", &[Ask::MadeOn, Ask::AttestedBy]),
    ("verification", "REPORT", &[Ask::MadeOn]),
    ("verification", "LET_STAND", &[Ask::Twice]),
    ("travelDocument", "ISSUE", &[Ask::Validity]),
    ("exitClearance", "ISSUE", &[Ask::Validity]),
    ("placement", "ASSESS", &[Ask::MadeOn]),
    ("hold", "HOLD_FOR_COURT", &[Ask::HearingAt]),
    ("hold", "RELEASE", &[Ask::Released]),
    ("note", "WANTS_TO_RETURN", &[Ask::Words, Ask::MadeOn]),
    ("note", "WANTS_TO_STAY", &[Ask::Words, Ask::MadeOn]),
    ("note", "RISK_ASSESSED", &[Ask::MadeOn]),
    ("note", "BEST_INTEREST", &[Ask::MadeOn]),
];

/// What a step asks for.
pub(crate) fn asks(part: &str, event: &str) -> &'static [Ask] {
    ASKS.iter().find(|(known, step, _)| *known == part && *step == event).map_or(&[], |(_, _, asks)| asks)
}

/// The longest account of what she said that a form takes, in characters: two pages of writing.
const WORDS: usize = 2_000;
/// How long a paper is valid where nobody says otherwise, in days: a travel permit of the one corridor that has them.
const VALID_DAYS: i64 = 90;
/// When a handover is usually proposed for, in days from now: a week to come there, and three days for the road.
const PLAN_DAYS: [i64; 2] = [7, 10];

/// A form's fields. `id` keeps the labels of several forms apart.
pub(crate) struct Fields<'a> {
    pub(crate) reader: &'a Reader<'a>,
    pub(crate) id: &'a str,
    pub(crate) way: (Country, Country),
    pub(crate) organizations: &'a [Organization],
}

impl Fields<'_> {
    fn input(&self, name: &str, kind: &str, label: Staff, value: &str, required: bool) -> Markup {
        let id = format!("{}-{name}", self.id);
        html! {
            p {
                label for=(id) { (self.reader.say(label)) }
                input id=(id) name=(name) type=(kind) value=(value) required[required] dir="ltr";
            }
        }
    }

    fn select(&self, name: &str, label: Staff, options: &[(&str, &str)], none: Option<Staff>) -> Markup {
        let id = format!("{}-{name}", self.id);
        html! {
            p {
                label for=(id) { (self.reader.say(label)) }
                select id=(id) name=(name) required[none.is_none()] {
                    option value="" { @if let Some(none) = none { (self.reader.say(none)) } @else { (self.reader.say(Staff::Choose)) } }
                    @for (code, text) in options { option value=(code) { (text) } }
                }
            }
        }
    }

    fn codes<'c>(&'c self, list: &str, codes: &[&'c str]) -> Vec<(&'c str, &'c str)> {
        codes.iter().map(|code| (*code, self.reader.name(list, code).unwrap_or(code))).collect()
    }

    fn tick(&self, name: &str, label: Staff) -> Markup {
        html! { p { label class="tick" { input type="checkbox" name=(name) value="yes"; " " (self.reader.say(label)) } } }
    }

    /// The reasons of which one must be chosen.
    pub(crate) fn reasons(&self, reasons: &[&str]) -> Markup {
        html! { @if !reasons.is_empty() { (self.select("reason", Staff::Reason, &self.codes("why", reasons), None)) } }
    }

    /// The fields that something asks for.
    pub(crate) fn of(&self, ask: Ask) -> Markup {
        let (today, reader) = (self.reader.day_in(0), self.reader);
        match ask {
            Ask::MadeOn => self.input("madeOn", "date", Staff::MadeOn, &today, true),
            Ask::Validity => html! {
                (self.input("validFrom", "date", Staff::ValidFrom, &today, true))
                (self.input("validUntil", "date", Staff::ValidUntil, &reader.day_in(VALID_DAYS), true))
            },
            Ask::Plan => {
                let [from, until] = PLAN_DAYS.map(|days| reader.day_in(days));
                html! {
                    (self.select("crossing", Staff::Crossing, &self.codes("crossing", &tables::crossings()), None))
                    (self.input("handoverFrom", "date", Staff::HandoverFrom, &from, true))
                    (self.input("handoverUntil", "date", Staff::HandoverUntil, &until, true))
                }
            }
            Ask::Hour => html! {
                (self.input("handoverAt", "datetime-local", Staff::HandoverAt, "", true))
                (self.select("escort", Staff::Escort, &self.codes("escort", &tables::escorts()), None))
            },
            Ask::Memo => html! {
                (self.select("signedBy", Staff::SignedBy, &self.codes("signatory", &tables::signatories()), None))
                (self.select("crossing", Staff::SignedAt, &self.codes("crossing", &tables::crossings()), Some(Staff::AsPlanned)))
                (self.input("madeOn", "date", Staff::MemoDay, &today, true))
            },
            Ask::Twice => html! {},
            Ask::ApartFromPolice => self.tick("apartFromPolice", Staff::ApartFromPolice),
            Ask::AttestedBy => self.input("attestedBy", "text", Staff::AttestedBy, "", false),
            Ask::HearingAt => self.input("hearingAt", "date", Staff::HearingAt, "", true),
            Ask::Released => self.tick("releasedByCourt", Staff::ReleasedByCourt),
            Ask::Words => {
                let id = format!("{}-words", self.id);
                html! {
                    p {
                        label for=(id) { (reader.say(Staff::Words)) }
                        textarea id=(id) name="words" rows="4" maxlength=(WORDS) dir="auto" {}
                    }
                }
            }
            Ask::Whom(whom) => {
                let fits = |one: &&Organization| whom.fits(one, self.way.0, self.way.1);
                let options: Vec<(&str, &str)> =
                    self.organizations.iter().filter(fits).map(|one| (one.id.as_str(), one.name.as_str())).collect();
                self.select("organization", Staff::Organization, &options, None)
            }
        }
    }
}

/// How a field's text becomes a value of the input.
#[derive(Clone, Copy)]
enum As {
    Text,
    Yes,
    /// A day that begins, or ends, then; or a day with an hour.
    Begins,
    Ends,
}

/// Every field that a form of a step can have, as `StepRepatriationInput` and `NoteRepatriationInput` name it.
const FIELDS: &[(&str, As)] = &[
    ("reason", As::Text),
    ("organization", As::Text),
    ("crossing", As::Text),
    ("escort", As::Text),
    ("signedBy", As::Text),
    ("attestedBy", As::Text),
    ("words", As::Text),
    ("apartFromPolice", As::Yes),
    ("releasedByCourt", As::Yes),
    ("validFrom", As::Begins),
    ("validUntil", As::Ends),
    ("handoverFrom", As::Begins),
    ("handoverUntil", As::Ends),
    ("handoverAt", As::Begins),
    ("hearingAt", As::Begins),
    ("madeOn", As::Begins),
];

/// What a form says, as the input's fields; `None` where a day cannot be read. Of a day that is today the instant is now
/// and not the morning: what is recorded was not made before what it follows.
pub(crate) fn read(reader: &Reader<'_>, form: &Pairs) -> Option<Map<String, Value>> {
    let mut input = Map::new();
    for (name, kind) in FIELDS {
        let Some(text) = form.get(name) else { continue };
        let value = match kind {
            As::Text => json!(text),
            As::Yes => json!(true),
            As::Begins if *name == "madeOn" && text == reader.day_in(0) => continue,
            As::Begins => json!(reader.read(text, false)?.rfc3339()),
            As::Ends => json!(reader.read(text, true)?.rfc3339()),
        };
        input.insert((*name).to_owned(), value);
    }
    Some(input)
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Country, Instant, Language};
    use sangam_words::{StaffWords, Words};
    use serde_json::json;

    use super::read;
    use crate::Pairs;
    use crate::reader::{Left, Reader};
    use crate::view::At;

    /// A liaison in Dhaka at an hour at which it is tomorrow there.
    fn with_reader(does: impl FnOnce(&Reader<'_>)) {
        let (words, staff) = (Words::read().unwrap(), StaffWords::read().unwrap());
        let now = Instant::read("2026-11-26T19:00:00Z").unwrap();
        does(&Reader::new(&words, &staff, Language::Bangla, Country::Bangladesh, now));
    }

    fn form(pairs: &[(&str, &str)]) -> Pairs {
        Pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn days_are_of_the_readers_clocks_and_what_is_no_day_is_said() {
        with_reader(|reader| {
            assert_eq!(reader.day_in(0), "2026-11-27");
            let filled = form(&[
                ("validFrom", "2026-12-01"),
                ("validUntil", "2026-12-02"),
                ("handoverAt", "2026-12-01T06:30"),
                ("madeOn", "2026-11-27"),
                ("apartFromPolice", "yes"),
                ("reason", ""),
                ("released", "x"),
            ]);
            let told = read(reader, &filled).unwrap();
            assert_eq!(told["validFrom"], "2026-11-30T18:00:00.000Z");
            assert_eq!(told["validUntil"], "2026-12-02T17:59:59.000Z");
            assert_eq!(told["handoverAt"], "2026-12-01T00:30:00.000Z");
            assert_eq!(told["apartFromPolice"], json!(true));
            // Today is now, what is empty was not filled in, and what no form has is nobody's.
            assert!(!told.contains_key("madeOn") && !told.contains_key("reason") && !told.contains_key("released"));
            for bad in ["tomorrow", "2026-13-01", "01/02/2026", "2026-12-01T25:00"] {
                assert!(read(reader, &form(&[("validFrom", bad)])).is_none(), "{bad}");
            }
        });
    }

    #[test]
    fn a_clock_has_the_days_of_the_readers_calendar_left() {
        with_reader(|reader| {
            let left = |text: &str| reader.left(At(Instant::read(text).unwrap()));
            assert_eq!(left("2026-11-27T17:00:00Z"), Left::Soon(0), "still today in Dhaka");
            assert_eq!(left("2026-11-27T18:00:00Z"), Left::Soon(1));
            assert_eq!(left("2026-11-26T18:59:00Z"), Left::Overdue(0));
            assert_eq!(left("2026-11-24T00:00:00Z"), Left::Overdue(3));
            assert_eq!(left("2026-12-27T00:00:00Z"), Left::Later(30));
        });
    }
}
