//! A deployment: the store and the keys that a demo has seeded, served by `sangam serve` from a configuration file,
//! by one process or by several on one database, with or without TLS. And what its operator does at the terminal.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use sangam_kit::database::{Database, Kind};
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_kit::process::{Process, Signal, Start, free_port};
use sangam_kit::target;
use sangam_store::{AccessionVoice, Checkpoint, CheckpointSink, JournalSigner, Place, Store, Writer};
use sangam_vocabulary::{AccessionId, Clock as _, OrganizationId, PersonId, RecordId, SystemChance, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::certificate::Papers;
use crate::keys::{Pair, fresh, now};

/// How long a process may take to begin or to end.
const SOON: Duration = Duration::from_secs(60);
const FORM: &str = "application/x-www-form-urlencoded";
/// The kind of a client's assertion.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a deployment is to be like.
#[derive(Clone, Copy)]
pub(crate) struct Like {
    pub(crate) sandbox: bool,
    /// What `client_certificates` says; without it the door speaks plain HTTP.
    pub(crate) certificates: Option<&'static str>,
    /// Whether there are revocation lists, and a second listener that asks nobody for a certificate.
    pub(crate) second: bool,
}

/// Secrets and unbound tokens are allowed; plain HTTP.
pub(crate) const SANDBOX: Like = Like { sandbox: true, certificates: None, second: false };
/// Every token is bound; TLS with client certificates.
pub(crate) const STRICT: Like = Like { sandbox: false, certificates: Some("optional"), second: false };
/// Systems come with certificates that are not revoked, and others by a listener of their own.
pub(crate) const APART: Like = Like { sandbox: false, certificates: Some("required"), second: true };

pub(crate) struct House {
    folder: Folder,
    /// How the hub is reached, as its configuration says: issuer and audience.
    pub(crate) address: String,
    pub(crate) papers: Papers,
    organizations: BTreeMap<String, String>,
    servers: Vec<Server>,
    like: Like,
    store: String,
    place: Place,
    /// What stands at the end of the configuration.
    more: String,
}

/// Checkpoints of a process of the test's own leave nowhere.
struct NoSink;

impl CheckpointSink for NoSink {
    fn take(&self, _checkpoint: &Checkpoint) {}
}

struct Server {
    process: Process,
    origin: String,
    /// Where the second listener is reached, and the counters.
    second: String,
    counters: String,
    config: PathBuf,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) output: String,
}

impl Ran {
    /// The line of JSON in its output.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.output);
        let line = self.output.lines().find(|line| line.starts_with(['{', '[']));
        serde_json::from_str(line.unwrap_or_else(|| panic!("no JSON: {}", self.output))).unwrap()
    }
}

/// An answer of an endpoint.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn token(&self) -> &str {
        self.body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {self:?}"))
    }

    pub(crate) fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }
}

/// A folder that a demo has seeded on SQLite, once for all tests of this binary.
fn seeded() -> &'static Path {
    static SEEDED: OnceLock<Folder> = OnceLock::new();
    SEEDED
        .get_or_init(|| {
            let folder = Folder::new("seeded");
            assert!(Demo::start_with(&folder, None, 0).stop().success());
            folder
        })
        .path()
}

impl House {
    /// A deployment on SQLite.
    pub(crate) fn of(like: Like) -> Self {
        Self::with(like, "")
    }

    /// A deployment on SQLite with more in its configuration.
    pub(crate) fn with(like: Like, more: &str) -> Self {
        let folder = Folder::new("systems");
        let from = seeded().join("data");
        fs::create_dir_all(folder.join("keys")).unwrap();
        for file in
            ["sangam.sqlite", "seed.json", "keys/root.key", "keys/tokens.pk8", "keys/journal.pk8", "keys/sessions.key"]
        {
            fs::copy(from.join(file), folder.join(file)).unwrap();
        }
        // What the demo's last connection did not bring into the file itself.
        if from.join("sangam.sqlite-wal").exists() {
            fs::copy(from.join("sangam.sqlite-wal"), folder.join("sangam.sqlite-wal")).unwrap();
        }
        let place = Place::Sqlite(folder.join("sangam.sqlite"));
        Self::at(folder, like, "sqlite = \"sangam.sqlite\"".to_owned(), place, more)
    }

    /// A deployment on either database.
    pub(crate) fn on(database: &Database, like: Like) -> Self {
        Self::serving(database, like, "")
    }

