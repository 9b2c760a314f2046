//! Bengali and Assamese: the vowel of a consonant is an o between a and o, there is no v, and what is written below
//! a consonant is often silent.

use super::brahmic::{Letter, Table};

use Letter::{Closing, Consonant, Sign, Silent, Vowel};

/// The table.
pub(super) static TABLE: Table = Table { letters: LETTERS, ligatures: LIGATURES, inherent: "(ao)", drops: true };

#[rustfmt::skip]
const LETTERS: &[(char, Letter)] = &[
    ('\u{981}', Closing("n1")), ('\u{982}', Closing("ng4")), ('\u{983}', Closing("h1")), ('অ', Vowel("(ao)")),
    ('আ', Vowel("a")), ('ই', Vowel("i")), ('ঈ', Vowel("i")), ('উ', Vowel("u")), ('ঊ', Vowel("u")),
    ('ঋ', Vowel("r(iu)")), ('এ', Vowel("e")), ('ঐ', Vowel("(oa)(yie)5")), ('ও', Vowel("o")),
    ('ঔ', Vowel("(oa)(buo)5")), ('ক', Consonant("k")), ('খ', Consonant("k")), ('গ', Consonant("g")),
    ('ঘ', Consonant("g")), ('ঙ', Consonant("ng4")), ('চ', Consonant("c")), ('ছ', Consonant("(cs)")),
    ('জ', Consonant("j")), ('ঝ', Consonant("j")), ('ঞ', Consonant("n")), ('ট', Consonant("t")), ('ঠ', Consonant("t")),
    ('ড', Consonant("d")), ('ঢ', Consonant("d")), ('ণ', Consonant("n")), ('ত', Consonant("t")), ('থ', Consonant("t")),
    ('দ', Consonant("d")), ('ধ', Consonant("d")), ('ন', Consonant("n")), ('প', Consonant("p")), ('ফ', Consonant("p")),
    ('ব', Consonant("b")), ('ভ', Consonant("b")), ('ম', Consonant("m")), ('য', Consonant("(jy)")),
    ('র', Consonant("r")), ('ল', Consonant("l")), ('শ', Consonant("s")), ('ষ', Consonant("s")), ('স', Consonant("s")),
    ('হ', Consonant("h")), ('\u{9be}', Sign("a")), ('\u{9bf}', Sign("i")), ('\u{9c0}', Sign("i")),
    ('\u{9c1}', Sign("u")), ('\u{9c2}', Sign("u")), ('\u{9c3}', Sign("r(iu)")), ('\u{9c7}', Sign("e")),
    ('\u{9c8}', Sign("(oa)(yie)5")), ('\u{9cb}', Sign("o")), ('\u{9cc}', Sign("(oa)(buo)5")), ('\u{9cd}', Silent),
    ('\u{9ce}', Closing("t")), ('ৰ', Consonant("r")), ('ৱ', Consonant("b")),
];

/// Longest first.
#[rustfmt::skip]
const LIGATURES: &[(&str, &str)] = &[
    // spoken kkh, written kshm: the m is silent in Lakshmi
    ("\u{995}\u{9cd}\u{9b7}\u{9cd}\u{9ae}", "ks4m4"),
    // spoken gg, written jny
    ("\u{99c}\u{9cd}\u{99e}", "(gj)(yn)3"),
    // spoken kkh, written ksh
    ("\u{995}\u{9cd}\u{9b7}", "ks5"),
    // the m is silent in many words
    ("\u{9b8}\u{9cd}\u{9ae}", "sm4"),
    // the same
    ("\u{9b6}\u{9cd}\u{9ae}", "sm4"),
    // the same
    ("\u{9a6}\u{9cd}\u{9ae}", "dm4"),
    // the same
    ("\u{9a4}\u{9cd}\u{9ae}", "tm4"),
    // a b below is spoken after m
    ("\u{9ae}\u{9cd}\u{9ac}", "mb"),
    // a y below: it doubles the consonant or opens the vowel
    ("\u{9cd}\u{9af}", "y2"),
    // a b below is silent in most words
    ("\u{9cd}\u{9ac}", "b2"),
    // o and y before a vowel are a w
    ("\u{9cb}\u{9af}\u{9bc}", "o2b"),
    // the same, the o standing alone
    ("\u{993}\u{9af}\u{9bc}", "o2b"),
    // d with a point
    ("\u{9a1}\u{9bc}", "r"),
    // dh with a point
    ("\u{9a2}\u{9bc}", "r"),
    // j with a point
    ("\u{9af}\u{9bc}", "y"),
];
