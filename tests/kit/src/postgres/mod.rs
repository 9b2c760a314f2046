//! PostgreSQL for tests: one server for all test processes of a run, and a database of its own for each
//! test, cloned from a template that was migrated once. The server is started by whoever needs it first,
//! found by the others through a pointer file under the target folder, stopped by `tests/run`, or by itself
//! when nobody has used it for a while.
//!
//! It speaks SQL only through `psql`, so it brings no driver, and it knows no migration: the caller's
//! [`Template`] does. Read [`cluster`](self) next for how a server is made and stopped.

mod cluster;
mod programs;

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::database::Template;
use crate::target;
use cluster::Cluster;

/// What the server does about a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Nothing reaches the disk for certain: for tests that do not kill the server. Several times faster.
    Fast,
    /// PostgreSQL's own defaults: for tests of what survives.
    Durable,
}

impl Durability {
    const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Durable => "durable",
        }
    }
}

/// A running PostgreSQL server.
#[derive(Debug, Clone)]
pub struct Server {
    cluster: Cluster,
}

impl Server {
    /// The server that all tests of this run share, started when there is none.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn shared(durability: Durability) -> Self {
        blocking(move || Self { cluster: find_or_start(durability) }).await
    }

    /// A database of the caller's own, cloned from the template, which is made first when there is none.
    ///
    /// # Panics
    /// When the template or the clone cannot be made.
    pub async fn fresh_database(&self, template: &Template) -> Postgres {
        let source = self.template(template).await;
        let name = unique("sangam_test");
        let cluster = self.cluster.clone();
        let created = name.clone();
        blocking(move || {
            cluster.sql(&format!("CREATE DATABASE {created} TEMPLATE {source}"));
        })
        .await;
        Postgres { url: self.cluster.url(&name), name, cluster: self.cluster.clone() }
    }

    /// The name of the template's database, migrated once for all processes of the run.
    async fn template(&self, template: &Template) -> String {
        let name = format!("sangam_template_{:016x}", fingerprint(template.key()));
        // Held while the migrations run, so that the second process waits for the first and then finds it.
        let lock = self.cluster.lock_file(&name);
        let _held = blocking(move || locked(&lock)).await;
        let cluster = self.cluster.clone();
        let wanted = name.clone();
        let making = blocking(move || {
            let there = cluster.sql(&format!("SELECT 1 FROM pg_database WHERE datname = '{wanted}'"));
            if there.is_empty() {
                let making = unique("sangam_making");
                cluster.sql(&format!("CREATE DATABASE {making}"));
                Some(making)
            } else {
                None
            }
        })
        .await;
        if let Some(making) = making {
            template.apply(&self.cluster.url(&making)).await;
            let cluster = self.cluster.clone();
            let made = name.clone();
            // Only a finished template gets the name, so one that failed half-way is never cloned.
            blocking(move || {
                cluster.sql(&format!("ALTER DATABASE {making} RENAME TO {made}"));
            })
            .await;
        }
        name
    }
}

/// One test's database on a server, dropped with its connections when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    name: String,
    cluster: Cluster,
}

impl Postgres {
    /// The address to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's name on its server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs one statement through `psql`, as a second program beside the hub would, and returns its rows,
    /// columns parted by `|`.
    ///
    /// # Panics
    /// When the statement fails.
    #[must_use]
    pub fn sql(&self, statement: &str) -> String {
        self.cluster.sql_in(&self.name, statement)
    }

    /// Ends every connection to this database except the caller's, as a restart of the server would look to
    /// a client.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn disconnect_everyone(&self) {
        self.cluster
            .sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(fault) =
            self.cluster.try_sql("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name))
        {
            // The test has its verdict; a database left behind goes with its server.
            eprintln!("could not drop {}: {fault}", self.name);
        }
    }
}

/// A server of one test's own, for tests that stop, kill or starve it. Gone when this is dropped.
#[derive(Debug)]
pub struct PrivateServer {
    cluster: Cluster,
}

impl PrivateServer {
    /// Makes and starts one.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn start(durability: Durability) -> Self {
        blocking(move || {
            let cluster = Cluster::make(durability);
            cluster.stop_with_this_process();
            Self { cluster }
        })
        .await
    }

    /// The server as the shared one looks, to make databases on.
    #[must_use]
    pub fn server(&self) -> Server {
        Server { cluster: self.cluster.clone() }
    }

    /// Stops it without a goodbye, as a crash would: connections break, and the next start recovers.
    pub fn crash(&self) {
        self.cluster.crash();
    }

    /// Starts it again on the same port with the same data.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.cluster.start_again();
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        self.cluster.remove();
    }
}

/// Under the lock of this durability: the server the pointer file names, if it answers, else a new one.
fn find_or_start(durability: Durability) -> Cluster {
    let pointer = target::kit().join(format!("postgres-{}", durability.name()));
    let _held = locked(&pointer.with_extension("lock"));
    let known = fs::read_to_string(&pointer).ok().and_then(|text| Cluster::from_pointer(&text, durability));
    if let Some(known) = known {
        known.touch();
        if known.answers() {
            return known;
        }
        known.remove();
    }
    let fresh = Cluster::make(durability);
    write_whole(&pointer, &fresh.pointer());
    fresh.stop_when_idle();
    fresh
}

/// Replaces the file in one step: `tests/run` reads it without a lock.
fn write_whole(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text).expect("the pointer file can be written");
    fs::rename(&beside, path).expect("the pointer file can be replaced");
}

/// An exclusive lock across processes, held until the file is dropped.
fn locked(path: &PathBuf) -> File {
    let file = File::create(path).expect("a lock file under the target folder");
    file.lock().expect("the lock of the run's server");
    file
}

/// A name that no other test of the run uses. The process id alone is not enough: it comes round again.
fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let born = fs::metadata("/proc/self").and_then(|facts| facts.modified()).ok();
    let mut hasher = DefaultHasher::new();
    born.hash(&mut hasher);
    format!("{prefix}_{}_{count}_{:08x}", std::process::id(), hasher.finish() & 0xffff_ffff)
}

/// The template's key together with the build of the running test, since a key alone would outlive a change
/// of the migrations behind it.
fn fingerprint(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let built = std::env::current_exe().and_then(fs::metadata);
    if let Ok(built) = built {
        built.len().hash(&mut hasher);
        built.modified().ok().hash(&mut hasher);
    }
    hasher.finish()
}

/// Runs what waits for other programs on a thread where waiting harms nobody.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(fault) => match fault.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(fault) => panic!("the kit's work was given up: {fault}"),
        },
    }
}
