//! sangam-store
