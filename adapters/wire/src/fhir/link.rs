//! Where the link to a next page leads. The credentials are for one server: a link that leaves its origin or its service
//! base is not followed.

use reqwest::Url;

use crate::fault::WireFault;

/// The longest link that is kept as a place: servers' own are some hundred characters.
const LONGEST: usize = 2_000;

/// A request below the service base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
}

impl Target {
    /// A search for resources of a type.
    pub(super) fn search(kind: &str, query: Vec<(&str, String)>) -> Self {
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { path: vec![kind.to_owned()], query }
    }
}

/// What a link leads to, below a base that ends with a slash; and the link relative to it, which is what is kept.
///
/// # Errors
/// [`WireFault::RedirectedElsewhere`] where it leads to another origin or out of the base, or where it is no link.
pub(super) fn below(base: &Url, link: &str) -> Result<(Target, String), WireFault> {
    let elsewhere = || WireFault::RedirectedElsewhere;
    if link.len() > LONGEST {
        return Err(WireFault::TooLarge { limit: LONGEST as u64, unit: "characters of a link" });
    }
    let url = base.join(link).map_err(|_| elsewhere())?;
    let own_path = url.path().strip_prefix(base.path());
    // `https://host/fhir?page=2` is the base itself, written without its slash.
    let own_path = own_path.or((format!("{}/", url.path()) == base.path()).then_some(""));
    let bare = url.username().is_empty() && url.password().is_none();
    let (Some(path), true, true) = (own_path, url.origin() == base.origin(), bare) else { return Err(elsewhere()) };
    // Names of types and operations need no percent signs; anything else would be read twice.
    if path.contains('%') {
        return Err(elsewhere());
    }
    let segments = path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
    let target = Target { path: segments, query: url.query_pairs().into_owned().collect() };
    let relative = url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Ok((target, relative))
}

#[cfg(test)]
mod tests {
    use super::{Url, WireFault, below};

    #[test]
    fn a_link_stays_on_its_server_and_below_its_base() {
        let base = Url::parse("https://fhir.example/r4/").unwrap();
        let path = |link: &str| below(&base, link).map(|(target, _)| target.path.join("/"));
        assert_eq!(path("https://fhir.example/r4/Patient?_page=2").unwrap(), "Patient");
        assert_eq!(path("https://fhir.example:443/r4?_getpages=x&_getpagesoffset=50").unwrap(), "");
        assert_eq!(path("Task?a=b%20c").unwrap(), "Task");
        assert_eq!(below(&base, "?a=b%20c").unwrap().0.query, [("a".to_owned(), "b c".to_owned())]);
        for away in [
            "http://fhir.example/r4/Patient",
            "https://fhir.example.evil.example/r4/Patient",
            "https://evil.example/r4/Patient",
            "https://fhir.example/r4x/Patient",
            "https://fhir.example/Patient",
            "https://fhir.example:8443/r4/Patient",
            "https://hub@fhir.example/r4/Patient",
            "//evil.example/r4/Patient",
            "/r4/../admin",
            "/r4/%2e%2e/admin",
            "/r4/..%2fadmin",
            "\\\\evil.example\\r4\\",
            "https:///",
            "file:///etc/passwd",
        ] {
            assert_eq!(below(&base, away), Err(WireFault::RedirectedElsewhere), "{away}");
        }
        assert!(matches!(below(&base, &"x".repeat(3_000)), Err(WireFault::TooLarge { .. })));
        let (target, kept) = below(&base, "https://fhir.example/r4/Patient?_page=2&x=%26").unwrap();
        assert_eq!(below(&base, &kept).unwrap(), (target, kept.clone()), "what is kept leads to the same");
    }
}
