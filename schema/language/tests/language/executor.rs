//! The executor as a transport meets it: what refuses an operation, what an answer carries.

use std::sync::Arc;

use futures_util::StreamExt;
use sangam_language::{ErrorCode, Executor, Limits, Operation, Reply, Scope, ScopeSet, Stage};
use sangam_vocabulary::{Category, Code, Purpose};
use serde_json::{Value, json};

use crate::fixture::{World, caller, caller_with, json, operation};

fn executor() -> Executor<World> {
    Executor::new(Arc::new(World::new(5)), Limits::standard(), false)
}

async fn ask(operation: Operation) -> (Stage, Value) {
    let reply = executor().execute(&caller(), operation).await;
    (reply.stage, json(&reply.body))
}

async fn refused(operation: Operation) -> (ErrorCode, Value) {
    let (stage, body) = ask(operation).await;
    let Stage::Refused(code) = stage else { panic!("executed: {body}") };
    assert!(body.get("data").is_none(), "{body}");
    assert_eq!(body["errors"][0]["extensions"]["code"], code.code());
    (code, body)
}

fn with(query: &str, variables: Value) -> Operation {
    Operation { variables: variables.as_object().cloned().unwrap_or_default(), ..operation(query) }
}

const SUBJECTLESS: &str = "{ organizations(first: 1) { nodes { name } } }";
const OF_SUBJECTS: &str = "{ referrals { pageInfo { hasNextPage } } }";

#[tokio::test]
async fn an_operation_that_touches_a_subject_must_say_why() {
    for query in [
        OF_SUBJECTS,
        "{ node(id: \"sub_00000000000000000000000000000000\") { id } }",
        "{ explain(subject: \"sub_1\") { category } }",
        "mutation { withdrawConsent(input: {idempotencyKey: \"NotFound\", consent: \"c\"}) { __typename } }",
        "subscription { referralChanged { id } }",
    ] {
        let (code, _) = refused(Operation { purpose: None, ..operation(query) }).await;
        assert_eq!(code, ErrorCode::PurposeRequired, "{query}");
    }
    for query in [
        SUBJECTLESS,
        "{ __typename }",
        "{ node(id: \"org_1\") { id ... on Referral { state } } }",
        "query($no: Boolean = false) { referrals @include(if: $no) { nodes { id } } }",
        "mutation { replayRecord(input: {idempotencyKey: \"RecordRead\", record: \"q\"}) { __typename } }",
    ] {
        let (stage, body) = ask(Operation { purpose: None, ..operation(query) }).await;
        assert_eq!((stage, body.get("errors")), (Stage::Executed, None), "{query}");
    }
}

#[tokio::test]
async fn a_purpose_must_be_one_of_the_token() {
    let (code, _) = refused(Operation { purpose: Some(Purpose::Repatriation), ..operation(OF_SUBJECTS) }).await;
    assert_eq!(code, ErrorCode::PurposeNotAllowed);
}

#[tokio::test]
async fn a_field_without_its_scope_must_be_null_with_an_error_and_the_others_answered() {
    let executor = executor();
    let caller = caller_with(ScopeSet::of(&[Scope::Directory]));
    let query =
        "{ a: organizations(first: 1) { nodes { id } } referrals { nodes { id } } n: node(id: \"ref_1\") { id } }";
    let reply = executor.execute(&caller, operation(query)).await;
    let body = json(&reply.body);
    assert_eq!(reply.stage, Stage::Executed);
    assert!(body["data"]["a"]["nodes"][0]["id"].is_string());
    assert_eq!((&body["data"]["referrals"], &body["data"]["n"]), (&Value::Null, &Value::Null));
    let errors: Vec<(&Value, &Value)> =
        body["errors"].as_array().unwrap().iter().map(|error| (&error["extensions"]["code"], &error["path"])).collect();
    assert_eq!(errors, [(&json!("SCOPE_MISSING"), &json!(["referrals"])), (&json!("SCOPE_MISSING"), &json!(["n"]))]);
    let subscribed = executor.subscribe(caller, operation("subscription { referralChanged { id } }")).await;
    let Err(Reply { stage, .. }) = subscribed else { panic!("subscribed without the scope") };
    assert_eq!(stage, Stage::Refused(ErrorCode::ScopeMissing));
}

