//! Objects in a folder and in a bucket: what is written is read, what breaks off leaves nothing, and a bucket that is
//! down, slow, elsewhere or not ours is told as that, in bounded time.
#![cfg(test)]

mod faults;

use std::time::{Duration, Instant};

use sangam_kit::bucket::{Mood, Opens, S3Server};
use sangam_kit::folder::Folder;
use sangam_store::{Addressing, BucketSettings, ObjectFault, Objects};

/// How an object is written and read here: as sealed documents are.
const PIECE: usize = 64 * 1024 + 16;
/// From where on a bucket takes an object in parts.
const PART: usize = 5 * 1024 * 1024;
/// How long anything may take here.
const SOON: Duration = Duration::from_secs(30);

fn opens() -> Opens {
    Opens { bucket: "papers".into(), region: "ap-south-1".into(), key_id: "HUB7".into(), secret: "marker 7/+".into() }
}

fn settings(endpoint: String) -> BucketSettings {
    let Opens { bucket, region, key_id, secret } = opens();
    BucketSettings {
        endpoint,
        bucket,
        region,
        prefix: "hub/one".into(),
        addressing: Addressing::Path,
        key_id: key_id.into(),
        secret: secret.into(),
        authority: None,
    }
}

fn bucket() -> (S3Server, Objects) {
    let server = S3Server::start(opens());
    let objects = Objects::in_bucket(&settings(format!("http://{}", server.address))).unwrap();
    (server, objects)
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

async fn written(objects: &Objects, name: &str, bytes: &[u8]) -> Result<(), ObjectFault> {
    let mut writer = objects.write(name).await?;
    for piece in bytes.chunks(PIECE) {
        writer.put(piece.to_vec()).await?;
    }
    writer.complete().await
}

async fn read(objects: &Objects, name: &str) -> Result<Vec<u8>, ObjectFault> {
    let mut reader = objects.read(name, PIECE).await?;
    let (mut all, mut ended) = (Vec::new(), false);
    while let Some((piece, last)) = reader.next().await? {
        assert!(!ended && (last || piece.len() == PIECE), "a piece is whole, or the last");
        ended = last;
        all.extend(piece);
    }
    assert!(ended, "the last piece says so");
    Ok(all)
}

async fn until_empty(server: &S3Server) {
    let began = Instant::now();
    while !server.names().is_empty() {
        assert!(began.elapsed() < SOON, "{:?}", server.names());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_written_is_read_wherever_it_lies() {
    let folder = Folder::new("objects");
    let (server, in_bucket) = bucket();
    let in_folder = Objects::in_folder(&folder.join("documents")).unwrap();
    for objects in [&in_folder, &in_bucket] {
        objects.answer().await.unwrap();
        for length in [1, PIECE, PIECE + 1, PART - 1, PART, PART + PIECE, 2 * PART + 7] {
            let (name, all) = (format!("{length:032x}"), bytes(length));
            assert!(matches!(objects.read(&name, PIECE).await, Err(ObjectFault::Missing)));
            written(objects, &name, &all).await.unwrap();
            assert!(read(objects, &name).await.unwrap() == all, "{length}");
            objects.remove(&name).await.unwrap();
            assert!(matches!(objects.read(&name, PIECE).await, Err(ObjectFault::Missing)));
            objects.remove(&name).await.unwrap();
        }
    }
    assert_eq!(server.names(), Vec::<String>::new());
    assert!(server.calls().iter().all(|call| call.target.starts_with("/papers")));
}

#[tokio::test]
async fn a_small_object_goes_in_one_call_and_a_large_one_in_parts() {
    let (server, objects) = bucket();
    let puts = || {
        let calls = server.calls();
        calls.iter().filter(|call| call.method != "GET").map(|call| call.method.clone()).collect::<Vec<_>>()
    };
    written(&objects, "0a", &bytes(PART - 1)).await.unwrap();
    assert_eq!(puts(), ["PUT"]);
    // Two parts, each as many pieces as reach the least that a part may be, and what is left.
    let length = 2 * PART + 3 * PIECE;
    written(&objects, "0b", &bytes(length)).await.unwrap();
    assert_eq!(puts(), ["POST", "PUT", "PUT", "PUT", "POST"]);
    assert_eq!(server.names(), ["hub/one/0a", "hub/one/0b"]);
    assert_eq!(server.object("hub/one/0b").unwrap().len(), length);
}

#[tokio::test]
async fn what_breaks_off_leaves_nothing() {
    let (server, objects) = bucket();
    let begun = async |name: &str| {
        let mut writer = objects.write(name).await.unwrap();
        for piece in bytes(PART + PIECE).chunks(PIECE) {
            writer.put(piece.to_vec()).await.unwrap();
        }
        writer
    };
    // Dropped: the upload is ended.
    let writer = begun("0a").await;
    assert_eq!(server.names(), ["hub/one/0a?upload-1"]);
    drop(writer);
    until_empty(&server).await;

    // The hub dies: nobody ends it but whoever deletes the object, which was none yet. Another's goes on.
    std::mem::forget(begun("0a").await);
    let other = begun("0a1").await;
    assert!(matches!(objects.read("0a", PIECE).await, Err(ObjectFault::Missing)));
    objects.remove("0a").await.unwrap();
    assert_eq!(server.names(), ["hub/one/0a1?upload-3"]);
    other.complete().await.unwrap();
    assert_eq!(read(&objects, "0a1").await.unwrap().len(), PART + PIECE);

    // A future that is dropped in the middle of a call.
    server.is(Mood::Slow(Duration::from_millis(300)));
    let mut writer = objects.write("0c").await.unwrap();
    let all = bytes(PART + PIECE);
    let going = async {
        for piece in all.chunks(PIECE) {
            writer.put(piece.to_vec()).await.unwrap();
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(450), going).await.is_err());
    drop(writer);
    server.is(Mood::Well);
    objects.remove("0a1").await.unwrap();
    let began = Instant::now();
    while !server.names().is_empty() {
        // As the rounds do: what is begun behind a look is found by the next.
        objects.remove("0c").await.unwrap();
        assert!(began.elapsed() < SOON, "{:?}", server.names());
    }
}
