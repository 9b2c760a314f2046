//! `sangam demo`: a whole hub on this machine, with sandbox partners and invented people.

mod folder;
mod people;
mod print;
mod seed;

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_desk::{DeskPort, GrantRequest, TokenSettings, TokenUse};
use sangam_door::{Entrance, Explorer};
use sangam_language::{Executor, Operation};
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_store::{Place, Store};
use sangam_vocabulary::{Clock, Purpose, SeededChance, SystemChance};
use sangam_wire::config::Overrides;
use tokio::net::TcpListener;

use crate::books::Books;
use crate::checkpoints;
use crate::command::{CommandFault, DemoArguments};
use crate::configuration::DOCUMENTS;
use crate::gateway::{Gateway, Listening, Outsiders, address};
use crate::keys::{self, KeyFiles};
use crate::supervise::Signals;
use folder::DemoFolder;
use seed::Seeded;

/// How long the page of progress waits between two lines of the same partner.
const PROGRESS: Duration = Duration::from_millis(500);

/// The seed of the sandbox partners: a second start meets the same invented people.
const SANDBOX_SEED: u64 = 2026;

/// Runs the demo until it is asked to stop.
pub(crate) async fn run(arguments: DemoArguments) -> Result<ExitCode, CommandFault> {
    for (what, address) in [("--listen", arguments.listen), ("--metrics", arguments.metrics)] {
        if !is_loopback(address.ip()) {
            return Err(CommandFault::said(format!(
                "{what} must be a loopback address: the demo's people are invented, its secrets are in a file, and nobody else should reach it"
            )));
        }
    }
    let folder = DemoFolder::take(&arguments.dir)?;
    let signals = Signals::listen()
        .map_err(|error| CommandFault::said(format!("signals cannot be listened for: {}", error.kind())))?;
    let graphql = bind(arguments.listen).await?;
    let metrics = bind(arguments.metrics).await?;
    let listen = graphql.local_addr().map_err(|error| CommandFault::said(error.kind()))?;
    let base = address(listen);

    let began = Moment::now();
    let keys = demo_keys(&folder)?;
    let place = match &arguments.store {
        Some(url) => Place::Postgres(url.as_str().into()),
        None => Place::Sqlite(folder.path().join("sangam.sqlite")),
    };
    Store::migrate(&place).await.map_err(CommandFault::said)?;
    let sink = checkpoints::to_file(&folder.path().join("checkpoints.jsonl"))?;
    let settings = TokenSettings { address: base.clone(), sandbox: true, certificates: false };
    let outside = Outsiders { documents: Some(folder.path().join(DOCUMENTS)), ..Outsiders::default() };
    let gateway = Gateway::open(place, &keys, Books::built_in()?, sink, settings, outside).await?;

    let sandbox = sandboxes(&folder, gateway.clock(), arguments.cases).await?;
    let seeded = seed::seed(&folder, gateway.desk()).await?;
    synchronise(&folder, &gateway, &sandbox, &seeded).await?;

    let sdl = folder.path().join("schema.graphql");
    folder.write("schema.graphql", crate::gateway::schema())?;
    let metrics_at = metrics.local_addr().map_err(|error| CommandFault::said(error.kind()))?;
    folder.write("demo.json", &print::card(&base, &sdl, &seeded)?)?;
    let query = print::query(&shown_referral(&gateway, &seeded).await?);
    print::welcome(&base, metrics_at, folder.path(), &seeded, &query, began.elapsed())?;
    let explorer = explorer(&gateway, &seeded, query);
    let served = gateway
        .serve(Listening {
            doors: vec![Entrance { listener: graphql, tls: None }],
            metrics,
            renewal: None,
            origins: vec![base.clone(), format!("http://localhost:{}", listen.port())],
            explorer: Some(explorer),
            introspection: true,
            keys: folder.path().join(keys::FOLDER),
            signals,
        })
        .await;
    for one in sandbox {
        one.stop().await;
    }
    drop(folder);
    served
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.is_loopback()
}

async fn bind(at: SocketAddr) -> Result<TcpListener, CommandFault> {
    TcpListener::bind(at).await.map_err(|error| {
        CommandFault::said(format!("cannot listen on {at}: {}; give another address with --listen", error.kind()))
    })
}

fn demo_keys(folder: &DemoFolder) -> Result<KeyFiles, CommandFault> {
    let place = folder.path().join(keys::FOLDER);
    if !place.exists() {
        KeyFiles::draw(&place, &SystemChance::new())?;
    }
    KeyFiles::read(&place)
}

