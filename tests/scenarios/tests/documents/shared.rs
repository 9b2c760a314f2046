//! A paper goes up, lies there sealed, and comes down to whom it may.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::house::{HELPER, Kept, MARKER, holds, jpeg, pdf, png};
use crate::places::both_places;

both_places! {
    /// The holder stores a home investigation report on a referral; she who helps reads it while the person agrees, and
    /// nobody else; what lies on disk says nothing; what was removed is gone for everybody.
    async fn a_paper_is_stored_shared_withdrawn_and_removed(house: House) {
        let [own, theirs] = &house.referral;
        let paper = pdf(200_000);

        // Prepared, it exists for nobody.
        let prepared = house.prepare(Some(own), "HOME_INVESTIGATION_REPORT").await;
        assert_eq!(house.documents(&house.holder, own).await, Vec::<serde_json::Value>::new());
        assert_eq!(house.document(&house.holder, &prepared.id).await, json!(null));
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);

        let stored = house.put(&house.holder, &prepared.upload, "application/pdf", paper.clone()).await;
        assert_eq!((stored.status, stored.body.as_slice()), (201, &b""[..]), "{}", stored.code());

        // Where it lies: one object under a drawn name, in a folder its owner's alone, and not a word of it.
        let objects = house.objects();
        assert_eq!(objects.len(), 1, "{objects:?}");
        if let Kept::Folder = house.kept {
            let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&house.shelf()), mode(&house.shelf().join(&objects[0]))), (0o700, 0o600));
        }
        assert!(!house.lies_open(MARKER));
        let name = objects[0].rsplit('/').next().unwrap();
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");

        // The holder reads it back, byte by byte; and that is the control of the marker.
        let read = house.get(&house.holder, &prepared.id).await;
        assert_eq!((read.status, read.body.len()), (200, paper.len()));
        assert!(read.body == paper && holds(&read.body, MARKER));
        assert_eq!(read.header("content-type"), "application/pdf");
        assert_eq!(read.header("content-disposition"), "attachment");
        assert_eq!(read.header("x-content-type-options"), "nosniff");
        assert!(read.header("content-security-policy").ends_with("sandbox"));
        assert_eq!(read.header("cache-control"), "no-store");

        // The helper finds it by another id, and reads it.
        let found = house.documents(&house.helper, theirs).await;
        assert_eq!(found.len(), 1);
        let (id, row) = (found[0]["id"].as_str().unwrap(), &found[0]);
        assert_ne!(id, prepared.id);
        assert_eq!(row["documents"], json!({ "papers": ["HOME_INVESTIGATION_REPORT"] }));
        assert_eq!(row["referral"], json!(theirs));
        let shared = house.get(&house.helper, id).await;
        assert!(shared.status == 200 && shared.body == paper);
        let receipt = shared.header("sangam-receipt").to_owned();
        let seen = house.disclosures().await;
        let entry = seen.iter().find(|entry| entry["id"] == json!(receipt)).unwrap();
        assert_eq!((&entry["recipient"]["name"], &entry["categories"]), (&json!(HELPER), &json!(["DOCUMENTS"])));

        // For another purpose law has it, and to who has no seat it does not exist: all alike.
        let nothing = house.get(&house.helper, "doc_00000000000000000000000000000000").await;
        assert_eq!((nothing.status, nothing.code().as_str()), (404, "NOT_FOUND"));
        for told in [
            house.get_for(&house.helper, id, Some("SERVICE_REFERRAL")).await,
            house.get(&house.stranger, id).await,
            house.get(&house.stranger, &prepared.id).await,
            house.get(&house.helper, &prepared.id).await,
        ] {
            assert_eq!((told.status, &told.body), (404, &nothing.body));
        }
        assert_eq!(house.get_for(&house.helper, id, None).await.code(), "PURPOSE_REQUIRED");

        // She takes her consent back: the row is there, and says nothing; its bytes are as if they were not.
        house.withdraw().await;
        let after = house.documents(&house.helper, theirs).await;
        assert!(after.iter().all(|row| row["documents"].is_null()), "{after:?}");
        let told = house.get(&house.helper, id).await;
        assert_eq!((told.status, &told.body), (404, &nothing.body));
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 200, "the holder holds it");

        // Only the holder removes it; then nobody has it, and its ciphertext goes.
        assert_eq!(house.remove(&house.stranger, &prepared.id).await, json!("NotFound"));
        assert_ne!(house.remove(&house.helper, id).await, json!("DocumentRemoved"));
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 200);
        assert_eq!(house.remove(&house.holder, &prepared.id).await, json!("DocumentRemoved"));
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);
        assert_eq!(house.documents(&house.holder, own).await, Vec::<serde_json::Value>::new());
        let entries = house.entries().await;
        for kind in ["DOCUMENT_STORED", "DOCUMENT_REMOVED"] {
            assert_eq!(entries.iter().filter(|entry| *entry == kind).count(), 1, "{kind}: {entries:?}");
        }
        house.until("the ciphertext is deleted", |objects| objects.is_empty()).await;
    }

    /// A medical report is a paper and about her health, an order a court matter: who may not see that, for want of her
    /// consent or by law, is not handed it as a paper. A paper on the person's own record is not the referral's.
    async fn a_paper_shows_only_where_all_that_it_is_shows(house: House) {
        let [own, theirs] = &house.referral;
        for paper in ["MEDICAL_REPORT", "HOME_INVESTIGATION_REPORT"] {
            house.stored(Some(own), paper, pdf(1_000)).await;
        }
        let order = house.stored(Some(own), "ORDER", pdf(1_000)).await;
        let private = house.stored(None, "OTHER", pdf(1_000)).await;

        let found = house.documents(&house.helper, theirs).await;
        assert_eq!(found.len(), 3, "{found:?}");
        for row in &found {
            let told = house.get(&house.helper, row["id"].as_str().unwrap()).await;
            let is_report = row["documents"]["papers"] == json!(["HOME_INVESTIGATION_REPORT"]);
            assert_eq!(told.status, if is_report { 200 } else { 404 }, "{row}");
        }
        assert_eq!(house.get(&house.holder, &order).await.status, 200);
        let kept = house.documents(&house.holder, &house.subject).await;
        assert_eq!(kept.len(), 1);
        assert_eq!((&kept[0]["id"], &kept[0]["referral"]), (&json!(private), &json!(null)));

        // A photograph is an image and no paper. Law gives it to tracing only, whatever she agreed to.
        let photograph = house.prepare(Some(own), "PHOTOGRAPH").await;
        let png = png(&[(b"IDAT", MARKER)]);
        assert_eq!(house.put(&house.holder, &photograph.upload, "application/pdf", pdf(1_000)).await.status, 415);
        assert_eq!(house.put(&house.holder, &photograph.upload, "image/png", png.clone()).await.status, 201);
        let shown = house.get(&house.holder, &photograph.id).await;
        assert!(shown.body == png && shown.header("content-type") == "image/png");
        let row = house.documents(&house.helper, theirs).await[0].clone();
        assert_eq!((&row["image"], &row["documents"]), (&json!(null), &json!(null)));
        assert_eq!(house.get(&house.helper, row["id"].as_str().unwrap()).await.status, 404);
        assert!(!house.lies_open(MARKER));

        // Locked, nothing about her leaves: her holder is told so, and for the helper there is nothing.
        let locked = house.holder.ask("mutation { lockOrganization { __typename } }", json!({})).await.complete();
        assert_eq!(locked.at("/lockOrganization/__typename"), "SubjectsLocked");
        let told = house.get(&house.holder, &order).await;
        assert_eq!((told.status, told.code().as_str()), (403, "LOCKED"));
        for row in &found {
            assert_eq!(house.get(&house.helper, row["id"].as_str().unwrap()).await.status, 404);
        }
    }

    /// What a camera writes beside a picture, and what else hangs on a file, is stored for nobody; the picture is, as it
    /// was. A file that only begins like a picture, or has no end, is none.
    async fn what_a_camera_writes_into_a_picture_does_not_travel(house: House) {
        const PLACE: &[u8] = b"22.8456N 89.5403E";
        let exif = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0", PLACE].concat();
        let (plain_png, plain_jpeg) = (png(&[(b"IDAT", MARKER)]), jpeg(&[]));
        let noted = png(&[(b"tEXt", PLACE), (b"IDAT", MARKER), (b"eXIf", PLACE)]);
        let taken = jpeg(&[(0xe1, &exif), (0xfe, PLACE), (0xed, PLACE)]);
        for (media, sent, plain) in [("image/png", noted, plain_png), ("image/jpeg", taken, plain_jpeg)] {
            let prepared = house.prepare(None, "PHOTOGRAPH").await;
            let cut = sent.split_at(sent.len() - 3).0.to_vec();
            for odd in [cut, [&sent[..8], MARKER].concat()] {
                let told = house.put(&house.holder, &prepared.upload, media, odd).await;
                assert_eq!((told.status, told.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{media}");
            }
            let sent = [sent, PLACE.to_vec()].concat();
            assert!(holds(&sent, PLACE));
            assert_eq!(house.put(&house.holder, &prepared.upload, media, sent).await.status, 201, "{media}");
            let shown = house.get(&house.holder, &prepared.id).await;
            assert_eq!((shown.status, shown.body.as_slice()), (200, plain.as_slice()), "{media}");
            assert_eq!(shown.header("content-length"), plain.len().to_string());
        }
        // A paper is what its writer made it.
        let paper = [pdf(100), PLACE.to_vec()].concat();
        let stored = house.stored(None, "OTHER", paper.clone()).await;
        assert_eq!(house.get(&house.holder, &stored).await.body, paper);
    }
}
