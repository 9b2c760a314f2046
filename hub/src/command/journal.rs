//! `sangam journal verify`.

use std::path::Path;
use std::process::ExitCode;

use sangam_store::{Checkpoint, Place, Store};

use super::{CommandFault, VerifyArguments};
use crate::checkpoints;
use crate::configuration::Configuration;
use crate::keys::{self, KeyFiles};

pub(super) async fn verify(arguments: &VerifyArguments) -> Result<ExitCode, CommandFault> {
    let (place, signers) = subject(arguments)?;
    let outside = match &arguments.checkpoints {
        Some(file) => checkpoints::read(file)?,
        None => Vec::<Checkpoint>::new(),
    };
    let store = Store::open(&place).await.map_err(CommandFault::said)?;
    let findings = store.verify_journal(&signers, &outside).await.map_err(CommandFault::said)?;
    crate::say(&format!(
        "{} chains, {} entries, {} parts, {} checkpoints verified",
        findings.chains, findings.entries, findings.parts, findings.checkpoints
    ));
    for unknown in &findings.unknown {
        crate::say(&format!("cannot know: {}", unknown.0));
    }
    for fault in &findings.faults {
        crate::say(&format!("fault: {fault}"));
    }
    Ok(if findings.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn subject(arguments: &VerifyArguments) -> Result<(Place, Vec<Vec<u8>>), CommandFault> {
    if let Some(folder) = &arguments.demo {
        return demo(folder, arguments.store.as_deref());
    }
    let file = arguments.config.clone().unwrap_or_else(|| "config/hub.toml".into());
    let configuration = Configuration::read(&file).map_err(CommandFault::Configuration)?;
    let keys = KeyFiles::read(&configuration.keys)?;
    Ok((configuration.store, keys.journal_signers()?))
}

fn demo(folder: &Path, store: Option<&str>) -> Result<(Place, Vec<Vec<u8>>), CommandFault> {
    let keys = KeyFiles::read(&folder.join(keys::FOLDER))?;
    if let Some(url) = store {
        return Ok((Place::Postgres(url.into()), keys.journal_signers()?));
    }
    let file = folder.join("sangam.sqlite");
    if !file.is_file() {
        return Err(CommandFault::said(
            "that folder holds no demo's store; name the folder that `sangam demo --dir` was given, and with `--store` the URL if it was given one",
        ));
    }
    Ok((Place::Sqlite(file), keys.journal_signers()?))
}