/// Starts the sandbox partners and puts their invented people in.
async fn sandboxes(
    folder: &DemoFolder,
    clock: Arc<dyn Clock>,
    cases: usize,
) -> Result<Vec<Sandbox<Primero>>, CommandFault> {
    let mut started = Vec::new();
    for (number, kind) in (0..).zip([Kind::ShelterIn, Kind::AgencyBd]) {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let sandbox =
            Sandbox::start(kind, listen, Arc::clone(&clock), Arc::new(SeededChance::new(SANDBOX_SEED + number)))
                .await
                .map_err(|error| CommandFault::said(format!("a sandbox cannot start: {}", error.kind())))?;
        sandbox.seed_people();
        if kind == Kind::ShelterIn {
            sandbox.seed_cases(cases);
        }
        sandbox.write_password(&folder.secrets()?).map_err(|error| CommandFault::said(error.kind()))?;
        crate::say(&format!("sandbox {:<12} {}", kind.name(), sandbox.base_url()));
        started.push(sandbox);
    }
    let sheets = folder.sheets()?;
    sangam_sandbox::write_samples(&sheets).map_err(|error| CommandFault::said(error.kind()))?;
    Ok(started)
}

/// Connects the three partners, takes what they have, shows how it goes, and sends what is due.
async fn synchronise(
    folder: &DemoFolder,
    gateway: &Gateway,
    sandbox: &[Sandbox<Primero>],
    seeded: &Seeded,
) -> Result<(), CommandFault> {
    let partners = folder.partners()?;
    let mut all = Vec::new();
    for (name, file) in [("shelter-in", Some(0)), ("agency-bd", Some(1)), ("small-ngo", None)] {
        let overrides = Overrides {
            base_url: file.and_then(|place: usize| sandbox.get(place)).map(Sandbox::base_url),
            folder: file.is_none().then(|| folder.sheets()).transpose()?,
            secrets: Some(folder.secrets()?),
            sandbox: true,
        };
        let partner = crate::partners::read(&partners, name, &overrides, &seeded.organizations);
        all.push(gateway.connect_partner(partner.map_err(CommandFault::Files)?).await?);
    }
    for partner in &all {
        let last = std::sync::Mutex::new(Moment::now());
        let progress = |report: &sangam_desk::SyncReport| {
            if let Ok(mut last) = last.lock()
                && last.elapsed() >= PROGRESS
            {
                *last = Moment::now();
                crate::say(&format!(
                    "  {:<12} {} records …",
                    partner.config.name,
                    report.recorded + report.changed + report.unchanged
                ));
            }
        };
        let report = gateway.desk().synchronise(partner, &progress).await.map_err(CommandFault::said)?;
        crate::say(&format!(
            "synchronised {:<12} {} new, {} changed, {} unchanged, {} in quarantine, {} referrals",
            partner.config.name,
            report.recorded,
            report.changed,
            report.unchanged,
            report.quarantined,
            report.referrals
        ));
    }
    seed::consents(gateway.desk(), seeded).await?;
    let sent = gateway.desk().deliver().await.map_err(CommandFault::said)?;
    crate::say(&format!("delivered {} referrals to partners' systems, {} wait", sent.delivered, sent.failed));
    Ok(())
}

/// The newest referral of which the shown client sees something, asked for as that client would.
async fn shown_referral(gateway: &Gateway, seeded: &Seeded) -> Result<String, CommandFault> {
    const LOOK: &str = "{ referrals(first: 100, direction: RECEIVED) { nodes { id canSee } } }";
    let client = seeded.shown();
    let request = GrantRequest::by_secret(&client.client_id, &client.client_secret);
    let grant = gateway.desk().grant(&request).await.map_err(CommandFault::said)?;
    let caller = gateway.desk().verify(&TokenUse::bearer(&grant.token)).await.map_err(CommandFault::said)?;
    let operation = Operation {
        query: LOOK.to_owned(),
        name: None,
        variables: serde_json::Map::new(),
        purpose: Some(Purpose::ServiceReferral),
    };
    let executor =
        Executor::new(Arc::new(DeskPort(Arc::clone(gateway.desk()))), sangam_language::Limits::standard(), false);
    let reply = executor.execute(&caller, operation).await;
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).map_err(CommandFault::said)?;
    let nodes = answer.pointer("/data/referrals/nodes").and_then(serde_json::Value::as_array);
    let shown = nodes
        .into_iter()
        .flatten()
        .find(|node| node.get("canSee").and_then(serde_json::Value::as_array).is_some_and(|list| !list.is_empty()));
    let id = shown.and_then(|node| node.get("id")).and_then(serde_json::Value::as_str);
    id.map(str::to_owned)
        .ok_or_else(|| CommandFault::said("the demo has no referral to show; remove the folder and start again"))
}

fn explorer(gateway: &Gateway, seeded: &Seeded, query: String) -> Explorer {
    let desk = Arc::clone(gateway.desk());
    let client = seeded.shown().clone();
    let token = move || -> futures_util::future::BoxFuture<'static, Option<String>> {
        let (desk, client) = (Arc::clone(&desk), client.clone());
        Box::pin(async move {
            let request = GrantRequest::by_secret(&client.client_id, &client.client_secret);
            desk.grant(&request).await.ok().map(|grant| grant.token)
        })
    };
    Explorer::new(token, "SERVICE_REFERRAL", query)
}
