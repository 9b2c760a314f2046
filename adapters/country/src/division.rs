//! Administrative divisions by ISO 3166-2 code (domain.md 4.1). Codes are used and never maps; what leaves
//! the case circle is cut to the first level.

/// How deep a division lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// State, province, division, atoll: what may be shown outside the case circle.
    First,
    /// District below it, where ISO 3166-2 has one (Bangladesh, Sri Lanka).
    Second,
}

/// An administrative division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Division {
    /// The ISO 3166-2 code, for instance `BD-C`.
    pub code: &'static str,
    /// The name as ISO writes it.
    pub name: &'static str,
    /// What kind of division it is, in ISO's words.
    pub kind: &'static str,
    /// The code of the division it lies in; none at the first level.
    pub parent: Option<&'static str>,
}

impl Division {
    /// A division of the first level.
    pub(crate) const fn first(code: &'static str, name: &'static str, kind: &'static str) -> Self {
        Self { code, name, kind, parent: None }
    }

    /// A division of the second level.
    pub(crate) const fn second(
        code: &'static str,
        name: &'static str,
        kind: &'static str,
        parent: &'static str,
    ) -> Self {
        Self { code, name, kind, parent: Some(parent) }
    }

    /// How deep it lies.
    #[must_use]
    pub const fn level(&self) -> Level {
        if self.parent.is_some() { Level::Second } else { Level::First }
    }
}
