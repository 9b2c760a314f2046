//! `sangam migrate`.

use std::path::Path;
use std::process::ExitCode;

use sangam_store::Store;

use super::CommandFault;
use crate::configuration::Configuration;

pub(super) async fn run(file: &Path) -> Result<ExitCode, CommandFault> {
    let configuration = Configuration::read(file).map_err(CommandFault::Configuration)?;
    Store::migrate(&configuration.store).await.map_err(CommandFault::said)?;
    crate::say("the schema is up to date");
    Ok(ExitCode::SUCCESS)
}
