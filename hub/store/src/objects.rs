//! Objects: sealed documents in a folder or in an S3 bucket. What lies there is ciphertext under random names; which
//! object is whose document's, and which are to be deleted, the database says. object_store lives and dies here.
//!
//! What a folder has of its own is in `objects/folder.rs`, what a bucket has in `objects/bucket.rs`.

mod bucket;
mod folder;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};
use thiserror::Error;
use tokio::time::timeout;

pub use bucket::{Addressing, BucketSettings};
use bucket::{Bucket, BucketWriter};
use folder::FolderWriter;

/// How long one call may take, its second tries among them, and the next bytes of an object: under the ten seconds that
/// the door gives an operation, so that it is the place of the objects that is named as late.
const CALL: Duration = Duration::from_secs(8);

/// How slowly bytes may go to the place at the least: with less, a whole document takes longer than the door gives an
/// upload. 64 KiB a second, half a megabit.
const SLOWEST: u64 = 64 * 1024;

/// The folder or the bucket does not do what it should. The texts name no object.
#[derive(Debug, Error)]
pub enum ObjectFault {
    /// There is no such object, or no such bucket.
    #[error("the object, or the bucket that it should be in, is not there")]
    Missing,
    /// The folder cannot be used.
    #[error("the folder of documents: {0}")]
    Folder(std::io::ErrorKind),
    /// The bucket's settings make no client.
    #[error("the bucket of documents: no client can be made of its address, its authority and its key")]
    Settings,
    /// The bucket does not take the hub's key.
    #[error("the bucket of documents refuses the hub's key; look at the key, the region and what the key may do")]
    Refused,
    /// No answer came in time.
    #[error("the objects did not answer in time")]
    Late,
    /// The objects cannot be reached.
    #[error("the objects do not answer, or not as they should")]
    Unavailable,
}

/// What an error comes to. Its text may hold a path or an address; its kind is enough for whoever reads the log.
fn fault(error: &object_store::Error) -> ObjectFault {
    match error {
        object_store::Error::NotFound { .. } => ObjectFault::Missing,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            ObjectFault::Refused
        }
        _ => ObjectFault::Unavailable,
    }
}

/// Waits for one call, and not for long.
async fn timed<T>(call: impl Future<Output = object_store::Result<T>> + Send) -> Result<T, ObjectFault> {
    sent(0, call).await
}

/// Waits for a call that carries so many bytes, and for as long as they may take on a slow line.
async fn sent<T>(bytes: usize, call: impl Future<Output = object_store::Result<T>> + Send) -> Result<T, ObjectFault> {
    let carried = Duration::from_secs(u64::try_from(bytes).unwrap_or(u64::MAX) / SLOWEST);
    timeout(CALL.saturating_add(carried), call).await.map_err(|_| ObjectFault::Late)?.map_err(|error| fault(&error))
}

/// Where the objects are.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Bucket(Arc<Bucket>),
}

impl Objects {
    /// Objects in a folder, which is made, for its owner alone, where it is not there.
    ///
    /// # Errors
    /// [`ObjectFault::Folder`] when it cannot be made or others may enter it.
    pub fn in_folder(folder: &Path) -> Result<Self, ObjectFault> {
        let (store, folder) = folder::open(folder)?;
        Ok(Self { store: Arc::new(store), place: Place::Folder(folder) })
    }

    /// Objects in a bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`ObjectFault::Settings`] when no client can be made of the settings.
    pub fn in_bucket(settings: &BucketSettings) -> Result<Self, ObjectFault> {
        let bucket = Bucket::new(settings)?;
        Ok(Self { store: bucket.store(), place: Place::Bucket(Arc::new(bucket)) })
    }

    fn path(&self, name: &str) -> ObjectPath {
        match &self.place {
            Place::Folder(_) => ObjectPath::from(name),
            Place::Bucket(bucket) => bucket.path(name),
        }
    }

    /// Asks whether the place answers and takes the hub's key, without an object.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn answer(&self) -> Result<(), ObjectFault> {
        match &self.place {
            Place::Folder(folder) => {
                tokio::fs::metadata(folder).await.map(drop).map_err(|error| ObjectFault::Folder(error.kind()))
            }
            Place::Bucket(bucket) => bucket.unfinished(&bucket.path("answer")).await.map(drop),
        }
    }

    /// Begins to write an object. Until it is complete nothing can be read under its name, and dropped before, what was
    /// written is taken away.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn write(&self, name: &str) -> Result<ObjectWriter, ObjectFault> {
        let path = self.path(name);
        Ok(ObjectWriter(match &self.place {
            Place::Folder(folder) => {
                let upload = timed(self.store.put_multipart(&path)).await?;
                Writing::Folder(FolderWriter::new(upload, folder.join(name)))
            }
            Place::Bucket(_) => Writing::Bucket(BucketWriter::new(Arc::clone(&self.store), path)),
        }))
    }

    /// Begins to read an object in pieces of `piece` bytes, the last of which may be shorter.
    ///
    /// # Errors
    /// [`ObjectFault::Missing`]; anything else when the place does not answer.
    pub async fn read(&self, name: &str, piece: usize) -> Result<ObjectReader, ObjectFault> {
        let found = timed(self.store.get(&self.path(name))).await?;
        Ok(ObjectReader { stream: found.into_stream(), rest: Vec::new(), piece, ended: false })
    }

    /// Deletes an object and whatever was written of it. One that is not there is deleted.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn remove(&self, name: &str) -> Result<(), ObjectFault> {
        let path = self.path(name);
        // First the object: it goes also where its unfinished uploads may not be looked for, and that fault keeps it due.
        match timed(self.store.delete(&path)).await {
            Ok(()) | Err(ObjectFault::Missing) => {}
            Err(fault) => return Err(fault),
        }
        match &self.place {
            Place::Folder(folder) => folder::remove_unfinished(folder, name).await,
            Place::Bucket(bucket) => bucket.remove_unfinished(&path).await,
        }
    }
}

/// Writes one object.
pub struct ObjectWriter(Writing);

enum Writing {
    Folder(FolderWriter),
    Bucket(BucketWriter),
}

impl ObjectWriter {
    /// Writes what comes next.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn put(&mut self, piece: Vec<u8>) -> Result<(), ObjectFault> {
        match &mut self.0 {
            Writing::Folder(writer) => writer.put(piece).await,
            Writing::Bucket(writer) => writer.put(piece).await,
        }
    }

    /// Completes the object: it is whole and durable when this is ready.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn complete(self) -> Result<(), ObjectFault> {
        match self.0 {
            Writing::Folder(writer) => writer.complete().await,
            Writing::Bucket(writer) => writer.complete().await,
        }
    }
}

/// Reads one object, piece by piece.
pub struct ObjectReader {
    stream: BoxStream<'static, object_store::Result<bytes::Bytes>>,
    rest: Vec<u8>,
    piece: usize,
    ended: bool,
}

impl ObjectReader {
    /// The next piece, and whether it is the last; `None` after it.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn next(&mut self) -> Result<Option<(Vec<u8>, bool)>, ObjectFault> {
        while !self.ended && self.rest.len() <= self.piece {
            match timeout(CALL, self.stream.next()).await.map_err(|_| ObjectFault::Late)? {
                Some(bytes) => self.rest.extend_from_slice(&bytes.map_err(|error| fault(&error))?),
                None => self.ended = true,
            }
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        if self.rest.len() > self.piece {
            let rest = self.rest.split_off(self.piece);
            return Ok(Some((std::mem::replace(&mut self.rest, rest), false)));
        }
        Ok(Some((std::mem::take(&mut self.rest), true)))
    }
}
