//! Where a partner's mapping is made and tried before any hub runs it: from a sample of the partner's records it writes a
//! beginning that takes nothing ([`Beginning`]), shows what becomes of each field and code ([`Trial`]), and goes through a
//! sample as the hub would ([`replay`]). Mappings run in the same worker processes as in the hub, and what comes out is
//! read by the same strict reader. It knows no store, no partner and no wire; who may see what is custody's, and asked
//! elsewhere (`hub/src/command/adapter`).
//!
//! What it says holds no value of a record unless it was asked for values: paths, kinds, lengths, counts.

mod begin;
mod codes;
mod leaf;
pub mod replay;
mod seen;
mod shape;
mod trace;
mod trial;

pub use begin::Beginning;
pub use codes::{CodesSeen, Known, Unknown};
pub use leaf::{Path, ValueKind};
pub use seen::{Fields, Seen};
pub use shape::{Member, Shape};
pub use trace::{Patience, Traced, Traces, trace};
pub use trial::{Came, Outcome, Trial, came, our_codes, shapes};
