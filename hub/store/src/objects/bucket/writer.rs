//! Writing one object into a bucket: a small one in one call, a larger one in parts that are put together at the end. In
//! memory is one part of it at most, and all of it is ciphertext.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path as ObjectPath;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};
use tokio::runtime::Handle;

use crate::objects::{ObjectFault, sent, timed};

/// The least that a part may be, but the last (Amazon S3, "Multipart upload limits"). 5 MiB.
const PART: usize = 5 * 1024 * 1024;

/// Writes one object. Dropped before it is complete, the upload is ended; where that fails too, or the hub dies, the
/// round that deletes what belongs to nobody finds it.
pub(in crate::objects) struct BucketWriter {
    store: Arc<dyn ObjectStore>,
    path: ObjectPath,
    waiting: Vec<Bytes>,
    length: usize,
    /// Begun with the first part.
    upload: Option<Box<dyn MultipartUpload>>,
}

impl BucketWriter {
    pub(in crate::objects) fn new(store: Arc<dyn ObjectStore>, path: ObjectPath) -> Self {
        Self { store, path, waiting: Vec::new(), length: 0, upload: None }
    }

    pub(in crate::objects) async fn put(&mut self, piece: Vec<u8>) -> Result<(), ObjectFault> {
        self.length = self.length.saturating_add(piece.len());
        self.waiting.push(Bytes::from(piece));
        if self.length < PART {
            return Ok(());
        }
        if self.upload.is_none() {
            self.upload = Some(timed(self.store.put_multipart(&self.path)).await?);
        }
        self.put_waiting().await
    }

    fn taken(&mut self) -> PutPayload {
        self.length = 0;
        std::mem::take(&mut self.waiting).into_iter().collect()
    }

    async fn put_waiting(&mut self) -> Result<(), ObjectFault> {
        let bytes = self.length;
        let payload = self.taken();
        match &mut self.upload {
            Some(upload) => sent(bytes, upload.put_part(payload)).await,
            None => sent(bytes, self.store.put(&self.path, payload)).await.map(drop),
        }
    }

    pub(in crate::objects) async fn complete(mut self) -> Result<(), ObjectFault> {
        if self.upload.is_none() || self.length > 0 {
            self.put_waiting().await?;
        }
        if let Some(upload) = &mut self.upload {
            timed(upload.complete()).await?;
            self.upload = None;
        }
        Ok(())
    }
}

impl Drop for BucketWriter {
    fn drop(&mut self) {
        let Some(mut upload) = self.upload.take() else { return };
        // Without a runtime the process ends, and what is left is found when it is due.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { drop(timed(upload.abort()).await) });
        }
    }
}
