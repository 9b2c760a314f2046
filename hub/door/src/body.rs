//! A request's body, read under a limit of bytes and of time. The limit holds for what arrives, whatever
//! `Content-Length` says or does not say.

use std::time::Duration;

use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Bytes};
use poem::Body;

use crate::limits::{LET_GO_BYTES, LET_GO_TIME};
use crate::refusal::{DoorCode, Refusal};
use sangam_language::ErrorCode;

/// Reads a body to its end. What is longer than it may be is read on for a moment and let go of: a client that is still
/// sending when the connection closes sees that it broke, and not why.
///
/// # Errors
/// 413 beyond the bytes, at once when `Content-Length` says more than anybody waits for; 408 beyond the time; 400 when the
/// body breaks off.
pub(crate) async fn read(headers: &HeaderMap, body: Body, bytes: usize, time: Duration) -> Result<Vec<u8>, Refusal> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > bytes.max(LET_GO_BYTES)) {
        return Err(Refusal::of(DoorCode::LimitBody));
    }
    let mut body: http_body_util::combinators::BoxBody<_, _> = body.into();
    let whole = match announced {
        Some(length) if length > bytes => Err(Refusal::of(DoorCode::LimitBody)),
        _ => tokio::time::timeout(time, collect(&mut body, bytes))
            .await
            .unwrap_or(Err(Refusal::of(DoorCode::BodyTimeout))),
    };
    if whole.as_ref().is_err_and(|refusal| *refusal == Refusal::of(DoorCode::LimitBody)) {
        // Whether it came to an end, broke off or took too long: the answer is the same.
        let _ = tokio::time::timeout(LET_GO_TIME, let_go(&mut body)).await;
    }
    whole
}

async fn collect<B>(body: &mut B, bytes: usize) -> Result<Vec<u8>, Refusal>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::language(ErrorCode::BadRequest))?;
        let Some(data) = frame.data_ref() else { continue };
        if whole.len() + data.len() > bytes {
            return Err(Refusal::of(DoorCode::LimitBody));
        }
        whole.extend_from_slice(data);
    }
    Ok(whole)
}

/// Reads on without keeping anything.
async fn let_go<B>(body: &mut B)
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    let mut left = LET_GO_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            return;
        }
    }
}
