//! `sangam adapter`: how a partner's files are made and tried before any hub runs them. It opens no store and asks no
//! system: everything it shows comes out of the sample that it is given.

mod bench;
mod check;
mod new;
mod recipient;
mod replay;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::CommandFault;

/// What `sangam adapter --help` says after the list of commands.
pub(super) const HELP: &str = "\
A partner of a known kind is a file that says how its system is reached and which fields pass the border (NAME.toml), and
two mappings in jq (NAME.in.jq, NAME.out.jq). `new` writes them so that they take nothing, `check` shows what becomes of
a sample of the partner's records, `replay` goes through it as the hub would. A sample is a file: a list of records in
JSON, one record, a list answer of the system, or a sheet. It may hold people: keep it where such files belong. No value
of it is shown but with `--show-values`, and codes in the spelling of the mapping.

Examples:
  sangam adapter new primero shelter-np --country NP --sample cases.json
  sangam adapter new spreadsheet small-bd --country BD --sample register.csv --codes cas_Status
  sangam adapter check shelter-np --sample cases.json
  sangam adapter check shelter-np --sample cases.json --recipient IN/SHELTER --consent none
  sangam adapter replay shelter-np --sample cases.json --save before.json
  sangam adapter replay shelter-np --sample cases.json --against before.json

Exit codes: 0 it is done, and of `check` and `replay`: every record maps; 1 it failed, or a record does not map; 2 the
command line is wrong; 3 there is no such partner's file.";

#[derive(Debug, Subcommand)]
pub(crate) enum AdapterCommand {
    /// Write a partner's files from a sample of its records. They take nothing until somebody says which field is what.
    New(new::NewArguments),
    /// Show what becomes of a sample's records: field by field, code by code, and for a given recipient.
    Check(check::CheckArguments),
    /// Go through a sample as the hub would, and show what differs from an earlier run.
    Replay(replay::ReplayArguments),
}

/// Where partners' files are.
#[derive(Debug, clap::Args)]
pub(crate) struct FolderArgument {
    /// The folder of partners' files.
    #[arg(long, value_name = "DIR", default_value = "config/partners")]
    dir: PathBuf,
}

pub(super) async fn run(command: AdapterCommand) -> Result<ExitCode, CommandFault> {
    match command {
        AdapterCommand::New(arguments) => new::run(&arguments),
        AdapterCommand::Check(arguments) => check::run(&arguments).await,
        AdapterCommand::Replay(arguments) => replay::run(&arguments).await,
    }
}
