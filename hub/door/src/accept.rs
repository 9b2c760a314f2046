//! The accept loop: the connections of the door's listeners, from the seat they take to the drain at the end. The
//! seats are counted over all of them.
//!
//! It is ours and not poem's because poem hands no client certificate on, sets no timer before the first
//! header and counts neither connections nor upgraded sockets. It knows no route; read `connection.rs` next.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use poem::Endpoint;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::{Held, Shared, live};
use crate::limits::ConnectionLimits;
use crate::metrics::{ConnectionEnd, Metrics};
use crate::seats::{NoSeat, Seats};
use crate::tls::Tls;

/// The accept loop cannot go on.
#[derive(Debug, Error)]
pub enum DoorFault {
    /// The listener has no address: it is not bound.
    #[error("the listener has no address")]
    Unbound(#[source] io::Error),
    /// The listener accepts no more.
    #[error("the listener accepts no more connections")]
    Listener(#[source] io::Error),
}

/// How the door closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections and sockets that did not end within the drain and were cut.
    pub cut: usize,
}

/// The machine has run out of something (files, memory): waiting is better than spinning or dying.
const BREATH: Duration = Duration::from_millis(100);
/// After the cut only the dropping of futures is left.
const CUT_GRACE: Duration = Duration::from_secs(1);

/// A listener of the door, and what is spoken there: TLS where it is given, and then HTTP/1.1 or HTTP/2 by ALPN;
/// otherwise HTTP/1.1 only.
#[derive(Debug)]
pub struct Entrance {
    /// The listener.
    pub listener: TcpListener,
    /// Its TLS.
    pub tls: Option<Arc<Tls>>,
}

/// What the accept loops of one door share.
struct House<E> {
    endpoint: Arc<E>,
    limits: ConnectionLimits,
    metrics: Arc<Metrics>,
    seats: Arc<Seats>,
    tracker: TaskTracker,
    stop: CancellationToken,
    /// Ends the connections, also when a listener fails and nobody said stop.
    closing: CancellationToken,
    cut: CancellationToken,
}

/// Serves the listeners of a door until `stop` is cancelled and everything they accepted has ended, or was cut after
/// the drain. The limits hold for all of them together.
///
/// # Errors
/// [`DoorFault`] when a listener fails for good; what was accepted is drained first.
pub async fn serve<E: Endpoint + 'static>(
    entrances: Vec<Entrance>,
    endpoint: Arc<E>,
    limits: ConnectionLimits,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) -> Result<Drained, DoorFault> {
    let drain = limits.drain;
    let house = House {
        endpoint,
        seats: Seats::new(limits.total, limits.per_address),
        limits,
        metrics,
        tracker: TaskTracker::new(),
        closing: stop.child_token(),
        cut: CancellationToken::new(),
        stop,
    };
    let loops: Result<FuturesUnordered<_>, _> =
        entrances.into_iter().map(|entrance| take_in(entrance, &house)).collect();
    let mut loops = loops.map_err(DoorFault::Unbound)?;
    // One that ends ends all: a door that is half open is not open.
    let fault = loops.next().await.flatten();

    drop(loops);
    let House { tracker, closing, cut, .. } = house;
    closing.cancel();
    tracker.close();
    let mut left = 0;
    if tokio::time::timeout(drain, tracker.wait()).await.is_err() {
        left = tracker.len();
        tracing::warn!(left, "connections did not end within the drain and are cut");
        cut.cancel();
        let _ = tokio::time::timeout(CUT_GRACE, tracker.wait()).await;
    }
    fault.map_or(Ok(Drained { cut: left }), |error| Err(DoorFault::Listener(error)))
}

/// Accepts at one listener until it is asked to stop, or until the listener fails, which is what comes out.
fn take_in<E: Endpoint + 'static>(
    entrance: Entrance,
    house: &House<E>,
) -> io::Result<impl Future<Output = Option<io::Error>> + Send> {
    let Entrance { listener, tls } = entrance;
    let local = listener.local_addr()?;
    let (endpoint, limits, metrics) = (Arc::clone(&house.endpoint), house.limits.clone(), Arc::clone(&house.metrics));
    let shared = Arc::new(Shared { endpoint, limits, metrics, tls, local });
    Ok(async move {
        loop {
            let accepted = tokio::select! {
                () = house.stop.cancelled() => return None,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => receive(house, Arc::clone(&shared), stream, peer),
                Err(error) => match weigh(&error) {
                    Weight::Passing => {}
                    Weight::Exhausted => {
                        tracing::warn!(kind = ?error.kind(), "no connection can be accepted at the moment");
                        tokio::time::sleep(BREATH).await;
                    }
                    Weight::Final => return Some(error),
                },
            }
        }
    })
}

/// Gives a connection its seat and lets it live.
fn receive<E: Endpoint + 'static>(house: &House<E>, shared: Arc<Shared<E>>, stream: TcpStream, peer: SocketAddr) {
    let Some(seat) = take(&house.seats, peer.ip(), &shared.metrics) else { return };
    let held = Held {
        peer,
        certificate: None,
        stop: house.closing.clone(),
        cut: house.cut.clone(),
        tracker: house.tracker.clone(),
        _seat: Arc::new(seat),
    };
    // Small answers leave at once; a socket without this option still works.
    let _ = stream.set_nodelay(true);
    house.tracker.spawn(async move {
        shared.metrics.connected();
        let metrics = Arc::clone(&shared.metrics);
        let life = std::panic::AssertUnwindSafe(live(shared, stream, held)).catch_unwind().await;
        metrics.disconnected(life.unwrap_or(ConnectionEnd::Broken));
    });
}

fn take(seats: &Arc<Seats>, peer: IpAddr, metrics: &Metrics) -> Option<crate::seats::Seat> {
    match seats.take(peer) {
        Ok(seat) => Some(seat),
        Err(why) => {
            metrics.turned_away(match why {
                NoSeat::Total => ConnectionEnd::Full,
                NoSeat::Address => ConnectionEnd::Address,
            });
            None
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Weight {
    /// This one connection failed.
    Passing,
    /// The machine has none to give.
    Exhausted,
    /// The listener itself is gone.
    Final,
}

fn weigh(error: &io::Error) -> Weight {
    // EMFILE, ENFILE, ENOBUFS and ENOMEM have no stable `ErrorKind` of their own.
    const EXHAUSTED: [i32; 4] = [24, 23, 105, 12];
    match error.kind() {
        io::ErrorKind::ConnectionAborted
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::Interrupted
        | io::ErrorKind::TimedOut
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::PermissionDenied => Weight::Passing,
        _ if error.raw_os_error().is_some_and(|code| EXHAUSTED.contains(&code)) => Weight::Exhausted,
        _ => Weight::Final,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Weight, weigh};

    #[test]
    fn what_one_connection_or_a_busy_machine_does_is_no_reason_to_close_the_door() {
        for (code, wanted) in [
            (103, Weight::Passing),   // ECONNABORTED
            (104, Weight::Passing),   // ECONNRESET
            (4, Weight::Passing),     // EINTR
            (24, Weight::Exhausted),  // EMFILE
            (23, Weight::Exhausted),  // ENFILE
            (105, Weight::Exhausted), // ENOBUFS
            (12, Weight::Exhausted),  // ENOMEM
            (9, Weight::Final),       // EBADF
            (22, Weight::Final),      // EINVAL
        ] {
            assert_eq!(weigh(&io::Error::from_raw_os_error(code)), wanted, "{code}");
        }
    }
}
