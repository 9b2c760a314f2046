//! From a stranger to a member, and out again: who speaks, what probation is, and what ends with a membership.

use sangam_desk::{GrantRequest, MemberFault, MemberStep, NewApplication, NewClient, NewCredential, TokenUse, Who};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope, ScopeSet};
use sangam_vocabulary::{AccessionId, Country, OrganizationId, PurposeSet, Role};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, NGO, SHELTER, nodes, operation};
use crate::words::{SEND, SHOWN};
use sangam_scenarios::look::migrated;

const ACCESSIONS: &str =
    "{ accessions { id name state reason papers speakFor speakAgainst sponsorsMissing focalPointMissing } }";
const SPONSOR: &str = "mutation($a: ID!) { sponsorAccession(input: {accession: $a}) { __typename } }";
const REFUSE: &str = "mutation($a: ID!) { refuseAccession(input: {accession: $a, reason: NOT_KNOWN}) { __typename } }";
const PAPERS: [&str; 4] = ["REGISTRATION", "CHILD_PROTECTION_POLICY", "DATA_PROTECTION_POLICY", "LEADERSHIP"];
const DAY_MILLIS: i64 = 86_400_000;

fn application(name: &str) -> NewApplication {
    let papers = PAPERS.iter().map(|kind| ((*kind).to_owned(), [7; 32])).collect();
    let (country, role) = (Country::SriLanka, Role::Ngo);
    NewApplication { name: name.to_owned(), country, role, services: Vec::new(), coverage: Vec::new(), papers }
}

fn text(id: AccessionId) -> String {
    format!("acc_{}", id.uuid().simple())
}

async fn asked(house: &House, caller: &Caller, query: &str, variables: Value) -> Value {
    let operation = Operation { purpose: None, ..operation(query, variables) };
    serde_json::from_slice(&house.executor.execute(caller, operation).await.body).unwrap()
}

