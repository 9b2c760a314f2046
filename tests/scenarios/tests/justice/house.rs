//! A hub with a holder of a case, a lawyer, two organizations that may be invited and a public body, with an agreement
//! for everything between them: what is withheld is withheld for want of a seat, a consent or by law.

use std::collections::BTreeMap;
use std::sync::Arc;

use sangam_custody::{
    Actor, Age, Assent, Consent, Effect, Entry, EntryKind, Facts, GivenBy, Informed, Keys, OutwardKind, PartDetail,
    Party,
};
use sangam_desk::{Desk, DeskPort, NewAgreement, NewOrganization};
use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_scenarios::assembled;
use sangam_scenarios::look::Look;
use sangam_store::{Command, SubjectChange};
use sangam_vocabulary::payload::{
    AgeBand, CaseReference, CaseStatus, ContactSafety, Demographics, Gender, Identity, Legal, Payload, ServiceCode,
};
use sangam_vocabulary::{
    CategorySet, ClientId, Code, ConsentId, Country, Instant, ManualClock, OrganizationId, PersonId, Purpose,
    PurposeSet, RecordId, Role, SubjectId, SystemChance,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Holds the cases.
pub(crate) const HOLDER: &str = "ashroy";
/// Gives legal aid.
pub(crate) const LAWYER: &str = "nyaya";
/// May be invited.
pub(crate) const FRIEND: &str = "pashe";
/// May be invited, or asked for a service.
pub(crate) const OTHER: &str = "onno";
/// A public body.
pub(crate) const STATE: &str = "return-desk";

const ORGANIZATIONS: [(&str, &str, Role); 5] = [
    (HOLDER, "Ashroy Kendra", Role::Ngo),
    (LAWYER, "Nyaya Sahay", Role::LegalAid),
    (FRIEND, "Pashe Achi", Role::Ngo),
    (OTHER, "Onno Alo", Role::Ngo),
    (STATE, "Return Desk", Role::Department),
];
/// How long agreements and consents last, in days.
const DAYS: i64 = 900;

pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) look: Look,
    pub(crate) executor: Executor<DeskPort>,
    organizations: BTreeMap<&'static str, OrganizationId>,
    /// Where all of them are.
    country: Country,
    /// The same keys once more, for what a test seals itself.
    keys: Keys,
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        Self::open_in(database, Country::Bangladesh).await
    }

    /// The same with everybody in another country.
    pub(crate) async fn open_in(database: &Database, country: Country) -> Self {
        let clock = assembled::clock();
        let desk = Arc::new(assembled::desk(database, &clock).await);
        let executor = assembled::executor(&desk);
        let mut organizations = BTreeMap::new();
        for (handle, name, role) in ORGANIZATIONS {
            let services = vec![ServiceCode::Psychosocial];
            let new = NewOrganization { name: name.to_owned(), country, role, services, coverage: Vec::new() };
            organizations.insert(handle, desk.enrol_organization(new).await.unwrap());
        }
        let (look, keys) = (Look::open(database).await, assembled::keys_of(&desk).await);
        let house = Self { desk, clock, look, executor, organizations, country, keys };
        house.agree().await;
        house
    }

    async fn agree(&self) {
        self.agree_from(HOLDER).await;
    }

    /// An agreement by which an organization may give every other everything.
    pub(crate) async fn agree_from(&self, discloser: &str) {
        let recipients: Vec<_> =
            ORGANIZATIONS.iter().map(|(handle, ..)| self.id(handle)).filter(|id| *id != self.id(discloser)).collect();
        let mut approvals = Vec::new();
        for party in recipients.iter().copied().chain([self.id(discloser)]) {
            for pseudonym in ["first", "second"] {
                let pseudonym = format!("{pseudonym}-{discloser}");
                approvals.push((party, self.desk.enrol_person(party, &pseudonym).await.unwrap()));
            }
        }
        let now = self.desk.now();
        let new = NewAgreement {
            disclosers: vec![self.id(discloser)],
            recipients,
            purposes: PurposeSet::all(),
            categories: CategorySet::all(),
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

    /// An adult of the holder, with a case, a court and a way to reach her.
    pub(crate) async fn subject(&self) -> SubjectId {
        self.subject_aged(Age::Adult).await
    }

    /// The same of this age.
    pub(crate) async fn subject_aged(&self, age: Age) -> SubjectId {
        let (now, chance, owner) = (self.desk.now(), SystemChance::new(), self.id(HOLDER));
        let id = SubjectId::new(now, &chance).unwrap();
        let wrapped = self.keys.mint_subject(owner, id).unwrap();
        let key = self.keys.subject(owner, id, &wrapped).unwrap();
        let contact = ContactSafety { safe_to_call: false, instructions: None, protection_measures: Vec::new() };
        let payloads = [
            Payload::CaseReference(CaseReference { number: "AK-17".to_owned(), status: CaseStatus::Active }),
            Payload::Demographics(Demographics { age_band: AgeBand::From21To25, sex: Gender::Feminine }),
            Payload::Legal(Legal { report_number: Some("GD-118".to_owned()), court: None, notes: None }),
            Payload::ContactSafety(contact),
            Payload::Identity(Identity { names: Vec::new(), birth: None }),
        ];
        let held: Vec<_> = payloads.iter().map(|payload| key.seal(&chance, id.into(), payload).unwrap()).collect();
        let detail = PartDetail::act(EntryKind::SubjectRecorded, now, owner).about(id.into(), CategorySet::all());
        let parts = vec![key.journal().part(&chance, &detail).unwrap()];
        let entry = Entry { kind: EntryKind::SubjectRecorded, at: now, caller: owner, parts };
        let facts = Facts { collected_in: self.country, age };
        let recalls = id.into();
        let change = SubjectChange { subject: id, owner, facts, keys: wrapped, held, source: None, recalls };
        self.desk.writer().submit(Command::from(change).recorded(entry)).await.unwrap();
        id
    }

    /// Her own consent that an organization sees these categories for these purposes.
    pub(crate) async fn consent(
        &self,
        subject: SubjectId,
        recipient: &str,
        purposes: &[Purpose],
        categories: CategorySet,
    ) {
        self.consent_by((GivenBy::Own, Assent::NotAsked), subject, recipient, purposes, categories).await;
    }

    /// The same, given by whoever can for somebody of that age.
    pub(crate) async fn consent_by(
        &self,
        (given_by, assent): (GivenBy, Assent),
        subject: SubjectId,
        recipient: &str,
        purposes: &[Purpose],
        categories: CategorySet,
    ) {
        let now = self.desk.now();
        let consent = Consent {
            id: ConsentId::drawn(&SystemChance::new()).unwrap(),
            effect: Effect::Grant,
            given_by,
            assent,
            informed: Informed::FULLY,
            purposes: PurposeSet::of(purposes),
            categories,
            recipients: vec![self.id(recipient)],
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(DAYS),
        };
        self.desk.record_consent(self.id(HOLDER), subject, consent).await.unwrap();
    }

    /// A subject's id as an organization would see it.
    pub(crate) fn outward(&self, handle: &str, subject: SubjectId) -> String {
        self.keys.outward_id(self.id(handle), OutwardKind::Subject, subject.into()).unwrap().to_string()
    }

    /// An organization's system that asks for a member of its staff.
    pub(crate) fn caller(&self, handle: &str) -> Caller {
        let (_, _, role) = ORGANIZATIONS.into_iter().find(|(known, ..)| *known == handle).unwrap();
        let actor = Some(Actor::staff("staff-1"));
        let party = Party { organization: self.id(handle), role, country: self.country, actor };
        let system = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
        Caller::verified(system, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    /// A person of an organization, signed in.
    pub(crate) fn person(&self, handle: &str, person: PersonId) -> Caller {
        let party = self.caller(handle).party().clone();
        let kind = CallerKind::Person(person);
        Caller::verified(kind, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    pub(crate) async fn asked_by(&self, caller: &Caller, why: Purpose, query: &str, variables: Value) -> Value {
        let variables = variables.as_object().cloned().unwrap();
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose: Some(why) };
        serde_json::from_slice(&self.executor.execute(caller, operation).await.body).unwrap()
    }

    /// Asks as an organization's system for a purpose and gives the answer's `data`; it must have no errors.
    pub(crate) async fn ask(&self, handle: &str, why: Purpose, query: &str, variables: Value) -> Value {
        let answer = self.asked_by(&self.caller(handle), why, query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    /// Makes a change as an organization's system and gives what it came to.
    pub(crate) async fn change(&self, handle: &str, why: Purpose, mutation: &str, input: Value) -> Value {
        // Records are in the order in which they were made: no two in one millisecond.
        self.clock.set(self.desk.now().plus_millis(1));
        let told = self.ask(handle, why, mutation, json!({ "input": keyed(input) })).await;
        told.as_object().unwrap().values().next().unwrap().clone()
    }

    /// The nodes of a page as an organization sees them for a purpose.
    pub(crate) async fn nodes(&self, handle: &str, why: Purpose, query: &str) -> Vec<Value> {
        let data = self.ask(handle, why, query, json!({})).await;
        data.as_object().unwrap().values().next().unwrap()["nodes"].as_array().unwrap().clone()
    }

    /// How many days go by.
    pub(crate) fn days(&self, days: i64) {
        self.clock.set(self.desk.now().plus_days(days));
    }
}

/// An input with a key nobody used.
pub(crate) fn keyed(mut input: Value) -> Value {
    if input.get("idempotencyKey").is_none() {
        let key = RecordId::new(Instant::read(assembled::BEGIN).unwrap(), &SystemChance::new()).unwrap().uuid();
        input["idempotencyKey"] = json!(key.simple().to_string());
    }
    input
}

/// The code of a purpose or a category as JSON.
pub(crate) fn code<C: Code>(code: C) -> Value {
    json!(code.code())
}
