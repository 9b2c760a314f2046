//! The data of a run: one shelter, four recipients, five hundred subjects with consent and a referral each,
//! made by the desk and its writer and by nothing else.

use std::path::Path;

use futures_util::future::join_all;
use sangam_custody::{
    Age, Assent, Consent, Effect, EntryKind, Facts, GivenBy, Informed, Keys, OutwardKind, PartDetail,
};
use sangam_desk::{NewAgreement, NewClient, NewCredential, NewOrganization, TokenUse};
use sangam_language::{Operation, Scope, ScopeSet, Stage};
use sangam_store::{Command, Place, Store, SubjectChange};
use sangam_vocabulary::payload::{
    AgeBand, CaseReference, CaseStatus, CurrentLocation, Demographics, Gender, Payload, ServiceCode,
};
use sangam_vocabulary::{
    Category, CategorySet, Code, ConsentId, Country, OrganizationId, Purpose, PurposeSet, Role, SubjectId, SystemChance,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::house::{House, keys};

/// How many subjects, each with one referral: ten pages of the owner.
const SUBJECTS: usize = 500;
/// How many at once: the writer commits them together.
const TOGETHER: usize = 25;
/// How many organizations the referrals go to in turn; each sees more than two pages.
const RECIPIENTS: usize = 4;
/// How long agreement and consents last, in days.
const DAYS: i64 = 365;
/// Where what the servers need lies in the folder.
const FILE: &str = "seeded.json";

/// A client of a run's organization.
#[derive(Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// The organization, as 32 hexadecimal digits.
    pub(crate) organization: String,
    /// A referral as this organization sees its id.
    pub(crate) referral: String,
    /// The same referral's own id, for the floor.
    pub(crate) record: String,
}

/// What a run's servers need to know of the data.
#[derive(Serialize, Deserialize)]
pub(crate) struct Seeded {
    pub(crate) owner: Client,
    pub(crate) recipient: Client,
}

impl Seeded {
    /// Reads what [`seed`] left in the folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let text = std::fs::read(folder.join(FILE)).expect("the run's data");
        serde_json::from_slice(&text).expect("the run's data")
    }
}

/// Fills a new store in the folder.
pub(crate) async fn seed(folder: &Path) {
    Store::migrate(&Place::Sqlite(folder.join("hub.sqlite"))).await.expect("the schema");
    let house = House::open(folder).await;
    let owner = organization(&house, "Bench Shelter", Country::India, Role::Shelter).await;
    let mut recipients = Vec::new();
    for number in 1..=RECIPIENTS {
        recipients.push(organization(&house, &format!("Bench Agency {number}"), Country::Bangladesh, Role::Ngo).await);
    }
    agreement(&house, owner, &recipients).await;
    let own = keys();
    for row in house.desk.store().organizations().await.expect("the organizations") {
        own.admit(row.id, &row.secret).expect("an organization's keys");
    }
    let (sending, receiving) = (client(&house, owner).await, client(&house, recipients[0]).await);
    let token = house.token(&sending.0, &sending.1).await;
    for begin in (0..SUBJECTS).step_by(TOGETHER) {
        let some = (begin..begin + TOGETHER).map(|number| subject(&house, &own, owner, &recipients, number, &token));
        join_all(some).await;
    }
    let seeded = Seeded {
        owner: known(&house, &own, owner, sending).await,
        recipient: known(&house, &own, recipients[0], receiving).await,
    };
    house.close().await;
    std::fs::write(folder.join(FILE), serde_json::to_vec(&seeded).expect("JSON")).expect("the run's data");
}

async fn organization(house: &House, name: &str, country: Country, role: Role) -> OrganizationId {
    let services = vec![ServiceCode::Psychosocial, ServiceCode::Livelihood];
    let new = NewOrganization { name: name.to_owned(), country, role, services, coverage: vec!["BD-C".to_owned()] };
    house.desk.enrol_organization(new).await.expect("an organization")
}

/// Registers a client; its id and its secret.
async fn client(house: &House, organization: OrganizationId) -> (String, String) {
    let new = NewClient {
        organization,
        name: "bench".to_owned(),
        scopes: ScopeSet::of(Scope::ALL).for_systems(),
        purposes: PurposeSet::all(),
        credential: NewCredential::Secret,
        actor_keys: Some(crate::house::actor().key_set()),
    };
    let enrolled = house.desk.enrol_client(new).await.expect("a client");
    (enrolled.client_id, enrolled.secret.expect("a secret"))
}

async fn agreement(house: &House, owner: OrganizationId, recipients: &[OrganizationId]) {
    let mut approvals = Vec::new();
    for party in [owner].iter().chain(recipients) {
        for pseudonym in ["first", "second"] {
            approvals.push((*party, house.desk.enrol_person(*party, pseudonym).await.expect("a person")));
        }
    }
    let now = house.desk.now();
    let new = NewAgreement {
        disclosers: vec![owner],
        recipients: recipients.to_vec(),
        purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
        categories: CategorySet::LIGHT,
        countries: vec![Country::Bangladesh, Country::India],
        from: now,
        until: now.plus_days(DAYS),
        legal_basis: "A letter of cooperation (invented)".to_owned(),
        approvals,
    };
    house.desk.record_agreement(new).await.expect("an agreement");
}

