//! Mail by SMTP, always over TLS: by STARTTLS, which is not optional, or from the first byte. One connection a message,
//! each with a deadline; trying again is the desk's.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use sangam_custody::Contact;
use sangam_desk::{Letter, NotSent, NoticeWay, NoticeWayKind};
use sangam_vocabulary::Clock;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// How long one answer of the server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a whole message may take: a server that answers byte by byte holds up nobody for longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// After STARTTLS; a server that has none gets nothing.
    StartTls,
    /// At once.
    Tls,
}

impl Security {
    /// The port that is usual for it (RFC 6409 and RFC 8314).
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
        }
    }
}

/// How mail leaves.
pub(crate) struct MailSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<(String, SecretString)>,
    pub(crate) from: String,
    /// Who vouches for the server beside the machine's own authorities, as PEM.
    pub(crate) authority: Option<Vec<u8>>,
}

/// Why mail cannot leave with such settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum MailFault {
    /// The sender is none.
    #[error("must be a mail address")]
    From,
    /// The certificate is none.
    #[error("must be a certificate in PEM")]
    Authority,
    /// TLS cannot be spoken with that host.
    #[error("must be a host's name or address")]
    Host,
}

/// Mail.
pub(crate) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

/// The certificates of a file, of which there is at least one.
fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, MailFault> {
    let read: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.ok().filter(|read| !read.is_empty()).ok_or(MailFault::Authority)?;
    let of = |der: CertificateDer<'static>| Certificate::from_der(der.to_vec()).map_err(|_| MailFault::Authority);
    read.into_iter().map(of).collect()
}

/// Says to other machines that no person wrote it, so that none of them answers (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mail {
    /// A way by mail. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// [`MailFault`].
    pub(crate) fn new(settings: MailSettings, clock: Arc<dyn Clock>) -> Result<Self, MailFault> {
        let MailSettings { host, port, security, credentials, from, authority } = settings;
        let from = Mailbox::new(None, from.parse().map_err(|_| MailFault::From)?);
        let mut tls = TlsParameters::builder(host.clone());
        let named = authority.is_some();
        for certificate in authority.map_or_else(|| Ok(Vec::new()), |pem| certificates(&pem))? {
            tls = tls.add_root_certificate(certificate);
        }
        let tls = tls.build().map_err(|_| if named { MailFault::Authority } else { MailFault::Host })?;
        let tls = match security {
            Security::StartTls => Tls::Required(tls),
            Security::Tls => Tls::Wrapper(tls),
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port).tls(tls).timeout(Some(PATIENCE));
        if let Some((user, password)) = credentials {
            transport = transport.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        Ok(Self { transport: transport.build(), from, clock })
    }

    fn message(&self, to: &str, letter: &Letter) -> Option<Message> {
        let to: Address = to.parse().ok()?;
        let now = u64::try_from(self.clock.now().millis()).ok()?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject())
            // The same for the same message: a mailbox that has it drops the second (RFC 5322, section 3.6.4).
            .message_id(Some(format!("<{}@{}>", letter.id().text(), self.from.email.domain())))
            .date(UNIX_EPOCH + Duration::from_millis(now))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text())
            .ok()
    }
}

impl NoticeWay for Mail {
    fn kind(&self) -> NoticeWayKind {
        NoticeWayKind::Mail
    }

    fn send<'a>(&'a self, to: &'a Contact, letter: &'a Letter) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let message = self.message(to.address(), letter).ok_or(NotSent("ADDRESS"))?;
            match tokio::time::timeout(DEADLINE, self.transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                // What the server said is not repeated: it may name the address.
                Ok(Err(error)) if error.is_permanent() => Err(NotSent("REFUSED")),
                Ok(Err(error)) if error.is_tls() => Err(NotSent("TLS")),
                Ok(Err(_)) => Err(NotSent("SERVER")),
                Err(_) => Err(NotSent("TIMED_OUT")),
            }
        })
    }
}

#[cfg(test)]
mod tests;
