//! Tamil: one letter for k and g, one for t and d, one for p and b; a short u is hardly spoken.

use super::brahmic::{Letter, Table};

use Letter::{Closing, Consonant, Sign, Silent, Vowel};

/// The table.
pub(super) static TABLE: Table = Table { letters: LETTERS, ligatures: LIGATURES, inherent: "a", drops: false };

#[rustfmt::skip]
const LETTERS: &[(char, Letter)] = &[
    ('\u{b83}', Closing("h1")), ('அ', Vowel("a")), ('ஆ', Vowel("a")), ('இ', Vowel("i")), ('ஈ', Vowel("i")),
    ('உ', Vowel("u")), ('ஊ', Vowel("u")), ('எ', Vowel("e")), ('ஏ', Vowel("e")), ('ஐ', Vowel("a(yie)5")),
    ('ஒ', Vowel("o")), ('ஓ', Vowel("o")), ('ஔ', Vowel("a(buo)5")), ('க', Consonant("(kg)")), ('ங', Consonant("ng4")),
    ('ச', Consonant("(scj)")), ('ஜ', Consonant("j")), ('ஞ', Consonant("n")), ('ட', Consonant("(td)")),
    ('ண', Consonant("n")), ('த', Consonant("(td)")), ('ந', Consonant("n")), ('ன', Consonant("n")),
    ('ப', Consonant("(pb)")), ('ம', Consonant("m")), ('ய', Consonant("y")), ('ர', Consonant("r")),
    ('ற', Consonant("(rtd)")), ('ல', Consonant("l")), ('ள', Consonant("l")), ('ழ', Consonant("(lj)")),
    ('வ', Consonant("b")), ('ஶ', Consonant("s")), ('ஷ', Consonant("s")), ('ஸ', Consonant("s")), ('ஹ', Consonant("h")),
    ('\u{bbe}', Sign("a")), ('\u{bbf}', Sign("i")), ('\u{bc0}', Sign("i")), ('\u{bc1}', Sign("u3")),
    ('\u{bc2}', Sign("u")), ('\u{bc6}', Sign("e")), ('\u{bc7}', Sign("e")), ('\u{bc8}', Sign("a(yie)5")),
    ('\u{bca}', Sign("o")), ('\u{bcb}', Sign("o")), ('\u{bcc}', Sign("a(buo)5")), ('\u{bcd}', Silent),
];

/// Longest first.
#[rustfmt::skip]
const LIGATURES: &[(&str, &str)] = &[
    // ksh
    ("\u{b95}\u{bcd}\u{bb7}", "ks"),
    // how Tamil writes the ksh of Lakshmi
    ("\u{b9f}\u{bcd}\u{b9a}", "(tk)2(cs)"),
    // the sign before p makes it f
    ("\u{b83}\u{baa}", "p"),
    // spoken ndr
    ("\u{ba9}\u{bcd}\u{bb1}", "n(td)4r"),
    // spoken tt or tr
    ("\u{bb1}\u{bcd}\u{bb1}", "(tr)"),
];
