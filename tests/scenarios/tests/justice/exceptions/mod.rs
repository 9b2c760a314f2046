//! Orders, overrides by authority and emergencies on record.

mod cells;
mod emergencies;
mod fence;
mod journal;
mod orders;
mod overrides;
mod staff;
mod transfer;
mod words;
