//! Orders, overrides by authority and emergencies on record.

mod cells;
mod emergencies;
mod orders;
mod overrides;
mod staff;
mod words;
