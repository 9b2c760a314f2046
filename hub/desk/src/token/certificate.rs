//! Client certificates (RFC 8705): that the client holds the certificate's key TLS has checked; whether it is the
//! registered one is judged here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sangam_vocabulary::{hex, unhex};
use webpki::EndEntityCert;

use super::sha256;

/// The certificate of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ClientCertificate<'a> {
    /// The certificate in DER.
    pub der: &'a [u8],
    /// Whether an authority that the door knows vouches for it.
    pub vouched: bool,
}

impl ClientCertificate<'_> {
    /// SHA-256 of it.
    pub(super) fn digest(&self) -> [u8; 32] {
        sha256(self.der)
    }

    /// The confirmation `x5t#S256` of tokens bound to it (RFC 8705, section 3.1).
    pub(super) fn confirmation(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.digest())
    }
}

/// The longest name a certificate is known by, in bytes: subjects of many parts fit.
const NAME_BYTES: usize = 2 * 1024;

/// The name a certificate must carry (RFC 8705, section 2.1.2), compared exactly: no wildcard, no folding but of the
/// case of DNS names, and a subject byte by byte as its authority encoded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CertificateName {
    /// A DNS name among its alternative names.
    Dns(String),
    /// A URI among its alternative names.
    Uri(String),
    /// Its subject in DER.
    Subject(Vec<u8>),
}

impl CertificateName {
    /// A name as it is given at registration: a URI where it has a scheme, a DNS name otherwise.
    pub(super) fn given(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > NAME_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        if text.contains("://") || text.starts_with("urn:") {
            return Some(Self::Uri(text.to_owned()));
        }
        let label = |label: &str| {
            !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        (text.contains('.') && text.split('.').all(label)).then(|| Self::Dns(text.to_ascii_lowercase()))
    }

    /// The subject of a certificate in DER.
    pub(super) fn subject_of(der: &[u8]) -> Option<Self> {
        let der = CertificateDer::from(der);
        let certificate = EndEntityCert::try_from(&der).ok()?;
        let subject = certificate.subject();
        (!subject.is_empty() && subject.len() <= NAME_BYTES).then(|| Self::Subject(subject.to_vec()))
    }

    /// As it is kept.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Dns(name) => format!("dns:{name}"),
            Self::Uri(name) => format!("uri:{name}"),
            Self::Subject(der) => format!("subject:{}", hex(der)),
        }
    }

    /// As it was kept.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        match kind {
            "dns" => Some(Self::Dns(name.to_owned())),
            "uri" => Some(Self::Uri(name.to_owned())),
            "subject" => unhex(name).map(Self::Subject),
            _ => None,
        }
    }

    /// Whether a certificate carries it.
    pub(super) fn is_of(&self, der: &[u8]) -> bool {
        let der = CertificateDer::from(der);
        let Ok(certificate) = EndEntityCert::try_from(&der) else { return false };
        match self {
            Self::Dns(name) => certificate.valid_dns_names().any(|carried| carried.eq_ignore_ascii_case(name)),
            Self::Uri(name) => certificate.valid_uri_names().any(|carried| carried == name),
            Self::Subject(subject) => certificate.subject() == subject.as_slice(),
        }
    }
}

/// The certificates of a PEM file, each in DER and each readable; `None` when there is none or one is not.
pub(super) fn of_pem(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let read: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    let good = !read.is_empty() && read.iter().all(|der| EndEntityCert::try_from(der).is_ok());
    good.then(|| read.iter().map(|der| der.to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::CertificateName;

    #[test]
    fn a_name_is_read_as_what_it_is_and_kept_as_it_was() {
        let dns = CertificateName::given("Shelter.Example.org").unwrap();
        assert_eq!(dns, CertificateName::Dns("shelter.example.org".to_owned()));
        let uri = CertificateName::given("urn:system:one").unwrap();
        for name in [dns, uri, CertificateName::Subject(vec![0x30, 0, 0xff])] {
            assert_eq!(CertificateName::read(&name.text()), Some(name));
        }
        for bad in ["", "shelter", "*.example.org", "shelter..org", "a b.org", "-", "naïve.org"] {
            assert_eq!(CertificateName::given(bad), None, "{bad}");
        }
        for bad in ["", "dns", "email:a@example.org", "subject:0"] {
            assert_eq!(CertificateName::read(bad), None, "{bad}");
        }
        assert!(!CertificateName::Subject(Vec::new()).is_of(b"no certificate"));
    }
}
