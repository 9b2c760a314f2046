//! The run: the servers up, each question in alternating rounds, and the table.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sangam_kit::folder::Folder;
use serde_json::Value as Json;

use crate::child::Address;
use crate::load::{Loaded, TOLD};
use crate::question::{Asker, QUESTIONS, Question};
use crate::seed::Seeded;

/// Longer than an entry of the journal lingers: what a round owes is in its CPU.
const SETTLE: Duration = Duration::from_millis(600);
/// Microseconds of one tick of `/proc/PID/stat` (`CLK_TCK` is 100 on every Linux this runs on).
const TICK_MICROS: f64 = 10_000.0;
/// Requests before the first round: connections, plans, prepared statements, masks.
const WARM_UP: u32 = 200;

/// A server's process.
struct Server {
    child: Child,
    address: Address,
}

impl Server {
    fn start(what: &str, folder: &Path) -> Self {
        let program = std::env::current_exe().expect("this binary");
        let mut child = Command::new(program)
            .arg(what)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server's process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
        let address = serde_json::from_str(&line).unwrap_or_else(|_| panic!("`{what}` did not start"));
        Self { child, address }
    }

    /// CPU used so far, in microseconds: user and system time of every thread.
    fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server's times");
        // The name in parentheses may hold spaces: count from behind it.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).expect("ticks");
        (ticks(11) + ticks(12)) * TICK_MICROS
    }

    /// Sends requests from a process of its own and says what they cost each, and what came.
    fn round(&self, requests: u32, request: [&str; 3]) -> (f64, Loaded) {
        let before = self.cpu();
        let output = Command::new(std::env::current_exe().expect("this binary"))
            .args(["load", &self.address.port.to_string(), &requests.to_string()])
            .args(request)
            .stderr(Stdio::inherit())
            .output()
            .expect("a load");
        let loaded: Loaded = serde_json::from_slice(&output.stdout).expect("what the load came to");
        assert_eq!(loaded.good, requests, "every request is answered");
        std::thread::sleep(SETTLE);
        ((self.cpu() - before) / f64::from(requests), loaded)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs it all.
pub(crate) fn page(requests: u32, rounds: usize, only: &str) {
    let folder = Folder::new("bench");
    // In a process of its own: a process that copies a database it has open loses its locks on it.
    let seeded = Command::new(std::env::current_exe().expect("this binary")).arg("seed").arg(folder.path()).status();
    assert!(seeded.expect("a process").success(), "the run has its data");
    fs::copy(folder.join("hub.sqlite"), folder.join("floor.sqlite")).expect("the floor's copy");
    let (hub, floor) = (Server::start("hub", folder.path()), Server::start("floor", folder.path()));
    if std::env::var_os("SANGAM_BENCH_PIDS").is_some() {
        eprintln!("hub {} floor {}", hub.child.id(), floor.child.id());
    }
    let seeded = Seeded::read(folder.path());
    println!(
        "| question | hub µs | floor µs | ratio (min–max) | answer bytes, hub / floor | requests a round × rounds |"
    );
    println!("| --- | --: | --: | --- | --- | --- |");
    for question in QUESTIONS.iter().filter(|question| only.is_empty() || question.name == only) {
        measure(question, (&hub, &floor), &seeded, requests, rounds);
    }
}

fn measure(question: &Question, (hub, floor): (&Server, &Server), seeded: &Seeded, requests: u32, rounds: usize) {
    let place = usize::from(question.asker == Asker::Recipient);
    let client = if place == 0 { &seeded.owner } else { &seeded.recipient };
    let token = hub.address.tokens.get(place).expect("a token");
    let fields = format!(
        "authorization: Bearer {token}\r\nsangam-purpose: SERVICE_REFERRAL\r\ncontent-type: application/json\r\naccept: application/json\r\n"
    );
    let (body, path) = (question.body(&client.referral), format!("GET {}", question.path()));
    let ask_hub = |requests| hub.round(requests, ["POST /graphql", &fields, &body]);
    let ask_floor = |requests| floor.round(requests, [&path, "", ""]);
    let warm = WARM_UP.min(requests);
    alike(&ask_hub(warm).1.sample, &ask_floor(warm).1.sample, question);
    let (mut ours, mut theirs, mut ratios, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), (0, 0));
    for _ in 0..rounds {
        let (mine, loaded) = ask_hub(requests);
        let (other, compared) = ask_floor(requests);
        bytes = (loaded.bytes / u64::from(loaded.requests), compared.bytes / u64::from(compared.requests));
        ratios.push(mine / other.max(f64::MIN_POSITIVE));
        ours.push(mine);
        theirs.push(other);
    }
    let (least, most) = (least(&ratios), most(&ratios));
    println!(
        "| {} | {:.0} | {:.0} | {:.2} ({least:.2}–{most:.2}) | {} / {} | {requests} × {rounds} |",
        question.name,
        median(&mut ours),
        median(&mut theirs),
        median(&mut ratios),
        bytes.0,
        bytes.1,
    );
}

/// Both answers have the same keys and the same number of rows, or the comparison means nothing.
fn alike(hub: &str, floor: &str, question: &Question) {
    let read = |text: &str| serde_json::from_str::<Json>(text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    let (mine, other) = (shape(&read(hub)), shape(&read(floor)));
    let told = |text: &str| text.chars().take(TOLD).collect::<String>();
    assert!(mine == other, "the answers to `{}` differ in shape:\n{}\n{}", question.name, told(hub), told(floor));
}

/// A value with every leaf but null replaced by its kind.
fn shape(value: &Json) -> Json {
    match value {
        Json::Null => Json::Null,
        Json::Bool(_) => "boolean".into(),
        Json::Number(_) => "number".into(),
        Json::String(_) => "text".into(),
        Json::Array(items) => items.iter().map(shape).collect(),
        Json::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
