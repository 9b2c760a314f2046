//! Node, for the oracles and clients that others wrote in JavaScript: found on the machine or where
//! `tests/run` put it, and spoken to in lines of JSON. It installs nothing.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::target;

/// The oldest major version the scripts run on.
const OLDEST_MAJOR: u32 = 20;

/// Node of this machine or of `tests/run`, new enough.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let brought = target::folder().join("tools/node/bin/node");
        [PathBuf::from("node"), PathBuf::from("nodejs"), brought]
            .into_iter()
            .find(|program| major(program).is_some_and(|major| major >= OLDEST_MAJOR))
            .unwrap_or_else(|| panic!("no Node {OLDEST_MAJOR} or newer: `tests/run` brings one"))
    })
}

/// The folder of the scripts, with their packages installed.
///
/// # Panics
/// When the packages are not installed.
#[must_use]
pub fn scripts() -> PathBuf {
    let folder = target::checkout().join("tests/node");
    let installed = |name: &str| folder.join("node_modules").join(name).join("package.json").is_file();
    assert!(
        ["graphql", "oidc-provider", "playwright-core", "axe-core", "fhir", "ajv", "ajv-formats"]
            .into_iter()
            .all(installed),
        "the packages of tests/node are not installed: `tests/run` does it, or `npm ci` in that folder"
    );
    folder
}

/// Runs a script of `tests/node` to its end and returns the JSON it printed.
///
/// # Panics
/// When it fails or prints something else.
#[must_use]
pub fn run(script: &str, arguments: &[&str]) -> Value {
    let output = match Command::new(program()).arg(scripts().join(script)).args(arguments).output() {
        Ok(output) => output,
        Err(fault) => panic!("{script} could not be run: {fault}"),
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} ended with {}:\n{printed}\n{errors}", output.status);
    match serde_json::from_str(&printed) {
        Ok(json) => json,
        Err(fault) => panic!("{script} did not print JSON ({fault}):\n{printed}"),
    }
}

/// A script that answers a line of JSON with a line of JSON, until this is dropped.
#[derive(Debug)]
pub struct Script {
    name: String,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Script {
    /// Starts a script of `tests/node`; what it prints as errors goes to the test's.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    /// The same, with arguments.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start_with(name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.arg(scripts().join(name)).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(fault) => panic!("{name} could not be started: {fault}"),
        };
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("the piped output of the script"));
        Self { name: name.to_owned(), child, questions, answers }
    }

    /// Waits for a line that the script says by itself.
    ///
    /// # Panics
    /// When the script has ended or says something that is not JSON.
    #[must_use]
    pub fn hear(&mut self) -> Value {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        match (read, serde_json::from_str(&line)) {
            (Ok(1..), Ok(json)) => json,
            (read, json) => panic!("{} broke off: {read:?} {json:?}: {line}", self.name),
        }
    }

    /// Sends one value and waits for the answer.
    ///
    /// # Panics
    /// When the script has ended or answers something that is not JSON.
    #[must_use]
    pub fn ask(&mut self, question: &Value) -> Value {
        let mut line = question.to_string();
        line.push('\n');
        let sent = self.questions.as_mut().expect("an open script").write_all(line.as_bytes());
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer);
        match (sent, read, serde_json::from_str(&answer)) {
            (Ok(()), Ok(1..), Ok(json)) => json,
            (sent, read, json) => panic!("{} broke off: {sent:?} {read:?} {json:?}: {answer}", self.name),
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // The end of its input is the end of the script.
        drop(self.questions.take());
        let _ended = self.child.wait();
    }
}

fn major(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}
