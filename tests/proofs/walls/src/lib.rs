//! The walls that the compiler holds. A package of its own because `trybuild` builds what its package depends on
//! once more, beside the workspace: here that is custody and what it stands on, and nothing else. Everything is in
//! `tests/walls.rs` and `tests/compile`.
