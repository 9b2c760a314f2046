//! The partners of the demo, a line each: whose system it is, how its sandbox is started, who decides there, and whether
//! it tells the hub of what changes. Whoever adds a kind of system adds its line, and below it how it is started.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sangam_sandbox::dhis2::{Dhis2, Version};
use sangam_sandbox::fhir::FhirServer;
use sangam_sandbox::graphql::Casebook;
use sangam_sandbox::hsds::{Entry, Hsds, OTHER};
use sangam_sandbox::primero::{Kind, Primero};
use sangam_sandbox::{CaseDesk, CaseFormat, CaseSystem, Clerk, Hook, Sandbox, Staffed};
use sangam_vocabulary::{Chance, Clock, SeededChance};
use sangam_wire::config::Overrides;

/// The seed of the sandbox partners: a second start meets the same invented people.
const SEED: u64 = 2026;

/// A partner of the demo.
pub(super) struct DemoPartner {
    /// Its name: that of its files in `config/partners`.
    pub(super) name: &'static str,
    /// The handle of its organization, as in its file.
    pub(super) organization: &'static str,
    /// Its files, as they were when the binary was built.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// How its system is started, with its people in it and its credentials where the hub finds them.
    start: for<'g> fn(&'g Ground) -> Starting<'g>,
    /// Who decides on what is offered to it.
    pub(super) people: People,
    /// How its system says that something changed.
    pub(super) tells: Tells,
}

/// Who decides on what is offered to a partner of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    /// Its people in the sandbox, by themselves after a moment.
    InTheSandbox,
    /// Whoever tries the demo, as the organization's system.
    YouAre,
    /// Nobody: nothing is offered to a directory.
    Nobody,
}

/// How a partner's system says that something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// By a webhook.
    Webhook,
    /// Not at all: the hub asks.
    Nothing,
}

macro_rules! partners {
    ($($name:literal of $organization:literal: $start:ident, $people:ident, $tells:ident $(, with $($file:literal)+)?;)+) => {
        &[$(DemoPartner {
            name: $name,
            organization: $organization,
            files: &[
                (concat!($name, ".toml"), include_str!(concat!("../../../config/partners/", $name, ".toml"))),
                (concat!($name, ".in.jq"), include_str!(concat!("../../../config/partners/", $name, ".in.jq"))),
                $($((
                    concat!($name, ".", $file),
                    include_str!(concat!("../../../config/partners/", $name, ".", $file)),
                ),)+)?
            ],
            start: |ground| Box::pin($start(ground)),
            people: People::$people,
            tells: Tells::$tells,
        }),+]
    };
}

/// All of them. The shelter in Kolkata refers people to every other; the demo's own case, the minor whose wish is to go
/// home, is referred to the agency, where nobody answers but whoever tries the demo.
pub(super) const PARTNERS: &[DemoPartner] = partners! {
    "shelter-in" of "asha-nivas": shelter, InTheSandbox, Webhook, with "out.jq";
    "agency-bd" of "nirapod-ghar": agency, YouAre, Webhook, with "out.jq";
    "small-ngo" of "sathi-samuha": sheets, InTheSandbox, Nothing, with "out.jq";
    "return-desk-bd" of "bd-return-desk": return_desk, InTheSandbox, Nothing, with "out.jq";
    "hospital-bd" of "meghna-par": hospital, InTheSandbox, Webhook, with "out.jq";
    "outreach-np" of "sima-saathi": outreach, InTheSandbox, Webhook, with "out.jq";
    "shelter-pk" of "panah-gah": tablets, InTheSandbox, Nothing, with "out.jq";
    "centre-bd" of "notun-alo": centre, InTheSandbox, Nothing, with "out.jq";
    "casebook-lk" of "sahana-mithuro": casebook, InTheSandbox, Webhook,
        with "out.jq" "page.graphql" "list.graphql" "record.graphql" "offer.graphql" "offered.graphql" "answers.graphql"
            "standing.graphql" "answer.graphql" "withdraw.graphql" "acknowledge.graphql";
    "directory-bd" of "nyaya-setu": directory, Nobody, Nothing;
};

/// The organization whose people are referred to all the others.
pub(super) const REFERS: &str = "asha-nivas";

