//! What can go wrong with a store. The source is for the log; the text holds no value of a row.

use sea_orm::DbErr;
use thiserror::Error;

/// A store that does not answer as it should.
#[derive(Debug, Error)]
pub enum StoreFault {
    /// The database refused or did not answer.
    #[error("the database did not answer")]
    Database(#[from] DbErr),
    /// A stored value is not what the schema says.
    #[error("a stored value of `{column}` is not readable")]
    Unreadable {
        /// The column.
        column: &'static str,
    },
    /// A column was asked for that the noun does not have.
    #[error("no column `{name}` for this noun")]
    NoColumn {
        /// The column.
        name: String,
    },
    /// There is no file where the store should be.
    #[error("there is no store at that path; check `store.sqlite`, or make one with `sangam migrate`")]
    Missing,
    /// The schema is behind the binary.
    #[error("the schema lacks {pending} migrations; run `sangam migrate`")]
    Behind {
        /// How many are missing.
        pending: usize,
    },
    /// The data folder cannot be used.
    #[error("the data folder cannot be used: {what}")]
    Folder {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The writer has ended; nothing can be recorded and so nothing can be disclosed.
    #[error("the writer has ended")]
    WriterEnded,
    /// The random source failed.
    #[error("no randomness")]
    NoChance,
}
