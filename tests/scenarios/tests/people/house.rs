//! A hub with two organizations and their people, put together as `hub/src/gateway.rs` does it, on a clock the test
//! moves. Signing in is another room's: here a caller is made of a person's account, and the test puts down that
//! somebody took an invitation.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use sangam_custody::{Age, Facts, Keys, OutwardKind, Party, SubjectKey};
use sangam_desk::{Desk, DeskPort, NewOrganization, NoticeWayKind};
use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_scenarios::assembled;
use sangam_scenarios::look::Look;
use sangam_store::SubjectChange;
use sangam_vocabulary::payload::{AgeBand, Demographics, Gender, Payload, ServiceCode};
use sangam_vocabulary::{
    ClientId, Code as _, Country, Instant, ManualClock, OrganizationId, PersonId, PersonRole, PersonRoles, PurposeSet,
    Role, SubjectId, SystemChance,
};
use sea_orm::Value as SqlValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::notices::Letters;

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
    pub(crate) look: Look,
    /// What left by mail, and by short message.
    pub(crate) mail: Arc<Letters>,
    pub(crate) sms: Arc<Letters>,
    /// How many referrals were sent.
    pub(crate) sent: AtomicUsize,
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        let clock = assembled::clock();
        let (mail, sms) = (Letters::new(NoticeWayKind::Mail), Letters::new(NoticeWayKind::Sms));
        let ways = vec![Arc::clone(&mail) as _, Arc::clone(&sms) as _];
        let desk = Arc::new(assembled::desk(database, &clock).await.telling_by(ways));
        let enrol = async |name: &str, country, role| {
            let (services, coverage) = (Vec::new(), Vec::new());
            let new = NewOrganization { name: name.to_owned(), country, role, services, coverage };
            desk.enrol_organization(new).await.unwrap()
        };
        let own = enrol("Sathi Samuha", Country::Nepal, Role::Ngo).await;
        let other = enrol("Nirapod Ghar", Country::Bangladesh, Role::Ngo).await;
        let (look, keys) = (Look::open(database).await, assembled::keys_of(&desk).await);
        let executor = assembled::executor(&desk);
        Self { desk, clock, own, other, executor, keys, look, mail, sms, sent: AtomicUsize::new(0) }
    }

    /// Says in the directory what an organization offers.
    pub(crate) async fn offers(&self, organization: OrganizationId, services: &[ServiceCode]) {
        let codes = services.iter().map(|code| code.code()).collect::<Vec<_>>().join(",");
        let id: Vec<u8> = organization.uuid().as_bytes().to_vec();
        self.run("UPDATE organization SET services = $2 WHERE id = $1", vec![id.into(), codes.into()]).await;
        self.desk.look_at_members().await.unwrap();
    }

    /// A second process on the same database.
    pub(crate) async fn beside(&self, database: &Database) -> Executor<DeskPort> {
        assembled::executor(&Arc::new(assembled::desk(database, &self.clock).await))
    }

    /// A second process on the same database that tells people by the same way.
    pub(crate) async fn beside_with(&self, database: &Database, mail: Arc<Letters>) -> Desk {
        assembled::desk(database, &self.clock).await.telling_by(vec![mail as _])
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
        assert!(self.look.takes(sql, values).await, "{sql}");
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
        let recalls = subject.into();
        let change = SubjectChange { subject, owner, facts, keys: wrapped, held, source: None, recalls };
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
