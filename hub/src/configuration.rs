//! The configuration of a deployment: one TOML file, read whole; all faults are told at once, each with file,
//! line and key, and nothing starts until there are none.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_desk::TokenSettings;
use sangam_door::{ClientCertificates, Tls};
use sangam_store::Place;
use sangam_vocabulary::OrganizationId;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::command::CommandFault;
use crate::gateway::Outsiders;

mod issuers;
mod list;
mod providers;

pub(crate) use issuers::IssuerEntry;
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
    /// Where GraphQL is served.
    pub(crate) listen: SocketAddr,
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
    /// Whether client certificates are asked for.
    pub(crate) client_certificates: ClientCertificates,
    /// The issuers whose access tokens are taken.
    pub(crate) issuers: Vec<IssuerEntry>,
    /// With whom people sign in.
    pub(crate) providers: Vec<ProviderEntry>,
    certificate: Option<(PathBuf, PathBuf)>,
    client_authorities: Option<PathBuf>,
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
            "client_certificates",
            "client_authorities",
            "introspection",
        ],
    ),
    ("store", &["sqlite", "postgres_url_file"]),
    ("keys", &["folder"]),
    ("law", &["folder"]),
    ("partners", &["folder"]),
    ("journal", &["checkpoints"]),
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

    fn store(&mut self) -> Option<Place> {
        let sqlite = self.get("store", "sqlite").is_some();
        let postgres = self.get("store", "postgres_url_file").is_some();
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
            (false, true) => {
                let (file, line) = self.text("store", "postgres_url_file", None)?;
                match std::fs::read_to_string(self.base.join(file)) {
                    Ok(url) => Some(Place::Postgres(url.trim().to_owned())),
                    Err(error) => {
                        self.fault(line, "store.postgres_url_file", format!("cannot be read: {}", error.kind()));
                        None
                    }
                }
            }
        }
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

    fn certificate(&mut self) -> Option<(PathBuf, PathBuf)> {
        match (self.get("door", "certificate").is_some(), self.get("door", "key").is_some()) {
            (false, false) => None,
            (true, true) => {
                let certificate = self.text("door", "certificate", None)?.0;
                let key = self.text("door", "key", None)?.0;
                Some((self.base.join(certificate), self.base.join(key)))
            }
            _ => {
                let line = self.table_line("door");
                self.fault(line, "door", "`certificate` and `key` go together");
                None
            }
        }
    }

    /// Whether client certificates are asked for, and the file of the authorities that vouch for them.
    fn clients(&mut self) -> (ClientCertificates, Option<PathBuf>) {
        let read = self.text("door", "client_certificates", Some("off"));
        let asked = match read.as_ref().map(|(text, _)| text.as_str()) {
            Some("optional") => ClientCertificates::Optional,
            Some("required") => ClientCertificates::Required,
            Some("off") | None => ClientCertificates::Off,
            Some(_) => {
                let line = read.as_ref().map_or(1, |(_, line)| *line);
                self.fault(line, "door.client_certificates", "must be `off`, `optional` or `required`");
                ClientCertificates::Off
            }
        };
        let authorities = match self.get("door", "client_authorities") {
            None => None,
            Some(_) => self.text("door", "client_authorities", None),
        };
        let line = read.map_or(1, |(_, line)| line);
        if asked != ClientCertificates::Off && self.get("door", "certificate").is_none() {
            self.fault(line, "door.client_certificates", "needs `certificate` and `key`: without TLS there are none");
        }
        if let Some((_, line)) = &authorities
            && asked == ClientCertificates::Off
        {
            self.fault(*line, "door.client_authorities", "needs `client_certificates` to be `optional` or `required`");
        }
        (asked, authorities.map(|(file, _)| self.base.join(file)))
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

    /// The TLS settings of the door, where it has a certificate.
    pub(crate) fn tls(&self) -> Result<Option<Arc<Tls>>, CommandFault> {
        let Some((certificate, key)) = &self.certificate else { return Ok(None) };
        let read = |file: &Path| {
            std::fs::read(file)
                .map_err(|error| CommandFault::said(format!("a certificate or key of the door: {}", error.kind())))
        };
        let authorities = self.client_authorities.as_deref().map(read).transpose()?;
        sangam_door::tls(&read(certificate)?, &read(key)?, self.client_certificates, authorities.as_deref())
            .map(Some)
            .map_err(CommandFault::said)
    }

    /// Who else has a say in who comes.
    pub(crate) fn outsiders(&self) -> Outsiders {
        Outsiders { issuers: self.issuers.clone(), providers: self.providers.clone() }
    }

    /// What its tokens depend on.
    pub(crate) fn tokens(&self) -> TokenSettings {
        TokenSettings {
            address: self.address.clone(),
            sandbox: self.sandbox,
            certificates: self.client_certificates != ClientCertificates::Off,
        }
    }
}

impl Reader<'_> {
    fn configuration(&mut self) -> Option<Configuration> {
        // Every part is read before any is missed, so that all faults are found.
        let operator = self.text("operator", "name", None);
        let country = self.text("operator", "country", None);
        let listen = self.address("listen", "127.0.0.1:8080");
        let metrics = self.address("metrics", "127.0.0.1:9090");
        let address = self.text("door", "address", None);
        let store = self.store();
        let keys = self.folder("keys", "folder", "keys");
        let countries = self.folder("law", "folder", "countries");
        let partners = self.folder("partners", "folder", "partners");
        let checkpoints = self.text("journal", "checkpoints", Some("checkpoints.jsonl"));
        let introspection = self.flag("door", "introspection");
        let organizations = self.organizations();
        let sandbox = self.flag("operator", "sandbox");
        let certificate = self.certificate();
        let (client_certificates, client_authorities) = self.clients();
        let issuers = self.issuers();
        let providers = self.providers();
        Some(Configuration {
            operator: (operator?.0, country?.0),
            listen: listen?,
            metrics: metrics?,
            address: address?.0,
            store: store?,
            keys: keys?,
            countries: countries?,
            partners: partners?,
            checkpoints: self.base.join(checkpoints?.0),
            introspection,
            organizations,
            sandbox,
            client_certificates,
            issuers: issuers?,
            providers: providers?,
            certificate,
            client_authorities,
        })
    }
}
