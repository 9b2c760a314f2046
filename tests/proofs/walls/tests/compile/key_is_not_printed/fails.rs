//! A key cannot be printed; a wrapped key can.
use sangam_custody::{KeyBytes, WrappedKey};

fn say(key: &KeyBytes, wrapped: &WrappedKey) -> String {
    let _open = key;
    format!("{:?}", key)
}

fn main() {}
