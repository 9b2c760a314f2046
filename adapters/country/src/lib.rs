//! sangam-country
