//! sangam-scenarios
