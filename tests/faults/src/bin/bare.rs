//! The bare server as a process of its own, so that it may die.

/// Serves until it is killed; prints where.
#[tokio::main]
async fn main() -> std::io::Result<()> {
    sangam_faults::bare::serve().await
}
