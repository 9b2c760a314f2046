//! `sangam serve`.

use std::path::Path;
use std::process::ExitCode;

use tokio::net::TcpListener;

use super::CommandFault;
use crate::configuration::Configuration;
use crate::gateway::{Gateway, Listening};
use crate::keys::KeyFiles;
use crate::supervise::Signals;
use crate::{checkpoints, law};

pub(super) async fn run(file: &Path) -> Result<ExitCode, CommandFault> {
    let configuration = Configuration::read(file).map_err(CommandFault::Configuration)?;
    let signals = Signals::listen()
        .map_err(|error| CommandFault::said(format!("signals cannot be listened for: {}", error.kind())))?;
    let keys = KeyFiles::read(&configuration.keys)?;
    let books = law::from_folder(&configuration.countries)?;
    let sink = checkpoints::to_file(&configuration.checkpoints)?;
    let gateway = Gateway::open(configuration.store.clone(), &keys, books, sink, configuration.tokens()).await?;
    let connected = gateway.connect_partners(&configuration.partners, &configuration.organizations).await?;
    crate::say(&format!("{connected} partners connected"));
    let bind = |address| async move {
        TcpListener::bind(address)
            .await
            .map_err(|error| CommandFault::said(format!("cannot listen on {address}: {error}")))
    };
    let listening = Listening {
        graphql: bind(configuration.listen).await?,
        metrics: bind(configuration.metrics).await?,
        tls: configuration.tls()?,
        origins: Vec::new(),
        explorer: None,
        introspection: configuration.introspection,
        signals,
    };
    crate::say(&format!("sangam listens on {}", configuration.listen));
    gateway.serve(listening).await
}
