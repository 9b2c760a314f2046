//! Every limit of the door, with its reason. What a stranger sends grows neither memory nor time beyond one
//! of these. `tests/door` here and the package
//! `sangam-faults` hold the tests.

use std::time::Duration;

/// Limits of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections at once, sockets included.
    pub total: usize,
    /// Connections at once from one address (one /64 for IPv6).
    pub per_address: usize,
    /// From accept to the first complete header, the TLS handshake included.
    pub first_header: Duration,
    /// How long a connection may stand without an exchange, the wait for its next header included.
    pub idle: Duration,
    /// How long an exchange may stand without any of the connection's exchanges beginning or ending.
    pub stalled: Duration,
    /// The header of a request in bytes.
    pub header_bytes: usize,
    /// The fields of a header.
    pub header_fields: usize,
    /// HTTP/2 streams at once on one connection.
    pub streams: u32,
    /// HTTP/2: how often a connection is pinged.
    pub ping: Duration,
    /// HTTP/2: how long the answer to a ping may take.
    pub pong: Duration,
    /// How long stands what was said of a client's certificate, while nobody renews the papers.
    pub certificate: Duration,
    /// How long the door waits for its exchanges and sockets at a stop before it cuts them.
    pub drain: Duration,
}

/// Enough for the partners of eight countries with pools of their own; at the largest sizes below it bounds
/// the memory of idle connections to some tens of megabytes.
pub(crate) const CONNECTIONS: usize = 1_024;
/// A partner's pool or an office behind one address; a single address cannot take the whole door.
pub(crate) const CONNECTIONS_PER_ADDRESS: usize = 128;
/// A slow phone finishes a handshake and a header in a few seconds; whoever does not is holding a seat.
pub(crate) const FIRST_HEADER: Duration = Duration::from_secs(10);
/// Longer than the usual pool's own idle time costs seats, shorter costs handshakes.
pub(crate) const IDLE: Duration = Duration::from_secs(60);
/// Twice the longest body and operation together: whoever has not read its answer by then will not.
pub(crate) const STALLED: Duration = Duration::from_secs(60);
/// A token, a purpose and a GET document fit many times over.
pub(crate) const HEADER_BYTES: usize = 16 * 1024;
/// More than any client or proxy sends.
pub(crate) const HEADER_FIELDS: usize = 64;
/// One client's reasonable parallelism; it also bounds what one connection makes the hub remember.
pub(crate) const STREAMS: u32 = 32;
/// Longer than any operation may take, shorter than a service manager's patience.
pub(crate) const DRAIN: Duration = Duration::from_secs(20);
/// HTTP/2 streams that a client may reset before the hub has looked at them: beyond, the connection ends
/// (rapid reset). A constant of the protocol's abuse, not of anybody's load, hence no field.
pub(crate) const PENDING_RESETS: usize = 20;
/// HTTP/2 streams of one connection that the hub resets because they are faulty or beyond `streams`: with one more the
/// connection ends, or it would go on resetting for ever. As many as the usual client may send before it has read how
/// many it may. A constant of the protocol's abuse, hence no field.
pub(crate) const FAULTY_STREAMS: usize = 100;
/// HTTP/2: twice before an idle connection is let go, and more often than the usual line forgets a silent one.
pub(crate) const PING: Duration = Duration::from_secs(20);
/// HTTP/2: the slowest line answers in two or three seconds; who does not answer by then is gone.
pub(crate) const PONG: Duration = Duration::from_secs(10);
/// A certificate or a list that ends by itself is found out within this time; a look costs two signatures.
pub(crate) const CERTIFICATE: Duration = Duration::from_secs(60);
/// HTTP/1: the read buffer; a header fits, and a body is read in pieces of this size.
pub(crate) const READ_BUFFER: usize = 64 * 1024;
/// HTTP/2: what one stream may have unsent.
pub(crate) const SEND_BUFFER: usize = 128 * 1024;

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            total: CONNECTIONS,
            per_address: CONNECTIONS_PER_ADDRESS,
            first_header: FIRST_HEADER,
            idle: IDLE,
            stalled: STALLED,
            header_bytes: HEADER_BYTES,
            header_fields: HEADER_FIELDS,
            streams: STREAMS,
            ping: PING,
            pong: PONG,
            certificate: CERTIFICATE,
            drain: DRAIN,
        }
    }
}

