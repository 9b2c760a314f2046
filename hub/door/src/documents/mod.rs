//! `/documents`: the bytes of documents. `PUT` to the address that `prepareDocument` gave, `GET` by a document's id.
//!
//! The order is from cheap to dear, as for GraphQL: method, caller, pace, purpose, a turn, the hub's judgement, and only
//! then the body, as it comes and piece by piece. Nothing of a document is ever whole in memory.

mod port;
mod turns;

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use poem::{Body, Endpoint, Request, Response, Result};
use sangam_language::{Caller, ErrorCode};
use tokio::time::{Instant, timeout, timeout_at};

pub use port::{DocumentFault, Documents, Download, Upload, UploadSent};
pub(crate) use turns::{DocumentTurn, DocumentTurns};

use crate::authorization::{self, Shown};
use crate::connection::{Held, Moving};
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::signin::visitor;
use crate::{purpose, respond};

/// It is handed to whoever saves it, and shown by no browser: no name of anybody's, no page, no script.
const DISPOSITION: HeaderValue = HeaderValue::from_static("attachment");
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
/// The header that a download's receipt comes in.
const RECEIPT: &str = "sangam-receipt";

impl From<DocumentFault> for Refusal {
    fn from(fault: DocumentFault) -> Self {
        match fault {
            DocumentFault::NotHere => Self::of(DoorCode::NotFound),
            DocumentFault::Stored => Self::of(DoorCode::DocumentStored),
            DocumentFault::Expired => Self::of(DoorCode::UploadExpired),
            DocumentFault::OtherType => Self::of(DoorCode::UnsupportedMediaType),
            DocumentFault::Refused(code) => Self::language(code),
        }
    }
}

/// The endpoint of `/documents/:document/:pass`.
pub(crate) struct UploadRoom(pub(crate) Arc<Door>);

impl Endpoint for UploadRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match uploaded(&self.0, request).await {
            Ok(()) => respond::plain(StatusCode::CREATED, "text/plain; charset=utf-8", Vec::new()),
            Err(refusal) => refused(&self.0, &refusal),
        })
    }
}

/// The endpoint of `/documents/:document`.
pub(crate) struct DownloadRoom(pub(crate) Arc<Door>);

impl Endpoint for DownloadRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match downloaded(&self.0, request).await {
            Ok(response) => response,
            Err(refusal) => refused(&self.0, &refusal),
        })
    }
}

fn refused(door: &Door, refusal: &Refusal) -> Response {
    door.metrics.refused(refusal.code);
    respond::refusal(refusal)
}

/// Who asks, at a pace that it may, and its turn.
async fn admitted(door: &Door, request: &Request) -> std::result::Result<(Caller, DocumentTurn), Refusal> {
    let held = request.data::<Held>().cloned().ok_or_else(Refusal::internal)?;
    let caller = match visitor::caller(door, request).await? {
        Some(person) => person,
        None => {
            let shown = Shown::of(request.headers(), request.method(), request.uri().path())?;
            authorization::caller(door, shown, &held).await?
        }
    };
    if !door.pace.client(&caller) {
        return Err(Refusal::of(DoorCode::RateLimited));
    }
    let turn = door.documents.take(caller.party().organization);
    let turn = turn.ok_or_else(|| Refusal::language(ErrorCode::TooBusy))?;
    Ok((caller, turn))
}

fn documents(door: &Door) -> std::result::Result<&dyn Documents, Refusal> {
    door.hub.documents().ok_or_else(|| Refusal::of(DoorCode::NotFound))
}

async fn uploaded(door: &Door, request: Request) -> std::result::Result<(), Refusal> {
    let documents = documents(door)?;
    if request.method() != Method::PUT {
        return Err(Refusal::method("PUT"));
    }
    let (caller, _turn) = admitted(door, &request).await?;
    let limits = &door.limits.document;
    let media = announced(request.headers(), limits.document_bytes)?;
    let (document, pass) = request.path_params::<(String, String)>().map_err(|_| Refusal::of(DoorCode::NotFound))?;
    let moving = request.data::<Moving>().cloned().ok_or_else(Refusal::internal)?;
    let sent = UploadSent { document: &document, pass: &pass, media: &media };
    let begun = timeout(door.limits.request.operation_time, documents.upload(&caller, sent));
    let mut upload = begun.await.map_err(|_| Refusal::language(ErrorCode::TimedOut))??;
    let (_, body) = request.into_parts();
    let ends = Instant::now() + limits.upload_time;
    let taken = timeout_at(ends, taken(&mut *upload, body, limits.document_bytes, limits.piece_time, &moving));
    taken.await.unwrap_or(Err(Refusal::of(DoorCode::BodyTimeout)))?;
    let ended = timeout(door.limits.request.operation_time, upload.end());
    ended.await.map_err(|_| Refusal::language(ErrorCode::TimedOut))??;
    Ok(())
}

