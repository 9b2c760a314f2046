//! Runs subscriptions: one reply an event, each decided and released anew by the port.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, future};

use super::Executor;
use super::prepare::Prepared;
use super::run::Writing;
use crate::caller::Caller;
use crate::code::ErrorCode;
use crate::fault::{Fault, refusal};
use crate::limits::Limits;
use crate::operation::{Operation, Reply};
use crate::plan::RootField;
use crate::port::{Page, Port, PortFault};

impl<P: Port> Executor<P> {
    /// Begins a subscription: a stream of replies that ends with the caller's token, or the reply that says
    /// why there is none. It has begun when this is ready: no later change is missed, however late the stream is
    /// first polled. An event that shows the caller nothing makes no reply. Dropped while it waits, nothing is held.
    ///
    /// # Errors
    /// A reply of [`Stage::Refused`](crate::Stage::Refused): whatever refuses a query, a missing scope, an
    /// operation that is no subscription, or a port that cannot watch.
    pub async fn subscribe(&self, caller: Caller, operation: Operation) -> Result<BoxStream<'static, Reply>, Reply> {
        let refuse = |fault: Fault| refusal(fault, Vec::new(), self.limits.errors);
        let prepared = self.prepared(&caller, &operation).await?;
        if prepared.compiled.kind != OperationType::Subscription {
            return Err(refuse(Fault::of(ErrorCode::NotSubscribable)));
        }
        let [RootField::Asked(_)] = prepared.compiled.fields.as_slice() else {
            let sentence = "a subscription has exactly one root field";
            return Err(refuse(Fault::of(ErrorCode::ValidationFailed).saying(sentence)));
        };
        let (asked, call) = prepared.asked().next().ok_or_else(|| refuse(Fault::of(ErrorCode::Internal)))?;
        if let Some(code) = call.refused {
            return Err(refuse(Fault::of(code)));
        }
        let reading = call.reading(asked).ok_or_else(|| refuse(Fault::of(ErrorCode::Internal)))?;
        let watch = self.port.watch(caller, call.field, reading.plan.clone(), prepared.purpose).await;
        let watch = watch.map_err(|fault| refuse(Fault::of_port(&fault, &asked.key.name)))?;
        let (prepared, limits) = (Arc::new(prepared), self.limits);
        Ok(watch.filter_map(move |event| future::ready(reply(&prepared, &limits, event))).boxed())
    }
}

fn reply(prepared: &Prepared, limits: &Limits, event: Result<Page, PortFault>) -> Option<Reply> {
    if matches!(&event, Ok(page) if page.rows.is_empty()) {
        return None;
    }
    let (asked, call) = prepared.asked().next()?;
    let mut writing = Writing::new(limits);
    let has_data = writing.page(asked, call.reading(asked)?, event);
    Some(writing.reply(has_data))
}
