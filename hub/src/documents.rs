//! Documents as the door sees them: the desk's, in the door's words; and the rounds that delete what belongs to nobody.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use sangam_desk::Desk;
use sangam_door::{DocumentFault, Documents, Download, Upload, UploadSent};
use sangam_language::Caller;
use sangam_vocabulary::Purpose;
use tokio_util::sync::CancellationToken;

/// How often what belongs to nobody is deleted: nobody waits for it, and a round without work is one question.
const LOOK: Duration = Duration::from_secs(15);

/// The desk's documents behind the door.
pub(crate) struct Shelf(pub(crate) Arc<Desk>);

struct Going(sangam_desk::Upload);

impl Upload for Going {
    fn take<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), DocumentFault>> {
        Box::pin(async move { self.0.take(bytes).await.map_err(told) })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), DocumentFault>> {
        Box::pin(async move { self.0.end().await.map_err(told) })
    }
}

impl Documents for Shelf {
    fn upload<'a>(
        &'a self,
        caller: &'a Caller,
        sent: UploadSent<'a>,
    ) -> BoxFuture<'a, Result<Box<dyn Upload>, DocumentFault>> {
        Box::pin(async move {
            let begun = Arc::clone(&self.0).begin_upload(caller, (sent.document, sent.pass), sent.media).await;
            begun.map(|upload| Box::new(Going(upload)) as Box<dyn Upload>).map_err(told)
        })
    }

    fn download<'a>(
        &'a self,
        caller: Caller,
        purpose: Option<Purpose>,
        document: &'a str,
    ) -> BoxFuture<'a, Result<Download, DocumentFault>> {
        Box::pin(async move {
            let begun = Arc::clone(&self.0).begin_download(caller, purpose, document).await.map_err(told)?;
            let (media, size, receipt) = (begun.media.clone(), begun.size, begun.receipt.clone());
            let pieces = stream::unfold(Some(begun), |download| async move {
                let mut download = download?;
                match download.next().await {
                    Ok(Some(piece)) => Some((Ok(Bytes::from(piece)), Some(download))),
                    Ok(None) => None,
                    Err(fault) => Some((Err(told(fault)), None)),
                }
            });
            Ok(Download { media, size, receipt, pieces: pieces.boxed() })
        })
    }
}

fn told(fault: sangam_desk::DocumentFault) -> DocumentFault {
    match fault {
        sangam_desk::DocumentFault::NotHere => DocumentFault::NotHere,
        sangam_desk::DocumentFault::Stored => DocumentFault::Stored,
        sangam_desk::DocumentFault::Expired => DocumentFault::Expired,
        sangam_desk::DocumentFault::OtherType => DocumentFault::OtherType,
        sangam_desk::DocumentFault::Refused(code) => DocumentFault::Refused(code),
    }
}

/// Goes the rounds until asked to stop. Dropped at any await, the next round, or another process, does what is left. A
/// place that does not answer when the hub starts is told at once, and not only to the first who uploads.
pub(crate) async fn rounds(desk: &Desk, stop: &CancellationToken) {
    if let Err(fault) = desk.look_at_documents().await {
        tracing::error!(error = %fault, "the place of documents does not answer as it should: what is removed may stay there, and documents may be neither stored nor read");
    }
    loop {
        let round = async {
            if let Err(fault) = desk.sweep_documents().await {
                tracing::warn!(error = %fault, "a round of deleting stopped; the next one goes on");
            }
            tokio::time::sleep(LOOK).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}