/// What a partner's system needs to be started.
pub(super) struct Ground {
    /// Where credentials are written for the hub.
    secrets: PathBuf,
    /// Where sheets lie.
    sheets: PathBuf,
    /// How many invented cases the shelter has beside the few that are always there.
    cases: usize,
    /// The hub's clock.
    clock: Arc<dyn Clock>,
    /// The organizations that [`REFERS`] refers people to, as its system calls them.
    agencies: Vec<String>,
    /// The place in the table, from which its people are drawn.
    place: u64,
}

type Starting<'g> = BoxFuture<'g, std::io::Result<(Overrides, Box<dyn Runs>)>>;
type Started = std::io::Result<(Overrides, Box<dyn Runs>)>;

/// A partner's system that runs.
pub(super) struct Running {
    pub(super) partner: &'static DemoPartner,
    /// Where it is, for its file.
    pub(super) overrides: Overrides,
    system: Box<dyn Runs>,
}

impl Running {
    /// Starts the systems of all partners.
    ///
    /// # Errors
    /// The first that cannot be started, with its name.
    pub(super) async fn start_all(mut ground: Ground) -> Result<Vec<Self>, String> {
        let mut running = Vec::new();
        let deciding = PARTNERS.iter().filter(|partner| partner.people == People::InTheSandbox);
        let others = deciding.map(|partner| partner.organization).filter(|organization| *organization != REFERS);
        ground.agencies = others.map(agency_of).collect();
        for (place, partner) in (0..).zip(PARTNERS) {
            ground.place = place;
            let started = (partner.start)(&ground).await;
            let (overrides, system) =
                started.map_err(|error| format!("the sandbox of `{}` cannot start: {}", partner.name, error.kind()))?;
            running.push(Self { partner, overrides, system });
        }
        Ok(running)
    }

    /// Lets its people work, where they are in the sandbox, and its webhooks tell.
    pub(super) fn employ(&self, every: Duration, hook: Option<Hook>) {
        self.system.employ(every, hook, self.partner.people);
    }

    /// Stops it.
    pub(super) async fn stop(self) {
        self.system.stop().await;
    }
}

/// What is done with any system that runs.
trait Runs: Send + Sync {
    fn employ(&self, every: Duration, hook: Option<Hook>, people: People);
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

impl<S: Staffed> Runs for Sandbox<S> {
    fn employ(&self, every: Duration, hook: Option<Hook>, people: People) {
        match people {
            People::InTheSandbox => Self::employ(self, every, hook),
            People::YouAre | People::Nobody => self.only_tell(every, hook),
        }
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { Self::stop(*self).await })
    }
}

/// A directory, in which nobody works and which tells nothing.
struct Directory(Sandbox<Hsds>);

impl Runs for Directory {
    fn employ(&self, _: Duration, _: Option<Hook>, _: People) {}

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { self.0.stop().await })
    }
}

