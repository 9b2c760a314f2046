//! A hub with three partners: the shelter's and the agency's Primero in the sandbox, the small organization's
//! folder of sheets. Put together as `hub/src/gateway.rs` does it, on a clock the test moves.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use sangam_custody::{Actor, Assent, Consent, Effect, GivenBy, Informed, Party};
use sangam_desk::{Desk, DeskPort, NewAgreement, NewOrganization, PartnerDesk, SyncReport};
use sangam_kit::database::Database;
use sangam_kit::folder::Folder;
use sangam_kit::target;
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_mapping::{Limits, Pool};
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_scenarios::assembled;
use sangam_scenarios::look::Look;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    Category, CategorySet, ClientId, Code, ConsentId, Country, Instant, ManualClock, OrganizationId, PersonId, Purpose,
    PurposeSet, Role, SeededChance, SubjectId, SystemChance,
};
use sangam_wire::Wire;
use sangam_wire::config::{Overrides, PartnerConfig};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::words::{GIVE, REFERRALS, SUBJECTS};

pub(crate) const SHELTER: &str = "asha-nivas";
pub(crate) const AGENCY: &str = "nirapod-ghar";
pub(crate) const NGO: &str = "sathi-samuha";
/// Has the same agreement as the agency and no case.
pub(crate) const STRANGER: &str = "alor-pothe";

const ORGANIZATIONS: [(&str, &str, Country, Role); 4] = [
    (SHELTER, "Asha Nivas", Country::India, Role::Shelter),
    (AGENCY, "Nirapod Ghar", Country::Bangladesh, Role::Ngo),
    (NGO, "Sathi Samuha", Country::Nepal, Role::Ngo),
    (STRANGER, "Alor Pothe", Country::Bangladesh, Role::Ngo),
];
/// How long agreements and consents last, in days.
const DAYS: i64 = 300;

pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) shelter: Sandbox<Primero>,
    pub(crate) agency: Sandbox<Primero>,
    pub(crate) folder: Folder,
    /// The case ids of the shelter's known people: the minor, the adult, the one not marked.
    pub(crate) people: Vec<String>,
    pub(crate) organizations: BTreeMap<&'static str, OrganizationId>,
    parties: BTreeMap<&'static str, (Country, Role)>,
    pub(crate) look: Look,
    pub(crate) executor: Executor<DeskPort>,
    pool: Arc<Pool>,
}

impl House {
    /// A hub with organizations, agreements and seeded sandboxes; no partner is connected yet.
    pub(crate) async fn open(database: &Database) -> Self {
        let clock = assembled::clock();
        let desk = Arc::new(assembled::desk(database, &clock).await);
        let folder = Folder::new("partner");
        for inner in ["partners", "secrets", "sheets"] {
            std::fs::create_dir(folder.join(inner)).unwrap();
        }
        for entry in std::fs::read_dir(target::checkout().join("config/partners")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            // Turns are counted by the test's clock, which stands still: they are as short as they can be.
            let text = text.replace("rate_per_minute = 600\n", "rate_per_minute = 60000\n");
            std::fs::write(folder.join("partners").join(path.file_name().unwrap()), text).unwrap();
        }
        sangam_sandbox::write_samples(&folder.join("sheets")).unwrap();
        let (shelter, agency) =
            (sandbox(Kind::ShelterIn, &clock, &folder).await, sandbox(Kind::AgencyBd, &clock, &folder).await);
        let people = shelter.seed_people();
        agency.seed_people();
        let pool = Pool::new(
            target::binary("sangam"),
            vec![sangam_mapping::worker::ARGUMENT.to_owned()],
            Limits::default(),
            2,
        );
        let executor = assembled::executor(&desk);
        let mut house = Self {
            desk,
            clock,
            shelter,
            agency,
            folder,
            people,
            organizations: BTreeMap::new(),
            parties: BTreeMap::new(),
            look: Look::open(database).await,
            executor,
            pool: Arc::new(pool),
        };
        house.enrol().await;
        house
    }

