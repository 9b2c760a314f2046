//! Where a category of a person's record stays: at the hub, at home in the owner's own system, or nowhere the hub can
//! read it (DESIGN §4). It knows no rule that says so; those are read in `sangam-custody`.

use crate::codes::codes;
use crate::{Category, CategorySet};

codes! {
    "Where what an owner's system has of a category stays."
    pub enum Residence {
        Hub = "HUB": "The hub keeps it, sealed.",
        Home = "HOME": "It stays in the owner's own system and is read there at each request; the hub never stores it.",
        Never = "NEVER": "The hub drops it at the border, from what is taken in and from what is read at a request.",
    }
}

/// The residence of every category. What is in neither set resides at the hub; NEVER is stricter than HOME.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Residences {
    home: CategorySet,
    never: CategorySet,
}

impl Residences {
    /// Everything at the hub.
    pub const HUB: Self = Self { home: CategorySet::NONE, never: CategorySet::NONE };

    /// The residences where these stay at home and these nowhere; what is in both stays nowhere.
    #[must_use]
    pub const fn new(home: CategorySet, never: CategorySet) -> Self {
        Self { home: home.minus(never), never }
    }

    /// Everything in one place.
    #[must_use]
    pub fn all(residence: Residence) -> Self {
        match residence {
            Residence::Hub => Self::HUB,
            Residence::Home => Self::new(CategorySet::all(), CategorySet::NONE),
            Residence::Never => Self::new(CategorySet::NONE, CategorySet::all()),
        }
    }

    /// Where a category stays.
    #[must_use]
    pub const fn of(self, category: Category) -> Residence {
        if self.never.contains(category) {
            Residence::Never
        } else if self.home.contains(category) {
            Residence::Home
        } else {
            Residence::Hub
        }
    }

    /// What stays at home.
    #[must_use]
    pub const fn home(self) -> CategorySet {
        self.home
    }

    /// What is dropped at the border.
    #[must_use]
    pub const fn never(self) -> CategorySet {
        self.never
    }

    /// Everything that the hub does not store.
    #[must_use]
    pub const fn not_stored(self) -> CategorySet {
        self.home.or(self.never)
    }

    /// The stricter of two for each category. There is no way back: nothing loosens what another says.
    #[must_use]
    pub const fn tightened(self, by: Self) -> Self {
        Self::new(self.home.or(by.home), self.never.or(by.never))
    }
}

#[cfg(test)]
mod tests {
    use super::{Residence, Residences};
    use crate::{Category, CategorySet, Code};

    #[test]
    fn whatever_is_put_together_the_stricter_stands() {
        let at = |residence| Residences::all(residence);
        for one in Residence::ALL {
            for other in Residence::ALL {
                let (both, back) = (at(*one).tightened(at(*other)), at(*other).tightened(at(*one)));
                for category in CategorySet::all().iter() {
                    assert_eq!(both.of(category), (*one).max(*other));
                    assert_eq!(back.of(category), (*one).max(*other));
                }
            }
        }
        let health = CategorySet::of(&[Category::Health]);
        let mixed = Residences::new(health, health);
        assert_eq!(mixed.of(Category::Health), Residence::Never);
        assert_eq!((mixed.home(), mixed.not_stored()), (CategorySet::NONE, health));
    }
}
