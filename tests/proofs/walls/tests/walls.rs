//! Each wall is a pair: a file that must not build, with the compiler's words, and its twin, one line different, that
//! must. The twins are modules of this test: that it runs at all is the proof that they build, under the same lints
//! as everything else.
#![cfg(test)]

use std::path::{Path, PathBuf};

macro_rules! twins {
    ($($wall:ident in $path:tt),+ $(,)?) => {
        /// Every wall.
        const WALLS: &[&str] = &[$(stringify!($wall)),+];

        $(
            #[expect(dead_code, reason = "a twin is compiled, not called")]
            #[path = $path]
            mod $wall;
        )+
    };
}

twins! {
    a_decision_is_not_made_by_hand in "compile/a_decision_is_not_made_by_hand/builds.rs",
    a_document_key_is_not_printed in "compile/a_document_key_is_not_printed/builds.rs",
    a_document_opens_under_a_permit in "compile/a_document_opens_under_a_permit/builds.rs",
    a_line_takes_a_decision in "compile/a_line_takes_a_decision/builds.rs",
    an_ask_has_no_default in "compile/an_ask_has_no_default/builds.rs",
    asking_needs_a_purpose in "compile/asking_needs_a_purpose/builds.rs",
    disclosure_is_not_made_by_hand in "compile/disclosure_is_not_made_by_hand/builds.rs",
    disclosure_is_not_printed in "compile/disclosure_is_not_printed/builds.rs",
    held_is_not_cloned in "compile/held_is_not_cloned/builds.rs",
    held_is_not_printed in "compile/held_is_not_printed/builds.rs",
    held_is_not_serialised in "compile/held_is_not_serialised/builds.rs",
    key_is_not_printed in "compile/key_is_not_printed/builds.rs",
    nothing_else_decrypts in "compile/nothing_else_decrypts/builds.rs",
    permit_is_not_cloned in "compile/permit_is_not_cloned/builds.rs",
    permit_is_not_made_by_hand in "compile/permit_is_not_made_by_hand/builds.rs",
    release_needs_a_permit in "compile/release_needs_a_permit/builds.rs",
    step_is_not_made_by_hand in "compile/step_is_not_made_by_hand/builds.rs",
    subject_is_no_referral in "compile/subject_is_no_referral/builds.rs",
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile")
}

fn text(wall: &str, file: &str) -> String {
    std::fs::read_to_string(folder().join(wall).join(file)).unwrap()
}

#[test]
fn every_wall_is_a_pair_and_differs_in_one_line() {
    let mut here: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    here.sort();
    assert_eq!(here, WALLS, "a folder that is no module of this test, or a module without a folder");
    for wall in WALLS {
        let (fails, builds) = (text(wall, "fails.rs"), text(wall, "builds.rs"));
        assert_eq!(fails.lines().count(), builds.lines().count(), "{wall}");
        let differing = fails.lines().zip(builds.lines()).filter(|(one, other)| one != other).count();
        assert_eq!(differing, 1, "{wall}: a pair that differs in more proves nothing about the line");
        assert!(text(wall, "fails.stderr").lines().any(|line| line.starts_with("error[E")), "{wall}");
    }
}

#[test]
fn what_must_not_build_does_not_and_says_why() {
    trybuild::TestCases::new().compile_fail("tests/compile/*/fails.rs");
}
