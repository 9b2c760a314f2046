//! `sangam adapter replay`.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use sangam_mapping::workshop::replay::{Difference, Replayed, WayBack, differences, replay};
use sangam_vocabulary::Code;
use sangam_workflow::referral::State;
use serde_json::Value;

use super::FolderArgument;
use super::bench::Bench;
use super::table::counted;
use crate::command::CommandFault;

/// Bytes of a kept run: some times its sample.
const MOST_BYTES: u64 = 256 << 20;

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// The partner.
    name: String,
    #[command(flatten)]
    folder: FolderArgument,
    /// A sample of the partner's records.
    #[arg(long, value_name = "FILE")]
    sample: PathBuf,
    /// Keep the run in this file, which must not be there yet. It holds what came out, values of people among it; nobody
    /// but you can read it.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Show what differs from the run in this file.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Show values as well. They may be people's.
    #[arg(long)]
    show_values: bool,
}

pub(super) async fn run(arguments: &ReplayArguments) -> Result<ExitCode, CommandFault> {
    let bench = Bench::of(&arguments.folder.dir, &arguments.name).await?;
    let records = bench.records(&arguments.sample)?;
    let before = arguments.against.as_deref().map(kept).transpose()?;
    // The hub tells a system of no draft: it was never sent.
    let states: Vec<&str> =
        State::ALL.iter().filter(|state| **state != State::Draft).map(|state| state.code()).collect();
    let counterpart = format!("case desk, NGO, {}", bench.draft.country.code());
    let back = bench.outbound.as_ref().filter(|_| bench.draft.mode.delivers()).map(|mapping| WayBack {
        pool: &bench.pool,
        mapping,
        states: &states,
        residences: bench.draft.residence,
        counterpart: &counterpart,
    });
    let run = replay(&bench.trial(), back.as_ref(), &records.narrowed).await;
    bench.say_faults();
    if back.is_none() {
        crate::say("nothing is sent back: `mode` is neither push nor both, or there is no `out_mapping`");
    }
    for replayed in &run {
        tell(replayed, arguments.show_values);
    }
    if let Some(before) = before {
        let differing = differences(&before, &run);
        let touched: std::collections::BTreeSet<usize> = differing.iter().map(|one| one.record).collect();
        crate::say(&format!(
            "\nAgainst the earlier run: {} in {}",
            counted(differing.len(), "difference"),
            counted(touched.len(), "record")
        ));
        differing.iter().for_each(|difference| crate::say(&line(difference, arguments.show_values)));
    }
    if let Some(file) = &arguments.save {
        keep(file, &run)?;
        crate::say(&format!(
            "kept in {}; it holds what the records hold, so delete it when you are done",
            file.display()
        ));
    }
    let well = run.iter().all(|one| one.odd.is_empty() && one.sent.iter().all(|sent| sent.odd.is_none()));
    Ok(if well && records.rejected.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(replayed: &Replayed, show_values: bool) {
    let number = replayed.record;
    for oddity in &replayed.odd {
        crate::say(&format!("record {number}: quarantine, {oddity}"));
    }
    if replayed.read.is_none() {
        return;
    }
    let taken = if replayed.taken { "taken" } else { "not marked for the hub, so not taken" };
    let refused = replayed.sent.iter().filter(|sent| sent.odd.is_some());
    let bodies = replayed.sent.len() - refused.clone().count();
    crate::say(&format!("record {number}: {taken}; {} would be sent back", counted(bodies, "message")));
    for (when, oddity) in refused.filter_map(|sent| Some((&sent.when, sent.odd.as_ref()?))) {
        crate::say(&format!("  {when}: the outbound mapping refuses, {oddity}"));
    }
    if show_values {
        let told = serde_json::to_string_pretty(replayed).unwrap_or_default();
        told.lines().for_each(|line| crate::say(&format!("  {line}")));
    }
}

fn line(difference: &Difference, show_values: bool) -> String {
    let what = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(value) if show_values => value.to_string(),
        Some(Value::String(text)) => format!("a text of {} characters", text.chars().count()),
        Some(Value::Number(_)) => "a number".to_owned(),
        Some(Value::Bool(yes)) => yes.to_string(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Array(_) | Value::Object(_)) => "nothing in it".to_owned(),
    };
    let (before, after) = (what(&difference.before), what(&difference.after));
    let words = if before == after { format!("another of the same: {after}") } else { format!("{before} -> {after}") };
    format!("  record {}: {}: {words}", difference.record, difference.at)
}

fn kept(file: &Path) -> Result<Vec<Replayed>, CommandFault> {
    let cannot =
        |error: std::io::Error| CommandFault::said(format!("the earlier run cannot be read: {}", error.kind()));
    if !std::fs::metadata(file).map_err(cannot)?.is_file() {
        return Err(CommandFault::said("the earlier run is no file"));
    }
    let mut bytes = Vec::new();
    File::open(file).map_err(cannot)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(CommandFault::said("the earlier run is longer than any that this command keeps"));
    }
    serde_json::from_slice(&bytes)
        .map_err(|_| CommandFault::said("the file of `--against` is none that `--save` wrote"))
}

fn keep(file: &Path, run: &[Replayed]) -> Result<(), CommandFault> {
    let text = serde_json::to_vec_pretty(run).map_err(CommandFault::said)?;
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    open.and_then(|mut open| open.write_all(&text)).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandFault::said("the file of `--save` is there already; nothing is overwritten"),
        kind => CommandFault::said(format!("the run cannot be kept: {kind}")),
    })
}