#[tokio::test]
async fn the_port_must_be_told_once_of_an_operation_beyond_its_token_and_of_no_other() {
    let world = Arc::new(World::new(5));
    let executor = Executor::new(Arc::clone(&world), Limits::standard(), false);
    let told = || std::mem::take(&mut *world.told.lock().unwrap());
    let few = caller_with(ScopeSet::of(&[Scope::Directory]));
    let own = Some(Purpose::ServiceReferral);
    // Two fields without their scope are one operation.
    let two = "{ organizations(first: 1) { nodes { id } } referrals { nodes { id } } n: node(id: \"ref_1\") { id } }";
    executor.execute(&few, operation(two)).await;
    assert_eq!(told(), [(own, ErrorCode::ScopeMissing)]);
    assert!(executor.subscribe(few, operation("subscription { referralChanged { id } }")).await.is_err());
    assert_eq!(told(), [(own, ErrorCode::ScopeMissing)]);
    let foreign = Some(Purpose::Repatriation);
    executor.execute(&caller(), Operation { purpose: foreign, ..operation(OF_SUBJECTS) }).await;
    assert_eq!(told(), [(foreign, ErrorCode::PurposeNotAllowed)]);
    // What is well, and what is not understood or too much, is nothing that anybody was refused.
    for query in [OF_SUBJECTS, "{ nothing }", "{ referrals(first: 1000) { nodes { id } } }"] {
        executor.execute(&caller(), operation(query)).await;
    }
    executor.execute(&caller(), Operation { purpose: None, ..operation(OF_SUBJECTS) }).await;
    assert_eq!(told(), []);
}

#[tokio::test]
async fn a_port_that_fails_must_null_its_field_only_and_quote_its_reference() {
    let (stage, body) =
        ask(operation("{ organization(id: \"org_broken\") { id } organizations(first: 1) { nodes { id } } }")).await;
    assert_eq!(stage, Stage::Executed);
    assert_eq!(body["data"]["organization"], Value::Null);
    assert!(body["data"]["organizations"].is_object());
    assert_eq!(body["errors"][0]["extensions"], json!({ "code": "UNAVAILABLE", "reference": "r-1" }));
    assert_eq!(body["errors"][0]["path"], json!(["organization"]));
}

#[tokio::test]
async fn an_unknown_kind_of_id_must_be_an_error_and_an_unknown_id_null() {
    let (_, body) = ask(operation("{ a: node(id: \"xyz_1\") { id } b: node(id: \"sub_1\") { id } }")).await;
    assert_eq!(body["data"], json!({ "a": null, "b": null }));
    assert_eq!(body["errors"].as_array().unwrap().len(), 1);
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_ID");
}

