//! `sangam key`: the keys of a hub, which of them are still needed, and new ones in their place while it serves.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use sangam_desk::{Desk, DeskFault, Renewal, SETTLE_MILLIS};
use sangam_vocabulary::{OrganizationId, SystemChance, hex};
use serde_json::{Value, json};

use super::CommandFault;
use super::opened::{HubArguments, Opened};
use crate::configuration::Configuration;
use crate::keys::{self, Family, KeyFiles};

/// What `sangam key --help` says after the list of commands.
pub(super) const HELP: &str = "\
A master key (root.key, root-LABEL.key) wraps organizations' keys, a token key (tokens.pk8, tokens-LABEL.pk8) signs access
tokens. The one whose label sorts last works; `next` never does, so that every process knows a key before the first one
works with it. A hub that serves reads the folder again within two seconds of a change, and at once on SIGHUP.

A new master key, while the hub serves:
  sangam key new master --label next --folder keys
  mv keys/root-next.key keys/root-2026-12.key     # when every process has read it
  sangam key rewrap
  sangam key list                                 # the old one holds nothing: keep its file as long as your backups

A new token key:
  sangam key new token --label next --folder keys
  mv keys/tokens-next.pk8 keys/tokens-2026-12.pk8 # ten minutes later the old one can go

A new key of the journal, from the next start on; its .pub files stay for `sangam journal verify` when a key goes:
  sangam key new journal --label 2026-12 --folder keys

Another key for an organization's subjects:
  sangam key rotate --organization org_…

Exit codes: 0 it is done; 1 it failed, and what was done stays done: the same command goes on from there; 2 the command
line is wrong; 3 there is no such organization.";

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Show the keys, and how many stored keys each master key still holds.
    #[command(
        after_help = "Example:\n  sangam key list --config hub.toml --json | jq '.masters[] | {file, state, keys}'"
    )]
    List(ListArguments),
    /// Draw a key into a file of mode 0400.
    #[command(
        after_help = "Examples:\n  sangam key new first --folder keys\n  sangam key new token --label next --algorithm es256 --folder keys"
    )]
    New(NewArguments),
    /// Wrap every organization's keys under the newest master key.
    #[command(after_help = "Example:\n  sangam key rewrap --config hub.toml && sangam key list --config hub.toml")]
    Rewrap(ListArguments),
    /// Give organizations another key for their subjects, and wrap their subjects' keys under it, while the hub serves.
    #[command(
        after_help = "Examples:\n  sangam key rotate --organization org_…\n  sangam key rotate --every-organization"
    )]
    Rotate(RotateArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    hub: HubArguments,
}

/// Which key to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The first keys of a hub: a master key, a token key, the journal's signing key, the key of people's cookies.
    First,
    /// A master key: it wraps organizations' keys.
    Master,
    /// A key that signs access tokens.
    Token,
    /// A key that signs the journal's checkpoints, from the next start on.
    Journal,
}

/// How a token key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    /// Ed25519.
    Eddsa,
    /// ECDSA on P-256.
    Es256,
}

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// Which key.
    kind: Kind,
    /// The new file's label: small letters, digits, dots, hyphens. `next` does not work yet.
    #[arg(long, default_value = keys::NEXT)]
    label: String,
    /// How a token key signs.
    #[arg(long, value_enum, default_value_t = Algorithm::Eddsa)]
    algorithm: Algorithm,
    /// The key folder.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    folder: Option<PathBuf>,
    /// The configuration file that names it.
    #[arg(long, short, default_value = "config/hub.toml")]
    config: PathBuf,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    #[arg(long, value_name = "ORGANIZATION", required_unless_present = "every_organization")]
    organization: Option<String>,
    /// All of them, one after the other.
    #[arg(long, conflicts_with = "organization")]
    every_organization: bool,
}

