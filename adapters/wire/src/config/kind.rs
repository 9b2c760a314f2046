//! Which kinds of systems there are. A kind is one line of each table here, and a room of its own beside
//! `config`, with its settings, its client and its traps.

use std::sync::Arc;

use sangam_vocabulary::Clock;

use super::about::About;
use super::kinds::{self, Of};
use super::table::Table;
use super::web::Around;
use crate::dhis2::{Dhis2, Dhis2Config};
use crate::fault::WireFault;
use crate::fhir::{Fhir, FhirConfig};
use crate::graphql::{Graphql, GraphqlConfig};
use crate::hsds::{Hsds, HsdsConfig};
use crate::htcds::{Htcds, HtcdsConfig};
use crate::kobo::{Kobo, KoboConfig};
use crate::narrow::Narrow;
use crate::odk::{Odk, OdkConfig};
use crate::partner::Wire;
use crate::primero::{Primero, PrimeroConfig};
use crate::spreadsheet::{Spreadsheet, SpreadsheetConfig};
use crate::{dhis2, fhir, graphql, hsds, htcds, kobo, odk, primero, spreadsheet};

/// How the system talks, and what that way needs.
#[derive(Debug)]
pub enum WireConfig {
    /// DHIS2 Tracker, 2.40 and later.
    Dhis2(Box<Dhis2Config>),
    /// FHIR R4.
    Fhir(FhirConfig),
    /// A GraphQL API, by operation files of the partner's.
    Graphql(Box<GraphqlConfig>),
    /// An organization's own directory in HSDS 3.
    Hsds(HsdsConfig),
    /// HTCDS 2.0 in JSON or CSV files.
    Htcds(HtcdsConfig),
    /// A form on a KoboToolbox v2 server.
    Kobo(KoboConfig),
    /// A form and an entity list of an ODK Central server.
    Odk(OdkConfig),
    /// Primero v2.
    Primero(PrimeroConfig),
    /// XLSX or CSV files with HTCDS column names.
    Spreadsheet(SpreadsheetConfig),
}

/// A kind by the word that the configuration uses; the kind's own section has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Dhis2,
    Fhir,
    Graphql,
    Hsds,
    Htcds,
    Kobo,
    Odk,
    Primero,
    Spreadsheet,
}

impl Kind {
    pub(super) const WORDS: [(&'static str, Self); 9] = [
        ("dhis2", Self::Dhis2),
        ("fhir_r4", Self::Fhir),
        ("graphql", Self::Graphql),
        ("hsds3", Self::Hsds),
        ("htcds", Self::Htcds),
        ("kobotoolbox", Self::Kobo),
        ("odk_central", Self::Odk),
        ("primero", Self::Primero),
        ("spreadsheet", Self::Spreadsheet),
    ];

    /// The settings of a kind, from its section of a partner's file; `None` where they have faults.
    pub(super) fn read(self, table: &Table<'_, '_>, around: &Around<'_>) -> Option<WireConfig> {
        match self {
            Self::Dhis2 => Dhis2Config::read(table, around).map(Box::new).map(WireConfig::Dhis2),
            Self::Fhir => FhirConfig::read(table, around).map(WireConfig::Fhir),
            Self::Graphql => GraphqlConfig::read(table, around).map(Box::new).map(WireConfig::Graphql),
            Self::Hsds => HsdsConfig::read(table, around).map(WireConfig::Hsds),
            Self::Htcds => HtcdsConfig::read(table, around).map(WireConfig::Htcds),
            Self::Kobo => KoboConfig::read(table, around).map(WireConfig::Kobo),
            Self::Odk => OdkConfig::read(table, around).map(WireConfig::Odk),
            Self::Primero => PrimeroConfig::read(table, around).map(WireConfig::Primero),
            Self::Spreadsheet => SpreadsheetConfig::read(table, around).map(WireConfig::Spreadsheet),
        }
    }

    /// What an integrator is told of a kind.
    pub(super) const fn about(self) -> &'static About {
        match self {
            Self::Dhis2 => &dhis2::ABOUT,
            Self::Fhir => &fhir::ABOUT,
            Self::Graphql => &graphql::ABOUT,
            Self::Hsds => &hsds::ABOUT,
            Self::Htcds => &htcds::ABOUT,
            Self::Kobo => &kobo::ABOUT,
            Self::Odk => &odk::ABOUT,
            Self::Primero => &primero::ABOUT,
            Self::Spreadsheet => &spreadsheet::ABOUT,
        }
    }

    pub(super) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// What the records of a kind are.
    pub(super) fn of(self) -> Of {
        kinds::of(self.word())
    }
}

impl WireConfig {
    /// The word the configuration uses.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().word()
    }

    /// What its records are.
    #[must_use]
    pub fn of(&self) -> Of {
        self.kind().of()
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Dhis2(_) => Kind::Dhis2,
            Self::Fhir(_) => Kind::Fhir,
            Self::Graphql(_) => Kind::Graphql,
            Self::Hsds(_) => Kind::Hsds,
            Self::Htcds(_) => Kind::Htcds,
            Self::Kobo(_) => Kind::Kobo,
            Self::Odk(_) => Kind::Odk,
            Self::Primero(_) => Kind::Primero,
            Self::Spreadsheet(_) => Kind::Spreadsheet,
        }
    }

    /// A client of the system; nothing is sent yet.
    pub(super) fn connect(
        &self,
        narrow: Narrow,
        max_bytes: u64,
        clock: &Arc<dyn Clock>,
    ) -> Result<Box<dyn Wire>, WireFault> {
        Ok(match self {
            Self::Dhis2(config) => Box::new(Dhis2::new(config, narrow, max_bytes)?),
            Self::Fhir(config) => Box::new(Fhir::new(config, narrow, max_bytes, Arc::clone(clock))?),
            Self::Graphql(config) => Box::new(Graphql::new(config, narrow, max_bytes, Arc::clone(clock))?),
            Self::Hsds(config) => Box::new(Hsds::new(config, narrow, max_bytes)?),
            Self::Htcds(config) => Box::new(Htcds::new(config.clone(), narrow, max_bytes)),
            Self::Kobo(config) => Box::new(Kobo::new(config, narrow, max_bytes)?),
            Self::Odk(config) => Box::new(Odk::new(config, narrow, max_bytes)?),
            Self::Primero(config) => Box::new(Primero::new(config, narrow, max_bytes)?),
            Self::Spreadsheet(config) => Box::new(Spreadsheet::new(config.clone(), narrow, max_bytes)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Kind;
    use super::kinds::KINDS;

    #[test]
    fn every_kind_says_what_it_allows() {
        let said: BTreeSet<&str> = KINDS.iter().map(|kind| kind.wire).collect();
        assert_eq!(said, Kind::WORDS.iter().map(|(word, _)| *word).collect());
        assert!(KINDS.is_sorted_by_key(|kind| kind.wire));
    }
}
