//! Workflows as tables: state, event, who may, what must be there, next state, clock, category of the state,
//! covering word. One engine takes a step of any of them; a store accepts only what it returned. Knows no database and
//! no protocol; read `flow.rs` first and `sangam-language` next.

pub mod accession;
pub mod clock;
pub mod flow;
pub mod grid;
pub mod lock;
pub mod referral;
