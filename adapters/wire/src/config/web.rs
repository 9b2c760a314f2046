//! Where a partner's web service is and with what the hub signs in there, as every kind of service needs it.

use std::path::Path;

use reqwest::Url;
use secrecy::SecretString;

use super::sections::{beside, is_plain_name};
use super::table::Table;
use super::{KeyFault, Overrides};
use crate::narrow::Narrow;
use crate::secret::{Secret, SecretFault};

/// What stands around a partner's file: its folder, and what the demo and the tests put in place of fixed things.
pub(crate) struct Around<'a> {
    pub(super) folder: &'a Path,
    pub(super) overrides: &'a Overrides,
    /// What passes the border, where the file says it without a fault.
    pub(crate) narrow: Option<&'a Narrow>,
}

impl Around<'_> {
    /// `folder` of the overrides, else what is written.
    pub(crate) fn folder(&self, table: &Table<'_, '_>) -> Option<std::path::PathBuf> {
        let written = if self.overrides.folder.is_some() { table.text_if("folder") } else { table.text("folder") };
        self.overrides.folder.clone().or(written.map(Into::into))
    }

    /// `base_url`: https, or http on this machine.
    pub(crate) fn base_url(&self, table: &Table<'_, '_>) -> Option<Url> {
        let overrides = self.overrides.base_url.is_some();
        let written = if overrides { table.text_if("base_url") } else { table.text("base_url") };
        let text = self.overrides.base_url.clone().or(written)?;
        safe(&text).or_else(|| {
            table.fault("base_url", KeyFault::Must("be https, or http on this machine, without user or query"));
            None
        })
    }

    /// A file beside the partner's own, which a key names: its name and its text.
    pub(crate) fn beside(&self, table: &Table<'_, '_>, key: &'static str) -> Option<(String, String)> {
        beside(table, key, self.folder, table.text(key)?)
    }

    /// A secret: under `value` in a sandbox, or in the file that `file` names, and not both.
    pub(crate) fn secret(
        &self,
        table: &Table<'_, '_>,
        value: &'static str,
        file: &'static str,
    ) -> Option<SecretString> {
        let (given, name) = (table.text_if(value), table.text_if(file));
        if name.as_deref().is_some_and(|name| !is_plain_name(name)) {
            table.fault(file, KeyFault::Must("be a file's name without a folder"));
            return None;
        }
        let folder = self.overrides.secrets.as_deref().unwrap_or(self.folder);
        let path = name.map(|name| folder.join(name));
        let (key, fault) = match Secret::of(given.as_deref(), path.as_deref(), self.overrides.sandbox) {
            Ok(secret) => return Some(secret.into_inner()),
            Err(SecretFault::Missing) => (file, KeyFault::Missing),
            Err(SecretFault::Both) => (value, KeyFault::Must("not stand beside the key that names its file")),
            Err(SecretFault::ByValue) => {
                (value, KeyFault::Must("stand in a file, named by the key that ends in _file"))
            }
            Err(SecretFault::Unreadable(_)) => (file, KeyFault::Unreadable),
            Err(SecretFault::NoText) => (file, KeyFault::Must("be a file of text that is not empty")),
        };
        table.fault(key, fault);
        None
    }
}

/// Credentials and survivors' data cross no network in clear.
pub(crate) fn safe(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let secure = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (secure && bare && url.fragment().is_none() && !url.cannot_be_a_base()).then_some(url)
}
