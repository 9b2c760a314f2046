//! Watching the key folder while the hub serves: master keys and token keys are read again when the folder changes and
//! when the operator says so (SIGHUP). What cannot be read, or would leave stored keys without the key that wrapped
//! them, is told, and the keys that are in use stay. The journal's key is not among them: a chain is registered with
//! its signer, so another one is taken at the next start.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sangam_custody::{KeyFault, LocalKeyRing, WrapperName};
use sangam_desk::Desk;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::command::CommandFault;
use crate::keys::{KeyFiles, Look};

/// How often the folder is looked at: a key that must go at once is gone within it, and a look is a few system calls.
const LOOKS: Duration = Duration::from_secs(2);

/// The watch over a key folder.
pub(crate) struct KeyFolder {
    folder: PathBuf,
    ring: Arc<LocalKeyRing>,
    desk: Arc<Desk>,
    hangup: Signal,
    seen: Option<Look>,
    read_once: bool,
    /// What was told last, while the folder cannot be used.
    fault: Option<String>,
}

impl KeyFolder {
    /// A watch that has not looked yet; its first look reads the keys again, so that none is missed that changed since
    /// the start.
    ///
    /// # Errors
    /// When SIGHUP cannot be listened for.
    pub(crate) fn new(folder: PathBuf, ring: Arc<LocalKeyRing>, desk: Arc<Desk>) -> Result<Self, CommandFault> {
        let hangup = signal(SignalKind::hangup())
            .map_err(|error| CommandFault::said(format!("SIGHUP cannot be listened for: {}", error.kind())))?;
        Ok(Self { folder, ring, desk, hangup, seen: None, read_once: false, fault: None })
    }

    /// Watches until asked to stop.
    pub(crate) async fn watch(mut self, stop: CancellationToken) {
        loop {
            let told = tokio::select! {
                () = stop.cancelled() => return,
                _ = self.hangup.recv() => true,
                () = tokio::time::sleep(LOOKS) => false,
            };
            let folder = self.folder.clone();
            let look = blocking(move || Look::at(&folder)).await.flatten();
            if !told && look.is_some() && look == self.seen {
                continue;
            }
            match self.read().await {
                Ok(()) => {
                    if self.read_once {
                        tracing::warn!("the key folder's keys were read again and are in use");
                    }
                    (self.read_once, self.fault) = (true, None);
                    // Seen before the files were read: what changed while they were is another look.
                    self.seen = look;
                }
                Err(fault) => {
                    // Tried again at the next look, and told once: it may be the database that did not answer.
                    let fault = fault.to_string();
                    if self.fault.as_ref() != Some(&fault) {
                        tracing::error!(%fault, "the key folder's keys cannot be used; those in use stay");
                    }
                    (self.seen, self.fault) = (None, Some(fault));
                }
            }
        }
    }

    async fn read(&self) -> Result<(), CommandFault> {
        let folder = self.folder.clone();
        let keys = blocking(move || KeyFiles::read(&folder))
            .await
            .ok_or_else(|| CommandFault::said("reading the key folder did not end"))??;
        let (masters, tokens) = (keys.masters()?, keys.tokens()?);
        // Before anything that may fail: a stolen key of tokens must not verify until the database answers.
        self.desk.replace_token_keys(tokens);
        missing(&self.desk, &keys).await?;
        self.ring.replace(&masters).map_err(|fault: KeyFault| CommandFault::said(fault))
    }
}

/// Refuses master keys among which one is missing that stored keys still need.
async fn missing(desk: &Desk, keys: &KeyFiles) -> Result<(), CommandFault> {
    let held: Vec<WrapperName> = keys.labelled_masters()?.iter().map(|(_, key)| key.wrapper_name()).collect();
    let uses = desk.master_uses().await.map_err(CommandFault::said)?;
    match uses.iter().find(|used| used.name.is_some_and(|name| !held.contains(&name))) {
        None => Ok(()),
        Some(used) => Err(CommandFault::said(format!(
            "a master key is gone that still holds {} keys of organizations; put its file back, and take it out after `sangam key rewrap`",
            used.keys
        ))),
    }
}

/// Reads files off the threads that serve. `None` when that thread died.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
