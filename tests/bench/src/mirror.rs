//! What it costs to take in a large partner: the records of one Primero deployment, taken into an empty hub until
//! nothing is left. The partner's system is in the process that was started, the hub in one of its own, so that its
//! memory is its own.
//!
//! `sangam-bench mirror [--records N]` prints how many came, how long it took, and the memory at the hub's peak: of the
//! process and of its mapping workers, from the kernel. A second walk follows, in which nothing has changed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use sangam_desk::NewOrganization;
use sangam_kit::folder::Folder;
use sangam_kit::target;
use sangam_mapping::{Limits, Pool};
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::Kind;
use sangam_store::{Place, Store};
use sangam_vocabulary::{Clock, Country, OrganizationId, Role, SeededChance, SystemClock};
use sangam_wire::config::{Overrides, PartnerConfig};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::house::House;

/// The partner whose files are used.
const PARTNER: &str = "shelter-in";
/// Calls a minute: the sandbox bears what a deployment would not.
const RATE: u32 = 60_000_000;
/// How many mapping workers, as a hub has on two cores.
const WORKERS: usize = 2;
/// Records of the partner, of which nine in ten are marked for the hub.
pub(crate) const RECORDS: usize = 100_000;

/// What the hub's process says of itself at the end of a walk.
#[derive(Serialize, Deserialize)]
struct Walked {
    recorded: u32,
    unchanged: u32,
    quarantined: u32,
    seconds: f64,
    /// At the peak since it began, in KiB.
    hub: u64,
    /// The same of all its workers together.
    workers: u64,
}

/// Runs it all.
pub(crate) fn mirror(records: usize) {
    let folder = Folder::new("mirror");
    let runtime = Runtime::new().expect("a runtime");
    let (base_url, system) = runtime.block_on(async {
        let (clock, chance) = (Arc::new(SystemClock), Arc::new(SeededChance::new(7)));
        let listen = "127.0.0.1:0".parse().expect("an address");
        let system = Sandbox::start(Kind::ShelterIn, listen, clock, chance).await.expect("the partner's system");
        system.seed_cases(records);
        system.write_password(folder.path()).expect("its password");
        (system.base_url(), system)
    });
    let mut hub = Command::new(std::env::current_exe().expect("this binary"))
        .arg("mirrors")
        .arg(folder.path())
        .arg(&base_url)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the hub's process");
    println!("| walk | recorded | unchanged | quarantined | seconds | records a second | hub MiB | workers MiB |");
    println!("| --- | --: | --: | --: | --: | --: | --: | --: |");
    let lines = BufReader::new(hub.stdout.take().expect("its output")).lines();
    for (walk, line) in ["first", "second"].iter().zip(lines) {
        let walked: Walked = serde_json::from_str(&line.expect("a line")).expect("what it says of a walk");
        let taken = f64::from(walked.recorded + walked.unchanged + walked.quarantined);
        println!(
            "| {walk} | {} | {} | {} | {:.1} | {:.0} | {} | {} |",
            walked.recorded,
            walked.unchanged,
            walked.quarantined,
            walked.seconds,
            taken / walked.seconds,
            walked.hub / 1024,
            walked.workers / 1024,
        );
    }
    assert!(hub.wait().expect("the hub's process").success(), "the hub ended well");
    runtime.block_on(system.stop());
}

/// The hub's process: takes everything in, twice.
pub(crate) fn hub(folder: &Path, base_url: &str) {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        Store::migrate(&Place::Sqlite(folder.join("hub.sqlite"))).await.expect("the schema");
        let house = House::open(folder).await;
        let secrets = Some(folder.to_owned());
        let overrides = Overrides { base_url: Some(base_url.to_owned()), folder: None, secrets, sandbox: true };
        let partners = target::checkout().join("config/partners");
        let mut config = PartnerConfig::read(&partners, PARTNER, &overrides).expect("the partner's file");
        config.guard.rate_per_minute = RATE;
        let references = references(&house, &config).await;
        let organization = *references.values().next().expect("an organization");
        let program = std::env::current_exe().expect("this binary");
        let arguments = vec![sangam_mapping::worker::ARGUMENT.to_owned()];
        let pool = Arc::new(Pool::new(program, arguments, Limits::default(), WORKERS));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let wire = config.connect(clock).expect("a client of the partner");
        let partner =
            house.desk.connect_partner(organization, config, wire, pool, references).await.expect("a partner");
        for _ in 0..2 {
            println!("{}", serde_json::to_string(&walk(&house, &partner).await).expect("JSON"));
        }
        house.close().await;
    });
}

/// Takes everything, round by round, until a round finds nothing new; that last round is not counted.
async fn walk(house: &House, partner: &sangam_desk::PartnerDesk) -> Walked {
    let began = Instant::now();
    let mut walked = Walked { recorded: 0, unchanged: 0, quarantined: 0, seconds: 0.0, hub: 0, workers: 0 };
    loop {
        let report = house.desk.synchronise(partner, &|_| {}).await.expect("a partner that is well");
        if report.recorded == 0 && walked.recorded > 0 {
            break;
        }
        walked.recorded += report.recorded;
        walked.unchanged += report.unchanged;
        walked.quarantined += report.quarantined;
        walked.seconds = began.elapsed().as_secs_f64();
        if report.recorded == 0 {
            break;
        }
    }
    walked.hub = peak("self");
    walked.workers = children().map(peak).sum();
    walked
}

/// The processes that this one started.
fn children() -> impl Iterator<Item = String> {
    let own = std::process::id().to_string();
    let all = std::fs::read_dir("/proc").expect("the processes").flatten();
    all.filter_map(|entry| entry.file_name().into_string().ok()).filter(move |process| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in parentheses may hold spaces: state and parent follow behind it.
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)) == Some(&own)
    })
}

/// The organizations of the partner's file, and the owner first.
async fn references(house: &House, config: &PartnerConfig) -> BTreeMap<String, OrganizationId> {
    let mut references = BTreeMap::new();
    for (reference, handle) in &config.organizations {
        let new = NewOrganization {
            name: format!("Bench {handle}"),
            country: Country::India,
            role: Role::Shelter,
            services: Vec::new(),
            coverage: Vec::new(),
        };
        references.insert(reference.clone(), house.desk.enrol_organization(new).await.expect("an organization"));
    }
    references
}

/// The memory of a process at its peak, in KiB.
fn peak(process: impl std::fmt::Display) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