#[tokio::test]
async fn receipts_must_come_with_what_is_disclosed_and_only_then() {
    let (_, body) = ask(operation("{ subjects { nodes { identity { names { text } } health { notes } } } }")).await;
    let receipts = body["extensions"]["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 1);
    assert!(
        receipts[0].as_str().unwrap().len() == 64
            && receipts[0].as_str().unwrap().bytes().all(|b| b.is_ascii_hexdigit())
    );
    let (_, body) = ask(operation(SUBJECTLESS)).await;
    assert!(body.get("extensions").is_none());
}

#[tokio::test]
async fn a_page_must_be_between_one_and_its_limit_by_literal_and_variable() {
    for first in [0, -1, 101, 65_537] {
        let (code, _) = refused(operation(&format!("{{ organizations(first: {first}) {{ nodes {{ id }} }} }}"))).await;
        assert_eq!(code, ErrorCode::LimitPage, "{first}");
        let query = "query($n: Int) { organizations(first: $n) { nodes { id } } }";
        let (code, _) = refused(with(query, json!({ "n": first }))).await;
        assert_eq!(code, ErrorCode::LimitPage, "{first} by variable");
    }
    let (stage, _) =
        ask(with("query($n: Int) { organizations(first: $n) { nodes { id } } }", json!({ "n": null }))).await;
    assert_eq!(stage, Stage::Executed);
}

#[tokio::test]
async fn variables_must_be_checked_on_a_remembered_document_too() {
    let executor = executor();
    let query = "query($id: ID!, $n: Int) { organization(id: $id) { id } organizations(first: $n) { nodes { id } } }";
    for _ in 0..3 {
        let run = async |variables| executor.execute(&caller(), with(query, variables)).await.stage;
        assert_eq!(run(json!({ "id": "org_1", "n": 3 })).await, Stage::Executed);
        assert_eq!(run(json!({ "id": 7 })).await, Stage::Executed);
        for bad in [
            json!({}),
            json!({ "id": null }),
            json!({ "id": ["org_1"] }),
            json!({ "id": "o", "n": "3" }),
            json!({ "id": "o", "n": 3_000_000_000_u64 }),
            json!({ "id": "o", "n": 1.5 }),
        ] {
            assert_eq!(run(bad.clone()).await, Stage::Refused(ErrorCode::BadVariables), "{bad}");
        }
    }
}

#[tokio::test]
async fn a_condition_must_be_decided_anew_on_every_request() {
    let executor = executor();
    let query = "query($with: Boolean!) { organizations(first: 1) { nodes { name @include(if: $with) id } } }";
    for with_name in [true, false, true] {
        let reply = executor.execute(&caller(), with(query, json!({ "with": with_name }))).await;
        assert_eq!(json(&reply.body)["data"]["organizations"]["nodes"][0].get("name").is_some(), with_name);
    }
}

#[tokio::test]
async fn no_error_may_echo_the_document_or_grow_without_end() {
    let secret = "s3cret".repeat(3_000);
    let queries = [
        format!("{{ referrals(first: \"{secret}\") {{ nodes {{ id }} }} }}"),
        format!("{{ organizations {{ {secret} }} }}"),
        format!("{{ organizations ( \u{1} \"{secret}\""),
        format!("query(${secret}: Int!) {{ organizations(first: ${secret}) {{ nodes {{ id }} }} }}"),
        format!("{{ organizations {{ nodes {{ {} }} }} }}", (0..1_000).map(|n| format!("x{n} ")).collect::<String>()),
    ];
    for query in queries {
        let (_, body) = refused(operation(&query)).await;
        assert!(body.to_string().len() < 20_000, "{} bytes", body.to_string().len());
        assert!(body["errors"].as_array().unwrap().len() <= Limits::standard().errors);
        for error in body["errors"].as_array().unwrap() {
            assert!(error["message"].as_str().unwrap().chars().count() < 310);
        }
    }
    let (code, body) = refused(operation(&format!("{{ organizations {{ nodes {{ id }}  \"{secret}\" "))).await;
    assert_eq!(code, ErrorCode::SyntaxError);
    assert!(!body.to_string().contains("s3cret"));
}

#[tokio::test]
async fn what_validation_passes_over_must_be_refused_all_the_same() {
    for query in [
        // Equal keys of different fields or arguments, apart only by the fragment they stand in.
        "{ organizations(first: 1) { nodes { id: name } ... on OrganizationConnection { nodes { id } } } }",
        "{ organizations(first: 1) { nodes { id } } ... on Query { organizations(first: 2) { nodes { id } } } }",
        // Directives, arguments and a selection of `__typename`.
        "{ organizations { __typename @unknown } }",
        "{ organizations { __typename @include } }",
        "{ organizations { __typename(a: 1) } }",
        "{ organizations { __typename { id } } }",
        "subscription { referralChanged { id } b: referralChanged { id } }",
        "{ organization(id: \"o\") { nothing } }",
        "{ __schema { types { name } } }",
    ] {
        let reply = if query.starts_with("subscription") {
            let Err(reply) = executor().subscribe(caller(), operation(query)).await else { panic!("{query}") };
            reply
        } else {
            executor().execute(&caller(), operation(query)).await
        };
        assert_eq!(
            reply.stage,
            Stage::Refused(ErrorCode::ValidationFailed),
            "{query}\n{}",
            String::from_utf8_lossy(&reply.body)
        );
    }
    // A string is no code and no input object.
    for query in [
        "{ referrals(state: \"SENT\") { nodes { id } } }",
        "mutation { withdrawConsent(input: \"all\") { __typename } }",
        "mutation { withdrawConsent(input: {idempotencyKey: \"k\", consent: \"c\", more: 1}) { __typename } }",
        "{ organizations(first: 3000000000) { nodes { id } } }",
    ] {
        let (code, _) = refused(operation(query)).await;
        assert!(matches!(code, ErrorCode::BadVariables | ErrorCode::ValidationFailed), "{query}: {code:?}");
    }
}

#[tokio::test]
async fn the_operation_asked_for_must_be_there() {
    let two =
        "query A { organizations(first: 1) { nodes { id } } } query B { organizations(first: 1) { nodes { name } } }";
    let run = |name: Option<&str>| ask(Operation { name: name.map(str::to_owned), ..operation(two) });
    assert!(run(Some("A")).await.1["data"]["organizations"]["nodes"][0]["id"].is_string());
    assert!(run(Some("B")).await.1["data"]["organizations"]["nodes"][0]["name"].is_string());
    for name in [None, Some("C"), Some("")] {
        assert_eq!(run(name).await.0, Stage::Refused(ErrorCode::ValidationFailed), "{name:?}");
    }
    let (stage, _) = ask(Operation { name: Some("A".to_owned()), ..operation("{ __typename }") }).await;
    assert_eq!(stage, Stage::Refused(ErrorCode::ValidationFailed));
}

#[tokio::test]
async fn limits_of_cost_answer_and_variables_must_refuse() {
    let rows = "nodes { id name country role services coverage }";
    let many: String = (0..20).map(|n| format!("a{n}: organizations(first: $n) {{ {rows} }} ")).collect();
    let query = format!("query($n: Int!) {{ {many} }}");
    assert_eq!(ask(with(&query, json!({ "n": 10 }))).await.0, Stage::Executed);
    let nested: String = (0..20).map(|n| format!("a{n}: referrals(first: $n) {{ nodes {{ subject {{ {ALL} }} }} edges {{ node {{ subject {{ {ALL} }} }} }} }} ")).collect();
    let (code, _) = refused(with(&format!("query($n: Int!) {{ {nested} }}"), json!({ "n": 100 }))).await;
    assert_eq!(code, ErrorCode::LimitCost);
    // A live question costs what it asks of others' systems, for each subject that is named.
    let live = |times: usize| -> String {
        (0..times).map(|n| format!("a{n}: live(subjects: $s) {{ status nodes {{ {ALL} }} }} ")).collect()
    };
    let query = |times: usize| format!("query($s: [ID!]!) {{ {} }}", live(times));
    let named = |count: usize| json!({ "s": vec!["sub_1"; count] });
    assert_eq!(ask(with(&query(1), named(20))).await.0, Stage::Executed);
    assert_eq!(ask(with(&query(20), named(1))).await.0, Stage::Executed);
    assert_eq!(refused(with(&query(6), named(20))).await.0, ErrorCode::LimitCost);

    let limits = Limits { answer: 200, ..Limits::standard() };
    let executor = Executor::new(Arc::new(World::new(5)), limits, false);
    let reply = executor.execute(&caller(), operation("{ __typename organizations { nodes { id } } }")).await;
    let body = json(&reply.body);
    assert_eq!(reply.stage, Stage::Executed);
    assert_eq!(body["data"], json!({ "__typename": "Query", "organizations": null }));
    assert_eq!(body["errors"][0]["extensions"]["code"], "LIMIT_ANSWER");

    let deep = (0..20).fold(json!(1), |inner, _| json!([inner]));
    for variables in [json!({ "x": "x".repeat(70_000) }), json!({ "x": deep }), json!({ "x": vec![0; 10_000] })] {
        assert_eq!(refused(with("{ __typename }", variables)).await.0, ErrorCode::LimitVariables);
    }
}

const ALL: &str = "tracing { father mother } identity { names { text } } family { relatives { name } } origin { place } narrative { account } legal { court notes } messages { texts }";

#[tokio::test]
async fn a_withheld_category_must_never_be_in_the_bytes() {
    let world = World::new(9);
    let withheld: Vec<String> = world.rows["subjects"]
        .iter()
        .flat_map(|record| {
            let about = record.about.as_ref().unwrap();
            Category::ALL
                .iter()
                .filter(|category| !about.shown.released.contains(**category))
                .map(|category| category.code().to_owned())
        })
        .collect();
    assert!(!withheld.is_empty());
    let executor = Executor::new(Arc::new(world), Limits::standard(), false);
    let query = "{ subjects { nodes { identity { names { text } } health { notes } narrative { account } withheld { category reason } } } }";
    let body = json(&executor.execute(&caller(), operation(query)).await.body);
    for node in body["data"]["subjects"]["nodes"].as_array().unwrap() {
        for (field, category) in [("identity", "IDENTITY"), ("health", "HEALTH"), ("narrative", "NARRATIVE")] {
            let told = node["withheld"].as_array().unwrap().iter().any(|entry| entry["category"] == category);
            assert!(!told || node[field].is_null(), "{node}");
        }
        assert!(
            node["withheld"]
                .as_array()
                .unwrap()
                .iter()
                .all(|entry| ["IDENTITY", "HEALTH", "NARRATIVE"].contains(&entry["category"].as_str().unwrap()))
        );
    }
}

#[tokio::test]
async fn every_member_of_every_payload_must_come_through() {
    use crate::oracle::input;
    for (field, members) in [
        ("sendReferral", vec!["ReferralSent", "InvalidInput", "NotFound", "NotPermitted", "Conflict"]),
        ("draftReferral", vec!["ReferralDrafted", "InvalidInput", "NotFound", "NotPermitted", "Conflict"]),
        ("stepReferral", vec!["StepTaken", "TransferRefused", "IllegalStep", "Conflict"]),
        ("answerServices", vec!["ServicesAnswered", "IllegalStep", "InvalidInput", "Conflict"]),
        ("sendMessage", vec!["MessageSent", "InvalidInput", "NotFound", "NotPermitted", "Conflict"]),
        ("requestRepatriation", vec!["RepatriationRequested", "InvalidInput", "NotPermitted"]),
        ("noteRepatriation", vec!["RepatriationNoted", "IllegalStep"]),
        ("stepRepatriation", vec!["RepatriationStepped", "IllegalStep", "Conflict"]),
        ("withdrawRepatriation", vec!["RepatriationWithdrawn", "IllegalStep", "NotFound"]),
        ("openSearch", vec!["SearchOpened", "IllegalStep", "InvalidInput", "NotFound", "NotPermitted", "Conflict"]),
        ("stepSearch", vec!["SearchStepped", "IllegalStep"]),
        ("answerSearch", vec!["SearchAnswered", "IllegalStep"]),
        ("recordArrival", vec!["ArrivalRecorded", "InvalidInput"]),
        ("stepArrival", vec!["ArrivalStepped", "IllegalStep"]),
        ("linkArrival", vec!["ArrivalLinked", "NotFound"]),
        ("giveConsent", vec!["ConsentRecorded", "InvalidInput"]),
        ("withdrawConsent", vec!["ConsentWithdrawn", "NotFound"]),
        ("narrowConsent", vec!["ConsentNarrowed", "Conflict"]),
        ("extendConsent", vec!["ConsentExtended", "InvalidInput"]),
        ("withdrawConsents", vec!["ConsentsWithdrawn", "NotFound"]),
        ("replacePaperCode", vec!["PaperCodeReplaced", "NotPermitted"]),
        ("answerRecall", vec!["RecallAnswered", "IllegalStep"]),
        ("replayRecord", vec!["RecordRead", "RecordStillQuarantined", "RecordGone"]),
        ("inviteContributor", vec!["ContributorInvited", "InvalidInput", "NotPermitted"]),
        ("acceptInvitation", vec!["ContributionChanged", "IllegalStep", "Conflict"]),
        ("declineInvitation", vec!["ContributionChanged", "IllegalStep"]),
        ("endContribution", vec!["ContributionChanged", "NotFound"]),
        ("recordHearing", vec!["HearingRecorded", "InvalidInput"]),
        ("stepHearing", vec!["HearingStepped", "IllegalStep"]),
        ("recordOrder", vec!["ExceptionRecorded", "ExceptionRefused", "InvalidInput"]),
        ("attestOrder", vec!["ExceptionChanged", "IllegalStep"]),
        ("endOrder", vec!["ExceptionChanged", "NotFound"]),
        ("requestOverride", vec!["ExceptionRecorded", "ExceptionRefused"]),
        ("approveOverride", vec!["ExceptionChanged", "ExceptionRefused", "Conflict"]),
        ("endOverride", vec!["ExceptionChanged", "IllegalStep"]),
        ("declareEmergency", vec!["ExceptionRecorded", "ExceptionRefused", "NotPermitted"]),
        ("reviewEmergency", vec!["ExceptionChanged", "IllegalStep"]),
        ("reportRisk", vec!["RiskReported", "NotFound"]),
        ("prepareDocument", vec!["DocumentPrepared", "InvalidInput", "NotFound", "NotPermitted", "Conflict"]),
        ("removeDocument", vec!["DocumentRemoved", "NotFound"]),
        ("openSupportPlan", vec!["SupportPlanOpened", "InvalidInput"]),
        ("reviewSupportPlan", vec!["SupportPlanChanged", "IllegalStep"]),
        ("closeSupportPlan", vec!["SupportPlanChanged", "Conflict"]),
    ] {
        let ty = format!("{}{}Input!", field[..1].to_uppercase(), &field[1..]);
        let query = format!("mutation($input: {ty}) {{ {field}(input: $input) {{ __typename }} }}");
        for member in members {
            let (_, body) = ask(with(&query, json!({ "input": input(field, member) }))).await;
            assert_eq!(body["data"][field]["__typename"], member, "{body}");
        }
        // A member that is not of this union is our own fault, and null.
        let (_, body) = ask(with(
            &query,
            json!({ "input": input(field, if field == "replayRecord" { "ReferralSent" } else { "RecordRead" }) }),
        ))
        .await;
        assert_eq!(body["data"][field], Value::Null);
        assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL");
        let mut bad = input(field, "NotFound");
        bad["idempotencyKey"] = Value::Null;
        let (code, _) = refused(with(&query, json!({ "input": bad }))).await;
        assert_eq!(code, ErrorCode::BadVariables);
    }
}

#[tokio::test]
async fn whoever_is_let_in_may_lock_without_scope_purpose_or_input() {
    let executor = executor();
    let nothing = caller_with(ScopeSet::default());
    for (query, field, member) in [
        (
            "mutation { lockOrganization { __typename ... on SubjectsLocked { id } } }",
            "lockOrganization",
            "SubjectsLocked",
        ),
        ("mutation { lockCountry(input: {country: IN}) { __typename } }", "lockCountry", "NotPermitted"),
        ("mutation { releaseLock(input: {lock: \"LockReleased\"}) { __typename } }", "releaseLock", "LockReleased"),
    ] {
        let reply = executor.execute(&nothing, Operation { purpose: None, ..operation(query) }).await;
        let body = json(&reply.body);
        assert_eq!((&body["data"][field]["__typename"], body.get("errors")), (&json!(member), None), "{body}");
    }
    // To speak for an applicant takes what it takes to see one.
    for query in [
        "mutation { sponsorAccession(input: {accession: \"VoiceRecorded\"}) { __typename } }",
        "mutation { refuseAccession(input: {accession: \"VoiceRecorded\", reason: CONFLICT}) { __typename } }",
    ] {
        let ask = |caller| {
            let operation = Operation { purpose: None, ..operation(query) };
            let executor = &executor;
            async move { json(&executor.execute(&caller, operation).await.body) }
        };
        let refused = ask(nothing.clone()).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "SCOPE_MISSING", "{refused}");
        let heard = ask(caller_with(ScopeSet::of(&[Scope::Directory]))).await;
        assert!(heard.get("errors").is_none() && heard.to_string().contains("VoiceRecorded"), "{heard}");
    }
}

