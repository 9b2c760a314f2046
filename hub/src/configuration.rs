//! The configuration of a deployment: one TOML file, read whole; all faults are told at once, each with file,
//! line and key, and nothing starts until there are none. The door's listeners are in `configuration/listener.rs`.

mod listener;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sangam_desk::TokenSettings;
use sangam_store::Place;
use sangam_vocabulary::OrganizationId;
use sangam_wire::secret::{Secret, SecretFault};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::gateway::Outsiders;
use crate::keys;
use crate::ways::Ways;

mod addresses;
mod documents;
mod issuers;
mod list;
mod providers;
mod ways;

pub(crate) use documents::{DOCUMENTS, DocumentPlace};
pub(crate) use issuers::IssuerEntry;
pub(crate) use listener::DoorListener;
pub(crate) use providers::ProviderEntry;

/// One fault of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigurationFault {
    /// The file's name.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The key, with its table.
    pub(crate) key: String,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

impl fmt::Display for ConfigurationFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: `{}`: {}", self.file, self.line, self.key, self.what)
    }
}

/// A hub's configuration.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Who runs the hub, and where.
    pub(crate) operator: (String, String),
    /// Where the door listens, in one place or several.
    pub(crate) listeners: Vec<DoorListener>,
    /// Where counters are served.
    pub(crate) metrics: SocketAddr,
    /// How the hub is reached from outside: issuer and audience of its tokens.
    pub(crate) address: String,
    /// The store.
    pub(crate) store: Place,
    /// The folder of the key files.
    pub(crate) keys: PathBuf,
    /// The folder of the books of law.
    pub(crate) countries: PathBuf,
    /// The folder of the corridors.
    pub(crate) corridors: PathBuf,
    /// The folder of the partners.
    pub(crate) partners: PathBuf,
    /// The file checkpoints are appended to.
    pub(crate) checkpoints: PathBuf,
    /// Whether the schema can be asked for.
    pub(crate) introspection: bool,
    /// The organizations that partners' files name, by handle.
    pub(crate) organizations: BTreeMap<String, OrganizationId>,
    /// Whether everybody in the hub is invented: shared secrets and unbound tokens are allowed there only.
    pub(crate) sandbox: bool,
    /// The issuers whose access tokens are taken.
    pub(crate) issuers: Vec<IssuerEntry>,
    /// With whom people sign in.
    pub(crate) providers: Vec<ProviderEntry>,
    /// How people are told that something waits.
    pub(crate) ways: Ways,
    /// Where documents lie; nowhere where no place is named and the store is no file that they could lie beside.
    pub(crate) documents: Option<DocumentPlace>,
}

/// The tables and keys there are; anything else is a fault.
const TABLES: &[(&str, &[&str])] = &[
    ("operator", &["name", "country", "sandbox"]),
    (
        "door",
        &[
            "listen",
            "metrics",
            "address",
            "certificate",
            "key",
            "tls",
            "client_certificates",
            "client_authorities",
            "client_revocations",
            "listeners",
            "introspection",
        ],
    ),
    ("store", &["sqlite", "postgres_url", "postgres_url_file"]),
    ("keys", &["folder", "credentials"]),
    ("law", &["folder"]),
    ("corridors", &["folder"]),
    ("partners", &["folder"]),
    ("journal", &["checkpoints"]),
    ("documents", documents::KEYS),
    ("mail", ways::MAIL),
    ("sms", ways::SMS),
    ("organizations", &[]),
];

/// The lists of tables there are; each is read by a file of its own.
const LISTS: &[&str] = &["issuers", "providers"];

/// A configuration file while it is read.
struct Reader<'t> {
    file: String,
    base: PathBuf,
    text: &'t str,
    root: DeTable<'t>,
    faults: Vec<ConfigurationFault>,
}

impl<'t> Reader<'t> {
    fn line(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
    }

    /// Where a table begins; the first line where there is none.
    fn table_line(&self, table: &str) -> usize {
        self.root.get(table).map_or(1, |value| self.line(value.span().start))
    }

    fn fault(&mut self, line: usize, key: &str, what: impl Into<String>) {
        self.faults.push(ConfigurationFault { file: self.file.clone(), line, key: key.to_owned(), what: what.into() });
    }

