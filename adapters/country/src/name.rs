//! Names as people of the region write them, read so that two can be compared: in any of its scripts, with or
//! without a surname, titles known, a father named or only his letter (domain.md 4.4). The name itself is kept as
//! it was written elsewhere; what is made here is for matching alone and says nothing about who somebody is. Read
//! [`Name::read`], then [`Name::compare`].

mod align;
mod clean;
mod compare;
mod fuzz;
mod roman;
mod sound;
mod titles;
mod words;

use std::fmt;

use sangam_vocabulary::{NameKind, NameWritten};
use thiserror::Error;

pub use compare::{Compared, Outcome, Reason};
pub use fuzz::fuzz;
pub use titles::Role;

use sound::Sound;

/// The longest text read as a name: the longest names of papers, with a father's, stay under half of it.
pub const NAME_MAX: usize = 200;
/// How many words a name, and a father's, may have: six are the most that papers show.
pub const WORDS_MAX: usize = 8;
/// How many other names may stand beside the first, after `alias` or in brackets.
pub const OTHERS_MAX: usize = 3;
/// How many signs may stand on one letter: Tibetan stacks and pointed Arabic need four.
pub const MARKS_MAX: usize = 6;
/// How many sounds of a word are compared: the longest names joined in one word have about twenty.
const SOUNDS_MAX: usize = 32;

/// Why a text is not read as a name. Holds lengths and limits, never the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameFault {
    /// Longer than any name.
    #[error("a name of {length} characters is longer than any (limit {NAME_MAX})")]
    TooLong {
        /// How many characters it had.
        length: usize,
    },
    /// No letter in it.
    #[error("a name needs a letter ({length} characters without one)")]
    NoLetter {
        /// How many characters it had.
        length: usize,
    },
    /// A control character, a line break among them.
    #[error("a name holds no control character: write it in one line")]
    Control,
    /// More signs on a letter than any script has.
    #[error("more than {MARKS_MAX} signs on one letter")]
    TooManyMarks,
    /// More words than any name has.
    #[error("more than {WORDS_MAX} words in one name, or more than {OTHERS_MAX} other names")]
    TooManyWords,
}

/// What a reader of a name should know besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Note {
    /// Characters that cannot be seen were left out: controls of direction among them.
    Unseen,
    /// A word has letters of two scripts: a slip of the keyboard, or letters chosen to look alike.
    MixedScripts,
    /// Letters of a script that is not read here.
    Unread,
    /// Digits were left out.
    Digits,
}

/// One word of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    role: Role,
    text: String,
    sounds: Vec<Sound>,
}

impl Part {
    /// What it is there for.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The word, in small letters and composed form, shortened words in full.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folded romanised key of the word; read as a word it comes to itself.
    #[must_use]
    pub fn key(&self) -> String {
        roman::key(&self.sounds)
    }
}

/// A name that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    parts: Vec<Part>,
    others: Vec<Vec<Part>>,
    relative: Vec<Part>,
    notes: Vec<Note>,
}

/// Says how many words it has: a name is not printed.
impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Name").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl Name {
    /// Reads a name. The words of a father or husband (`s/o`, `w/o`, `bin`, `bint`, in several languages) and
    /// other names (`alias`, in brackets) stand apart from the name's own.
    ///
    /// # Errors
    /// [`NameFault`]: no name, or more than any name is.
    pub fn read(text: &str) -> Result<Self, NameFault> {
        words::read(text)
    }

    /// The words of the name itself.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The other names that stood beside it.
    pub fn others(&self) -> impl Iterator<Item = &[Part]> {
        self.others.iter().map(Vec::as_slice)
    }

    /// The father's or husband's name, where it was said.
    #[must_use]
    pub fn relative(&self) -> &[Part] {
        &self.relative
    }

    /// What a reader should know besides.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The folded romanised key: the keys of its words without titles, sorted, so that neither their order nor
    /// their script is in it. The key of a word's key is that key. For finding what is worth comparing; whether two
    /// names are one, [`Name::compare`] says.
    #[must_use]
    pub fn key(&self) -> String {
        let told = |part: &&Part| !matches!(part.role, Role::Title | Role::Honorific);
        let mut keys: Vec<String> = self.parts.iter().filter(told).map(Part::key).collect();
        if keys.is_empty() {
            keys = self.parts.iter().map(Part::key).collect();
        }
        keys.sort();
        keys.join(" ")
    }

    /// Whether two names may be one person's, as a case worker would say who hears both.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Compared {
        compare::names(self, other)
    }
}

/// The best that any name of one list is to any of another: two people's names, each with its kind. A name
/// used at home is common to many and one that a trafficker gave says little, so these never come to more than
/// [`Outcome::Perhaps`]; what is not read as a name is passed over. `None` where nothing could be compared.
#[must_use]
pub fn best(of_one: &[NameWritten], of_other: &[NameWritten]) -> Option<Compared> {
    let read = |names: &[NameWritten]| -> Vec<(NameKind, Name)> {
        names
            .iter()
            .take(LISTED_MAX)
            .filter_map(|name| Name::read(&name.text).ok().map(|read| (name.kind, read)))
            .collect()
    };
    let loose = |kind: NameKind| matches!(kind, NameKind::Daknam | NameKind::GivenByTrafficker);
    let (of_one, of_other) = (read(of_one), read(of_other));
    of_one
        .iter()
        .flat_map(|(kind, one)| {
            of_other.iter().map(move |(other_kind, other)| {
                let compared = one.compare(other);
                if loose(*kind) || loose(*other_kind) { compared.at_most_perhaps(Reason::LooseKind) } else { compared }
            })
        })
        .reduce(Compared::or)
}

/// How many names of one person are compared: nobody has more in a record.
const LISTED_MAX: usize = 8;
