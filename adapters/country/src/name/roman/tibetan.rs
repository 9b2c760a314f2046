//! Tibetan script, as Dzongkha reads it: a syllable is written with letters that are not spoken (before the root,
//! above it, after it), and those below the root change its sound. The rules are the common ones of
//! Dzongkha's own roman spelling [general knowledge]; what one reader speaks and another does not is weak.

use crate::name::sound::{Sound, spell};

/// Letters that may stand before the root and are silent there.
const BEFORE: &str = "གདབམའ";
/// Letters that may stand above the root and are silent there.
const ABOVE: &str = "རལས";
/// Letters that may close a syllable.
const AFTER: &str = "གངདནབམའརལས";
/// Those that turn the vowel before them.
const TURNING: &str = "དནལས";

const ROOTS: &[(char, &str)] = &[
    ('ཀ', "k"),
    ('ཁ', "k"),
    ('ག', "g"),
    ('ང', "ng4"),
    ('ཅ', "c"),
    ('ཆ', "c"),
    ('ཇ', "j"),
    ('ཉ', "ny2"),
    ('ཏ', "t"),
    ('ཐ', "t"),
    ('ད', "d"),
    ('ན', "n"),
    ('པ', "p"),
    ('ཕ', "p"),
    ('བ', "b"),
    ('མ', "m"),
    ('ཙ', "c"),
    ('ཚ', "c"),
    ('ཛ', "j"),
    ('ཝ', "b"),
    ('ཞ', "(sj)"),
    ('ཟ', "(js)"),
    ('འ', ""),
    ('ཡ', "y"),
    ('ར', "r"),
    ('ལ', "l"),
    ('ཤ', "s"),
    ('ས', "s"),
    ('ཧ', "h"),
    ('ཨ', ""),
];

/// A root with a letter below it.
const BELOW: &[(char, &str, &str)] = &[
    ('ྱ', "པཕ", "(cp)"),
    ('ྱ', "བ", "(jb)"),
    ('ྱ', "མ", "ny2"),
    ('ྱ', "ཀཁ", "ky1"),
    ('ྱ', "ག", "gy1"),
    ('ྲ', "ཀཏཔཁཐཕ", "tr1"),
    ('ྲ', "གདབ", "dr1"),
    ('ྲ', "ས", "sr1"),
    ('ྲ', "ཧ", "r"),
    ('ླ', "ཟ", "d"),
    ('ླ', "ཀགབརས", "l"),
];

/// A letter of a syllable with what stands below it and its vowel.
#[derive(Debug, Default)]
struct Stack {
    letters: Vec<char>,
    vowel: Option<char>,
}

/// The sounds of a word: its syllables stand between points.
pub(super) fn read(word: &str) -> Vec<Sound> {
    let mut out = Vec::with_capacity(word.len());
    for syllable in word.split(is_point).filter(|syllable| !syllable.is_empty()) {
        let stacks = stacks(syllable);
        read_syllable(&stacks, &mut out);
    }
    out
}

/// Whether a character ends a syllable.
pub(in crate::name) fn is_point(character: char) -> bool {
    ('\u{f0b}'..='\u{f14}').contains(&character)
}

fn stacks(syllable: &str) -> Vec<Stack> {
    let mut stacks: Vec<Stack> = Vec::new();
    for character in syllable.chars() {
        match character {
            '\u{f40}'..='\u{f6c}' => stacks.push(Stack { letters: vec![character], vowel: None }),
            '\u{f90}'..='\u{fbc}' => {
                if let Some(last) = stacks.last_mut() {
                    last.letters.push(character);
                }
            }
            '\u{f71}'..='\u{f81}' => {
                if let Some(last) = stacks.last_mut() {
                    last.vowel = Some(character);
                }
            }
            _ => {}
        }
    }
    stacks
}

/// Which stack the syllable is built on.
fn root(stacks: &[Stack]) -> usize {
    if let Some(at) = stacks.iter().position(|stack| stack.vowel.is_some()) {
        return at;
    }
    if let Some(at) = stacks.iter().position(|stack| stack.letters.len() > 1) {
        return at;
    }
    let letter = |at: usize| stacks.get(at).and_then(|stack| stack.letters.first()).copied().unwrap_or(' ');
    match stacks.len() {
        4.. => 1,
        3 if letter(2) == 'ས' && "གངབམ".contains(letter(1)) => 0,
        3 if BEFORE.contains(letter(0)) => 1,
        _ => 0,
    }
}

