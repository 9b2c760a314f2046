//! What anybody may throw at the parsers of this room: a generator with a seed, for a second each. What it finds
//! becomes a case in the tests of the parser.
#![cfg(test)]

use std::time::{Duration, Instant};

use sangam_country::{calendar, fuzz_documents, name};

const SEED: u64 = 0x7361_6e67_616d;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    /// One of the texts: torn, doubled, mixed with another, and spoilt.
    fn text(&mut self, texts: &[&str]) -> String {
        const SPOILERS: [char; 12] =
            [' ', '(', ')', '.', '/', '-', '\u{0}', '\u{202e}', '\u{94d}', '\u{9cd}', '\u{f0b}', '\u{200d}'];
        let mut letters: Vec<char> = texts[self.below(texts.len())].chars().collect();
        for _ in 0..self.below(6) {
            let at = self.below(letters.len() + 1);
            match self.below(5) {
                0 => letters.insert(at, u32::try_from(self.below(0x3000)).ok().and_then(char::from_u32).unwrap_or(' ')),
                1 => letters.insert(at, SPOILERS[self.below(SPOILERS.len())]),
                2 => letters.truncate(at),
                3 => drop(letters.drain(..at)),
                _ => letters.extend(texts[self.below(texts.len())].chars()),
            }
        }
        letters.into_iter().collect()
    }
}

fn throw(texts: &[&str], at: impl Fn(&[u8]) -> bool) {
    let mut chance = Chance(SEED);
    let begun = Instant::now();
    let mut thrown = 0;
    while begun.elapsed() < Duration::from_secs(1) {
        let text = chance.text(texts);
        assert!(at(text.as_bytes()), "seed {SEED:#x}, after {thrown}: {}", text.escape_unicode());
        thrown += 1;
    }
    assert!(thrown > 20, "{thrown}");
    println!("{thrown} texts");
}

#[test]
fn at_the_reader_of_names() {
    let pairs = include_str!("pairs/before_the_code.tsv").lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = pairs.flat_map(|line| line.split('\t')).filter(|text| text.len() > 2).collect();
    throw(&names, name::fuzz);
}

#[test]
fn at_the_reader_of_dates() {
    throw(
        &["2062-02-15", "15 জ্যৈষ্ঠ 1431", "२०८३ मंसिर ८", "3 Sawr 1402", "1402/2/31", "14 May 2009", "29-2-2008", "২০০৯"],
        calendar::fuzz,
    );
}

#[test]
fn at_the_check_of_documents() {
    throw(
        &["1234567890", "12345-1234567-1", "991234567V", "A123456", "12/34/567", "২০০৯১২৩৪৫৬৭৮৯০১২৩", "AB1234567"],
        fuzz_documents,
    );
}