    async fn enrol(&mut self) {
        for (handle, name, country, role) in ORGANIZATIONS {
            self.join(handle, name, country, role).await;
        }
        self.agree(&[SHELTER], &[AGENCY, STRANGER, NGO], CategorySet::LIGHT).await;
        self.agree(&[NGO], &[SHELTER], CategorySet::LIGHT).await;
        self.agree(&[AGENCY], &[SHELTER], CategorySet::LIGHT).await;
    }

    /// An organization joins, to be asked as.
    pub(crate) async fn join(&mut self, handle: &'static str, name: &str, country: Country, role: Role) {
        let id = self.organization(name, country, role).await;
        self.organizations.insert(handle, id);
        self.parties.insert(handle, (country, role));
    }

    /// An organization joins, with services and divisions of its own.
    pub(crate) async fn join_as(&mut self, handle: &'static str, new: NewOrganization) {
        let party = (new.country, new.role);
        self.organizations.insert(handle, self.desk.enrol_organization(new).await.unwrap());
        self.parties.insert(handle, party);
    }

    /// Where partners' secrets lie.
    pub(crate) fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    /// The account of somebody in an organization, as it is written in an answer.
    pub(crate) async fn person_id(&self, handle: &str, pseudonym: &str) -> String {
        sangam_desk::person_text(self.desk.enrol_person(self.id(handle), pseudonym).await.unwrap())
    }

    pub(crate) async fn organization(&self, name: &str, country: Country, role: Role) -> OrganizationId {
        let services = vec![ServiceCode::Psychosocial];
        let new = NewOrganization { name: name.to_owned(), country, role, services, coverage: Vec::new() };
        self.desk.enrol_organization(new).await.unwrap()
    }

    pub(crate) async fn agree(&self, disclosers: &[&str], recipients: &[&str], categories: CategorySet) {
        let ids = |handles: &[&str]| handles.iter().map(|handle| self.id(handle)).collect::<Vec<_>>();
        let mut approvals = Vec::new();
        for party in ids(disclosers).into_iter().chain(ids(recipients)) {
            for pseudonym in ["first", "second"] {
                approvals.push((party, self.desk.enrol_person(party, pseudonym).await.unwrap()));
            }
        }
        let now = self.desk.now();
        let new = NewAgreement {
            disclosers: ids(disclosers),
            recipients: ids(recipients),
            purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
            categories,
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(DAYS),
            legal_basis: "A letter of cooperation (invented)".to_owned(),
            approvals,
        };
        self.desk.record_agreement(new).await.unwrap();
    }

    pub(crate) fn id(&self, handle: &str) -> OrganizationId {
        self.organizations[handle]
    }

    pub(crate) fn public_id(&self, handle: &str) -> String {
        format!("org_{}", self.id(handle).uuid().simple())
    }

    /// Changes a partner's file as whoever runs the hub does.
    pub(crate) fn edit_file(&self, name: &str, change: impl Fn(&str) -> String) {
        let path = self.folder.join("partners").join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = change(&text);
        assert_ne!(text, changed, "the file `{name}` was not changed");
        std::fs::write(path, changed).unwrap();
    }

