//! A permit is there once: what it permits was recorded once.
use sangam_custody::Permit;

fn keep(permit: Permit) -> Permit {
    permit.clone()
}

fn main() {}
