//! What somebody might try with an agreement, each beside what is allowed.

use sangam_custody::{Agreement, Approval};
use sangam_desk::NewAgreement;
use sangam_kit::database::Database;
use sangam_language::{Caller, Scope};
use sangam_vocabulary::{CategorySet, Country, PurposeSet};
use serde_json::{Value, json};

use super::{OF_OFFICERS, Parties, key, public};
use crate::house::OF_ADMINISTRATORS;
use sangam_scenarios::look::migrated;

fn missing(told: &Value) -> &Value {
    assert_eq!(told["__typename"], "IllegalStep", "{told}");
    &told["missing"]
}

sangam_kit::both_databases! {
    template = migrated;

    async fn who_drafts_does_not_approve_and_nobody_approves_twice(database: Database) {
        let parties = Parties::open(&database).await;
        parties.case().await;
        let seen = parties.proposed(parties.terms(&["DEMOGRAPHICS"])).await;
        let drafter = parties.of_own(parties.own[0]);
        for _ in 0..2 {
            assert_eq!(missing(&parties.act(&drafter, "approveAgreement", &seen).await), &json!(["NOT_THE_DRAFTER"]));
        }
        let own = parties.of_own(parties.own[1]);
        let seen = parties.step(&own, "approveAgreement", &seen).await;
        assert_eq!(missing(&parties.act(&own, "approveAgreement", &seen).await), &json!(["NOT_SAID_BEFORE"]));
        // The same under another key is another try, and under the same key the same one.
        let input = json!({ "idempotencyKey": key(), "agreement": seen["id"], "version": seen["version"] });
        let theirs = parties.of_other(parties.other[0]);
        let first = parties.change(&theirs, "approveAgreement", input.clone()).await;
        let again = parties.change(&theirs, "approveAgreement", input.clone()).await;
        assert_eq!((&first["__typename"], &again["agreement"]["approvalsMissing"]), (&json!("AgreementStepped"), &json!(2)));
        // Another person of the party with that key has made no change.
        let other = parties.change(&parties.of_other(parties.other[1]), "approveAgreement", input).await;
        assert_eq!((&other["__typename"], &other["version"]), (&json!("Conflict"), &Value::Null), "{other}");
        assert_eq!(parties.shows().await, (false, false));
        let seen = parties.step(&parties.of_other(parties.other[1]), "approveAgreement", &first["agreement"]).await;
        let seen = parties.step(&parties.of_own(parties.own[2]), "approveAgreement", &seen).await;
        assert_eq!((&seen["state"], parties.shows().await), (&json!("IN_FORCE"), (true, false)));
    }

    async fn what_changed_since_it_was_seen_is_not_approved(database: Database) {
        let parties = Parties::open(&database).await;
        let seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        let (theirs, also) = (parties.of_other(parties.other[0]), parties.of_other(parties.other[1]));
        let now = parties.step(&theirs, "approveAgreement", &seen).await;
        let told = parties.act(&also, "approveAgreement", &seen).await;
        assert_eq!((&told["__typename"], &told["version"]), (&json!("Conflict"), &now["version"]), "{told}");
        parties.step(&also, "approveAgreement", &now).await;
    }

    async fn a_third_party_neither_reads_nor_moves_it(database: Database) {
        let parties = Parties::open(&database).await;
        let outsider = parties.outsider();
        let seen = parties.in_force(parties.terms(&["SERVICES"])).await;
        assert_eq!((parties.listed(&outsider).await.len(), parties.seen(&outsider, &seen["id"]).await), (0, Value::Null));
        let preview = "query($id: ID!) { previewAgreement(id: $id) { category } }";
        let asked = json!({ "id": seen["id"] });
        assert_eq!(parties.house.answer(&outsider, preview, asked.clone()).await["data"]["previewAgreement"], json!([]));
        for field in ["approveAgreement", "rejectAgreement", "suspendAgreement", "resumeAgreement", "endAgreement"] {
            assert_eq!(parties.act(&outsider, field, &seen).await["__typename"], "NotFound", "{field}");
        }
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": parties.terms(&["SERVICES"]) });
        let told = parties.change(&outsider, "supersedeAgreement", input).await;
        assert_eq!((&told["__typename"], &told["path"]), (&json!("InvalidInput"), &json!("/terms/disclosers")), "{told}");
        // A party, with the same questions.
        let theirs = parties.of_other(parties.other[0]);
        assert_eq!((parties.listed(&theirs).await.len(), parties.seen(&theirs, &seen["id"]).await["id"].clone()), (1, seen["id"].clone()));
        assert_eq!(parties.house.answer(&theirs, preview, asked).await["data"]["previewAgreement"].as_array().unwrap().len(), 19);
        parties.step(&theirs, "suspendAgreement", &seen).await;
    }

    async fn a_system_and_a_stopped_account_agree_to_nothing(database: Database) {
        let parties = Parties::open(&database).await;
        let second = parties.house.came(parties.house.own, "second-admin", &[sangam_vocabulary::PersonRole::Administrator]).await;
        let administrator = parties.house.person(parties.house.own, parties.administrators[0], OF_ADMINISTRATORS);
        let mut seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        // Whatever scopes somebody gave a system: it has no say.
        for field in ["approveAgreement", "suspendAgreement", "endAgreement"] {
            assert_eq!(parties.act(&parties.house.system(), field, &seen).await["__typename"], "NotPermitted");
        }
        assert_eq!(parties.seen(&parties.house.system(), &seen["id"]).await["canDo"], json!([]));
        let told = parties.house.change(&administrator, "suspendPerson", json!({ "person": format!("per_{}", parties.own[1].uuid().simple()) })).await;
        assert_eq!(told["__typename"], "PersonSuspended", "{told}");
        // Her session may live for some seconds yet; her word does not.
        let suspended = parties.of_own(parties.own[1]);
        assert_eq!(missing(&parties.act(&suspended, "approveAgreement", &seen).await), &json!(["AGREEMENT_OFFICER"]));
        let resume = async |person: sangam_vocabulary::PersonId| {
            let caller = parties.house.person(parties.house.own, second, OF_ADMINISTRATORS);
            let told = parties.house.change(&caller, "resumePerson", json!({ "person": format!("per_{}", person.uuid().simple()) })).await;
            assert_eq!(told["__typename"], "PersonResumed", "{told}");
        };
        resume(parties.own[1]).await;
        seen = parties.step(&suspended, "approveAgreement", &seen).await;
        seen = parties.step(&parties.of_other(parties.other[0]), "approveAgreement", &seen).await;
        assert_eq!(seen["approvalsMissing"], 2);
        // What was said with an account that is stopped before it came to anything was perhaps said by somebody else.
        let person = json!({ "person": format!("per_{}", parties.own[1].uuid().simple()) });
        parties.house.change(&administrator, "suspendPerson", person).await;
        assert_eq!(parties.seen(&parties.of_own(parties.own[2]), &seen["id"]).await["approvalsMissing"], 3);
        resume(parties.own[1]).await;
        seen = parties.seen(&suspended, &seen["id"]).await;
        assert_eq!((&seen["approvalsMissing"], seen["canDo"].as_array().unwrap().contains(&json!("APPROVE"))), (&json!(3), true), "{seen}");
        seen = parties.step(&suspended, "approveAgreement", &seen).await;
        assert_eq!(seen["approvalsMissing"], 2);
        // What has come into force stays: the approvals were good when they were needed.
        seen = parties.step(&parties.of_own(parties.own[2]), "approveAgreement", &seen).await;
        seen = parties.step(&parties.of_other(parties.other[1]), "approveAgreement", &seen).await;
        let person = json!({ "person": format!("per_{}", parties.own[2].uuid().simple()) });
        parties.house.change(&administrator, "suspendPerson", person).await;
        assert_eq!(parties.seen(&suspended, &seen["id"]).await["inForce"], true);
    }

    async fn a_role_that_is_taken_away_takes_its_words_along(database: Database) {
        let parties = Parties::open(&database).await;
        let seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        let (own, theirs) = (parties.of_own(parties.own[1]), parties.of_other(parties.other[0]));
        let seen = parties.step(&own, "approveAgreement", &seen).await;
        let id: Vec<u8> = parties.own[1].uuid().as_bytes().to_vec();
        parties.house.run("UPDATE person SET roles = 0 WHERE id = $1", vec![id.into()]).await;
        assert_eq!(parties.seen(&theirs, &seen["id"]).await["approvalsMissing"], 4);
        assert_eq!(missing(&parties.act(&own, "suspendAgreement", &seen).await), &json!([]));
        let seen = parties.seen(&theirs, &seen["id"]).await;
        let mut seen = parties.step(&theirs, "approveAgreement", &seen).await;
        for caller in [parties.of_other(parties.other[1]), parties.of_own(parties.own[2])] {
            seen = parties.step(&caller, "approveAgreement", &seen).await;
        }
        assert_eq!((&seen["state"], &seen["approvalsMissing"]), (&json!("PROPOSED"), &json!(1)), "one of her party is not two");
    }

    async fn one_person_has_no_accounts_of_two_parties(database: Database) {
        let parties = Parties::open(&database).await;
        let id = |person: sangam_vocabulary::PersonId| -> Vec<u8> { person.uuid().as_bytes().to_vec() };
        let login = |person| [id(person).as_slice(), &id(person)].concat();
        let take = "UPDATE person SET login = $2 WHERE id = $1";
        // The login of an officer of one party is refused to an account of the other: the database has it once.
        assert!(!parties.house.look.takes(take, vec![id(parties.other[0]).into(), login(parties.own[1]).into()]).await);
        assert!(parties.house.look.takes(take, vec![id(parties.other[0]).into(), vec![9_u8; 32].into()]).await, "a login of her own");
        // And an account speaks for its own organization alone, whatever party a caller claims for it.
        let seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        let both = parties.of_other(parties.own[1]);
        assert_eq!(parties.act(&both, "approveAgreement", &seen).await["__typename"], "NotFound");
        parties.step(&parties.of_own(parties.own[1]), "approveAgreement", &seen).await;
    }

    async fn a_locked_organization_can_still_stop_what_it_shares(database: Database) {
        let parties = Parties::open(&database).await;
        let own = parties.of_own(parties.own[1]);
        let seen = parties.in_force(parties.terms(&["SERVICES"])).await;
        let proposed = parties.proposed(parties.terms(&["SERVICES"])).await;
        let locked = parties.house.answer(&own, "mutation { lockOrganization { __typename } }", json!({})).await;
        assert_eq!(locked["data"]["lockOrganization"]["__typename"], "SubjectsLocked", "{locked}");
        let approve = "mutation($input: ApproveAgreementInput!) { approveAgreement(input: $input) { __typename } }";
        let input = json!({ "idempotencyKey": key(), "agreement": proposed["id"], "version": proposed["version"] });
        let told = parties.house.answer(&own, approve, json!({ "input": input })).await;
        assert_eq!(told["errors"][0]["extensions"]["code"], "LOCKED", "{told}");
        assert_eq!(parties.step(&own, "suspendAgreement", &seen).await["state"], "SUSPENDED");
    }

    async fn what_the_operator_recorded_is_stopped_and_replaced_by_its_parties(database: Database) {
        let parties = Parties::open(&database).await;
        parties.case().await;
        let (own, other) = (parties.house.own, parties.house.other);
        let mut approvals = Vec::new();
        for party in [own, other] {
            for pseudonym in ["recorded-1", "recorded-2"] {
                approvals.push((party, parties.house.desk.enrol_person(party, pseudonym).await.unwrap()));
            }
        }
        let now = parties.house.desk.now();
        let new = NewAgreement {
            disclosers: vec![own],
            recipients: vec![other],
            purposes: PurposeSet::all(),
            categories: CategorySet::LIGHT,
            countries: vec![Country::Bangladesh],
            from: now,
            until: now.plus_days(100),
            legal_basis: "A letter (invented)".to_owned(),
            approvals: approvals.clone(),
        };
        parties.house.desk.record_agreement(new.clone()).await.unwrap();
        assert_eq!(parties.shows().await, (true, true));
        let theirs = parties.of_other(parties.other[0]);
        let seen = parties.listed(&theirs).await.remove(0);
        assert_eq!((&seen["state"], &seen["drafter"], &seen["legalBasis"]), (&json!("IN_FORCE"), &Value::Null, &json!("A letter (invented)")));
        assert_eq!((&seen["retentionDays"], &seen["legalBases"], seen["approvedBy"].as_array().unwrap().len()), (&Value::Null, &json!([]), 4));
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": parties.terms(&["SERVICES"]) });
        let newer = parties.change(&parties.of_own(parties.own[0]), "supersedeAgreement", input).await["agreement"].clone();
        let stopped = parties.step(&theirs, "suspendAgreement", &seen).await;
        assert_eq!(parties.shows().await, (false, false));
        let newer = parties.step(&parties.of_own(parties.own[1]), "proposeAgreement", &newer).await;
        parties.approved(&newer).await;
        assert_eq!(parties.shows().await, (false, true));
        assert_eq!(parties.seen(&theirs, &stopped["id"]).await["state"], "SUPERSEDED");

        // With an approval too few it binds nobody, whoever recorded it.
        let few = NewAgreement { approvals: approvals[..3].to_vec(), ..new };
        parties.house.desk.record_agreement(few).await.unwrap();
        let listed = parties.listed(&theirs).await;
        let proposal = listed.iter().find(|one| one["state"] == "PROPOSED").unwrap();
        assert_eq!((&proposal["inForce"], &proposal["approvalsMissing"], parties.shows().await), (&json!(false), &json!(4), (false, true)));
    }

    async fn a_scope_is_needed_and_is_no_permission(database: Database) {
        let parties = Parties::open(&database).await;
        let seen = parties.proposed(parties.terms(&["SERVICES"])).await;
        let reader = parties.house.person(parties.house.other, parties.other[0], &[Scope::Directory]);
        let approve = "mutation($input: ApproveAgreementInput!) { approveAgreement(input: $input) { __typename } }";
        let input = json!({ "idempotencyKey": key(), "agreement": seen["id"], "version": seen["version"] });
        let told = parties.house.answer(&reader, approve, json!({ "input": input })).await;
        assert_eq!(told["errors"][0]["extensions"]["code"], "SCOPE_MISSING", "{told}");
        let worker: Caller = parties.house.person(parties.house.other, parties.worker, OF_OFFICERS);
        assert_eq!(missing(&parties.act(&worker, "approveAgreement", &seen).await), &json!(["AGREEMENT_OFFICER"]));
        parties.step(&parties.of_other(parties.other[0]), "approveAgreement", &seen).await;
    }

    async fn what_was_ended_is_not_brought_back_by_its_newer_version(database: Database) {
        let parties = Parties::open(&database).await;
        let seen = parties.in_force(parties.terms(&["SERVICES"])).await;
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": parties.terms(&["SERVICES"]) });
        let drafter = parties.of_own(parties.own[0]);
        let newer = parties.change(&drafter, "supersedeAgreement", input.clone()).await["agreement"].clone();
        let rival = parties.change(&drafter, "supersedeAgreement", input).await["agreement"].clone();
        let newer = parties.step(&drafter, "proposeAgreement", &newer).await;
        let rival = parties.step(&drafter, "proposeAgreement", &rival).await;
        let rival = parties.step(&parties.of_own(parties.own[1]), "approveAgreement", &rival).await;
        parties.approved(&newer).await;
        // The older one has given way already: the rival would widen what nobody looks at any more.
        assert_eq!(missing(&parties.act(&parties.of_other(parties.other[0]), "approveAgreement", &rival).await), &json!(["PREDECESSOR_NOT_OVERTAKEN"]));
        // Others are not drawn in by a newer version either.
        let newer = parties.seen(&drafter, &newer["id"]).await;
        let mut wider = parties.terms(&["SERVICES"]);
        wider["recipients"] = json!([public(parties.house.other), public(parties.third)]);
        let input = json!({ "agreement": newer["id"], "version": newer["version"], "terms": wider });
        let told = parties.change(&drafter, "supersedeAgreement", input).await;
        assert_eq!((&told["__typename"], &told["path"]), (&json!("InvalidInput"), &json!("/terms/recipients")), "{told}");
    }

    async fn made_up_rows_bind_nobody(database: Database) {
        let parties = Parties::open(&database).await;
        parties.case().await;
        // Whoever writes a state into the database has no approvals to go with it.
        let seen = parties.proposed(parties.terms(&["DEMOGRAPHICS"])).await;
        parties.house.run("UPDATE agreement SET state = 'IN_FORCE', suspended = 0", Vec::new()).await;
        parties.house.run("UPDATE epoch SET rules = rules + 1, fence = fence + 1", Vec::new()).await;
        assert_eq!(parties.shows().await, (false, false));
        let shown = parties.seen(&parties.of_own(parties.own[1]), &seen["id"]).await;
        assert_eq!((&shown["state"], &shown["inForce"]), (&json!("PROPOSED"), &json!(false)));
        // The one function that says whether an agreement binds wants two people of each party, each once.
        let agreement = Agreement {
            id: sangam_vocabulary::AgreementId::from_uuid(uuid::Uuid::nil()),
            version: 1,
            disclosers: vec![parties.house.own],
            recipients: vec![parties.house.other],
            purposes: PurposeSet::all(),
            categories: CategorySet::all(),
            countries: vec![Country::Bangladesh],
            onward: false,
            from: sangam_vocabulary::Instant::ALWAYS,
            until: sangam_vocabulary::Instant::NEVER,
            suspended: false,
            approvals: [parties.house.own, parties.house.other]
                .into_iter()
                .flat_map(|organization| [1, 1].map(|_| Approval { organization, person: parties.own[1] }))
                .collect(),
        };
        assert!(!agreement.in_force(parties.house.desk.now()));
    }
}
