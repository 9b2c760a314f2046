//! How fast each kind is, in and out: the wire, the mapping in its worker and strict reading, against the sandbox, one
//! after another, without the hub's store. `SANGAM_MEASURED=2000` takes so many records, and `--nocapture` shows the row that
//! each case prints; by itself it takes a few, and looks at no figure: one of a busy machine fails nobody.

use std::time::Instant;

use sangam_wire::config::PartnerConfig;

use super::meaning::{light, offer};
use super::post::{House, Post};

/// Records where nobody says how many.
const FEW: u32 = 12;

/// Turns are counted by the test's clock, which stands still: there are as many as anybody wants.
const fn unhurried(config: &mut PartnerConfig) {
    config.guard.rate_per_minute = 60_000_000;
}

fn records() -> u32 {
    std::env::var("SANGAM_MEASURED").ok().map_or(FEW, |text| text.parse().expect("SANGAM_MEASURED is a number"))
}

pub(crate) async fn both_ways<P: Post>() {
    let many = records();
    let house = House::<P>::open("measured", unhurried).await;
    for number in 0..many {
        house.post.put(&format!("Rupa Das {number}"), true);
    }
    let began = Instant::now();
    let (records, _) = house.all(None).await;
    for record in &records {
        house.intake(record).await.unwrap_or_else(|odd| panic!("{odd}"));
    }
    let incoming = began.elapsed();
    assert_eq!(records.len(), many as usize, "each came once");
    let empty = House::<P>::open("measured-out", unhurried).await;
    let began = Instant::now();
    for number in 0..u128::from(many) {
        empty.wire.deliver(&offer(&empty, number, light()).await).await.unwrap();
    }
    let out = began.elapsed();
    assert_eq!(empty.post.offered(), many as usize, "each was put there once");
    let rate = |took: std::time::Duration| f64::from(many) / took.as_secs_f64();
    println!("| {} | {many} | {:.0} | {:.0} |", P::PARTNER, rate(incoming), rate(out));
}
