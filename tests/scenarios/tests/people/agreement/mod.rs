//! Agreements between organizations, made, stopped and ended by their people.

mod attacks;
mod cells;
mod day;
mod limits;
mod mid_case;
mod preview;
mod terms;
mod worlds;

use sangam_desk::NewOrganization;
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope};
use sangam_vocabulary::{Country, OrganizationId, PersonId, PersonRole, Purpose, Role, SystemChance};
use serde_json::{Value, json};

use crate::house::House;

/// What is asked about an agreement.
pub(crate) const AGREEMENT: &str = "fragment A on Agreement { id version state legalBasis legalBases disclosers recipients purposes categories countries onward retentionDays from until inForce reviewDue drafter approvedBy approvalsMissing suspendedBy rejection supersedes supersededBy changedAt canDo }";

/// The scopes of an agreement officer.
pub(crate) const OF_OFFICERS: &[Scope] = &[Scope::Directory, Scope::Agreements];

/// Two parties with their people, and a third organization.
pub(crate) struct Parties {
    pub(crate) house: House,
    /// Three agreement officers of the first party; in these tests the first of them drafts.
    pub(crate) own: [PersonId; 3],
    /// Three of the other.
    pub(crate) other: [PersonId; 3],
    /// An administrator of each.
    pub(crate) administrators: [PersonId; 2],
    /// A case worker of the other party.
    pub(crate) worker: PersonId,
    /// A member that is no party.
    pub(crate) third: OrganizationId,
    /// An agreement officer of it.
    pub(crate) stranger: PersonId,
}

/// Any new key.
pub(crate) fn key() -> Value {
    json!(PersonId::drawn(&SystemChance::new()).unwrap().uuid().to_string())
}

pub(crate) fn public(organization: OrganizationId) -> String {
    format!("org_{}", organization.uuid().simple())
}

impl Parties {
    pub(crate) async fn open(database: &Database) -> Self {
        let house = Box::pin(House::open(database)).await;
        let new = NewOrganization {
            name: "Third Hand".to_owned(),
            country: Country::Bangladesh,
            role: Role::Ngo,
            services: Vec::new(),
            coverage: Vec::new(),
        };
        let third = house.desk.enrol_organization(new).await.unwrap();
        let officers = async |organization, name: &str| {
            let mut people = Vec::new();
            for number in 1..=3 {
                let pseudonym = format!("{name}-{number}");
                people.push(house.came(organization, &pseudonym, &[PersonRole::AgreementOfficer]).await);
            }
            <[PersonId; 3]>::try_from(people).unwrap()
        };
        let own = officers(house.own, "own").await;
        let other = officers(house.other, "other").await;
        let [stranger, ..] = officers(third, "third").await;
        let administrator = [PersonRole::Administrator];
        let administrators = [
            house.came(house.own, "own-admin", &administrator).await,
            house.came(house.other, "other-admin", &administrator).await,
        ];
        let worker = house.came(house.other, "worker", &[PersonRole::CaseWorker]).await;
        Self { house, own, other, administrators, worker, third, stranger }
    }

    /// A person of the first party.
    pub(crate) fn of_own(&self, person: PersonId) -> Caller {
        self.house.person(self.house.own, person, OF_OFFICERS)
    }

    /// A person of the other party.
    pub(crate) fn of_other(&self, person: PersonId) -> Caller {
        self.house.person(self.house.other, person, OF_OFFICERS)
    }

    /// An agreement officer of the organization that is no party.
    pub(crate) fn outsider(&self) -> Caller {
        self.house.person(self.third, self.stranger, OF_OFFICERS)
    }

    /// Terms under which the first party shows these categories to the other.
    pub(crate) fn terms(&self, categories: &[&str]) -> Value {
        json!({
            "disclosers": [public(self.house.own)], "recipients": [public(self.house.other)],
            "purposes": ["SERVICE_REFERRAL"], "categories": categories, "countries": ["BD"],
            "legalBases": ["CONSENT", "VITAL_INTERESTS"], "retentionDays": 365,
            "until": self.house.desk.now().plus_days(300).rfc3339(),
        })
    }

    /// Makes a change; its member.
    pub(crate) async fn change(&self, caller: &Caller, field: &str, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = key();
        }
        let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
        let drafts = matches!(field, "draftAgreement" | "supersedeAgreement");
        let done = if drafts { "AgreementDrafted" } else { "AgreementStepped" };
        let query = format!(
            "mutation($input: {name}Input!) {{ {field}(input: $input) {{ __typename ... on {done} {{ agreement {{ ...A }} }} ... on IllegalStep {{ message legal missing }} ... on InvalidInput {{ message path }} ... on NotFound {{ message }} ... on NotPermitted {{ message }} ... on Conflict {{ message version }} }} }} {AGREEMENT}"
        );
        let answer = self.house.answer(caller, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"][field].clone()
    }

    /// Drafts an agreement that has to be drafted; the draft.
    pub(crate) async fn draft(&self, terms: Value) -> Value {
        let told = self.change(&self.of_own(self.own[0]), "draftAgreement", json!({ "terms": terms })).await;
        assert_eq!(told["__typename"], "AgreementDrafted", "{told}");
        told["agreement"].clone()
    }

