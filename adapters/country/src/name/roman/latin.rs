//! Latin, as clerks of eight countries romanise: no standard, so two spellings of a sound are one sound.

use crate::name::sound::{Sound, spell};

/// What is read as one, the longest first.
const CLUSTERS: &[(&str, &str)] = &[
    ("kkh", "k"),
    ("ksh", "ks"),
    ("chh", "c"),
    ("tsh", "c"),
    ("tch", "t2c"),
    ("sch", "s"),
    ("ngh", "ng4"),
    ("ch", "c"),
    ("sh", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("jh", "j"),
    ("zh", "j"),
    ("dz", "j"),
    ("dj", "j"),
    ("dh", "d"),
    ("th", "t"),
    ("ts", "c"),
    ("bh", "b"),
    ("ph", "p"),
    ("rh", "r"),
    ("lh", "l"),
    ("wh", "b"),
    ("ck", "k"),
    ("ng", "ng4"),
    ("x", "ks"),
    ("q", "k"),
    ("f", "p"),
    ("v", "b"),
    ("w", "b"),
    ("z", "j"),
];

/// Vowels written with two letters that are one.
const LONG_VOWELS: &[(&str, &str)] = &[("aa", "a"), ("ee", "i"), ("ii", "i"), ("oo", "u"), ("uu", "u")];

/// Letters that have no decomposition and stand for a plain one.
const PLAIN: &[(char, char)] = &[('ı', 'i'), ('ø', 'o'), ('đ', 'd'), ('ł', 'l'), ('æ', 'e'), ('ß', 's')];

fn plain(letter: char) -> Option<char> {
    if letter.is_ascii_lowercase() {
        return Some(letter);
    }
    if let Some((_, plain)) = PLAIN.iter().find(|(from, _)| *from == letter) {
        return Some(*plain);
    }
    let mut base = None;
    unicode_normalization::char::decompose_canonical(letter, |part| {
        base = base.or(Some(part));
    });
    base.filter(char::is_ascii_lowercase)
}

/// The sounds of a word in small letters.
pub(super) fn read(word: &str) -> Vec<Sound> {
    let word: String = word.chars().filter_map(plain).collect();
    let mut out = Vec::with_capacity(word.len());
    let mut rest = word.as_str();
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let (taken, notation) = step(rest, before);
        spell(notation, &mut out);
        before = rest.chars().nth(taken.saturating_sub(1)).unwrap_or(letter);
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    out
}

/// How many letters are read at the head of a word, and as what.
fn step(rest: &str, before: char) -> (usize, &'static str) {
    let vowel = |c: char| "aeiou".contains(c);
    let mut letters = rest.chars();
    let (first, next, third) = (letters.next().unwrap_or(' '), letters.next().unwrap_or(' '), letters.next());
    let after_next_is_vowel = third.is_some_and(vowel);
    if let Some((text, notation)) = LONG_VOWELS.iter().find(|(text, _)| rest.starts_with(text)) {
        return (text.len(), notation);
    }
    match (first, next) {
        ('a', 'y') if !after_next_is_vowel => return (2, "a(yie)5"),
        ('e', 'y') if !after_next_is_vowel => return (2, "e(yie)5"),
        ('o', 'y') if !after_next_is_vowel => return (2, "o(yie)5"),
        ('a', 'i' | 'e') => return (2, "a(yie)5"),
        ('a', 'o' | 'u') => return (2, "a(buo)5"),
        ('a', 'w') if !after_next_is_vowel => return (2, "a(buo)5"),
        ('o', 'w') if !after_next_is_vowel => return (2, "o(buo)5"),
        ('o', 'u') => return (2, "o(buo)2"),
        ('u', 'w') if after_next_is_vowel => return (2, "ub1"),
        ('u' | 'o', 'e') if third == Some('n') => return (2, if first == 'u' { "ue3" } else { "oe3" }),
        ('c', 'e' | 'i' | 'y') => return (1, "s"),
        ('y', _) if vowel(next) => return (1, if vowel(before) { "(yie)4" } else { "y" }),
        ('y', _) => return (1, if vowel(before) { "(yie)4" } else { "i" }),
        _ => {}
    }
    if let Some((text, notation)) = CLUSTERS.iter().find(|(text, _)| rest.starts_with(text)) {
        return (text.len(), notation);
    }
    let single = match first {
        'a' => "a",
        'b' => "b",
        'c' | 'k' => "k",
        'd' => "d",
        'e' => "e",
        'g' => "g",
        'h' => "h",
        'i' => "i",
        'j' => "j",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'o' => "o",
        'p' => "p",
        'r' => "r",
        's' => "s",
        't' => "t",
        'u' => "u",
        _ => "",
    };
    (1, single)
}

#[cfg(test)]
pub(super) fn notations() -> impl Iterator<Item = &'static str> {
    CLUSTERS.iter().chain(LONG_VOWELS).map(|(_, notation)| *notation)
}
