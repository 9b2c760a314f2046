//! `sangam demo`: a whole hub on this machine, with sandbox partners and invented people.

mod folder;
mod hands;
mod office;
mod partners;
mod people;
mod print;
mod returns;
mod seed;

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_desk::{DeskPort, GrantRequest, TokenSettings, TokenUse};
use sangam_door::{Entrance, Explorer};
use sangam_language::{Executor, Operation};
use sangam_sandbox::Hook;
use sangam_store::{Place, Store};
use sangam_vocabulary::{Chance, Purpose, SystemChance, SystemClock, hex};
use sangam_wire::config;
use tokio::net::TcpListener;

use crate::books::Books;
use crate::checkpoints;
use crate::command::{CommandFault, DemoArguments};
use crate::configuration::{DOCUMENTS, DocumentPlace};
use crate::gateway::{Gateway, Listening, Outsiders, address};
use crate::keys::{self, KeyFiles};
use crate::supervise::Signals;
use folder::DemoFolder;
use hands::Hands;
use partners::{Ground, PARTNERS, REFERS, Running, Tells, agency_of};
use seed::Seeded;

/// How long the page of progress waits between two lines of the same partner.
const PROGRESS: Duration = Duration::from_millis(500);

/// The file that says that returns and people are made.
const PEOPLE: &str = "people.txt";
/// How often the demo's hub asks its partners, so that whoever watches sees a decision come back.
const ROUND: Duration = Duration::from_secs(3);
/// Calls a minute to a sandbox partner: it is on this machine, and nobody has to be spared.
const CALLS_A_MINUTE: u32 = 60_000;
/// How often the invented people of the sandbox partners look through what was referred to them.
const LOOK: Duration = Duration::from_secs(1);

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
    let documents = DocumentPlace::Folder(folder.path().join(DOCUMENTS));
    let office = office::Running::start(&folder, &base, Arc::new(SystemClock)).await?;
    let providers = vec![office.entry()?];
    let outside = Outsiders { documents: Some(documents), providers, ..Outsiders::default() };
    let gateway = Gateway::open(place, &keys, Books::built_in()?, sink, settings, outside).await?;

    let ground = Ground::new(folder.secrets()?, folder.sheets()?, arguments.cases, gateway.clock());
    let running = Running::start_all(ground).await.map_err(CommandFault::said)?;
    let seeded = seed::seed(&folder, gateway.desk()).await?;
    let hooks = connect(&folder, &gateway, &running, &seeded, &base).await?;
    synchronise(&gateway, &seeded).await?;
    people(&folder, &gateway, &seeded, &office).await?;

    let sdl = folder.path().join("schema.graphql");
    folder.write("schema.graphql", crate::gateway::schema())?;
    let metrics_at = metrics.local_addr().map_err(|error| CommandFault::said(error.kind()))?;
    folder.write("demo.json", &print::card(&base, &sdl, &seeded, &running, &gateway.desk().connected())?)?;
    let query = print::query(&shown_referral(&gateway, &seeded).await?);
    print::welcome(&base, metrics_at, folder.path(), &seeded, &query, began.elapsed())?;
    let explorer = explorer(&gateway, &seeded, query);
    for (system, hook) in running.iter().zip(hooks) {
        system.employ(LOOK, hook);
    }
    let served = gateway
        .serve(Listening {
            doors: vec![Entrance { listener: graphql, tls: None }],
            metrics,
            renewal: None,
            origins: vec![base.clone(), format!("http://localhost:{}", listen.port())],
            explorer: Some(explorer),
            introspection: true,
            keys: folder.path().join(keys::FOLDER),
            round: ROUND,
            signals,
        })
        .await;
    for system in running {
        system.stop().await;
    }
    office.stop().await;
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

/// Connects the partners, each with its running system; gives the webhooks that tell the hub, in the same order.
async fn connect(
    folder: &DemoFolder,
    gateway: &Gateway,
    running: &[Running],
    seeded: &Seeded,
    base: &str,
) -> Result<Vec<Option<Hook>>, CommandFault> {
    let files = folder.partners()?;
    let mut hooks = Vec::new();
    for system in running {
        let (name, handle) = (system.partner.name, system.partner.organization);
        let read = crate::partners::read(&files, name, &system.overrides, &seeded.organizations);
        let mut partner = read.map_err(CommandFault::Files)?;
        if partner.organization != seeded.organization(handle)? {
            return Err(CommandFault::said(format!("`{name}.toml` is not of `{handle}`, as the demo's table says")));
        }
        if handle == REFERS {
            // The shelter refers people to the organization of every partner, and calls it so.
            for other in PARTNERS {
                let organization = seeded.organization(other.organization)?;
                partner.references.entry(agency_of(other.organization)).or_insert(organization);
            }
        }
        partner.config.guard.rate_per_minute = CALLS_A_MINUTE;
        let hook = (system.partner.tells == Tells::Webhook).then(|| hook(base, name)).transpose()?;
        partner.config.hook = hook
            .as_ref()
            .map(|hook| config::Hook { secret: hook.secret.clone().into(), address: hook.address.clone() });
        if let Some(address) = &system.overrides.base_url {
            crate::say(&format!("sandbox {name:<14} {address}"));
        }
        gateway.connect_partner(partner).await?;
        hooks.push(hook);
    }
    Ok(hooks)
}

/// Where a partner's system tells the hub of changes, with a secret of this start.
fn hook(base: &str, name: &str) -> Result<Hook, CommandFault> {
    let mut drawn = [0; 16];
    if !SystemChance::new().fill(&mut drawn) {
        return Err(CommandFault::said("no randomness"));
    }
    Ok(Hook { address: format!("{base}/partners/{name}/changed"), secret: hex(&drawn) })
}

/// Takes what the partners have, shows how it goes, and sends what is due.
async fn synchronise(gateway: &Gateway, seeded: &Seeded) -> Result<(), CommandFault> {
    let mut all = gateway.desk().connected();
    // The first in the table first: who refers is known before who is referred to.
    all.sort_by_key(|partner| PARTNERS.iter().position(|known| known.name == partner.config.name));
    for partner in &all {
        let last = std::sync::Mutex::new(Moment::now());
        let progress = |report: &sangam_desk::SyncReport| {
            if let Ok(mut last) = last.lock()
                && last.elapsed() >= PROGRESS
            {
                *last = Moment::now();
                crate::say(&format!(
                    "  {:<14} {} records …",
                    partner.config.name,
                    report.recorded + report.changed + report.unchanged
                ));
            }
        };
        let report = gateway.desk().synchronise(partner, &progress).await.map_err(CommandFault::said)?;
        crate::say(&format!(
            "synchronised {:<14} {} new, {} changed, {} unchanged, {} in quarantine, {} referrals",
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

/// The returns and the people of the demo, once a folder.
async fn people(
    folder: &DemoFolder,
    gateway: &Gateway,
    seeded: &Seeded,
    office: &office::Running,
) -> Result<(), CommandFault> {
    if folder.read(PEOPLE).is_some() {
        return Ok(());
    }
    let desk = gateway.desk();
    let mut hands = Hands::new(desk);
    let made = async {
        let returns = returns::seed(&mut hands, seeded).await?;
        office.people(&mut hands, seeded).await?;
        crate::say(&format!("made {returns} returns, and the people who work on them"));
        folder.write(PEOPLE, "made\n")
    };
    // The provider's keys are fetched by a task of the hub's, which is not served yet.
    tokio::select! {
        made = made => made,
        () = desk.keep_keys() => Err(CommandFault::said("the keys of the demo's provider are no longer fetched")),
    }
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
