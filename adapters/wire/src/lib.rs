//! sangam-wire
