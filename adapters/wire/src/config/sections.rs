//! The sections of a partner's file.

use std::path::Path;
use std::time::Duration;

use super::table::Table;
use super::web::Around;
use super::{Hook, KeyFault, MappingFile};
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

pub(super) fn hook(table: Table<'_, '_>, around: &Around<'_>) -> Option<Hook> {
    let secret = around.secret(&table, "secret", "secret_file");
    let address = table.text("address");
    table.finish();
    Some(Hook { secret: secret?, address: address? })
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

/// A file's name and nothing that leaves its folder.
pub(crate) fn is_plain_name(name: &str) -> bool {
    !name.starts_with('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
