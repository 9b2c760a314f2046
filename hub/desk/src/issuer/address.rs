//! Where the hub may call: by TLS, or on this machine.

use oauth2::url::{Host, Url};
use thiserror::Error;

/// The longest address, in bytes.
const ADDRESS_BYTES: usize = 512;

/// An address that may be called: `https`, or `http` to a loopback address. It has no user, no password and no
/// fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideAddress {
    text: String,
    url: Url,
}

/// An address may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be an address with `https` (`http` is for loopback addresses only), without user and fragment")]
pub struct AddressFault;

impl OutsideAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressFault`].
    pub fn read(text: &str) -> Result<Self, AddressFault> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= ADDRESS_BYTES).ok_or(AddressFault)?;
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => return Err(AddressFault),
        };
        let scheme = url.scheme() == "https" || url.scheme() == "http" && loopback;
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if scheme && bare { Ok(Self { text: text.to_owned(), url }) } else { Err(AddressFault) }
    }

    /// The address as it was written: issuers are compared by it, character by character.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address, parsed.
    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// Its origin, as browsers spell it.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests {
    use super::OutsideAddress;

    #[test]
    fn without_tls_only_this_machine_is_called() {
        for good in [
            "https://id.example.org",
            "https://id.example.org/realm?x=1",
            "http://127.0.0.1:8080",
            "http://[::1]/a",
            "http://localhost/",
        ] {
            assert_eq!(OutsideAddress::read(good).unwrap().as_str(), good);
        }
        let long = format!("https://id.example.org/{}", "a".repeat(600));
        for bad in [
            "",
            "id.example.org",
            "http://id.example.org",
            "http://127.0.0.1.example.org",
            "http://10.0.0.1",
            "http://localhost.example.org",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "https://a:b@id.example.org",
            "https://id.example.org/#f",
            &long,
        ] {
            assert!(OutsideAddress::read(bad).is_err(), "{bad}");
        }
    }
}
