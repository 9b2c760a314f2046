//! A fresh SQLite database: a file in a folder of its own. It opens nothing; whoever gets the address does.

use std::path::{Path, PathBuf};

use crate::folder::Folder;

/// The address of a SQLite file that does not exist yet, in a folder that goes with it.
#[derive(Debug)]
pub struct Sqlite {
    folder: Folder,
    url: String,
}

impl Sqlite {
    /// A new folder and the address of a database in it.
    #[must_use]
    pub fn fresh() -> Self {
        let folder = Folder::new("sqlite");
        let url = format!("sqlite://{}?mode=rwc", folder.join("sangam.db").display());
        Self { folder, url }
    }

    /// The address to connect to, which creates the file.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join("sangam.db")
    }

    /// The folder the file is in, where its write-ahead log appears too.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
