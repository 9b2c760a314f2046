//! `sangam serve`. Everything that a file can say wrongly is read before anything is opened, and all of it is told at
//! once.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use sangam_custody::LawBook;
use sangam_door::Tls;
use tokio::net::TcpListener;

use super::CommandFault;
use crate::configuration::Configuration;
use crate::gateway::{Gateway, Listening};
use crate::keys::KeyFiles;
use crate::partners::PreparedPartner;
use crate::supervise::Signals;
use crate::{checkpoints, law, partners};

/// What the files of a deployment hold.
struct Files {
    keys: KeyFiles,
    books: LawBook,
    partners: Vec<PreparedPartner>,
    tls: Option<Arc<Tls>>,
}

impl Files {
    /// Reads them.
    ///
    /// # Errors
    /// Every fault of every file.
    fn read(configuration: &Configuration) -> Result<Self, CommandFault> {
        let keys = KeyFiles::read(&configuration.keys).map_err(|fault| vec![fault.to_string()]);
        let books = law::from_folder(&configuration.countries);
        let partners = partners::read_all(&configuration.partners, &configuration.organizations);
        let tls = configuration.tls().map_err(|fault| vec![fault.to_string()]);
        match (keys, books, partners, tls) {
            (Ok(keys), Ok(books), Ok(partners), Ok(tls)) => Ok(Self { keys, books, partners, tls }),
            (keys, books, partners, tls) => {
                let faults = [keys.err(), books.err(), partners.err(), tls.err()];
                Err(CommandFault::Files(faults.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

pub(super) async fn run(file: &Path) -> Result<ExitCode, CommandFault> {
    let configuration = Configuration::read(file).map_err(CommandFault::Configuration)?;
    let files = Files::read(&configuration)?;
    let signals = Signals::listen()
        .map_err(|error| CommandFault::said(format!("signals cannot be listened for: {}", error.kind())))?;
    let bind = |address| async move {
        TcpListener::bind(address)
            .await
            .map_err(|error| CommandFault::said(format!("cannot listen on {address}: {error}")))
    };
    let (graphql, metrics) = (bind(configuration.listen).await?, bind(configuration.metrics).await?);
    let sink = checkpoints::to_file(&configuration.checkpoints)?;
    let place = configuration.store.clone();
    let gateway =
        Gateway::open(place, &files.keys, files.books, sink, configuration.tokens(), configuration.outsiders()).await?;
    crate::say(&format!("{} partners", files.partners.len()));
    for partner in files.partners {
        gateway.connect_partner(partner).await?;
    }
    let listening = Listening {
        graphql,
        metrics,
        tls: files.tls,
        origins: Vec::new(),
        explorer: None,
        introspection: configuration.introspection,
        signals,
    };
    let (operator, country) = &configuration.operator;
    crate::say(&format!("the hub of {operator} ({country}) listens on {}", configuration.listen));
    gateway.serve(listening).await
}
