//! The client certificate of a connection, for as long as the connection lasts: what the authorities say of it is
//! asked again when their papers are renewed, and from time to time, and one that is barred ends its connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls_pki_types::CertificateDer;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use crate::tls::{Barred, Current, Tls};

/// The client certificate of a connection, as a request's extension. TLS has checked that the client holds its key;
/// what it may do is the desk's decision.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    standing: Arc<Standing>,
}

/// What was last said of a certificate.
#[derive(Debug, Default)]
struct Standing {
    vouched: AtomicBool,
    barred: OnceLock<Barred>,
}

impl Certificate {
    fn new(der: &[u8], vouched: bool) -> Self {
        let standing = Standing { vouched: AtomicBool::new(vouched), barred: OnceLock::new() };
        Self { der: Arc::from(der), standing: Arc::new(standing) }
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether an authority that the door knows vouches for it, now.
    #[must_use]
    pub fn vouched(&self) -> bool {
        self.standing.vouched.load(Ordering::Acquire)
    }

    /// Why its connection was ended, where that is the reason.
    pub(crate) fn barred(&self) -> Option<Barred> {
        self.standing.barred.get().copied()
    }
}

/// Looks after a connection's certificate until it is dropped.
#[derive(Debug)]
pub(crate) struct Watch(AbortHandle);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The certificate of a finished handshake, judged by the papers of now, and who looks after it from now on: barred, or
/// no longer looked after, it cancels `cut`.
///
/// # Errors
/// [`Barred`] when it is so already: in a connection that goes on from an earlier one TLS asks nobody.
pub(crate) fn certified(
    chain: &[CertificateDer<'_>],
    tls: Arc<Tls>,
    every: Duration,
    cut: CancellationToken,
) -> Result<Option<(Certificate, Watch)>, Barred> {
    let Some(leaf) = chain.first() else { return Ok(None) };
    let mut papers = tls.papers();
    let vouched = papers.borrow_and_update().judge(chain)?;
    let certificate = Certificate::new(leaf, vouched);
    let chain: Vec<_> = chain.iter().map(|one| one.clone().into_owned()).collect();
    let standing = Arc::clone(&certificate.standing);
    let task = tokio::spawn(async move {
        // However this task ends, the connection does not outlive it.
        let _cut = cut.drop_guard();
        // The papers stay as long as somebody is judged by them.
        let _tls = tls;
        let barred = look_after(&chain, &standing, papers, every).await;
        if let Some(barred) = barred {
            standing.vouched.store(false, Ordering::Release);
            let _ = standing.barred.set(barred);
        }
    });
    Ok(Some((certificate, Watch(task.abort_handle()))))
}

/// Ready when the certificate is barred; `None` when there are no papers any more.
async fn look_after(
    chain: &[CertificateDer<'static>],
    standing: &Standing,
    mut papers: watch::Receiver<Arc<Current>>,
    every: Duration,
) -> Option<Barred> {
    loop {
        // Either they change, or there was time enough for a certificate or a list to end.
        if let Ok(changed) = tokio::time::timeout(every, papers.changed()).await {
            changed.ok()?;
        }
        let current = Arc::clone(&papers.borrow_and_update());
        match current.judge(chain) {
            Ok(vouched) => standing.vouched.store(vouched, Ordering::Release),
            Err(barred) => return Some(barred),
        }
    }
}
