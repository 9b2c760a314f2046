//! Devanagari, in which Nepali, Hindi, Maithili, Bhojpuri and Newari are written; and the scripts that follow its
//! order.

use super::brahmic::{Letter, Table};

use Letter::{Closing, Consonant, Sign, Silent, Vowel};

/// The table.
pub(super) static TABLE: Table = Table { letters: LETTERS, ligatures: LIGATURES, inherent: "a", drops: true };

/// The same for scripts that speak the last vowel: Odia, Telugu, Kannada, Malayalam.
pub(super) static KEEPING: Table = Table { letters: LETTERS, ligatures: LIGATURES, inherent: "a", drops: false };

/// A character of a block in the same order (ISCII) as Devanagari writes it: Gurmukhi, Gujarati and the four above.
pub(super) fn from_block(block: u32, character: char) -> &'static str {
    match character {
        // Gurmukhi's nasal, and the closed letters of Malayalam.
        '\u{a70}' => return "\u{902}",
        'ൺ' | 'ൻ' => return "न\u{94d}",
        'ർ' => return "र\u{94d}",
        'ൽ' | 'ൾ' => return "ल\u{94d}",
        'ൿ' => return "क\u{94d}",
        _ => {}
    }
    let same = u32::from(character).checked_sub(block).and_then(|at| char::from_u32(0x900 + at));
    same.and_then(|same| NAMED.iter().find(|named| named.starts_with(same))).copied().unwrap_or_default()
}

/// The characters that blocks share.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "\u{901}", "\u{902}", "\u{903}", "\u{905}", "\u{906}", "\u{907}", "\u{908}", "\u{909}", "\u{90a}", "\u{90b}",
    "\u{90c}", "\u{90d}", "\u{90e}", "\u{90f}", "\u{910}", "\u{911}", "\u{912}", "\u{913}", "\u{914}", "\u{915}",
    "\u{916}", "\u{917}", "\u{918}", "\u{919}", "\u{91a}", "\u{91b}", "\u{91c}", "\u{91d}", "\u{91e}", "\u{91f}",
    "\u{920}", "\u{921}", "\u{922}", "\u{923}", "\u{924}", "\u{925}", "\u{926}", "\u{927}", "\u{928}", "\u{929}",
    "\u{92a}", "\u{92b}", "\u{92c}", "\u{92d}", "\u{92e}", "\u{92f}", "\u{930}", "\u{931}", "\u{932}", "\u{933}",
    "\u{934}", "\u{935}", "\u{936}", "\u{937}", "\u{938}", "\u{939}", "\u{93e}", "\u{93f}", "\u{940}", "\u{941}",
    "\u{942}", "\u{943}", "\u{945}", "\u{946}", "\u{947}", "\u{948}", "\u{949}", "\u{94a}", "\u{94b}", "\u{94c}",
    "\u{94d}",
];

#[rustfmt::skip]
const LETTERS: &[(char, Letter)] = &[
    ('\u{901}', Closing("n1")), ('\u{902}', Closing("(nm)")), ('\u{903}', Closing("h1")), ('अ', Vowel("a")),
    ('आ', Vowel("a")), ('इ', Vowel("i")), ('ई', Vowel("i")), ('उ', Vowel("u")), ('ऊ', Vowel("u")),
    ('ऋ', Vowel("r(iu)")), ('ऌ', Vowel("l(iu)")), ('ऍ', Vowel("e")), ('ऎ', Vowel("e")), ('ए', Vowel("e")),
    ('ऐ', Vowel("a(yie)5")), ('ऑ', Vowel("o")), ('ऒ', Vowel("o")), ('ओ', Vowel("o")), ('औ', Vowel("a(buo)5")),
    ('क', Consonant("k")), ('ख', Consonant("k")), ('ग', Consonant("g")), ('घ', Consonant("g")),
    ('ङ', Consonant("ng4")), ('च', Consonant("c")), ('छ', Consonant("c")), ('ज', Consonant("j")),
    ('झ', Consonant("j")), ('ञ', Consonant("n")), ('ट', Consonant("t")), ('ठ', Consonant("t")), ('ड', Consonant("d")),
    ('ढ', Consonant("d")), ('ण', Consonant("n")), ('त', Consonant("t")), ('थ', Consonant("t")), ('द', Consonant("d")),
    ('ध', Consonant("d")), ('न', Consonant("n")), ('ऩ', Consonant("n")), ('प', Consonant("p")), ('फ', Consonant("p")),
    ('ब', Consonant("b")), ('भ', Consonant("b")), ('म', Consonant("m")), ('य', Consonant("y")), ('र', Consonant("r")),
    ('ऱ', Consonant("r")), ('ल', Consonant("l")), ('ळ', Consonant("l")), ('ऴ', Consonant("l")), ('व', Consonant("b")),
    ('श', Consonant("s")), ('ष', Consonant("s")), ('स', Consonant("s")), ('ह', Consonant("h")),
    ('\u{93e}', Sign("a")), ('\u{93f}', Sign("i")), ('\u{940}', Sign("i")), ('\u{941}', Sign("u")),
    ('\u{942}', Sign("u")), ('\u{943}', Sign("r(iu)")), ('\u{945}', Sign("e")), ('\u{946}', Sign("e")),
    ('\u{947}', Sign("e")), ('\u{948}', Sign("a(yie)5")), ('\u{949}', Sign("o")), ('\u{94a}', Sign("o")),
    ('\u{94b}', Sign("o")), ('\u{94c}', Sign("a(buo)5")), ('\u{94d}', Silent),
];

/// Longest first.
#[rustfmt::skip]
const LIGATURES: &[(&str, &str)] = &[
    // spoken gy
    ("\u{91c}\u{94d}\u{91e}", "(gj)y3n3"),
    // ksh; chh in Nepali names
    ("\u{915}\u{94d}\u{937}", "(kc)s5"),
    // Singh is written with a point before h
    ("\u{902}\u{939}", "ng4h2"),
    // d with a point
    ("\u{921}\u{93c}", "r"),
    // dh with a point
    ("\u{922}\u{93c}", "r"),
];
