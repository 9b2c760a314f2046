//! The lock: closing takes one person, opening takes two. What it takes to open one stands here and nowhere else.

use sangam_vocabulary::{Country, OrganizationId, PersonId};

/// Whose subjects a lock closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Those of one organization.
    Organization(OrganizationId),
    /// Those of every organization of a country, also of one that joins later.
    Country(Country),
}

/// Somebody agrees that a lock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Who.
    pub person: PersonId,
    /// Of which organization.
    pub organization: OrganizationId,
    /// Where that is.
    pub country: Country,
    /// Whether it is a full member now: an organization on probation, suspended or gone speaks for nobody but itself.
    pub full_member: bool,
}

impl Release {
    /// Whether the person is one of those whom the lock binds.
    fn is_inside(&self, unit: Unit) -> bool {
        match unit {
            Unit::Organization(organization) => self.organization == organization,
            Unit::Country(country) => self.country == country,
        }
    }
}

/// Whether a lock opens: two people agreed, one of those whom it binds and one from outside, of a full member; where it
/// was closed under duress, the operator as well, because then those whom it binds may not be free to say no.
///
/// Two from outside are not enough: they could open what was closed because of them. Two from inside are not enough:
/// whoever holds the house holds both.
#[must_use]
pub fn opens(unit: Unit, duress: bool, operator: bool, releases: &[Release]) -> bool {
    let inside = releases.iter().any(|release| release.is_inside(unit));
    let outside = releases.iter().any(|release| !release.is_inside(unit) && release.full_member);
    inside && outside && (!duress || operator)
}
