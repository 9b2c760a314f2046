//! The hub's closed lists of codes as taxonomies: services, kinds of organizations, countries. They are the same on every
//! hub of a version and ask no store.

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, Country, Role, named_id};
use serde_json::{Value, json};

/// A list of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taxonomy {
    /// What is offered.
    Services,
    /// What kind of organization offers it.
    Roles,
    /// In which country.
    Countries,
    /// None of them: an id that is nobody's.
    Unknown,
}

/// A code of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// A service.
    Service(ServiceCode),
    /// A kind of organization.
    Role(Role),
    /// A country.
    Country(Country),
}

impl Taxonomy {
    /// Those that are shown.
    pub(super) const ALL: [Self; 3] = [Self::Services, Self::Roles, Self::Countries];

    const fn name(self) -> &'static str {
        match self {
            Self::Services => "Sangam services",
            Self::Roles => "Sangam kinds of organizations",
            Self::Countries => "ISO 3166-1",
            Self::Unknown => "",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Services => "The services that organizations of the hub offer to people who were trafficked.",
            Self::Roles => Role::SENTENCE,
            Self::Countries => Country::SENTENCE,
            Self::Unknown => "",
        }
    }

    fn value(self) -> Value {
        json!({ "id": id_of(self), "name": self.name(), "description": self.description() })
    }

    fn terms(self) -> Vec<Term> {
        match self {
            Self::Services => ServiceCode::ALL.iter().map(|code| Term::Service(*code)).collect(),
            Self::Roles => Role::ALL.iter().map(|role| Term::Role(*role)).collect(),
            Self::Countries => Country::ALL.iter().map(|country| Term::Country(*country)).collect(),
            Self::Unknown => Vec::new(),
        }
    }
}

/// The id of a taxonomy.
pub(super) fn id_of(taxonomy: Taxonomy) -> String {
    named_id("taxonomy", &[taxonomy.name().as_bytes()]).hyphenated().to_string()
}

impl Term {
    /// Of which list it is.
    pub(super) const fn taxonomy(self) -> Taxonomy {
        match self {
            Self::Service(_) => Taxonomy::Services,
            Self::Role(_) => Taxonomy::Roles,
            Self::Country(_) => Taxonomy::Countries,
        }
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Service(code) => (code.code(), code.sentence()),
            Self::Role(role) => (role.code(), role.sentence()),
            Self::Country(country) => (country.code(), country.sentence()),
        }
    }

    /// Its id.
    pub(super) fn id(self) -> String {
        let (taxonomy, (code, _)) = (self.taxonomy(), self.told());
        named_id("taxonomy term", &[taxonomy.name().as_bytes(), code.as_bytes()]).hyphenated().to_string()
    }

    /// What it is called: its sentence, as far as it names the thing.
    pub(super) fn name(self) -> &'static str {
        let (_, sentence) = self.told();
        sentence.split([',', ':', ';', '.']).next().unwrap_or(sentence)
    }

    /// What it means.
    pub(super) fn description(self) -> &'static str {
        self.told().1
    }

    /// The whole of it.
    pub(super) fn value(self) -> Value {
        json!({
            "id": self.id(),
            "code": self.told().0,
            "name": self.name(),
            "description": self.description(),
            "taxonomy": self.taxonomy().name(),
            "taxonomy_detail": self.taxonomy().value(),
            "language": "en",
        })
    }
}

/// The taxonomies with their ids.
pub(super) fn taxonomies() -> Vec<(String, Value)> {
    Taxonomy::ALL.iter().map(|taxonomy| (id_of(*taxonomy), taxonomy.value())).collect()
}

/// The codes with their ids, of all taxonomies or of one.
pub(super) fn terms(only: Option<Taxonomy>) -> Vec<(String, Value)> {
    let wanted = Taxonomy::ALL.into_iter().filter(|taxonomy| only.is_none_or(|only| only == *taxonomy));
    wanted.flat_map(Taxonomy::terms).map(|term| (term.id(), term.value())).collect()
}

/// The code of an id.
pub(super) fn term(id: &str) -> Option<Term> {
    Taxonomy::ALL.into_iter().flat_map(Taxonomy::terms).find(|term| term.id() == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Taxonomy, terms};

    #[test]
    fn every_code_has_an_id_and_a_name_of_its_own() {
        let all = terms(None);
        let ids: HashSet<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for (_, term) in &all {
            let name = term["name"].as_str().unwrap();
            assert!(!name.is_empty() && name.len() < 60 && !name.ends_with('.'), "{name}");
        }
        assert!(terms(Some(Taxonomy::Unknown)).is_empty());
    }
}
