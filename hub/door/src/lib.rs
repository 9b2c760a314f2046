//! sangam-door
