//! The sounds that every script is romanised to: twenty of them, so few because spelling does not keep more
//! apart from one border to the next. Aspirates, retroflexes and doubled letters are folded here already
//! (domain.md 4.4). A letter that may be read in two ways is a set of sounds, and each says what it costs to
//! leave it out.

use std::fmt::Write as _;

/// The sounds, in the order of their bits: fifteen consonants, then five vowels. `c` is ch, `j` also z, `b`
/// also v and w, `p` also f, `s` also sh.
pub(super) const LETTERS: &str = "kgcjtdpbmnrlshyaiueo";
/// The bits of the vowels.
const VOWELS: u32 = 0b1_1111 << 15;
/// What stands for a short vowel that a script leaves out.
const UNWRITTEN: u32 = 1 << 30;
/// Marks a vowel that a script writes because it is long.
const LONG: u32 = 1 << 31;
/// What the flags leave.
const SOUNDS: u32 = (1 << 20) - 1;

/// What it costs to leave out a consonant, a weak `h`, a `y` and a vowel: in hundredths of a vowel exchanged.
const CONSONANT_SKIP: u16 = 150;
const H_SKIP: u16 = 40;
const Y_SKIP: u16 = 60;
const VOWEL_SKIP: u16 = 50;
/// Of a vowel that was written because it is long.
const LONG_SKIP: u16 = 120;
/// Below this a sound counts as one that may as well not be there.
const WEAK: u16 = 40;

/// One place of a word: what it may sound like, and what leaving it out costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sound {
    may: u32,
    pub(super) skip: u16,
}

/// The bit of a letter of [`LETTERS`].
const fn bit(letter: u8) -> u32 {
    let letters = LETTERS.as_bytes();
    let mut at = 0;
    let mut rest = letters;
    while let [first, others @ ..] = rest {
        if *first == letter {
            return 1 << at;
        }
        at += 1;
        rest = others;
    }
    0
}

const H: u32 = bit(b'h');
const Y: u32 = bit(b'y');
const I: u32 = bit(b'i');
const E: u32 = bit(b'e');
const U: u32 = bit(b'u');
const A: u32 = bit(b'a');
const O: u32 = bit(b'o');
const LIQUIDS: u32 = bit(b'r') | bit(b'l');

impl Sound {
    fn of(may: u32) -> Self {
        let skip = match may & SOUNDS {
            H => H_SKIP,
            Y => Y_SKIP,
            vowel if vowel & VOWELS == vowel => VOWEL_SKIP,
            _ => CONSONANT_SKIP,
        };
        Self { may, skip }
    }

    /// A short vowel nobody wrote: any, or none.
    pub(super) const fn unwritten() -> Self {
        Self { may: VOWELS | UNWRITTEN, skip: 0 }
    }

    /// The same, written because it is long.
    pub(super) const fn long(self) -> Self {
        Self { may: self.may | LONG, skip: LONG_SKIP }
    }

    /// The sounds it may be.
    pub(super) const fn set(self) -> u32 {
        self.may & SOUNDS
    }

    /// Whether it is the second half of two vowels that are said as one, or the glide between two.
    pub(super) const fn is_glide(self) -> bool {
        !self.is_vowel() && !self.is_consonant()
    }

    /// Whether it can only be a vowel.
    pub(super) const fn is_vowel(self) -> bool {
        self.set() & VOWELS == self.set()
    }

    /// Whether it can only be a consonant.
    pub(super) const fn is_consonant(self) -> bool {
        self.set() & VOWELS == 0
    }

    /// Whether it is `r` or `l`.
    pub(super) const fn is_liquid(self) -> bool {
        self.set() & LIQUIDS == self.set()
    }

    /// Whether it is a `y` and nothing else.
    pub(super) const fn is_y(self) -> bool {
        self.set() == Y
    }

    /// Whether it stands for a vowel that nobody wrote.
    pub(super) const fn is_unwritten(self) -> bool {
        self.may & UNWRITTEN != 0
    }

    /// Whether it was written because it is long.
    pub(super) const fn is_long(self) -> bool {
        self.may & LONG != 0
    }

    /// Whether the word has a place less without it.
    pub(super) const fn counts(self) -> bool {
        self.skip >= WEAK
    }

    fn is_glide_to_y(self) -> bool {
        self.set() & Y != 0
    }
}