/// Limits of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLimits {
    /// A GraphQL request's body in bytes.
    pub body_bytes: usize,
    /// From the header to the body's last byte.
    pub body_time: Duration,
    /// Bodies being read at once.
    pub bodies: usize,
    /// Operations being executed at once.
    pub in_flight: usize,
    /// Operations waiting for their turn.
    pub queue: usize,
    /// How long an operation waits for its turn.
    pub queue_time: Duration,
    /// How long an operation may take once it has begun.
    pub operation_time: Duration,
    /// How long the verification of a token, or the giving out of one, may take.
    pub token_time: Duration,
    /// Operations of one client in a second, lasting.
    pub client_rate: u32,
    /// Operations of one client in one moment, once.
    pub client_burst: u32,
    /// Token requests, and refused tokens, of one address in a second, lasting.
    pub stranger_rate: u32,
    /// The same in one moment, once.
    pub stranger_burst: u32,
    /// Reads of the open directory by one address in a second, lasting.
    pub reader_rate: u32,
    /// The same in one moment, once.
    pub reader_burst: u32,
}

/// Four times the longest document the gate lets through, so that its variables fit beside it.
pub(crate) const BODY_BYTES: usize = 256 * 1024;
/// What of a body that is too long is read on and let go of, so that the client hears why: what a form's or a document's
/// mistake comes to, and not a flood.
pub(crate) const LET_GO_BYTES: usize = 2 * 1024 * 1024;
/// How long that may take.
pub(crate) const LET_GO_TIME: Duration = Duration::from_secs(1);
/// A full body on a slow phone line.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(15);
/// Bounds the memory of half-read bodies: this many times `BODY_BYTES`, 64 MiB.
pub(crate) const BODIES: usize = 256;
/// More than the cores can work on and the store's connections can serve; the rest waits its turn.
pub(crate) const IN_FLIGHT: usize = 64;
/// What can be worked off within `QUEUE_TIME`; more would wait in vain.
pub(crate) const QUEUE: usize = 512;
/// A client prefers a clear 503 to an answer it no longer waits for.
pub(crate) const QUEUE_TIME: Duration = Duration::from_secs(2);
/// The slowest honest operation, a full page from a busy PostgreSQL, takes a small part of this.
pub(crate) const OPERATION_TIME: Duration = Duration::from_secs(10);
/// One look-up by hash.
pub(crate) const TOKEN_TIME: Duration = Duration::from_secs(5);
/// A partner's synchronisation at full speed; more is a loop gone wrong.
pub(crate) const CLIENT_RATE: u32 = 200;
/// A board that opens with all its panels, or a batch after a line came back.
pub(crate) const CLIENT_BURST: u32 = 400;
/// Tokens last minutes, so an office needs a few; more is somebody trying.
pub(crate) const STRANGER_RATE: u32 = 10;
/// All of an office's systems starting at once.
pub(crate) const STRANGER_BURST: u32 = 60;
/// A copy of the whole directory in a minute, page by page and one by one.
pub(crate) const READER_RATE: u32 = 20;
/// A reader that begins, with all that a page of its own shows.
pub(crate) const READER_BURST: u32 = 100;
/// A page of the open directory in places, as of every list of the hub.
pub(crate) const DIRECTORY_PAGE: u32 = 100;
/// A query of the open directory in bytes: every parameter at its longest fits twice.
pub(crate) const DIRECTORY_QUERY_BYTES: usize = 1_024;
/// Words of a search in the open directory: each is a look through the list.
pub(crate) const DIRECTORY_WORDS: usize = 8;
/// A token request's form: a few parameters, an assertion among them. A constant of the protocol, hence no field.
pub(crate) const FORM_BYTES: usize = 8 * 1024;
/// A form of the portal: two thousand letters of Bengali or Tamil, nine bytes each as a form writes them, twice over, and its
/// other fields.
pub(crate) const PORTAL_FORM_BYTES: usize = 48 * 1024;
/// What a partner's system tells of one record, all its permitted fields with it; only the key is read.
pub(crate) const HOOK_BYTES: usize = 64 * 1024;
/// What a refused client is told to wait, in seconds: longer than the queue, so that it is empty by then.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 3;
/// The longest token looked at; ours are under one kilobyte.
pub(crate) const TOKEN_BYTES: usize = 4 * 1024;

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            body_bytes: BODY_BYTES,
            body_time: BODY_TIME,
            bodies: BODIES,
            in_flight: IN_FLIGHT,
            queue: QUEUE,
            queue_time: QUEUE_TIME,
            operation_time: OPERATION_TIME,
            token_time: TOKEN_TIME,
            client_rate: CLIENT_RATE,
            client_burst: CLIENT_BURST,
            stranger_rate: STRANGER_RATE,
            stranger_burst: STRANGER_BURST,
            reader_rate: READER_RATE,
            reader_burst: READER_BURST,
        }
    }
}

