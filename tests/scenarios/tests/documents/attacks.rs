//! What must not go up, each with what may.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{http, pdf, told};
use crate::places::both_places;

/// Sends a body, says that no more comes, and reads what is said to it.
async fn said(mut stream: TcpStream, body: Vec<u8>) -> String {
    stream.write_all(&body).await.unwrap();
    if !body.is_empty() {
        stream.shutdown().await.unwrap();
    }
    let mut said = vec![0; 4096];
    let count = tokio::time::timeout(crate::house::SOON, stream.read(&mut said)).await.unwrap().unwrap_or(0);
    String::from_utf8_lossy(&said[..count]).into_owned()
}

const PDF: &str = "application/pdf";
const TEN_MIB: usize = 10 * 1024 * 1024;

both_places! {
    async fn an_upload_is_what_was_signed_for_once_and_of_a_known_type(house: House) {
        let own = house.referral[0].clone();

        // Who does not hold the case prepares nothing: neither a helper nor a stranger, nor on a referral that is not so.
        let id = house.documents(&house.holder, &own).await;
        assert!(id.is_empty());
        for client in [&house.helper, &house.stranger] {
            let told = house.prepared_by(client, &house.subject, None, "OTHER").await;
            assert_ne!(told["__typename"], json!("DocumentPrepared"), "{told}");
        }
        let odd = house.prepared_by(&house.holder, &house.subject, Some(&house.referral[1]), "OTHER").await;
        assert_ne!(odd["__typename"], json!("DocumentPrepared"), "{odd}");

        // Another type than it says, a type that is not taken, none at all.
        let prepared = house.prepare(Some(&own), "ORDER").await;
        let polyglot = [b"<html><script>alert(1)</script>".as_slice(), &pdf(100)].concat();
        let jpeg = b"\xff\xd8\xff\xe0 not a pdf".to_vec();
        for (media, body) in [
            (PDF, polyglot.clone()),
            (PDF, jpeg.clone()),
            (PDF, b"PK\x03\x04 a zip".to_vec()),
            (PDF, b"%P".to_vec()),
            (PDF, Vec::new()),
            ("text/html", polyglot),
            ("image/svg+xml", b"<svg onload='x'/>".to_vec()),
            ("application/pdf; charset=utf-8", pdf(100)),
        ] {
            let told = house.put(&house.holder, &prepared.upload, media, body).await;
            assert_eq!((told.status, told.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{media}");
        }
        house.until("nothing that was refused stays", |objects| objects.is_empty()).await;

        // Too long: announced, and found out on the way.
        let began = house.upload_begun(&prepared.upload, TEN_MIB + 1).await;
        assert!(said(began, Vec::new()).await.starts_with("HTTP/1.1 413"), "before a byte of it was sent");
        // A body that ends before its announced length is none.
        let began = house.upload_begun(&prepared.upload, 200_000).await;
        assert!(!said(began, pdf(100_000)).await.starts_with("HTTP/1.1 201"));
        house.until("nothing that was too long stays", |objects| objects.is_empty()).await;

        // Another's signature, another document's, another end, no signature; from another organization.
        let other = house.prepare(Some(&own), "ORDER").await;
        let pass = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let (until, signature) = pass(&prepared.upload).split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let later = until.parse::<i64>().unwrap() + 1;
        for path in [
            format!("/documents/{}/{}", prepared.id, pass(&other.upload)),
            format!("/documents/{}/{later}.{signature}", prepared.id),
            format!("/documents/{}/{until}.{}", prepared.id, "0".repeat(64)),
            format!("/documents/{}/{until}.", prepared.id),
            format!("/documents/{}/+{until}.{signature}", prepared.id),
            format!("/documents/..%2f..%2fetc/{until}.{signature}"),
            format!("/documents/{}%00/{until}.{signature}", prepared.id),
        ] {
            let told = house.put(&house.holder, &path, PDF, pdf(100)).await;
            assert_eq!((told.status, told.code().as_str()), (404, "NOT_FOUND"), "{path}");
        }
        for client in [&house.helper, &house.stranger] {
            assert_eq!(house.put(client, &prepared.upload, PDF, pdf(100)).await.status, 404);
        }
        let address = format!("{}{}", house.origin(), prepared.upload);
        let nobody = told(http().put(&address).header("content-type", PDF).body(pdf(100))).await;
        assert_eq!(nobody.status, 401);
        let posted = http().post(&address).bearer_auth(house.holder.token().unwrap()).header("content-type", PDF);
        assert_eq!(told(posted.body(pdf(100))).await.status, 405);
        assert!(house.objects().is_empty(), "{:?}", house.objects());

        // The control: as it was signed for, up to the last byte that may be. And once.
        let told = house.put(&house.holder, &prepared.upload, PDF, pdf(TEN_MIB)).await;
        assert_eq!(told.status, 201, "{}", told.code());
        assert_eq!(house.get(&house.holder, &prepared.id).await.body.len(), TEN_MIB);
        let again = house.put(&house.holder, &prepared.upload, PDF, pdf(100)).await;
        assert_eq!((again.status, again.code().as_str()), (409, "DOCUMENT_STORED_ALREADY"));
        assert_eq!(house.get(&house.holder, &prepared.id).await.body.len(), TEN_MIB, "the first one stays");

        // What is over is over.
        house.run("UPDATE document SET until_at = 1 WHERE state = 'AWAITED'").await;
        assert_eq!(house.put(&house.holder, &other.upload, PDF, pdf(100)).await.status, 404);
        assert_eq!(house.objects().len(), 1);
    }

    /// Two uploads to one address at once: one is the document, the other is nothing.
    async fn of_two_uploads_at_once_one_is_the_document(house: House) {
        let prepared = house.prepare(None, "OTHER").await;
        let (one, other) = (pdf(300_000), pdf(400_000));
        let (first, second) = tokio::join!(
            house.put(&house.holder, &prepared.upload, PDF, one.clone()),
            house.put(&house.holder, &prepared.upload, PDF, other.clone()),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let read = house.get(&house.holder, &prepared.id).await;
        assert_eq!(read.body, if first.status == 201 { one } else { other });
        house.run("UPDATE object_due SET due_at = 1").await;
        house.until("the other's bytes are deleted", |objects| objects.len() == 1).await;
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 200);
    }
}
