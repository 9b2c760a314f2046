//! A sealed category cannot be serialised; its ciphertext can.
use sangam_custody::Held;

fn write(held: &Held) -> serde_json::Result<String> {
    serde_json::to_string(held)
}

fn main() {}
