//! The gateway: store, writer, desk, executor and door put together, and run until asked to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use prometheus_client::registry::Registry;
use sangam_custody::{Keys, LocalKeyRing};
use sangam_desk::{
    Desk, DeskParts, Issuer, PartnerDesk, Provider, ProviderSettings, SignIn, TokenIssuer, TokenSettings, Tokens,
};
use sangam_door::{Door, Edge, Entrance, Explorer, Limits, Metrics, MetricsPage, Shell};
use sangam_mapping::Pool;
use sangam_store::{CheckpointSink, Place, Store, Writer, WriterTask};
use sangam_vocabulary::{Chance, Clock, SystemChance, SystemClock};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::books::Books;
use crate::certificates::Renewal;
use crate::code_pages;
use crate::command::CommandFault;
use crate::configuration::{DocumentPlace, IssuerEntry, ProviderEntry};
use crate::counts::Counts;
use crate::hooks;
use crate::house::House;
use crate::key_folder::KeyFolder;
use crate::keys::KeyFiles;
use crate::outside::Caller;
use crate::partners::PreparedPartner;
use crate::readiness::{Question, Readiness};
use crate::renewal;
use crate::screens::Screens;
use crate::supervise::{Signals, Supervisor};
use crate::ways::Ways;

/// How often partners are synchronised and deliveries tried, in a deployment.
pub(crate) const ROUND: Duration = Duration::from_secs(15);
/// How often a process looks at who is locked and who is a member: a part of the five seconds within which that acts on
/// every process. An open socket then ends within two seconds more.
const LOOK: Duration = Duration::from_millis(500);
/// How many mapping workers run at once: one a core of the smallest machine.
const MAPPING_WORKERS: usize = 2;

/// A hub that is put together and not yet listening.
pub(crate) struct Gateway {
    desk: Arc<Desk>,
    writer: WriterTask,
    clock: Arc<dyn Clock>,
    pool: Arc<Pool>,
    ring: Arc<LocalKeyRing>,
}

/// What is outside: issuers of tokens, whom people sign in with, the ways to people, and where documents are kept.
#[derive(Default)]
pub(crate) struct Outsiders {
    /// The issuers whose access tokens are taken.
    pub(crate) issuers: Vec<IssuerEntry>,
    /// With whom people sign in.
    pub(crate) providers: Vec<ProviderEntry>,
    /// How people are told that something waits.
    pub(crate) ways: Ways,
    /// Where documents are kept; a command that hands none out needs no place for them.
    pub(crate) documents: Option<DocumentPlace>,
}

/// Where a gateway listens, and what it shows there.
pub(crate) struct Listening {
    /// GraphQL, tokens, health: in one place or several.
    pub(crate) doors: Vec<Entrance>,
    /// Counters.
    pub(crate) metrics: TcpListener,
    /// Who reads the doors' certificates again; in a deployment.
    pub(crate) renewal: Option<Renewal>,
    /// The origins whose pages may open sockets; the demo's own page only.
    pub(crate) origins: Vec<String>,
    /// GraphiQL; in the demo only.
    pub(crate) explorer: Option<Explorer>,
    /// Whether the schema can be asked for.
    pub(crate) introspection: bool,
    /// The folder of the keys, to be watched.
    pub(crate) keys: PathBuf,
    /// How often partners are synchronised and deliveries tried: [`ROUND`], but for a demo.
    pub(crate) round: Duration,
    /// The operator's wish that it end.
    pub(crate) signals: Signals,
}

/// The schema in the schema definition language.
pub(crate) fn schema() -> String {
    sangam_language::sdl()
}

