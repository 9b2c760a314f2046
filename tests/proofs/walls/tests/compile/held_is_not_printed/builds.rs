//! A sealed category cannot be printed; its category can.
use sangam_custody::Held;

fn say(held: &Held) -> String {
    format!("{:?}", held.category())
}

fn main() {}