/// The media type that is announced, and a length that is not too long where one is.
fn announced(headers: &HeaderMap, most: u64) -> std::result::Result<String, Refusal> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::of(DoorCode::UnsupportedMediaType));
    }
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let media = match (given.next(), given.next()) {
        (Some(media), None) => media.to_str().ok().map(str::to_owned),
        _ => None,
    };
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(Refusal::of(DoorCode::LimitBody));
    }
    media.ok_or_else(|| Refusal::of(DoorCode::UnsupportedMediaType))
}

/// Hands a body on as it comes, under a limit of bytes, whatever was announced, and of the time between its pieces.
async fn taken(
    upload: &mut dyn Upload,
    body: Body,
    most: u64,
    wait: std::time::Duration,
    moving: &Moving,
) -> std::result::Result<(), Refusal> {
    let body: http_body_util::combinators::BoxBody<_, _> = body.into();
    let mut body = pin!(body);
    let mut length = 0_u64;
    while let Some(frame) = timeout(wait, body.frame()).await.map_err(|_| Refusal::of(DoorCode::BodyTimeout))? {
        // A body that is shorter than it was announced breaks off here.
        let frame = frame.map_err(|_| Refusal::language(ErrorCode::BadRequest))?;
        let Some(bytes) = frame.data_ref() else { continue };
        length = length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if length > most {
            return Err(Refusal::of(DoorCode::LimitBody));
        }
        moving.moved();
        upload.take(bytes).await?;
    }
    Ok(())
}

async fn downloaded(door: &Door, request: Request) -> std::result::Result<Response, Refusal> {
    let documents = documents(door)?;
    if request.method() != Method::GET {
        return Err(Refusal::method("GET"));
    }
    let (caller, turn) = admitted(door, &request).await?;
    let purpose = purpose::of_headers(request.headers())?;
    let document = request.path_params::<String>().map_err(|_| Refusal::of(DoorCode::NotFound))?;
    let moving = request.data::<Moving>().cloned().ok_or_else(Refusal::internal)?;
    let begun = timeout(door.limits.request.operation_time, documents.download(caller, purpose, &document));
    let Download { media, size, receipt, pieces } =
        begun.await.map_err(|_| Refusal::language(ErrorCode::TimedOut))??;
    let ends = Instant::now() + door.limits.document.download_time;
    let body = Body::from_bytes_stream(handed(pieces, moving, turn, ends));
    let mut response = Response::builder().status(StatusCode::OK).content_type(media).body(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(header::CONTENT_DISPOSITION, DISPOSITION);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    if let Ok(receipt) = HeaderValue::from_str(&receipt) {
        headers.insert(RECEIPT, receipt);
    }
    Ok(response)
}

/// What a download is made of: its pieces, in its turn and within its time. One that breaks off ends the connection, so
/// that nobody takes what came for the whole.
fn handed(
    pieces: BoxStream<'static, Result<Bytes, DocumentFault>>,
    moving: Moving,
    turn: DocumentTurn,
    ends: Instant,
) -> BoxStream<'static, std::io::Result<Bytes>> {
    let state = Some((pieces, moving, turn));
    stream::unfold(state, move |state| async move {
        let (mut pieces, moving, turn) = state?;
        let broken = |kind: std::io::ErrorKind| Some((Err(std::io::Error::from(kind)), None));
        match timeout_at(ends, pieces.next()).await {
            Err(_) => broken(std::io::ErrorKind::TimedOut),
            Ok(None) => None,
            Ok(Some(Err(_))) => broken(std::io::ErrorKind::ConnectionAborted),
            Ok(Some(Ok(piece))) => {
                moving.moved();
                Some((Ok(piece), Some((pieces, moving, turn))))
            }
        }
    })
    .boxed()
}