impl Gateway {
    /// Opens the store, starts the writer, opens the desk. The schema must be up to date.
    pub(crate) async fn open(
        place: Place,
        keys: &KeyFiles,
        books: Books,
        sink: Arc<dyn CheckpointSink>,
        settings: TokenSettings,
        outsiders: Outsiders,
    ) -> Result<Self, CommandFault> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chance: Arc<dyn Chance> = Arc::new(SystemChance::new());
        let store = Store::open(&place).await.map_err(CommandFault::said)?;
        let signer = keys.journal()?;
        let tokens = keys.tokens()?;
        let ring = LocalKeyRing::of(&keys.masters()?, Arc::clone(&chance)).map_err(CommandFault::said)?;
        let ring = Arc::new(ring);
        let process = process(&*clock, &*chance)?;
        let (writer, task) = Writer::start(store.clone(), process, signer, sink, Arc::clone(&clock))
            .await
            .map_err(CommandFault::said)?;
        let parts = DeskParts {
            store,
            writer,
            keys: Keys::new(Arc::clone(&ring) as _, chance),
            law: books.law,
            residence: books.residence,
            corridors: Arc::new(books.corridors),
            clock: Arc::clone(&clock),
            tokens: Tokens::new(tokens.signer, tokens.others, settings).trusting(token_issuers(outsiders.issuers)?),
        };
        let desk = Desk::open(parts).await.map_err(CommandFault::said)?.telling_by(outsiders.ways.0);
        let desk = match outsiders.documents {
            Some(place) => desk.keeping_documents(place.open().map_err(CommandFault::said)?),
            None => desk,
        };
        let desk = match sign_in(outsiders.providers, keys)? {
            Some(people) => desk.signing_in(people),
            None => desk,
        };
        let program = std::env::current_exe()
            .map_err(|error| CommandFault::said(format!("the binary does not know its own path: {}", error.kind())))?;
        let pool = Pool::new(
            program,
            vec![sangam_mapping::worker::ARGUMENT.to_owned()],
            sangam_mapping::Limits::default(),
            MAPPING_WORKERS,
        );
        Ok(Self { desk: Arc::new(desk), writer: task, clock, pool: Arc::new(pool), ring })
    }

    /// The desk.
    pub(crate) const fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The clock.
    #[cfg(feature = "demo")]
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Connects a partner. Its mappings are compiled by a worker first.
    pub(crate) async fn connect_partner(&self, partner: PreparedPartner) -> Result<Arc<PartnerDesk>, CommandFault> {
        let PreparedPartner { config, organization, references } = partner;
        let wire = config.connect(Arc::clone(&self.clock)).map_err(CommandFault::said)?;
        let connected = self.desk.connect_partner(organization, config, wire, Arc::clone(&self.pool), references).await;
        let partner = connected.map_err(CommandFault::said)?;
        for mapping in [&partner.inbound, &partner.outbound].into_iter().flatten() {
            self.pool.check(mapping).await.map_err(|oddity| {
                CommandFault::said(format!(
                    "the mapping `{}` is not a program: {} at line {}",
                    mapping.name(),
                    oddity.kind.code(),
                    oddity.length
                ))
            })?;
        }
        Ok(partner)
    }

    /// Ends a gateway that serves nobody: what was handed over is finished and the journal is signed.
    pub(crate) async fn close(self) -> Result<(), CommandFault> {
        self.desk.writer().stop().await;
        let WriterTask(task) = self.writer;
        match task.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(fault)) => Err(CommandFault::said(fault)),
            Err(_) => Err(CommandFault::said("the writer died")),
        }
    }

    /// Serves until asked to stop or until a task of the hub ends.
    pub(crate) async fn serve(self, listening: Listening) -> Result<ExitCode, CommandFault> {
        let mut supervisor = Supervisor::new();
        let readiness = Readiness::new(supervisor.alive(), question(self.desk.store()));
        let house = Arc::new(House::new(Arc::clone(&self.desk), listening.introspection, readiness));
        let mut registry = Registry::default();
        let metrics = Arc::new(Metrics::register(&mut registry));
        let counts = Arc::new(Counts::register(&mut registry));
        let limits = Limits::default();
        let door = Door::new(
            Arc::clone(&house) as _,
            Arc::clone(&self.clock),
            limits.clone(),
            Arc::clone(&metrics),
            listening.origins,
        );
        let mut edge = Edge::of(&door);
        if let Some(explorer) = listening.explorer {
            edge = edge.with_explorer(explorer);
        }
        let shell = Shell::read().map_err(CommandFault::said)?;
        edge = code_pages::add(edge, &door, &shell, &self.desk);
        if let Some(screens) = Screens::of(&house, &self.desk, &shell, &self.clock).map_err(CommandFault::said)? {
            edge = edge.with_portal(&door, &screens);
        }
        edge = hooks::add(edge, &door, &self.desk);
        let page = Arc::new(MetricsPage::new(Arc::new(registry)));
        let stop = supervisor.stop();
        let (edge, connection) = (Arc::new(edge), limits.connection);
        let served = sangam_door::serve(listening.doors, edge, connection.clone(), Arc::clone(&metrics), stop.clone());
        supervisor.watch("door", async { served.await.map(drop) });
        if let Some(renewal) = listening.renewal {
            supervisor.watch("papers", renewal.run(Arc::clone(&metrics), stop.clone()));
        }
        let counters = vec![Entrance { listener: listening.metrics, tls: None }];
        let counted = sangam_door::serve(counters, page, connection, metrics, stop.clone());
        supervisor.watch("metrics", async { counted.await.map(drop) });
        let folder = KeyFolder::new(listening.keys, self.ring, Arc::clone(&self.desk))?;
        let asked = stop.clone();
        supervisor.watch("key folder", async move {
            folder.watch(asked).await;
            Ok::<(), String>(())
        });
        let (desk, asked) = (Arc::clone(&self.desk), stop.clone());
        supervisor.watch("key renewal", async move {
            renewal::renew(&desk, &asked).await;
            Ok::<(), String>(())
        });
        let (desk, asked) = (Arc::clone(&self.desk), stop.clone());
        supervisor.watch("issuers", async move {
            tokio::select! {
                () = asked.cancelled() => {}
                () = desk.keep_keys() => {}
            }
            Ok::<(), String>(())
        });
        let (desk, round) = (Arc::clone(&self.desk), listening.round);
        supervisor.watch("partners", async move {
            partners(&desk, round, &stop).await;
            Ok::<(), String>(())
        });
        let (desk, stop) = (Arc::clone(&self.desk), supervisor.stop());
        supervisor.watch("people", async move {
            crate::people::rounds(&desk, &stop).await;
            Ok::<(), String>(())
        });
        let (desk, stop) = (Arc::clone(&self.desk), supervisor.stop());
        let counted_clocks = Arc::clone(&counts);
        supervisor.watch("clocks", async move {
            crate::clocks::rounds(&desk, &counted_clocks, &stop).await;
            Ok::<(), String>(())
        });
        let (desk, stop) = (Arc::clone(&self.desk), supervisor.stop());
        supervisor.watch("notices", async move {
            crate::notices::rounds(&desk, &counts, &stop).await;
            Ok::<(), String>(())
        });
        let (desk, stop) = (Arc::clone(&self.desk), supervisor.stop());
        supervisor.watch("documents", async move {
            crate::documents::rounds(&desk, &stop).await;
            Ok::<(), String>(())
        });
        let (desk, stop) = (Arc::clone(&self.desk), supervisor.stop());
        supervisor.watch("members", async move {
            members(&desk, &stop).await;
            Ok::<(), String>(())
        });
        let writer = self.desk.writer().clone();
        let WriterTask(mut task) = self.writer;
        let ended = tokio::select! {
            ended = supervisor.run(listening.signals.asked()) => ended,
            died = &mut task => {
                // Nothing can be recorded any more, so nothing may be disclosed: the process ends at once.
                let why = match died {
                    Ok(Ok(())) => "it ended".to_owned(),
                    Ok(Err(fault)) => fault.to_string(),
                    Err(_) => "it died".to_owned(),
                };
                return Err(CommandFault::said(format!("the writer: {why}; nothing can be recorded, so the hub stops")));
            }
        };
        // The writer is last: what the others handed over is finished and the journal is signed.
        writer.stop().await;
        match (ended, task.await) {
            (Ok(()), Ok(Ok(()))) => Ok(ExitCode::SUCCESS),
            (Err(fault), _) => Err(CommandFault::said(fault)),
            (_, Ok(Err(fault))) => Err(CommandFault::said(fault)),
            (_, Err(_)) => Err(CommandFault::said("the writer died")),
        }
    }
}

