//! A migrated database of either kind for one test, and the macro that runs one test body on both. The kit
//! does not know the migrations: the caller brings them as a [`Template`]. Read [`crate::postgres`] for how
//! a database is cloned.

use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::pin::Pin;

use crate::postgres::{Durability, Postgres, Server};
use crate::sqlite::Sqlite;

type Migrating = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// How an empty database becomes the one a test wants: a key, and what to run on its address.
pub struct Template {
    key: String,
    migrate: Box<dyn Fn(String) -> Migrating + Send + Sync>,
}

impl Template {
    /// A template named by `key`, made by `migrate` from the address of an empty database; `migrate` must
    /// have closed its connections when it is done. On PostgreSQL it runs once for each key and each build of
    /// the running test, so a changed migration never meets an old template.
    pub fn new<M, F, E>(key: impl Into<String>, migrate: M) -> Self
    where
        M: Fn(String) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let migrate = move |url: String| -> Migrating {
            let migrating = migrate(url);
            Box::pin(async move { migrating.await.map_err(|fault| fault.to_string()) })
        };
        Self { key: key.into(), migrate: Box::new(migrate) }
    }

    /// A database with nothing in it, for tests whose subject runs the migrations itself.
    #[must_use]
    pub fn empty() -> Self {
        Self::new("empty", |_url| async { Ok::<(), String>(()) })
    }

    /// The name that tells this template from others.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Runs the migrations on the database at `url`.
    ///
    /// # Panics
    /// When they fail.
    pub async fn apply(&self, url: &str) {
        if let Err(fault) = (self.migrate)(url.to_owned()).await {
            panic!("the template `{}` could not be made: {fault}", self.key);
        }
    }
}

impl Debug for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Template").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded default.
    Sqlite,
    /// The store of a real deployment.
    Postgres,
}

/// A database of one test's own, gone when this is dropped.
#[derive(Debug)]
pub enum Database {
    /// A file in a folder of its own.
    Sqlite(Sqlite),
    /// A clone on the run's server.
    Postgres(Postgres),
}

impl Database {
    /// A fresh database of this kind, made from the template.
    ///
    /// # Panics
    /// When the server or the template cannot be had.
    pub async fn fresh(kind: Kind, template: &Template) -> Self {
        match kind {
            Kind::Sqlite => {
                let database = Sqlite::fresh();
                template.apply(database.url()).await;
                Self::Sqlite(database)
            }
            Kind::Postgres => Self::Postgres(Server::shared(Durability::Fast).await.fresh_database(template).await),
        }
    }

    /// The address to connect to: `sqlite://…` or `postgres://…`.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite(database) => database.url(),
            Self::Postgres(database) => database.url(),
        }
    }

    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }
}

/// Runs a test body on a fresh database, on a runtime of its own with two workers, as the hub has at least.
///
/// # Panics
/// When the database cannot be had, or the body panics.
pub fn run<F: Future<Output = ()>>(kind: Kind, template: &Template, body: impl FnOnce(Database) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime for the test");
    runtime.block_on(async { body(Database::fresh(kind, template).await).await });
}

/// Makes each test body two test cases: `sqlite::NAME` and `postgres::NAME`. `template` names a function
/// without parameters that returns the [`Template`]. Once a module, since it makes the modules `sqlite` and
/// `postgres`.
///
/// ```
/// use sangam_kit::database::{Database, Template};
///
/// fn bare() -> Template {
///     Template::empty()
/// }
///
/// sangam_kit::both_databases! {
///     template = bare;
///
///     async fn has_an_address(database: Database) {
///         assert!(database.url().contains("://"));
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! both_databases {
    (
        template = $template:ident;
        $($(#[$attribute:meta])* async fn $name:ident($database:ident: $type:ty) $body:block)+
    ) => {
        $(
            #[cfg(test)]
            $(#[$attribute])*
            async fn $name($database: $type) $body
        )+

        #[cfg(test)]
        mod sqlite {
            $(
                #[test]
                fn $name() {
                    $crate::database::run($crate::database::Kind::Sqlite, &super::$template(), super::$name);
                }
            )+
        }

        #[cfg(test)]
        mod postgres {
            $(
                #[test]
                fn $name() {
                    $crate::database::run($crate::database::Kind::Postgres, &super::$template(), super::$name);
                }
            )+
        }
    };
}
