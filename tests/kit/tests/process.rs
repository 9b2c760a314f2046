//! Processes: waited for, measured, stopped, killed.
#![cfg(test)]

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::Duration;

use sangam_kit::process::{Process, Start};

const SOON: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Process {
    Start::program(Path::new("/bin/sh")).arguments(["-c", script]).run()
}

#[test]
fn a_line_is_waited_for_and_term_is_answered() {
    let mut process = shell("trap 'exit 7' TERM; echo ready on 8080; while :; do sleep 0.05; done");
    assert_eq!(process.wait_for_line("ready on", SOON), "ready on 8080");
    assert_eq!(process.stop(SOON).code(), Some(7));
}

#[test]
fn a_kill_is_seen_as_one() {
    let mut process = shell("trap '' TERM; echo up; while :; do sleep 0.05; done");
    process.wait_for_line("up", SOON);
    assert_eq!(process.kill().signal(), Some(9));
}

#[test]
fn work_and_memory_are_seen() {
    let mut process = shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; sleep 60");
    process.wait_for_line("done", SOON);
    let usage = process.usage();
    assert!(usage.cpu > Duration::from_millis(10), "{usage:?}");
    assert!(usage.resident_bytes > 100_000 && usage.peak_resident_bytes >= usage.resident_bytes, "{usage:?}");
}

#[test]
#[should_panic(expected = "did not print `ready`:\nno such file")]
fn a_process_that_ends_too_soon_fails_with_its_words() {
    let mut process = shell("echo no such file; exit 3");
    process.wait_for_line("ready", SOON);
}
