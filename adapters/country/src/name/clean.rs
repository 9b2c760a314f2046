//! The text of a name before it is cut into words: composed, in small letters, without what cannot be seen.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{MARKS_MAX, NAME_MAX, NameFault, Note};

/// The joiners with which Persian and the Indian scripts shape letters: ordinary, and no sound.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Whether a character cannot be seen: controls of direction, soft hyphens, marks of byte order and variation.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text as words are cut from it, with what was noticed.
pub(super) fn clean(text: &str) -> Result<(String, Vec<Note>), NameFault> {
    let length = text.chars().take(NAME_MAX + 1).count();
    if length > NAME_MAX {
        return Err(NameFault::TooLong { length: text.chars().count() });
    }
    if text.chars().any(char::is_control) {
        return Err(NameFault::Control);
    }
    let mut marks = 0;
    for character in text.chars() {
        marks = if is_combining_mark(character) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            return Err(NameFault::TooManyMarks);
        }
    }
    let mut notes = Vec::new();
    if text.chars().any(is_unseen) {
        notes.push(Note::Unseen);
    }
    if text.chars().any(char::is_numeric) {
        notes.push(Note::Digits);
    }
    // Two steps: what compatibility forms come to may have letters that only then are small.
    let cleaned: String = text
        .chars()
        .filter(|c| !is_unseen(*c) && !JOINERS.contains(c))
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .filter(|c| !c.is_numeric())
        .take(CLEANED_MAX)
        .collect();
    if !cleaned.chars().any(char::is_alphabetic) {
        return Err(NameFault::NoLetter { length });
    }
    Ok((cleaned, notes))
}

/// How long a cleaned text may be: a compatibility form may come to a sentence of eighteen letters.
const CLEANED_MAX: usize = NAME_MAX * 2;
