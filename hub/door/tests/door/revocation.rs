//! What an authority has revoked is not taken, nor what it says nothing of; each beside a control of the same making.

use std::sync::Arc;
use std::time::Duration;

use sangam_door::{ClientCertificates, ConnectionLimits, Limits, Tls, TlsPapers, TlsTerms};
use sangam_vocabulary::{Instant, ManualClock};

use crate::doorstep::{Doorstep, answer};
use crate::hub::NOW;
use crate::papers::{Authority, FRESH, Papers, STALE, client, clock, papers, post, self_signed};

const OPTIONAL: TlsTerms = TlsTerms { clients: ClientCertificates::Optional, oldest: sangam_door::OldestTls::V1_3 };

async fn door(papers: &Papers, authorities: &str, lists: Option<&str>) -> Doorstep {
    let papers = TlsPapers {
        authorities: Some(authorities.as_bytes()),
        revocations: lists.map(str::as_bytes),
        ..papers.papers()
    };
    Doorstep::over(Limits::default(), Some(Tls::open(OPTIONAL, clock(), papers).unwrap())).await
}

/// Whether a holder of this certificate is served on a new connection, and then whether it was vouched for.
async fn served(door: &Doorstep, papers: &Papers, identity: &str) -> Option<bool> {
    let client = client(papers, Some(identity)).build().unwrap();
    let response = post(door, &client).send().await.ok()?;
    assert_eq!(response.status(), 200);
    Some(door.certificate().unwrap().1)
}

const REVOKED: &str = r#"sangam_door_connection_ends_total{end="revoked"}"#;
const UNKNOWN: &str = r#"sangam_door_connection_ends_total{end="revocation_unknown"}"#;

#[tokio::test]
async fn a_revoked_certificate_is_refused_at_the_handshake_and_no_other_is() {
    let papers = papers();
    let (revoked, (other, ..)) = (&papers.client, papers.issuer.client(8));
    // The control: without a list both are good.
    let before = door(&papers, &papers.authority, None).await;
    for identity in [revoked, &other] {
        assert_eq!(served(&before, &papers, identity).await, Some(true));
    }
    let list = papers.issuer.revoked(&[7], FRESH);
    let door = door(&papers, &papers.authority, Some(&list)).await;
    assert_eq!(served(&door, &papers, revoked).await, None);
    assert_eq!(served(&door, &papers, &other).await, Some(true));
    // Those that no known authority signed are judged by their registration, also with the same number.
    for unknown in [&papers.stranger, &self_signed()] {
        assert_eq!(served(&door, &papers, unknown).await, Some(false));
    }
    assert_eq!(answer(post(&door, &client(&papers, None).build().unwrap())).await.0, 200);
    assert_eq!((door.counted(REVOKED), door.counted(UNKNOWN)), (Some(1), None));
}

#[tokio::test]
async fn each_authority_revokes_its_own() {
    let papers = papers();
    let second = Authority::named("A second authority");
    let (of_second, ..) = second.client(9);
    let (same_number, ..) = second.client(7);
    let both = format!("{}{}", papers.authority, second.pem());
    let lists = format!("{}{}", papers.issuer.revoked(&[7, 8], FRESH), second.revoked(&[9], FRESH));
    let door = door(&papers, &both, Some(&lists)).await;
    assert_eq!(served(&door, &papers, &papers.client).await, None);
    assert_eq!(served(&door, &papers, &of_second).await, None);
    assert_eq!(served(&door, &papers, &same_number).await, Some(true), "the first one's list is not about it");
    assert_eq!(served(&door, &papers, &papers.issuer.client(9).0).await, Some(true));
}

#[tokio::test]
async fn where_no_good_list_says_that_it_was_not_revoked_it_is_refused() {
    let papers = papers();
    let second = Authority::named("A second authority");
    let both = format!("{}{}", papers.authority, second.pem());
    let good = door(&papers, &both, Some(&papers.issuer.revoked(&[], FRESH))).await;
    assert_eq!(served(&good, &papers, &papers.client).await, Some(true));
    // No list of the second one at all.
    assert_eq!(served(&good, &papers, &second.client(1).0).await, None);
    // One past its `nextUpdate`.
    let stale = door(&papers, &papers.authority, Some(&papers.issuer.revoked(&[], STALE))).await;
    assert_eq!(served(&stale, &papers, &papers.client).await, None);
    // One that somebody else signed in its name.
    let forged = Authority::named("An invented authority").revoked(&[], FRESH);
    let forged = door(&papers, &papers.authority, Some(&forged)).await;
    assert_eq!(served(&forged, &papers, &papers.client).await, None);
    for door in [good, stale, forged] {
        assert_eq!(door.counted(UNKNOWN), Some(1));
        assert_eq!(served(&door, &papers, &self_signed()).await, Some(false));
    }
}

#[tokio::test]
async fn a_list_that_ends_ends_connections_by_the_hubs_clock() {
    let papers = papers();
    let list = papers.issuer.revoked(&[], FRESH);
    let revocations = Some(list.as_bytes());
    let hubs = Arc::new(ManualClock::new(NOW));
    let tls = Tls::open(OPTIONAL, hubs.clone(), TlsPapers { revocations, ..papers.papers() }).unwrap();
    let certificate = Duration::from_millis(100);
    let connection = ConnectionLimits { certificate, ..ConnectionLimits::default() };
    let door = Doorstep::over(Limits { connection, ..Limits::default() }, Some(tls)).await;
    let own = client(&papers, Some(&papers.client)).build().unwrap();
    let none = client(&papers, None).build().unwrap();
    for _ in 0..3 {
        for client in [&own, &none] {
            assert_eq!(answer(post(&door, client)).await.0, 200);
        }
        tokio::time::sleep(certificate).await;
    }
    assert_eq!(door.counted("sangam_door_connections"), Some(2), "both stay, however often it is looked at");
    // 2031: the list is over.
    hubs.set(Instant::from_millis(1_925_000_000_000));
    door.until("sangam_door_connections", 1).await;
    assert!(door.counted(UNKNOWN).is_some());
    assert!(post(&door, &own).send().await.is_err(), "nor is there another connection");
}

#[tokio::test]
async fn a_certificate_that_ends_is_vouched_for_no_more_on_the_connection_it_has() {
    let papers = papers();
    let hubs = Arc::new(ManualClock::new(NOW));
    let tls = Tls::open(OPTIONAL, hubs.clone(), papers.papers()).unwrap();
    let connection = ConnectionLimits { certificate: Duration::from_millis(50), ..ConnectionLimits::default() };
    let door = Doorstep::over(Limits { connection, ..Limits::default() }, Some(tls)).await;
    let client = client(&papers, Some(&papers.client)).build().unwrap();
    assert_eq!(answer(post(&door, &client)).await.0, 200);
    assert_eq!(door.certificate(), Some((papers.client_der.clone(), true)));
    // 2036, for TLS alone: the hub behind it has a clock of its own here.
    hubs.set(Instant::from_millis(2_090_000_000_000));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(answer(post(&door, &client)).await.0, 200);
    assert_eq!(door.certificate(), Some((papers.client_der.clone(), false)));
    assert_eq!(door.counted("sangam_door_connections"), Some(1));
    assert_eq!(door.counted(r#"sangam_door_connection_ends_total{end="client"}"#), None, "it is the same connection");
}
