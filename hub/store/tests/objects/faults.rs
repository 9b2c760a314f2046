//! A bucket that does not do what it should, each fault with its control: without it, the same is done.

use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use sangam_kit::bucket::{Mood, S3Server};
use sangam_store::{BucketSettings, ObjectFault, Objects};

use super::{PART, PIECE, bucket, bytes, opens, read, settings, until_empty, written};

/// Under the ten seconds that the door gives an operation.
const PATIENCE: Duration = Duration::from_secs(9);

/// Everything that is asked of a bucket, and that each is refused as it should be.
async fn all_refused(objects: &Objects, is: fn(&ObjectFault) -> bool) {
    let told = [
        objects.answer().await.err(),
        written(objects, "0b", &bytes(100)).await.err(),
        written(objects, "0b", &bytes(PART + 1)).await.err(),
        read(objects, "0a").await.err(),
        objects.remove("0a").await.err(),
    ];
    for (number, fault) in told.iter().enumerate() {
        assert!(fault.as_ref().is_some_and(is), "{number}: {fault:?}");
        let text = fault.as_ref().unwrap().to_string();
        assert!(!text.contains("0a") && !text.contains("127.0.0.1") && !text.contains("marker"), "{text}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_open_it_is_told_as_that() {
    let (server, good) = bucket();
    written(&good, "0a", &bytes(100)).await.unwrap();
    let with = |change: fn(&mut BucketSettings)| {
        let mut settings = settings(format!("http://{}", server.address));
        change(&mut settings);
        Objects::in_bucket(&settings).unwrap()
    };
    for wrong in [
        with(|settings| settings.secret = "marker 8".into()),
        with(|settings| settings.key_id = "OTHER".into()),
        with(|settings| settings.region = "us-east-1".into()),
    ] {
        all_refused(&wrong, |fault| matches!(fault, ObjectFault::Refused)).await;
    }
    let nowhere = with(|settings| settings.bucket = "others".into());
    assert!(matches!(nowhere.answer().await, Err(ObjectFault::Missing)));
    assert!(matches!(written(&nowhere, "0b", &bytes(100)).await, Err(ObjectFault::Missing)));
    assert!(matches!(nowhere.remove("0a").await, Err(ObjectFault::Missing)), "what cannot be looked for is not gone");
    assert_eq!(server.names(), ["hub/one/0a"]);
    assert_eq!(read(&good, "0a").await.unwrap(), bytes(100));
}

#[tokio::test]
async fn a_bucket_that_is_down_or_failing_takes_nothing_and_works_again_afterwards() {
    let (server, objects) = bucket();
    written(&objects, "0a", &bytes(100)).await.unwrap();
    for mood in [Mood::Down, Mood::Failing] {
        server.is(mood);
        all_refused(&objects, |fault| matches!(fault, ObjectFault::Unavailable)).await;
        assert_eq!(server.names(), ["hub/one/0a"]);
        // It goes down in the middle.
        server.is(Mood::Well);
        let mut writer = objects.write("0b").await.unwrap();
        let all = bytes(2 * PART);
        let mut pieces = all.chunks(PIECE);
        for piece in pieces.by_ref().take(PART.div_ceil(PIECE)) {
            writer.put(piece.to_vec()).await.unwrap();
        }
        assert_eq!(server.names().len(), 2);
        server.is(Mood::Down);
        let mut fault = None;
        for piece in pieces {
            fault = fault.or(writer.put(piece.to_vec()).await.err());
        }
        let fault = match fault {
            Some(fault) => fault,
            None => writer.complete().await.unwrap_err(),
        };
        assert!(matches!(fault, ObjectFault::Unavailable), "{fault:?}");
        server.is(Mood::Well);
        assert!(matches!(objects.read("0b", PIECE).await, Err(ObjectFault::Missing)));
        objects.remove("0b").await.unwrap();
        assert_eq!(server.names(), ["hub/one/0a"]);
    }
    // Its own faults are tried again, and not for ever.
    let _earlier = server.calls();
    server.is(Mood::Failing);
    assert!(read(&objects, "0a").await.is_err());
    assert_eq!(server.calls().len(), 3);
    server.is(Mood::Well);
    assert_eq!(read(&objects, "0a").await.unwrap(), bytes(100));

    // Nobody listens there at all.
    let gone = settings("http://127.0.0.1:1".to_owned());
    all_refused(&Objects::in_bucket(&gone).unwrap(), |fault| matches!(fault, ObjectFault::Unavailable)).await;
}

#[tokio::test]
async fn a_bucket_that_sends_its_callers_elsewhere_is_not_followed() {
    let (server, objects) = bucket();
    let (other, _) = bucket();
    written(&objects, "0a", &bytes(100)).await.unwrap();
    server.is(Mood::Elsewhere(format!("http://{}/papers/hub/one/0a", other.address)));
    all_refused(&objects, |fault| matches!(fault, ObjectFault::Unavailable)).await;
    assert_eq!((other.calls(), other.names()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_slow_bucket_is_not_waited_for() {
    let (server, objects) = bucket();
    written(&objects, "0a", &bytes(100)).await.unwrap();
    server.is(Mood::Slow(Duration::from_secs(60)));
    let began = Instant::now();
    let (answered, read, written, removed) = tokio::join!(
        objects.answer(),
        objects.read("0a", PIECE),
        written(&objects, "0b", &[7; 100]),
        objects.remove("0a")
    );
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    for fault in [answered.err(), read.err(), written.err(), removed.err()] {
        assert!(matches!(fault, Some(ObjectFault::Late)), "{fault:?}");
    }
}

#[tokio::test]
async fn an_object_that_breaks_off_is_asked_for_again_from_there_and_is_never_taken_for_whole() {
    let (server, objects) = bucket();
    let all = bytes(10 * PIECE);
    written(&objects, "0a", &all).await.unwrap();
    let _earlier = server.calls();
    server.is(Mood::BreakingOnce);
    assert!(read(&objects, "0a").await.unwrap() == all);
    assert_eq!(server.calls().iter().map(|call| call.status).collect::<Vec<_>>(), [200, 206]);
    server.is(Mood::Breaking);
    assert!(matches!(read(&objects, "0a").await, Err(ObjectFault::Unavailable)));
}

#[tokio::test]
async fn a_bucket_over_tls_is_believed_when_its_authority_is() {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let server = S3Server::start_over_tls(opens(), leaf.der().clone(), secret);
    let mut over_tls = settings(format!("https://localhost:{}", server.address.port()));

    let unknown = Objects::in_bucket(&over_tls).unwrap();
    all_refused(&unknown, |fault| matches!(fault, ObjectFault::Unavailable)).await;
    assert_eq!(server.calls(), Vec::new());

    over_tls.authority = Some(authority.pem().into_bytes());
    let known = Objects::in_bucket(&over_tls).unwrap();
    written(&known, "0a", &bytes(PART + 1)).await.unwrap();
    assert!(read(&known, "0a").await.unwrap() == bytes(PART + 1));
    known.remove("0a").await.unwrap();
    until_empty(&server).await;

    over_tls.authority = Some(b"no certificate".to_vec());
    assert!(matches!(Objects::in_bucket(&over_tls), Err(ObjectFault::Settings)));
}
