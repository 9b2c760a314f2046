//! One mapping tried on records as the hub tries it: mapped in a worker, read strictly, its references looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use sangam_vocabulary::{Category, Code, Country};
use serde_json::Value;

use super::leaf::{Path, ValueKind, leaves};
use super::shape::Shape;
use crate::categories;
use crate::intake::{ConsentIntake, Facts, Intake, Reading, ReferralIntake};
use crate::oddity::Oddity;
use crate::offering::Offering;
use crate::pool::{Mapping, Pool};

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It can be taken in.
    Read {
        /// What the mapping gave.
        mapped: Value,
        /// The same as the hub reads it.
        intake: Box<Intake>,
    },
    /// It is an entry of an own directory, and can be taken in.
    Offers {
        /// What the mapping gave.
        mapped: Value,
        /// The same as the hub reads it.
        offering: Offering,
    },
    /// It would wait in quarantine.
    Odd(Vec<Oddity>),
}

impl Outcome {
    /// The faults, where there are some.
    #[must_use]
    pub fn oddities(&self) -> &[Oddity] {
        match self {
            Self::Read { .. } | Self::Offers { .. } => &[],
            Self::Odd(oddities) => oddities,
        }
    }

    /// What the mapping gave, where it can be taken in.
    #[must_use]
    pub const fn mapped(&self) -> Option<&Value> {
        match self {
            Self::Read { mapped, .. } | Self::Offers { mapped, .. } => Some(mapped),
            Self::Odd(_) => None,
        }
    }

    /// Whether the hub would take it, if it carries the mark of the partner's file.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::Read { intake, .. } => intake.marked_for_hub,
            Self::Offers { .. } => true,
            Self::Odd(_) => false,
        }
    }
}

/// A mapping on trial.
pub struct Trial<'a> {
    pool: &'a Pool,
    mapping: &'a Mapping,
    of: What,
    runs: AtomicU32,
}

/// What the records are.
enum What {
    /// Of people; and the organizations that the partner's file knows.
    People(Reading, BTreeSet<String>),
    /// Entries of the own directory of an organization of a country.
    Directory(Country),
}

impl<'a> Trial<'a> {
    /// Of an inbound mapping; `references` are the organizations that the partner's file knows.
    #[must_use]
    pub fn new(pool: &'a Pool, mapping: &'a Mapping, reading: Reading, references: BTreeSet<String>) -> Self {
        Self { pool, mapping, of: What::People(reading, references), runs: AtomicU32::new(0) }
    }

    /// Of the mapping of an own directory, of an organization of a country.
    #[must_use]
    pub const fn of_directory(pool: &'a Pool, mapping: &'a Mapping, country: Country) -> Self {
        Self { pool, mapping, of: What::Directory(country), runs: AtomicU32::new(0) }
    }

    /// The mapping's own text.
    pub(crate) fn text(&self) -> &str {
        self.mapping.text()
    }

    /// How often it has run.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }

    /// What becomes of a record, as it passes the border.
    pub async fn of(&self, record: &Value) -> Outcome {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let mapped = match self.pool.map(self.mapping, record.to_string().as_bytes()).await {
            Ok(mapped) => mapped,
            Err(oddity) => return Outcome::Odd(vec![oddity]),
        };
        let (reading, references) = match &self.of {
            What::People(reading, references) => (reading, references),
            What::Directory(country) => {
                return match Offering::read(&mapped, *country) {
                    Ok(offering) => Outcome::Offers { mapped, offering },
                    Err(oddities) => Outcome::Odd(oddities),
                };
            }
        };
        let intake = match Intake::read(&mapped, reading) {
            Ok(intake) => intake,
            Err(oddities) => return Outcome::Odd(oddities),
        };
        // The hub looks no reference up in a record that it does not take.
        let unknown = intake.unknown_reference(|reference| references.contains(reference));
        match unknown.filter(|_| intake.marked_for_hub) {
            Some(oddity) => Outcome::Odd(vec![oddity]),
            None => Outcome::Read { mapped, intake: Box::new(intake) },
        }
    }
}

/// What came out for one field of ours, over all records that were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Came {
    /// In how many records.
    pub records: usize,
    /// Of which kinds.
    pub kinds: BTreeSet<ValueKind>,
    /// How long its texts are, at least and at most.
    pub lengths: Option<(usize, usize)>,
}

/// The path of ours, as people say it: `DEMOGRAPHICS/sex` for what lies in `categories`.
pub(crate) fn ours(path: &Path) -> Path {
    match path.parts().split_first() {
        Some((first, rest)) if first == "categories" => rest.iter().fold(Path::default(), |path, part| path.with(part)),
        _ => path.clone(),
    }
}

/// What came out, field by field.
#[must_use]
pub fn came(outcomes: &[Outcome]) -> BTreeMap<Path, Came> {
    let mut all: BTreeMap<Path, Came> = BTreeMap::new();
    for outcome in outcomes {
        let Some(mapped) = outcome.mapped() else { continue };
        let mut here = BTreeSet::new();
        for leaf in leaves(mapped).into_iter().filter(|leaf| !leaf.value.is_null()) {
            let path = ours(&leaf.path);
            let came = all.entry(path.clone()).or_default();
            came.kinds.insert(ValueKind::of(leaf.value));
            came.records += usize::from(here.insert(path));
            if let Value::String(text) = leaf.value {
                let length = text.chars().count();
                let (least, most) = came.lengths.unwrap_or((length, length));
                came.lengths = Some((least.min(length), most.max(length)));
            }
        }
    }
    all
}

/// The shapes of what a record may have: each category, and what stands beside them.
#[must_use]
pub fn shapes() -> Vec<(Path, Shape)> {
    let beside = [
        ("facts", Shape::of::<Facts>()),
        ("consents", Shape::List(Box::new(Shape::of::<ConsentIntake>()))),
        ("referrals", Shape::List(Box::new(Shape::of::<ReferralIntake>()))),
    ];
    let categories = Category::ALL.iter().map(|category| (Path::of(&[category.code()]), categories::shape(*category)));
    categories.chain(beside.into_iter().map(|(name, shape)| (Path::of(&[name]), shape))).collect()
}

/// The lists of codes of ours, by the path of the field.
#[must_use]
pub fn our_codes() -> BTreeMap<Path, &'static [&'static str]> {
    let mut found = Vec::new();
    shapes().iter().for_each(|(path, shape)| shape.codes(path, &mut found));
    // What an entry of an own directory has, which is nothing of a person's record.
    Shape::of::<Offering>().codes(&Path::default(), &mut found);
    found.into_iter().collect()
}