    pub(crate) fn write_file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join("partners").join(name), text).unwrap();
    }

    pub(crate) fn sheet(&self, name: &str) -> PathBuf {
        self.folder.join("sheets").join(name)
    }

    /// Connects a partner, or connects it anew after its files changed.
    pub(crate) async fn connect(&self, name: &str) -> Arc<PartnerDesk> {
        let base_url = match name {
            "shelter-in" => Some(self.shelter.base_url()),
            "agency-bd" => Some(self.agency.base_url()),
            _ => None,
        };
        self.connect_at(name, base_url, self.folder.join("secrets")).await
    }

    /// Connects a partner whose system is at an address, with its secrets in a folder.
    pub(crate) async fn connect_at(&self, name: &str, base_url: Option<String>, secrets: PathBuf) -> Arc<PartnerDesk> {
        self.connect_by(name, base_url, secrets, |wire| wire).await
    }

    /// The same, with a wire around its own.
    pub(crate) async fn connect_by(
        &self,
        name: &str,
        base_url: Option<String>,
        secrets: PathBuf,
        around: impl FnOnce(Arc<dyn Wire>) -> Arc<dyn Wire>,
    ) -> Arc<PartnerDesk> {
        let folder = base_url.is_none().then(|| self.folder.join("sheets"));
        let overrides = Overrides { base_url, folder, secrets: Some(secrets), sandbox: false };
        let config = PartnerConfig::read(&self.folder.join("partners"), name, &overrides).unwrap();
        let references =
            config.organizations.iter().map(|(reference, handle)| (reference.clone(), self.id(handle))).collect();
        let organization = self.id(&config.organization);
        let wire = around(config.connect(Arc::clone(&self.clock) as _).unwrap());
        self.desk.connect_partner(organization, config, wire, Arc::clone(&self.pool), references).await.unwrap()
    }

    /// Synchronises with a partner that is well.
    pub(crate) async fn synchronise(&self, partner: &PartnerDesk) -> SyncReport {
        self.desk.synchronise(partner, &|_| {}).await.unwrap()
    }

    /// Asks as an organization's system and gives the answer's `data`; it must have no errors.
    pub(crate) async fn ask(&self, handle: &str, query: &str, variables: Value) -> Value {
        let (text, answer) = self.answer(handle, query, variables).await;
        assert!(answer.get("errors").is_none(), "{text}");
        answer["data"].clone()
    }

    /// Gives the answer's `data` to an operation with a purpose of its own.
    pub(crate) async fn told(&self, handle: &str, operation: Operation) -> Value {
        let caller = self.caller(handle, ScopeSet::of(Scope::ALL), PurposeSet::all());
        let answer: Value = serde_json::from_slice(&self.executor.execute(&caller, operation).await.body).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    /// Asks, and gives the whole answer too.
    pub(crate) async fn answer(&self, handle: &str, query: &str, variables: Value) -> (String, Value) {
        let caller = self.caller(handle, ScopeSet::of(Scope::ALL), PurposeSet::all());
        let operation = operation(query, variables);
        let text = String::from_utf8(self.executor.execute(&caller, operation).await.body).unwrap();
        let answer = serde_json::from_str(&text).unwrap();
        (text, answer)
    }

    /// An organization's system that asks for a member of its staff, with a token of these scopes and purposes.
    pub(crate) fn caller(&self, handle: &str, scopes: ScopeSet, purposes: PurposeSet) -> Caller {
        let (country, role) = self.parties[handle];
        let party = Party { organization: self.id(handle), role, country, actor: Some(Actor::staff("staff-1")) };
        let system = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
        Caller::verified(system, party, scopes, purposes, Instant::NEVER)
    }

    /// A second process on the same database: its desk, and what executes there.
    pub(crate) async fn second(&self, database: &Database) -> (Arc<Desk>, Executor<DeskPort>) {
        let desk = Arc::new(assembled::desk(database, &self.clock).await);
        let executor = assembled::executor(&desk);
        (desk, executor)
    }

    /// A person of an organization, signed in.
    pub(crate) fn person(&self, handle: &str, number: u128) -> Caller {
        let (country, role) = self.parties[handle];
        let party = Party { organization: self.id(handle), role, country, actor: None };
        let person = CallerKind::Person(PersonId::from_uuid(Uuid::from_u128(number)));
        Caller::verified(person, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    /// The subjects an organization sees.
    pub(crate) async fn subjects(&self, handle: &str) -> Vec<Value> {
        nodes(&self.ask(handle, SUBJECTS, json!({})).await, "subjects")
    }

    /// The subject of an owner, found by a name, as the owner sees its id.
    pub(crate) async fn subject(&self, handle: &str, name: &str) -> String {
        let subjects = self.subjects(handle).await;
        let found = subjects.iter().find(|subject| subject["identity"]["names"][0]["text"] == name);
        found.unwrap_or_else(|| panic!("nobody of that name: {subjects:?}"))["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn referrals(&self, handle: &str, direction: &str) -> Vec<Value> {
        nodes(&self.ask(handle, REFERRALS, json!({"direction": direction})).await, "referrals")
    }

    /// Records consent for a child of an owner, through the API; gives the consent's id.
    pub(crate) async fn consent_for_child(
        &self,
        owner: &str,
        subject: &str,
        recipients: &[String],
        categories: &[&str],
        key: &str,
    ) -> String {
        let order = self.care_order(owner).await;
        let input = json!({
            "subject": subject, "effect": "GRANT", "givenBy": "AUTHORITY", "order": order, "assent": "GIVEN", "answers": [true, true, true, true, true, true, true],
            "purposes": ["SERVICE_REFERRAL"], "categories": categories, "recipients": recipients, "countries": ["BD", "IN", "NP"],
            "until": self.desk.now().plus_days(DAYS).rfc3339(), "idempotencyKey": key,
        });
        let told = self.ask(owner, GIVE, json!({"input": input})).await;
        assert_eq!(told["giveConsent"]["__typename"], "ConsentRecorded", "{told}");
        told["giveConsent"]["consent"]["id"].as_str().unwrap().to_owned()
    }

    /// An order by which a child is in care, seen by a second person of an organization.
    pub(crate) async fn care_order(&self, handle: &str) -> Value {
        let second = self.person_id(handle, "second").await;
        json!({"orderedBy": "COMMITTEE", "madeAt": self.desk.now().rfc3339(), "attestedBy": second})
    }

    /// Records own consent for every subject of an owner that nothing is granted for yet.
    pub(crate) async fn own_consents(&self, owner: &str, recipient: &str) {
        self.own_grant(owner, recipient, CategorySet::LIGHT.with(Category::Identity)).await;
    }

    /// The same for these categories.
    pub(crate) async fn own_grant(&self, owner: &str, recipient: &str, categories: CategorySet) {
        let now = self.desk.now();
        let subjects: Vec<(SubjectId, _)> = self.desk.without_grant(self.id(owner)).await.unwrap();
        for (subject, _) in subjects {
            let consent = Consent {
                id: ConsentId::drawn(&SystemChance::new()).unwrap(),
                effect: Effect::Grant,
                given_by: GivenBy::Own,
                assent: Assent::NotAsked,
                informed: Informed::FULLY,
                purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
                categories,
                recipients: vec![self.id(recipient)],
                countries: Country::ALL.to_vec(),
                from: now,
                until: now.plus_days(DAYS),
            };
            self.desk.record_consent(self.id(owner), subject, consent).await.unwrap();
        }
    }
}

/// An operation to refer.
pub(crate) fn operation(query: &str, variables: Value) -> Operation {
    let variables = variables.as_object().cloned().unwrap();
    Operation { query: query.to_owned(), name: None, variables, purpose: Some(Purpose::ServiceReferral) }
}

/// The nodes of a connection.
pub(crate) fn nodes(data: &Value, field: &str) -> Vec<Value> {
    data[field]["nodes"].as_array().unwrap_or_else(|| panic!("no `{field}`: {data}")).clone()
}

/// Each deployment draws its own people, ids and numbers.
async fn sandbox(kind: Kind, clock: &Arc<ManualClock>, folder: &Folder) -> Sandbox<Primero> {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox =
        Sandbox::start(kind, listen, Arc::clone(clock) as _, Arc::new(SeededChance::new(kind as u64))).await.unwrap();
    sandbox.write_password(&folder.join("secrets")).unwrap();
    sandbox
}
