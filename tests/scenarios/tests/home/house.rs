//! A hub with the organizations of a return: a home in India, an organization and liaisons in Nepal and Bangladesh, and
//! one that has no part in anything. Put together as `hub/src/gateway.rs` does it, on a clock the test moves.

use std::collections::BTreeMap;
use std::sync::Arc;

use sangam_custody::{Actor, Age, Assent, Consent, Effect, Facts, GivenBy, Informed, Keys, OutwardKind, Party};
use sangam_desk::{Desk, DeskPort, NewAgreement, NewOrganization};
use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_scenarios::assembled;
use sangam_scenarios::look::Look;
use sangam_store::SubjectChange;
use sangam_vocabulary::payload::{
    AgeBand, CaseReference, CaseStatus, CurrentLocation, Demographics, Gender, Identity, Payload, Tracing,
};
use sangam_vocabulary::{
    CategorySet, ClientId, Code as _, ConsentId, Country, Instant, ManualClock, NameKind, NameWritten, OrganizationId,
    PersonId, Purpose, PurposeSet, Role, SubjectId, SystemChance,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The home in India that holds everybody here.
pub(crate) const HOME: &str = "Asha Nivas";
/// The sending liaison in India.
pub(crate) const SENDING: &str = "Return Desk, Kolkata";
/// The organization in Nepal that receives.
pub(crate) const SATHI: &str = "Sathi Samuha";
/// The liaison of Nepal.
pub(crate) const KATHMANDU: &str = "Return Desk, Kathmandu";
/// The organization in Bangladesh that receives.
pub(crate) const NIRAPOD: &str = "Nirapod Ghar";
/// The liaison of Bangladesh.
pub(crate) const DHAKA: &str = "Return Desk, Dhaka";
/// Has the same agreements and no part in any return.
pub(crate) const STRANGER: &str = "Alor Pothe";

/// Her lawyer's office in India.
pub(crate) const LAWYER: &str = "Nyaya Sahayata";

const ORGANIZATIONS: [(&str, Country, Role); 8] = [
    (HOME, Country::India, Role::Shelter),
    (SENDING, Country::India, Role::Department),
    (SATHI, Country::Nepal, Role::Ngo),
    (KATHMANDU, Country::Nepal, Role::Department),
    (NIRAPOD, Country::Bangladesh, Role::Ngo),
    (DHAKA, Country::Bangladesh, Role::Department),
    (STRANGER, Country::Bangladesh, Role::Ngo),
    (LAWYER, Country::India, Role::LegalAid),
];

/// How long agreements and consents last, in days: longer than any return here.
const DAYS: i64 = 1_500;

/// Somebody whose return is asked for.
pub(crate) struct Survivor {
    /// Her id as the home sees it.
    pub(crate) id: String,
    /// The name she gave.
    pub(crate) name: &'static str,
}

pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    organizations: BTreeMap<&'static str, OrganizationId>,
    executor: Executor<DeskPort>,
    /// The keys once more, as only this process has them.
    keys: Keys,
    pub(crate) look: Look,
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        let clock = assembled::clock();
        let desk = Arc::new(assembled::desk(database, &clock).await);
        let mut organizations = BTreeMap::new();
        for (name, country, role) in ORGANIZATIONS {
            let (services, coverage) = (Vec::new(), Vec::new());
            let new = NewOrganization { name: name.to_owned(), country, role, services, coverage };
            organizations.insert(name, desk.enrol_organization(new).await.unwrap());
        }
        let (look, keys) = (Look::open(database).await, assembled::keys_of(&desk).await);
        let executor = assembled::executor(&desk);
        let house = Self { desk, clock, organizations, executor, keys, look };
        house.agree().await;
        house
    }

    /// The hub again, in another process, on what [`House::open`] left behind; so many days later.
    pub(crate) async fn again(database: &Database, days: i64) -> Self {
        let clock = assembled::clock();
        clock.advance(days * 86_400_000);
        let desk = Arc::new(assembled::desk(database, &clock).await);
        let rows = desk.store().organizations().await.unwrap();
        let named = |name| rows.iter().find(|row| row.name == name).unwrap().id;
        let organizations = ORGANIZATIONS.into_iter().map(|(name, ..)| (name, named(name))).collect();
        let (look, keys) = (Look::open(database).await, assembled::keys_of(&desk).await);
        let executor = assembled::executor(&desk);
        Self { desk, clock, organizations, executor, keys, look }
    }

    /// The home may give everybody everything that law lets pass: what a seat does not carry must not depend on it.
    async fn agree(&self) {
        let recipients: Vec<_> = ORGANIZATIONS[1..].iter().map(|(name, ..)| self.organization(name)).collect();
        let mut approvals = Vec::new();
        for party in self.organizations.values() {
            for pseudonym in ["first", "second"] {
                approvals.push((*party, self.desk.enrol_person(*party, pseudonym).await.unwrap()));
            }
        }
        let now = self.desk.now();
        let new = NewAgreement {
            disclosers: vec![self.organization(HOME)],
            recipients,
            purposes: PurposeSet::all(),
            categories: CategorySet::all(),
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(DAYS),
            legal_basis: "Letter on returns (invented)".to_owned(),
            approvals,
        };
        self.desk.record_agreement(new).await.unwrap();
    }

    pub(crate) fn organization(&self, name: &str) -> OrganizationId {
        self.organizations[name]
    }

    pub(crate) fn public_id(&self, name: &str) -> String {
        format!("org_{}", self.organization(name).uuid().simple())
    }

    /// Somebody else of an organization than whoever asks.
    pub(crate) async fn second(&self, name: &str) -> String {
        sangam_desk::person_text(self.desk.enrol_person(self.organization(name), "second").await.unwrap())
    }

    /// A girl or a woman in the home, who agreed that whoever brings her home may know what that takes.
    pub(crate) async fn survivor(&self, name: &'static str, age: Age) -> Survivor {
        let owner = self.organization(HOME);
        let subject = SubjectId::drawn(&SystemChance::new()).unwrap();
        let wrapped = self.keys.mint_subject(owner, subject).unwrap();
        let key = self.keys.subject(owner, subject, &wrapped).unwrap();
        let written = || vec![NameWritten { text: name.to_owned(), kind: NameKind::ALL[0], script: None }];
        let payloads = [
            Payload::CaseReference(CaseReference { number: "AN-17".to_owned(), status: CaseStatus::Active }),
            Payload::Demographics(Demographics { age_band: AgeBand::From15To17, sex: Gender::Feminine }),
            Payload::Identity(Identity { names: written(), birth: None }),
            Payload::Tracing(Tracing {
                names: written(),
                father: Some("Invented Father".to_owned()),
                mother: None,
                place_of_origin: Some("Invented Village".to_owned()),
                year_of_birth: None,
            }),
            Payload::CurrentLocation(CurrentLocation {
                country: Country::India,
                admin1: None,
                place: Some("Invented Lane".to_owned()),
            }),
        ];
        let held = payloads.iter().map(|payload| key.seal(self.keys.chance(), subject.into(), payload).unwrap());
        let facts = Facts { collected_in: Country::India, age };
        let held = held.collect();
        let recalls = subject.into();
        let change = SubjectChange { subject, owner, facts, keys: wrapped, held, source: None, recalls };
        self.desk.writer().submit(change.into()).await.unwrap();
        self.consent(subject, age).await;
        let id = self.keys.outward_id(owner, OutwardKind::Subject, subject.into()).unwrap().to_string();
        Survivor { id, name }
    }

    async fn consent(&self, subject: SubjectId, age: Age) {
        let now = self.desk.now();
        let own = (GivenBy::Own, Assent::NotAsked);
        let child = (GivenBy::Authority, Assent::Given);
        for (given_by, assent) in [(age.adult_rules(now), own), (age.minor_rules(now), child)]
            .into_iter()
            .filter_map(|(applies, by)| applies.then_some(by))
        {
            let consent = Consent {
                id: ConsentId::drawn(&SystemChance::new()).unwrap(),
                effect: Effect::Grant,
                given_by,
                assent,
                informed: Informed::FULLY,
                purposes: PurposeSet::all(),
                categories: CategorySet::all(),
                recipients: ORGANIZATIONS[1..].iter().map(|(name, ..)| self.organization(name)).collect(),
                countries: Country::ALL.to_vec(),
                from: now,
                until: now.plus_days(DAYS),
            };
            self.desk.record_consent(self.organization(HOME), subject, consent).await.unwrap();
        }
    }

    /// An organization's system that asks for a member of its staff.
    pub(crate) fn caller(&self, name: &str, staff: &str) -> Caller {
        let (_, country, role) = ORGANIZATIONS.into_iter().find(|(known, ..)| *known == name).unwrap();
        let party = Party { organization: self.organization(name), role, country, actor: Some(Actor::staff(staff)) };
        let system = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
        Caller::verified(system, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    /// Asks to bring somebody home, and gives the answer's `data`; it must have no errors.
    pub(crate) async fn ask(&self, name: &str, query: &str, variables: Value) -> Value {
        self.ask_for(Purpose::Repatriation, name, query, variables).await
    }

    /// Asks for a purpose.
    pub(crate) async fn ask_for(&self, purpose: Purpose, name: &str, query: &str, variables: Value) -> Value {
        let caller = self.caller(name, "staff-1");
        let variables = variables.as_object().cloned().unwrap();
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose: Some(purpose) };
        let text = String::from_utf8(self.executor.execute(&caller, operation).await.body).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer.get("errors").is_none(), "{text}");
        answer["data"].clone()
    }

    /// Makes a change with a key of its own; gives the member of the payload.
    pub(crate) async fn change(&self, name: &str, field: &str, input: Value) -> Value {
        self.change_for(Purpose::Repatriation, name, field, input).await
    }

    /// The same, for a purpose.
    pub(crate) async fn change_for(&self, why: Purpose, name: &str, field: &str, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(PersonId::drawn(&SystemChance::new()).unwrap().uuid().to_string());
        }
        let query = crate::words::mutation(field);
        self.ask_for(why, name, &query, json!({ "input": input })).await[field].clone()
    }

    /// Days pass.
    pub(crate) fn days(&self, days: i64) {
        self.hours(24 * days);
    }

    /// Hours pass.
    pub(crate) fn hours(&self, hours: i64) {
        self.clock.advance(hours * 3_600_000);
    }

    /// An instant so many hours from now.
    pub(crate) fn at(&self, hours: i64) -> String {
        self.desk.now().plus_millis(hours * 3_600_000).rfc3339()
    }
}