fn read_syllable(stacks: &[Stack], out: &mut Vec<Sound>) {
    let root = root(stacks);
    let mut followed = !out.is_empty();
    for stack in stacks.iter().take(root) {
        let letter = stack.letters.first().copied().unwrap_or(' ');
        if BEFORE.contains(letter) && root == 1 {
            // Before the root of a later syllable it is a nasal to some ears.
            if followed && "མའ".contains(letter) {
                spell("(nm)1", out);
            }
        } else {
            // Not a Tibetan syllable but a word of Sanskrit written without a point: it has its own vowel.
            onset(stack, followed, out);
            vowel(stack.vowel, false, out);
            followed = true;
        }
    }
    let Some(stack) = stacks.get(root) else {
        return;
    };
    let after = stacks.get(root + 1).and_then(|stack| stack.letters.first()).copied();
    let after = after.filter(|letter| AFTER.contains(*letter));
    onset(stack, followed, out);
    vowel(stack.vowel, after.is_some_and(|letter| TURNING.contains(letter)), out);
    match after {
        Some('ག') => spell("(kg)4", out),
        Some('ང') => spell("ng4", out),
        Some('ན') => spell("n", out),
        Some('བ') => spell("(pb)4", out),
        Some('མ') => spell("m", out),
        Some('ར') => spell("r4", out),
        Some('ལ') => spell("l3", out),
        Some('ས') => spell("(yie)1", out),
        Some('ད') => spell("(dt)1", out),
        _ => {}
    }
}

/// The consonant of a root, with what is written above and below it.
fn onset(stack: &Stack, followed: bool, out: &mut Vec<Sound>) {
    let mut letters: Vec<char> = stack.letters.iter().map(|letter| full(*letter)).collect();
    let below = stack.letters.last().copied().unwrap_or(' ');
    let is_below = stack.letters.len() > 1 && matches!(below, '\u{fb1}' | '\u{fb2}' | '\u{fb3}' | '\u{fad}');
    if is_below {
        letters.pop();
    }
    let open = out.last().is_some_and(|sound| sound.is_vowel());
    let (above, base) = match letters.as_slice() {
        [above, base, ..] => (Some(*above), *base),
        [base] => (None, *base),
        [] => return,
    };
    match above {
        // An r above the root closes an open syllable before it: dor-ji.
        Some('ར') if followed && open => spell("r2", out),
        Some(above) if !ABOVE.contains(above) => {
            // Not Tibetan: both letters are read, the first weakly (padma is Pema).
            let lone = ROOTS.iter().find(|(letter, _)| *letter == above);
            spell(lone.map_or("", |(_, notation)| notation), out);
            if let Some(last) = out.last_mut() {
                last.skip = 10;
            }
        }
        _ => {}
    }
    // `lh` is an l.
    if base == 'ཧ' && above == Some('ལ') {
        return spell("l", out);
    }
    let stacked = BELOW.iter().find(|(sign, roots, _)| is_below && *sign == below && roots.contains(base));
    let single = ROOTS.iter().find(|(letter, _)| *letter == base).map_or("", |(_, notation)| notation);
    spell(stacked.map_or(single, |(.., notation)| notation), out);
}

fn vowel(sign: Option<char>, turned: bool, out: &mut Vec<Sound>) {
    spell(
        match (sign, turned) {
            (Some('\u{f72}' | '\u{f80}'), _) => "i",
            (Some('\u{f74}'), false) => "u",
            (Some('\u{f74}'), true) => "(ue)",
            (Some('\u{f7a}' | '\u{f7b}'), _) => "e",
            (Some('\u{f7c}' | '\u{f7d}'), false) => "o",
            (Some('\u{f7c}' | '\u{f7d}'), true) => "(oe)",
            (_, true) => "(ae)",
            (_, false) => "a",
        },
        out,
    );
}

/// A letter that stands below another, as it stands alone.
fn full(letter: char) -> char {
    match letter {
        '\u{f90}'..='\u{fbc}' => char::from_u32(u32::from(letter) - 0x50).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
pub(super) fn notations() -> impl Iterator<Item = &'static str> {
    ROOTS.iter().map(|(_, notation)| *notation).chain(BELOW.iter().map(|(.., notation)| *notation))
}
