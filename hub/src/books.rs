//! What a hub goes by: the books of law and the corridors. Neither is used without the other.

use std::path::Path;

use sangam_custody::LawBook;
use sangam_workflow::repatriation::corridor::CorridorBook;

#[cfg(feature = "demo")]
use crate::command::CommandFault;
use crate::{corridors, law};

/// The books of law and the corridors.
pub(crate) struct Books {
    pub(crate) law: LawBook,
    pub(crate) corridors: CorridorBook,
}

impl Books {
    /// Those that were in `config` when the binary was built.
    #[cfg(feature = "demo")]
    pub(crate) fn built_in() -> Result<Self, CommandFault> {
        Ok(Self { law: law::built_in()?, corridors: corridors::built_in()? })
    }

    /// Those of two folders.
    ///
    /// # Errors
    /// Every fault of every file of both, a line each.
    pub(crate) fn from_folders(countries: &Path, ways: &Path) -> Result<Self, Vec<String>> {
        match (law::from_folder(countries), corridors::from_folder(ways)) {
            (Ok(law), Ok(corridors)) => Ok(Self { law, corridors }),
            (law, corridors) => Err([law.err(), corridors.err()].into_iter().flatten().flatten().collect()),
        }
    }
}
