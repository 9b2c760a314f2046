//! An operation on a socket: the same turn, the same times and the same hub as over HTTP; only what comes
//! out is a row of events instead of one answer.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use sangam_language::{Caller, ErrorCode, Operation, Reply, Stage};
use serde_json::Value;

use crate::hub::Kind;
use crate::metrics::Counted;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

/// What comes of an operation.
pub(crate) enum Event {
    /// An execution result.
    Next(Vec<u8>),
    /// It did not begin: a list of errors. Nothing follows.
    Error(Value),
    /// It is over.
    Complete,
}

/// Starts an operation. Dropping the stream ends it.
pub(crate) fn start(door: Arc<Door>, caller: Caller, operation: Operation) -> BoxStream<'static, Event> {
    stream::once(async move {
        let counted = door.metrics.socket_operation();
        let events = begin(&door, caller, operation).await.unwrap_or_else(|refusal| {
            door.metrics.refused(refusal.code);
            refused(&refusal)
        });
        keep(events, counted)
    })
    .flatten()
    .boxed()
}

/// A refusal as the only event.
pub(crate) fn refused(refusal: &Refusal) -> BoxStream<'static, Event> {
    stream::iter([Event::Error(Value::Array(vec![refusal.error()]))]).boxed()
}

fn keep(events: BoxStream<'static, Event>, counted: Counted) -> BoxStream<'static, Event> {
    events
        .map(move |event| {
            let _ = &counted;
            event
        })
        .boxed()
}

async fn begin(door: &Door, caller: Caller, operation: Operation) -> Result<BoxStream<'static, Event>, Refusal> {
    if !door.pace.client(&caller) {
        return Err(Refusal::of(DoorCode::RateLimited));
    }
    let _turn = door.admission.work().await?;
    let time = door.limits.request.operation_time;
    let late = |_| Refusal::language(ErrorCode::TimedOut);
    Ok(match door.hub.kind(&operation) {
        Err(reply) => stream::iter(answered(door, reply)).boxed(),
        Ok(Kind::Query | Kind::Mutation) => {
            let reply = tokio::time::timeout(time, door.hub.execute(&caller, operation)).await.map_err(late)?;
            stream::iter(answered(door, reply)).boxed()
        }
        Ok(Kind::Subscription) => {
            match tokio::time::timeout(time, door.hub.subscribe(caller, operation)).await.map_err(late)? {
                Err(reply) => stream::iter(answered(door, reply)).boxed(),
                Ok(replies) => {
                    replies.map(|reply| Event::Next(reply.body)).chain(stream::iter([Event::Complete])).boxed()
                }
            }
        }
    })
}

/// One reply as events: a result and the end, or the errors of what did not begin.
fn answered(door: &Door, reply: Reply) -> Vec<Event> {
    match reply.stage {
        Stage::Executed => vec![Event::Next(reply.body), Event::Complete],
        Stage::Refused(code) => {
            door.metrics.refused(code.code());
            let errors = serde_json::from_slice::<Value>(&reply.body)
                .ok()
                .and_then(|mut body| body.get_mut("errors").map(Value::take))
                .filter(Value::is_array)
                .unwrap_or_else(|| Value::Array(vec![Refusal::language(code).error()]));
            vec![Event::Error(errors)]
        }
    }
}