/// The issuers of the configuration, with who calls them; nobody does where there are none.
fn token_issuers(entries: Vec<IssuerEntry>) -> Result<Vec<TokenIssuer>, CommandFault> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let caller = Caller::towards_issuers()?;
    let issuer = |IssuerEntry { settings, audience, kind }| TokenIssuer {
        issuer: Issuer::new(settings, Arc::clone(&caller)),
        audience,
        kind,
    };
    Ok(entries.into_iter().map(issuer).collect())
}

/// The providers of the configuration, with the keys of their people's cookies.
fn sign_in(entries: Vec<ProviderEntry>, keys: &KeyFiles) -> Result<Option<SignIn>, CommandFault> {
    if entries.is_empty() {
        return Ok(None);
    }
    let caller = Caller::towards_issuers()?;
    let provider = |ProviderEntry { settings, label, client_id, client_secret }| {
        let settings_there = ProviderSettings { label, client_id, client_secret };
        Provider::new(Issuer::new(settings, Arc::clone(&caller)), settings_there)
    };
    Ok(Some(SignIn::new(entries.into_iter().map(provider).collect(), keys.sessions()?)))
}

fn process(clock: &dyn Clock, chance: &dyn Chance) -> Result<Uuid, CommandFault> {
    let id =
        sangam_vocabulary::RecordId::new(clock.now(), chance).ok_or_else(|| CommandFault::said("no randomness"))?;
    Ok(id.uuid())
}

