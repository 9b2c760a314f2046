//! sangam-sandbox
