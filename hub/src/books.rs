//! What a hub goes by: the books of law, where records stay, and the corridors. None is used without the others.

use std::path::Path;

use sangam_custody::{LawBook, ResidenceBook};
use sangam_workflow::repatriation::corridor::CorridorBook;

#[cfg(feature = "demo")]
use crate::command::CommandFault;
use crate::{corridors, law};

/// The books of law with what they say of where records stay, and the corridors.
pub(crate) struct Books {
    pub(crate) law: LawBook,
    pub(crate) residence: ResidenceBook,
    pub(crate) corridors: CorridorBook,
}

impl Books {
    /// Those that were in `config` when the binary was built.
    #[cfg(feature = "demo")]
    pub(crate) fn built_in() -> Result<Self, CommandFault> {
        let (law, residence) = law::built_in()?;
        Ok(Self { law, residence, corridors: corridors::built_in()? })
    }

    /// Those of two folders.
    ///
    /// # Errors
    /// Every fault of every file of both, a line each.
    pub(crate) fn from_folders(countries: &Path, ways: &Path) -> Result<Self, Vec<String>> {
        match (law::from_folder(countries), corridors::from_folder(ways)) {
            (Ok((law, residence)), Ok(corridors)) => Ok(Self { law, residence, corridors }),
            (law, corridors) => Err([law.err(), corridors.err()].into_iter().flatten().flatten().collect()),
        }
    }
}
