//! A sealed category is there once.
use sangam_custody::Held;

fn keep(held: Held) -> Held {
    held
}

fn main() {}
