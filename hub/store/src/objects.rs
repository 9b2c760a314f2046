//! Objects: sealed documents in a folder. What lies there is ciphertext under random names; which object is whose
//! document's, and which are to be deleted, the database says. object_store lives and dies here.

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};
use thiserror::Error;

/// The folder is its owner's alone: who cannot enter it reads none of its files, those being written among them.
const FOLDER_MODE: u32 = 0o700;
/// So is each file.
const FILE_MODE: u32 = 0o600;
/// What the interface appends to the name of a file that is being written. Names here are drawn, so it is the first.
const STAGED: &str = "#1";

/// The folder does not do what it should. The texts name no object.
#[derive(Debug, Error)]
pub enum ObjectFault {
    /// There is no such object.
    #[error("the object is not there")]
    Missing,
    /// The folder cannot be used.
    #[error("the folder of documents: {0}")]
    Folder(std::io::ErrorKind),
    /// The objects cannot be reached.
    #[error("the objects do not answer")]
    Unavailable,
}

fn unavailable(error: object_store::Error) -> ObjectFault {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return ObjectFault::Missing;
    }
    // Its text may hold a path; its kind is enough for the log.
    tracing::error!("an object could not be read or written");
    ObjectFault::Unavailable
}

/// Where the objects are.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Objects {
    /// Objects in a folder, which is made, for its owner alone, where it is not there.
    ///
    /// # Errors
    /// [`ObjectFault::Folder`] when it cannot be made or others may enter it.
    pub fn in_folder(folder: &Path) -> Result<Self, ObjectFault> {
        let fault = |error: std::io::Error| ObjectFault::Folder(error.kind());
        std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(fault)?;
        let mode = std::fs::metadata(folder).map_err(fault)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(ObjectFault::Folder(std::io::ErrorKind::PermissionDenied));
        }
        let folder = folder.canonicalize().map_err(fault)?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(unavailable)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder })
    }

    /// Begins to write an object. Until it is complete nothing can be read under its name, and dropped before, what was
    /// written is taken away.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn write(&self, name: &str) -> Result<ObjectWriter, ObjectFault> {
        let upload = self.store.put_multipart(&ObjectPath::from(name)).await.map_err(unavailable)?;
        Ok(ObjectWriter { upload, file: self.folder.join(name) })
    }

    /// Begins to read an object in pieces of `piece` bytes, the last of which may be shorter.
    ///
    /// # Errors
    /// [`ObjectFault::Missing`]; [`ObjectFault::Unavailable`].
    pub async fn read(&self, name: &str, piece: usize) -> Result<ObjectReader, ObjectFault> {
        let found = self.store.get(&ObjectPath::from(name)).await.map_err(unavailable)?;
        Ok(ObjectReader { stream: found.into_stream(), rest: Vec::new(), piece, ended: false })
    }

    /// Deletes an object and whatever was written of it. One that is not there is deleted.
    ///
    /// # Errors
    /// [`ObjectFault::Unavailable`].
    pub async fn remove(&self, name: &str) -> Result<(), ObjectFault> {
        let staged = self.folder.join(format!("{name}{STAGED}"));
        match tokio::fs::remove_file(staged).await {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ObjectFault::Folder(error.kind())),
        }
        match self.store.delete(&ObjectPath::from(name)).await.map_err(unavailable) {
            Err(ObjectFault::Missing) => Ok(()),
            removed => removed,
        }
    }
}

/// Writes one object.
pub struct ObjectWriter {
    upload: Box<dyn MultipartUpload>,
    file: PathBuf,
}

impl ObjectWriter {
    /// Writes what comes next.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn put(&mut self, piece: Vec<u8>) -> Result<(), ObjectFault> {
        self.upload.put_part(PutPayload::from(piece)).await.map_err(unavailable)
    }

    /// Completes the object: it is whole and durable when this is ready.
    ///
    /// # Errors
    /// [`ObjectFault`].
    pub async fn complete(mut self) -> Result<(), ObjectFault> {
        self.upload.complete().await.map_err(unavailable)?;
        let mode = std::fs::Permissions::from_mode(FILE_MODE);
        tokio::fs::set_permissions(&self.file, mode).await.map_err(|error| ObjectFault::Folder(error.kind()))
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
            match self.stream.next().await {
                Some(bytes) => self.rest.extend_from_slice(&bytes.map_err(unavailable)?),
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
