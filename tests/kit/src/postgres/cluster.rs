//! One PostgreSQL server with its data: made, started, asked, crashed, removed. It lives in the system's
//! temporary folder, since the user it runs as may not be allowed into the checkout.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Durability;
use super::programs::Programs;
use crate::folder::create_in;

/// The superuser of the tests' servers.
const USER: &str = "sangam";

/// How long a server may take to be ready: recovery after a crash on a busy machine included.
const START_SECONDS: u32 = 60;

/// How often another port is tried when somebody took the free one in between.
const PORT_TRIES: u32 = 5;

/// After this long without a test, the shared server stops by itself.
const IDLE_MINUTES: u32 = 15;

/// How often the watching shell looks.
const WATCH_SECONDS: u32 = 5;

/// Settings of every test server. Automatic vacuum is off so that no plan in a snapshot changes under a
/// test; the zone is fixed so that no answer depends on the machine.
const SETTINGS: &str = "max_connections=300 shared_buffers=64MB autovacuum=off jit=off timezone=UTC \
                        log_min_messages=warning";

/// Settings that give up durability for speed.
const FAST_SETTINGS: &str = "fsync=off synchronous_commit=off full_page_writes=off";

/// A server: its programs, its folder, its port on the loopback address.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    durability: Durability,
}

