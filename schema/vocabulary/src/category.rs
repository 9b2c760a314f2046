//! The units in which everything about a subject is sealed, consented to, agreed on, released and erased
//! (domain.md 6.2).

use crate::codes::{Code, codes};

codes! {
    "A unit of data about a subject: sealed, consented to, agreed on, released and erased as one."
    pub enum Category {
        CaseReference = "CASE_REFERENCE": "The case's number in the holder's system and whether it is open.",
        Demographics = "DEMOGRAPHICS": "Age band and sex.",
        Tracing = "TRACING": "What a search needs: names and nicknames, parents' names, place of origin, year of birth.",
        Identity = "IDENTITY": "Names as on documents and the date of birth as it was written.",
        Image = "IMAGE": "A photograph; released for tracing only, with consent for tracing.",
        Family = "FAMILY": "Relatives and what they are to the person.",
        CurrentLocation = "CURRENT_LOCATION": "Where the person is now, and so which organization holds the case.",
        Origin = "ORIGIN": "The place the person comes from.",
        NationalId = "NATIONAL_ID": "Which document was seen, its issuing country, who verified it and when; never a number.",
        Health = "HEALTH": "Health, pregnancy, disability, mental health.",
        Narrative = "NARRATIVE": "What happened: recruitment, control, exploitation.",
        Legal = "LEGAL": "Court, first information report, hearings, orders.",
        Immigration = "IMMIGRATION": "Nationality, its confirmation, and that someone is not a national.",
        SensitiveTraits = "SENSITIVE_TRAITS": "Caste, religion, ethnicity, orientation.",
        Perpetrator = "PERPETRATOR": "Who is said to have done it, and in which role.",
        Services = "SERVICES": "Which services are asked for or given.",
        ContactSafety = "CONTACT_SAFETY": "How, when and by whom the person can be contacted without danger.",
        Documents = "DOCUMENTS": "Papers of the case: investigation reports, orders, permits.",
        Messages = "MESSAGES": "What the organizations in the case wrote to each other about the person.",
    }
}

/// A set of categories as one word, so that a field test is one bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct CategorySet(u32);

impl CategorySet {
    /// No category.
    pub const NONE: Self = Self(0);
    /// What a system may have with nobody behind it. Its disclosure entry may follow the answer within a second
    /// (DESIGN §4); every other category's entry is durable before the first byte leaves.
    pub const LIGHT: Self =
        Self::NONE.with(Category::CaseReference).with(Category::Demographics).with(Category::Services);

    /// The set of the categories given.
    #[must_use]
    pub fn of(categories: &[Category]) -> Self {
        categories.iter().fold(Self::NONE, |set, category| set.with(*category))
    }

    /// Every category there is.
    #[must_use]
    pub fn all() -> Self {
        Self::of(Category::ALL)
    }

    /// This set and one category more.
    #[must_use]
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u32)
    }

    /// This set without one category.
    #[must_use]
    pub const fn without(self, category: Category) -> Self {
        Self(self.0 & !(1 << category as u32))
    }

    /// Whether the category is in the set.
    #[must_use]
    pub const fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u32) != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many categories are in the set.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The categories in the set, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.iter().copied().filter(move |category| self.contains(*category))
    }

    /// The bits, for storage and the journal: bit n is the n-th category in declaration order. The order is
    /// append-only.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Reads stored bits; bits that name no category are dropped, so that an unknown grant grants nothing.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::all().0)
    }
}
