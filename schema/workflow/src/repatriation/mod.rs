//! Bringing somebody home (DESIGN §5, domain.md 6.1): one request and four tracks, each a table of its own, holds that
//! make tracks stand still, the screening that comes before all of it, and one gate before the handover.
//!
//! Read `request.rs` first, then the tracks; `facts.rs` decides what is there, `handover.rs` is the gate and who sees of
//! the handover what when, `derived.rs` is the state on the board, `corridor.rs` what a pair of countries asks for.

pub mod corridor;
pub mod court;
pub mod derived;
mod facts;
pub mod handover;
pub mod hold;
mod need;
pub mod papers;
pub mod placement;
mod reason;
pub mod record;
pub mod request;
pub mod screening;
pub mod verification;

use sangam_vocabulary::codes;

pub use facts::{Facts, Letting};
pub use need::Need;
pub use reason::Reason;

codes! {
    "A track of a repatriation. Holds and clocks belong to a track."
    pub enum Track as "RepatriationTrack" {
        Court = "COURT": "The order of the court or the child welfare committee.",
        Verification = "VERIFICATION": "Her nationality and her home.",
        Papers = "PAPERS": "The travel document and the exit clearance.",
        Placement = "PLACEMENT": "Who receives her, whether it is safe, and where she will live.",
    }
}
