//! The eight states of SAARC.

use crate::codes::codes;

codes! {
    "A member state of SAARC, by its ISO 3166-1 alpha-2 code."
    pub enum Country {
        Afghanistan = "AF": "Afghanistan.",
        Bangladesh = "BD": "Bangladesh.",
        Bhutan = "BT": "Bhutan.",
        India = "IN": "India.",
        SriLanka = "LK": "Sri Lanka.",
        Maldives = "MV": "Maldives.",
        Nepal = "NP": "Nepal.",
        Pakistan = "PK": "Pakistan.",
    }
}
