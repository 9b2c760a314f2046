//! A running demo with a person of one of its organizations, an agreement for everything with its neighbour, and a
//! referral about her. The agreement and the person are laid in by a process of the test's own, with the demo's keys, as
//! an operator and a partner's system would.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_custody::{
    Age, Assent, Consent, Effect, Entry, EntryKind, Facts, GivenBy, Informed, KeyBytes, Keys, LawBook, LocalKeyRing,
    OutwardKind, PartDetail,
};
use sangam_desk::{Desk, DeskParts, NewAgreement, SigningKey, TokenSettings, Tokens};
use sangam_kit::client::Client;
use sangam_kit::database::{Database, Kind};
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_kit::{books, corridors};
use sangam_scenarios::look::Look;
use sangam_store::{Checkpoint, CheckpointSink, Command, JournalSigner, Place, Store, SubjectChange, Writer};
use sangam_vocabulary::payload::{AgeBand, Demographics, Gender, Payload};
use sangam_vocabulary::{
    Category, CategorySet, Clock as _, Code as _, ConsentId, Country, OrganizationId, Purpose, PurposeSet, RecordId,
    SubjectId, SystemChance, SystemClock,
};
use sangam_workflow::repatriation::corridor::CorridorBook;
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

struct NoSink;

impl CheckpointSink for NoSink {
    fn take(&self, _checkpoint: &Checkpoint) {}
}

/// A running hub with its case.
pub(crate) struct House {
    pub(crate) folder: Folder,
    demo: Demo,
    store: Option<String>,
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

pub(crate) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn key() -> String {
    RecordId::new(SystemClock.now(), &SystemChance::new()).unwrap().uuid().simple().to_string()
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        let folder = Folder::new("documents");
        let store = (database.kind() == Kind::Postgres).then(|| database.url().to_owned());
        let demo = Demo::start_with(&folder, store.as_deref(), 0);
        let (holder, helper, stranger) = signed_in(&demo).await;
        let (subject, _) = laid_in(&demo, store.as_deref()).await;
        let mut house = Self { folder, demo, store, holder, helper, stranger, subject, referral: Default::default() };
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

    /// The files under the folder of documents.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.shelf()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    pub(crate) fn shelf(&self) -> PathBuf {
        self.demo.data().join("documents")
    }

    /// Whether a word lies anywhere in the demo's folder: documents, database, journal, logs.
    pub(crate) fn lies_on_disk(&self, word: &[u8]) -> bool {
        fn look(folder: &std::path::Path, word: &[u8]) -> bool {
            fs::read_dir(folder).unwrap().any(|entry| {
                let path = entry.unwrap().path();
                if path.is_dir() { look(&path, word) } else { holds(&fs::read(&path).unwrap_or_default(), word) }
            })
        }
        look(self.folder.path(), word)
    }

    /// Waits until something holds of the files.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&[PathBuf]) -> bool) {
        let began = Moment::now();
        while !is(&self.files()) {
            assert!(began.elapsed() < SOON, "{what}: {:?}", self.files());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn origin(&self) -> String {
        self.demo.card().graphql.trim_end_matches("/graphql").to_owned()
    }

    /// A second way to the hub's database.
    async fn look(&self) -> Look {
        let url = self.store.clone();
        Look::at(url.unwrap_or_else(|| format!("sqlite://{}", self.demo.data().join("sangam.sqlite").display()))).await
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
        let Self { folder, demo, store, subject, referral, .. } = self;
        drop(demo);
        let demo = Demo::start_with(&folder, store.as_deref(), 0);
        let (holder, helper, stranger) = signed_in(&demo).await;
        Self { folder, demo, store, holder, helper, stranger, subject, referral }
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

async fn signed_in(demo: &Demo) -> (Client, Client, Client) {
    let sdl = fs::read_to_string(&demo.card().sdl).unwrap();
    let client =
        async |name: &str| demo.card().sign_in_as(name, "staff-1").await.unwrap().strict(&sdl).for_purpose(WHY);
    (client(HOLDER).await, client(HELPER).await, client(STRANGER).await)
}

/// Lays an agreement for everything, an adult and her consent to everything into the demo's store; her id as her holder
/// sees it.
async fn laid_in(demo: &Demo, store: Option<&str>) -> (String, SubjectId) {
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance::new()));
    let root: [u8; 32] = fs::read(demo.data().join("keys/root.key")).unwrap().try_into().unwrap();
    let keys = || {
        let ring = LocalKeyRing::new(&KeyBytes::new(root), Arc::clone(&chance) as _).unwrap();
        Keys::new(Arc::new(ring), Arc::clone(&chance) as _)
    };
    let place = match store {
        Some(url) => Place::Postgres(url.into()),
        None => Place::Sqlite(demo.data().join("sangam.sqlite")),
    };
    let store = Store::open(&place).await.unwrap();
    let signer = JournalSigner::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
    let process = RecordId::new(clock.now(), &*chance).unwrap().uuid();
    let (writer, task) =
        Writer::start(store.clone(), process, signer, Arc::new(NoSink), Arc::clone(&clock) as _).await.unwrap();
    let ways = corridors::texts();
    let ways = CorridorBook::read(ways.iter().map(|(file, text)| (*file, text.as_str()))).unwrap();
    let texts = books::texts();
    let law = LawBook::read_complete(texts.iter().map(|(code, text)| (*code, text.as_str()))).unwrap();
    let signing = SigningKey::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
    let settings = TokenSettings { address: "http://hub.invalid".to_owned(), sandbox: true, certificates: false };
    let tokens = Tokens::new(signing, Vec::new(), settings);
    let (corridors, own) = (Arc::new(ways), keys());
    let parts = DeskParts { store, writer, keys: keys(), law, corridors, clock: Arc::clone(&clock) as _, tokens };
    let desk = Desk::open(parts).await.unwrap();
    let rows = desk.store().organizations().await.unwrap();
    let id = |name: &str| rows.iter().find(|row| row.name == name).unwrap().id;
    for row in &rows {
        own.admit(row.id, &row.secret).unwrap();
    }
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
