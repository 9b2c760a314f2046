//! The port to issuers and providers: one call, one answer. The binary implements it with a client that follows no
//! redirect, takes no long answer and waits for none.

use futures_util::future::BoxFuture;
use thiserror::Error;

use super::OutsideAddress;

/// A call.
pub struct Call {
    /// Where.
    pub address: OutsideAddress,
    /// The header `Authorization`, where there is one.
    pub authorization: Option<String>,
    /// A form to post; without one the call reads.
    pub form: Option<Vec<u8>>,
}

/// An answer.
pub struct Told {
    /// The status.
    pub status: u16,
    /// The media type.
    pub kind: Option<String>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// There is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OutsideFault {
    /// It cannot be reached, or the connection broke.
    #[error("it cannot be reached")]
    Unreachable,
    /// It did not answer in time.
    #[error("it did not answer in time")]
    Late,
    /// Its answer is longer than any it may give.
    #[error("its answer is too long")]
    TooLong,
}

/// Who calls.
pub trait Outside: Send + Sync {
    /// Makes a call. Redirects are not followed: they are answers. The call ends within a deadline of its own.
    ///
    /// # Errors
    /// [`OutsideFault`].
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Told, OutsideFault>>;
}
