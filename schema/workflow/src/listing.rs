//! What of an organization may be told to everybody, whatever it agreed to. Where a shelter is, is never told, and of
//! anybody else no more than the first-level division (DESIGN §2). And what an organization offers at present, where its
//! own directory says so: of what it was enrolled with, and of nothing else.

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Country, OwnService, Role};

/// Whether the divisions in which an organization offers its services may be told: not of a shelter, and not of whoever
/// offers shelter among other things, listed or not.
#[must_use]
pub fn tells_areas(role: Role, offered: &[ServiceCode]) -> bool {
    role != Role::Shelter && !offered.contains(&ServiceCode::Shelter)
}

/// The longest second part of a division's code in ISO 3166-2.
const SUBDIVISION: usize = 3;

/// Whether a text is the code of a division of that country as ISO 3166-2 spells them, and not a place that somebody
/// wrote where a code belongs.
#[must_use]
pub fn is_division(country: Country, text: &str) -> bool {
    use sangam_vocabulary::Code as _;
    let Some((of, part)) = text.split_once('-') else { return false };
    of == country.code()
        && (1..=SUBDIVISION).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// How long the last listing stands against a directory that has lost most of what it said, in milliseconds: an hour, which
/// is longer than a system takes to start, to be filled anew or to be mended, and short for who is sent to a closed door.
pub const SAID_AGAIN: i64 = 3_600_000;

/// A service that an organization offers at present, and the divisions in which it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The service.
    pub service: ServiceCode,
    /// Where.
    pub areas: Vec<String>,
}

/// What an organization offers at present. What it was enrolled with is the outer bound: its own directory takes away, and
/// gives back what it took, and can add neither a service nor a division.
#[must_use]
pub fn offered(enrolled: &[ServiceCode], coverage: &[String], own: Option<&[OwnService]>) -> Vec<Offer> {
    let everywhere = |service: &ServiceCode| Offer { service: *service, areas: coverage.to_vec() };
    let Some(own) = own else { return enrolled.iter().map(everywhere).collect() };
    let narrowed = |service: &ServiceCode| {
        let said = own.iter().find(|said| said.service == *service)?;
        let areas = coverage.iter().filter(|area| said.areas.as_ref().is_none_or(|said| said.contains(*area)));
        Some(Offer { service: *service, areas: areas.cloned().collect() })
    };
    enrolled.iter().filter_map(narrowed).collect()
}

/// Whether more than half of what is told would be gone at once. That is a fault of a system sooner than the end of an
/// organization's help, so it is believed only when it is said again ([`SAID_AGAIN`]).
#[must_use]
pub fn dwindles(told: &[ServiceCode], then: &[ServiceCode]) -> bool {
    let lost = told.iter().filter(|service| !then.contains(service)).count();
    lost * 2 > told.len()
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::payload::ServiceCode;
    use sangam_vocabulary::{Code as _, Country, OwnService, Role};

    use super::{Offer, dwindles, is_division, offered, tells_areas};

    #[test]
    fn an_own_directory_takes_away_and_adds_nothing() {
        use ServiceCode::{Education, Health, LegalAid};
        let coverage = ["BD-C".to_owned(), "BD-D".to_owned()];
        let offer =
            |service, areas: &[&str]| Offer { service, areas: areas.iter().map(|&area| area.to_owned()).collect() };
        let said = |service, areas: Option<&[&str]>| OwnService {
            service,
            areas: areas.map(|areas| areas.iter().map(|&area| area.to_owned()).collect()),
        };
        let enrolled = [Health, LegalAid];
        let all = [offer(Health, &["BD-C", "BD-D"]), offer(LegalAid, &["BD-C", "BD-D"])];
        assert_eq!(offered(&enrolled, &coverage, None), all);
        assert_eq!(offered(&enrolled, &coverage, Some(&[])), []);
        let own = [said(LegalAid, Some(&["BD-D", "BD-E"])), said(Education, None)];
        assert_eq!(offered(&enrolled, &coverage, Some(&own)), [offer(LegalAid, &["BD-D"])]);
        assert_eq!(offered(&enrolled, &coverage, Some(&[said(Health, None)])), [offer(Health, &["BD-C", "BD-D"])]);
        assert_eq!(offered(&enrolled, &coverage, Some(&[said(Health, Some(&[]))])), [offer(Health, &[])]);
    }

    #[test]
    fn more_than_half_at_once_is_doubted() {
        use ServiceCode::{Education, Health, LegalAid};
        assert!(!dwindles(&[], &[]) && !dwindles(&[Health], &[Health]) && !dwindles(&[Health], &[Health, LegalAid]));
        assert!(dwindles(&[Health], &[]) && dwindles(&[Health], &[LegalAid]), "another in its place is not it");
        assert!(!dwindles(&[Health, LegalAid], &[Health]));
        assert!(dwindles(&[Health, LegalAid], &[]) && dwindles(&[Health, LegalAid, Education], &[Education]));
    }

    #[test]
    fn no_shelter_tells_where() {
        for role in Role::ALL {
            assert!(!tells_areas(*role, &[ServiceCode::Health, ServiceCode::Shelter]), "{}", role.code());
            assert_eq!(tells_areas(*role, &[ServiceCode::Health]), *role != Role::Shelter, "{}", role.code());
        }
    }

    #[test]
    fn only_a_code_of_the_own_country_is_a_division() {
        for good in ["BD-C", "BD-13"] {
            assert!(is_division(Country::Bangladesh, good), "{good}");
        }
        for bad in
            ["", "BD", "BD-", "-C", "IN-WB", "BD-DHAKA", "bd-c", "BD-c", "12 Lake Road, BD-C", "BD-C-1", "BD-\u{09E7}"]
        {
            assert!(!is_division(Country::Bangladesh, bad), "{bad}");
        }
    }
}