/// Limits of a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketLimits {
    /// From the upgrade to `connection_init`.
    pub init: Duration,
    /// Operations at once on one socket.
    pub operations: usize,
    /// A message from the client in bytes.
    pub message_bytes: usize,
    /// How often a silent client is pinged; it is gone after two pings without a sign of life.
    pub ping_every: Duration,
    /// How long a message may wait to be taken by the client.
    pub send: Duration,
    /// Messages of one client in a second on one socket, lasting. Pings and completes count, too.
    pub messages_rate: u32,
    /// The same in one moment, once.
    pub messages_burst: u32,
}

/// The longest document and the longest variables the language takes, together. Less than a body, because a
/// stranger's socket is read before it has introduced itself.
pub(crate) const MESSAGE_BYTES: usize = 128 * 1024;
/// A client sends its first message at once; the protocol's reference server waits three seconds.
pub(crate) const INIT: Duration = Duration::from_secs(5);
/// One panel a subscription, with room.
pub(crate) const OPERATIONS: usize = 32;
/// Four events a second for each of its operations, should all answer with a `complete`.
pub(crate) const MESSAGES_RATE: u32 = 100;
/// A board that opens all its subscriptions at once, twice over.
pub(crate) const MESSAGES_BURST: u32 = 200;
/// Shorter than the usual proxy's idle time.
pub(crate) const SOCKET_PING_EVERY: Duration = Duration::from_secs(25);
/// Whoever does not take a message for this long has gone, or makes the hub remember for it.
pub(crate) const SEND: Duration = Duration::from_secs(10);
/// A socket's read buffer: most messages are a short document. tungstenite's own choice is 128 KiB a socket.
pub(crate) const SOCKET_BUFFER: usize = 8 * 1024;
/// The bytes a client may name an operation with.
pub(crate) const OPERATION_ID_BYTES: usize = 128;

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            init: INIT,
            operations: OPERATIONS,
            message_bytes: MESSAGE_BYTES,
            ping_every: SOCKET_PING_EVERY,
            send: SEND,
            messages_rate: MESSAGES_RATE,
            messages_burst: MESSAGES_BURST,
        }
    }
}

/// Limits of a document's bytes, up and down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLimits {
    /// A document in bytes.
    pub document_bytes: u64,
    /// From an upload's first byte to its last.
    pub upload_time: Duration,
    /// How long an upload's next bytes may take to come.
    pub piece_time: Duration,
    /// From a download's first byte to its last.
    pub download_time: Duration,
    /// Documents that go up or down at once.
    pub documents: usize,
    /// Those of one organization.
    pub documents_per_organization: usize,
}

/// A report of a hundred scanned pages, or a photograph as cameras write it.
pub(crate) const DOCUMENT_BYTES: u64 = 10 * 1024 * 1024;
/// The largest document over a line of 300 kilobits a second.
pub(crate) const UPLOAD_TIME: Duration = Duration::from_secs(300);
/// Whoever sends nothing for as long as a whole body may take elsewhere has gone.
pub(crate) const PIECE_TIME: Duration = Duration::from_secs(15);
/// As an upload, twice: whoever reads has the slower end of most lines' way.
pub(crate) const DOWNLOAD_TIME: Duration = Duration::from_secs(600);
/// Bounds the memory of what is under way: this many times a few pieces of 64 KiB, or, of uploads into a bucket, one part
/// of 5 MiB.
pub(crate) const DOCUMENTS: usize = 32;
/// One organization does not take every turn for as long as its line is slow.
pub(crate) const DOCUMENTS_PER_ORGANIZATION: usize = 4;

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            document_bytes: DOCUMENT_BYTES,
            upload_time: UPLOAD_TIME,
            piece_time: PIECE_TIME,
            download_time: DOWNLOAD_TIME,
            documents: DOCUMENTS,
            documents_per_organization: DOCUMENTS_PER_ORGANIZATION,
        }
    }
}

/// All limits of the door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of a connection.
    pub connection: ConnectionLimits,
    /// Of a request.
    pub request: RequestLimits,
    /// Of a WebSocket.
    pub socket: SocketLimits,
    /// Of a document.
    pub document: DocumentLimits,
}
