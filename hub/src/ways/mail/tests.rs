//! Mail to a real server over TLS.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use sangam_desk::{NotSent, NoticeWay};
use sangam_kit::smtp::{Begins, SmtpServer};
use sangam_vocabulary::{Instant, Language, ManualClock};
use secrecy::SecretString;

use super::{Mail, MailFault, MailSettings, Security};
use crate::ways::told::{contact, letter};

/// A server with a certificate for `localhost`, and the authority that vouches for it.
fn server(begins: Begins) -> (SmtpServer, Vec<u8>) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (SmtpServer::start(begins, leaf.der().clone(), secret), authority.pem().into_bytes())
}

fn mail(server: &SmtpServer, authority: Option<Vec<u8>>, security: Security) -> Mail {
    let settings = MailSettings {
        host: "localhost".to_owned(),
        port: server.address.port(),
        security,
        credentials: Some(("hub".to_owned(), SecretString::from("marker 8"))),
        from: "hub@example.org".to_owned(),
        authority,
    };
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    Mail::new(settings, clock).unwrap()
}

#[tokio::test]
async fn a_mail_says_that_something_waits_in_every_language_and_nothing_else() {
    for (begins, security) in [(Begins::Later, Security::StartTls), (Begins::AtOnce, Security::Tls)] {
        let (server, authority) = server(begins);
        let mail = mail(&server, Some(authority), security);
        for language in [Language::English, Language::Bangla, Language::Urdu, Language::Dzongkha] {
            let letter = letter(language);
            mail.send(&contact("staff-7@example.org"), &letter).await.unwrap();
            let taken = server.taken().remove(0);
            assert!(taken.over_tls, "{language}");
            assert_eq!(taken.authenticated.as_deref(), Some("hub marker 8"));
            assert_eq!(
                (taken.from.as_str(), taken.to.as_slice()),
                ("hub@example.org", ["staff-7@example.org".to_owned()].as_slice())
            );
            assert_eq!(taken.body().trim_end(), letter.text().trim_end(), "{language}");
            assert_eq!(taken.header("Auto-Submitted").as_deref(), Some("auto-generated"));
            // Known by what follows from the message, at the sender's own domain and not this machine's name.
            let id = format!("<{}@example.org>", letter.id().text());
            assert_eq!(taken.header("Message-ID"), Some(id));
            assert_eq!(taken.header("Date").as_deref(), Some("Tue, 24 Nov 2026 08:00:00 +0000"));
            let names: Vec<_> = taken
                .data
                .split("\r\n\r\n")
                .next()
                .unwrap()
                .lines()
                .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
                .collect();
            for name in names {
                let known = [
                    "From",
                    "To",
                    "Subject",
                    "Date",
                    "Message-ID",
                    "Auto-Submitted",
                    "MIME-Version",
                    "Content-Type",
                    "Content-Transfer-Encoding",
                ];
                assert!(known.contains(&name.as_str()), "`{name}` leaves the hub");
            }
        }
    }
}

#[tokio::test]
async fn without_tls_nothing_is_said() {
    // The control: the same server with it takes the mail.
    let (with, authority) = server(Begins::Later);
    mail(&with, Some(authority), Security::StartTls)
        .send(&contact("a@example.org"), &letter(Language::English))
        .await
        .unwrap();
    assert_eq!(with.taken().len(), 1);
    let (without, authority) = server(Begins::Never);
    let sent = mail(&without, Some(authority), Security::StartTls)
        .send(&contact("a@example.org"), &letter(Language::English))
        .await;
    assert!(sent.is_err() && without.connections() == 1 && without.taken().is_empty());
    // A certificate that nobody known vouches for.
    let (stranger, _) = server(Begins::Later);
    let sent =
        mail(&stranger, None, Security::StartTls).send(&contact("a@example.org"), &letter(Language::English)).await;
    assert!(sent.is_err() && stranger.taken().is_empty(), "{sent:?}");
}

#[tokio::test]
async fn what_a_server_refuses_is_a_code_and_never_its_words() {
    let (server, authority) = server(Begins::Later);
    let mail = mail(&server, Some(authority), Security::StartTls);
    for (code, fault) in [(550, "REFUSED"), (451, "SERVER")] {
        server.answers(code);
        let sent = mail.send(&contact("a@example.org"), &letter(Language::English)).await;
        assert_eq!(sent, Err(NotSent(fault)));
    }
    server.answers(250);
    assert_eq!(mail.send(&contact("a@example.org"), &letter(Language::English)).await, Ok(()));
    assert_eq!(mail.send(&contact("no address"), &letter(Language::English)).await, Err(NotSent("ADDRESS")));
}

#[test]
fn settings_that_cannot_be_are_told() {
    let (server, _) = server(Begins::Later);
    let settings = |from: &str, authority: Option<&[u8]>| MailSettings {
        host: "localhost".to_owned(),
        port: server.address.port(),
        security: Security::StartTls,
        credentials: None,
        from: from.to_owned(),
        authority: authority.map(<[u8]>::to_vec),
    };
    let clock = || Arc::new(ManualClock::new(Instant::from_millis(0)));
    let fault = |settings| Mail::new(settings, clock()).err();
    assert_eq!(fault(settings("hub@example.org", None)), None);
    assert_eq!(fault(settings("the hub", None)), Some(MailFault::From));
    assert_eq!(fault(settings("hub@example.org", Some(b"no PEM"))), Some(MailFault::Authority));
}
