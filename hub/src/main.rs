//! The binary `sangam`: wiring, configuration, commands. It knows every room and does none of their work.

mod books;
mod certificates;
mod checkpoints;
mod clocks;
mod code_pages;
mod command;
mod configuration;
mod corridors;
mod counts;
#[cfg(feature = "demo")]
mod demo;
mod directory;
mod documents;
mod gateway;
mod hooks;
mod house;
mod key_folder;
mod keys;
mod law;
mod notices;
mod outside;
mod partners;
mod people;
mod readiness;
mod renewal;
mod screens;
mod sign_in;
mod supervise;
mod ways;

use std::process::ExitCode;

use clap::Parser;
use command::Cli;

fn main() -> ExitCode {
    // A mapping worker is this binary, re-executed: it must not start anything else.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == sangam_mapping::worker::ARGUMENT) {
        return sangam_mapping::worker::run();
    }
    let cli = Cli::parse();
    log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("the runtime cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(code) => code,
        Err(error) => {
            complain(&error.to_string());
            error.code()
        }
    }
}

/// Logs go to standard error, at `warn` unless `RUST_LOG` says otherwise. Of what is not ours only warnings and errors
/// are written, whatever it says: HTTP, TLS and SQL tell at `trace` what passes through them, and that is tokens,
/// passwords and people.
fn log() {
    use tracing_subscriber::filter::{EnvFilter, filter_fn};
    use tracing_subscriber::layer::{Layer, SubscriberExt};
    use tracing_subscriber::util::SubscriberInitExt;
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let quiet = filter_fn(|data| is_ours(data.target()) || *data.level() <= tracing::Level::WARN);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(quiet);
    tracing_subscriber::registry().with(asked).with(lines).init();
}

/// Whether a line of the log is written by a room of the hub.
fn is_ours(target: &str) -> bool {
    let room = target.split("::").next().unwrap_or_default();
    room == "sangam" || room.starts_with("sangam_")
}

/// What the person at the terminal reads. The binary's own words are the one thing that is printed.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    // A closed terminal is no reason to stop a hub.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// What went wrong, and what to do next.
pub(crate) fn complain(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "sangam: {line}");
}
