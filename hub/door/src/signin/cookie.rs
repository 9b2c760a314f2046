//! The two cookies: of a session, and of a sign-in under way. Over TLS their names begin with `__Host-`, so that a
//! browser takes them from this host alone and sends them by TLS alone (RFC 6265bis, section 4.1.3.2).

use http::{HeaderMap, header};

/// How long a started sign-in is kept, in seconds: as long as it can be finished.
const STARTED_SECONDS: u32 = 300;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Of a session.
    Session,
    /// Of a sign-in under way.
    Started,
}

impl Cookie {
    /// Its name at the hub of this origin. Without TLS, in a demo, browsers would not take the better one.
    fn name(self, own: &str) -> &'static str {
        match (self, own.starts_with("https://")) {
            (Self::Session, true) => "__Host-sangam",
            (Self::Session, false) => "sangam",
            (Self::Started, true) => "__Host-sangam-signin",
            (Self::Started, false) => "sangam-signin",
        }
    }

    /// The one cookie of that name in a request. `None` when there is none, `Some(None)` when there are several: two
    /// readers could take different ones.
    pub(crate) fn read<'a>(self, own: &str, headers: &'a HeaderMap) -> Option<Option<&'a str>> {
        let name = self.name(own);
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut found = pairs
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter_map(|(known, value)| (known == name).then_some(value));
        let first = found.next()?;
        Some(found.next().is_none().then_some(first))
    }

    /// The header that keeps a value. The browser drops a session's when it is closed.
    pub(super) fn keep(self, own: &str, value: &str) -> String {
        let age = match self {
            Self::Session => String::new(),
            Self::Started => format!("; Max-Age={STARTED_SECONDS}"),
        };
        format!("{}={value}; {}{age}", self.name(own), Self::manner(own))
    }

    /// The header that drops it.
    pub(super) fn drop(self, own: &str) -> String {
        format!("{}=; {}; Max-Age=0", self.name(own), Self::manner(own))
    }

    /// `Lax`: a provider sends the person back from its own site, by GET.
    fn manner(own: &str) -> &'static str {
        if own.starts_with("https://") {
            "Path=/; Secure; HttpOnly; SameSite=Lax"
        } else {
            "Path=/; HttpOnly; SameSite=Lax"
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::Cookie;

    #[test]
    fn one_cookie_of_the_right_name_is_read() {
        let headers = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_static(line));
            }
            headers
        };
        let read = |lines: &[&'static str]| {
            Cookie::Session.read("https://hub.example.org", &headers(lines)).map(|one| one.map(str::to_owned))
        };
        assert_eq!(read(&["__Host-sangam=a.b.c"]), Some(Some("a.b.c".to_owned())));
        assert_eq!(read(&["x=1; __Host-sangam=a; y=2"]), Some(Some("a".to_owned())));
        assert_eq!(read(&["sangam=a", "x__Host-sangam=b"]), None);
        assert_eq!(read(&["__Host-sangam=a; __Host-sangam=b"]), Some(None));
        assert_eq!(read(&["__Host-sangam=a", "__Host-sangam=a"]), Some(None));
        let kept = Cookie::Session.keep("https://hub.example.org", "v");
        assert_eq!(kept, "__Host-sangam=v; Path=/; Secure; HttpOnly; SameSite=Lax");
    }
}
