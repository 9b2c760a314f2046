//! What an integrator is told of a kind of system before the first record goes through it: `sangam adapter` writes a
//! partner's file from this and reads samples by it. Each kind has one [`About`] in its own room and a line in `kind.rs`.

use serde_json::{Map, Value};

use crate::fault::WireFault;
use crate::narrow::{Mark, Narrow};

/// One kind of system, in words and in what a sample of it is.
#[derive(Debug)]
pub struct About {
    /// What kind of system it is.
    pub sentence: &'static str,
    /// Where the partner's own key of a record lies, as its mapping says it in jq.
    pub key: &'static str,
    /// Where its records come from.
    pub(crate) source: Source,
    /// What a sample of it is, in a sentence.
    pub sample: &'static str,
    /// How `[intake]` spells fields.
    pub spelling: Spelling,
    /// The keys of its section of a partner's file, in the order in which they are written.
    pub(crate) settings: &'static [Setting],
    /// A record of the system's own answers as its mapping gets it.
    pub(crate) shape: fn(Record) -> Result<Record, WireFault>,
    /// What of such a record passes the border.
    pub(crate) narrow: fn(Record, &Narrow) -> Value,
    /// Whether such a record is marked for the hub.
    pub(crate) marked: fn(&Record, &Mark) -> bool,
}

/// A record as the members of its object.
type Record = Map<String, Value>;

/// Where the records of a kind come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// JSON. The system's own list answers have the records under one of these members; a sample may be such an answer.
    Json(&'static [&'static str]),
    /// A file of the kind's own form, read as the kind reads it: records, and what gave none, in words without a value.
    File(fn(&[u8]) -> Result<InFile, WireFault>),
}

/// What a file has: records, and what gave none, in words without a value.
pub(crate) type InFile = (Vec<Record>, Vec<String>);

/// One key of a section.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The key.
    pub(crate) name: &'static str,
    /// What is written for it, as TOML; `NAME` in it is the partner's name. Of a table: its rows.
    pub(crate) example: Example,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// What it is, in a sentence.
    pub(crate) sentence: &'static str,
}

/// A key with a value.
pub(crate) const fn setting(name: &'static str, example: &'static str, need: Need, sentence: &'static str) -> Setting {
    Setting { name, example: Example::Value(example), need, sentence }
}

/// What is written for a key.
#[derive(Debug)]
pub(crate) enum Example {
    /// A value, as TOML.
    Value(&'static str),
    /// A table of its own with these keys.
    Table(&'static [Setting]),
    /// A table of its own whose keys are the partner's; one row as TOML.
    Rows(&'static str),
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Must,
    /// It may be left out.
    May,
    /// It must in these ways of signing in; the first way, 0, is what is written.
    Way(&'static [u8]),
}

/// How `[intake]` spells a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// By the record's own members; what lies in one passes with it. Those of `referrals` in `referral_fields`.
    Members,
    /// By paths with slashes; lists are gone through. Where the system has referrals of their own, those below `referrals`
    /// in `referral_fields`.
    Paths {
        /// Whether it has.
        referrals: bool,
    },
    /// By a resource and its elements, with dots; what lies below `referrals` in `referral_fields`.
    Elements,
    /// By names with dots between; lists are gone through. There are no referrals apart.
    Dots,
    /// By the field's own name, wherever it stands. There are no referrals apart.
    Names,
}

/// How a field of a sample is spelled in `[intake]`, and in which of its two lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelled {
    /// In `fields`.
    Field(String),
    /// In `referral_fields`.
    OfReferral(String),
}

/// The member under which a record has its referrals, where the system has them.
const REFERRALS: &str = "referrals";
/// What stands in a path for the place in a list.
const ANY: &str = "*";

impl Spelling {
    /// How a field is spelled, by its path in the record, in which `*` stands for a place in a list; `None` for what is no
    /// field of the partner's.
    #[must_use]
    pub fn of(self, path: &[String]) -> Option<Spelled> {
        let names: Vec<&str> = path.iter().map(String::as_str).filter(|name| *name != ANY).collect();
        let (first, rest) = names.split_first()?;
        let apart = !matches!(self, Self::Paths { referrals: false } | Self::Dots | Self::Names);
        let inner = (apart && *first == REFERRALS && !rest.is_empty()).then_some(rest);
        let spelled = |names: &[&str]| match self {
            Self::Members => names.first().map(|name| (*name).to_owned()),
            Self::Paths { .. } => Some(names.join("/")),
            Self::Dots => Some(names.join(".")),
            Self::Names => names.last().map(|name| (*name).to_owned()),
            Self::Elements if names.len() > 1 => Some(names.join(".")),
            Self::Elements => None,
        };
        match inner {
            Some(rest) => spelled(rest).map(Spelled::OfReferral),
            None => spelled(&names).map(Spelled::Field),
        }
    }
}

impl About {
    /// What of a sample's record passes the border, as its mapping gets it.
    #[must_use]
    pub fn narrowed(&self, record: Map<String, Value>, narrow: &Narrow) -> Value {
        (self.narrow)(record, narrow)
    }

    /// Whether a sample's record is marked for the hub.
    #[must_use]
    pub fn is_marked(&self, record: &Map<String, Value>, narrow: &Narrow) -> bool {
        (self.marked)(record, &narrow.mark)
    }
}

/// A record whose form in the system's own answers is the one that its mapping gets.
pub(crate) fn as_it_is(record: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    Ok(record)
}

/// Whether the mark stands at its path.
pub(crate) fn marked_by_path(record: &Map<String, Value>, mark: &Mark) -> bool {
    let mut names = mark.field.split('/');
    let first = names.next().and_then(|name| record.get(name));
    let found = names.fold(first, |value, name| value.and_then(|value| value.get(name)));
    found.is_some_and(|value| mark.is_said(value))
}
