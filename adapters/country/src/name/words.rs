//! A name cut into words: what each is there for, where a father's name begins, which other names stand beside.

use unicode_normalization::char::is_combining_mark;

use super::clean::clean;
use super::sound::Sound;
use super::titles::{self, Role};
use super::{Name, NameFault, Note, OTHERS_MAX, Part, SOUNDS_MAX, WORDS_MAX, roman};
use crate::script::Script;

/// What the name of a father, mother or husband begins with.
#[rustfmt::skip]
const RELATIVES: &[&str] = &[
    "s/o", "d/o", "w/o", "wd/o", "h/o", "c/o", "so/", "bin", "bint", "binte", "binti", "binth", "ibn", "ibne", "walad",
    "wald", "wld", "zoje", "ولد", "بنت", "بن", "ابن", "زوجہ", "زوجه", "دختر", "پسر", "পিতা", "মাতা", "স্বামী", "বিন",
    "বিনতে", "पिता", "माता", "पति", "पुत्र", "पुत्री", "सुपुत्र", "सुपुत्री", "पत्नी", "छोरा", "छोरी", "மகன்", "மகள்", "மனைவி",
];
/// The same in two words.
const RELATIVE_OF: &[&str] = &["son", "daughter", "wife", "widow", "husband"];
/// What another name begins with.
const ALIASES: &[&str] = &["alias", "urf", "aka", "a.k.a", "@", "ওরফে", "उर्फ", "उर्फ़", "عرف", "called"];
/// Titles that are written in two words as often as in one.
const IN_TWO: &[(&str, &str, &str)] = &[("بی", "بی", "bibi"), ("बी", "बी", "bibi"), ("bi", "bi", "bibi")];

/// Which list words go to.
enum Place {
    Own,
    Other,
    Relative,
}

/// Reads a name: see [`Name::read`].
pub(super) fn read(text: &str) -> Result<Name, NameFault> {
    let (text, mut notes) = clean(text)?;
    let mut name = Name { parts: Vec::new(), others: Vec::new(), relative: Vec::new(), notes: Vec::new() };
    let mut place = Place::Own;
    let mut bracket = false;
    let raw: Vec<&str> = text.split(char::is_whitespace).flat_map(split_brackets).filter(|w| !w.is_empty()).collect();
    let mut words = raw.iter().copied().peekable();
    while let Some(word) = words.next() {
        let marker = word.trim_end_matches(['.', ':', ',', 'ः', '،']);
        match word {
            "(" => {
                (place, bracket) = (Place::Other, true);
                name.others.push(Vec::new());
                continue;
            }
            ")" => {
                (place, bracket) = (Place::Own, false);
                continue;
            }
            _ => {}
        }
        if ALIASES.contains(&marker) {
            place = Place::Other;
            if !bracket {
                name.others.push(Vec::new());
            }
            continue;
        }
        let of = RELATIVE_OF.contains(&marker) && words.next_if_eq(&"of").is_some();
        if of || RELATIVES.contains(&marker) && !name.parts.is_empty() {
            place = Place::Relative;
            continue;
        }
        let next = words.peek().copied();
        if let Some((.., joined)) = IN_TWO.iter().find(|(a, b, _)| *a == word && Some(*b) == next) {
            words.next();
            push(&mut name, &place, part(joined, false));
            continue;
        }
        for (piece, pointed) in pieces(word) {
            if has_two_scripts(piece) {
                note(&mut notes, Note::MixedScripts);
            }
            if unread(piece) {
                note(&mut notes, Note::Unread);
            }
            if piece.chars().any(char::is_alphabetic) {
                push(&mut name, &place, part(piece, pointed));
            }
        }
    }
    name.others.retain(|other| !other.is_empty());
    if name.parts.is_empty() && !name.others.is_empty() {
        name.parts = name.others.remove(0);
    }
    let lists = [&name.parts, &name.relative];
    if lists.into_iter().chain(&name.others).any(|list| list.len() > WORDS_MAX) || name.others.len() > OTHERS_MAX {
        return Err(NameFault::TooManyWords);
    }
    if name.parts.is_empty() {
        return Err(NameFault::NoLetter { length: text.chars().count() });
    }
    name.notes = notes;
    Ok(name)
}

