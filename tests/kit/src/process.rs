//! The `sangam` binary as a process: started with its arguments, waited for, measured from `/proc`, asked to
//! stop as a service manager asks, or killed as a power cut would. It knows the command line of nothing;
//! the caller says what to run and when it is ready.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use crate::target;

/// Lines of output kept for a look when a test fails; more than a test's hub prints.
const LINES_KEPT: usize = 5_000;

/// Where ports of the deployments begin.
const FIRST_PORT: u16 = 20_000;

/// How often a condition that nobody announces is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A running program of this workspace, killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    output: Arc<Output>,
}

/// What a process used so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Bytes of its memory that are in RAM now.
    pub resident_bytes: u64,
    /// The most that ever were.
    pub peak_resident_bytes: u64,
    /// Time its threads spent on a core, in user and kernel mode.
    pub cpu: Duration,
}

/// How long what an ended process said is waited for, where somebody else keeps its output open.
const LAST_WORDS: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct Output {
    lines: Mutex<VecDeque<String>>,
    more: Condvar,
}

/// A port nobody listens at, and that no other test of this run gets.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Below those that the system hands out for a moment: what is free now is so when a process comes to listen there.
    let start = FIRST_PORT + u16::try_from(std::process::id() % 8_000).unwrap_or(0);
    loop {
        let port = start + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What to start, and with what.
#[derive(Debug)]
pub struct Start {
    command: Command,
}

impl Start {
    /// The binary `sangam` with these arguments.
    ///
    /// # Panics
    /// When it is not built.
    #[must_use]
    pub fn sangam<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Self {
        Self::program(&target::binary("sangam")).arguments(arguments)
    }

    /// Any program.
    #[must_use]
    pub fn program(path: &Path) -> Self {
        Self { command: Command::new(path) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it without input; both outputs are read line by line.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(mut self) -> Process {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(fault) => panic!("{:?} could not be started: {fault}", self.command),
        };
        let output = Arc::new(Output::default());
        if let Some(stdout) = child.stdout.take() {
            output.follow(stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            output.follow(stderr);
        }
        Process { child, output }
    }
}

impl Process {
    /// Waits until a line of its output contains `text`, and returns that line.
    ///
    /// # Panics
    /// When the process ends or the time is over before that.
    pub fn wait_for_line(&mut self, text: &str, within: Duration) -> String {
        let until = Instant::now() + within;
        loop {
            if let Some(line) = self.output.wait_for(text, LOOK_EVERY) {
                return line;
            }
            self.still_runs_until(until, &format!("print `{text}`"));
        }
    }

    /// Waits until the address accepts a connection.
    ///
    /// # Panics
    /// When the process ends or the time is over before that.
    pub fn wait_for_port(&mut self, address: SocketAddr, within: Duration) {
        self.wait_until(&format!("listen on {address}"), within, || {
            TcpStream::connect_timeout(&address, LOOK_EVERY * 10).is_ok()
        });
    }

    /// Waits until a file is there, for instance the `demo.json` of the demo.
    ///
    /// # Panics
    /// When the process ends or the time is over before that.
    pub fn wait_for_file(&mut self, file: &Path, within: Duration) {
        self.wait_until(&format!("write {}", file.display()), within, || file.is_file());
    }

    /// Waits until a condition holds.
    ///
    /// # Panics
    /// When the process ends or the time is over before that.
    pub fn wait_until(&mut self, what: &str, within: Duration, holds: impl Fn() -> bool) {
        let until = Instant::now() + within;
        while !holds() {
            self.still_runs_until(until, what);
            thread::sleep(LOOK_EVERY);
        }
    }

    fn still_runs_until(&mut self, until: Instant, what: &str) {
        if let Some(status) = self.ended() {
            panic!("the process ended with {status} and did not {what}:\n{}", self.output());
        }
        assert!(Instant::now() < until, "the process did not {what} in time:\n{}", self.output());
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it printed so far, both outputs together.
    #[must_use]
    pub fn output(&self) -> String {
        let lines = self.output.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// How it ended, when it has. What it said before is read by then.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten()?;
        // Each reader holds the output until its pipe is at its end; a grandchild may keep one open.
        let until = Instant::now() + LAST_WORDS;
        while Arc::strong_count(&self.output) > 1 && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        Some(status)
    }

    /// Asks it to stop (TERM) and waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn stop(mut self, within: Duration) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait_end(within)
    }

    /// Asks it to stop (TERM), and keeps it for a look at what it says.
    ///
    /// # Panics
    /// When it is not there any more.
    pub fn ask_to_stop(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends it at once (KILL), as a power cut would.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn kill(mut self) -> ExitStatus {
        self.signal(Signal::KILL);
        self.wait_end(Duration::from_secs(30))
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it is not there any more.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        if let Err(fault) = kill_process(id, signal) {
            panic!("the process could not be signalled: {fault}");
        }
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn wait_end(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(Instant::now() < until, "the process does not end:\n{}", self.output());
            thread::sleep(LOOK_EVERY);
        }
    }

    /// What it used so far, from `/proc`.
    ///
    /// # Panics
    /// When it is not there any more.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let folder = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{folder}/status")).expect("the status of a running process");
        let kilobytes = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim_start_matches(':').trim_end_matches("kB").trim().parse().unwrap_or_default()
        };
        Usage {
            resident_bytes: kilobytes("VmRSS") * 1024,
            peak_resident_bytes: kilobytes("VmHWM") * 1024,
            cpu: cpu_time(&folder),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, and that is all that is wanted here.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The processor time of a process in nanoseconds' resolution: `schedstat` of each thread that lives, which
/// misses threads that ended; the hub's workers do not end.
fn cpu_time(folder: &str) -> Duration {
    let threads = fs::read_dir(format!("{folder}/task")).expect("the threads of a running process");
    threads
        .filter_map(|thread| {
            let schedstat = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            let nanoseconds = schedstat.split_whitespace().next()?.parse().ok()?;
            Some(Duration::from_nanos(nanoseconds))
        })
        .sum()
}

impl Output {
    /// Reads a stream to its end on a thread of its own.
    fn follow(self: &Arc<Self>, stream: impl Read + Send + 'static) {
        let output = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n') {
                let Ok(line) = line else { return };
                let mut lines = output.lines.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.len() == LINES_KEPT {
                    lines.pop_front();
                }
                lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
                output.more.notify_all();
            }
        });
    }

    fn wait_for(&self, text: &str, within: Duration) -> Option<String> {
        let find = |lines: &VecDeque<String>| lines.iter().find(|line| line.contains(text)).cloned();
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = find(&lines) {
            return Some(line);
        }
        let (lines, _timeout) = self.more.wait_timeout(lines, within).unwrap_or_else(PoisonError::into_inner);
        find(&lines)
    }
}
