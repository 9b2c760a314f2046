//! How far two words are apart: the cheapest way to say the one as the other, sound by sound. Costs are in
//! hundredths of one vowel exchanged for another; the tables are judgement, and the pairs of names in `tests/pairs`
//! say what they are worth.

use std::sync::LazyLock;

use super::sound::{LETTERS, Sound};

/// Sounds that are written for each other, and what it costs. What stands in no row is another sound.
const NEAR: &[(&str, u16)] = &[
    ("ae", 25),
    ("ao", 40),
    ("au", 60),
    ("ei", 25),
    ("ou", 20),
    ("iu", 80),
    ("ai", 90),
    ("sc", 50),
    ("sj", 70),
    ("yj", 50),
    ("yi", 20),
    ("ye", 20),
    ("bu", 40),
    ("bo", 40),
    ("td", 70),
    ("kg", 80),
    ("kh", 80),
    ("cj", 100),
    ("ct", 90),
    ("rd", 70),
    ("pb", 120),
    ("nm", 120),
    ("rl", 130),
    ("gj", 120),
];
/// Another vowel.
const OTHER_VOWEL: u16 = 100;
/// Another consonant, or a vowel for a consonant.
const OTHER: u16 = 200;
/// A vowel in a place where the other script writes none, or a long one where it writes another.
const LONG_IS_WRITTEN: u16 = 100;
/// A long alif heard as o or e.
const LONG_ALIF_BROAD: u16 = 50;
/// r or l and a vowel that changed places (Chandra and Chandar).
const SWAPPED: u16 = 40;
/// A glide left out where the other script writes no short vowel: it would have written this one.
const GLIDE_IS_WRITTEN: u32 = 100;
/// A last vowel more or less: most often a woman's name and a man's.
const LAST_VOWEL_SKIP: u16 = 160;
/// Under this a vowel is one that may as well not be there, also at the end.
const WEAK_VOWEL: u16 = 30;
/// From this on a glide is one that is heard.
const FULL_GLIDE: u16 = 50;
/// How much of a word may differ, in hundredths a place: under the first it is the same word.
const SAME_PER_PLACE: u32 = 6;
/// Under this it is perhaps the same word.
const PERHAPS_PER_PLACE: u32 = 12;
/// What a short word may differ by all the same, and a long one at most.
const PERHAPS_LEAST: u32 = 40;
const PERHAPS_MOST: u32 = 120;

static COSTS: LazyLock<Vec<Vec<u16>>> = LazyLock::new(|| {
    let cost = |a: char, b: char| {
        let vowel = |c: char| "aiueo".contains(c);
        let other = if vowel(a) && vowel(b) { OTHER_VOWEL } else { OTHER };
        NEAR.iter().find(|(pair, _)| pair.contains(a) && pair.contains(b)).map_or(other, |(_, cost)| *cost)
    };
    LETTERS.chars().map(|a| LETTERS.chars().map(|b| if a == b { 0 } else { cost(a, b) }).collect()).collect()
});

/// What two words are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Another word.
    Other,
    /// Perhaps the same.
    Near,
    /// The same.
    Same,
}

/// How alike two words are, and how far apart.
pub(super) fn likeness(a: &[Sound], b: &[Sound]) -> (Likeness, u32) {
    let places = |sounds: &[Sound]| sounds.iter().filter(|sound| sound.counts()).count();
    let (of_a, of_b) = (places(a), places(b));
    // So many places more cannot be left out for what may differ.
    if of_a == 0 || of_b == 0 || of_a.abs_diff(of_b) > 4 {
        return (Likeness::Other, u32::MAX);
    }
    let cost = distance(a, b);
    let places = u32::try_from(of_a + of_b).unwrap_or(u32::MAX).div_ceil(2);
    let perhaps = (places * PERHAPS_PER_PLACE).clamp(PERHAPS_LEAST, PERHAPS_MOST);
    let likeness = if cost <= places * SAME_PER_PLACE {
        Likeness::Same
    } else if cost <= perhaps {
        Likeness::Near
    } else {
        Likeness::Other
    };
    (likeness, cost)
}

/// Whether a word begins with what an initial says.
pub(super) fn begins(word: &[Sound], initial: &[Sound]) -> bool {
    match (word.first(), initial.first()) {
        (Some(word), Some(initial)) => exchange(*word, *initial) == 0,
        _ => false,
    }
}

