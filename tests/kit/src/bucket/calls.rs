//! What the server does when it is asked: the few calls of S3 that a keeper of objects needs.

use std::collections::BTreeMap;

use aws_lc_rs::digest;

use super::signature::{hex, verified};
use super::talk::{Answer, Request};
use super::{Kept, Mood, Parts, Shared};

/// The least that a part may be, but the last (Amazon S3, "Multipart upload limits").
const PART_BYTES: usize = 5 * 1024 * 1024;
/// When everything was last changed; nobody here asks when.
const CHANGED: &str = "Thu, 26 Nov 2026 10:00:00 GMT";

fn error(status: u16, code: &str) -> Answer {
    Answer::of(status).saying(format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>"))
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex(digest::digest(&digest::SHA256, bytes).as_ref().get(..16).unwrap_or_default()))
}

impl Shared {
    pub(super) fn answered(&self, request: &Request) -> Answer {
        if let Err(code) = verified(request, &self.opens) {
            return error(403, code);
        }
        let path = request.path().trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        if bucket != self.opens.bucket {
            return error(404, "NoSuchBucket");
        }
        let mut kept = self.kept();
        let (upload, part) = (request.parameter("uploadId"), request.parameter("partNumber"));
        let begins = request.parameter("uploads").is_some();
        match (request.method.as_str(), key, upload, part) {
            ("GET", "", None, None) if begins => kept.unfinished(&request.parameter("prefix").unwrap_or_default()),
            ("POST", key, None, None) if begins && !key.is_empty() => kept.begun(key),
            ("PUT", key, Some(upload), Some(part)) => kept.part(key, &upload, &part, &request.body),
            ("POST", key, Some(upload), None) => kept.completed(key, &upload, &request.body),
            ("DELETE", key, Some(upload), None) => kept.ended(key, &upload),
            ("PUT", key, None, None) if !key.is_empty() => {
                kept.objects.insert(key.to_owned(), request.body.clone());
                Answer::of(200).with("etag", tag(&request.body))
            }
            ("GET", key, None, None) if !key.is_empty() => kept.read(key, request.header("range")),
            ("DELETE", key, None, None) if !key.is_empty() => {
                kept.objects.remove(key);
                Answer::of(204)
            }
            _ => error(400, "InvalidRequest"),
        }
    }
}

impl Kept {
    fn unfinished(&self, prefix: &str) -> Answer {
        let uploads = self.uploads.iter().filter(|(_, upload)| upload.key.starts_with(prefix));
        let listed: String = uploads
            .map(|(id, upload)| format!("<Upload><Key>{}</Key><UploadId>{id}</UploadId></Upload>", upload.key))
            .collect();
        Answer::of(200).saying(format!(
            "<?xml version=\"1.0\"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>{listed}</ListMultipartUploadsResult>"
        ))
    }

    fn begun(&mut self, key: &str) -> Answer {
        self.begun += 1;
        let id = format!("upload-{}", self.begun);
        self.uploads.insert(id.clone(), Parts { key: key.to_owned(), parts: BTreeMap::new() });
        Answer::of(200).saying(format!(
            "<InitiateMultipartUploadResult><Key>{key}</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
        ))
    }

    fn upload(&mut self, key: &str, id: &str) -> Option<&mut Parts> {
        self.uploads.get_mut(id).filter(|upload| upload.key == key)
    }

    fn part(&mut self, key: &str, id: &str, number: &str, body: &[u8]) -> Answer {
        let (Some(upload), Ok(number)) = (self.upload(key, id), number.parse()) else {
            return error(404, "NoSuchUpload");
        };
        upload.parts.insert(number, body.to_vec());
        Answer::of(200).with("etag", tag(body))
    }

    fn completed(&mut self, key: &str, id: &str, body: &[u8]) -> Answer {
        let Some(upload) = self.upload(key, id) else { return error(404, "NoSuchUpload") };
        let named = String::from_utf8_lossy(body).replace("&quot;", "\"");
        let tags: Vec<&str> =
            named.split("<ETag>").skip(1).filter_map(|rest| Some(rest.split_once("</ETag>")?.0)).collect();
        let there: Vec<String> = upload.parts.values().map(|part| tag(part)).collect();
        if tags != there {
            return error(400, "InvalidPart");
        }
        let mut parts: Vec<&Vec<u8>> = upload.parts.values().collect();
        let _last = parts.pop();
        if parts.iter().any(|part| part.len() < PART_BYTES) {
            return error(400, "EntityTooSmall");
        }
        let whole: Vec<u8> = upload.parts.values().flatten().copied().collect();
        let told = tag(&whole);
        self.uploads.remove(id);
        self.objects.insert(key.to_owned(), whole);
        Answer::of(200).saying(format!(
            "<CompleteMultipartUploadResult><Key>{key}</Key><ETag>{}</ETag></CompleteMultipartUploadResult>",
            told.replace('"', "&quot;")
        ))
    }

    fn ended(&mut self, key: &str, id: &str) -> Answer {
        if self.upload(key, id).is_none() {
            return error(404, "NoSuchUpload");
        }
        self.uploads.remove(id);
        Answer::of(204)
    }

    fn read(&mut self, key: &str, range: Option<&str>) -> Answer {
        let Some(object) = self.objects.get(key) else { return error(404, "NoSuchKey") };
        let told = tag(object);
        let length = object.len() - usize::from(self.mood == Mood::Short && !object.is_empty());
        let asked = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
        let asked = asked.and_then(|(from, to)| Some((from.parse().ok()?, to.parse::<usize>().ok()? + 1)));
        let (from, to) = asked.unwrap_or((0, length));
        let Some(body) = object.get(from..to.min(length)) else { return error(416, "InvalidRange") };
        let mut answer = Answer::of(if range.is_some() { 206 } else { 200 })
            .with("etag", told)
            .with("last-modified", CHANGED)
            .saying(body);
        if range.is_some() {
            let last = from + answer.body.len().saturating_sub(1);
            answer = answer.with("content-range", format!("bytes {from}-{last}/{length}"));
        }
        if matches!(self.mood, Mood::Breaking | Mood::BreakingOnce) {
            answer.sent = Some(answer.body.len() / 2);
        }
        if self.mood == Mood::BreakingOnce {
            self.mood = Mood::Well;
        }
        answer
    }
}
