//! A partner's record becomes the hub's: its deployment's own jq mapping runs in a worker process, and what
//! comes out is read strictly. It knows no partner, no wire and no store. Read [`intake`] for the shape,
//! [`Pool`] for how a mapping is run, and `sangam-wire` for where records come from.

mod categories;
mod country;
mod frame;
pub mod intake;
mod limits;
mod oddity;
pub mod offering;
pub mod outgoing;
mod pool;
mod program;
mod strict;
pub mod worker;
pub mod workshop;

pub use intake::{Intake, Reading};
pub use limits::Limits;
pub use oddity::{Oddity, OddityKind};
pub use offering::Offering;
pub use pool::{Mapping, Pool};