/// The cheapest way from one word to the other.
pub(super) fn distance(a: &[Sound], b: &[Sound]) -> u32 {
    let at = |row: &[u32], column: usize| row.get(column).copied().unwrap_or(u32::MAX / 2);
    let (bare_a, bare_b) = (is_bare(a), is_bare(b));
    let mut earlier: Vec<u32> = Vec::new();
    let mut before: Vec<u32> = vec![0];
    for (column, sound) in b.iter().enumerate() {
        before.push(at(&before, column) + skip(*sound, column, b.len(), bare_a));
    }
    for (row, of_a) in a.iter().copied().enumerate() {
        let mut now = Vec::with_capacity(b.len() + 1);
        now.push(at(&before, 0) + skip(of_a, row, a.len(), bare_b));
        for (column, of_b) in b.iter().copied().enumerate() {
            let place = Place { first: row == 0 && column == 0, last: row + 1 == a.len() && column + 1 == b.len() };
            let mut best = (at(&before, column + 1) + skip(of_a, row, a.len(), bare_b))
                .min(at(&now, column) + skip(of_b, column, b.len(), bare_a))
                .min(at(&before, column) + place.weighs(of_a, of_b));
            let pairs = (row.checked_sub(1).and_then(|r| a.get(r)), column.checked_sub(1).and_then(|c| b.get(c)));
            if let (Some(a_before), Some(b_before)) = pairs
                && (a_before.is_liquid() && of_a.is_vowel() || a_before.is_vowel() && of_a.is_liquid())
            {
                let crossed = u32::from(exchange(*a_before, of_b)) + u32::from(exchange(of_a, *b_before));
                best = best.min(at(&earlier, column - 1) + u32::from(SWAPPED) + crossed);
            }
            now.push(best);
        }
        earlier = before;
        before = now;
    }
    at(&before, b.len())
}

/// Where two sounds stand that are exchanged: a word is known by its beginning, and its last vowel says whose it is.
struct Place {
    first: bool,
    last: bool,
}

impl Place {
    fn weighs(&self, a: Sound, b: Sound) -> u32 {
        let cost = u32::from(exchange(a, b));
        let last_vowel = self.last && a.is_vowel() && b.is_vowel() && cost > 50;
        if self.first || last_vowel { cost + cost / 2 } else { cost }
    }
}

/// Whether short vowels are not written in a word.
fn is_bare(word: &[Sound]) -> bool {
    word.iter().any(|sound| sound.is_unwritten())
}

/// What it costs to leave out a sound of a word; `bare` where the other word's script writes no short vowel.
fn skip(sound: Sound, at: usize, length: usize, bare: bool) -> u32 {
    let cost = sound.skip;
    if bare && sound.is_glide() && cost >= FULL_GLIDE {
        return GLIDE_IS_WRITTEN;
    }
    let ends = at + 1 == length && sound.is_vowel() && cost > WEAK_VOWEL;
    u32::from(if ends { cost.max(LAST_VOWEL_SKIP) } else { cost })
}

/// What it costs to say one sound for another.
fn exchange(a: Sound, b: Sound) -> u16 {
    let long_and_not = |long: Sound, other: Sound| (long.is_long() || long.is_glide()) && other.is_unwritten();
    if long_and_not(a, b) || long_and_not(b, a) {
        return LONG_IS_WRITTEN;
    }
    if a.set() & b.set() != 0 {
        return 0;
    }
    let cost = COSTS
        .iter()
        .enumerate()
        .filter(|(x, _)| a.set() >> x & 1 == 1)
        .flat_map(|(_, row)| row.iter().enumerate().filter(|(y, _)| b.set() >> y & 1 == 1).map(|(_, cost)| *cost))
        .min()
        .unwrap_or(OTHER);
    let long = if a.is_long() { Some((a, b)) } else { b.is_long().then_some((b, a)) };
    match long {
        Some((long, other)) if other.is_vowel() && long.is_vowel() => cost.max(LONG_ALIF_BROAD),
        Some((_, other)) if other.is_vowel() => cost.max(LONG_IS_WRITTEN),
        _ => cost,
    }
}