    /// A deployment on either database with more in its configuration.
    pub(crate) fn serving(database: &Database, like: Like, more: &str) -> Self {
        if database.kind() == Kind::Sqlite {
            return Self::with(like, more);
        }
        let folder = Folder::new("systems");
        assert!(Demo::start_with(&folder, Some(database.url()), 0).stop().success());
        fs::create_dir_all(folder.join("keys")).unwrap();
        for file in ["seed.json", "keys/root.key", "keys/tokens.pk8", "keys/journal.pk8", "keys/sessions.key"] {
            fs::copy(folder.join("data").join(file), folder.join(file)).unwrap();
        }
        fs::write(folder.join("postgres.url"), database.url()).unwrap();
        let place = Place::Postgres(database.url().into());
        Self::at(folder, like, "postgres_url_file = \"postgres.url\"".to_owned(), place, more)
    }

    fn at(folder: Folder, like: Like, store: String, place: Place, more: &str) -> Self {
        let seed: Value = serde_json::from_str(&fs::read_to_string(folder.join("seed.json")).unwrap()).unwrap();
        let organizations = seed["organizations"].as_object().unwrap().iter();
        let id = |id: &Value| format!("org_{}", id.as_str().unwrap().replace('-', ""));
        let organizations = organizations.map(|(handle, uuid)| (handle.clone(), id(uuid))).collect();
        let papers = Papers::draw(&folder);
        fs::create_dir_all(folder.join("partners")).unwrap();
        let (servers, more) = (Vec::new(), more.to_owned());
        let address = String::new();
        let mut house = Self { folder, address, papers, organizations, servers, like, store, place, more };
        house.start();
        house
    }

    /// Starts a process more on the same database, and says its number. All of them have the first one's address.
    pub(crate) fn start(&mut self) -> usize {
        let (port, metrics) = (free_port(), free_port());
        let scheme = if self.like.certificates.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://127.0.0.1:{port}");
        if self.address.is_empty() {
            self.address.clone_from(&origin);
        }
        let beside = free_port();
        let second = format!("{scheme}://127.0.0.1:{beside}");
        let counters = format!("http://127.0.0.1:{metrics}/metrics");
        let mut tls = self.like.certificates.map_or_else(String::new, |clients| {
            format!(
                "certificate = \"server.pem\"\nkey = \"server.key\"\nclient_certificates = \"{clients}\"\nclient_authorities = \"authority.pem\"\n"
            )
        });
        if self.like.second {
            tls += &format!(
                "client_revocations = \"revoked.pem\"\n\n[[door.listeners]]\nlisten = \"127.0.0.1:{beside}\"\ncertificate = \"server.pem\"\nkey = \"server.key\"\n"
            );
        }
        let organizations: String =
            self.organizations.iter().map(|(handle, id)| format!("{handle} = \"{id}\"\n")).collect();
        let text = format!(
            "[operator]\nname = \"Invented\"\ncountry = \"NP\"\nsandbox = {}\n\n[door]\nlisten = \"127.0.0.1:{port}\"\nmetrics = \"127.0.0.1:{metrics}\"\naddress = \"{}\"\n{tls}\n[store]\n{}\n\n[keys]\nfolder = \"keys\"\n\n[law]\nfolder = \"{}\"\n\n[corridors]\nfolder = \"{}\"\n\n[partners]\nfolder = \"partners\"\n\n[organizations]\n{organizations}{}",
            self.like.sandbox,
            self.address,
            self.store,
            target::checkout().join("config/countries").canonicalize().unwrap().display(),
            target::checkout().join("config/corridors").canonicalize().unwrap().display(),
            self.more,
        );
        let config = self.folder.join(&format!("hub-{port}.toml"));
        fs::write(&config, text).unwrap();
        let process = serve(&config);
        self.servers.push(Server { process, origin, second, counters, config });
        self.servers.len() - 1
    }

    /// Stops a process and starts it again where it was.
    pub(crate) fn restart(&mut self, number: usize) {
        let server = self.servers.remove(number);
        assert!(server.process.stop(SOON).success());
        let process = serve(&server.config);
        self.servers.insert(number, Server { process, ..server });
    }

    /// Ends a process and starts it again with another configuration.
    pub(crate) fn reconfigure(&mut self, number: usize, change: impl Fn(String) -> String) {
        let config = &self.servers[number].config;
        fs::write(config, change(fs::read_to_string(config).unwrap())).unwrap();
        self.restart(number);
    }

