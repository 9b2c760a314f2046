//! What the door counts. Labels come from closed lists of this file and of the codes: no id, no address, no
//! name, nothing a caller sent can become a label.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

macro_rules! labels {
    ($(#[$meta:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $name { $($(#[$inner])* $variant),+ }

        impl $name {
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
                EncodeLabelValue::encode(&self.text(), encoder)
            }
        }
    };
}

labels! {
    /// How a connection ended, or why it had no beginning.
    ConnectionEnd {
        /// The client closed it.
        Client = "client",
        /// The protocol was broken.
        Broken = "broken",
        /// The TLS handshake failed.
        Tls = "tls",
        /// The client's certificate was revoked.
        Revoked = "revoked",
        /// Whether the client's certificate was revoked is not known.
        RevocationUnknown = "revocation_unknown",
        /// No complete header came in time.
        NoHeader = "no_header",
        /// Nothing was asked for a while.
        Idle = "idle",
        /// Exchanges were open and none moved.
        Stalled = "stalled",
        /// The hub stopped.
        Stopped = "stopped",
        /// The drain was over.
        Cut = "cut",
        /// The door was full.
        Full = "full",
        /// The address had all it may have.
        Address = "address",
    }
}

labels! {
    /// The doors within the door.
    Room {
        /// GraphQL over HTTP.
        Graphql = "graphql",
        /// The upgrade to graphql-transport-ws.
        Socket = "socket",
        /// The token endpoint.
        Token = "token",
        /// The page that locks.
        Lock = "lock",
        /// The page that withdraws.
        Withdraw = "withdraw",
        /// The bytes of documents.
        Documents = "documents",
        /// The page of an answer link.
        Answer = "answer",
        /// People's screens.
        Portal = "portal",
        /// The open directory.
        Directory = "directory",
        /// What partners' systems tell.
        Partners = "partners",
        /// Health.
        Health = "health",
        /// Everything else.
        Other = "other",
    }
}

labels! {
    /// What came of papers of TLS that were other than before.
    Renewal {
        /// They hold.
        Taken = "taken",
        /// They are faulty, and the old ones hold.
        Refused = "refused",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRenewal {
    outcome: Renewal,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByEnd {
    end: ConnectionEnd,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoom {
    room: Room,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoomAndStatus {
    room: Room,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCode {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByClose {
    close: u16,
}

/// The door's counters, one set a process.
#[derive(Debug)]
pub struct Metrics {
    connections: Gauge,
    connection_ends: Family<ByEnd, Counter>,
    requests: Family<ByRoomAndStatus, Counter>,
    seconds: Family<ByRoom, Histogram, fn() -> Histogram>,
    refusals: Family<ByCode, Counter>,
    in_flight: Gauge,
    waiting: Gauge,
    waited: Histogram,
    sockets: Gauge,
    socket_operations: Gauge,
    socket_closes: Family<ByClose, Counter>,
    panics: Counter,
    renewals: Family<ByRenewal, Counter>,
    stale: Gauge,
}

/// From half a millisecond, where a warm read lies, to the longest an operation may take.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    /// Registers the door's counters under `sangam_door_…`.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            connections: Gauge::default(),
            connection_ends: Family::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram as fn() -> Histogram),
            refusals: Family::default(),
            in_flight: Gauge::default(),
            waiting: Gauge::default(),
            waited: histogram(),
            sockets: Gauge::default(),
            socket_operations: Gauge::default(),
            socket_closes: Family::default(),
            panics: Counter::default(),
            renewals: Family::default(),
            stale: Gauge::default(),
        };
        let door = registry.sub_registry_with_prefix("sangam_door");
        door.register("connections", "Connections that are open, sockets aside", metrics.connections.clone());
        door.register("connection_ends", "Connections by how they ended", metrics.connection_ends.clone());
        door.register("requests", "Requests by room and status", metrics.requests.clone());
        door.register("request_seconds", "Time to answer by room", metrics.seconds.clone());
        door.register("refusals", "Requests and operations refused, by code", metrics.refusals.clone());
        door.register("in_flight", "Operations being executed", metrics.in_flight.clone());
        door.register("waiting", "Operations waiting for their turn", metrics.waiting.clone());
        door.register("waited_seconds", "Time operations waited for their turn", metrics.waited.clone());
        door.register("sockets", "WebSockets that are open", metrics.sockets.clone());
        door.register("socket_operations", "Operations that are open on sockets", metrics.socket_operations.clone());
        door.register("socket_closes", "WebSockets by the code they were closed with", metrics.socket_closes.clone());
        door.register("panics", "Requests that ended in a panic", metrics.panics.clone());
        door.register("tls_renewals", "Changed papers of TLS by what came of them", metrics.renewals.clone());
        door.register("tls_stale", "Listeners whose papers of TLS are not those in their files", metrics.stale.clone());
        metrics
    }

    /// Counts papers of TLS that were other than before, and whether they were taken.
    pub fn renewed(&self, taken: bool) {
        let outcome = if taken { Renewal::Taken } else { Renewal::Refused };
        self.renewals.get_or_create(&ByRenewal { outcome }).inc();
    }

    /// Says how many listeners go on with papers that are not those in their files.
    pub fn stale(&self, listeners: usize) {
        self.stale.set(i64::try_from(listeners).unwrap_or(i64::MAX));
    }

    pub(crate) fn connected(&self) {
        self.connections.inc();
    }

    pub(crate) fn disconnected(&self, end: ConnectionEnd) {
        self.connections.dec();
        self.turned_away(end);
    }

    pub(crate) fn turned_away(&self, end: ConnectionEnd) {
        self.connection_ends.get_or_create(&ByEnd { end }).inc();
    }

    pub(crate) fn answered(&self, room: Room, status: http::StatusCode, after: Duration) {
        self.requests.get_or_create(&ByRoomAndStatus { room, status: status.as_u16() }).inc();
        self.seconds.get_or_create(&ByRoom { room }).observe(after.as_secs_f64());
    }

    pub(crate) fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&ByCode { code }).inc();
    }

    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    pub(crate) fn waits(&self) -> Counted {
        Counted::one(&self.waiting)
    }

    pub(crate) fn works(&self, waited: Duration) -> Counted {
        self.waited.observe(waited.as_secs_f64());
        Counted::one(&self.in_flight)
    }

    pub(crate) fn socket(&self) -> Counted {
        Counted::one(&self.sockets)
    }

    pub(crate) fn socket_operation(&self) -> Counted {
        Counted::one(&self.socket_operations)
    }

    pub(crate) fn socket_closed(&self, close: u16) {
        self.socket_closes.get_or_create(&ByClose { close }).inc();
    }
}

/// One more in a gauge for as long as it is held.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    fn one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
