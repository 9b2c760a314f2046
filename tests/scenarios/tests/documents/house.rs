//! A deployment that a demo has seeded, served by `sangam serve` from a configuration file, with its documents in a
//! folder or in a bucket: a person of one of its organizations, an agreement for everything with its neighbour, and a
//! referral about her. The agreement and the person are laid in by a process of the test's own, with the deployment's
//! keys, as an operator and a partner's system would.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_custody::{
    Age, Assent, Consent, Effect, Entry, EntryKind, Facts, GivenBy, Informed, Keys, OutwardKind, PartDetail,
};
use sangam_desk::{Desk, NewAgreement};
use sangam_kit::bucket::{Opens, S3Server};
use sangam_kit::client::Client;
use sangam_kit::database::{Database, Kind};
use sangam_kit::demo::{Card, Demo};
use sangam_kit::folder::Folder;
use sangam_kit::process::{Process, Start, free_port};
use sangam_kit::target;
use sangam_scenarios::assembled::{admitted, desk_at, keys_from};
use sangam_scenarios::look::{Look, place};
use sangam_store::{Command, SubjectChange};
use sangam_vocabulary::payload::{AgeBand, Demographics, Gender, Payload};
use sangam_vocabulary::{
    Category, CategorySet, Clock as _, Code as _, ConsentId, Country, OrganizationId, Purpose, PurposeSet, RecordId,
    SubjectId, SystemChance, SystemClock,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Holds the case.
pub(crate) const HOLDER: &str = "Nirapod Ghar";
/// Is asked to help.
pub(crate) const HELPER: &str = "Alor Pothe";
/// Has nothing to do with it.
pub(crate) const STRANGER: &str = "Nyaya Setu";
/// For which papers travel.
pub(crate) const WHY: &str = "REINTEGRATION";
/// How long anything may take here.
pub(crate) const SOON: Duration = Duration::from_secs(60);
/// A word that lies in every document of these tests, and nowhere on disk.
pub(crate) const MARKER: &[u8] = b"Asha Begum of Khulna";

/// The folder of documents, in the deployment's.
const SHELF: &str = "data/documents";
const DAYS: i64 = 90;

const PREPARE: &str = "mutation($input: PrepareDocumentInput!) { prepareDocument(input: $input) { __typename ... on DocumentPrepared { document upload until } ... on InvalidInput { path message } ... on NotPermitted { message } } }";
const REMOVE: &str = "mutation($input: RemoveDocumentInput!) { removeDocument(input: $input) { __typename ... on DocumentRemoved { document } } }";
const OF: &str = "query($of: ID!) { documents(of: $of) { nodes { id referral storedAt canSee documents { papers } image { reference } withheld { category reason } subject { id } } } }";
const ONE: &str = "query($id: ID!) { document(id: $id) { id documents { papers } withheld { category reason } } }";
const SEND: &str = "mutation($input: SendReferralInput!) { sendReferral(input: $input) { __typename ... on ReferralSent { referral { id } } } }";
const RECEIVED: &str = "{ referrals(first: 100, direction: RECEIVED) { nodes { id } } }";
const CONSENTS: &str = "query($subject: ID!) { consents(subject: $subject) { nodes { id effect } } }";
const WITHDRAW: &str = "mutation($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { __typename } }";
const DISCLOSURES: &str = "query($subject: ID!) { disclosures(subject: $subject, first: 100) { nodes { id recipient { name } categories } } }";

/// Where documents lie.
pub(crate) enum Kept {
    /// In a folder of the deployment.
    Folder,
    /// In a bucket.
    Bucket(S3Server),
}

/// A running hub with its case.
pub(crate) struct House {
    pub(crate) folder: Folder,
    pub(crate) process: Process,
    card: Card,
    /// The database's address.
    store: String,
    pub(crate) kept: Kept,
    pub(crate) holder: Client,
    pub(crate) helper: Client,
    pub(crate) stranger: Client,
    pub(crate) subject: String,
    /// The referral, as its sender and as its recipient see it.
    pub(crate) referral: [String; 2],
}

/// An answer to a document's address.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Told {
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A document as it was prepared.
pub(crate) struct Prepared {
    pub(crate) id: String,
    pub(crate) upload: String,
}

/// A PDF of so many bytes with the marker in every piece of it.
pub(crate) fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < length {
        bytes.extend_from_slice(MARKER);
        bytes.extend_from_slice(format!(" line {}\n", bytes.len()).as_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A PNG with these chunks between its header and its end; the check behind each is nobody's here.
pub(crate) fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, said) in [&[(b"IHDR", &[1; 13][..])][..], chunks, &[(b"IEND", &[][..])][..]].concat() {
        bytes.extend_from_slice(&u32::try_from(said.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&[&kind[..], said, &[0; 4]].concat());
    }
    bytes
}

/// A JPEG with these segments before its picture.
pub(crate) fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    for (marker, said) in [segments, &[(0xdb, &[7; 65][..]), (0xc0, &[8; 15]), (0xda, &[1; 10])][..]].concat() {
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(&u16::try_from(said.len() + 2).unwrap().to_be_bytes());
        bytes.extend_from_slice(said);
    }
    bytes.extend_from_slice(b"points\xff\x00points\xff\xd9");
    bytes
}

pub(crate) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn key() -> String {
    RecordId::new(SystemClock.now(), &SystemChance::new()).unwrap().uuid().simple().to_string()
}

impl House {
    /// A hub whose documents lie in a folder.
    pub(crate) async fn in_folder(database: &Database) -> Self {
        Self::open(database, Kept::Folder, &[]).await
    }

    /// A hub whose documents lie in a bucket.
    pub(crate) async fn in_bucket(database: &Database) -> Self {
        Self::open(database, Kept::Bucket(S3Server::start(opens())), &[]).await
    }

    /// A hub that is started with these variables in its environment.
    pub(crate) async fn open(database: &Database, kept: Kept, variables: &[(&str, &str)]) -> Self {
        let folder = Folder::new("documents");
        let url = (database.kind() == Kind::Postgres).then(|| database.url().to_owned());
        let demo = Demo::start_with(&folder, url.as_deref(), 0);
        let store = url.unwrap_or_else(|| format!("sqlite://{}", demo.data().join("sangam.sqlite").display()));
        let mut card = demo.card().clone();
        assert!(demo.stop().success());
        let (subject, _) = laid_in(&folder, &store).await;
        let origin = configured(&folder, &store, &kept);
        card.graphql = format!("{origin}/graphql");
        card.token_endpoint = format!("{origin}/oauth/token");
        let process = served(&folder, variables);
        let (holder, helper, stranger) = signed_in(&card).await;
        let referral = Default::default();
        let mut house = Self { folder, process, card, store, kept, holder, helper, stranger, subject, referral };
        house.referral = house.referred().await;
        house
    }

    async fn referred(&self) -> [String; 2] {
        let organizations = self.holder.ask("{ organizations(first: 100) { nodes { id name } } }", json!({})).await;
        let nodes = organizations.at("/organizations/nodes").as_array().unwrap().clone();
        let helper = nodes.iter().find(|node| node["name"] == HELPER).unwrap()["id"].clone();
        let input = json!({ "idempotencyKey": key(), "subject": self.subject, "recipient": helper, "services": ["EDUCATION"], "urgency": "ROUTINE" });
        let sent = self.holder.ask(SEND, json!({ "input": input })).await.complete();
        let own = sent.at("/sendReferral/referral/id").as_str().unwrap().to_owned();
        let received = self.helper.ask(RECEIVED, json!({})).await.complete();
        // Latest first.
        let theirs = received.at("/referrals/nodes/0/id").as_str().unwrap().to_owned();
        [own, theirs]
    }

    /// The names of the objects, unfinished ones among them.
    pub(crate) fn objects(&self) -> Vec<String> {
        if let Kept::Bucket(server) = &self.kept {
            return server.names();
        }
        let files = fs::read_dir(self.shelf()).unwrap();
        let mut names: Vec<String> =
            files.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// The folder of documents.
    pub(crate) fn shelf(&self) -> PathBuf {
        self.folder.join(SHELF)
    }

    /// The bucket of documents.
    pub(crate) fn server(&self) -> &S3Server {
        match &self.kept {
            Kept::Bucket(server) => server,
            Kept::Folder => panic!("its documents lie in a folder"),
        }
    }

    /// Whether a word lies anywhere in the deployment's folder, documents, database, journal and logs, or in its bucket.
    pub(crate) fn lies_open(&self, word: &[u8]) -> bool {
        fn look(folder: &Path, word: &[u8]) -> bool {
            fs::read_dir(folder).unwrap().any(|entry| {
                let path = entry.unwrap().path();
                if path.is_dir() { look(&path, word) } else { holds(&fs::read(&path).unwrap_or_default(), word) }
            })
        }
        look(self.folder.path(), word) || matches!(&self.kept, Kept::Bucket(server) if server.holds(word))
    }

    /// Waits until something holds of the objects.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&[String]) -> bool) {
        let began = Moment::now();
        while !is(&self.objects()) {
            assert!(began.elapsed() < SOON, "{what}: {:?}", self.objects());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn origin(&self) -> String {
        self.card.graphql.trim_end_matches("/graphql").to_owned()
    }

    /// A second way to the hub's database.
    async fn look(&self) -> Look {
        Look::at(self.store.clone()).await
    }

    /// Runs a statement in the hub's database.
    pub(crate) async fn run(&self, sql: &str) {
        self.look().await.run(sql).await;
    }

    /// The kinds of every entry of the journal.
    pub(crate) async fn entries(&self) -> Vec<String> {
        self.look().await.texts("SELECT kind FROM journal_entry").await
    }

    /// Kills the hub and starts it again on what it left.
    pub(crate) async fn killed_and_started(self) -> Self {
        let Self { folder, process, card, store, kept, subject, referral, .. } = self;
        drop(process);
        let process = served(&folder, &[]);
        let (holder, helper, stranger) = signed_in(&card).await;
        Self { folder, process, card, store, kept, holder, helper, stranger, subject, referral }
    }

    /// Prepares a document of the case's holder.
    pub(crate) async fn prepare(&self, referral: Option<&str>, paper: &str) -> Prepared {
        let told = self.prepared_by(&self.holder, &self.subject, referral, paper).await;
        let text = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
        Prepared { id: text("document"), upload: text("upload") }
    }

    /// What preparing a document comes to.
    pub(crate) async fn prepared_by(
        &self,
        client: &Client,
        subject: &str,
        referral: Option<&str>,
        paper: &str,
    ) -> Value {
        let input = json!({ "idempotencyKey": key(), "subject": subject, "referral": referral, "paper": paper });
        client.ask(PREPARE, json!({ "input": input })).await.at("/prepareDocument").clone()
    }

    pub(crate) async fn remove(&self, client: &Client, document: &str) -> Value {
        let input = json!({ "idempotencyKey": key(), "document": document });
        client.ask(REMOVE, json!({ "input": input })).await.at("/removeDocument/__typename").clone()
    }

    pub(crate) async fn put(&self, client: &Client, path: &str, media: &str, body: Vec<u8>) -> Told {
        let request = http().put(format!("{}{path}", self.origin())).header("content-type", media).body(body);
        told(request.bearer_auth(client.token().unwrap())).await
    }

    pub(crate) async fn get(&self, client: &Client, document: &str) -> Told {
        self.get_for(client, document, Some(WHY)).await
    }

    pub(crate) async fn get_for(&self, client: &Client, document: &str, why: Option<&str>) -> Told {
        let request = http().get(format!("{}/documents/{document}", self.origin()));
        let request = request.bearer_auth(client.token().unwrap());
        told(why.into_iter().fold(request, |request, why| request.header("sangam-purpose", why))).await
    }

    /// Stores a document and gives its id as its holder sees it.
    pub(crate) async fn stored(&self, referral: Option<&str>, paper: &str, body: Vec<u8>) -> String {
        let prepared = self.prepare(referral, paper).await;
        let told = self.put(&self.holder, &prepared.upload, "application/pdf", body).await;
        assert_eq!(told.status, 201, "{}", told.code());
        prepared.id
    }

    /// The documents that hang on a record, as somebody sees them.
    pub(crate) async fn documents(&self, client: &Client, of: &str) -> Vec<Value> {
        let page = client.ask(OF, json!({ "of": of })).await.complete();
        page.at("/documents/nodes").as_array().unwrap().clone()
    }

    pub(crate) async fn document(&self, client: &Client, id: &str) -> Value {
        client.ask(ONE, json!({ "id": id })).await.complete().at("/document").clone()
    }

    /// Withdraws every consent of the person.
    pub(crate) async fn withdraw(&self) {
        let consents = self.holder.ask(CONSENTS, json!({ "subject": self.subject })).await.complete();
        for consent in consents.at("/consents/nodes").as_array().unwrap() {
            let input = json!({ "idempotencyKey": key(), "consent": consent["id"] });
            let told = self.holder.ask(WITHDRAW, json!({ "input": input })).await.complete();
            assert_eq!(told.at("/withdrawConsent/__typename"), "ConsentWithdrawn");
        }
    }

    /// Who saw what of her, as her holder reads it.
    pub(crate) async fn disclosures(&self) -> Vec<Value> {
        let seen = self.holder.ask(DISCLOSURES, json!({ "subject": self.subject })).await.complete();
        seen.at("/disclosures/nodes").as_array().unwrap().clone()
    }
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(SOON).build().unwrap()
}

pub(crate) async fn told(request: reqwest::RequestBuilder) -> Told {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Told { status, headers, body: response.bytes().await.unwrap().to_vec() }
}

/// What the bucket of these tests opens to.
pub(crate) fn opens() -> Opens {
    Opens {
        bucket: "papers".into(),
        region: "ap-south-1".into(),
        key_id: "HUB7".into(),
        secret: "marker-of-a-secret".into(),
    }
}

/// Writes the deployment's configuration; where it will be reached.
fn configured(folder: &Folder, store: &str, kept: &Kept) -> String {
    let (port, metrics) = (free_port(), free_port());
    let documents = match kept {
        Kept::Folder => format!("folder = \"{SHELF}\"\n"),
        Kept::Bucket(server) => {
            let Opens { bucket, region, key_id, secret } = opens();
            fs::write(folder.join("bucket.id"), key_id + "\n").unwrap();
            fs::write(folder.join("bucket.secret"), secret + "\n").unwrap();
            format!(
                "bucket = \"{bucket}\"\nregion = \"{region}\"\nendpoint = \"http://{}\"\nprefix = \"hub/one\"\nkey_id_file = \"bucket.id\"\nsecret_file = \"bucket.secret\"\n",
                server.address
            )
        }
    };
    let store = match store.strip_prefix("sqlite://") {
        Some(file) => format!("sqlite = \"{file}\""),
        None => format!("postgres_url = \"{store}\""),
    };
    fs::create_dir_all(folder.join("partners")).unwrap();
    let law = |name: &str| target::checkout().join("config").join(name).canonicalize().unwrap().display().to_string();
    let text = format!(
        "[operator]\nname = \"Invented\"\ncountry = \"NP\"\nsandbox = true\n\n[door]\nlisten = \"127.0.0.1:{port}\"\nmetrics = \"127.0.0.1:{metrics}\"\naddress = \"http://127.0.0.1:{port}\"\n\n[store]\n{store}\n\n[keys]\nfolder = \"data/keys\"\n\n[law]\nfolder = \"{}\"\n\n[corridors]\nfolder = \"{}\"\n\n[partners]\nfolder = \"partners\"\n\n[documents]\n{documents}",
        law("countries"),
        law("corridors"),
    );
    fs::write(folder.join("hub.toml"), text).unwrap();
    format!("http://127.0.0.1:{port}")
}

fn served(folder: &Folder, variables: &[(&str, &str)]) -> Process {
    let start = Start::sangam(["serve", "--config"]).arguments([folder.join("hub.toml")]);
    let mut process = variables.iter().fold(start, |start, (name, value)| start.with_variable(name, value)).run();
    process.wait_for_line("listens on", SOON);
    process
}

async fn signed_in(card: &Card) -> (Client, Client, Client) {
    let sdl = fs::read_to_string(&card.sdl).unwrap();
    let client = async |name: &str| card.sign_in_as(name, "staff-1").await.unwrap().strict(&sdl).for_purpose(WHY);
    (client(HOLDER).await, client(HELPER).await, client(STRANGER).await)
}

/// Lays an agreement for everything, an adult and her consent to everything into the deployment's store; her id as her
/// holder sees it.
async fn laid_in(folder: &Folder, store: &str) -> (String, SubjectId) {
    let root: [u8; 32] = fs::read(folder.join("data/keys/root.key")).unwrap().try_into().unwrap();
    let (desk, task) = desk_at(&place(store), keys_from(root), Arc::new(SystemClock)).await;
    let own = admitted(&desk, keys_from(root)).await;
    let rows = desk.store().organizations().await.unwrap();
    let id = |name: &str| rows.iter().find(|row| row.name == name).unwrap().id;
    let (holder, helper) = (id(HOLDER), id(HELPER));
    agree(&desk, holder, helper).await;
    let subject = recorded(&desk, &own, holder).await;
    consented(&desk, holder, subject, helper).await;
    desk.writer().stop().await;
    task.0.await.unwrap().unwrap();
    (own.outward_id(holder, OutwardKind::Subject, subject.into()).unwrap().to_string(), subject)
}

async fn agree(desk: &Desk, holder: OrganizationId, helper: OrganizationId) {
    let mut approvals = Vec::new();
    for party in [holder, helper] {
        for pseudonym in ["first", "second"] {
            approvals.push((party, desk.enrol_person(party, pseudonym).await.unwrap()));
        }
    }
    let now = desk.now();
    let new = NewAgreement {
        disclosers: vec![holder],
        recipients: vec![helper],
        purposes: PurposeSet::all(),
        categories: CategorySet::all(),
        countries: Country::ALL.to_vec(),
        from: now,
        until: now.plus_days(DAYS),
        legal_basis: "A letter of cooperation (invented)".to_owned(),
        approvals,
    };
    desk.record_agreement(new).await.unwrap();
}

async fn recorded(desk: &Desk, keys: &Keys, owner: OrganizationId) -> SubjectId {
    let (now, chance) = (desk.now(), SystemChance::new());
    let id = SubjectId::from_uuid(Uuid::from_u128(RecordId::new(now, &chance).unwrap().uuid().as_u128()));
    let wrapped = keys.mint_subject(owner, id).unwrap();
    let key = keys.subject(owner, id, &wrapped).unwrap();
    let payload = Payload::Demographics(Demographics { age_band: AgeBand::From21To25, sex: Gender::Feminine });
    let held = vec![key.seal(&chance, id.into(), &payload).unwrap()];
    let detail = PartDetail::act(EntryKind::SubjectRecorded, now, owner).about(id.into(), CategorySet::all());
    let parts = vec![key.journal().part(&chance, &detail).unwrap()];
    let entry = Entry { kind: EntryKind::SubjectRecorded, at: now, caller: owner, parts };
    let facts = Facts { collected_in: Country::Bangladesh, age: Age::Adult };
    let change = SubjectChange { subject: id, owner, facts, keys: wrapped, held, source: None, recalls: id.into() };
    desk.writer().submit(Command::from(change).recorded(entry)).await.unwrap();
    id
}

/// Her own consent that the helper sees everything but her health.
async fn consented(desk: &Desk, holder: OrganizationId, subject: SubjectId, helper: OrganizationId) {
    let now = desk.now();
    let consent = Consent {
        id: ConsentId::drawn(&SystemChance::new()).unwrap(),
        effect: Effect::Grant,
        given_by: GivenBy::Own,
        assent: Assent::NotAsked,
        informed: Informed::FULLY,
        purposes: PurposeSet::of(&[Purpose::Reintegration]),
        categories: CategorySet::all().without(Category::Health),
        recipients: vec![helper],
        countries: Country::ALL.to_vec(),
        from: now,
        until: now.plus_days(DAYS),
    };
    desk.record_consent(holder, subject, consent).await.unwrap();
}