#[tokio::test]
async fn a_subscription_must_reply_to_every_event_that_shows_something() {
    let executor = executor();
    let query = "subscription { changed: referralChanged { id state services { note } } }";
    let replies: Vec<Reply> = executor.subscribe(caller(), operation(query)).await.ok().unwrap().collect().await;
    // The world's stream: an event that shows nothing, one that does, a fault.
    assert_eq!(replies.len(), 2);
    assert!(json(&replies[0].body)["data"]["changed"]["id"].is_string());
    let fault = json(&replies[1].body);
    assert_eq!((&fault["data"], &fault["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("UNAVAILABLE")));
    let (code, _) = refused(operation(query)).await;
    assert_eq!(code, ErrorCode::NotSubscribable);
    assert!(executor.subscribe(caller(), operation(SUBJECTLESS)).await.is_err());
}

#[tokio::test]
async fn introspection_must_answer_beside_data_where_it_is_on() {
    let executor = Executor::new(Arc::new(World::new(5)), Limits::standard(), true);
    let query = "query($n: String!) { a: organizations(first: 1) { nodes { id } } __type(name: $n) { name fields { name } } s: __schema { queryType { name } } }";
    let body = json(&executor.execute(&caller(), with(query, json!({ "n": "CaseDesk" }))).await.body);
    let keys: Vec<&String> = body["data"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["a", "__type", "s"]);
    assert_eq!(body["data"]["__type"]["name"], "CaseDesk");
    assert_eq!(body["data"]["s"]["queryType"]["name"], "Query");
    assert!(body["data"]["a"]["nodes"][0]["id"].is_string());
}

#[tokio::test]
async fn validation_must_be_quick_for_whatever_the_gate_admits() {
    let executor = executor();
    let many = |count: usize, what: &dyn Fn(usize) -> String| (0..count).map(what).collect::<String>();
    let chain = |spreads: usize, length: usize| {
        let links = many(length, &|n| {
            format!("fragment F{n} on Organization {{ {} }} ", format!("...F{} ", n + 1).repeat(spreads))
        });
        format!("{{ organizations {{ nodes {{ ...F0 }} }} }} {links} fragment F{length} on Organization {{ id }}")
    };
    let documents = [
        format!("{{ organizations {{ nodes {{ {} }} }} }}", many(2_900, &|n| format!("x{n} "))),
        format!("{{ organizations {{ nodes {{ {} }} }} }}", "id ".repeat(2_900)),
        format!("{{ organizations {{ {} }} }}", "nodes { id } ".repeat(900)),
        format!("query({}) {{ __typename }}", many(900, &|n| format!("$v{n}: Int "))),
        format!("{{ organizations(first: [{}]) {{ nodes {{ id }} }} }}", "1 ".repeat(3_900)),
        format!("{{ organizations {{ nodes {{ {} id }} }} }}", many(90, &|n| format!("... @x{n} {{ id }} "))),
        chain(1, 17),
        chain(2, 6),
        format!(
            "{{ {} }} {}",
            many(45, &|n| format!("...F{n} ")),
            many(45, &|n| format!("fragment F{n} on Query {{ __typename ...G }} "))
                + "fragment G on Query { __typename }"
        ),
    ];
    for document in documents {
        let begin = std::time::Instant::now();
        executor.execute(&caller(), operation(&document)).await;
        let took = begin.elapsed();
        assert!(
            took < std::time::Duration::from_secs(1),
            "{took:?} for {}",
            document.chars().take(120).collect::<String>()
        );
    }
}
