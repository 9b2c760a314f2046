//! What of an organization may be told to everybody, whatever it agreed to. Where a shelter is, is never told, and of
//! anybody else no more than the first-level division (DESIGN §2).

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Country, Role};

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

#[cfg(test)]
mod tests {
    use sangam_vocabulary::payload::ServiceCode;
    use sangam_vocabulary::{Code as _, Country, Role};

    use super::{is_division, tells_areas};

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
