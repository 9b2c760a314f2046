//! `sangam serve`. Everything that a file can say wrongly is read before anything is opened, and all of it is told at
//! once.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use sangam_door::Entrance;
use sangam_vocabulary::{Clock, SystemClock};
use tokio::net::TcpListener;

use super::CommandFault;
use crate::books::Books;
use crate::certificates::{Renewal, TlsFiles, Watched};
use crate::configuration::Configuration;
use crate::gateway::{Gateway, Listening};
use crate::keys::KeyFiles;
use crate::partners::PreparedPartner;
use crate::supervise::Signals;
use crate::{checkpoints, partners, supervise};

/// What the files of a deployment hold.
struct Files {
    keys: KeyFiles,
    books: Books,
    partners: Vec<PreparedPartner>,
    /// Those of each listener, in the order of the configuration.
    papers: Vec<Option<Watched>>,
}

impl Files {
    /// Reads them.
    ///
    /// # Errors
    /// Every fault of every file.
    fn read(configuration: &Configuration, listeners: Vec<Option<TlsFiles>>) -> Result<Self, CommandFault> {
        let keys = KeyFiles::read(&configuration.keys).map_err(|fault| vec![fault.to_string()]);
        let books = Books::from_folders(&configuration.countries, &configuration.corridors);
        let partners = partners::read_all(&configuration.partners, &configuration.organizations, configuration.sandbox);
        let papers = papers(listeners);
        match (keys, books, partners, papers) {
            (Ok(keys), Ok(books), Ok(partners), Ok(papers)) => Ok(Self { keys, books, partners, papers }),
            (keys, books, partners, papers) => {
                let faults = [keys.err(), books.err(), partners.err(), papers.err()];
                Err(CommandFault::Files(faults.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

/// Opens the papers of every listener.
///
/// # Errors
/// What is wrong with those of each.
fn papers(listeners: Vec<Option<TlsFiles>>) -> Result<Vec<Option<Watched>>, Vec<String>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (mut opened, mut faults) = (Vec::new(), Vec::new());
    for files in listeners {
        match files.map(|files| files.open(Arc::clone(&clock))).transpose() {
            Ok(papers) => opened.push(papers),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(opened) } else { Err(faults) }
}

pub(super) async fn run(file: &Path) -> Result<ExitCode, CommandFault> {
    let mut configuration = Configuration::read(file).map_err(CommandFault::Configuration)?;
    let tokens = configuration.tokens();
    let listeners = std::mem::take(&mut configuration.listeners);
    let (addresses, listeners): (Vec<_>, Vec<_>) = listeners.into_iter().map(|one| (one.listen, one.tls)).unzip();
    let files = Files::read(&configuration, listeners)?;
    let unheard =
        |error: std::io::Error| CommandFault::said(format!("signals cannot be listened for: {}", error.kind()));
    let (signals, hangup) = (Signals::listen().map_err(unheard)?, supervise::hangups().map_err(unheard)?);
    let mut doors = Vec::new();
    for (address, papers) in addresses.iter().zip(&files.papers) {
        doors.push(Entrance { listener: bind(*address).await?, tls: papers.as_ref().map(Watched::tls) });
    }
    let metrics = bind(configuration.metrics).await?;
    let sink = checkpoints::to_file(&configuration.checkpoints)?;
    let place = configuration.store.clone();
    let gateway = Gateway::open(place, &files.keys, files.books, sink, tokens, configuration.outsiders()).await?;
    crate::say(&format!("{} partners", files.partners.len()));
    for partner in files.partners {
        gateway.connect_partner(partner).await?;
    }
    let renewal = Some(Renewal::new(files.papers.into_iter().flatten().collect(), hangup));
    let listening = Listening {
        doors,
        metrics,
        renewal,
        origins: Vec::new(),
        explorer: None,
        introspection: configuration.introspection,
        keys: configuration.keys,
        round: crate::gateway::ROUND,
        signals,
    };
    let (operator, country) = &configuration.operator;
    let places: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    crate::say(&format!("the hub of {operator} ({country}) listens on {}", places.join(" and ")));
    gateway.serve(listening).await
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CommandFault> {
    TcpListener::bind(address).await.map_err(|error| CommandFault::said(format!("cannot listen on {address}: {error}")))
}
