//! What becomes of each kind of record when a case goes over: printed and committed. `UPDATE=1` writes the page anew.

use std::path::Path;

use sangam_custody::carries;
use sangam_vocabulary::{Code, Noun, Purpose, Relation, Role};
use sangam_workflow::transfer::{Clocks, Goes, Others, WAYS, page, row};

#[test]
fn every_kind_of_record_has_its_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("transfer.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page(), "the table changed: look, then UPDATE=1");
}

/// What ends, ends for everybody and takes its clocks with it; what goes over leaves everybody else where they were.
#[test]
fn a_row_contradicts_itself_nowhere() {
    for noun in Noun::ALL {
        let row = row(*noun);
        let ends = row.goes == Goes::Ends;
        assert_eq!(ends, row.others == Others::End, "{noun}");
        assert!(!ends || row.clocks == Clocks::Stop, "{noun}");
        assert!(ends || row.clocks != Clocks::Stop, "{noun}");
        // A case is held through a seat that carries something, or moving it would move nothing.
        let relation = Relation::new(*noun, row.seat);
        let carried = |purpose: &Purpose| Role::ALL.iter().any(|role| carries(*purpose, relation, *role));
        let owner = row.seat.code() == "OWNER";
        assert!(owner || Purpose::ALL.iter().any(carried), "{noun}");
    }
}

/// Each way is one that somebody can have: a purpose that its seat carries.
#[test]
fn what_goes_over_is_asked_about_in_ways_that_carry_something() {
    for (relation, purpose) in WAYS {
        assert!(Role::ALL.iter().any(|role| carries(purpose, relation, *role)), "{purpose}");
    }
}
