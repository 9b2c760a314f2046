//! PostgreSQL's programs on this machine, run as somebody PostgreSQL accepts: it refuses to run as root, so
//! root becomes the user `postgres` by `setpriv`. It installs nothing; `tests/run` does.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The user Debian's package makes for the server.
const SERVICE_USER: &str = "postgres";

/// The programs of one installed version.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    /// User and group of the service user, when the tests run as root.
    service: Option<(u32, u32)>,
}

impl Programs {
    /// Finds the newest version in Debian's place, else the one `PATH` names.
    pub(super) fn find() -> Self {
        let Some(folder) = debian().or_else(on_path) else {
            panic!("PostgreSQL is not installed: `tests/run` installs it as root, or take your system's package")
        };
        Self { folder, service: is_root().then(service_user) }
    }

    /// A server-side program, to be run in `at`, which the service user can read.
    pub(super) fn server(&self, program: &str, at: &Path) -> Command {
        self.as_server(&self.path(program), at)
    }

    fn as_server(&self, path: &Path, at: &Path) -> Command {
        let mut command = if let Some((user, group)) = self.service {
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups").arg("--");
            command.arg(path);
            command
        } else {
            Command::new(path)
        };
        clean(&mut command);
        command.current_dir(at);
        command
    }

    /// A shell that runs `script` as the server's user, in `at`.
    pub(super) fn shell(&self, at: &Path, script: &str) -> Command {
        let mut shell = self.as_server(Path::new("/bin/sh"), at);
        shell.arg("-c").arg(script);
        shell
    }

    /// Where a program is.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// The client, which may run as anybody.
    pub(super) fn psql(&self) -> Command {
        let beside = self.folder.join("psql");
        let mut command = if beside.is_file() { Command::new(beside) } else { Command::new("psql") };
        clean(&mut command);
        command
    }

    /// Gives a new folder to the server's user.
    pub(super) fn give(&self, folder: &Path) {
        if let Some((user, group)) = self.service {
            chown(folder, Some(user), Some(group)).expect("root gives the server its folder");
        }
    }
}

/// Takes away what a developer's environment or the test runner's pipes would do to the server: a daemon
/// that holds the runner's pipe looks like a test that never ends.
fn clean(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
}

fn debian() -> Option<PathBuf> {
    fs::read_dir(DEBIAN)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs.join("postgres").is_file().then_some((version, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}

fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let postgres = env::split_paths(&path).map(|folder| folder.join("postgres")).find(|file| file.is_file())?;
    // A link on the path leads to the folder that has the other programs too.
    let real = fs::canonicalize(postgres).ok()?;
    real.parent().map(Path::to_path_buf)
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}

fn service_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("the list of this machine's users");
    let ids = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        (parts.next()? == SERVICE_USER).then_some(())?;
        let user = parts.nth(1)?.parse().ok()?;
        let group = parts.next()?.parse().ok()?;
        Some((user, group))
    });
    let Some(ids) = ids else {
        panic!("there is no user `{SERVICE_USER}`, and PostgreSQL does not run as root: `tests/run` brings both")
    };
    ids
}
