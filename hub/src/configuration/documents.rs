//! `[documents]`: where sealed documents lie. In a folder, or in an S3 bucket; not in both.

use std::path::PathBuf;

use sangam_store::{Addressing, BucketSettings, ObjectFault, Objects, Place};
use sangam_wire::secret::Secret;

use super::Reader;
use super::addresses::Over;

/// The keys of `[documents]`.
pub(super) const KEYS: &[&str] = &[
    "folder",
    "bucket",
    "region",
    "endpoint",
    "addressing",
    "prefix",
    "key_id",
    "key_id_file",
    "secret",
    "secret_file",
    "authority",
];

/// What the folder of documents is called where none is named.
pub(crate) const DOCUMENTS: &str = "documents";

/// The longest prefix of objects' names: far under the 1024 bytes that S3 gives a name.
const PREFIX_BYTES: usize = 256;

/// Where documents lie.
#[derive(Debug, Clone)]
pub(crate) enum DocumentPlace {
    /// In a folder; it is made when the hub starts.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(BucketSettings),
}

impl DocumentPlace {
    /// Opens it. A bucket is asked nothing yet: the hub starts while it is down.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub(crate) fn open(&self) -> Result<Objects, ObjectFault> {
        match self {
            Self::Folder(folder) => Objects::in_folder(folder),
            Self::Bucket(settings) => Objects::in_bucket(settings),
        }
    }
}

/// Whether a bucket may be called so (Amazon S3, "General purpose bucket naming rules").
fn names_a_bucket(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [text.bytes().next(), text.bytes().last()].into_iter().all(|byte| byte.is_some_and(plain));
    (3..=63).contains(&text.len())
        && ends
        && !text.contains("..")
        && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'.')
}

fn is_a_region(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Parts of letters, digits, `-` and `_`, so that nothing in a name is ever escaped.
fn is_a_prefix(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.is_empty()
        || (text.len() <= PREFIX_BYTES && text.split('/').all(|part| !part.is_empty() && part.bytes().all(plain)))
}

impl Reader<'_> {
    /// The place of documents: one that is named, or a folder beside a store that is a file. `None` when it has faults;
    /// within, `None` where there is no place.
    pub(super) fn documents(&mut self, store: Option<&Place>, sandbox: bool) -> Option<Option<DocumentPlace>> {
        let in_folder = self.get("documents", "folder").is_some();
        let in_bucket = KEYS.iter().any(|key| *key != "folder" && self.get("documents", key).is_some());
        match (in_folder, in_bucket) {
            (true, true) => {
                let line = self.table_line("documents");
                self.fault(line, "documents", "give either `folder` or `bucket` with what belongs to it, not both");
                None
            }
            (true, false) => {
                let (folder, _) = self.text("documents", "folder", None)?;
                Some(Some(DocumentPlace::Folder(self.base.join(folder))))
            }
            (false, true) => self.bucket(sandbox).map(|settings| Some(DocumentPlace::Bucket(settings))),
            (false, false) => Some(match store {
                Some(Place::Sqlite(file)) => file.parent().map(|beside| DocumentPlace::Folder(beside.join(DOCUMENTS))),
                _ => None,
            }),
        }
    }

    fn bucket(&mut self, sandbox: bool) -> Option<BucketSettings> {
        // Every part is read before any is missed, so that all faults are found.
        let bucket =
            self.spelt("bucket", None, names_a_bucket, "must be a bucket's name: 3 to 63 of a-z, 0-9, `-` and `.`");
        let region = self.spelt("region", None, is_a_region, "must be a region, as in `ap-south-1`");
        let prefix = self.spelt(
            "prefix",
            Some(""),
            is_a_prefix,
            "must be parts of letters, digits, `-` and `_` with `/` between them, as in `hub/documents`",
        );
        let endpoint = self.endpoint();
        let addressing = self.addressing();
        let key_id = self.key("key_id", sandbox);
        let secret = self.key("secret", sandbox);
        let authority = match self.get("documents", "authority") {
            Some(_) => self.vouching().map(Some),
            None => Some(None),
        };
        let (bucket, addressing) = (bucket?, addressing?);
        if addressing == Addressing::VirtualHosted && bucket.contains('.') {
            let line = self.table_line("documents");
            self.fault(line, "documents.bucket", "must be without `.` where it is a part of the host's name");
            return None;
        }
        // Put before an address of this machine, the bucket's name makes an address that may lie anywhere, in clear.
        let clear = endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        if addressing == Addressing::VirtualHosted && clear {
            let line = self.table_line("documents");
            self.fault(line, "documents.endpoint", "must be `https` where the bucket is a part of the host's name");
            return None;
        }
        Some(BucketSettings {
            endpoint: endpoint?,
            bucket,
            region: region?,
            prefix: prefix?,
            addressing,
            key_id: key_id?.into_inner(),
            secret: secret?.into_inner(),
            authority: authority?,
        })
    }

    fn spelt(&mut self, key: &str, or: Option<&str>, is: fn(&str) -> bool, what: &str) -> Option<String> {
        let (text, line) = self.text("documents", key, or)?;
        if !is(&text) {
            self.fault(line, &format!("documents.{key}"), what);
            return None;
        }
        Some(text)
    }

    /// The service. What lies there is ciphertext, and its names and the signed calls are not for others to read.
    fn endpoint(&mut self) -> Option<String> {
        let (endpoint, over, line) = self.origin("documents", "endpoint")?;
        if over == Over::Open {
            self.fault(line, "documents.endpoint", "must be `https`, or a server on this machine");
            return None;
        }
        Some(endpoint)
    }

    fn addressing(&mut self) -> Option<Addressing> {
        let (word, line) = self.text("documents", "addressing", Some("path"))?;
        let known = [("path", Addressing::Path), ("virtual-hosted", Addressing::VirtualHosted)];
        let read = known.into_iter().find(|(known, _)| *known == word);
        if read.is_none() {
            self.fault(line, "documents.addressing", "must be `path` or `virtual-hosted`");
        }
        read.map(|(_, addressing)| addressing)
    }

    /// A part of the key. It goes into a header, and must fit there.
    fn key(&mut self, key: &str, sandbox: bool) -> Option<Secret> {
        let secret = self.secret("documents", key, sandbox)?;
        if !secret.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            let line = self.table_line("documents");
            self.fault(line, &format!("documents.{key}"), "must be visible ASCII without spaces");
            return None;
        }
        Some(secret)
    }

    fn vouching(&mut self) -> Option<Vec<u8>> {
        let pem = self.authority("documents")?;
        if !reqwest::Certificate::from_pem_bundle(&pem).is_ok_and(|read| !read.is_empty()) {
            let line = self.table_line("documents");
            self.fault(line, "documents.authority", "must be a certificate in PEM");
            return None;
        }
        Some(pem)
    }
}
