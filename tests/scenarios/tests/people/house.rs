//! A hub with two organizations and their people, put together as `hub/src/gateway.rs` does it, on a clock the test
//! moves. Signing in is another room's: here a caller is made of a person's account, and the test puts down that
//! somebody took an invitation.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use sangam_custody::{Age, Facts, KeyBytes, Keys, LawBook, LocalKeyRing, OutwardKind, Party, SubjectKey};
use sangam_desk::{Desk, DeskParts, DeskPort, NewOrganization, NoticeWayKind, SigningKey, TokenSettings, Tokens};
use sangam_kit::database::{Database, Template};
use sangam_kit::{books, corridors};
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_store::{Checkpoint, CheckpointSink, JournalSigner, Place, Store, SubjectChange, Writer};
use sangam_vocabulary::payload::{AgeBand, Demographics, Gender, Payload};
use sangam_vocabulary::{
    ClientId, Country, Instant, ManualClock, OrganizationId, PersonId, PersonRole, PersonRoles, PurposeSet, RecordId,
    Role, SubjectId, SystemChance,
};
use sangam_workflow::repatriation::corridor::CorridorBook;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement, Value as SqlValue};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::notices::Letters;

const BEGIN: &str = "2026-11-02T09:00:00Z";
pub(crate) const ADDRESS: &str = "http://hub.invalid";

/// The migrated schema, as a template of the kit.
pub(crate) fn migrated() -> Template {
    Template::new("store", |url| async move { Store::migrate(&place(&url)).await })
}

fn place(url: &str) -> Place {
    match url.strip_prefix("sqlite://") {
        Some(file) => Place::Sqlite(file.trim_end_matches("?mode=rwc").into()),
        None => Place::Postgres(url.into()),
    }
}

struct NoSink;

impl CheckpointSink for NoSink {
    fn take(&self, _checkpoint: &Checkpoint) {}
}

fn keys() -> Keys {
    let chance = Arc::new(SystemChance::new());
    let ring = LocalKeyRing::new(&KeyBytes::new([7; 32]), Arc::clone(&chance) as _).unwrap();
    Keys::new(Arc::new(ring), chance)
}

async fn desk(database: &Database, clock: &Arc<ManualClock>) -> Desk {
    let chance = SystemChance::new();
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let store = Store::open(&place(database.url())).await.unwrap();
    let signer = JournalSigner::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap();
    let process = RecordId::new(Instant::read(BEGIN).unwrap(), &chance).unwrap().uuid();
    let (writer, _task) =
        Writer::start(store.clone(), process, signer, Arc::new(NoSink), Arc::clone(&clock) as _).await.unwrap();
    let ways = corridors::texts();
    let ways = CorridorBook::read(ways.iter().map(|(file, text)| (*file, text.as_str()))).unwrap();
    let corridors = Arc::new(ways);
    let texts = books::texts();
    let law = LawBook::read_complete(texts.iter().map(|(code, text)| (*code, text.as_str()))).unwrap();
    let settings = TokenSettings { address: ADDRESS.to_owned(), sandbox: true, certificates: false };
    let tokens =
        Tokens::new(SigningKey::from_pkcs8(&JournalSigner::generate().unwrap()).unwrap(), Vec::new(), settings);
    Desk::open(DeskParts { store, writer, keys: keys(), law, corridors, clock, tokens }).await.unwrap()
}

fn executor(desk: &Arc<Desk>) -> Executor<DeskPort> {
    Executor::new(Arc::new(DeskPort(Arc::clone(desk))), sangam_language::Limits::standard(), false)
}

/// The scopes of a signed-in administrator.
pub(crate) const OF_ADMINISTRATORS: &[Scope] = &[Scope::Directory, Scope::People, Scope::Teams];

pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) own: OrganizationId,
    pub(crate) other: OrganizationId,
    pub(crate) executor: Executor<DeskPort>,
    /// The keys once more, as only this process has them.
    keys: Keys,
    raw: DatabaseConnection,
    /// What left by mail, and by short message.
    pub(crate) mail: Arc<Letters>,
    pub(crate) sms: Arc<Letters>,
    /// How many referrals were sent.
    pub(crate) sent: AtomicUsize,
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        let clock = Arc::new(ManualClock::new(Instant::read(BEGIN).unwrap()));
        let (mail, sms) = (Letters::new(NoticeWayKind::Mail), Letters::new(NoticeWayKind::Sms));
        let ways = vec![Arc::clone(&mail) as _, Arc::clone(&sms) as _];
        let desk = Arc::new(Box::pin(desk(database, &clock)).await.telling_by(ways));
        let enrol = async |name: &str, country, role| {
            let (services, coverage) = (Vec::new(), Vec::new());
            let new = NewOrganization { name: name.to_owned(), country, role, services, coverage };
            desk.enrol_organization(new).await.unwrap()
        };
        let own = enrol("Sathi Samuha", Country::Nepal, Role::Ngo).await;
        let other = enrol("Nirapod Ghar", Country::Bangladesh, Role::Ngo).await;
        let keys = keys();
        for row in desk.store().organizations().await.unwrap() {
            keys.admit(row.id, &row.secret).unwrap();
        }
        let executor = executor(&desk);
        let mut options = ConnectOptions::new(database.url().to_owned());
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        let raw = Box::pin(sea_orm::Database::connect(options)).await.unwrap();
        Self { desk, clock, own, other, executor, keys, raw, mail, sms, sent: AtomicUsize::new(0) }
    }

    /// A second process on the same database.
    pub(crate) async fn beside(&self, database: &Database) -> Executor<DeskPort> {
        executor(&Arc::new(Box::pin(desk(database, &self.clock)).await))
    }

    /// With two administrators in the first organization, whom the operator made.
    pub(crate) async fn with_two(database: &Database) -> (Self, PersonId, PersonId) {
        let house = Box::pin(Self::open(database)).await;
        let first = house.came(house.own, "first", &[PersonRole::Administrator]).await;
        let second = house.came(house.own, "second", &[PersonRole::Administrator]).await;
        (house, first, second)
    }

    /// Somebody whom the operator invited and who has come.
    pub(crate) async fn came(&self, organization: OrganizationId, pseudonym: &str, roles: &[PersonRole]) -> PersonId {
        let invited = self.desk.operator().invite(organization, pseudonym, PersonRoles::of(roles)).await;
        let person = invited.map_err(|fault| fault.to_string()).unwrap().person;
        self.comes(person).await;
        person
    }

    /// Puts down that somebody took the invitation now.
    pub(crate) async fn comes(&self, person: PersonId) {
        let id: Vec<u8> = person.uuid().as_bytes().to_vec();
        let login = [id.as_slice(), &id].concat();
        let now = self.desk.now().millis();
        let sql = "UPDATE person SET state = 'ACTIVE', login = $2, used_at = $3 WHERE id = $1";
        self.run(sql, vec![id.into(), login.into(), now.into()]).await;
    }

    pub(crate) async fn run(&self, sql: &str, values: Vec<SqlValue>) {
        assert!(self.takes(sql, values).await, "{sql}");
    }

    /// Whether the database takes a statement.
    pub(crate) async fn takes(&self, sql: &str, values: Vec<SqlValue>) -> bool {
        let statement = Statement::from_sql_and_values(self.raw.get_database_backend(), sql, values);
        self.raw.execute_raw(statement).await.is_ok()
    }

    /// The first column of a query's rows.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.raw.query_all_raw(Statement::from_string(self.raw.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    pub(crate) async fn bytes(&self, sql: &str) -> Vec<u8> {
        let row = self.raw.query_one_raw(Statement::from_string(self.raw.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    fn party(&self, organization: OrganizationId) -> Party {
        let country = if organization == self.own { Country::Nepal } else { Country::Bangladesh };
        Party { organization, role: Role::Ngo, country, actor: None }
    }

    /// A person as sign-in makes one a caller.
    pub(crate) fn person(&self, organization: OrganizationId, person: PersonId, scopes: &[Scope]) -> Caller {
        let kind = CallerKind::Person(person);
        Caller::verified(kind, self.party(organization), ScopeSet::of(scopes), PurposeSet::all(), Instant::NEVER)
    }

    /// An administrator of the first organization.
    pub(crate) fn administrator(&self, person: PersonId) -> Caller {
        self.person(self.own, person, OF_ADMINISTRATORS)
    }

    /// A system that somebody gave scopes it cannot have.
    pub(crate) fn system(&self) -> Caller {
        self.system_of(self.own)
    }

    /// Another organization's system of that sort.
    pub(crate) fn system_of(&self, organization: OrganizationId) -> Caller {
        let kind = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
        let scopes = ScopeSet::of(Scope::ALL);
        Caller::verified(kind, self.party(organization), scopes, PurposeSet::all(), Instant::NEVER)
    }

    /// Asks and gives the whole answer.
    pub(crate) async fn answer(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let variables = variables.as_object().cloned().unwrap();
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose: None };
        let text = String::from_utf8(self.executor.execute(caller, operation).await.body).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Makes a change whose payload is of people; its member.
    pub(crate) async fn change(&self, caller: &Caller, field: &str, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(PersonId::drawn(&SystemChance::new()).unwrap().uuid().to_string());
        }
        let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
        let members = MEMBERS.lines().filter(|line| {
            // Only what the payload has: a condition on another type is no valid document.
            let of = line.trim().strip_prefix("... on ").and_then(|rest| rest.split(' ').next());
            of.is_none_or(|of| has(field, of))
        });
        let members = members.collect::<Vec<_>>().join(" ");
        // A fragment that nothing spreads is no valid document either.
        let all = if members.contains("...All") { ALL } else { "" };
        let query = format!("mutation($input: {name}Input!) {{ {field}(input: $input) {{ {members} }} }} {all}");
        let answer = self.answer(caller, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"][field].clone()
    }

    /// A subject that an organization owns, and its id as another or the same sees it.
    pub(crate) async fn subject(&self, owner: OrganizationId) -> (SubjectId, SubjectKey) {
        let subject = SubjectId::drawn(&SystemChance::new()).unwrap();
        let wrapped = self.keys.mint_subject(owner, subject).unwrap();
        let key = self.keys.subject(owner, subject, &wrapped).unwrap();
        let payload = Payload::Demographics(Demographics { age_band: AgeBand::From21To25, sex: Gender::Feminine });
        let held = vec![key.seal(self.keys.chance(), subject.into(), &payload).unwrap()];
        let facts = Facts { collected_in: Country::Nepal, age: Age::Adult };
        let change = SubjectChange { subject, owner, facts, keys: wrapped, held, source: None };
        self.desk.writer().submit(change.into()).await.unwrap();
        (subject, key)
    }

    pub(crate) fn outward(&self, caller: OrganizationId, subject: SubjectId) -> String {
        self.keys.outward_id(caller, OutwardKind::Subject, subject.into()).unwrap().to_string()
    }
}

/// Everything about an account.
const ALL: &str = "fragment All on Person { id pseudonym state roles proposed lastUsed reviewDue version }";

/// Everything the payloads about people can say, a member a line.
const MEMBERS: &str = "__typename
    ... on PersonInvited { code codeUntil person { ...All } }
    ... on RolesAssigned { person { ...All } }
    ... on RolesProposed { person { ...All } }
    ... on PersonSuspended { person { ...All } }
    ... on PersonResumed { person { ...All } }
    ... on PeopleReviewed { reviewed }
    ... on TeamJoined { person { ...All } }
    ... on TeamLeft { person { ...All } }
    ... on InvalidInput { message path }
    ... on NotFound { message }
    ... on NotPermitted { message }
    ... on Conflict { message version }";

fn has(field: &str, member: &str) -> bool {
    match member {
        "PersonInvited" => field.ends_with("nvitePerson"),
        "RolesAssigned" | "RolesProposed" => field == "assignRoles",
        "PersonSuspended" => field == "suspendPerson",
        "PersonResumed" => field == "resumePerson",
        "PeopleReviewed" => field == "reviewPeople",
        "TeamJoined" => field == "joinTeam",
        "TeamLeft" => field == "leaveTeam",
        _ => true,
    }
}
