//! What the hub's page costs, as a ratio in one run: the CPU of the whole hub (door, gate, token, executor,
//! desk, store, custody, receipts, decryption, walker) over the CPU of the same SQL by sqlx with serde_json
//! behind the same accept loop.
//!
//! `sangam-bench page [--requests N] [--rounds N]` fills a store through the desk, puts both servers up in
//! processes of their own, loads them in turn from a third, and prints the table. Ratios mean something, the
//! absolute figures only on the machine of the run. With
//! `SANGAM_BENCH_PIDS` set it names the servers' processes, for a profiler. It knows nothing of correctness beyond refusing to measure
//! an answer that is not what the floor answers too. Read `measure.rs` next.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of the tests: what cannot be set up ends the run with a sentence, and never ships"
)]

mod child;
mod floor;
mod house;
mod load;
mod measure;
mod mirror;
mod question;
mod seed;

use std::path::Path;
use std::process::ExitCode;

/// Requests of one round against one server: enough for the clock ticks of `/proc` to be under one per cent.
const REQUESTS: u32 = 1_500;
/// Rounds of each question: an odd number has a median.
const ROUNDS: usize = 7;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["page", rest @ ..] => {
            measure::page(number(rest, "--requests", REQUESTS), number(rest, "--rounds", ROUNDS), &only(rest))
        }
        ["mirror", rest @ ..] => mirror::mirror(number(rest, "--records", mirror::RECORDS)),
        ["mirrors", folder, base_url] => mirror::hub(Path::new(folder), base_url),
        // The pool of mapping workers starts this program anew.
        [sangam_mapping::worker::ARGUMENT, ..] => return sangam_mapping::worker::run(),
        ["seed", folder] => child::seed(Path::new(folder)),
        ["hub", folder] => child::hub(Path::new(folder)),
        ["floor", folder] => child::floor(Path::new(folder)),
        ["load", rest @ ..] => load::run(rest),
        _ => {
            eprintln!("sangam-bench page [--requests N] [--rounds N] [--only NAME] | mirror [--records N]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn number<N: std::str::FromStr>(words: &[&str], name: &str, default: N) -> N {
    let given = words.iter().skip_while(|word| **word != name).nth(1);
    given.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} takes a number")))
}

fn only(words: &[&str]) -> String {
    words.iter().skip_while(|word| **word != "--only").nth(1).map_or_else(String::new, |text| (*text).to_owned())
}
