//! sangam-bench