/// Reads the notation of the printed tables: a letter of [`LETTERS`] is a sound, letters in brackets are one
/// sound that may be any of them, a digit after it is the cost of leaving it out, in tens. `ng4` is an n with
/// a g that may be missing.
pub(super) fn spell(notation: &str, out: &mut Vec<Sound>) {
    let mut set = None;
    for letter in notation.bytes() {
        match (letter, set) {
            (b'(', _) => set = Some(0),
            (b')', Some(may)) => {
                out.push(Sound::of(may));
                set = None;
            }
            (b'0'..=b'9', None) => {
                if let Some(last) = out.last_mut() {
                    last.skip = u16::from(letter - b'0') * 10;
                }
            }
            (_, Some(may)) => set = Some(may | bit(letter)),
            (_, None) => out.push(Sound::of(bit(letter))),
        }
    }
}

/// Whether a notation says only what [`spell`] reads: for the tables' own test.
#[cfg(test)]
pub(super) fn is_notation(notation: &str) -> bool {
    let mut sounds = Vec::new();
    spell(notation, &mut sounds);
    notation.chars().all(|c| LETTERS.contains(c) || "()".contains(c) || c.is_ascii_digit())
        && sounds.iter().all(|sound| sound.set() != 0)
}

/// What every script's word goes through at last, so that one name has one form: no doubled sound, a second
/// vowel that closes the first is a glide, a glide after `i` says nothing, a last `h` neither.
pub(super) fn settle(sounds: Vec<Sound>) -> Vec<Sound> {
    let mut out: Vec<Sound> = Vec::with_capacity(sounds.len());
    for mut sound in sounds {
        let before = out.last().copied();
        let earlier = out.len().checked_sub(2).and_then(|at| out.get(at)).copied();
        if let Some(before) = before {
            let open = before.is_vowel() && !before.is_unwritten() && before.set() & (A | E | O) != 0;
            if before.may == sound.may {
                if let Some(last) = out.last_mut() {
                    last.skip = last.skip.max(sound.skip);
                }
                continue;
            }
            if open && sound.set() == I {
                sound = Sound { may: Y | I | E, skip: 50 };
            } else if open && sound.set() == U {
                sound = Sound { may: bit(b'b') | U | O, skip: 50 };
            } else if before.set() == I && sound.is_glide_to_y() && !sound.is_vowel() {
                sound.skip = 10;
            } else if before.is_glide_to_y() && earlier.is_some_and(Sound::is_vowel) {
                if sound.set() == Y {
                    continue;
                }
                if sound.is_vowel() && !sound.is_long() && !sound.is_unwritten() && sound.set() & !(I | E) == 0 {
                    continue;
                }
            } else if sound.set() == H && before.is_consonant() {
                sound.skip = 20;
            }
        }
        out.push(sound);
    }
    let ends =
        matches!(out.as_slice(), [.., vowel, last] if last.set() == H && vowel.is_vowel() && !vowel.is_unwritten());
    if ends {
        out.pop();
    }
    out
}

/// The folded romanised key: what every script and spelling of a word comes to. Vowels that are told apart by
/// ear alone are one (`e` and `i`, `o` and `u`), a sound that may be missing is left out.
pub(super) fn key(sounds: &[Sound]) -> String {
    let mut key = String::with_capacity(sounds.len());
    let mut last = ' ';
    for sound in sounds.iter().filter(|sound| sound.counts()) {
        let letter = match sound.set() {
            set if set & A != 0 && set & !(VOWELS | H) == 0 => 'a',
            set if set & I != 0 || set == E => 'i',
            set if set & U != 0 || sound.is_vowel() => 'u',
            set => LETTERS.chars().nth(set.trailing_zeros() as usize).unwrap_or(' '),
        };
        if letter == last || (letter == 'h' && !"aiu ".contains(last)) {
            continue;
        }
        last = letter;
        if letter == 'c' {
            // `c` alone is read as k or s.
            let _ = write!(key, "ch");
        } else {
            key.push(letter);
        }
    }
    key
}

/// The consonants of a word: all that stands in a script that writes no short vowel.
pub(super) fn consonants(sounds: &[Sound]) -> usize {
    sounds.iter().filter(|sound| sound.is_consonant() && sound.counts()).count()
}
