//! The sections of a partner's file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use super::table::Table;
use super::{KeyFault, MappingFile, Overrides, PrimeroConfig, SpreadsheetConfig};
use crate::guard::GuardLimits;
use crate::narrow::{Mark, Narrow};
use crate::secret::{Secret, SecretFault};
use crate::spreadsheet::SheetFormat;

/// The longest deadline: a caller's own patience ends before.
const LONGEST_MS: u64 = 120_000;
/// The most bytes of an answer or file.
const MOST_BYTES: u64 = 256 << 20;
/// Primero's own limit on a page.
const MOST_PER_PAGE: u64 = 1_000;

pub(super) fn limits(root: &Table<'_, '_>) -> (GuardLimits, u64) {
    let table = root.table_if("limits");
    let number = |name, range, fallback| table.as_ref().map_or(fallback, |table| table.number(name, range, fallback));
    let limits = GuardLimits {
        deadline: Duration::from_millis(number("deadline_ms", (100, LONGEST_MS), 30_000)),
        failures: u32::try_from(number("breaker_failures", (1, 1_000), 5)).unwrap_or(5),
        pause: Duration::from_millis(number("breaker_pause_ms", (100, 86_400_000), 30_000)),
        concurrency: usize::try_from(number("concurrency", (1, 64), 2)).unwrap_or(2),
        rate_per_minute: u32::try_from(number("rate_per_minute", (1, 60_000), 120)).unwrap_or(120),
    };
    let max_bytes = number("max_bytes", (1_024, MOST_BYTES), 32 << 20);
    if let Some(table) = table {
        table.finish();
    }
    (limits, max_bytes)
}

pub(super) fn intake(root: &Table<'_, '_>) -> Option<Narrow> {
    let table = root.table("intake")?;
    let mut fields = table.texts("fields", true);
    let referral_fields = table.texts("referral_fields", false);
    let mark = table.table("marked").and_then(|marked| {
        let (field, value) = (marked.text("field"), marked.text("value"));
        marked.finish();
        Some(Mark { field: field?, value: value? })
    });
    table.finish();
    let mark = mark?;
    if !fields.contains(&mark.field) {
        fields.push(mark.field.clone());
    }
    Some(Narrow { fields, referral_fields, mark })
}

pub(super) fn mapping(root: &Table<'_, '_>, key: &'static str, folder: &Path, needed: bool) -> Option<MappingFile> {
    let name = if needed { root.text(key) } else { root.text_if(key) }?;
    if !is_plain_name(&name) {
        root.fault(key, KeyFault::Must("be the name of a file beside this one"));
        return None;
    }
    match std::fs::read_to_string(folder.join(&name)) {
        Ok(text) => Some(MappingFile { name, text }),
        Err(_) => {
            root.fault(key, KeyFault::Unreadable);
            None
        }
    }
}

pub(super) fn primero(root: &Table<'_, '_>, folder: &Path, overrides: &Overrides) -> Option<PrimeroConfig> {
    let table = root.table("primero")?;
    let written = if overrides.base_url.is_some() { table.text_if("base_url") } else { table.text("base_url") };
    let base_url = overrides.base_url.clone().or(written);
    if base_url.as_deref().is_some_and(|url| !is_safe(url)) {
        table.fault("base_url", KeyFault::Must("be https, or http on this machine, without user or query"));
    }
    let user_name = table.text("user_name");
    let password = password(&table, overrides.secrets.as_deref().unwrap_or(folder), overrides.sandbox);
    let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
    table.finish();
    Some(PrimeroConfig { base_url: base_url?, user_name: user_name?, password: password?, per_page })
}

/// A value, in a sandbox, or a file's name, and not both.
fn password(table: &Table<'_, '_>, folder: &Path, sandbox: bool) -> Option<SecretString> {
    let (value, name) = (table.text_if("password"), table.text_if("password_file"));
    if name.as_deref().is_some_and(|name| !is_plain_name(name)) {
        table.fault("password_file", KeyFault::Must("be a file's name without a folder"));
        return None;
    }
    let file = name.map(|name| folder.join(name));
    let (key, fault) = match Secret::of(value.as_deref(), file.as_deref(), sandbox) {
        Ok(secret) => return Some(secret.into_inner()),
        Err(SecretFault::Missing) => ("password_file", KeyFault::Missing),
        Err(SecretFault::Both) => ("password", KeyFault::Must("not stand beside password_file")),
        Err(SecretFault::ByValue) => ("password", KeyFault::Must("stand in a file, named by password_file")),
        Err(SecretFault::Unreadable(_)) => ("password_file", KeyFault::Unreadable),
        Err(SecretFault::NoText) => ("password_file", KeyFault::Must("be a file of text that is not empty")),
    };
    table.fault(key, fault);
    None
}

/// Credentials and survivors' data cross no network in clear.
fn is_safe(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let secure = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    secure && bare && url.fragment().is_none() && !url.cannot_be_a_base()
}

pub(super) fn spreadsheet(root: &Table<'_, '_>, overrides: &Overrides) -> Option<SpreadsheetConfig> {
    let table = root.table("spreadsheet")?;
    let written = if overrides.folder.is_some() { table.text_if("folder") } else { table.text("folder") };
    let folder = overrides.folder.clone().or(written.map(PathBuf::from));
    let format = table.word("format", &[("xlsx", SheetFormat::Xlsx), ("csv", SheetFormat::Csv)]);
    let (incoming, outgoing) = (table.text("incoming"), table.text("outgoing"));
    for (key, name) in [("incoming", &incoming), ("outgoing", &outgoing)] {
        if name.as_deref().is_some_and(|name| !is_plain_name(name)) {
            table.fault(key, KeyFault::Must("be a file's name without a folder"));
        }
    }
    if incoming.is_some() && incoming == outgoing {
        table.fault("outgoing", KeyFault::Must("be another file than incoming"));
    }
    table.finish();
    Some(SpreadsheetConfig { folder: folder?, incoming: incoming?, outgoing: outgoing?, format: format? })
}

/// A file's name and nothing that leaves its folder.
fn is_plain_name(name: &str) -> bool {
    !name.starts_with('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