async fn spoken(house: &House, handle: &str, query: &str, id: AccessionId) -> String {
    let answer = asked(house, &house.person(handle, 1), query, json!({"a": text(id)})).await;
    let field = if query == SPONSOR { "sponsorAccession" } else { "refuseAccession" };
    answer["data"][field]["__typename"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A system of an organization, with a token.
async fn system(house: &House, organization: OrganizationId) -> String {
    let (scopes, purposes, credential) =
        (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all(), NewCredential::Secret);
    let client =
        NewClient { organization, name: "invented system".to_owned(), scopes, purposes, credential, actor_keys: None };
    let client = house.desk.enrol_client(client).await.unwrap();
    house
        .desk
        .grant(&GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap()))
        .await
        .unwrap()
        .token
}

async fn verified(house: &House, token: &str) -> Option<Caller> {
    house.desk.verify(&TokenUse::bearer(token)).await.ok()
}

async fn ask(house: &House, token: &str, query: &str, variables: Value) -> Value {
    let caller = verified(house, token).await.unwrap();
    serde_json::from_slice(&house.executor.execute(&caller, operation(query, variables)).await.body).unwrap()
}

/// Whether an organization is shown something of any person that was referred to it.
async fn sees(house: &House, handle: &str) -> bool {
    let received = nodes(&house.ask(handle, SHOWN, json!({})).await, "referrals");
    received.iter().any(|referral| referral["subject"]["demographics"].is_object())
}

sangam_kit::both_databases! {
    template = migrated;

    async fn from_a_stranger_to_a_member_and_out_again(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        // Without its papers nobody applies.
        let mut bare = application("Sevana");
        bare.papers.pop();
        assert!(matches!(house.desk.apply_for_member(bare).await, Err(MemberFault::Wrong(_))));
        let id = house.desk.apply_for_member(application("Sevana")).await.unwrap();
        let shown = asked(&house, &house.person(NGO, 1), ACCESSIONS, json!({})).await;
        let row = &shown["data"]["accessions"][0];
        assert_eq!((&row["id"], &row["state"], &row["papers"]), (&json!(text(id)), &json!("APPLIED"), &json!(PAPERS)));
        assert_eq!((&row["sponsorsMissing"], &row["focalPointMissing"]), (&json!(2), &json!(false)));

        // Systems do not speak, and two of one country are one.
        let told = asked(&house, &house.caller(AGENCY, ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all()), SPONSOR, json!({"a": text(id)})).await;
        assert_eq!(told["data"]["sponsorAccession"]["__typename"], "NotPermitted", "{told}");
        for handle in [AGENCY, crate::house::STRANGER] {
            assert_eq!(spoken(&house, handle, SPONSOR, id).await, "VoiceRecorded");
        }
        assert!(matches!(house.desk.admit(id).await, Err(MemberFault::NotNow(_))));
        assert_eq!(spoken(&house, NGO, REFUSE, id).await, "VoiceRecorded");
        assert!(matches!(house.desk.admit(id).await, Err(MemberFault::NotNow(_))));
        assert_eq!(spoken(&house, NGO, SPONSOR, id).await, "VoiceRecorded");
        let organization = house.desk.admit(id).await.unwrap();
        assert_eq!(spoken(&house, NGO, REFUSE, id).await, "NotPermitted", "decided is decided");

        // On probation: the directory and what it receives, and nothing else.
        let token = system(&house, organization).await;
        let scopes = verified(&house, &token).await.unwrap().scopes();
        assert_eq!(scopes, ScopeSet::of(&[Scope::Directory, Scope::CasesRead, Scope::CasesWrite]));
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let sevana = format!("org_{}", organization.uuid().simple());
        let input = json!({"subject": minor, "recipient": sevana, "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": "to-sevana"});
        let sent = house.ask(SHELTER, SEND, json!({"input": input})).await;
        assert_eq!(sent["sendReferral"]["__typename"], "ReferralSent", "{sent}");
        let received = ask(&house, &token, SHOWN, json!({})).await;
        let received = nodes(&received["data"], "referrals").remove(0);
        assert_eq!(received["state"], "SENT");
        let step = "mutation($r: ID!) { stepReferral(input: {idempotencyKey: \"s\", referral: $r, version: 1, event: RECEIVE}) { __typename } }";
        let stepped = ask(&house, &token, step, json!({"r": received["id"]})).await;
        assert_eq!(stepped["data"]["stepReferral"]["__typename"], "StepTaken", "{stepped}");
        let input = json!({"subject": received["subject"]["id"], "recipient": house.public_id(AGENCY), "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": "on"});
        let sends = ask(&house, &token, SEND, json!({"input": input})).await;
        assert_eq!(sends["data"]["sendReferral"]["__typename"], "NotPermitted", "{sends}");

        // Confirmed, suspended, resumed; lapsed by the clock alone, renewed.
        house.desk.step_member(organization, MemberStep::Confirm).await.unwrap();
        assert_eq!(verified(&house, &token).await.unwrap().scopes(), ScopeSet::of(Scope::ALL).for_systems());
        house.desk.step_member(organization, MemberStep::Suspend).await.unwrap();
        assert!(verified(&house, &token).await.is_none());
        assert!(matches!(house.desk.step_member(organization, MemberStep::Renew).await, Err(MemberFault::NotNow(_))));
        let input = json!({"subject": minor, "recipient": sevana, "services": ["LIVELIHOOD"], "urgency": "ROUTINE", "idempotencyKey": "late"});
        let late = house.ask(SHELTER, "mutation($input: SendReferralInput!) { sendReferral(input: $input) { ... on InvalidInput { path } } }", json!({"input": input})).await;
        assert_eq!(late["sendReferral"]["path"], "/recipient", "{late}");
        house.desk.step_member(organization, MemberStep::Resume).await.unwrap();
        assert!(verified(&house, &token).await.is_some());
        house.clock.advance(366 * DAY_MILLIS);
        house.desk.step_member(organization, MemberStep::Renew).await.unwrap();
        let token = system(&house, organization).await;
        assert!(verified(&house, &token).await.is_some());
        house.clock.advance(5 * 60_000);
        assert!(verified(&house, &token).await.is_some());

        // It leaves: nothing of it is left in others' records, and nobody is let in.
        house.desk.step_member(organization, MemberStep::Leave).await.unwrap();
        assert!(verified(&house, &token).await.is_none());
        assert!(matches!(house.desk.step_member(organization, MemberStep::Renew).await, Err(MemberFault::NotNow(_))));
        let row = house.desk.members().await.unwrap().into_iter().find(|row| row.name == "Sevana").unwrap();
        assert_eq!((row.state, row.locked, row.accession), ("LEFT", true, Some(text(id))));
        for (kind, count) in [("ACCESSION_CHANGED", 6), ("MEMBERSHIP_CHANGED", 6)] {
            let sql = format!("SELECT count(*) FROM journal_entry WHERE kind = '{kind}'");
            assert_eq!(house.look.number(&sql).await, count, "{kind}");
        }
    }

    /// The focal point of the applicant's country has to speak, and its no ends it; refusals are kept.
    async fn the_focal_point_decides_for_its_country(database: Database) {
        let mut house = House::open(&database).await;
        let desk = house.organization("Return Desk, Colombo", Country::SriLanka, Role::Department).await;
        house.organizations.insert("desk", desk);
        let person = || {
            let party = sangam_custody::Party { organization: desk, role: Role::Department, country: Country::SriLanka, actor: None };
            let kind = sangam_language::CallerKind::Person(sangam_vocabulary::PersonId::from_uuid(uuid::Uuid::from_u128(5)));
            Caller::verified(kind, party, ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all(), sangam_vocabulary::Instant::NEVER)
        };
        let (first, second) = (house.desk.apply_for_member(application("One")).await.unwrap(), house.desk.apply_for_member(application("Two")).await.unwrap());
        for id in [first, second] {
            for handle in [AGENCY, NGO] {
                spoken(&house, handle, SPONSOR, id).await;
            }
            assert!(matches!(house.desk.admit(id).await, Err(MemberFault::NotNow(_))), "its country's desk has not spoken");
        }
        asked(&house, &person(), SPONSOR, json!({"a": text(first)})).await;
        asked(&house, &person(), REFUSE, json!({"a": text(second)})).await;
        let organization = house.desk.admit(first).await.unwrap();
        assert!(matches!(house.desk.admit(second).await, Err(MemberFault::NotNow(_))));
        let shown = asked(&house, &person(), ACCESSIONS, json!({})).await;
        let of = |name: &str| shown["data"]["accessions"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
        assert_eq!((&of("Two")["state"], &of("Two")["reason"]), (&json!("REFUSED"), &json!("NOT_KNOWN")));
        assert_eq!(of("Two")["speakAgainst"], json!([house.public_id("desk")]));
        assert_eq!(of("One")["state"], "PROVISIONAL");
        // Probation ends by the clock, or with a no.
        let token = system(&house, organization).await;
        house.clock.advance(9 * 60_000);
        assert!(verified(&house, &token).await.is_some());
        house.desk.refuse(Who::Member(organization), "PAPERS_MISSING").await.unwrap();
        assert!(verified(&house, &token).await.is_none());
        let third = house.desk.apply_for_member(application("Three")).await.unwrap();
        for handle in [AGENCY, NGO] {
            spoken(&house, handle, SPONSOR, third).await;
        }
        asked(&house, &person(), SPONSOR, json!({"a": text(third)})).await;
        let organization = house.desk.admit(third).await.unwrap();
        house.clock.advance(30 * DAY_MILLIS);
        let row = house.desk.members().await.unwrap().into_iter().find(|row| row.name == "Three").unwrap();
        assert_eq!(row.state, "LAPSED");
        let client = NewClient { organization, name: "late".to_owned(), scopes: ScopeSet::of(Scope::ALL).for_systems(), purposes: PurposeSet::all(), credential: NewCredential::Secret, actor_keys: None };
        let client = house.desk.enrol_client(client).await.unwrap();
        let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
        assert!(house.desk.grant(&request).await.is_err(), "no token for whoever may not act");
    }

    /// What an agreement gives ends for who leaves, and for nobody else.
    async fn an_agreement_ends_for_who_leaves(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let recipients = [house.public_id(AGENCY), house.public_id(NGO)];
        house.consent_for_child(SHELTER, &minor, &recipients, &["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"], "c").await;
        let input = json!({"subject": minor, "recipient": house.public_id(NGO), "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": "ngo"});
        house.ask(SHELTER, SEND, json!({"input": input})).await;
        for handle in [AGENCY, NGO] {
            assert!(sees(&house, handle).await, "{handle}");
        }
        house.desk.step_member(house.id(AGENCY), MemberStep::Leave).await.unwrap();
        assert!(sees(&house, NGO).await);
        let explain = crate::words::EXPLAIN;
        let told = house.ask(SHELTER, explain, json!({"subject": minor, "recipient": house.public_id(AGENCY)})).await;
        let all = told["explain"].as_array().unwrap();
        assert!(all.iter().all(|row| row["verdict"] == "WITHHELD"), "{told}");
        let told = house.ask(SHELTER, explain, json!({"subject": minor, "recipient": house.public_id(NGO)})).await;
        assert!(told["explain"].as_array().unwrap().iter().any(|row| row["verdict"] == "RELEASED"), "{told}");
    }
}