pub(super) async fn run(command: KeyCommand) -> Result<ExitCode, CommandFault> {
    match command {
        KeyCommand::List(arguments) => list(arguments).await,
        KeyCommand::New(arguments) => new(&arguments),
        KeyCommand::Rewrap(arguments) => rewrap(arguments).await,
        KeyCommand::Rotate(arguments) => rotate(arguments).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The folder of the keys that a command's arguments name.
fn folder(arguments: &HubArguments) -> Result<PathBuf, CommandFault> {
    match &arguments.demo {
        Some(demo) => Ok(demo.join(keys::FOLDER)),
        None => Ok(Configuration::read(&arguments.config).map_err(CommandFault::Configuration)?.keys),
    }
}

/// Ends what was opened, and tells how it went.
async fn end<T: Send>(opened: Opened, outcome: Result<T, DeskFault>) -> Result<T, CommandFault> {
    let closed = opened.gateway.close().await;
    let outcome = outcome.map_err(|fault| match fault {
        DeskFault::Unknown { .. } => CommandFault::NotFound("there is no organization with that id".to_owned()),
        fault => {
            CommandFault::said(format!("{fault}; what was done stays done, and the same command goes on from there"))
        }
    })?;
    closed.map(|()| outcome)
}

/// What a key does now.
fn state(place: usize, label: &str, works: &'static str, rests: &'static str) -> &'static str {
    if place == 0 {
        works
    } else if label == keys::NEXT {
        "WAITS"
    } else {
        rests
    }
}

async fn list(arguments: ListArguments) -> Result<(), CommandFault> {
    let files = KeyFiles::read(&folder(&arguments.hub)?)?;
    let opened = Opened::of(&arguments.hub).await?;
    let uses = opened.desk().master_uses().await;
    let uses = end(opened, uses).await?;
    let (held, tokens) = (files.labelled_masters()?, files.labelled_tokens()?);
    let masters: Vec<Value> = (0..)
        .zip(&held)
        .map(|(place, (label, key))| {
            let name = key.wrapper_name();
            let keys: usize = uses.iter().filter(|used| used.name == Some(name)).map(|used| used.keys).sum();
            json!({
                "file": Family::Master.file(label),
                "state": state(place, label, "WRAPS", "UNWRAPS"),
                "name": hex(name.as_bytes()),
                "keys": keys,
            })
        })
        .collect();
    let known = |name| held.iter().any(|(_, key)| Some(key.wrapper_name()) == name);
    let missing: Vec<Value> = uses
        .iter()
        .filter(|used| used.name.is_some() && !known(used.name))
        .map(|used| json!({ "name": used.name.map(|name| hex(name.as_bytes())), "keys": used.keys }))
        .collect();
    let unnamed: usize = uses.iter().filter(|used| used.name.is_none()).map(|used| used.keys).sum();
    let tokens: Vec<Value> = (0..)
        .zip(&tokens)
        .map(|(place, (label, key))| {
            json!({
                "file": Family::Token.file(label),
                "state": state(place, label, "SIGNS", "VERIFIES"),
                "kid": key.kid(),
                "algorithm": key.algorithm(),
            })
        })
        .collect();
    let told = json!({ "masters": masters, "unnamed": unnamed, "missing": missing, "tokens": tokens });
    if arguments.hub.json {
        crate::say(&told.to_string())
    } else {
        show(&told)
    }
    Ok(())
}

fn show(told: &Value) {
    let rows = |name: &str| told.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let count = |row: &Value| row.get("keys").and_then(Value::as_u64).unwrap_or(0);
    for row in rows("masters") {
        let (file, state, name) = (text(&row, "file"), text(&row, "state"), text(&row, "name"));
        crate::say(&format!("{file:<28} {state:<9} {name}  {} keys of organizations", count(&row)));
    }
    for row in rows("missing") {
        crate::say(&format!(
            "no file here{:26} {}  {} keys of organizations: put it back",
            "",
            text(&row, "name"),
            count(&row)
        ));
    }
    if let Some(unnamed @ 1..) = told.get("unnamed").and_then(Value::as_u64) {
        crate::say(&format!(
            "{unnamed} keys of organizations name no master key: they are of the first days and under the oldest; `sangam key rewrap` names it"
        ));
    }
    for row in rows("tokens") {
        let (file, state) = (text(&row, "file"), text(&row, "state"));
        crate::say(&format!("{file:<28} {state:<9} {:<6} {}", text(&row, "algorithm"), text(&row, "kid")));
    }
    crate::say("A master key that holds nothing is still needed by backups that were made while it did.");
}

fn new(arguments: &NewArguments) -> Result<(), CommandFault> {
    if !keys::is_label(&arguments.label) {
        return Err(CommandFault::said("`--label` must have 1 to 32 small letters, digits, dots or hyphens"));
    }
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => Configuration::read(&arguments.config).map_err(CommandFault::Configuration)?.keys,
    };
    let files = draw(arguments, &folder)?;
    if arguments.json {
        crate::say(&json!({ "folder": folder.display().to_string(), "files": files }).to_string());
        return Ok(());
    }
    for file in &files {
        crate::say(&format!("drew {}", folder.join(file).display()));
    }
    if arguments.kind != Kind::First && arguments.label == keys::NEXT {
        crate::say(
            "It does not work yet. When every process has read it, rename it to a label that sorts last, as in `sangam key --help`.",
        );
    }
    crate::say("Keep a copy where the database's backups are not: without its keys a backup cannot be read.");
    Ok(())
}

