//! What goes on in one connection: whether its first header came, and its exchanges (a request and its
//! answer to the answer's last byte). The connection's deadlines follow from it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use crate::limits::ConnectionLimits;

/// The exchanges of one connection.
#[derive(Debug)]
pub(crate) struct Exchanges(Mutex<State>);

#[derive(Debug)]
struct State {
    first_seen: bool,
    open: usize,
    changed: Instant,
}

/// Why a connection's time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// No complete header came.
    NoHeader,
    /// Nothing was asked for a while.
    Idle,
    /// Exchanges are open and none moves.
    Stalled,
}

impl Exchanges {
    /// A connection that was accepted at this instant.
    pub(crate) fn since(accepted: Instant) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { first_seen: false, open: 0, changed: accepted })))
    }

    /// An exchange begins; it lasts until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Exchange {
        self.change(|state| {
            state.first_seen = true;
            state.open = state.open.saturating_add(1);
        });
        Exchange(Arc::clone(self))
    }

    /// When the connection's time is over if nothing changes, and for what reason.
    pub(crate) fn due(&self, limits: &ConnectionLimits) -> (Instant, Overdue) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (allowed, why) = match (state.first_seen, state.open) {
            (false, _) => (limits.first_header, Overdue::NoHeader),
            (true, 0) => (limits.idle, Overdue::Idle),
            (true, _) => (limits.stalled, Overdue::Stalled),
        };
        (state.changed + allowed, why)
    }

    /// Something of an exchange moved: a piece of a document came or went.
    pub(crate) fn moved(&self) {
        self.change(|_| {});
    }

    fn change(&self, how: impl FnOnce(&mut State)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        how(&mut state);
        state.changed = Instant::now();
    }
}

/// An exchange that goes on.
#[derive(Debug)]
pub(crate) struct Exchange(Arc<Exchanges>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.change(|state| state.open = state.open.saturating_sub(1));
    }
}

/// An answer's body that keeps its exchange open until it is sent or given up.
///
/// It hands its bytes on piece by piece. hyper takes a piece whatever its size, and the next one only when
/// there is room: so a client that sends many requests and reads no answer makes the hub hold one answer,
/// not all of them.
pub(crate) struct Answering<B> {
    body: B,
    rest: Bytes,
    _exchange: Exchange,
}

/// A usual page is one piece.
const PIECE: usize = 64 * 1024;

impl<B> Answering<B> {
    /// Binds the exchange to the body.
    pub(crate) const fn new(body: B, exchange: Exchange) -> Self {
        Self { body, rest: Bytes::new(), _exchange: exchange }
    }

    fn piece(&mut self) -> Option<Frame<Bytes>> {
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        (!piece.is_empty()).then(|| Frame::data(piece))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answering<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(piece) = self.piece() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(match frame {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if data.len() > PIECE => {
                    self.rest = data;
                    self.piece().map(Ok)
                }
                Ok(data) => Some(Ok(Frame::data(data))),
                Err(other) => Some(Ok(other)),
            },
            ended => ended,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        let of_body = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(of_body.lower().saturating_add(rest));
        if let Some(upper) = of_body.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{Exchanges, Overdue};
    use crate::limits::ConnectionLimits;

    #[test]
    fn the_deadline_is_the_first_headers_then_the_exchanges_then_idleness() {
        let limits = ConnectionLimits::default();
        let accepted = Instant::now();
        let exchanges = Exchanges::since(accepted);
        assert_eq!(exchanges.due(&limits), (accepted + limits.first_header, Overdue::NoHeader));

        let exchange = exchanges.begin();
        let (due, why) = exchanges.due(&limits);
        assert_eq!(why, Overdue::Stalled);
        assert!(due >= accepted + limits.stalled && due <= Instant::now() + limits.stalled);

        drop(exchange);
        let (due, why) = exchanges.due(&limits);
        assert_eq!(why, Overdue::Idle);
        assert!(due <= Instant::now() + limits.idle);
    }
}
