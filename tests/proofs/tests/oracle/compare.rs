//! `decide` and Cedar side by side, and the tally of what decided.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cedar_policy::{Authorizer, Decision, PolicySet, ValidationMode, Validator};
use sangam_custody::{Clause, Ground, LawBook, Rules, Terms, Verdict, decide};
use sangam_proofs::{Cast, texts};

use crate::case::{Books, Case};
use crate::cedar;
use crate::translate::Translation;

/// What Cedar said: whether to release, and which policies were decisive.
#[derive(Debug)]
pub(crate) struct Theirs {
    pub(crate) releases: bool,
    pub(crate) reasons: BTreeSet<String>,
    pub(crate) errors: Vec<String>,
}

/// Both sides, ready to decide.
pub(crate) struct Oracle {
    translation: Translation,
    policies: PolicySet,
    slices: Vec<Vec<PolicySet>>,
    authorizer: Authorizer,
    whole: LawBook,
    rules: [RefCell<Rules>; 3],
    places: BTreeMap<String, usize>,
}

fn broken(book: &str) -> LawBook {
    let texts = texts();
    let with = texts.iter().map(|(name, text)| (*name, if *name == book { "not a book" } else { text.as_str() }));
    let (law, faults) = LawBook::read_denying(with);
    assert_eq!(faults.len(), 1);
    law
}

impl Oracle {
    pub(crate) fn new() -> Self {
        let texts = texts();
        let whole = LawBook::read(texts.iter().map(|(name, text)| (*name, text.as_str()))).unwrap();
        let places = whole.rows().enumerate().map(|(place, (_, row))| (row.id.to_string(), place)).collect();
        let (translation, policies) = (Translation::new(&Cast::default()), cedar::policies());
        Self {
            slices: translation.slices(&policies),
            translation,
            policies,
            authorizer: Authorizer::new(),
            rules: [whole.clone(), broken("IN"), broken("HUB")]
                .map(|law| RefCell::new(Rules { law, ..Rules::default() })),
            whole,
            places,
        }
    }

    /// The whole law.
    pub(crate) const fn law(&self) -> &LawBook {
        &self.whole
    }

    /// The ids of the rows of law.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// The ids of the policies.
    pub(crate) fn policies(&self) -> impl Iterator<Item = String> {
        self.policies.policies().map(|policy| policy.id().to_string())
    }

    /// Validates the policies against the schema, and some requests.
    pub(crate) fn validate(&self) {
        let schema = cedar::schema();
        let result = Validator::new(schema.clone()).validate(&self.policies, ValidationMode::Strict);
        let faults: Vec<_> = result.validation_errors().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let warnings: Vec<_> = result.validation_warnings().map(ToString::to_string).collect();
        assert!(warnings.is_empty(), "{warnings:#?}");
        let mut generator = crate::generate::Generator::new(0);
        for _ in 0..2_000 {
            let _valid = self.translation.request(&generator.case(), Some(&schema));
        }
    }

    /// Our verdict on a case.
    pub(crate) fn decide(&self, case: &Case) -> Verdict {
        let mut rules = self.rules[case.books as usize].borrow_mut();
        rules.terms = Terms::new(case.agreements.clone());
        decide(&rules, &case.consents, &case.ask()).verdict
    }

    /// Our verdict on a case under another book of law.
    pub(crate) fn decide_under(&self, law: &LawBook, case: &Case) -> Verdict {
        let rules = Rules { law: law.clone(), terms: Terms::new(case.agreements.clone()), ..Rules::default() };
        decide(&rules, &case.consents, &case.ask()).verdict
    }

    /// Cedar's decision on a case; an error in any policy counts as a refusal.
    pub(crate) fn evaluate(&self, case: &Case) -> Theirs {
        let request = self.translation.request(case, None);
        let policies = &self.slices[case.act as usize][case.category as usize];
        let response = self.authorizer.is_authorized(&request, policies, self.translation.entities());
        let errors: Vec<_> = response.diagnostics().errors().map(ToString::to_string).collect();
        Theirs {
            releases: response.decision() == Decision::Allow && errors.is_empty(),
            reasons: response.diagnostics().reason().map(ToString::to_string).collect(),
            errors,
        }
    }

