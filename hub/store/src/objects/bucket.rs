//! An S3 bucket as a place of objects: its client, which follows no redirect, uses no proxy of the environment and asks
//! nobody for another key; and what a hub that died had begun to write there, which only its list of unfinished uploads
//! tells. How an object is written is in `bucket/writer.rs`.

mod writer;

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AwsAuthorizer};
use object_store::client::{HttpClient, HttpConnector, HttpRequestBody};
use object_store::multipart::MultipartStore as _;
use object_store::path::Path as ObjectPath;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::{CALL, ObjectFault, fault, timed};

pub(super) use writer::BucketWriter;

/// To reach the bucket's server at all.
const CONNECT: Duration = Duration::from_secs(3);
/// How often a call is tried again where the server was not reached or says that it is its own fault.
const AGAIN: usize = 2;
/// The first pause before that, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// For how long an object that is being read is asked for again where the line to the bucket broke: as long as the door
/// lets a download take. Each try is under [`CALL`].
const READ: Duration = Duration::from_secs(600);
/// How many unfinished uploads of one object are looked at: its name is drawn for one upload, and that is begun a second
/// time only where the first answer was lost.
const UNFINISHED: usize = 100;
/// The longest answer with that many of them, in bytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// How a bucket is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    /// The bucket is the first part of the path: what one's own servers expect.
    Path,
    /// The bucket is the first label of the host.
    VirtualHosted,
}

/// A bucket and the key to it.
#[derive(Debug, Clone)]
pub struct BucketSettings {
    /// The service, as an origin without a path.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region that calls are signed for.
    pub region: String,
    /// What the names of the objects begin with, without a `/` at either end; empty for nothing.
    pub prefix: String,
    /// How the bucket is addressed.
    pub addressing: Addressing,
    /// The id of the key: visible ASCII.
    pub key_id: SecretString,
    /// The secret of the key.
    pub secret: SecretString,
    /// Who vouches for the server beside the machine's own authorities, as PEM.
    pub authority: Option<Vec<u8>>,
}

impl BucketSettings {
    /// Where the bucket is.
    fn address(&self) -> String {
        let endpoint = self.endpoint.trim_end_matches('/');
        match (self.addressing, endpoint.split_once("://")) {
            (Addressing::VirtualHosted, Some((scheme, host))) => format!("{scheme}://{}.{host}", self.bucket),
            _ => format!("{endpoint}/{}", self.bucket),
        }
    }
}

/// Hands the client to the interface, whose own would read the environment's proxies and follow redirects.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

fn client(settings: &BucketSettings) -> Option<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .https_only(settings.endpoint.starts_with("https://"))
        .http1_only()
        .connect_timeout(CONNECT)
        .user_agent("sangam");
    let builder = match &settings.authority {
        Some(pem) => {
            let named = reqwest::Certificate::from_pem_bundle(pem).ok().filter(|named| !named.is_empty())?;
            builder.tls_certs_merge(named)
        }
        None => builder,
    };
    builder.build().ok()
}

/// A bucket.
pub(super) struct Bucket {
    store: AmazonS3,
    client: reqwest::Client,
    address: String,
    region: String,
    prefix: String,
}

impl Bucket {
    pub(super) fn new(settings: &BucketSettings) -> Result<Self, ObjectFault> {
        let client = client(settings).ok_or(ObjectFault::Settings)?;
        let endpoint = match settings.addressing {
            Addressing::Path => settings.endpoint.clone(),
            // Here the interface takes the bucket's own address.
            Addressing::VirtualHosted => settings.address(),
        };
        let (init_backoff, max_backoff) = PAUSES;
        let retry = RetryConfig {
            backoff: BackoffConfig { init_backoff, max_backoff, base: 2. },
            max_retries: AGAIN,
            retry_timeout: READ,
        };
        let store = AmazonS3Builder::new()
            .with_http_connector(Connector(client.clone()))
            .with_endpoint(endpoint)
            .with_virtual_hosted_style_request(settings.addressing == Addressing::VirtualHosted)
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(settings.key_id.expose_secret())
            .with_secret_access_key(settings.secret.expose_secret())
            // One object at a time: not every server knows how to delete many.
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .build()
            // Its text may hold what it was given.
            .map_err(|_| ObjectFault::Settings)?;
        let (region, prefix) = (settings.region.clone(), settings.prefix.clone());
        Ok(Self { store, client, address: settings.address(), region, prefix })
    }

