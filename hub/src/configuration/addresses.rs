//! Addresses in the configuration: origins, how each is reached, and who vouches for whoever is there.

use std::net::IpAddr;

use reqwest::Url;

use super::Reader;

/// How an address is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Over TLS.
    Tls,
    /// In the clear, and on this machine only.
    Loopback,
    /// In the clear.
    Open,
}

impl Reader<'_> {
    /// How the hub is reached: an origin in its one spelling, because it is compared with what browsers and tokens
    /// say; and over TLS, because cookies and tokens travel there.
    pub(super) fn outer_address(&mut self, sandbox: bool) -> Option<String> {
        let (address, over, line) = self.origin("door", "address")?;
        if over == Over::Open && !sandbox {
            self.fault(line, "door.address", "must be `https`: cookies and tokens travel there");
            return None;
        }
        Some(address)
    }

    /// An origin in its one spelling, how it is reached, and its line.
    pub(super) fn origin(&mut self, table: &str, key: &str) -> Option<(String, Over, usize)> {
        let (text, line) = self.text(table, key, None)?;
        let read = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
        let spelt = read.as_ref().map(|url| url.origin().ascii_serialization());
        let origin = text.trim_end_matches('/').to_owned();
        let Some(url) = read.filter(|_| spelt.as_ref() == Some(&origin)) else {
            let what = match spelt {
                Some(spelt) => format!("must be an origin without a path, as in `{spelt}`"),
                None => "must be an origin, as in `https://hub.example.org`".to_owned(),
            };
            self.fault(line, &format!("{table}.{key}"), what);
            return None;
        };
        let here = |host: &str| {
            let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
        };
        let over = match (url.scheme(), url.host_str().is_some_and(here)) {
            ("https", _) => Over::Tls,
            (_, true) => Over::Loopback,
            (_, false) => Over::Open,
        };
        Some((origin, over, line))
    }

    /// The bytes of a file of certificates that is named.
    pub(super) fn authority(&mut self, table: &str) -> Option<Vec<u8>> {
        let (file, line) = self.text(table, "authority", None)?;
        match std::fs::read(self.base.join(file)) {
            Ok(pem) => Some(pem),
            Err(error) => {
                self.fault(line, &format!("{table}.authority"), format!("cannot be read: {}", error.kind()));
                None
            }
        }
    }
}
