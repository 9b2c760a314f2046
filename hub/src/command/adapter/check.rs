//! `sangam adapter check`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use sangam_mapping::workshop::{Fields, Outcome, Path, Patience, Seen, Traced, Traces, came, our_codes, trace};
use sangam_vocabulary::{Category, Code};
use sangam_wire::config::{Of, Spelled};
use serde_json::Value;

use super::FolderArgument;
use super::bench::{Bench, Records};
use super::recipient::RecipientArguments;
use super::table::{counted, table};
use crate::command::CommandFault;

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The partner.
    name: String,
    #[command(flatten)]
    folder: FolderArgument,
    /// A sample of the partner's records.
    #[arg(long, value_name = "FILE")]
    sample: PathBuf,
    #[command(flatten)]
    recipient: RecipientArguments,
    /// Show values as well: what came out of each record, and values that are no codes. They may be people's.
    #[arg(long)]
    show_values: bool,
}

pub(super) async fn run(arguments: &CheckArguments) -> Result<ExitCode, CommandFault> {
    let bench = Bench::of(&arguments.folder.dir, &arguments.name).await?;
    let records = bench.records(&arguments.sample)?;
    let trial = bench.trial();
    let mut outcomes = Vec::new();
    for record in &records.narrowed {
        outcomes.push(trial.of(record).await);
    }
    let traces = trace(&trial, &records.narrowed, &outcomes, Patience::default()).await;
    let report = Report { bench: &bench, records: &records, outcomes: &outcomes, traces: &traces };
    let seen = arguments.recipient.lines(&bench.draft, &outcomes)?;
    bench.say_faults();
    let shown = arguments.show_values;
    for lines in [
        report.head(),
        report.odd(),
        report.fields(),
        report.codes(shown),
        report.came(shown),
        report.unreached(),
        seen,
    ] {
        lines.iter().for_each(|line| crate::say(line));
    }
    let well = outcomes.iter().all(|outcome| outcome.oddities().is_empty()) && records.rejected.is_empty();
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a check found.
struct Report<'a> {
    bench: &'a Bench,
    records: &'a Records,
    outcomes: &'a [Outcome],
    traces: &'a Traces,
}

