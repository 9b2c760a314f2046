//! Thaana, in which Dhivehi is written: every vowel stands, as a sign; letters with dots are the sounds of
//! Arabic names. A `u` at the end of a name is written and hardly spoken.

use crate::name::sound::{Sound, spell};

/// Every letter and sign.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('ހ', "h"), ('ށ', "s"), ('ނ', "n"), ('ރ', "r"), ('ބ', "b"), ('ޅ', "l"), ('ކ', "k"), ('އ', ""), ('ވ', "b"),
    ('މ', "m"), ('ފ', "p"), ('ދ', "d"), ('ތ', "t"), ('ލ', "l"), ('ގ', "g"), ('ޏ', "n"), ('ސ', "s"), ('ޑ', "d"),
    ('ޒ', "j"), ('ޓ', "t"), ('ޔ', "y"), ('ޕ', "p"), ('ޖ', "j"), ('ޗ', "c"), ('ޘ', "s"), ('ޙ', "h"), ('ޚ', "k"),
    ('ޛ', "j"), ('ޜ', "j"), ('ޝ', "s"), ('ޞ', "s"), ('ޟ', "(dj)"), ('ޠ', "t"), ('ޡ', "j"), ('ޢ', ""), ('ޣ', "g"),
    ('ޤ', "k"), ('ޥ', "b"),
    ('\u{7a6}', "a"), ('\u{7a7}', "a"), ('\u{7a8}', "i"), ('\u{7a9}', "i"), ('\u{7aa}', "u"), ('\u{7ab}', "u"),
    ('\u{7ac}', "e"), ('\u{7ad}', "e"), ('\u{7ae}', "o"), ('\u{7af}', "o"), ('\u{7b1}', "n"),
];
/// The sign that takes the vowel away.
const SUKUN: char = '\u{7b0}';
/// The short u.
const SHORT_U: char = '\u{7aa}';
/// What leaving out the last short u costs.
const LAST_U: u16 = 10;

/// The sounds of a word.
pub(super) fn read(word: &str) -> Vec<Sound> {
    let mut out = Vec::with_capacity(word.len());
    for letter in word.chars().filter(|letter| *letter != SUKUN) {
        if let Some((_, notation)) = LETTERS.iter().find(|(known, _)| *known == letter) {
            spell(notation, &mut out);
        }
    }
    if word.ends_with(SHORT_U)
        && let Some(last) = out.last_mut()
    {
        last.skip = LAST_U;
    }
    out
}

#[cfg(test)]
pub(super) fn notations() -> impl Iterator<Item = &'static str> {
    LETTERS.iter().map(|(_, notation)| *notation)
}