    /// Whether both say the same: release or not, on the same ground, by the same clause.
    ///
    /// # Errors
    /// What differs.
    pub(crate) fn agree(&self, ours: &Verdict, theirs: &Theirs) -> Result<(), String> {
        if !theirs.errors.is_empty() {
            return Err(format!("cedar could not evaluate: {:?}", theirs.errors));
        }
        let released = matches!(ours, Verdict::Release(_));
        if released != theirs.releases {
            return Err(format!("decide releases: {released}, cedar: {}", theirs.releases));
        }
        let says = |policy: &str| theirs.reasons.contains(policy);
        // The first that bars is named, in this order.
        let bars = ["relation", "locked", "team", "actor", "shut", "suspended", "recalled"];
        let first = bars.into_iter().find(|policy| says(policy));
        let barred = first.is_some();
        let row = theirs.reasons.iter().filter_map(|id| Some((*self.places.get(id)?, id))).min().map(|(_, id)| id);
        let agree = match ours {
            Verdict::Release(Ground::Owner) => says("owner"),
            Verdict::Release(Ground::Emergency) => says("emergency") && !says("owner"),
            Verdict::Release(Ground::Consent { .. }) => says("consent") && !says("emergency"),
            Verdict::Release(Ground::Override { .. }) => says("override") && !says("consent") && !says("emergency"),
            Verdict::Refuse(refusal) => match &refusal.clause {
                Clause::NoRelation => first == Some("relation"),
                Clause::Locked => first == Some("locked"),
                Clause::NotOnTeam => first == Some("team"),
                Clause::NoActor => first == Some("actor"),
                Clause::Shut => first == Some("shut"),
                Clause::Suspended(_) => first == Some("suspended"),
                Clause::Recalled => first == Some("recalled"),
                Clause::LawUnreadable => says("unreadable") && !barred,
                // Where several rows forbid, the first in reading order is named.
                Clause::Law(id) => row.is_some_and(|first| **first == **id) && !barred,
                Clause::Publication => theirs.reasons.is_empty(),
                Clause::ConsentMissing | Clause::ConsentWithheld(_) => {
                    row.is_none() && theirs.reasons.iter().all(|id| id == "agreement")
                }
                Clause::NoAgreement => theirs.reasons.iter().eq(["agreement"]),
            },
        };
        if agree { Ok(()) } else { Err("the ground or the clause differs".to_owned()) }
    }
}

/// How many differences are kept in full.
const KEPT: usize = 3;

/// What decided how often.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) asks: u64,
    pub(crate) released: u64,
    pub(crate) grounds: BTreeMap<&'static str, u64>,
    pub(crate) clauses: BTreeMap<&'static str, u64>,
    pub(crate) rows: BTreeMap<String, u64>,
    pub(crate) differing: u64,
    pub(crate) differences: Vec<String>,
    /// Cases by the row that decided them, for the proofs that a missing row is noticed.
    pub(crate) kept: BTreeMap<String, Vec<Case>>,
}

impl Tally {
    /// Counts a verdict of ours.
    pub(crate) fn count(&mut self, case: &Case, verdict: &Verdict) {
        self.asks += 1;
        match verdict {
            Verdict::Release(ground) => {
                self.released += 1;
                let name = match ground {
                    Ground::Owner => "owner",
                    Ground::Consent { .. } => "consent",
                    Ground::Override { .. } => "override",
                    Ground::Emergency => "emergency",
                };
                *self.grounds.entry(name).or_default() += 1;
            }
            Verdict::Refuse(refusal) => {
                let name = match &refusal.clause {
                    Clause::NoRelation => "no relation",
                    Clause::Locked => "locked",
                    Clause::NotOnTeam => "not on team",
                    Clause::NoActor => "no actor",
                    Clause::Shut => "shut",
                    Clause::Suspended(_) => "suspended",
                    Clause::Recalled => "recalled",
                    Clause::Publication => "publication",
                    Clause::Law(_) => "law",
                    Clause::LawUnreadable => "law unreadable",
                    Clause::ConsentMissing => "consent missing",
                    Clause::ConsentWithheld(_) => "consent withheld",
                    Clause::NoAgreement => "no agreement",
                };
                *self.clauses.entry(name).or_default() += 1;
                if let Clause::Law(id) = &refusal.clause {
                    *self.rows.entry(id.to_string()).or_default() += 1;
                    if case.books == Books::Whole {
                        let kept = self.kept.entry(id.to_string()).or_default();
                        if kept.len() < 40 {
                            kept.push(case.clone());
                        }
                    }
                }
            }
        }
    }

    /// Notes a difference.
    pub(crate) fn differ(&mut self, what: String) {
        self.differing += 1;
        if self.differences.len() < KEPT {
            self.differences.push(what);
        }
    }

    /// Adds another tally to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.asks += other.asks;
        self.released += other.released;
        self.differing += other.differing;
        self.differences.extend(other.differences);
        for (name, count) in other.grounds {
            *self.grounds.entry(name).or_default() += count;
        }
        for (name, count) in other.clauses {
            *self.clauses.entry(name).or_default() += count;
        }
        for (name, count) in other.rows {
            *self.rows.entry(name).or_default() += count;
        }
        for (name, cases) in other.kept {
            self.kept.entry(name).or_default().extend(cases);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} asks, {} released, {} differences", self.asks, self.released, self.differing)?;
        for (name, count) in self.grounds.iter().chain(&self.clauses) {
            writeln!(out, "  {count:>8}  {name}")?;
        }
        let least = self.rows.iter().min_by_key(|(_, count)| **count);
        writeln!(out, "  {} rows decided; least often {least:?}", self.rows.len())
    }
}
