//! The committed SDL is the one the tables make.

use std::path::Path;
use std::sync::Arc;

use sangam_language::{Executor, Limits};

use crate::fixture::World;

pub fn committed() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    std::fs::read_to_string(file).unwrap_or_default()
}

#[test]
fn the_committed_sdl_must_be_up_to_date() {
    let executor = Executor::new(Arc::new(World::new(1)), Limits::standard(), false);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(&file, executor.sdl()).unwrap();
    }
    assert!(
        committed() == executor.sdl(),
        "schema.graphql is stale: run this test with UPDATE=1 and read the difference"
    );
}
