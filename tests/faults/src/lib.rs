//! sangam-faults
