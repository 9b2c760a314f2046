//! A hub with four organizations, put together as `hub/src/gateway.rs` does it, on a clock the test moves: one in Nepal
//! whose girl is missing, a shelter in India and an organization in Bangladesh that it asks, and one that nobody names.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sangam_custody::{Actor, Age, EntryKind, Facts, Keys, OutwardKind, Party, SubjectKey};
use sangam_desk::{Desk, DeskPort, NewAgreement, NewOrganization};
use sangam_kit::database::Database;
use sangam_language::{Caller, CallerKind, Executor, Operation, Scope, ScopeSet};
use sangam_scenarios::assembled;
use sangam_scenarios::look::Look;
use sangam_store::SubjectChange;
use sangam_vocabulary::payload::{AgeBand, CurrentLocation, Demographics, Gender, Identity, Payload, Tracing};
use sangam_vocabulary::{
    Category, CategorySet, ClientId, Clock as _, Code, Country, Instant, ManualClock, NameKind, NameWritten,
    OrganizationId, PersonId, Purpose, PurposeSet, RecordId, Role, SubjectId, SystemChance,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::words::{ANSWER, ANSWERS, GIVE, OPEN, RECALLS, REQUESTS, SEARCH};

/// How long agreements and consents last, in days.
const DAYS: i64 = 300;

/// Whose girl is missing.
pub(crate) const SOURCE: &str = "Sathi Samuha";
/// A shelter that is asked.
pub(crate) const SHELTER: &str = "Asha Nivas";
/// Another organization that is asked, and that receives who comes over the border.
pub(crate) const OTHER: &str = "Nirapod Ghar";
/// Has every agreement, and is not asked.
pub(crate) const STRANGER: &str = "Alor Pothe";

const ORGANIZATIONS: [(&str, Country, Role); 4] = [
    (SOURCE, Country::Nepal, Role::Ngo),
    (SHELTER, Country::India, Role::Shelter),
    (OTHER, Country::Bangladesh, Role::Ngo),
    (STRANGER, Country::Bangladesh, Role::Ngo),
];

pub(crate) struct House {
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Arc<ManualClock>,
    organizations: BTreeMap<&'static str, OrganizationId>,
    pub(crate) executor: Executor<DeskPort>,
    /// The keys once more, as only this process has them.
    keys: Keys,
    pub(crate) look: Look,
    next: AtomicU64,
}

/// Somebody's consent for tracing, in one line.
#[derive(Clone, Copy)]
pub(crate) struct Says<'a> {
    pub(crate) by: &'a str,
    pub(crate) no_conflict: bool,
    pub(crate) assent: &'a str,
    pub(crate) categories: &'a [&'a str],
}

/// Of a missing child, by a guardian of whom somebody checked that she has no part in it. The child cannot be asked.
pub(crate) const FAMILY: Says<'_> =
    Says { by: "GUARDIAN", no_conflict: true, assent: "NOT_ABLE", categories: &["TRACING"] };
/// Of a child in care, with her own word.
pub(crate) const GIRL: Says<'_> =
    Says { by: "AUTHORITY", no_conflict: false, assent: "GIVEN", categories: &["TRACING"] };
/// The same, and who has her may be told too.
pub(crate) const GIRL_AND_WHERE: Says<'_> =
    Says { by: "AUTHORITY", no_conflict: false, assent: "GIVEN", categories: &["TRACING", "CASE_REFERENCE"] };
