//! The door from outside, by real clients: reqwest over HTTP/1.1 and HTTP/2, bare sockets, tungstenite. The
//! hub behind it is a small one that does as the document says, so that every reply can be asked for.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what cannot be set up or read fails the test"
)]

mod answer_page;
mod audit;
mod bare;
mod busy;
mod connections;
mod documents;
mod doorstep;
mod explorer;
mod frames;
mod headers;
mod hook;
mod hsds;
mod hub;
mod limits;
mod lock_page;
mod metrics;
mod oauth;
mod papers;
mod renewal;
mod requests;
mod revocation;
mod secure;
mod socket;
mod socket_limits;
mod stop;
mod withdraw_page;
