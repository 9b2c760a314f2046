//! The bench runs: every question is answered alike by both servers, and each row of the table is there. What it
//! measured is not looked at: a figure of a busy machine fails nobody.
#![cfg(test)]

use std::process::Command;

#[test]
fn every_question_is_measured_and_both_servers_answer_alike() {
    let output = Command::new(env!("CARGO_BIN_EXE_sangam-bench"))
        .args(["page", "--requests", "32", "--rounds", "1"])
        .output()
        .expect("the bench runs");
    let (table, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{table}{complaints}");
    for question in ["owner-page", "owner-page-light", "recipient-page-masked", "owner-by-id", "recipient-by-id"] {
        let row = table.lines().find(|line| line.starts_with(&format!("| {question} |")));
        let row = row.unwrap_or_else(|| panic!("`{question}` is not in the table:\n{table}{complaints}"));
        assert!(row.ends_with("| 32 × 1 |"), "{row}");
    }
    assert!(!complaints.contains("ERROR"), "{complaints}");
}

#[test]
fn a_partner_is_mirrored_whole_and_a_second_walk_finds_nothing_new() {
    let output = Command::new(env!("CARGO_BIN_EXE_sangam-bench"))
        .args(["mirror", "--records", "120"])
        .output()
        .expect("the bench runs");
    let (table, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{table}{complaints}");
    let row = |walk: &str| -> Vec<u64> {
        let line = table.lines().find(|line| line.starts_with(&format!("| {walk} |")));
        let line = line.unwrap_or_else(|| panic!("`{walk}` is not in the table:\n{table}{complaints}"));
        line.split('|').filter_map(|cell| cell.trim().parse().ok()).collect()
    };
    let (first, second) = (row("first"), row("second"));
    assert!(first[0] > 90 && first[0] < 120, "nine in ten are marked: {table}");
    assert_eq!((second[0], first[2], second[2]), (0, 0, 0), "{table}");
    assert!(first[4] > 10, "the hub's memory was read: {table}");
}
