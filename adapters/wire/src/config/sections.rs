//! The sections of a partner's file.

use std::path::Path;
use std::time::Duration;

use sangam_vocabulary::{Category, CategorySet, Code, Residences};

use super::table::Table;
use super::web::Around;
use super::{Hook, KeyFault, MappingFile};
use crate::folder::errors_name;
use crate::guard::GuardLimits;
use crate::narrow::{Mark, Narrow};

/// The longest deadline: a caller's own patience ends before.
const LONGEST_MS: u64 = 120_000;
/// The most bytes of an answer or file.
const MOST_BYTES: u64 = 256 << 20;

/// A key of `[limits]`: its range, what holds without it, and what it is.
pub(super) struct Limit {
    pub(super) name: &'static str,
    range: (u64, u64),
    pub(super) fallback: u64,
    pub(super) sentence: &'static str,
}

const fn limit(name: &'static str, range: (u64, u64), fallback: u64, sentence: &'static str) -> Limit {
    Limit { name, range, fallback, sentence }
}

const DEADLINE: Limit = limit("deadline_ms", (100, LONGEST_MS), 30_000, "How long one call may take.");
const FAILURES: Limit = limit("breaker_failures", (1, 1_000), 5, "After so many failures in a row nothing is sent,");
const PAUSE: Limit = limit("breaker_pause_ms", (100, 86_400_000), 30_000, "for so long.");
const CONCURRENCY: Limit = limit("concurrency", (1, 64), 2, "Calls at the same time.");
const RATE: Limit = limit("rate_per_minute", (1, 60_000), 120, "Calls a minute.");
const BYTES: Limit = limit("max_bytes", (1_024, MOST_BYTES), 32 << 20, "Bytes of an answer or a file.");
/// The keys of `[limits]`, in the order in which they are written.
pub(super) const LIMITS: [Limit; 6] = [DEADLINE, FAILURES, PAUSE, CONCURRENCY, RATE, BYTES];

pub(super) fn limits(root: &Table<'_, '_>) -> (GuardLimits, u64) {
    let table = root.table_if("limits");
    let number = |limit: Limit| {
        table.as_ref().map_or(limit.fallback, |table| table.number(limit.name, limit.range, limit.fallback))
    };
    let limits = GuardLimits {
        deadline: Duration::from_millis(number(DEADLINE)),
        failures: u32::try_from(number(FAILURES)).unwrap_or(5),
        pause: Duration::from_millis(number(PAUSE)),
        concurrency: usize::try_from(number(CONCURRENCY)).unwrap_or(2),
        rate_per_minute: u32::try_from(number(RATE)).unwrap_or(120),
    };
    let max_bytes = number(BYTES);
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

/// Which categories stay at home and which nowhere, beyond what the owner's country says.
pub(super) fn residence(table: Table<'_, '_>) -> Residences {
    let set = |name: &'static str| {
        table.texts(name, false).iter().fold(CategorySet::NONE, |set, code| match Category::read(code) {
            Ok(category) => set.with(category),
            Err(_) => {
                table.fault(name, KeyFault::NotOneOf(Category::ALL.iter().map(|category| category.code()).collect()));
                set
            }
        })
    };
    let (home, never) = (set("home"), set("never"));
    if !home.and(never).is_empty() {
        table.fault("never", KeyFault::Must("not name what `home` names"));
    }
    table.finish();
    Residences::new(home, never)
}

pub(super) fn hook(table: Table<'_, '_>, around: &Around<'_>) -> Option<Hook> {
    let secret = around.secret(&table, "secret", "secret_file");
    let address = table.text("address");
    table.finish();
    Some(Hook { secret: secret?, address: address? })
}

pub(super) fn mapping(root: &Table<'_, '_>, key: &'static str, folder: &Path, needed: bool) -> Option<MappingFile> {
    let name = if needed { root.text(key) } else { root.text_if(key) }?;
    beside(root, key, folder, name).map(|(name, text)| MappingFile { name, text })
}

/// A file beside the partner's own: its name and its text.
pub(super) fn beside(table: &Table<'_, '_>, key: &str, folder: &Path, name: String) -> Option<(String, String)> {
    if !is_plain_name(&name) {
        table.fault(key, KeyFault::Must("be the name of a file beside this one"));
        return None;
    }
    let text = std::fs::read_to_string(folder.join(&name)).ok();
    if text.is_none() {
        table.fault(key, KeyFault::Unreadable);
    }
    Some((name, text?))
}

/// The names of files of one folder, each without a folder and none the same as another's or as the report beside it.
pub(crate) fn files<const N: usize>(table: &Table<'_, '_>, keys: [&'static str; N]) -> [Option<String>; N] {
    let names = keys.map(|key| table.text(key));
    for (place, (key, name)) in keys.iter().zip(&names).enumerate() {
        let Some(name) = name else { continue };
        if !is_plain_name(name) {
            table.fault(key, KeyFault::Must("be a file's name without a folder"));
        }
        let others =
            names.iter().enumerate().filter(|(other, _)| *other != place).filter_map(|(_, name)| name.as_ref());
        let (before, reports) = (names.iter().take(place).flatten(), others.map(|other| errors_name(other)));
        if before.into_iter().any(|other| other == name) || reports.into_iter().any(|report| report == *name) {
            table.fault(key, KeyFault::Must("be another file than the others and the reports beside them"));
        }
    }
    names
}

/// A file's name and nothing that leaves its folder.
pub(crate) fn is_plain_name(name: &str) -> bool {
    !name.starts_with('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
