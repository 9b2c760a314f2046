//! What the scripts of India, Bangladesh, Nepal and Sri Lanka have alike: a consonant carries a vowel until a
//! sign says otherwise. Which vowel, and whether it is spoken at the end, each script's table says.

use crate::name::sound::{Sound, spell};

/// What a character of such a script does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Letter {
    /// A consonant, with its vowel unless told otherwise.
    Consonant(&'static str),
    /// A vowel that stands alone.
    Vowel(&'static str),
    /// A vowel's sign on a consonant.
    Sign(&'static str),
    /// The sign that takes the vowel away.
    Silent,
    /// A consonant that never has a vowel, or a nasal after one.
    Closing(&'static str),
}

/// One script.
pub(super) struct Table {
    /// Its characters, in order.
    pub(super) letters: &'static [(char, Letter)],
    /// What is read as one before single characters are looked at; each leaves a vowel to come.
    pub(super) ligatures: &'static [(&'static str, &'static str)],
    /// The vowel a consonant carries.
    pub(super) inherent: &'static str,
    /// Whether that vowel is silent at the end of a word and weak within.
    pub(super) drops: bool,
}

/// What a vowel that may be silent costs to leave out.
const SILENT_WITHIN: u16 = 10;
/// After two consonants at the end of a word, or a y, it is spoken by some.
const SILENT_AFTER_TWO: u16 = 20;

/// The sounds of a word.
pub(super) fn read(word: &str, table: &Table) -> Vec<Sound> {
    let mut out = Vec::with_capacity(word.len());
    let mut rest = word;
    // Whether a consonant waits for its vowel, and how many stand before it without one.
    let (mut open, mut conjunct) = (false, false);
    while let Some(character) = rest.chars().next() {
        if let Some((text, notation)) = table.ligatures.iter().find(|(text, _)| rest.starts_with(text)) {
            let joined = text.starts_with(|c| matches!(letter(table, c), Some(Letter::Silent | Letter::Sign(_))));
            if open && !joined {
                inherent(table, rest.get(text.len()..).unwrap_or_default(), &mut out);
                conjunct = false;
            }
            conjunct |= text.chars().any(|c| matches!(letter(table, c), Some(Letter::Silent)));
            spell(notation, &mut out);
            open = true;
            rest = rest.get(text.len()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        match letter(table, character) {
            Some(Letter::Consonant(notation)) => {
                if open {
                    inherent(table, rest, &mut out);
                    conjunct = false;
                }
                spell(notation, &mut out);
                open = true;
            }
            Some(Letter::Sign(notation)) => {
                spell(notation, &mut out);
                (open, conjunct) = (false, false);
            }
            Some(Letter::Silent) => (open, conjunct) = (false, true),
            Some(Letter::Vowel(notation) | Letter::Closing(notation)) => {
                if open {
                    spell(table.inherent, &mut out);
                }
                spell(notation, &mut out);
                (open, conjunct) = (false, false);
            }
            None => {}
        }
    }
    if open {
        let has_vowel = out.iter().any(|sound| sound.is_vowel());
        if !table.drops || !has_vowel {
            spell(table.inherent, &mut out);
        } else if conjunct || out.last().is_some_and(|sound| sound.is_y()) {
            spell(table.inherent, &mut out);
            weaken(&mut out, SILENT_AFTER_TWO);
        }
    }
    out
}

/// The vowel that nobody wrote, before a consonant that `after` follows: full in the first syllable, and weak
/// later on in a script that drops it, where the consonant has a vowel of its own to lean on.
fn inherent(table: &Table, after: &str, out: &mut Vec<Sound>) {
    let later = out.iter().any(|sound| sound.is_vowel());
    let mut letters = after.chars().filter_map(|c| letter(table, c));
    let leans = match letters.next() {
        Some(Letter::Sign(_)) => true,
        Some(Letter::Consonant(_)) => letters.next().is_none(),
        _ => false,
    };
    spell(table.inherent, out);
    if later && leans && table.drops {
        weaken(out, SILENT_WITHIN);
    }
}

fn weaken(out: &mut [Sound], skip: u16) {
    if let Some(last) = out.last_mut() {
        last.skip = skip;
    }
}

fn letter(table: &Table, character: char) -> Option<Letter> {
    table
        .letters
        .binary_search_by_key(&character, |(known, _)| *known)
        .ok()
        .and_then(|at| table.letters.get(at))
        .map(|(_, letter)| *letter)
}

#[cfg(test)]
pub(super) fn notations(table: &'static Table) -> impl Iterator<Item = &'static str> {
    let of = |letter: Letter| match letter {
        Letter::Consonant(n) | Letter::Vowel(n) | Letter::Sign(n) | Letter::Closing(n) => n,
        Letter::Silent => "",
    };
    table.letters.iter().map(move |(_, letter)| of(*letter)).chain(table.ligatures.iter().map(|(_, n)| *n))
}
