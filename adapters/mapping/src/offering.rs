//! The strict shape that an entry of an organization's own directory must have after its mapping: which of the hub's
//! services it is, and in which first-level divisions. It is about nobody, and has no other member: a name, an address, a
//! telephone, a description have no place in it. Read [`crate::intake`] for records of people.

use sangam_country::{Furniture, Level};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Country, OwnService};
use serde::Deserialize;
use serde_json::Value;

use crate::oddity::{Oddity, OddityKind};
use crate::strict;

/// What an entry of an own directory offers, read strictly.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Offering {
    /// The services that the entry is; one that is none of the hub's has none.
    pub services: Vec<ServiceCode>,
    /// The first-level divisions in which they are offered, ISO 3166-2; left out or empty where the entry says none, which narrows
    /// nothing.
    #[serde(default)]
    pub areas: Option<Vec<String>>,
}

impl Offering {
    /// Reads what a mapping produced for an organization of a country, strictly. A place that is no first-level division of
    /// that country is refused, whatever it is.
    ///
    /// # Errors
    /// The faults, each with path, kind and length and never a value: the entry goes to quarantine.
    pub fn read(value: &Value, country: Country) -> Result<Self, Vec<Oddity>> {
        let mut offering: Self = strict::read(value, "").map_err(|oddity| vec![oddity])?;
        // A list of no areas is an entry that names none, and no entry that serves nowhere.
        offering.areas = offering.areas.filter(|areas| !areas.is_empty());
        let furniture = Furniture::of(country);
        let known = |area: &str| furniture.division(area).is_some_and(|division| division.level() == Level::First);
        let unknown = offering.areas.iter().flatten().enumerate().filter(|(_, area)| !known(area));
        let odd: Vec<Oddity> = unknown
            .map(|(place, area)| Oddity {
                path: format!("/areas/{place}"),
                kind: OddityKind::UnknownCode,
                length: area.chars().count(),
            })
            .collect();
        if odd.is_empty() { Ok(offering) } else { Err(odd) }
    }

    /// The same, service by service.
    pub fn said(&self) -> impl Iterator<Item = OwnService> {
        self.services.iter().map(|service| OwnService {
            service: *service,
            areas: self.areas.as_ref().map(|areas| areas.iter().cloned().collect()),
        })
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Country;
    use sangam_vocabulary::payload::ServiceCode;
    use serde_json::{Value, json};

    use super::Offering;
    use crate::oddity::OddityKind;

    fn read(value: &Value) -> Result<Offering, Vec<(String, OddityKind)>> {
        let of = |odd: Vec<crate::Oddity>| odd.into_iter().map(|oddity| (oddity.path, oddity.kind)).collect();
        Offering::read(value, Country::Bangladesh).map_err(of)
    }

    #[test]
    fn an_entry_is_codes_and_divisions_and_nothing_else() {
        use OddityKind::{Missing, UnknownCode, UnknownField, WrongType};
        let both = json!({ "services": ["LEGAL_AID", "HEALTH"], "areas": ["BD-C"] });
        let offering = read(&both).unwrap();
        assert_eq!(offering.services, [ServiceCode::LegalAid, ServiceCode::Health]);
        let said: Vec<_> = offering.said().collect();
        assert!(said.iter().all(|one| one.areas.as_ref().is_some_and(|areas| areas.iter().eq(["BD-C"]))));
        assert_eq!(read(&json!({ "services": [], "areas": null })).unwrap().areas, None);
        assert_eq!(read(&json!({ "services": ["HEALTH"], "areas": [] })).unwrap().areas, None, "it narrows nothing");
        for (value, path, kind) in [
            (json!({ "services": ["LAW"] }), "/services/0", UnknownCode),
            (json!({ "services": "HEALTH" }), "/services", WrongType),
            (json!({}), "/services", Missing),
            (json!({ "services": [], "address": "12 Lake Road" }), "/address", UnknownField),
            (json!({ "services": [], "name": "Rupa" }), "/name", UnknownField),
            (json!({ "services": [], "areas": ["12 Lake Road"] }), "/areas/0", UnknownCode),
            // A district, a division of another country, and a code that nobody has.
            (json!({ "services": [], "areas": ["BD-C", "BD-13"] }), "/areas/1", UnknownCode),
            (json!({ "services": [], "areas": ["IN-WB"] }), "/areas/0", UnknownCode),
            (json!({ "services": [], "areas": ["BD-Z"] }), "/areas/0", UnknownCode),
            (json!([]), "", WrongType),
        ] {
            assert_eq!(read(&value), Err(vec![(path.to_owned(), kind)]), "{value}");
        }
    }
}
