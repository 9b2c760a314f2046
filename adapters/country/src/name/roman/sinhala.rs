//! Sinhala: the vowel of a consonant is spoken to the end, and some letters are a nasal and a stop.

use super::brahmic::{Letter, Table};

use Letter::{Closing, Consonant, Sign, Silent, Vowel};

/// The table.
pub(super) static TABLE: Table = Table { letters: LETTERS, ligatures: LIGATURES, inherent: "a", drops: false };

#[rustfmt::skip]
const LETTERS: &[(char, Letter)] = &[
    ('\u{d82}', Closing("ng4")), ('\u{d83}', Closing("h1")), ('අ', Vowel("a")), ('ආ', Vowel("a")),
    ('ඇ', Vowel("(ae)")), ('ඈ', Vowel("(ae)")), ('ඉ', Vowel("i")), ('ඊ', Vowel("i")), ('උ', Vowel("u")),
    ('ඌ', Vowel("u")), ('ඍ', Vowel("r(iu)")), ('එ', Vowel("e")), ('ඒ', Vowel("e")), ('ඓ', Vowel("a(yie)5")),
    ('ඔ', Vowel("o")), ('ඕ', Vowel("o")), ('ඖ', Vowel("a(buo)5")), ('ක', Consonant("k")), ('ඛ', Consonant("k")),
    ('ග', Consonant("g")), ('ඝ', Consonant("g")), ('ඞ', Consonant("ng4")), ('ඟ', Consonant("ng")),
    ('ච', Consonant("c")), ('ඡ', Consonant("c")), ('ජ', Consonant("j")), ('ඣ', Consonant("j")), ('ඤ', Consonant("n")),
    ('ඥ', Consonant("(gj)n3")), ('ඦ', Consonant("nj")), ('ට', Consonant("t")), ('ඨ', Consonant("t")),
    ('ඩ', Consonant("d")), ('ඪ', Consonant("d")), ('ණ', Consonant("n")), ('ඬ', Consonant("nd")),
    ('ත', Consonant("t")), ('ථ', Consonant("t")), ('ද', Consonant("d")), ('ධ', Consonant("d")), ('න', Consonant("n")),
    ('ඳ', Consonant("nd")), ('ප', Consonant("p")), ('ඵ', Consonant("p")), ('බ', Consonant("b")),
    ('භ', Consonant("b")), ('ම', Consonant("m")), ('ඹ', Consonant("mb")), ('ය', Consonant("y")),
    ('ර', Consonant("r")), ('ල', Consonant("l")), ('ව', Consonant("b")), ('ශ', Consonant("s")), ('ෂ', Consonant("s")),
    ('ස', Consonant("s")), ('හ', Consonant("h")), ('ළ', Consonant("l")), ('ෆ', Consonant("p")), ('\u{dca}', Silent),
    ('\u{dcf}', Sign("a")), ('\u{dd0}', Sign("(ae)")), ('\u{dd1}', Sign("(ae)")), ('\u{dd2}', Sign("i")),
    ('\u{dd3}', Sign("i")), ('\u{dd4}', Sign("u")), ('\u{dd6}', Sign("u")), ('\u{dd8}', Sign("r(iu)")),
    ('\u{dd9}', Sign("e")), ('\u{dda}', Sign("e")), ('\u{ddb}', Sign("a(yie)5")), ('\u{ddc}', Sign("o")),
    ('\u{ddd}', Sign("o")), ('\u{dde}', Sign("a(buo)5")), ('\u{df2}', Sign("r(iu)")),
];

/// Longest first.
#[rustfmt::skip]
const LIGATURES: &[(&str, &str)] = &[
    // ksh
    ("\u{d9a}\u{dca}\u{dc2}", "ks"),
    // jny
    ("\u{da2}\u{dca}\u{da4}", "(gj)n3"),
];
