//! The mapping worker as a program of its own, so that this package's tests can start one; the hub starts
//! itself instead.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some(sangam_mapping::worker::ARGUMENT) => sangam_mapping::worker::run(),
        _ => ExitCode::from(2),
    }
}