/// Looks again and again at who is locked and who is a member, until asked to stop. While the store does not answer
/// nothing is released either: every release reads the fence.
async fn members(desk: &Desk, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(fault) = desk.look_at_members().await {
            tracing::error!(error = %fault, "the organizations could not be read anew");
        }
    }
}

/// Goes the rounds of every partner, each by itself, so that one that is slow or down holds up nobody; until asked
/// to stop. A round may be dropped at any await: what was taken is taken, and the next one goes on from there.
async fn partners(desk: &Desk, round: Duration, stop: &CancellationToken) {
    let connected = desk.connected();
    let rounds = join_all(connected.iter().map(|partner| rounds(desk, partner, round)));
    tokio::select! {
        () = stop.cancelled() => {}
        // Without partners the task has nothing to do, and still ends only when it is asked to.
        _ = async { rounds.await; std::future::pending::<()>().await } => {}
    }
}

async fn rounds(desk: &Desk, partner: &PartnerDesk, every: Duration) {
    // One that was never asked is asked at once; another has had its last round a moment before this start.
    let mut waits = desk.was_asked(partner).await.unwrap_or(true);
    loop {
        if waits {
            wait(desk, partner, every).await;
        }
        waits = true;
        match desk.synchronise(partner, &|_| {}).await {
            Ok(report) if report.others > 0 => {
                tracing::info!(partner = %partner.config.name, others = report.others, "services of others in a directory were passed over");
            }
            Ok(_) => {}
            Err(fault) => {
                tracing::warn!(partner = %partner.config.name, error = %fault, "a synchronisation stopped");
            }
        }
        deliver(desk, partner).await;
    }
}

async fn deliver(desk: &Desk, partner: &PartnerDesk) {
    if let Err(fault) = desk.deliver_to(partner).await {
        tracing::warn!(partner = %partner.config.name, error = %fault, "a round of deliveries stopped");
    }
}

/// Waits for the next round, and asks meanwhile for what the partner's system says has changed; that may be a decision on
/// what was offered to it, so that it is asked for those as well.
async fn wait(desk: &Desk, partner: &PartnerDesk, every: Duration) {
    let round = tokio::time::sleep(every);
    tokio::pin!(round);
    loop {
        tokio::select! {
            () = &mut round => return,
            () = partner.told_of_something() => {
                if let Err(fault) = desk.ask_for_told(partner).await {
                    tracing::warn!(partner = %partner.config.name, error = %fault, "a record that changed could not be asked for");
                }
                deliver(desk, partner).await;
            }
        }
    }
}

/// Asks a store whether it answers.
fn question(store: &Store) -> Question {
    let store = store.clone();
    Box::new(move || {
        let store = store.clone();
        Box::pin(async move { store.answers().await })
    })
}

/// The address a listener is reached at.
pub(crate) fn address(listen: SocketAddr) -> String {
    format!("http://{listen}")
}
