//! The binary `sangam`: wiring, configuration, commands. It knows every room and does none of their work.

mod checkpoints;
mod command;
mod configuration;
#[cfg(feature = "demo")]
mod demo;
mod gateway;
mod house;
mod keys;
mod law;
mod outside;
mod partners;
mod people;
mod readiness;
mod supervise;

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

/// Logs go to standard error, at `warn` unless `RUST_LOG` says otherwise; SQL and HTTP internals stay quiet.
fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
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
