//! Two names compared: words in any order, two words for one, an initial for a name, a word that is missing on
//! one side; words that stand against each other are two people.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::align::{Likeness, begins, likeness};
use super::sound::{Sound, consonants, settle};
use super::titles::Role;
use super::{Name, Part};

/// What two names are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Two names.
    Different,
    /// Worth a look: a case worker should see both.
    Perhaps,
    /// One name, written twice.
    Same,
}

/// Why. Where two ways to compare come to the same, the first of these is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Every word has its like.
    EveryWord,
    /// Every word has its like, one of them not as it is usually spelled.
    NearWord,
    /// One side has a word more.
    MissingWord,
    /// An initial stands for a name.
    Initial,
    /// Two or three consonants without their vowels say little.
    FewConsonants,
    /// Another name that stands beside, after `alias` or in brackets.
    OtherName,
    /// A name used at home, or one that a trafficker gave.
    LooseKind,
    /// Each side has a word that the other has not.
    OtherWord,
    /// Only words agree that many names have.
    OnlyCommonWords,
    /// Two fathers or husbands.
    OtherRelative,
    /// A script that is not read here, or other letters among the known.
    Unread,
}

/// The answer of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Compared {
    /// What the two names are to each other.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
}

impl Compared {
    const fn new(outcome: Outcome, reason: Reason) -> Self {
        Self { outcome, reason }
    }

    /// The surer of two ways to compare, whichever was tried first.
    pub(super) fn or(self, other: Self) -> Self {
        if (other.outcome, Reverse(other.reason)) > (self.outcome, Reverse(self.reason)) { other } else { self }
    }

    /// The same, but no surer than that.
    pub(super) fn at_most_perhaps(self, reason: Reason) -> Self {
        if self.outcome == Outcome::Same { Self::new(Outcome::Perhaps, reason) } else { self }
    }
}

/// Compares two names, other names and fathers with them.
pub(super) fn names(a: &Name, b: &Name) -> Compared {
    let fathers = !a.relative.is_empty() && !b.relative.is_empty();
    if fathers && words(&a.relative, &b.relative, &[], &[]).outcome == Outcome::Different {
        return Compared::new(Outcome::Different, Reason::OtherRelative);
    }
    let mut best = words(&a.parts, &b.parts, &a.relative, &b.relative);
    let besides = a
        .others
        .iter()
        .map(|other| words(other, &b.parts, &[], &[]))
        .chain(b.others.iter().map(|other| words(&a.parts, other, &[], &[])))
        .chain(a.others.iter().flat_map(|one| b.others.iter().map(|other| words(one, other, &[], &[]))));
    for compared in besides {
        best = best.or(compared.at_most_perhaps(Reason::OtherName));
    }
    best
}

/// Compares two lists of words, each with the words of the father beside it.
fn words(a: &[Part], b: &[Part], father_of_a: &[Part], father_of_b: &[Part]) -> Compared {
    let told = |parts: &[Part]| parts.iter().any(|part| matches!(part.role, Role::Given | Role::Common));
    // Who is called by a title, with an initial at most, is compared by it, and so is the other.
    let by_title = !told(a) || !told(b);
    let (a, b) = (Word::all(a, by_title), Word::all(b, by_title));
    if a.is_empty() || b.is_empty() {
        return Compared::new(Outcome::Different, Reason::OtherWord);
    }
    if a.iter().chain(&b).any(|word| word.sounds.is_empty()) {
        return Compared::new(Outcome::Different, Reason::Unread);
    }
    let pairs = join(&a, &b, assign(&a, &b));
    judge(&a, &b, &pairs, father_of_a, father_of_b)
}

/// A word as it is compared.
#[derive(Clone)]
struct Word {
    role: Role,
    sounds: Vec<Sound>,
}

impl Word {
    /// The words that are compared. A title that is all there is counts for as little as a common name.
    fn all(parts: &[Part], by_title: bool) -> Vec<Self> {
        let compared = parts.iter().filter(|part| part.role != Role::Honorific);
        let role = |part: &Part| if by_title && part.role == Role::Title { Role::Common } else { part.role };
        compared.map(|part| Self { role: role(part), sounds: part.sounds.clone() }).collect()
    }

