//! Workflows as tables: state, event, who may, what must be there, next state, clock, category of the state,
//! covering word. One function takes a step; a store accepts only what it returned. Knows no database and no
//! protocol; read `sangam-language` next.

pub mod accession;
pub mod lock;
pub mod referral;
