//! Scripts by their ISO 15924 codes, with the direction they run in (domain.md 4.3).

/// Which way a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

/// A script people of the region write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Arabic, in which Pashto, Dari, Urdu, Sindhi, Saraiki and Punjabi of Pakistan are written.
    Arabic,
    /// Bengali and Assamese.
    Bengali,
    /// Devanagari.
    Devanagari,
    /// Gujarati.
    Gujarati,
    /// Gurmukhi.
    Gurmukhi,
    /// Hanifi Rohingya.
    HanifiRohingya,
    /// Kannada.
    Kannada,
    /// Latin.
    Latin,
    /// Malayalam.
    Malayalam,
    /// Odia.
    Odia,
    /// Sinhala.
    Sinhala,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Thaana.
    Thaana,
    /// Tibetan, in which Dzongkha is written.
    Tibetan,
}

/// The blocks of a script's letters, first and last character of each.
type Blocks = &'static [(char, char)];

impl Script {
    /// Every script, with its code and the blocks of its letters.
    const TABLE: &'static [(Self, &'static str, Blocks)] = &[
        (
            Self::Arabic,
            "Arab",
            &[
                ('\u{600}', '\u{6ff}'),
                ('\u{750}', '\u{77f}'),
                ('\u{8a0}', '\u{8ff}'),
                ('\u{fb50}', '\u{fdff}'),
                ('\u{fe70}', '\u{fefc}'),
            ],
        ),
        (Self::Bengali, "Beng", &[('\u{980}', '\u{9ff}')]),
        (Self::Devanagari, "Deva", &[('\u{900}', '\u{963}'), ('\u{966}', '\u{97f}'), ('\u{a8e0}', '\u{a8ff}')]),
        (Self::Gujarati, "Gujr", &[('\u{a80}', '\u{aff}')]),
        (Self::Gurmukhi, "Guru", &[('\u{a00}', '\u{a7f}')]),
        (Self::HanifiRohingya, "Rohg", &[('\u{10d00}', '\u{10d3f}')]),
        (Self::Kannada, "Knda", &[('\u{c80}', '\u{cff}')]),
        (
            Self::Latin,
            "Latn",
            &[
                ('A', 'Z'),
                ('a', 'z'),
                ('\u{c0}', '\u{d6}'),
                ('\u{d8}', '\u{f6}'),
                ('\u{f8}', '\u{24f}'),
                ('\u{1e00}', '\u{1eff}'),
            ],
        ),
        (Self::Malayalam, "Mlym", &[('\u{d00}', '\u{d7f}')]),
        (Self::Odia, "Orya", &[('\u{b00}', '\u{b7f}')]),
        (Self::Sinhala, "Sinh", &[('\u{d80}', '\u{dff}')]),
        (Self::Tamil, "Taml", &[('\u{b80}', '\u{bff}')]),
        (Self::Telugu, "Telu", &[('\u{c00}', '\u{c7f}')]),
        (Self::Thaana, "Thaa", &[('\u{780}', '\u{7bf}')]),
        (Self::Tibetan, "Tibt", &[('\u{f00}', '\u{fff}')]),
    ];

    /// The ISO 15924 code, for instance `Beng`.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::TABLE.iter().find(|(script, ..)| *script == self).map_or("Zzzz", |(_, code, _)| code)
    }

    /// Which way the script runs.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Arabic | Self::HanifiRohingya | Self::Thaana => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// Reads an ISO 15924 code; `None` for a script nobody in the region's furniture uses.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(_, known, _)| *known == code).map(|(script, ..)| *script)
    }

    /// The one script a text is written in; `None` where it has no letter of a known script or letters of two.
    /// Digits, spaces and punctuation shared by scripts count for none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut found = None;
        for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
            let script = Self::of_letter(letter)?;
            if found.is_some_and(|before| before != script) {
                return None;
            }
            found = Some(script);
        }
        found
    }

    /// The script of one letter or of a sign on a letter.
    pub(crate) fn of_letter(letter: char) -> Option<Self> {
        let within = |blocks: Blocks| blocks.iter().any(|(first, last)| (*first..=*last).contains(&letter));
        Self::TABLE.iter().find(|(.., blocks)| within(blocks)).map(|(script, ..)| *script)
    }
}
