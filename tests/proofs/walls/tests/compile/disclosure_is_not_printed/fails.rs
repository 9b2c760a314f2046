//! What was opened does not print itself into a log.
use sangam_custody::Disclosure;

fn say(disclosure: &Disclosure) -> String {
    format!("{:?}", disclosure)
}

fn main() {}