/// One subject with her categories, her consent and her referral. A third are minors of four ages, so that a
/// page meets several contexts.
async fn subject(
    house: &House,
    own: &Keys,
    owner: OrganizationId,
    recipients: &[OrganizationId],
    number: usize,
    token: &str,
) {
    let (now, chance) = (house.desk.now(), SystemChance::new());
    let id = SubjectId::new(now, &chance).expect("randomness");
    let wrapped = own.mint_subject(owner, id).expect("a subject's keys");
    let key = own.subject(owner, id, &wrapped).expect("a subject's keys");
    let minor = number.is_multiple_of(3);
    let years = i64::try_from(number % 4).expect("a small number") + 1;
    let age = if minor { Age::MinorUntil(now.plus_days(365 * years).next_quarter()) } else { Age::Adult };
    let age_band = if minor { AgeBand::From12To14 } else { AgeBand::From21To25 };
    let payloads = [
        Payload::CaseReference(CaseReference { number: format!("BENCH-{number:05}"), status: CaseStatus::Active }),
        Payload::Demographics(Demographics { age_band, sex: Gender::Feminine }),
        Payload::CurrentLocation(CurrentLocation {
            country: Country::India,
            admin1: Some("IN-WB".to_owned()),
            place: None,
        }),
    ];
    let held: Vec<_> =
        payloads.iter().map(|payload| key.seal(&chance, id.into(), payload).expect("a sealed category")).collect();
    let categories = held.iter().fold(CategorySet::NONE, |set, held| set.with(held.category()));
    let detail = PartDetail::act(EntryKind::SubjectRecorded, now, owner).about(id.into(), categories);
    let parts = vec![key.journal().part(&chance, &detail).expect("a journal part")];
    let entry = sangam_custody::Entry { kind: EntryKind::SubjectRecorded, at: now, caller: owner, parts };
    let change = SubjectChange {
        subject: id,
        owner,
        facts: Facts { collected_in: Country::India, age },
        keys: wrapped,
        held,
        source: None,
        recalls: id.into(),
    };
    house.desk.writer().submit(Command::from(change).recorded(entry)).await.expect("a subject");
    let consent = Consent {
        id: ConsentId::drawn(&chance).expect("randomness"),
        effect: Effect::Grant,
        given_by: if minor { GivenBy::Authority } else { GivenBy::Own },
        assent: if minor { Assent::Given } else { Assent::NotAsked },
        informed: Informed::FULLY,
        purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
        categories: CategorySet::LIGHT.with(Category::Identity),
        recipients: recipients.to_vec(),
        countries: Country::ALL.to_vec(),
        from: now,
        until: now.plus_days(DAYS),
    };
    house.desk.record_consent(owner, id, consent).await.expect("a consent");
    let outward = own.outward_id(owner, OutwardKind::Subject, id.into()).expect("an outward id");
    refer(house, token, &outward.to_string(), recipients[number % RECIPIENTS], number).await;
}

async fn refer(house: &House, token: &str, subject: &str, recipient: OrganizationId, number: usize) {
    let caller = house.desk.verify(&TokenUse::bearer(token)).await.expect("a caller");
    let query = "mutation Send($input: SendReferralInput!) { sendReferral(input: $input) { ... on ReferralSent { referral { id } } } }";
    let input = json!({
        "subject": subject, "recipient": format!("org_{}", recipient.uuid().simple()), "urgency": "ROUTINE",
        "services": ["PSYCHOSOCIAL", "LIVELIHOOD"], "idempotencyKey": format!("bench-{number}"),
    });
    let variables = json!({ "input": input }).as_object().cloned().unwrap_or_default();
    let operation =
        Operation { query: query.to_owned(), name: None, variables, purpose: Some(Purpose::ServiceReferral) };
    let reply = house.executor.execute(&caller, operation).await;
    let text = String::from_utf8_lossy(&reply.body);
    assert!(reply.stage == Stage::Executed && text.contains("\"ref_"), "a referral was not sent: {text}");
}

/// A client with the newest referral of its organization, by its outward and its own id.
async fn known(house: &House, own: &Keys, organization: OrganizationId, (id, secret): (String, String)) -> Client {
    let caller = house.desk.verify(&TokenUse::bearer(&house.token(&id, &secret).await)).await.expect("a caller");
    let operation = Operation {
        query: "{ referrals(first: 1) { nodes { id } } }".to_owned(),
        name: None,
        variables: serde_json::Map::new(),
        purpose: Some(Purpose::ServiceReferral),
    };
    let reply = house.executor.execute(&caller, operation).await;
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
    let referral =
        answer.pointer("/data/referrals/nodes/0/id").and_then(|id| id.as_str()).expect("a referral").to_owned();
    let outward = sangam_custody::OutwardId::read(OutwardKind::Referral, &referral).expect("an outward id");
    let record = own.inward_id(organization, &outward).expect("a record").uuid().simple().to_string();
    Client { id, secret, organization: organization.uuid().simple().to_string(), referral, record }
}
