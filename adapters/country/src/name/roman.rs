//! A word of any script to its sounds. Which table reads it is said by the script of its first letter; a word
//! of two scripts is read by each for its part, and the reader of the name notes it.

mod arabic;
mod bengali;
mod brahmic;
mod devanagari;
mod latin;
mod sinhala;
mod tamil;
mod thaana;
mod tibetan;

use super::sound::{self, Sound, settle};
use crate::script::Script;

pub(super) use tibetan::is_point;

/// The folded romanised key of a word: written out and read again until it stays, so that it is its own key.
pub(super) fn key(sounds: &[Sound]) -> String {
    let mut key = sound::key(sounds);
    for _ in 0..KEY_STEPS {
        let again = sound::key(&settle(latin::read(&key)));
        if again == key {
            break;
        }
        key = again;
    }
    key
}

/// How often a key is read again: each time letters fall together, and few do.
const KEY_STEPS: usize = 16;

/// The sounds of a word in small letters and composed form; empty where no table reads its letters.
pub(super) fn read(word: &str) -> Vec<Sound> {
    let mut sounds = Vec::with_capacity(word.len());
    let mut part = String::with_capacity(word.len());
    let mut script = None;
    for letter in word.chars() {
        let of = Script::of_letter(letter).or(script);
        if of != script && !part.is_empty() {
            sounds.extend(read_part(script, &part));
            part.clear();
        }
        script = of;
        part.push(letter);
    }
    sounds.extend(read_part(script, &part));
    settle(sounds)
}

fn read_part(script: Option<Script>, part: &str) -> Vec<Sound> {
    let like = |block: u32| part.chars().map(|c| devanagari::from_block(block, c)).collect::<String>();
    match script {
        Some(Script::Latin) => latin::read(part),
        Some(Script::Bengali) => brahmic::read(part, &bengali::TABLE),
        Some(Script::Devanagari) => brahmic::read(part, &devanagari::TABLE),
        Some(Script::Sinhala) => brahmic::read(part, &sinhala::TABLE),
        Some(Script::Tamil) => brahmic::read(part, &tamil::TABLE),
        Some(Script::Thaana) => thaana::read(part),
        Some(Script::Tibetan) => tibetan::read(part),
        Some(Script::Arabic) => arabic::read(part),
        Some(Script::Gurmukhi) => brahmic::read(&like(0xa00), &devanagari::TABLE),
        Some(Script::Gujarati) => brahmic::read(&like(0xa80), &devanagari::TABLE),
        Some(Script::Odia) => brahmic::read(&like(0xb00), &devanagari::KEEPING),
        Some(Script::Telugu) => brahmic::read(&like(0xc00), &devanagari::KEEPING),
        Some(Script::Kannada) => brahmic::read(&like(0xc80), &devanagari::KEEPING),
        Some(Script::Malayalam) => brahmic::read(&like(0xd00), &devanagari::KEEPING),
        Some(Script::HanifiRohingya) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sound::is_notation;
    use super::{arabic, bengali, brahmic, devanagari, latin, sinhala, tamil, thaana, tibetan};

    #[test]
    fn every_row_of_every_table_says_sounds() {
        let brahmic = [&bengali::TABLE, &devanagari::TABLE, &sinhala::TABLE, &tamil::TABLE];
        let rows: Vec<&str> = brahmic
            .into_iter()
            .flat_map(brahmic::notations)
            .chain(latin::notations())
            .chain(arabic::notations())
            .chain(thaana::notations())
            .chain(tibetan::notations())
            .collect();
        assert!(rows.len() > 300, "{}", rows.len());
        let wrong: Vec<_> = rows.into_iter().filter(|row| !is_notation(row)).collect();
        assert_eq!(wrong, Vec::<&str>::new());
    }

    #[test]
    fn the_letters_of_a_table_stand_in_order() {
        for table in [&bengali::TABLE, &devanagari::TABLE, &sinhala::TABLE, &tamil::TABLE] {
            assert!(table.letters.is_sorted_by(|(a, _), (b, _)| a < b), "a letter out of order is never found");
        }
    }
}
