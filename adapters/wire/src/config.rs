//! A partner's file, `config/partners/NAME.toml`: where the system is, which country, which mode, its
//! mappings, its limits. Read whole: every fault is told at once with line and key, and a partner with any
//! fault does not start. It knows no organization of the hub; references stay texts.

pub(crate) mod about;
mod build;
mod kind;
mod kinds;
pub(crate) mod sections;
pub(crate) mod table;
pub(crate) mod web;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_vocabulary::{Clock, Country, Residences};
use secrecy::SecretString;
use thiserror::Error;

pub use about::{About, Spelled, Spelling};
pub use kind::WireConfig;
pub use kinds::{Can, Column, KINDS, KindOf, Of, of};
pub use write::{NewPartner, SeenField};

pub use crate::dhis2::Dhis2Config;
use crate::fault::WireFault;
pub use crate::fhir::FhirConfig;
use crate::guard::GuardLimits;
pub use crate::hsds::HsdsConfig;
pub use crate::htcds::HtcdsConfig;
pub use crate::kobo::KoboConfig;
use crate::narrow::Narrow;
pub use crate::odk::OdkConfig;
use crate::partner::Wire;
pub use crate::primero::PrimeroConfig;
pub use crate::spreadsheet::SpreadsheetConfig;

/// A partner's configuration, whole and checked.
#[derive(Debug)]
pub struct PartnerConfig {
    /// The partner's name: the file's.
    pub name: String,
    /// The hub's reference of the organization whose system it is.
    pub organization: String,
    /// The organization's country.
    pub country: Country,
    /// Which way records go.
    pub mode: Mode,
    /// How the system talks.
    pub wire: WireConfig,
    /// The mapping of its records into the hub.
    pub inbound: Option<MappingFile>,
    /// The mapping of the hub's deliveries into its records.
    pub outbound: Option<MappingFile>,
    /// The version of the hub's consent text that its own form is, word by word; without it consents that
    /// grant are refused.
    pub consent_text: Option<String>,
    /// Its own references of organizations, and the hub's references of the same.
    pub organizations: BTreeMap<String, String>,
    /// What passes the border.
    pub narrow: Narrow,
    /// What stays in its system, or nowhere the hub can read it, beyond what its country says. It can only tighten.
    pub residence: Residences,
    /// Deadline, breaker, concurrency, rate.
    pub guard: GuardLimits,
    /// Bytes of an answer or a file.
    pub max_bytes: u64,
    /// How its system tells the hub of changes, where it does.
    pub hook: Option<Hook>,
}

/// What a partner's file says of its records, whether or not its system could be reached with it: for whoever maps them
/// on a machine that has no secrets.
#[derive(Debug)]
pub struct Draft {
    /// The partner's name: the file's.
    pub name: String,
    /// The hub's reference of the organization whose system it is.
    pub organization: String,
    /// The organization's country.
    pub country: Country,
    /// Which way records go.
    pub mode: Mode,
    /// The word of its kind.
    pub kind: &'static str,
    /// Its kind.
    pub about: &'static About,
    /// What its records are.
    pub of: Of,
    /// The mapping of its records into the hub.
    pub inbound: Option<MappingFile>,
    /// The mapping of the hub's deliveries into its records.
    pub outbound: Option<MappingFile>,
    /// As [`PartnerConfig::consent_text`].
    pub consent_text: Option<String>,
    /// Its own references of organizations, and the hub's references of the same.
    pub organizations: BTreeMap<String, String>,
    /// What passes the border.
    pub narrow: Narrow,
    /// As [`PartnerConfig::residence`].
    pub residence: Residences,
    guard: GuardLimits,
    max_bytes: u64,
}

impl Draft {
    /// Reads `NAME.toml` in a folder and its mappings beside it; secrets that are not laid down are faults and no hindrance.
    /// With the draft come the faults that keep the file from being loaded as it is.
    ///
    /// # Errors
    /// Every fault, where they leave no draft.
    pub fn read(folder: &Path, name: &str) -> Result<(Self, Vec<ConfigFault>), Vec<ConfigFault>> {
        build::draft(folder, name)
    }
}

/// The kinds of systems there are, by the words that partners' files use.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static About)> {
    kind::Kind::WORDS.into_iter().map(|(word, kind)| (word, kind.about()))
}

