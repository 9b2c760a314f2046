//! Calls to issuers and identity providers: the desk's port [`Outside`] on reqwest. No redirect is followed, no proxy
//! of the environment is used, no long answer is read, and every call has a deadline.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sangam_desk::{Call, Outside, OutsideFault, Told};

use crate::command::CommandFault;

/// From the call to the last byte of its answer. A sign-in waits for it, and for no more than one at a time.
const CALL: Duration = Duration::from_secs(4);
/// To reach the other side at all.
const CONNECT: Duration = Duration::from_secs(3);
/// The longest answer, in bytes: a key set with chains of certificates is some tens of kilobytes.
const ANSWER_BYTES: usize = 128 * 1024;

/// Who calls.
pub(crate) struct Caller(reqwest::Client);

impl Caller {
    /// A caller that trusts what the machine trusts.
    pub(crate) fn towards_issuers() -> Result<Arc<dyn Outside>, CommandFault> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(CALL)
            .connect_timeout(CONNECT)
            .user_agent("sangam")
            .build()
            .map_err(|_| CommandFault::said("the client towards issuers cannot be made"))?;
        Ok(Arc::new(Self(client)))
    }

    async fn made(&self, call: Call) -> Result<Told, OutsideFault> {
        let address = call.address.as_str();
        let request = match call.form {
            None => self.0.get(address),
            Some(form) => self.0.post(address).header("content-type", "application/x-www-form-urlencoded").body(form),
        };
        let request = match &call.authorization {
            None => request,
            Some(value) => request.header("authorization", value),
        };
        let mut response = request.header("accept", "application/json").send().await.map_err(|error| fault(&error))?;
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| fault(&error))? {
            if body.len() + piece.len() > ANSWER_BYTES {
                return Err(OutsideFault::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Told { status, kind, body })
    }
}

/// reqwest's errors hold the address; what is told is the kind alone.
fn fault(error: &reqwest::Error) -> OutsideFault {
    if error.is_timeout() { OutsideFault::Late } else { OutsideFault::Unreachable }
}

impl Outside for Caller {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Told, OutsideFault>> {
        Box::pin(self.made(call))
    }
}