    fn fits(&self, other: &Self) -> Option<Fit> {
        match (self.role == Role::Initial, other.role == Role::Initial) {
            (false, false) => match likeness(&self.sounds, &other.sounds) {
                (Likeness::Other, _) => None,
                (likeness, cost) => Some(Fit { likeness, cost, initial: false }),
            },
            (true, true) if begins(&self.sounds, &other.sounds) => {
                Some(Fit { likeness: Likeness::Same, cost: 0, initial: true })
            }
            _ if begins(&self.sounds, &other.sounds) => {
                Some(Fit { likeness: Likeness::Near, cost: INITIAL_COST, initial: true })
            }
            _ => None,
        }
    }

    /// Two words written as one.
    fn with(&self, other: &Self) -> Self {
        let sounds = self.sounds.iter().chain(&other.sounds).copied().collect();
        Self { role: Role::Given, sounds: settle(sounds) }
    }

    /// Whether its script left vowels out and too few consonants are there to do without.
    fn is_bare(&self) -> bool {
        self.sounds.iter().any(|sound| sound.is_unwritten()) && consonants(&self.sounds) < CONSONANTS_ENOUGH
    }
}

/// What an initial that stands for a name is worth: any whole word is better.
const INITIAL_COST: u32 = 150;
/// How many consonants tell a name without its vowels.
const CONSONANTS_ENOUGH: usize = 4;

/// How two words fit.
#[derive(Clone, Copy)]
struct Fit {
    likeness: Likeness,
    cost: u32,
    initial: bool,
}

/// Words of one side that go with words of the other: one with one, or two with one.
#[derive(Clone)]
struct Pair {
    a: Vec<usize>,
    b: Vec<usize>,
    fit: Fit,
}

/// As many pairs of one word and one as can be, and of those the cheapest: word by word of one side, over the sets
/// of words of the other that were paired, which are 256 at most ([`super::WORDS_MAX`]).
fn assign(a: &[Word], b: &[Word]) -> Vec<Pair> {
    let mut best: BTreeMap<u32, (u32, Vec<Pair>)> = BTreeMap::from([(0, (0, Vec::new()))]);
    let paired = |word: &Word| word.role != Role::Title;
    for (row, of_a) in a.iter().enumerate().filter(|(_, word)| paired(word)) {
        let mut more = Vec::new();
        for (column, of_b) in b.iter().enumerate().filter(|(_, word)| paired(word)) {
            let Some(fit) = of_a.fits(of_b) else { continue };
            let own = 1 << column;
            for (used, (cost, pairs)) in best.iter().filter(|(used, _)| **used & own == 0) {
                let mut pairs = pairs.clone();
                pairs.push(Pair { a: vec![row], b: vec![column], fit });
                more.push((used | own, (cost + fit.cost, pairs)));
            }
        }
        for (used, pairs) in more {
            match best.get(&used) {
                Some((known, _)) if *known <= pairs.0 => {}
                _ => drop(best.insert(used, pairs)),
            }
        }
    }
    let found = best.into_values().min_by_key(|(cost, pairs)| (Reverse(pairs.len()), *cost));
    found.map(|(_, pairs)| pairs).unwrap_or_default()
}

/// The words of one side that are in no pair.
fn left<'w>(words: &'w [Word], of: impl Fn(&Pair) -> &[usize] + 'w, pairs: &'w [Pair]) -> Vec<(usize, &'w Word)> {
    words.iter().enumerate().filter(|(at, _)| !pairs.iter().any(|pair| of(pair).contains(at))).collect()
}