    /// The database, for what a test lays into it by hand.
    pub(crate) fn store_url(&self) -> String {
        fs::read_to_string(self.path("postgres.url"))
            .unwrap_or_else(|_| format!("sqlite://{}", self.path("sangam.sqlite").display()))
    }

    /// Where a process is reached.
    pub(crate) fn origin(&self, number: usize) -> &str {
        &self.servers[number].origin
    }

    /// Where the second listener of the first process is reached.
    pub(crate) fn second(&self) -> &str {
        &self.servers[0].second
    }

    /// Whether a line is among the counters of the first process.
    pub(crate) async fn counts(&self, line: &str) -> bool {
        let page = reqwest::get(&self.servers[0].counters).await.unwrap().text().await.unwrap();
        page.lines().any(|one| one == line)
    }

    /// Asks the first process to read its files again, and waits until it has said so of as many listeners.
    pub(crate) fn hang_up(&mut self, said: &str, times: usize) {
        let process = &mut self.servers[0].process;
        let count = |output: String| output.matches(said).count();
        let before = count(process.output());
        process.signal(Signal::HUP);
        let until = Instant::now() + SOON;
        while count(process.output()) < before + times {
            assert!(Instant::now() < until, "it did not say `{said}`:\n{}", process.output());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file into the deployment's folder.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Lays a new token key, as the operator does.
    pub(crate) fn draw_token_key(&self, name: &str) {
        let pair = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        let path = self.write(&format!("keys/{name}"), pair.to_pkcs8().unwrap());
        fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
    }

    pub(crate) fn organization(&self, handle: &str) -> &str {
        &self.organizations[handle]
    }

    /// Stops a process for good; its configuration stays.
    pub(crate) fn end(&mut self, number: usize) -> PathBuf {
        let server = &mut self.servers[number];
        server.process.ask_to_stop();
        assert!(server.process.wait_end(SOON).success());
        server.config.clone()
    }

    /// What a process has said so far.
    pub(crate) fn output(&self, number: usize) -> String {
        self.servers[number].process.output()
    }

    /// Runs `sangam client …` against the deployment.
    pub(crate) fn client(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["client"], arguments].concat(), &[])
    }