fn draw(arguments: &NewArguments, folder: &Path) -> Result<Vec<String>, CommandFault> {
    let chance = SystemChance::new();
    let (name, bytes) = match arguments.kind {
        Kind::First => {
            KeyFiles::draw(folder, &chance)?;
            let drawn = [Family::Master.file(""), Family::Token.file(""), Family::Journal.file("")];
            return Ok([drawn.as_slice(), &[keys::SESSIONS.to_owned()]].concat());
        }
        Kind::Master => (Family::Master.file(&arguments.label), keys::draw_master(&chance)?),
        Kind::Journal => return keys::draw_journal(folder, &arguments.label),
        Kind::Token if arguments.algorithm == Algorithm::Es256 => {
            (Family::Token.file(&arguments.label), keys::draw_p256()?)
        }
        Kind::Token => (Family::Token.file(&arguments.label), keys::draw_ed25519()?),
    };
    keys::write_file(folder, &name, &bytes)?;
    Ok(vec![name])
}

async fn rewrap(arguments: ListArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let changed = opened.desk().rewrap_organizations().await;
    let changed = end(opened, changed).await?;
    if arguments.hub.json {
        crate::say(&json!({ "organizations": changed }).to_string());
    } else {
        crate::say(&format!(
            "the keys of {changed} organizations were wrapped anew; `sangam key list` shows what each file still holds"
        ));
    }
    Ok(())
}

async fn rotate(arguments: RotateArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let named = arguments.organization.as_deref().map(|text| opened.organization(text)).transpose()?;
    let desk = std::sync::Arc::clone(opened.desk());
    let outcome = rotate_all(&desk, named, arguments.hub.json).await;
    let subjects = end(opened, outcome).await?;
    if arguments.hub.json {
        let told = subjects.iter().map(
            |(id, subjects)| json!({ "organization": format!("org_{}", id.uuid().simple()), "subjects": subjects }),
        );
        crate::say(&told.collect::<Value>().to_string());
    }
    Ok(())
}

async fn rotate_all(
    desk: &Desk,
    named: Option<OrganizationId>,
    quiet: bool,
) -> Result<Vec<(OrganizationId, usize)>, DeskFault> {
    let all = match named {
        Some(id) => vec![id],
        None => desk.store().organizations().await?.into_iter().map(|row| row.id).collect(),
    };
    for id in &all {
        desk.replace_seal(*id).await?;
    }
    let mut wrapped: Vec<(OrganizationId, usize)> = all.into_iter().map(|id| (id, 0)).collect();
    if !quiet {
        crate::say(&format!("{} new keys; subjects' keys are wrapped anew", wrapped.len()));
    }
    // All settle together: the older keys go when nothing was under them for a while.
    loop {
        let mut settling = false;
        for (id, subjects) in &mut wrapped {
            loop {
                match desk.renew_subjects(*id).await? {
                    Renewal::Wrapped(more) => *subjects += more,
                    Renewal::Settling => {
                        settling = true;
                        break;
                    }
                    Renewal::Done => break,
                }
            }
        }
        if !settling {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    if !quiet {
        let total: usize = wrapped.iter().map(|(_, subjects)| subjects).sum();
        crate::say(&format!(
            "{total} subjects' keys were wrapped anew, and {} seconds after the last of them the older keys were taken away",
            SETTLE_MILLIS / 1000
        ));
    }
    Ok(wrapped)
}
