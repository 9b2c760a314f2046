//! Workflows as tables: state, event, who may, what must be there, next state, clock, category of the state,
//! covering word. One engine takes a step of any of them; a store accepts only what it returned. Knows no database and
//! no protocol; read `flow.rs` first and `sangam-language` next.

pub mod accession;
pub mod agreement;
pub mod answer_link;
pub mod arrival;
pub mod clock;
pub mod contribution;
pub mod exception;
pub mod flow;
pub mod grid;
pub mod hearing;
pub mod ladder;
pub mod listing;
pub mod lock;
pub mod notice;
pub mod recall;
pub mod referral;
pub mod repatriation;
pub mod risk;
pub mod search;
pub mod service;
pub mod support;
pub mod transfer;