/// How a partner's system tells the hub that a record changed: `POST /partners/NAME/changed`.
#[derive(Debug)]
pub struct Hook {
    /// What it sends as a bearer token, or as the password of HTTP Basic.
    pub secret: SecretString,
    /// The address it was given, by which it knows the hub's acknowledgement.
    pub address: String,
}

/// Which way records go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Records come in.
    Mirror,
    /// Deliveries go out.
    Push,
    /// Both.
    Both,
    /// Records are registered and nothing that they say is kept: the system is asked at each request.
    Live,
}

impl Mode {
    /// Whether records are fetched into the hub: all that they say, or that they are there.
    #[must_use]
    pub const fn fetches(self) -> bool {
        matches!(self, Self::Mirror | Self::Both | Self::Live)
    }

    /// Whether the hub delivers to the system.
    #[must_use]
    pub const fn delivers(self) -> bool {
        matches!(self, Self::Push | Self::Both)
    }
}

/// A mapping file beside the partner's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingFile {
    /// Its name, for messages.
    pub name: String,
    /// Its jq text.
    pub text: String,
}

/// Where the demo and the tests put what a deployment has in fixed places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Instead of the `base_url` of a web service.
    pub base_url: Option<String>,
    /// Instead of `spreadsheet.folder` or `htcds.folder`.
    pub folder: Option<PathBuf>,
    /// The folder that the keys ending in `_file` are names in; the partner's own without it.
    pub secrets: Option<PathBuf>,
    /// Whether everybody in the hub is invented: then, and only then, a password may stand in the partner's file.
    pub sandbox: bool,
}

/// One fault in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: `{key}` {fault}")]
pub struct ConfigFault {
    /// The file's name, without its folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The key with its table, for instance `primero.base_url`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: KeyFault,
}

/// What is wrong with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFault {
    /// The file cannot be read.
    Unreadable,
    /// Not TOML from here on.
    Syntax,
    /// It must declare this variable.
    Lacks(&'static str),
    /// It must select this place, which is read of its answer.
    Selects(String),
    /// No such key.
    Unknown,
    /// It must be there.
    Missing,
    /// It has another type than this.
    Type(&'static str),
    /// It is none of these.
    NotOneOf(Vec<&'static str>),
    /// It is not in this range.
    Range(u64, u64),
    /// It must be this instead: a sentence's end, for instance `must be https, or http on this machine`.
    Must(&'static str),
}

impl fmt::Display for KeyFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => out.write_str("cannot be read"),
            Self::Syntax => out.write_str("is not TOML"),
            Self::Lacks(variable) => write!(out, "must declare the variable `${variable}`"),
            Self::Selects(place) => write!(out, "must select `{place}`, which is read of its answer"),
            Self::Unknown => out.write_str("is no key here"),
            Self::Missing => out.write_str("is missing"),
            Self::Type(wanted) => write!(out, "must be {wanted}"),
            Self::NotOneOf(list) => write!(out, "must be one of {}", list.join(", ")),
            Self::Range(least, most) => write!(out, "must be from {least} to {most}"),
            Self::Must(words) => write!(out, "must {words}"),
        }
    }
}

impl PartnerConfig {
    /// Reads `NAME.toml` in a folder, its mappings beside it and its password file.
    ///
    /// # Errors
    /// Every fault, in the file's order.
    pub fn read(folder: &Path, name: &str, overrides: &Overrides) -> Result<Self, Vec<ConfigFault>> {
        build::read(folder, name, overrides)
    }

    /// The partners that a folder has files for, sorted.
    ///
    /// # Errors
    /// One fault where the folder cannot be read.
    pub fn names(folder: &Path) -> Result<Vec<String>, ConfigFault> {
        let unreadable =
            |_| ConfigFault { file: "partners".to_owned(), line: 1, key: String::new(), fault: KeyFault::Unreadable };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".toml")) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// The wire of this partner, behind its guard. Nothing is sent yet.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where the base URL cannot be one.
    pub fn connect(&self, clock: Arc<dyn Clock>) -> Result<Arc<dyn Wire>, WireFault> {
        build::connect(self, clock)
    }
}

impl Mode {
    /// The word the configuration uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::Push => "push",
            Self::Both => "both",
            Self::Live => "live",
        }
    }
}
