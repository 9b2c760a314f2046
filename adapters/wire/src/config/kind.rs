//! Which kinds of systems there are. A kind is one line of each table here, and a room of its own beside
//! `config`, with its settings, its client and its traps.

use super::table::Table;
use super::web::Around;
use crate::fault::WireFault;
use crate::narrow::Narrow;
use crate::partner::Wire;
use crate::primero::{Primero, PrimeroConfig};
use crate::spreadsheet::{Spreadsheet, SpreadsheetConfig};

/// How the system talks, and what that way needs.
#[derive(Debug)]
pub enum WireConfig {
    /// Primero v2.
    Primero(PrimeroConfig),
    /// XLSX or CSV files with HTCDS column names.
    Spreadsheet(SpreadsheetConfig),
}

/// A kind by the word that the configuration uses; the kind's own section has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Primero,
    Spreadsheet,
}

impl Kind {
    pub(super) const WORDS: [(&'static str, Self); 2] =
        [("primero", Self::Primero), ("spreadsheet", Self::Spreadsheet)];

    /// The settings of a kind, from its section of a partner's file; `None` where they have faults.
    pub(super) fn read(self, table: &Table<'_, '_>, around: &Around<'_>) -> Option<WireConfig> {
        match self {
            Self::Primero => PrimeroConfig::read(table, around).map(WireConfig::Primero),
            Self::Spreadsheet => SpreadsheetConfig::read(table, around).map(WireConfig::Spreadsheet),
        }
    }

    pub(super) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

impl WireConfig {
    /// The word the configuration uses.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Primero(_) => Kind::Primero,
            Self::Spreadsheet(_) => Kind::Spreadsheet,
        }
        .word()
    }

    /// A client of the system; nothing is sent yet.
    pub(super) fn connect(&self, narrow: Narrow, max_bytes: u64) -> Result<Box<dyn Wire>, WireFault> {
        Ok(match self {
            Self::Primero(config) => Box::new(Primero::new(config, narrow, max_bytes)?),
            Self::Spreadsheet(config) => Box::new(Spreadsheet::new(config.clone(), narrow, max_bytes)),
        })
    }
}