impl Runs for CaseDesk {
    fn employ(&self, every: Duration, _: Option<Hook>, _: People) {
        Self::employ(self, every);
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Runs for Clerk {
    fn employ(&self, every: Duration, _: Option<Hook>, _: People) {
        Self::employ(self, every);
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Ground {
    pub(super) fn new(secrets: PathBuf, sheets: PathBuf, cases: usize, clock: Arc<dyn Clock>) -> Self {
        Self { secrets, sheets, cases, clock, agencies: Vec::new(), place: 0 }
    }

    /// Any free port of this machine.
    const fn listen() -> SocketAddr {
        SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 0))
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn chance(&self) -> Arc<dyn Chance> {
        Arc::new(SeededChance::new(SEED + self.place))
    }

    /// A system behind a web address.
    fn at(&self, base_url: String, system: impl Runs + 'static) -> (Overrides, Box<dyn Runs>) {
        (Overrides { base_url: Some(base_url), ..self.overrides() }, Box::new(system))
    }

    /// A system in a folder.
    fn within(&self, folder: PathBuf, system: impl Runs + 'static) -> (Overrides, Box<dyn Runs>) {
        (Overrides { folder: Some(folder), ..self.overrides() }, Box::new(system))
    }

    fn overrides(&self) -> Overrides {
        Overrides { base_url: None, folder: None, secrets: Some(self.secrets.clone()), sandbox: true }
    }
}

/// How the shelter's Primero calls an organization outside.
pub(super) fn agency_of(handle: &str) -> String {
    format!("agency-{handle}")
}

async fn primero(kind: Kind, ground: &Ground) -> std::io::Result<Sandbox<Primero>> {
    let system = Sandbox::start(kind, Ground::listen(), ground.clock(), ground.chance()).await?;
    system.seed_people();
    system.write_password(&ground.secrets)?;
    Ok(system)
}

async fn shelter(ground: &Ground) -> Started {
    let system = primero(Kind::ShelterIn, ground).await?;
    system.seed_referred(&ground.agencies);
    system.seed_cases(ground.cases);
    Ok(ground.at(system.base_url(), system))
}

async fn agency(ground: &Ground) -> Started {
    let system = primero(Kind::AgencyBd, ground).await?;
    Ok(ground.at(system.base_url(), system))
}

async fn sheets(ground: &Ground) -> Started {
    sangam_sandbox::write_samples(&ground.sheets)?;
    Ok(ground.within(ground.sheets.clone(), Clerk::of(&ground.sheets)))
}

async fn return_desk(ground: &Ground) -> Started {
    let system = Dhis2::start(Version::V41, Ground::listen(), ground.clock(), ground.chance()).await?;
    system.seed_people();
    system.write_token(&ground.secrets)?;
    Ok(ground.at(system.base_url(), system))
}

/// Of the hospital's patients one is referred to the shelter, and one to nobody.
async fn hospital(ground: &Ground) -> Started {
    let system = FhirServer::start(Ground::listen(), ground.clock(), ground.chance()).await?;
    let minor = system.admit("Rupa Khatun", "2011-03-09", true);
    system.refer(&minor, "Organization/asha-nivas", "safe-stay");
    system.admit("Mina Akter", "1999-07", true);
    system.write_key(&ground.secrets)?;
    Ok(ground.at(system.fhir_base(), system))
}

/// A folder of files, in which the centre's people answer.
async fn centre(ground: &Ground) -> Started {
    let folder = ground.sheets.join("centre");
    std::fs::create_dir_all(&folder)?;
    let system = CaseSystem::open(&folder, CaseFormat::Json)?;
    system.seed()?;
    Ok(ground.within(folder, CaseDesk::of(system)))
}

/// What the organization gives, what it has shut for a while, and what another one gives in the same directory.
async fn directory(ground: &Ground) -> Started {
    let system = Sandbox::directory(Ground::listen(), ground.clock(), ground.chance()).await?;
    let base_url = system.base_url();
    {
        let mut directory = system.system();
        directory.put(Entry::own("Legal advice", &["legal-advice"]).within(&["Dhaka Division"]));
        let shut = Entry::own("Interpreters for court", &["interpreter"]);
        directory.put(Entry { status: "temporarily closed".to_owned(), ..shut });
        directory.put(Entry { of: Some(OTHER.to_owned()), ..Entry::own("A neighbour's advice", &["legal-advice"]) });
    }
    Ok(ground.at(base_url, Directory(system)))
}

async fn casebook(ground: &Ground) -> Started {
    let system = Casebook::start(Ground::listen(), ground.clock(), ground.chance()).await?;
    let adult = system.open("Tara Perera", true);
    system.refer(&adult, REFERS, "BED");
    system.open("Mina Silva", true);
    system.write_key(&ground.secrets)?;
    Ok(ground.at(system.endpoint(), system))
}

async fn outreach(ground: &Ground) -> Started {
    let system = Sandbox::start_kobo(Ground::listen(), ground.clock(), ground.chance()).await?;
    system.seed_people();
    system.write_token(&ground.secrets)?;
    Ok(ground.at(system.base_url(), system))
}

async fn tablets(ground: &Ground) -> Started {
    let system = Sandbox::start_central(Ground::listen(), ground.clock(), ground.chance()).await?;
    system.seed_people();
    system.write_password(&ground.secrets)?;
    Ok(ground.at(system.base_url(), system))
}
