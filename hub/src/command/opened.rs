//! A hub that is opened for one command, beside one that serves or without one.
//!
//! Each run is a process with a writer and a chain of its own, as a second server would be; a serving hub sees what
//! it did within two seconds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sangam_desk::{Desk, TokenSettings};
use sangam_store::Place;
use sangam_vocabulary::OrganizationId;
use uuid::Uuid;

use super::CommandFault;
use crate::books::Books;
use crate::checkpoints;
use crate::configuration::Configuration;
use crate::gateway::{Gateway, Outsiders};
use crate::keys::{self, KeyFiles};

/// Of which hub, and in which form to answer.
#[derive(Debug, Args)]
pub(crate) struct HubArguments {
    /// The configuration file of the hub.
    #[arg(long, short, default_value = "config/hub.toml", conflicts_with = "demo")]
    pub(super) config: PathBuf,
    /// The folder of a demo, in place of a configuration file.
    #[arg(long, value_name = "DIR")]
    pub(super) demo: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// A hub that is opened for one command.
pub(super) struct Opened {
    pub(super) gateway: Gateway,
    configuration: Option<Configuration>,
}

impl Opened {
    pub(super) async fn of(arguments: &HubArguments) -> Result<Self, CommandFault> {
        if let Some(folder) = &arguments.demo {
            return Self::demo(folder).await;
        }
        let configuration = Configuration::read(&arguments.config).map_err(CommandFault::Configuration)?;
        let keys = KeyFiles::read(&configuration.keys)?;
        let books =
            Books::from_folders(&configuration.countries, &configuration.corridors).map_err(CommandFault::Files)?;
        let sink = checkpoints::to_file(&configuration.checkpoints)?;
        let gateway = Gateway::open(
            configuration.store.clone(),
            &keys,
            books,
            sink,
            configuration.tokens(),
            // A command hands out no documents.
            Outsiders { documents: None, ..configuration.outsiders() },
        )
        .await?;
        Ok(Self { gateway, configuration: Some(configuration) })
    }

    async fn demo(folder: &Path) -> Result<Self, CommandFault> {
        let store = folder.join("sangam.sqlite");
        if !store.is_file() {
            return Err(CommandFault::said(
                "that folder holds no demo's store; name the folder that `sangam demo --dir` was given",
            ));
        }
        let keys = KeyFiles::read(&folder.join(keys::FOLDER))?;
        let sink = checkpoints::to_file(&folder.join("checkpoints.jsonl"))?;
        let settings = TokenSettings { address: String::new(), sandbox: true, certificates: false };
        let gateway =
            Gateway::open(Place::Sqlite(store), &keys, Books::built_in()?, sink, settings, Outsiders::default())
                .await?;
        Ok(Self { gateway, configuration: None })
    }

    pub(super) fn desk(&self) -> &Arc<Desk> {
        self.gateway.desk()
    }

    pub(super) fn organization(&self, text: &str) -> Result<OrganizationId, CommandFault> {
        let id = text.strip_prefix("org_").and_then(|digits| Uuid::try_parse(digits).ok());
        let handles = self.configuration.as_ref().map(|configuration| &configuration.organizations);
        id.map(OrganizationId::from_uuid).or_else(|| handles.and_then(|handles| handles.get(text).copied())).ok_or_else(
            || {
                CommandFault::NotFound(
                    "the organization is neither an id (`org_` and 32 digits) nor a handle in `[organizations]`"
                        .to_owned(),
                )
            },
        )
    }

    /// Ends what was opened, and tells how it went. What was done is done even if the end is not clean.
    pub(super) async fn close<T: Send>(self, outcome: Result<T, CommandFault>) -> Result<T, CommandFault> {
        let closed = self.gateway.close().await;
        let outcome = outcome?;
        closed.map(|()| outcome)
    }
}
