//! The demo as its user meets it: `sangam demo` as a process in a folder of its own, and the `demo.json` it
//! writes. It knows that file and the command's options, and nothing else of the hub.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;
use std::{fs, net};

use serde::Deserialize;

use crate::client::{ActorKey, Addresses, Client, Credentials, Refused};
use crate::folder::Folder;
use crate::process::{Process, Start};

/// How long the demo may take from its start to its `demo.json`, on a busy machine of two cores.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// How long a clean stop may take.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// What `demo.json` says.
#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    /// The GraphQL endpoint.
    pub graphql: String,
    /// The token endpoint.
    pub token_endpoint: String,
    /// The path of the SDL.
    pub sdl: PathBuf,
    /// The clients that may sign in.
    pub clients: Vec<DemoClient>,
    /// The partners' systems in the sandbox.
    pub partners: Vec<DemoPartner>,
    /// The WebSocket endpoint, when there is one.
    pub ws: Option<String>,
    /// The endpoint of server-sent events, when there is one.
    pub sse: Option<String>,
    /// The people's screens, when there are some.
    pub portal: Option<String>,
}

/// A partner's system in the sandbox.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoPartner {
    /// Its name: that of its files.
    pub name: String,
    /// How it talks.
    pub wire: String,
    /// Whose it is.
    pub organization: String,
    /// Where its web service is, if it is one.
    pub address: Option<String>,
}

/// A client of the demo.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoClient {
    /// The organization it belongs to.
    pub organization: String,
    /// The client's name.
    pub name: String,
    /// The organization's country, ISO 3166-1 alpha-2.
    pub country: String,
    /// What it signs in as.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The file of the key with which it says who in the organization asks.
    pub actor_key: PathBuf,
    /// That key's name.
    pub actor_kid: String,
    /// What it may be allowed.
    pub scopes: Vec<String>,
    /// The purposes it may ask for.
    pub purposes: Vec<String>,
}

impl Card {
    /// Reads the file.
    ///
    /// # Panics
    /// When it is not there or not what the README promises.
    #[must_use]
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the demo's `demo.json`");
        match serde_json::from_str(&text) {
            Ok(card) => card,
            Err(fault) => panic!("`demo.json` is not what is promised: {fault}"),
        }
    }

    /// Where the demo's hub is reached.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        Addresses { graphql: self.graphql.clone(), token_endpoint: self.token_endpoint.clone() }
    }

    /// The client of the organization with this name or identifier.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn client(&self, organization: &str) -> &DemoClient {
        let found =
            self.clients.iter().find(|client| client.organization == organization || client.name == organization);
        let Some(client) = found else { panic!("no client of `{organization}` in `demo.json`") };
        client
    }

    /// Signs that client in with all its scopes.
    ///
    /// # Errors
    /// [`Refused`] when the token endpoint gives no token.
    pub async fn sign_in(&self, organization: &str) -> Result<Client, Refused> {
        Client::signed_in(&self.addresses(), &self.client(organization).credentials()).await
    }

    /// Signs that client in for a member of its staff.
    ///
    /// # Errors
    /// [`Refused`] when the token endpoint gives no token.
    pub async fn sign_in_as(&self, organization: &str, pseudonym: &str) -> Result<Client, Refused> {
        let client = self.client(organization);
        self.sign_in(organization).await?.acting(&client.credentials(), &client.actor(), pseudonym).await
    }
}

impl DemoClient {
    /// The key with which it says who asks.
    ///
    /// # Panics
    /// When the file is not there.
    #[must_use]
    pub fn actor(&self) -> ActorKey {
        ActorKey::read(&self.actor_kid, &fs::read(&self.actor_key).expect("the client's actor key"))
    }

    /// What it signs in with.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            scopes: self.scopes.clone(),
        }
    }
}

/// A running demo; killed when this is dropped.
#[derive(Debug)]
pub struct Demo {
    process: Process,
    card: Card,
    folder: PathBuf,
}

impl Demo {
    /// Starts the demo with its data in `data`, a folder it makes itself inside `folder`, on a free port, and
    /// waits until it is ready. A second start in the same folder finds the data of the first.
    ///
    /// # Panics
    /// When it does not become ready.
    #[must_use]
    pub fn start(folder: &Folder) -> Self {
        Self::start_with(folder, None, 6)
    }

    /// Starts the demo as [`Demo::start`] does, with its store at `store` (a PostgreSQL URL; `None`: a SQLite
    /// file in the folder) and so many invented cases.
    ///
    /// # Panics
    /// When it does not become ready.
    #[must_use]
    pub fn start_with(folder: &Folder, store: Option<&str>, cases: usize) -> Self {
        let data = folder.join("data");
        let card = data.join("demo.json");
        // The card of an earlier start must not be taken for this one's.
        let _gone = fs::remove_file(&card);
        let listen = net::SocketAddr::from((net::Ipv4Addr::LOCALHOST, 0)).to_string();
        let cases = cases.to_string();
        let mut start = Start::sangam(["demo", "--listen", &listen, "--cases", &cases, "--dir"])
            .arguments([&data])
            .in_folder(folder.path());
        if let Some(url) = store {
            start = start.with_variable("SANGAM_DEMO_STORE", url);
        }
        let mut process = start.run();
        process.wait_for_file(&card, READY_WITHIN);
        Self { process, card: Card::read(&card), folder: data }
    }

    /// What its `demo.json` says.
    #[must_use]
    pub const fn card(&self) -> &Card {
        &self.card
    }

    /// The process.
    pub const fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The folder of its data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.folder
    }

    /// Asks it to stop, as a service manager does, and waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn stop(self) -> ExitStatus {
        self.process.stop(STOP_WITHIN)
    }
}