    /// Every table and key that the configuration does not have.
    fn unknown(&mut self) {
        let mut found = Vec::new();
        for (table, value) in &self.root {
            let name = table.get_ref().to_string();
            if LISTS.contains(&name.as_str()) {
                continue;
            }
            let Some((_, keys)) = TABLES.iter().find(|(known, _)| *known == name) else {
                found.push((table.span().start, name, "there is no such table"));
                continue;
            };
            let Some(members) = value.get_ref().as_table() else {
                found.push((value.span().start, name, "must be a table"));
                continue;
            };
            for key in members.keys().filter(|_| !keys.is_empty()) {
                if !keys.contains(&key.get_ref().as_ref()) {
                    found.push((key.span().start, format!("{name}.{}", key.get_ref()), "there is no such key"));
                }
            }
        }
        for (offset, key, what) in found {
            let line = self.line(offset);
            self.fault(line, &key, what);
        }
    }

    fn get(&self, table: &str, key: &str) -> Option<&Spanned<DeValue<'t>>> {
        self.root.get(table)?.get_ref().as_table()?.get(key)
    }

    fn text(&mut self, table: &str, key: &str, or: Option<&str>) -> Option<(String, usize)> {
        let name = format!("{table}.{key}");
        let found = self.get(table, key).map(|value| (value.get_ref().as_str().map(str::to_owned), value.span().start));
        match (found, or) {
            (Some((Some(text), offset)), _) => Some((text, self.line(offset))),
            (Some((None, offset)), _) => {
                let line = self.line(offset);
                self.fault(line, &name, "must be text");
                None
            }
            (None, Some(or)) => Some((or.to_owned(), 1)),
            (None, None) => {
                let line = self.table_line(table);
                self.fault(line, &name, "is missing");
                None
            }
        }
    }

    fn address(&mut self, key: &str, or: &str) -> Option<SocketAddr> {
        let (text, line) = self.text("door", key, Some(or))?;
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(line, &format!("door.{key}"), "must be an address and a port, as in `127.0.0.1:8080`");
        }
        read
    }

    fn folder(&mut self, table: &str, key: &str, or: &str) -> Option<PathBuf> {
        let (text, line) = self.text(table, key, Some(or))?;
        let folder = self.base.join(text);
        if !folder.is_dir() {
            self.fault(line, &format!("{table}.{key}"), "no such folder");
        }
        Some(folder)
    }

    fn store(&mut self, sandbox: bool) -> Option<Place> {
        let sqlite = self.get("store", "sqlite").is_some();
        let postgres = ["postgres_url", "postgres_url_file"].iter().any(|key| self.get("store", key).is_some());
        match (sqlite, postgres) {
            (true, true) => {
                let line = self.table_line("store");
                self.fault(line, "store", "give either `sqlite` or `postgres_url_file`, not both");
                None
            }
            (_, false) => {
                let (file, _) = self.text("store", "sqlite", None)?;
                Some(Place::Sqlite(self.base.join(file)))
            }
            (false, true) => self.secret("store", "postgres_url", sandbox).map(|url| Place::Postgres(url.into_inner())),
        }
    }

    /// A secret: `KEY_file` names its file, and in a sandbox `KEY` may hold it.
    fn secret(&mut self, table: &str, key: &str, sandbox: bool) -> Option<Secret> {
        let in_file = format!("{key}_file");
        let mut read = |key: &str| self.get(table, key).is_some().then(|| self.text(table, key, None));
        let (value, file) = (read(key), read(&in_file));
        if matches!(value, Some(None)) || matches!(file, Some(None)) {
            // It is not text, and that is told already.
            return None;
        }
        let (value, file) = (value.flatten(), file.flatten());
        let line = value.as_ref().or(file.as_ref()).map_or_else(|| self.table_line(table), |(_, line)| *line);
        let value = value.map(|(text, _)| zeroize::Zeroizing::new(text));
        let file = file.map(|(name, _)| self.base.join(name));
        let fault = match Secret::of(value.as_ref().map(|text| text.as_str()), file.as_deref(), sandbox) {
            Ok(secret) => return Some(secret),
            Err(fault) => fault,
        };
        let (key, what) = match fault {
            SecretFault::Missing => (in_file, "is missing".to_owned()),
            SecretFault::Both => (in_file, format!("give either `{key}` or `{key}_file`, not both")),
            SecretFault::ByValue => (
                key.to_owned(),
                format!("may stand here in a sandbox only; put it into a file and name that in `{key}_file`"),
            ),
            SecretFault::Unreadable(kind) => (in_file, format!("cannot be read: {kind}")),
            SecretFault::NoText => (in_file, "must be a file of text that is not empty".to_owned()),
        };
        self.fault(line, &format!("{table}.{key}"), what);
        None
    }

    /// The folder of the key files: one that is named, or the one systemd made for the service.
    fn keys(&mut self) -> Option<PathBuf> {
        if !self.flag("keys", "credentials") {
            return self.folder("keys", "folder", "keys");
        }
        let line = self.table_line("keys");
        if self.get("keys", "folder").is_some() {
            self.fault(line, "keys", "give either `folder` or `credentials`, not both");
            return None;
        }
        let folder = keys::credentials().filter(|folder| folder.is_dir());
        if folder.is_none() {
            let what = "systemd made no credentials folder for this process; give the unit `LoadCredential=` lines, or name a `folder`";
            self.fault(line, "keys.credentials", what);
        }
        folder
    }

    fn organizations(&mut self) -> BTreeMap<String, OrganizationId> {
        let (mut read, mut bad) = (BTreeMap::new(), Vec::new());
        let members = self.root.get("organizations").and_then(|table| table.get_ref().as_table());
        for (handle, value) in members.into_iter().flatten() {
            let id = value
                .get_ref()
                .as_str()
                .and_then(|text| text.strip_prefix("org_"))
                .and_then(|digits| Uuid::try_parse(digits).ok());
            match id {
                Some(id) => drop(read.insert(handle.get_ref().to_string(), OrganizationId::from_uuid(id))),
                None => bad.push((value.span().start, handle.get_ref().to_string())),
            }
        }
        for (offset, handle) in bad {
            let line = self.line(offset);
            self.fault(
                line,
                &format!("organizations.{handle}"),
                "must be an organization's id, as in `org_` and 32 digits",
            );
        }
        read
    }

    fn flag(&mut self, table: &str, key: &str) -> bool {
        let found = self.get(table, key).map(|value| (value.get_ref().as_bool(), value.span().start));
        match found {
            None => false,
            Some((Some(yes), _)) => yes,
            Some((None, offset)) => {
                let line = self.line(offset);
                self.fault(line, &format!("{table}.{key}"), "must be `true` or `false`");
                false
            }
        }
    }
}

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// Every fault at once.
    pub(crate) fn read(file: &Path) -> Result<Self, Vec<ConfigurationFault>> {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or("hub.toml").to_owned();
        let fault =
            |line, what: String| vec![ConfigurationFault { file: name.clone(), line, key: String::new(), what }];
        let text =
            std::fs::read_to_string(file).map_err(|error| fault(1, format!("cannot be read: {}", error.kind())))?;
        let root = DeTable::parse(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1));
            fault(line, error.message().to_owned())
        })?;
        let base = file.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut reader = Reader { file: name, base, text: &text, root: root.into_inner(), faults: Vec::new() };
        reader.unknown();
        let read = reader.configuration();
        match read {
            Some(read) if reader.faults.is_empty() => Ok(read),
            _ => Err(reader.faults),
        }
    }

    /// What is outside.
    pub(crate) fn outsiders(&self) -> Outsiders {
        Outsiders {
            issuers: self.issuers.clone(),
            providers: self.providers.clone(),
            ways: self.ways.clone(),
            documents: self.documents.clone(),
        }
    }

    /// What its tokens depend on.
    pub(crate) fn tokens(&self) -> TokenSettings {
        TokenSettings {
            address: self.address.clone(),
            sandbox: self.sandbox,
            certificates: self.listeners.iter().any(DoorListener::asks_for_certificates),
        }
    }
}

