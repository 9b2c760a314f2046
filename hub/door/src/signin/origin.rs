//! Where a request comes from, in the words that browsers use and no script can change.

use http::{HeaderMap, HeaderName, header};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request comes from one of the hub's own pages: it says so, and nothing in it says otherwise. Browsers name
/// the origin with every POST.
pub(crate) fn is_own_page(headers: &HeaderMap, own: &str) -> bool {
    names_own(headers, own) && headers.contains_key(header::ORIGIN)
}

/// Whether nothing says that a request comes from elsewhere. Programs say nothing.
pub(super) fn names_own(headers: &HeaderMap, own: &str) -> bool {
    let origin = headers.get_all(header::ORIGIN).iter().all(|origin| origin.as_bytes() == own.as_bytes());
    let site = headers.get_all(SITE).iter().all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    origin && site
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{is_own_page, names_own};

    const OWN: &str = "https://hub.example.org";

    #[test]
    fn only_what_says_so_comes_from_an_own_page() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let own = headers(&[("origin", OWN), ("sec-fetch-site", "same-origin")]);
        assert!(is_own_page(&own, OWN) && names_own(&own, OWN));
        assert!(is_own_page(&headers(&[("origin", OWN)]), OWN));
        assert!(names_own(&headers(&[]), OWN) && !is_own_page(&headers(&[]), OWN));
        for elsewhere in [
            headers(&[("origin", "null")]),
            headers(&[("origin", "https://evil.example")]),
            headers(&[("origin", "https://hub.example.org.evil.example")]),
            headers(&[("origin", "http://hub.example.org")]),
            headers(&[("origin", OWN), ("sec-fetch-site", "cross-site")]),
            headers(&[("sec-fetch-site", "same-site")]),
        ] {
            assert!(!is_own_page(&elsewhere, OWN) && !names_own(&elsewhere, OWN), "{elsewhere:?}");
        }
    }
}