/// Of an adult.
pub(crate) const WOMAN: Says<'_> =
    Says { by: "OWN", no_conflict: false, assent: "NOT_ASKED", categories: &["TRACING"] };

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
        Self { desk, clock, organizations, executor, keys, look, next: AtomicU64::new(0) }
    }

    /// The same, with an agreement of all with all on what a search and a referral need.
    pub(crate) async fn agreed(database: &Database) -> Self {
        let house = Self::open(database).await;
        let all: Vec<&str> = ORGANIZATIONS.iter().map(|(name, ..)| *name).collect();
        house.agree(&all, &all).await;
        house
    }

    pub(crate) async fn agree(&self, disclosers: &[&str], recipients: &[&str]) {
        let ids = |names: &[&str]| names.iter().map(|name| self.id(name)).collect::<Vec<_>>();
        let mut parties = [ids(disclosers), ids(recipients)].concat();
        parties.sort_unstable();
        parties.dedup();
        let mut approvals = Vec::new();
        for party in parties {
            for _ in 0..2 {
                let pseudonym = format!("approver-{}", self.next.fetch_add(1, Ordering::Relaxed));
                approvals.push((party, self.desk.enrol_person(party, &pseudonym).await.unwrap()));
            }
        }
        let now = self.desk.now();
        let categories = CategorySet::LIGHT.with(Category::Tracing);
        let new = NewAgreement {
            disclosers: ids(disclosers),
            recipients: ids(recipients),
            purposes: PurposeSet::of(&[Purpose::FamilyTracing, Purpose::ServiceReferral]),
            categories,
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(DAYS),
            legal_basis: "A letter of cooperation (invented)".to_owned(),
            approvals,
        };
        self.desk.record_agreement(new).await.unwrap();
    }

    pub(crate) fn id(&self, name: &str) -> OrganizationId {
        self.organizations[name]
    }

    pub(crate) fn public_id(&self, name: &str) -> String {
        format!("org_{}", self.id(name).uuid().simple())
    }

    /// A girl or a woman whose record an organization has, and her keys.
    pub(crate) async fn person(&self, owner: &str, age: Age, name: &str) -> (SubjectId, SubjectKey) {
        let organization = self.id(owner);
        let subject = SubjectId::drawn(&SystemChance::new()).unwrap();
        let wrapped = self.keys.mint_subject(organization, subject).unwrap();
        let key = self.keys.subject(organization, subject, &wrapped).unwrap();
        let names = vec![NameWritten { text: name.to_owned(), kind: NameKind::Alias, script: None }];
        let band = if age == Age::Adult { AgeBand::From21To25 } else { AgeBand::From15To17 };
        let payloads = [
            Payload::Demographics(Demographics { age_band: band, sex: Gender::Feminine }),
            Payload::Tracing(Tracing {
                names: names.clone(),
                father: None,
                mother: None,
                place_of_origin: Some("a village by the river".to_owned()),
                year_of_birth: None,
            }),
            Payload::Identity(Identity { names, birth: None }),
            Payload::CurrentLocation(CurrentLocation {
                country: Country::India,
                admin1: None,
                place: Some("a house with a green door".to_owned()),
            }),
        ];
        let held =
            payloads.iter().map(|payload| key.seal(self.keys.chance(), subject.into(), payload).unwrap()).collect();
        let facts = Facts { collected_in: self.country(owner), age };
        let recalls = subject.into();
        let change = SubjectChange { subject, owner: organization, facts, keys: wrapped, held, source: None, recalls };
        self.desk.writer().submit(change.into()).await.unwrap();
        (subject, key)
    }

    pub(crate) async fn girl(&self, owner: &str, name: &str) -> SubjectId {
        let until = self.desk.now().plus_days(900);
        self.person(owner, Age::MinorUntil(until), name).await.0
    }

    fn country(&self, name: &str) -> Country {
        ORGANIZATIONS.into_iter().find(|(known, ..)| *known == name).unwrap().1
    }

    pub(crate) fn outward(&self, caller: &str, subject: SubjectId) -> String {
        self.keys.outward_id(self.id(caller), OutwardKind::Subject, subject.into()).unwrap().to_string()
    }

    /// The id of a record as an organization would see it if it were shown to it.
    pub(crate) fn outward_record(&self, caller: &str, kind: OutwardKind, record: RecordId) -> String {
        self.keys.outward_id(self.id(caller), kind, record).unwrap().to_string()
    }

    /// The record behind an id of an organization's.
    pub(crate) fn inward(&self, caller: &str, kind: OutwardKind, id: &str) -> RecordId {
        let id = sangam_custody::OutwardId::read(kind, id).unwrap();
        self.keys.inward_id(self.id(caller), &id).unwrap()
    }

    fn party(&self, name: &str, actor: Option<Actor>) -> Party {
        let (_, country, role) = ORGANIZATIONS.into_iter().find(|(known, ..)| *known == name).unwrap();
        Party { organization: self.id(name), role, country, actor }
    }

    /// An organization's system that asks for a member of its staff.
    pub(crate) fn system(&self, name: &str) -> Caller {
        let kind = CallerKind::System(ClientId::from_uuid(Uuid::from_u128(7)));
        let party = self.party(name, Some(Actor::staff("staff-1")));
        Caller::verified(kind, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    /// A person of an organization, signed in, who is on no team.
    pub(crate) fn somebody(&self, name: &str, number: u128) -> Caller {
        let kind = CallerKind::Person(PersonId::from_uuid(Uuid::from_u128(number)));
        let party = self.party(name, None);
        Caller::verified(kind, party, ScopeSet::of(Scope::ALL), PurposeSet::all(), Instant::NEVER)
    }

    /// A person of an organization, signed in, who works on a case.
    pub(crate) async fn worker(&self, name: &str, pseudonym: &str, case: SubjectId) -> Caller {
        let person = self.desk.enrol_person(self.id(name), pseudonym).await.unwrap();
        let worker = self.somebody(name, person.uuid().as_u128());
        self.joins(&worker, case).await;
        worker
    }

    /// Puts a person on the team of one more case.
    pub(crate) async fn joins(&self, worker: &Caller, case: SubjectId) {
        let person = worker.party().person().unwrap();
        let (case, person) = (self.look.bytes(case.uuid()), self.look.bytes(person.uuid()));
        self.look.run(&format!("INSERT INTO team (subject, person, since) VALUES ({case}, {person}, 0)")).await;
    }

    /// Asks for tracing and gives the answer's text.
    pub(crate) async fn text(&self, caller: &Caller, purpose: Purpose, query: &str, variables: Value) -> String {
        let variables = variables.as_object().cloned().unwrap();
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose: Some(purpose) };
        String::from_utf8(self.executor.execute(caller, operation).await.body).unwrap()
    }

    /// Asks for a purpose as an organization's system; the answer has no errors.
    pub(crate) async fn ask_for(&self, purpose: Purpose, name: &str, query: &str, variables: Value) -> Value {
        let text = self.text(&self.system(name), purpose, query, variables).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer.get("errors").is_none(), "{text}");
        answer["data"].clone()
    }

    pub(crate) async fn ask(&self, name: &str, query: &str, variables: Value) -> Value {
        self.ask_for(Purpose::FamilyTracing, name, query, variables).await
    }

    /// Makes a change under a key of its own, where it brings none; what it came to.
    pub(crate) async fn change(&self, name: &str, query: &str, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(self.key());
        }
        let data = self.ask(name, query, json!({ "input": input })).await;
        data.as_object().unwrap().values().next().unwrap().clone()
    }

    pub(crate) fn key(&self) -> String {
        format!("k-{}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts a consent for tracing on record.
    pub(crate) async fn says(&self, owner: &str, subject: SubjectId, says: Says<'_>, to: &[&str]) -> String {
        let told = self.said(owner, subject, says, to).await;
        assert_eq!(told["__typename"], "ConsentRecorded", "{told}");
        told["consent"]["id"].as_str().unwrap().to_owned()
    }

    /// What putting a consent for tracing on record came to.
    pub(crate) async fn said(&self, owner: &str, subject: SubjectId, says: Says<'_>, to: &[&str]) -> Value {
        let second = self.desk.enrol_person(self.id(owner), "second").await.unwrap();
        let (second, now) = (sangam_desk::person_text(second), self.desk.now().rfc3339());
        let recipients: Vec<_> = to.iter().map(|name| self.public_id(name)).collect();
        let countries: Vec<_> = Country::ALL.iter().map(|country| country.code()).collect();
        let mut input = json!({
            "subject": self.outward(owner, subject), "effect": "GRANT", "givenBy": says.by, "noConflict": says.no_conflict,
            "assent": says.assent, "answers": [true, true, true, true, true, true, true], "purposes": ["FAMILY_TRACING"],
            "categories": says.categories, "recipients": recipients, "countries": countries,
            "until": self.desk.now().plus_days(DAYS).rfc3339(),
        });
        if says.by == "GUARDIAN" && says.no_conflict {
            input["conflictCheck"] = json!({ "checkedBy": second, "checkedAt": now });
        }
        if says.by == "AUTHORITY" {
            input["order"] = json!({ "orderedBy": "COMMITTEE", "madeAt": now, "attestedBy": second });
        }
        self.change(owner, GIVE, input).await
    }

    /// A missing girl of the source, whose family asks these to look; the girl and the search.
    pub(crate) async fn missing(&self, name: &str, asked: &[&str]) -> (SubjectId, String) {
        let girl = self.girl(SOURCE, name).await;
        self.says(SOURCE, girl, FAMILY, asked).await;
        let told = self.look(girl, asked).await;
        assert_eq!(told["__typename"], "SearchOpened", "{told}");
        (girl, told["search"]["id"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn look(&self, girl: SubjectId, asked: &[&str]) -> Value {
        let recipients: Vec<_> = asked.iter().map(|name| self.public_id(name)).collect();
        let input = json!({ "subject": self.outward(SOURCE, girl), "recipients": recipients });
        self.change(SOURCE, OPEN, input).await
    }

    /// The requests that an organization was asked, latest first.
    pub(crate) async fn requests(&self, name: &str) -> Vec<Value> {
        self.ask(name, REQUESTS, json!({})).await["searchRequests"]["nodes"].as_array().unwrap().clone()
    }

    /// The request for somebody, by a name in the tracing set.
    pub(crate) async fn request_for(&self, name: &str, missing: &str) -> Value {
        let requests = self.requests(name).await;
        let found = requests.iter().find(|request| request["subject"]["tracing"]["names"][0]["text"] == missing);
        found.unwrap_or_else(|| panic!("{name} was not asked for {missing}: {requests:?}")).clone()
    }

    /// Takes a step of the latest request of an organization.
    pub(crate) async fn answer(&self, name: &str, event: &str, found: Option<SubjectId>) -> Value {
        let request = self.requests(name).await.first().cloned().unwrap_or_else(|| panic!("{name} was asked nothing"));
        self.answer_to(name, &request, event, found).await
    }

    pub(crate) async fn answer_to(&self, name: &str, request: &Value, event: &str, found: Option<SubjectId>) -> Value {
        let found = found.map(|found| self.outward(name, found));
        let input = json!({ "request": request["id"], "version": request["version"], "event": event, "found": found });
        self.change(name, ANSWER, input).await
    }

    pub(crate) async fn search(&self, id: &str) -> Value {
        self.ask(SOURCE, SEARCH, json!({ "id": id })).await["search"].clone()
    }

    pub(crate) async fn answers(&self, search: &str) -> Vec<Value> {
        self.ask(SOURCE, ANSWERS, json!({ "search": search })).await["searchAnswers"].as_array().unwrap().clone()
    }

    /// Who was found that an organization is asked to let go of, as it sees them.
    pub(crate) async fn recalls(&self, name: &str) -> Vec<Value> {
        self.ask(name, RECALLS, json!({})).await["recalls"]["nodes"].as_array().unwrap().clone()
    }

    /// How many entries of each kind the journal has about a subject.
    pub(crate) async fn entries(&self, subject: SubjectId) -> Vec<(&'static str, usize)> {
        let mut out = Vec::new();
        for kind in EntryKind::ALL {
            let parts = self.desk.store().journal_parts(subject, *kind, None, Instant::ALWAYS, 100).await.unwrap();
            out.push((kind.code(), parts.len()));
        }
        out
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }
}
