//! sangam-proofs
