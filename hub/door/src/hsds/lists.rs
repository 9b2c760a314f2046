//! The lists of the directory: their names in the path, and which parameters each takes. What is read, what is refused
//! and what `openapi.json` says come from the same table.

use sangam_vocabulary::ListedKind;

use super::ROOT;

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Of what organizations have listed.
    Listed(ListedKind),
    /// The lists of codes.
    Taxonomies,
    /// Their codes.
    TaxonomyTerms,
}

impl List {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Listed(ListedKind::Service),
        Self::Listed(ListedKind::Organization),
        Self::Listed(ListedKind::ServiceAtLocation),
        Self::Taxonomies,
        Self::TaxonomyTerms,
    ];

    /// The name in the path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Listed(ListedKind::Service) => "services",
            Self::Listed(ListedKind::Organization) => "organizations",
            Self::Listed(ListedKind::ServiceAtLocation) => "service_at_locations",
            Self::Taxonomies => "taxonomies",
            Self::TaxonomyTerms => "taxonomy_terms",
        }
    }

    /// The parameters it takes beside `page`, `per_page`, `format` and `search`.
    pub(super) const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Listed(ListedKind::Organization) => &["taxonomy_term_id", "taxonomy_id", "full"],
            Self::Listed(ListedKind::Service | ListedKind::ServiceAtLocation) => {
                &["taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full"]
            }
            Self::Taxonomies => &[],
            Self::TaxonomyTerms => &["taxonomy_id"],
        }
    }

    /// What to send when something else was sent.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Listed(ListedKind::Organization) => {
                "This list takes `page`, `per_page`, `format`, `search`, `taxonomy_term_id`, `taxonomy_id` and `full`, each once."
            }
            Self::Listed(ListedKind::Service | ListedKind::ServiceAtLocation) => {
                "This list takes `page`, `per_page`, `format`, `search`, `taxonomy_term_id`, `taxonomy_id`, `organization_id`, `modified_after` and `full`, each once."
            }
            Self::Taxonomies => "This list takes `page`, `per_page`, `format` and `search`, each once.",
            Self::TaxonomyTerms => {
                "This list takes `page`, `per_page`, `format`, `search` and `taxonomy_id`, each once."
            }
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }
}

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// What the directory says of itself.
    Root,
    /// The description of its endpoints.
    Openapi,
    /// A list.
    List(List),
    /// One of a list, by its id.
    One(List, String),
}

impl Place {
    /// What is at a path.
    pub(super) fn of(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(ROOT)?;
        let mut parts = rest.strip_prefix('/').unwrap_or(rest).split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("") | None, None, None) => Some(Self::Root),
            (Some("openapi.json"), None, None) => Some(Self::Openapi),
            (Some(list), None, None) => List::named(list).map(Self::List),
            (Some(list), Some(id), None) => List::named(list).map(|list| Self::One(list, id.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{List, Place};

    #[test]
    fn a_path_is_one_place_or_none() {
        assert_eq!(Place::of("/hsds"), Some(Place::Root));
        assert_eq!(Place::of("/hsds/"), Some(Place::Root));
        assert_eq!(Place::of("/hsds/openapi.json"), Some(Place::Openapi));
        for list in List::ALL {
            assert_eq!(Place::of(&format!("/hsds/{}", list.name())), Some(Place::List(list)));
            assert_eq!(Place::of(&format!("/hsds/{}/7", list.name())), Some(Place::One(list, "7".to_owned())));
            // What is refused names exactly what is taken.
            let named: Vec<&str> = list.sentence().split('`').skip(1).step_by(2).collect();
            let taken = [&["page", "per_page", "format", "search"], list.parameters()].concat();
            assert_eq!(named, taken, "{}", list.name());
        }
        for nothing in ["/hsds/people", "/hsds/services/1/2", "/hsds/Services"] {
            assert_eq!(Place::of(nothing), None, "{nothing}");
        }
    }
}