impl Reader<'_> {
    fn configuration(&mut self) -> Option<Configuration> {
        // Every part is read before any is missed, so that all faults are found.
        let sandbox = self.flag("operator", "sandbox");
        let store = self.store(sandbox);
        let operator = self.text("operator", "name", None);
        let country = self.text("operator", "country", None);
        let listeners = self.listeners();
        let metrics = self.address("metrics", "127.0.0.1:9090");
        let address = self.outer_address(sandbox);
        let keys = self.keys();
        let countries = self.folder("law", "folder", "countries");
        let corridors = self.folder("corridors", "folder", "corridors");
        let partners = self.folder("partners", "folder", "partners");
        let checkpoints = self.text("journal", "checkpoints", Some("checkpoints.jsonl"));
        let introspection = self.flag("door", "introspection");
        let organizations = self.organizations();
        let issuers = self.issuers();
        let providers = self.providers();
        let ways = self.ways(sandbox);
        let documents = self.documents(store.as_ref(), sandbox);
        Some(Configuration {
            operator: (operator?.0, country?.0),
            listeners,
            metrics: metrics?,
            address: address?,
            store: store?,
            keys: keys?,
            countries: countries?,
            corridors: corridors?,
            partners: partners?,
            checkpoints: self.base.join(checkpoints?.0),
            introspection,
            organizations,
            sandbox,
            issuers: issuers?,
            providers: providers?,
            ways: ways?,
            documents: documents?,
        })
    }
}