impl Cluster {
    /// Makes a server with empty data and starts it.
    pub(super) fn make(durability: Durability) -> Self {
        let programs = Programs::find();
        let folder = create_in(&std::env::temp_dir(), "sangam-postgres");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("the server's folder is its own");
        programs.give(&folder);
        // Trust on loopback: invented data only, and the folder with the socket is the server's alone.
        must(
            programs
                .server("initdb", &folder)
                .args(["--pgdata=data", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
                .arg(format!("--username={USER}")),
        );
        let mut cluster = Self { programs, folder, port: 0, durability };
        for _ in 0..PORT_TRIES {
            cluster.port = free_port();
            if cluster.start().is_ok() {
                cluster.touch();
                return cluster;
            }
        }
        let log = fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
        cluster.remove();
        panic!("PostgreSQL does not start:\n{log}")
    }

    /// What other processes need to find this server: its folder and its port, a line each.
    pub(super) fn pointer(&self) -> String {
        format!("{}\n{}\n", self.folder.display(), self.port)
    }

    /// The server a pointer names; `None` when the text is no pointer or its folder is gone.
    pub(super) fn from_pointer(text: &str, durability: Durability) -> Option<Self> {
        let mut lines = text.lines();
        let folder = PathBuf::from(lines.next()?);
        let port = lines.next()?.parse().ok()?;
        folder.is_dir().then(|| Self { programs: Programs::find(), folder, port, durability })
    }

    /// A lock that goes with this server.
    pub(super) fn lock_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.lock"))
    }

    /// The address of a database of this server.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Whether it answers a query.
    pub(super) fn answers(&self) -> bool {
        self.folder.join("data/postmaster.pid").is_file() && self.try_sql("postgres", "SELECT 1").is_ok()
    }

    /// Notes that the server is in use.
    pub(super) fn touch(&self) {
        // Failing means the folder is just being removed, and then the server does not answer either.
        let _noted = fs::write(self.folder.join("used"), "");
    }

    /// Runs one statement in the maintenance database.
    pub(super) fn sql(&self, statement: &str) -> String {
        self.sql_in("postgres", statement)
    }

    /// Runs one statement in this database.
    pub(super) fn sql_in(&self, database: &str, statement: &str) -> String {
        match self.try_sql(database, statement) {
            Ok(rows) => rows,
            Err(fault) => panic!("psql failed on `{statement}`: {fault}"),
        }
    }

    /// Runs one statement in this database; the error is what `psql` says.
    pub(super) fn try_sql(&self, database: &str, statement: &str) -> Result<String, String> {
        let mut psql = self.programs.psql();
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", USER]);
        psql.arg("-p").arg(self.port.to_string()).arg("-d").arg(database).arg("-c").arg(statement);
        let output = psql.output().map_err(|fault| fault.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
        }
    }

    /// Stops it at once, without writing anything down.
    pub(super) fn crash(&self) {
        must(self.control("stop").args(["-m", "immediate"]));
    }

    /// Starts it on its old port with its old data.
    pub(super) fn start_again(&self) {
        if let Err(fault) = self.start() {
            panic!("PostgreSQL does not start again: {fault}");
        }
    }

    /// Stops it and removes its data.
    pub(super) fn remove(&self) {
        // It may be stopped already; then there is nothing to do but to remove its folder.
        let _stopped = self.control("stop").args(["-m", "immediate"]).output();
        if let Err(fault) = fs::remove_dir_all(&self.folder) {
            eprintln!("could not remove {}: {fault}", self.folder.display());
        }
    }

    /// Has the server stopped and removed after a while without tests, for runs that nobody cleans up after.
    pub(super) fn stop_when_idle(&self) {
        let idle = format!("[ -z \"$(find used -mmin -{IDLE_MINUTES} 2>/dev/null)\" ]");
        self.watch(&format!("[ ! -f data/postmaster.pid ] || {idle}"));
    }

    /// Has the server stopped and removed when this process is gone, however it ends.
    pub(super) fn stop_with_this_process(&self) {
        self.watch(&format!("[ ! -d /proc/{} ]", std::process::id()));
    }

    /// Leaves a small shell behind that waits until `over` holds, then stops the server and removes its data.
    fn watch(&self, over: &str) {
        let script = format!(
            "until {over}; do sleep {WATCH_SECONDS}; done
             {pg_ctl} stop -D data -m immediate
             cd / && rm -rf {folder}",
            pg_ctl = quoted(&self.programs.path("pg_ctl")),
            folder = quoted(&self.folder),
        );
        // In a session of its own, so that the runner's signals to the test do not reach it.
        let mut shell = self.programs.shell(&self.folder, "exec setsid /bin/sh -c \"$0\" &");
        shell.arg(script).stdout(Stdio::null()).stderr(Stdio::null());
        must(&mut shell);
    }

    fn start(&self) -> Result<(), String> {
        let fast = if self.durability == Durability::Fast { FAST_SETTINGS } else { "" };
        let place =
            format!("listen_addresses=127.0.0.1 port={} unix_socket_directories={}", self.port, self.folder.display());
        let options: Vec<String> = [SETTINGS, fast, &place]
            .iter()
            .flat_map(|settings| settings.split_whitespace())
            .map(|setting| format!("-c {setting}"))
            .collect();
        let mut start = self.control("start");
        start.arg("--wait").arg(format!("--timeout={START_SECONDS}")).arg("--log=log");
        // The server outlives this process, so it must not hold the runner's pipes.
        start.arg(format!("--options={}", options.join(" "))).stdout(Stdio::null()).stderr(Stdio::null());
        match start.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("pg_ctl ended with {status}")),
            Err(fault) => Err(fault.to_string()),
        }
    }

    fn control(&self, action: &str) -> Command {
        let mut control = self.programs.server("pg_ctl", &self.folder);
        control.arg(action).arg("--pgdata=data");
        control
    }
}

/// Runs a program to its end.
fn must(command: &mut Command) {
    let program = format!("{command:?}");
    match command.output() {
        Ok(Output { status, .. }) if status.success() => {}
        Ok(Output { status, stderr, .. }) => {
            panic!("{program} ended with {status}: {}", String::from_utf8_lossy(&stderr))
        }
        Err(fault) => panic!("{program} could not be run: {fault}"),
    }
}

/// A port of 127.0.0.1 that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on the loopback address");
    listener.local_addr().expect("the port that was given").port()
}

/// A path as one word of a shell script.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