    /// Runs `sangam person …` against the deployment.
    pub(crate) fn person(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["person"], arguments].concat(), &[])
    }

    /// Runs `sangam organization …` against the deployment.
    pub(crate) fn organization_command(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["organization"], arguments].concat(), &[])
    }

    /// Two people speak for an applicant, each of the organization of its handle: a process more, as a portal would be.
    pub(crate) async fn speak(&self, application: &str, handles: &[&str]) {
        let store = Store::open(&self.place).await.unwrap();
        let signer = JournalSigner::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
        let process = RecordId::new(SystemClock.now(), &SystemChance::new()).unwrap().uuid();
        let (writer, task) =
            Writer::start(store, process, signer, Arc::new(NoSink), Arc::new(SystemClock)).await.unwrap();
        let id = |text: &str| Uuid::try_parse(text.split_once('_').unwrap().1).unwrap();
        for handle in handles {
            let change = AccessionVoice {
                accession: AccessionId::from_uuid(id(application)),
                organization: OrganizationId::from_uuid(id(self.organization(handle))),
                person: PersonId::from_uuid(Uuid::from_u128(1)),
                against: None,
            };
            writer.submit(change.into()).await.unwrap();
        }
        writer.stop().await;
        task.0.await.unwrap().unwrap();
    }

    /// Gives an organization a handle for the commands of this house.
    pub(crate) fn know(&mut self, handle: &str, organization: &str) {
        self.organizations.insert(handle.to_owned(), organization.to_owned());
    }

    /// Runs a command against the deployment.
    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        self.run_with(&self.servers[0].config, arguments, variables)
    }

    /// Runs a command with a configuration.
    pub(crate) fn run_with(&self, config: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let start = Start::sangam(arguments.iter().copied()).arguments(["--config".as_ref(), config.as_os_str()]);
        let start = variables.iter().fold(start, |start, (name, value)| start.with_variable(name, value));
        let mut process = start.run();
        let ended = process.wait_end(SOON);
        // What it said last may still be on its way through the pipe.
        std::thread::sleep(Duration::from_millis(100));
        Ran { code: ended.code().unwrap_or(-1), output: process.output() }
    }

    /// Registers a system of an organization in one way, with every scope and purpose it needs here.
    pub(crate) fn add(&self, handle: &str, credential: &[&str]) -> Value {
        let base = [
            "add",
            "--json",
            "--organization",
            self.organization(handle),
            "--name",
            "case system",
            "--scope",
            "directory",
            "--scope",
            "cases:read",
            "--purpose",
            "SERVICE_REFERRAL",
        ];
        self.client(&[&base[..], credential].concat()).json()
    }

    /// Registers a system with one key, named `one`.
    pub(crate) fn system(&self, handle: &str, pair: Pair) -> System {
        self.system_for(handle, pair, &[])
    }

    /// The same for a system that may do more than read.
    pub(crate) fn system_for(&self, handle: &str, pair: Pair, scopes: &[&str]) -> System {
        let file = self.write(&format!("{}.json", fresh()), json!({"keys": [pair.named("one")]}).to_string());
        let more = scopes.iter().flat_map(|scope| ["--scope", scope]);
        let credential: Vec<&str> = ["--jwks", file.to_str().unwrap()].into_iter().chain(more).collect();
        let told = self.add(handle, &credential);
        System {
            id: told["client_id"].as_str().unwrap().to_owned(),
            kid: "one".to_owned(),
            pair,
            address: self.address.clone(),
        }
    }

    /// A client that trusts the deployment's authority, and shows a certificate where one is given.
    pub(crate) fn http(&self, identity: Option<&str>) -> reqwest::Client {
        let builder = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30));
        let root = reqwest::Certificate::from_pem(self.papers.authority.as_bytes()).unwrap();
        let builder = builder.tls_certs_only([root]);
        let builder = match identity {
            Some(pem) => builder.identity(reqwest::Identity::from_pem(pem.as_bytes()).unwrap()),
            None => builder,
        };
        builder.build().unwrap()
    }

    /// Posts a form to a process. Whoever asks faster than a stranger may waits, as it is told to.
    pub(crate) async fn post(
        &self,
        number: usize,
        http: &reqwest::Client,
        path: &str,
        form: &[(&str, &str)],
        proof: Option<&str>,
    ) -> Answer {
        loop {
            let url = format!("{}{path}", self.origin(number));
            let mut request = http.post(url).header("content-type", FORM).body(encoded(form));
            if let Some(proof) = proof {
                request = request.header("dpop", proof);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            if status == 429 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let text = response.text().await.unwrap();
            return Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) };
        }
    }

    /// Asks for a token with an assertion.
    pub(crate) async fn assert(&self, number: usize, assertion: &str) -> Answer {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
        ];
        self.post(number, &self.http(None), "/oauth/token", &form, None).await
    }

    /// Reads the directory with an `Authorization` value; the status.
    pub(crate) async fn ask(
        &self,
        number: usize,
        http: &reqwest::Client,
        authorization: &str,
        proof: Option<&str>,
    ) -> u16 {
        loop {
            let body = json!({"query": "{ organizations(first: 1) { nodes { id } } }"});
            let mut request = http.post(format!("{}/graphql", self.origin(number))).json(&body);
            request = request.header("authorization", authorization);
            if let Some(proof) = proof {
                request = request.header("dpop", proof);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            if status == 429 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let text = response.text().await.unwrap();
            assert_eq!(status == 200, text.contains("org_"), "{status}: {text}");
            return status;
        }
    }
}

/// `application/x-www-form-urlencoded`, every byte that is not plain escaped.
pub(crate) fn encoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn serve(config: &Path) -> Process {
    let mut process = Start::sangam(["serve", "--config"]).arguments([config]).run();
    process.wait_for_line("listens on", SOON);
    process
}

/// A partner's system with its key.
pub(crate) struct System {
    pub(crate) id: String,
    pub(crate) kid: String,
    pub(crate) pair: Pair,
    address: String,
}

impl System {
    /// The header of an assertion.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": self.pair.algorithm(), "kid": self.kid, "typ": "JWT"})
    }

    /// The claims of an assertion that is good once and for a minute.
    pub(crate) fn claims(&self) -> Value {
        let now = now();
        json!({
            "iss": self.id, "sub": self.id, "aud": format!("{}/oauth/token", self.address),
            "iat": now, "exp": now + 60, "jti": fresh(),
        })
    }

    /// An assertion that is good once.
    pub(crate) fn assertion(&self) -> String {
        self.pair.token(&self.header(), &self.claims())
    }

    /// A token without a binding, from a sandbox.
    pub(crate) async fn token(&self, house: &House, number: usize) -> String {
        let answer = house.assert(number, &self.assertion()).await;
        assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("Bearer")), "{answer:?}");
        answer.token().to_owned()
    }
}
