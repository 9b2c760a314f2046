//! A decision comes from a compiled mask and from nowhere else.
use sangam_custody::{ContextMask, Decision};
use sangam_vocabulary::{CategorySet, Instant};

fn decided(mask: &ContextMask, consent: CategorySet, until: Instant) -> Decision {
    Decision { shown: mask.shown(consent, CategorySet::all()), until, opened_by: Vec::new() }
}

fn main() {}
