//! The guarded server as a process of its own, so that its life can be watched.

/// Serves until it is killed; prints where. Argument: milliseconds for the door's shortest deadlines.
#[tokio::main]
async fn main() -> std::io::Result<()> {
    let millis = std::env::args().nth(1).and_then(|text| text.parse().ok());
    sangam_faults::guarded::serve(millis.map(std::time::Duration::from_millis)).await
}