impl Report<'_> {
    fn head(&self) -> Vec<String> {
        let all = self.records.whole.len();
        let odd = self.outcomes.iter().filter(|outcome| !outcome.oddities().is_empty()).count();
        let marked = self.records.marked.iter().filter(|marked| **marked).count();
        let carried = self.outcomes.iter().zip(&self.records.marked);
        let taken = carried.filter(|(outcome, marked)| **marked && outcome.is_taken());
        let mut lines = vec![
            format!("{} of {}, {}", self.bench.draft.kind, self.bench.draft.name, counted(all, "record")),
            format!("  {} map, {} would wait in quarantine", all - odd, odd),
            format!("  {marked} carry the mark of [intake]; the hub would take {}", taken.count()),
        ];
        if !self.records.rejected.is_empty() {
            lines.push("  what of the file cannot be read, so that it gives no record:".to_owned());
            lines.extend(self.records.rejected.iter().map(|line| format!("    {line}")));
        }
        if self.traces.cut_short {
            lines.push("  not every field was tried: the sample is too large, or the mapping too slow".to_owned());
        }
        lines
    }

    fn odd(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (place, outcome) in self.outcomes.iter().enumerate() {
            for oddity in outcome.oddities() {
                lines.push(format!("  record {}: {oddity}", place + 1));
            }
            if let Some(culprits) = self.traces.culprits.get(&place).filter(|culprits| !culprits.is_empty()) {
                let names: Vec<String> = culprits.iter().map(shown).collect();
                lines.push(format!("    the first comes from: {}", names.join(", ")));
            }
        }
        if !lines.is_empty() {
            lines.insert(0, "\nWhy records would wait in quarantine".to_owned());
        }
        lines
    }

    /// The configured fields that no record has.
    fn absent(&self, seen: &Fields) -> Vec<String> {
        let spelling = self.bench.draft.about.spelling;
        let here: BTreeSet<Spelled> = seen.fields.iter().filter_map(|field| spelling.of(field.path.parts())).collect();
        let has = |field: &str, of_referral: bool| {
            here.iter().any(|spelled| match spelled {
                Spelled::Field(text) if !of_referral => is_in(text, field),
                Spelled::OfReferral(text) if of_referral => is_in(text, field),
                _ => false,
            })
        };
        let narrow = &self.bench.draft.narrow;
        let fields = narrow.fields.iter().filter(|field| !has(field, false));
        fields.chain(narrow.referral_fields.iter().filter(|field| !has(field, true))).cloned().collect()
    }

    fn fields(&self) -> Vec<String> {
        let seen = Fields::of(&self.records.whole);
        let all = self.records.whole.len();
        let mut lines = vec!["\nFields of the partner".to_owned()];
        let becomes = |field: &Seen| match self.traces.fields.get(&field.path) {
            None => "stays outside: [intake] does not name it".to_owned(),
            Some(traced) => became(traced),
        };
        let rows: Vec<Vec<String>> =
            seen.fields.iter().map(|field| vec![shown(&field.path), field.words(all), becomes(field)]).collect();
        lines.extend(table("  ", &rows));
        if seen.unnamed > 0 {
            lines.push(format!("  and {} whose names are no words, and are not shown", seen.unnamed));
        }
        let mapped = |field: &&Seen| self.traces.fields.get(&field.path).is_some_and(|traced| traced.read);
        let mapped = seen.fields.iter().filter(mapped).count();
        let absent = self.absent(&seen);
        lines.push(format!(
            "  {} seen, {mapped} mapped, {} in [intake] and never present{}",
            seen.fields.len(),
            absent.len(),
            if absent.is_empty() { String::new() } else { format!(": {}", absent.join(", ")) }
        ));
        lines
    }

    fn codes(&self, show_values: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, traced) in &self.traces.fields {
            let Some(codes) = &traced.codes else { continue };
            let seen = codes.known.values().filter(|known| known.seen > 0).count();
            lines.push(format!(
                "  {}: {} in the sample and known, {} known and never present, {} unknown",
                shown(path),
                seen + codes.composed,
                codes.known.len() - seen,
                codes.unknown.len()
            ));
            let rows = codes.known.iter().map(|(code, known)| {
                let gives: Vec<String> = known.gives.iter().map(|(path, ours)| format!("{path} {ours}")).collect();
                let times = if known.seen == 0 { "never".to_owned() } else { counted(known.seen, "time") };
                vec![code.clone(), times, gives.join(", ")]
            });
            lines.extend(table("    ", &rows.collect::<Vec<_>>()));
            for unknown in &codes.unknown {
                let value =
                    if show_values { format!(", {}", Value::from(unknown.value.as_str())) } else { String::new() };
                let times = counted(unknown.seen, "time");
                lines.push(format!("    unknown: a value of {} characters, {times}{value}", unknown.length));
            }
        }
        if !lines.is_empty() {
            lines.insert(0, "\nCodes of the partner".to_owned());
        }
        lines
    }

    fn came(&self, show_values: bool) -> Vec<String> {
        let all = came(self.outcomes);
        if all.is_empty() {
            return Vec::new();
        }
        let of = self.outcomes.iter().filter(|outcome| outcome.oddities().is_empty()).count();
        let mut lines = vec!["\nWhat came out".to_owned()];
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|(path, came)| {
                let kinds: Vec<&str> = came.kinds.iter().map(|kind| kind.words()).collect();
                let lengths = match came.lengths {
                    Some((least, most)) if least == most => format!(", {least} characters"),
                    Some((least, most)) => format!(", {least} to {most} characters"),
                    None => String::new(),
                };
                vec![path.to_string(), format!("{}{lengths}, in {} of {of} records", kinds.join(" or "), came.records)]
            })
            .collect();
        lines.extend(table("  ", &rows));
        if show_values {
            for (place, outcome) in self.outcomes.iter().enumerate() {
                let Some(mapped) = outcome.mapped() else { continue };
                lines.push(format!("  record {}", place + 1));
                let text = serde_json::to_string_pretty(mapped).unwrap_or_default();
                lines.extend(text.lines().map(|line| format!("    {line}")));
            }
        }
        lines
    }

    /// Codes of ours that nothing reaches, of the fields that the mapping fills, and categories that nothing fills.
    fn unreached(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let lists: BTreeMap<Path, &[&str]> = our_codes();
        for (path, codes) in lists {
            // Of a law's or a consent's lists nobody expects all.
            let beside = path.parts().first().is_some_and(|first| matches!(first.as_str(), "facts" | "consents"));
            let Some(reached) = self.traces.reached.get(&path).filter(|_| !beside) else { continue };
            let rest: Vec<&str> = codes.iter().copied().filter(|code| !reached.contains(*code)).collect();
            if !rest.is_empty() {
                lines.push(vec![path.to_string(), rest.join(", ")]);
            }
        }
        let mut told = Vec::new();
        if !lines.is_empty() {
            told.push("\nCodes of ours that no code of the partner reaches".to_owned());
            told.extend(table("  ", &lines));
        }
        if self.bench.draft.of == Of::Services {
            return told;
        }
        let filled = came(self.outcomes);
        let is_filled = |category: &Category| {
            filled.keys().any(|path| path.parts().first().is_some_and(|first| first == category.code()))
        };
        let empty: Vec<&str> = Category::ALL.iter().filter(|one| !is_filled(one)).map(|one| one.code()).collect();
        if !empty.is_empty() && !filled.is_empty() {
            told.push("\nCategories that nothing of the partner fills".to_owned());
            told.push(format!("  {}", empty.join(", ")));
        }
        told
    }
}

/// What a field became, in words.
fn became(traced: &Traced) -> String {
    let named: Vec<String> = traced.reaches.iter().map(ToString::to_string).collect();
    match (traced.read, named.is_empty()) {
        (false, _) if !traced.tried => "passes the border; not tried to the end".to_owned(),
        (false, _) => "not mapped".to_owned(),
        (true, true) => "read; what it becomes did not show".to_owned(),
        (true, false) => named.join(", "),
    }
}

/// A path where its names are words.
fn shown(path: &Path) -> String {
    if path.is_named() { path.to_string() } else { "a field whose name is no word".to_owned() }
}

/// Whether a field of a sample is one of the configured: itself, or below it.
fn is_in(seen: &str, configured: &str) -> bool {
    seen == configured || seen.strip_prefix(configured).is_some_and(|rest| rest.starts_with(['/', '.']))
}
