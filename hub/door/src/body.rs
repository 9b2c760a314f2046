//! A request's body, read under a limit of bytes and of time. The limit holds for what arrives, whatever
//! `Content-Length` says or does not say.

use std::pin::pin;
use std::time::Duration;

use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, Limited};
use poem::Body;

use crate::refusal::{DoorCode, Refusal};
use sangam_language::ErrorCode;

/// Reads a body to its end.
///
/// # Errors
/// 413 beyond the bytes, at once when `Content-Length` already says so; 408 beyond the time; 400 when the
/// body breaks off.
pub(crate) async fn read(headers: &HeaderMap, body: Body, bytes: usize, time: Duration) -> Result<Vec<u8>, Refusal> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let limit = u64::try_from(bytes).unwrap_or(u64::MAX);
    if announced.is_some_and(|length| length > limit) {
        return Err(Refusal::of(DoorCode::LimitBody));
    }
    let whole = tokio::time::timeout(time, collect(body, bytes)).await;
    whole.unwrap_or(Err(Refusal::of(DoorCode::BodyTimeout)))
}

async fn collect(body: Body, bytes: usize) -> Result<Vec<u8>, Refusal> {
    let inner: http_body_util::combinators::BoxBody<_, _> = body.into();
    let mut limited = pin!(Limited::new(inner, bytes));
    let mut whole = Vec::new();
    while let Some(frame) = limited.frame().await {
        match frame {
            Ok(frame) => {
                if let Some(data) = frame.data_ref() {
                    whole.extend_from_slice(data);
                }
            }
            Err(fault) if fault.is::<http_body_util::LengthLimitError>() => {
                return Err(Refusal::of(DoorCode::LimitBody));
            }
            Err(_) => return Err(Refusal::language(ErrorCode::BadRequest)),
        }
    }
    Ok(whole)
}
