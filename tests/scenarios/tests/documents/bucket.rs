//! A bucket that is down, elsewhere, slow or not ours: what is asked is refused, nothing is half done, and everything
//! else of the hub goes on.

use std::time::{Duration, Instant};

use sangam_kit::bucket::{Mood, Opens, S3Server};
use sangam_kit::database::Database;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::house::{House, Kept, MARKER, SOON, WHY, http, opens, pdf};
use crate::places::empty;

const PDF: &str = "application/pdf";
/// More than goes in one part, and an end.
const LENGTH: usize = 8_000_000;

impl House {
    /// What a download comes to that may break off: the status, and the bytes where they came to their end.
    async fn tried(&self, document: &str) -> (u16, Option<Vec<u8>>) {
        let request = http().get(format!("{}/documents/{document}", self.origin()));
        let request = request.bearer_auth(self.holder.token().unwrap()).header("sangam-purpose", WHY);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.bytes().await.ok().map(|bytes| bytes.to_vec()))
    }

    /// How many entries of the journal are of a kind.
    async fn count(&self, kind: &str) -> usize {
        self.entries().await.iter().filter(|entry| *entry == kind).count()
    }
}

sangam_kit::both_databases! {
    template = empty;

    /// What goes to the bucket is signed ciphertext under the prefix. It goes down in the middle of an upload: that is
    /// refused, its address stays good, and what was begun there goes.
    async fn a_bucket_that_goes_down_in_the_middle_takes_nothing(database: Database) {
        let house = House::in_bucket(&database).await;
        let body = pdf(LENGTH);
        let prepared = house.prepare(None, "OTHER").await;
        let mut going = house.upload_begun(&prepared.upload, LENGTH).await;
        going.write_all(&body[..6_000_000]).await.unwrap();
        house.until("it is being written", |objects| !objects.is_empty()).await;
        house.server().is(Mood::Down);
        going.write_all(&body[6_000_000..]).await.unwrap();
        let mut said = vec![0; 4096];
        let count = tokio::time::timeout(SOON, going.read(&mut said)).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&said[..count]).into_owned();
        assert!(said.starts_with("HTTP/1.1 503") && said.contains("UNAVAILABLE"), "{said}");
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);
        assert_eq!(house.count("DOCUMENT_STORED").await, 0);
        assert!(!house.lies_open(MARKER), "half of it lies sealed too");

        house.server().is(Mood::Well);
        assert_eq!(house.put(&house.holder, &prepared.upload, PDF, body.clone()).await.status, 201);
        assert!(house.get(&house.holder, &prepared.id).await.body == body);
        house.run("UPDATE object_due SET due_at = 1").await;
        house.until("what was begun is ended", |objects| objects.len() == 1 && !objects[0].contains('?')).await;
        assert!(!house.lies_open(MARKER));
        let calls = house.server().calls();
        assert!(calls.iter().all(|call| call.status != 403), "every call was verified: {calls:?}");
        let objects = calls.iter().filter(|call| !call.target.contains("uploads="));
        assert!(objects.clone().count() > 4 && objects.clone().all(|call| call.target.starts_with("/papers/hub/one/")));
    }

    /// A download of what the bucket does not hand out, or not whole, is refused or breaks off; no disclosure is written
    /// down of what was not begun. Meanwhile the hub is ready and answers everything else.
    async fn what_a_bucket_does_not_hand_out_is_not_handed_out(database: Database) {
        let house = House::in_bucket(&database).await;
        let other = S3Server::start(opens());
        let body = pdf(1_000_000);
        let own = house.referral[0].clone();
        let document = house.stored(Some(&own), "HOME_INVESTIGATION_REPORT", body.clone()).await;
        for mood in [
            Mood::Down,
            Mood::Failing,
            Mood::Elsewhere(format!("http://{}/papers/hub/one/x", other.address)),
            Mood::Slow(Duration::from_secs(60)),
        ] {
            house.server().is(mood.clone());
            let (began, disclosed) = (Instant::now(), house.count("DISCLOSED").await);
            let told = house.get(&house.holder, &document).await;
            assert_eq!((told.status, told.code().as_str()), (503, "UNAVAILABLE"), "{mood:?}");
            assert!(began.elapsed() < Duration::from_secs(10), "{mood:?}: {:?}", began.elapsed());
            assert_eq!(house.count("DISCLOSED").await, disclosed, "what was not begun is not written down");
            // Everything else goes on.
            assert_eq!(house.documents(&house.holder, &own).await.len(), 1);
            let ready = http().get(format!("{}/health/ready", house.origin())).send().await.unwrap();
            assert_eq!(ready.status().as_u16(), 200);
        }
        assert_eq!(other.calls(), Vec::new());

        // Cut off, again and again or for good: never taken for whole.
        for mood in [Mood::Breaking, Mood::Short] {
            house.server().is(mood.clone());
            let (status, came) = house.tried(&document).await;
            assert!(status == 503 || came.is_none(), "{mood:?}: {status}");
        }
        // Cut off once, it is asked for from there.
        house.server().is(Mood::BreakingOnce);
        let (status, came) = house.tried(&document).await;
        assert!(status == 200 && came.is_some_and(|came| came == body));

        // What cannot be deleted is deleted later.
        house.server().is(Mood::Failing);
        assert_eq!(house.remove(&house.holder, &document).await, json!("DocumentRemoved"));
        assert_eq!(house.get(&house.holder, &document).await.status, 404);
        house.server().is(Mood::Well);
        house.until("the ciphertext is deleted", |objects| objects.is_empty()).await;
    }

    /// The key is of another bucket's: the hub says so when it starts, takes no document, and does everything else. Its
    /// calls go past whatever proxy the environment names.
    async fn a_wrong_secret_is_told_at_the_start_and_takes_nothing(database: Database) {
        let proxy = S3Server::start(opens());
        let at = format!("http://{}", proxy.address);
        let variables = [("http_proxy", at.as_str()), ("HTTP_PROXY", &at), ("ALL_PROXY", &at), ("AWS_ENDPOINT_URL", &at)];
        let other = S3Server::start(Opens { secret: "another".into(), ..opens() });
        let mut house = House::open(&database, Kept::Bucket(other), &variables).await;
        house.process.wait_for_line("refuses the hub's key", SOON);
        let prepared = house.prepare(None, "OTHER").await;
        for length in [1_000, LENGTH] {
            let told = house.put(&house.holder, &prepared.upload, PDF, pdf(length)).await;
            assert_eq!((told.status, told.code().as_str()), (503, "UNAVAILABLE"));
        }
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);
        assert_eq!(house.documents(&house.holder, &house.subject).await, Vec::<serde_json::Value>::new());
        assert_eq!(house.objects(), Vec::<String>::new());
        let output = house.process.output();
        assert!(!output.contains(&opens().secret) && !output.contains(&opens().key_id), "{output}");
        assert_eq!(proxy.calls(), Vec::new());
        let calls = house.server().calls();
        assert!(calls.len() > 2 && calls.iter().all(|call| call.status == 403), "{calls:?}");
    }
}
