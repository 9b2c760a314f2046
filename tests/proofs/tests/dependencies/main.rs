//! What may enter the tree, and which room may know which: the manifests, the lock files and `deny.toml` held
//! against what Cargo resolves. It stands in for cargo-deny where that is absent, and holds what cargo-deny
//! cannot know: the walls between our own packages.
#![cfg(test)]

mod cargo;
mod licence;
mod tree;
mod walls;