    /// Takes a step of an agreement as it was last told; what it comes to.
    pub(crate) async fn act(&self, caller: &Caller, field: &str, seen: &Value) -> Value {
        let mut input = json!({ "agreement": seen["id"], "version": seen["version"] });
        if field == "rejectAgreement" {
            input["reason"] = json!("TOO_WIDE");
        }
        self.change(caller, field, input).await
    }

    /// Takes a step that has to be taken; the agreement after it.
    pub(crate) async fn step(&self, caller: &Caller, field: &str, seen: &Value) -> Value {
        let told = self.act(caller, field, seen).await;
        assert_eq!(told["__typename"], "AgreementStepped", "{field}: {told}");
        told["agreement"].clone()
    }

    pub(crate) async fn proposed(&self, terms: Value) -> Value {
        let draft = self.draft(terms).await;
        self.step(&self.of_own(self.own[1]), "proposeAgreement", &draft).await
    }

    /// An agreement that everybody has approved who has to: two of each party, not the drafter.
    pub(crate) async fn in_force(&self, terms: Value) -> Value {
        let proposed = self.proposed(terms).await;
        self.approved(&proposed).await
    }

    pub(crate) async fn approved(&self, proposed: &Value) -> Value {
        let mut seen = proposed.clone();
        for caller in [
            self.of_own(self.own[1]),
            self.of_own(self.own[2]),
            self.of_other(self.other[0]),
            self.of_other(self.other[1]),
        ] {
            seen = self.step(&caller, "approveAgreement", &seen).await;
        }
        assert_eq!((&seen["state"], &seen["inForce"]), (&json!("IN_FORCE"), &json!(true)), "{seen}");
        seen
    }

    /// The agreement as somebody is told it; null where it does not exist.
    pub(crate) async fn seen(&self, caller: &Caller, id: &Value) -> Value {
        let query = format!("query($id: ID!) {{ agreement(id: $id) {{ ...A }} }} {AGREEMENT}");
        self.house.answer(caller, &query, json!({ "id": id })).await["data"]["agreement"].clone()
    }

    pub(crate) async fn listed(&self, caller: &Caller) -> Vec<Value> {
        let query = format!("{{ agreements(first: 100) {{ nodes {{ ...A }} }} }} {AGREEMENT}");
        let answer = self.house.answer(caller, &query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"]["agreements"]["nodes"].as_array().unwrap().clone()
    }

    /// How often each kind of entry about agreements was written.
    pub(crate) async fn entries(&self) -> Vec<String> {
        self.house.look.texts("SELECT kind FROM journal_entry WHERE kind LIKE 'AGREEMENT%' ORDER BY seq").await
    }
}

/// A case of the first party that is referred to the other, with consent; its referral as the other party is shown it.
pub(crate) struct Case {
    pub(crate) referral: Value,
}

pub(crate) const SHOWN: &str = "{ referrals(direction: RECEIVED) { nodes { id version services { services } withheld { category reason } subject { demographics { sex } withheld { category reason } } } } }";

impl Parties {
    /// Asks about cases, for the purpose of referrals.
    pub(crate) async fn ask(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let variables = variables.as_object().cloned().unwrap();
        let purpose = Some(Purpose::ServiceReferral);
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose };
        let text = String::from_utf8(self.house.executor.execute(caller, operation).await.body).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    /// Opens a case: a subject, her consent to the other party, and a referral to it.
    pub(crate) async fn case(&self) -> Case {
        let (subject, _) = self.house.subject(self.house.own).await;
        let subject = self.house.outward(self.house.own, subject);
        let system = self.house.system();
        let give = "mutation($input: GiveConsentInput!) { giveConsent(input: $input) { __typename } }";
        let input = json!({
            "idempotencyKey": key(), "subject": subject, "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED",
            "answers": [true, true, true, true, true, true, true], "purposes": ["SERVICE_REFERRAL"],
            "categories": ["DEMOGRAPHICS", "SERVICES"], "recipients": [public(self.house.other)], "countries": ["BD"],
            "until": self.house.desk.now().plus_days(400).rfc3339(),
        });
        let told = self.ask(&system, give, json!({ "input": input })).await;
        assert_eq!(told["giveConsent"]["__typename"], "ConsentRecorded", "{told}");
        let send = "mutation($input: SendReferralInput!) { sendReferral(input: $input) { __typename } }";
        let input = json!({
            "idempotencyKey": key(), "subject": subject, "recipient": public(self.house.other), "services": ["EDUCATION"],
            "urgency": "ROUTINE",
        });
        let told = self.ask(&system, send, json!({ "input": input })).await;
        assert_eq!(told["sendReferral"]["__typename"], "ReferralSent", "{told}");
        Case { referral: self.shown().await }
    }

    /// The other party's system.
    pub(crate) fn other_system(&self) -> Caller {
        self.house.system_of(self.house.other)
    }

    /// The one referral as the other party is shown it now.
    pub(crate) async fn shown(&self) -> Value {
        self.ask(&self.other_system(), SHOWN, json!({})).await["referrals"]["nodes"][0].clone()
    }

    /// What of the case the other party is shown now: the person, and the service.
    pub(crate) async fn shows(&self) -> (bool, bool) {
        let shown = self.shown().await;
        (shown["subject"]["demographics"].is_object(), shown["services"].is_object())
    }
}