/// Adds pairs of two words with one, in whichever order the two stand, the nearest first. A title may be the half of
/// a name that the other side writes in one word.
fn join(a: &[Word], b: &[Word], mut pairs: Vec<Pair>) -> Vec<Pair> {
    loop {
        let (left_a, left_b) = (left(a, |pair| &pair.a, &pairs), left(b, |pair| &pair.b, &pairs));
        let of_a = two_as_one(&left_a, &left_b).map(|(two, one, fit)| Pair { a: two, b: vec![one], fit });
        let of_b = two_as_one(&left_b, &left_a).map(|(two, one, fit)| Pair { a: vec![one], b: two, fit });
        let Some(nearest) = of_a.chain(of_b).min_by_key(|pair| pair.fit.cost) else {
            return pairs;
        };
        pairs.push(nearest);
    }
}

/// Every two words of one side that fit one of the other.
fn two_as_one(two: &[(usize, &Word)], one: &[(usize, &Word)]) -> impl Iterator<Item = (Vec<usize>, usize, Fit)> {
    let whole = |word: &Word| word.role != Role::Initial;
    let ordered = two.iter().flat_map(move |first| two.iter().map(move |second| (first, second)));
    ordered
        .filter(move |((first, a), (second, b))| first != second && whole(a) && whole(b))
        .map(|((first, a), (second, b))| (vec![*first, *second], a.with(b)))
        .flat_map(move |(places, joined)| {
            let fits = one.iter().filter(move |(_, word)| whole(word) && word.role != Role::Title);
            fits.filter_map(move |(at, word)| joined.fits(word).map(|fit| (places.clone(), *at, fit)))
        })
}

/// What the pairs come to, and the words that are left.
fn judge(a: &[Word], b: &[Word], pairs: &[Pair], father_of_a: &[Part], father_of_b: &[Part]) -> Compared {
    // The words that tell: given names, or where there are none the common ones.
    let tells = |words: &[Word], at: usize| {
        let given = words.iter().any(|word| word.role == Role::Given);
        words.get(at).is_some_and(|word| word.role == if given { Role::Given } else { Role::Common })
    };
    let told = |words: &[Word], of: fn(&Pair) -> &[usize]| {
        pairs.iter().map(of).any(|places| places.len() > 1 || places.iter().any(|at| tells(words, *at)))
    };
    let whole = pairs.iter().any(|pair| !pair.fit.initial);
    if !whole || !told(a, |pair| &pair.a) || !told(b, |pair| &pair.b) {
        let reason = if pairs.is_empty() { Reason::OtherWord } else { Reason::OnlyCommonWords };
        return Compared::new(Outcome::Different, reason);
    }
    // A word that is left may be the father's name, or his letter, which the other side says apart.
    let fathers = |left: Vec<(usize, &Word)>, father: &[Part]| -> Vec<bool> {
        let father = Word::all(father, false);
        let is_fathers = |word: &Word| father.iter().any(|part| part.role != Role::Title && word.fits(part).is_some());
        left.into_iter().filter(|(_, word)| word.role != Role::Title).map(|(_, word)| is_fathers(word)).collect()
    };
    let left_a = fathers(left(a, |pair| &pair.a, pairs), father_of_b);
    let left_b = fathers(left(b, |pair| &pair.b, pairs), father_of_a);
    let missing = |left: &[bool]| left.contains(&false);
    if missing(&left_a) && missing(&left_b) {
        return Compared::new(Outcome::Different, Reason::OtherWord);
    }
    let bare = |words: &[Word], places: &[usize]| places.iter().filter_map(|at| words.get(*at)).all(Word::is_bare);
    let reason = if pairs.iter().any(|pair| pair.fit.initial) || left_a.contains(&true) || left_b.contains(&true) {
        Reason::Initial
    } else if missing(&left_a) || missing(&left_b) {
        Reason::MissingWord
    } else if pairs.iter().any(|pair| pair.fit.likeness == Likeness::Near) {
        Reason::NearWord
    } else if pairs.iter().all(|pair| bare(a, &pair.a) || bare(b, &pair.b)) {
        Reason::FewConsonants
    } else {
        return Compared::new(Outcome::Same, Reason::EveryWord);
    };
    Compared::new(Outcome::Perhaps, reason)
}
