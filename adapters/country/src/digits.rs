//! Digits of the region's scripts, read as ASCII (domain.md 4.3). A number on a form may be written in any of
//! them, and in two of them at once where a keyboard changed in between.

use std::borrow::Cow;

/// The digits of one script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digits {
    /// ০ to ৯.
    Bengali,
    /// ० to ९.
    Devanagari,
    /// ۰ to ۹, as Pashto, Dari and Urdu write them.
    ExtendedArabic,
    /// ٠ to ٩, as a keyboard set to Arabic writes them.
    ArabicIndic,
    /// ੦ to ੯.
    Gurmukhi,
    /// ૦ to ૯.
    Gujarati,
    /// ୦ to ୯.
    Odia,
    /// ௦ to ௯.
    Tamil,
    /// ౦ to ౯.
    Telugu,
    /// ೦ to ೯.
    Kannada,
    /// ൦ to ൯.
    Malayalam,
    /// ༠ to ༩.
    Tibetan,
    /// Those of the Rohingya script.
    HanifiRohingya,
}

impl Digits {
    /// Every script's digits.
    pub const ALL: &'static [Self] = &[
        Self::Bengali,
        Self::Devanagari,
        Self::ExtendedArabic,
        Self::ArabicIndic,
        Self::Gurmukhi,
        Self::Gujarati,
        Self::Odia,
        Self::Tamil,
        Self::Telugu,
        Self::Kannada,
        Self::Malayalam,
        Self::Tibetan,
        Self::HanifiRohingya,
    ];

    /// The character that means zero; the other nine follow it without a gap (Unicode, general category Nd).
    #[must_use]
    pub const fn zero(self) -> char {
        match self {
            Self::Bengali => '\u{9e6}',
            Self::Devanagari => '\u{966}',
            Self::ExtendedArabic => '\u{6f0}',
            Self::ArabicIndic => '\u{660}',
            Self::Gurmukhi => '\u{a66}',
            Self::Gujarati => '\u{ae6}',
            Self::Odia => '\u{b66}',
            Self::Tamil => '\u{be6}',
            Self::Telugu => '\u{c66}',
            Self::Kannada => '\u{ce6}',
            Self::Malayalam => '\u{d66}',
            Self::Tibetan => '\u{f20}',
            Self::HanifiRohingya => '\u{10d30}',
        }
    }

    fn value(self, digit: char) -> Option<u32> {
        u32::from(digit).checked_sub(u32::from(self.zero())).filter(|value| *value < 10)
    }

    /// Writes the ASCII digits of a text in this script and leaves everything else as it is.
    #[must_use]
    pub fn write(self, text: &str) -> String {
        text.chars()
            .map(|c| c.to_digit(10).and_then(|value| char::from_u32(u32::from(self.zero()) + value)).unwrap_or(c))
            .collect()
    }
}

/// The text with every digit of the region in ASCII and everything else as it was.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let digit = |c: char| Digits::ALL.iter().find_map(|digits| digits.value(c)).and_then(|v| char::from_digit(v, 10));
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}