    pub(super) fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::new(self.store.clone())
    }

    pub(super) fn path(&self, name: &str) -> ObjectPath {
        if self.prefix.is_empty() {
            ObjectPath::from(name)
        } else {
            ObjectPath::from(format!("{}/{name}", self.prefix))
        }
    }

    /// Ends what was begun of an object and never completed.
    pub(super) async fn remove_unfinished(&self, path: &ObjectPath) -> Result<(), ObjectFault> {
        for id in self.unfinished(path).await? {
            match timed(self.store.abort_multipart(path, &id)).await {
                Ok(()) | Err(ObjectFault::Missing) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// The uploads of an object that were begun and not completed (`ListMultipartUploads`, which the interface has not).
    ///
    /// # Errors
    /// [`ObjectFault`]; [`ObjectFault::Missing`] when there is no bucket.
    pub(super) async fn unfinished(&self, path: &ObjectPath) -> Result<Vec<String>, ObjectFault> {
        timeout(CALL, self.listed(path)).await.unwrap_or(Err(ObjectFault::Late))
    }

    async fn listed(&self, path: &ObjectPath) -> Result<Vec<String>, ObjectFault> {
        let prefix = path.as_ref().replace('/', "%2F");
        let address = format!("{}?max-uploads={UNFINISHED}&prefix={prefix}&uploads=", self.address);
        let request = http::Request::get(&address).body(HttpRequestBody::empty());
        let mut request = request.map_err(|_| ObjectFault::Settings)?;
        let key = self.store.credentials().get_credential().await.map_err(|error| fault(&error))?;
        let signed = AwsAuthorizer::new(&key, "s3", &self.region).try_authorize(&mut request, None);
        signed.map_err(|error| fault(&error))?;
        let called = self.client.get(&address).headers(request.headers().clone()).send().await;
        let mut response = called.map_err(|_| ObjectFault::Unavailable)?;
        match response.status().as_u16() {
            200 => {}
            401 | 403 => return Err(ObjectFault::Refused),
            404 => return Err(ObjectFault::Missing),
            _ => return Err(ObjectFault::Unavailable),
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| ObjectFault::Unavailable)? {
            if body.len() + piece.len() > ANSWER_BYTES {
                return Err(ObjectFault::Unavailable);
            }
            body.extend_from_slice(&piece);
        }
        let text = String::from_utf8(body).map_err(|_| ObjectFault::Unavailable)?;
        read(&text, path.as_ref()).ok_or(ObjectFault::Unavailable)
    }
}

/// The ids of an object's uploads in the answer; `None` when it is none. Names of objects are hexadecimal digits under a
/// plain prefix, so nothing in them is escaped.
fn read(answer: &str, path: &str) -> Option<Vec<String>> {
    fn within<'a>(text: &'a str, element: &str) -> Option<&'a str> {
        let (_, rest) = text.split_once(&format!("<{element}>"))?;
        Some(rest.split_once(&format!("</{element}>"))?.0)
    }
    if !answer.contains("<ListMultipartUploadsResult") {
        return None;
    }
    let mut ids = Vec::new();
    for upload in answer.split("<Upload>").skip(1) {
        let (upload, _) = upload.split_once("</Upload>")?;
        if within(upload, "Key")? == path {
            ids.push(within(upload, "UploadId")?.to_owned());
        }
    }
    Some(ids)
}

#[cfg(test)]
mod tests {
    use super::{Addressing, Bucket, BucketSettings, read};

    fn settings(addressing: Addressing, prefix: &str) -> BucketSettings {
        BucketSettings {
            endpoint: "https://objects.example.org:9000".to_owned(),
            bucket: "papers".to_owned(),
            region: "here".to_owned(),
            prefix: prefix.to_owned(),
            addressing,
            key_id: "ID".into(),
            secret: "marker 7".into(),
            authority: None,
        }
    }

    #[test]
    fn a_bucket_is_a_path_or_a_host() {
        assert_eq!(settings(Addressing::Path, "").address(), "https://objects.example.org:9000/papers");
        let hosted = settings(Addressing::VirtualHosted, "");
        assert_eq!(hosted.address(), "https://papers.objects.example.org:9000");
        assert!(!format!("{hosted:?}").contains("marker 7"));
    }

    #[test]
    fn a_prefix_stands_before_the_name() {
        let path = |prefix| Bucket::new(&settings(Addressing::Path, prefix)).unwrap().path("0a1b").to_string();
        assert_eq!((path("").as_str(), path("hub/one").as_str()), ("0a1b", "hub/one/0a1b"));
    }

    #[test]
    fn uploads_of_other_objects_and_broken_answers_are_not_read() {
        let upload = |key: &str, id: &str| format!("<Upload><Key>{key}</Key><UploadId>{id}</UploadId></Upload>");
        let all =
            |inner: String| format!("<ListMultipartUploadsResult xmlns=\"x\">{inner}</ListMultipartUploadsResult>");
        let answer = all([upload("p/0a", "one"), upload("p/0a1", "other"), upload("p/0a", "two")].concat());
        assert_eq!(read(&answer, "p/0a").unwrap(), ["one", "two"]);
        assert_eq!(read(&all(String::new()), "p/0a").unwrap(), Vec::<String>::new());
        for broken in ["", "<html>", "<Error><Code>x</Code></Error>"] {
            assert_eq!(read(broken, "p/0a"), None, "{broken}");
        }
        let cut = answer.split_at(answer.len() - 60).0;
        assert_eq!(read(cut, "p/0a"), None);
    }
}
