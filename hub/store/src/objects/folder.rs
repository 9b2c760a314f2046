//! A folder as a place of objects: its owner's alone, and so is each file.

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use object_store::local::LocalFileSystem;
use object_store::{MultipartUpload, PutPayload};

use super::{ObjectFault, fault, timed};

/// The folder is its owner's alone: who cannot enter it reads none of its files, those being written among them.
const FOLDER_MODE: u32 = 0o700;
/// So is each file.
const FILE_MODE: u32 = 0o600;
/// What the interface appends to the name of a file that is being written. Names here are drawn, so it is the first.
const STAGED: &str = "#1";

/// Opens a folder, which is made where it is not there; and its path in full.
pub(super) fn open(folder: &Path) -> Result<(LocalFileSystem, PathBuf), ObjectFault> {
    let unusable = |error: std::io::Error| ObjectFault::Folder(error.kind());
    std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(unusable)?;
    let mode = std::fs::metadata(folder).map_err(unusable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(ObjectFault::Folder(std::io::ErrorKind::PermissionDenied));
    }
    let folder = folder.canonicalize().map_err(unusable)?;
    let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| fault(&error))?.with_fsync(true);
    Ok((store, folder))
}

/// Takes away what a process that died had written of an object.
pub(super) async fn remove_unfinished(folder: &Path, name: &str) -> Result<(), ObjectFault> {
    match tokio::fs::remove_file(folder.join(format!("{name}{STAGED}"))).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ObjectFault::Folder(error.kind())),
        _ => Ok(()),
    }
}

/// Writes one file. Dropped before it is complete, what was written is taken away by the interface.
pub(super) struct FolderWriter {
    upload: Box<dyn MultipartUpload>,
    file: PathBuf,
}

impl FolderWriter {
    pub(super) fn new(upload: Box<dyn MultipartUpload>, file: PathBuf) -> Self {
        Self { upload, file }
    }

    pub(super) async fn put(&mut self, piece: Vec<u8>) -> Result<(), ObjectFault> {
        timed(self.upload.put_part(PutPayload::from(piece))).await
    }

    pub(super) async fn complete(mut self) -> Result<(), ObjectFault> {
        timed(self.upload.complete()).await?;
        let mode = std::fs::Permissions::from_mode(FILE_MODE);
        tokio::fs::set_permissions(&self.file, mode).await.map_err(|error| ObjectFault::Folder(error.kind()))
    }
}
