//! Who acts in the proofs: two invented organizations for every country and role, and a handful of people.

use sangam_custody::Controller;
use sangam_vocabulary::{Code, Country, Instant, OrganizationId, PersonId, Role};
use uuid::Uuid;

/// The instant around which the proofs happen.
pub const NOON: Instant = Instant::from_millis(1_790_000_000_000);

/// How many organizations stand for one country and role.
const EACH: u128 = 2;
/// How many people there are.
const PEOPLE: u128 = 6;

/// The organizations and people of the proofs.
#[derive(Debug)]
pub struct Cast {
    /// Every organization with its role and country.
    pub organizations: Vec<Controller>,
    /// Every person.
    pub people: Vec<PersonId>,
}

impl Default for Cast {
    fn default() -> Self {
        let mut organizations = Vec::new();
        for country in Country::ALL {
            for role in Role::ALL {
                for _ in 0..EACH {
                    let number = 0x0a00_u128 + u128::try_from(organizations.len()).unwrap();
                    let organization = OrganizationId::from_uuid(Uuid::from_u128(number));
                    organizations.push(Controller { organization, role: *role, country: *country });
                }
            }
        }
        let people = (0..PEOPLE).map(|number| PersonId::from_uuid(Uuid::from_u128(0x0b00 + number))).collect();
        Self { organizations, people }
    }
}

impl Cast {
    /// The first organization of a country and role.
    ///
    /// # Panics
    /// Never: there is one for every country and role.
    #[must_use]
    pub fn of(&self, country: Country, role: Role) -> Controller {
        *self.organizations.iter().find(|o| o.country == country && o.role == role).unwrap()
    }

    /// Another organization of the same country and role.
    ///
    /// # Panics
    /// Never: there are two for every country and role.
    #[must_use]
    pub fn twin(&self, of: Controller) -> Controller {
        *self
            .organizations
            .iter()
            .find(|o| o.country == of.country && o.role == of.role && o.organization != of.organization)
            .unwrap()
    }
}
