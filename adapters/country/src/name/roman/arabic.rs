//! The Arabic script of Urdu, Pashto, Dari and their neighbours: short vowels are not written, so between two
//! letters any may stand. What is written as a vowel is a long one.

use crate::name::sound::{Sound, spell};

/// The consonants, and what else has one reading wherever it stands.
#[rustfmt::skip]
const CONSONANTS: &[(char, &str)] = &[
    ('ب', "b"), ('پ', "p"), ('ٻ', "b"), ('ت', "t"), ('ٹ', "t"), ('ټ', "t"), ('ٿ', "t"), ('ث', "s"), ('ج', "j"),
    ('چ', "c"), ('ڄ', "j"), ('څ', "(sc)"), ('ځ', "(jd)"), ('ح', "h"), ('خ', "k"), ('د', "d"), ('ڈ', "d"), ('ډ', "d"),
    ('ڌ', "d"), ('ذ', "j"), ('ر', "r"), ('ڑ', "r"), ('ړ', "r"), ('ز', "j"), ('ژ', "j"), ('ږ', "(gj)"), ('س', "s"),
    ('ش', "s"), ('ښ', "(sk)"), ('ص', "s"), ('ض', "(jd)"), ('ط', "t"), ('ظ', "j"), ('غ', "g"), ('ف', "p"),
    ('ق', "k"), ('ک', "k"), ('ك', "k"), ('ګ', "g"), ('گ', "g"), ('ڳ', "g"), ('ل', "l"), ('م', "m"), ('ن', "n"),
    ('ں', "n1"), ('ڼ', "n"), ('ڻ', "n"), ('ڱ', "ng4"),
];

/// Vowel points, which children's books and the Quran have: where one stands, the vowel is known.
#[rustfmt::skip]
const POINTS: &[(char, &str)] = &[('\u{64e}', "a"), ('\u{64f}', "u"), ('\u{650}', "i"), ('\u{670}', "a")];

const ALIFS: [char; 4] = ['ا', 'أ', 'إ', 'ٱ'];
const LONG_ALIF: char = 'آ';
const AIN: char = 'ع';
const YES: [char; 8] = ['ی', 'ي', 'ې', 'ے', 'ۍ', 'ى', 'ێ', 'ٸ'];
const WAWS: [char; 4] = ['و', 'ؤ', 'ۆ', 'ۇ'];
const HES: [char; 4] = ['ہ', 'ه', 'ۀ', 'ۂ'];
/// The he that only breathes on the letter before it.
const ASPIRATE: char = 'ھ';
const TE_MARBUTA: [char; 2] = ['ة', 'ۃ'];
const YE_HAMZA: char = 'ئ';

/// The name of God, as Arabic, Urdu and Persian type it.
const ALLAH: [&str; 2] = ["الله", "اللہ"];

/// The sounds of a word.
pub(super) fn read(word: &str) -> Vec<Sound> {
    let letters: Vec<char> = word.chars().filter(|letter| *letter != ASPIRATE).collect();
    let mut out = Vec::with_capacity(letters.len() * 2);
    // Whether the place before may hold a vowel nobody wrote.
    let mut gap = false;
    // The name of God stands whole: its two l are one sound and its he is one that few hear.
    if let Some(before) = ALLAH.iter().find_map(|allah| word.strip_suffix(allah)) {
        let mut out = if before.is_empty() { Vec::new() } else { read(before) };
        spell("(aiu)lah1", &mut out);
        return out;
    }
    for (at, letter) in letters.iter().copied().enumerate() {
        let near = |back: usize| at.checked_sub(back).and_then(|at| letters.get(at)).copied();
        let next = letters.get(at + 1).copied();
        let (first, last) = (at == 0, next.is_none());
        if let Some((_, notation)) = CONSONANTS.iter().find(|(known, _)| *known == letter) {
            between(gap, &mut out);
            let article = letter == 'ل' && near(1).is_some_and(|c| ALIFS.contains(&c)) && at >= 3 && !last;
            spell(if article { "l4" } else { notation }, &mut out);
            gap = true;
        } else if let Some((_, notation)) = POINTS.iter().find(|(known, _)| *known == letter) {
            if letter == '\u{670}' && near(1).is_some_and(|c| YES.contains(&c)) {
                out.pop();
            }
            spell(notation, &mut out);
            gap = false;
        } else if letter == LONG_ALIF {
            long("a", &mut out);
            gap = false;
        } else if ALIFS.contains(&letter) {
            let leads = next.is_some_and(|c| YES.contains(&c) || WAWS.contains(&c));
            let article = next == Some('ل') && at >= 2 && letters.get(at + 2).is_some();
            match (first, article) {
                (true, _) => spell(if leads { "(aiueo)2" } else { "(aiueo)" }, &mut out),
                (_, true) => spell("(aiu)", &mut out),
                _ => long("a", &mut out),
            }
            gap = false;
        } else if letter == AIN {
            if !next.is_some_and(|c| ALIFS.contains(&c)) {
                spell(if first { "(aiueo)5" } else { "(aeiu)0" }, &mut out);
            }
            gap = false;
        } else if WAWS.contains(&letter) {
            between(gap, &mut out);
            match first {
                true => spell("b", &mut out),
                false => long("(buo)", &mut out),
            }
            gap = true;
        } else if YES.contains(&letter) {
            between(gap, &mut out);
            match (first, last) {
                (true, _) => spell("y", &mut out),
                (_, true) => spell(if letter == 'ى' { "(aie)" } else { "(ie)" }, &mut out),
                _ => long("(yie)", &mut out),
            }
            gap = true;
        } else if letter == YE_HAMZA {
            spell("(yie)3", &mut out);
            gap = true;
        } else if HES.contains(&letter) {
            between(gap, &mut out);
            let after_long = near(1).is_some_and(|c| ALIFS.contains(&c) || WAWS.contains(&c));
            spell(
                if last && after_long {
                    "h2"
                } else if last {
                    "(hae)"
                } else {
                    "h"
                },
                &mut out,
            );
            gap = true;
        } else if TE_MARBUTA.contains(&letter) {
            spell("(at)", &mut out);
            gap = false;
        }
    }
    out
}

/// The vowel nobody wrote.
fn between(gap: bool, out: &mut Vec<Sound>) {
    if gap {
        out.push(Sound::unwritten());
    }
}

fn long(notation: &str, out: &mut Vec<Sound>) {
    spell(notation, out);
    if let Some(last) = out.last_mut() {
        *last = last.long();
    }
}

#[cfg(test)]
pub(super) fn notations() -> impl Iterator<Item = &'static str> {
    CONSONANTS.iter().chain(POINTS).map(|(_, notation)| *notation)
}
