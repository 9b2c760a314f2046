//! The door: everything between a socket and the hub.
//!
//! It accepts connections ([`serve`]), bounds them ([`Limits`]), speaks GraphQL over HTTP and
//! graphql-transport-ws, OAuth's endpoints and health, and counts ([`Metrics`]). It refuses to know what
//! is asked: a document is handed to the [`Hub`], which the binary makes of the language's executor and the
//! desk. poem's types end here. Read `accept.rs` for a connection's life, then `routes.rs` for a request's.

mod accept;
mod admission;
mod answer_page;
mod authorization;
mod body;
mod certificate;
mod code_page;
mod connection;
mod documents;
mod exchange;
mod explorer;
mod form;
mod graphql_http;
mod graphql_request;
mod graphql_ws;
mod health;
mod hook;
mod hsds;
mod hub;
mod limits;
mod lock_page;
mod media;
mod metrics;
mod metrics_page;
mod oauth;
mod pace;
mod portal_room;
mod purpose;
mod refusal;
mod respond;
mod routes;
mod seats;
mod shell;
mod signin;
mod style;
mod tls;
mod withdraw_page;

pub use accept::{DoorFault, Drained, Entrance, serve};
pub use answer_page::{AnswerPage, AnswerSent, AnswerShown, AnswerTold, Answering};
pub use certificate::Certificate;
pub use documents::{DocumentFault, Documents, Download, Upload, UploadSent};
pub use explorer::Explorer;
pub use hook::{HookRoom, HookSent, HookTold};
pub use hsds::Directory;
pub use hub::{
    AuthFault, ClientSent, Document, GrantSent, Hub, Kind, RevocationRequest, Scheme, Subscribed, TokenError,
    TokenFault, TokenGranted, TokenRequest, TokenSent,
};
pub use limits::{ConnectionLimits, DocumentLimits, Limits, RequestLimits, SocketLimits};
pub use lock_page::{CodeSent, CodeTold, LockPage};
pub use metrics::Metrics;
pub use metrics_page::MetricsPage;
pub use portal_room::{Portal, PortalAsked, PortalTold};
pub use refusal::DoorCode;
pub use routes::{Door, Edge};
pub use shell::{Shell, WordsFault};
pub use signin::{Began, Comeback, ProviderShown, SessionShown, SignIn, SignInFault, Started};
pub use tls::{ClientCertificates, OldestTls, Tls, TlsFault, TlsPapers, TlsTerms};
pub use withdraw_page::{WithdrawPage, WithdrawTold};
