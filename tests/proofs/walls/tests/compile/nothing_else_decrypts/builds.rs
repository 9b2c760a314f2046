//! The key opens nothing but through release.
use sangam_custody::{Held, Permit, SubjectKey};
use sangam_vocabulary::Clock;

fn open(key: &SubjectKey, held: Held, permit: &Permit, clock: &dyn Clock) -> bool {
    key.release(held, permit, 0, clock).is_ok()
}

fn main() {}
