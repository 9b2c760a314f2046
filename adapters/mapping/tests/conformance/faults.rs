//! What goes wrong in the world, for every kind alike.

use std::time::Duration;

use sangam_sandbox::Fault;
use sangam_wire::WireFault;

use super::post::{DEADLINE, House, Post};

pub(crate) async fn typed<P: Post>() {
    let house = House::<P>::open("faults", |config| {
        config.guard.deadline = DEADLINE;
        config.guard.failures = 1_000;
        config.max_bytes = 256 << 10;
    })
    .await;
    let key = house.post.put("Rupa Das", true);
    assert_eq!(house.refused().await, Ok(()));
    let faults = [
        Fault::Down,
        Fault::Slow(DEADLINE * 4),
        Fault::Html,
        Fault::Truncated,
        Fault::HalfJson,
        Fault::Redirect("http://127.0.0.1:9/".to_owned()),
        Fault::BadGateway,
        Fault::Unauthorized,
        Fault::OtherShape,
        Fault::Endless,
    ];
    for fault in faults {
        house.post.fault(fault.clone());
        let told = house.refused().await.expect_err("a fault");
        let fits = match fault {
            Fault::Down => matches!(told, WireFault::Unreachable | WireFault::Truncated),
            Fault::Slow(_) => told == WireFault::TimedOut,
            Fault::Html => matches!(&told, WireFault::NotJson { content_type } if content_type == "text/html"),
            Fault::Truncated | Fault::HalfJson => told == WireFault::Truncated,
            Fault::Redirect(_) => told == WireFault::RedirectedElsewhere,
            Fault::BadGateway => matches!(told, WireFault::Refused { status: 502, .. }),
            Fault::Unauthorized => told == WireFault::Unauthorized,
            Fault::OtherShape => matches!(told, WireFault::Unexpected { .. }),
            _ => matches!(told, WireFault::TooLarge { .. }),
        };
        assert!(fits, "{fault:?}: {told:?}");
        let text = format!("{told} {told:?}");
        for leaked in ["Rupa", "Das", "<form", "doctype", "Bearer", "Token ", "127.0.0.1:9"] {
            assert!(!text.contains(leaked), "{text}");
        }
        house.post.fault(Fault::None);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(house.refused().await, Ok(()), "well again after {fault:?}");
    }
    assert!(house.wire.record(&key).await.is_ok());
}
