//! sangam-desk
