//! The binary `sangam`.
fn main() {}