fn note(notes: &mut Vec<Note>, one: Note) {
    if !notes.contains(&one) {
        notes.push(one);
    }
}

fn push(name: &mut Name, place: &Place, part: Part) {
    match place {
        Place::Own => name.parts.push(part),
        Place::Relative => name.relative.push(part),
        Place::Other => match name.others.last_mut() {
            Some(other) => other.push(part),
            None => name.others.push(vec![part]),
        },
    }
}

/// A word with its brackets as words of their own.
fn split_brackets(word: &str) -> Vec<&str> {
    word.split_inclusive(['(', ')', '[', ']'])
        .flat_map(|piece| match piece.char_indices().last() {
            Some((at, '(' | '[')) => [piece.get(..at).unwrap_or_default(), "("],
            Some((at, ')' | ']')) => [piece.get(..at).unwrap_or_default(), ")"],
            _ => [piece, ""],
        })
        .collect()
}

/// A word cut where a point, a hyphen or another mark stands, each piece with whether a point follows; Tibetan
/// by two syllables, as its names are made.
fn pieces(word: &str) -> Vec<(&str, bool)> {
    if word.chars().any(roman::is_point) {
        return tibetan(word).into_iter().map(|piece| (piece, false)).collect();
    }
    let quiet = |c: char| matches!(c, '\'' | '’' | '‘' | '`' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ');
    let cuts = |c: char| !(c.is_alphanumeric() || quiet(c) || is_combining_mark(c));
    word.split_inclusive(cuts)
        .map(|piece| (piece.trim_end_matches(cuts), piece.ends_with(['.', '։'])))
        .filter(|(piece, _)| !piece.is_empty())
        .collect()
}

/// The words of a Tibetan name: two syllables each; one that has two vowels of its own (Karma, Pema) is a word.
fn tibetan(word: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0;
    for syllable in word.split_inclusive(roman::is_point) {
        let end = at + syllable.len();
        let vowels = roman::read(syllable).iter().filter(|sound| sound.is_vowel()).count();
        match begun {
            _ if !syllable.chars().any(char::is_alphabetic) => {}
            Some(start) => {
                words.extend(word.get(start..end));
                begun = None;
            }
            None if vowels > 1 => words.extend(word.get(at..end)),
            None => begun = Some(at),
        }
        at = end;
    }
    words.extend(begun.and_then(|start| word.get(start..)));
    words
}

/// A word with its sounds and what it is there for.
fn part(word: &str, pointed: bool) -> Part {
    if let Some(full) = titles::in_full(word.trim_end_matches('\'')) {
        return whole(full.to_owned(), pointed);
    }
    let letters = word.chars().filter(|c| c.is_alphabetic() && !is_combining_mark(*c)).count();
    let latin = letters == word.chars().count() && Script::of(word) == Some(Script::Latin);
    // A letter alone, or with its vowel's sign where a point follows.
    if letters == 1 && (latin || pointed) {
        let text = word.to_owned();
        let sounds = if text == "c" { initial_c() } else { sounds(&text) };
        return Part { role: Role::Initial, text, sounds };
    }
    whole(word.to_owned(), pointed)
}

fn whole(text: String, pointed: bool) -> Part {
    let sounds = sounds(&text);
    Part { role: titles::role(&sounds, pointed), text, sounds }
}

fn sounds(text: &str) -> Vec<Sound> {
    let mut sounds = roman::read(text);
    sounds.truncate(SOUNDS_MAX);
    sounds
}

/// `C.` is Chandra, Catherine or Cecilia.
fn initial_c() -> Vec<Sound> {
    let mut sounds = Vec::new();
    super::sound::spell("(cks)", &mut sounds);
    sounds
}

fn has_two_scripts(word: &str) -> bool {
    Script::of(word).is_none() && word.chars().any(|c| Script::of_letter(c).is_some())
}

fn unread(word: &str) -> bool {
    word.chars().any(|c| c.is_alphabetic() && matches!(Script::of_letter(c), None | Some(Script::HanifiRohingya)))
}
