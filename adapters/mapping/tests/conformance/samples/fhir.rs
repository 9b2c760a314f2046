//! The examples that FHIR R4 itself publishes, served as they are, go through the client.

use std::net::SocketAddr;
use std::sync::Arc;

use sangam_vocabulary::{Instant, ManualClock};
use sangam_wire::config::Column;
use sangam_wire::fhir::{Fhir, FhirConfig};
use sangam_wire::{AnswerState, Delivered, Delivery, Found, Mark, Narrow, WebSignIn, Wire, WireFault};
use serde_json::{Value, json};

use super::Samples;
use super::served::{Heard, hear};

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Serves resources by `METHOD path`, and says what was asked.
async fn serve<const N: usize>(answers: [(&'static str, Value); N]) -> (SocketAddr, Heard) {
    hear(answers.map(|(key, body)| (key, (200, body.to_string()))).into()).await
}

fn client(address: SocketAddr, fields: &[&str], referral_fields: &[&str]) -> Fhir {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let config = FhirConfig {
        base_url: format!("http://{address}/r4").parse().unwrap(),
        identifier_system: "https://sangam.example/fhir/id".to_owned(),
        per_page: 20,
        sign_in: WebSignIn::Token("t".to_owned().into()),
    };
    let narrow = Narrow {
        fields: texts(fields),
        referral_fields: texts(referral_fields),
        mark: Mark { field: "Patient.active".to_owned(), value: "true".to_owned() },
    };
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    Fhir::new(&config, narrow, 1 << 20, clock).unwrap()
}

fn searched(resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries})
}

#[tokio::test]
async fn the_patient_and_the_tasks_about_her_are_one_record() {
    let Some(samples) = Samples::of("fhir_r4") else { return };
    let patient = json_of(&samples.sample(Column::In, "Patient-example.json"));
    let tasks = [
        samples.sample(Column::In, "Task-example1.json"),
        samples.sample(Column::In, "Task-example2.json"),
        samples.sample(Column::In, "Task-example6.json"),
    ];
    let tasks = tasks.map(|text| json_of(&text));
    let mut lipid = json_of(&samples.sample(Column::In, "ServiceRequest-subrequest.json"));
    lipid["id"] = json!("lipid");
    let with_request = [&tasks[..], &[lipid]].concat();
    let answers = [
        ("GET /r4/Patient", searched(&[patient])),
        ("GET /r4/Task", searched(&with_request)),
        ("GET /r4/Consent", searched(&[])),
    ];
    let (address, sent) = serve(answers).await;
    let fields = ["Patient.gender", "Patient.birthDate", "Patient.name.family"];
    let page =
        client(address, &fields, &["Task.status", "Task.restriction", "ServiceRequest.intent"]).fetch(None).await;
    let page = page.unwrap();
    let record = &page.records[0];
    assert_eq!(record["id"], "example");
    assert_eq!((&record["Patient"]["gender"], &record["Patient"]["birthDate"]), (&json!("male"), &json!("1974-12-25")));
    assert_eq!(record["Patient"]["name"][0], json!({"family": "Chalmers"}));
    assert!(!record.to_string().contains("Peter"), "what is not named stays there");
    let about: Vec<&Value> = record["referrals"].as_array().unwrap().iter().collect();
    let focused = tasks.iter().filter(|task| {
        task["focus"]["reference"].as_str().is_some_and(|text| text.starts_with("ServiceRequest/"))
            && task["for"]["reference"] == "Patient/example"
    });
    assert_eq!(about.len(), focused.count(), "tasks whose focus is a request");
    assert!(
        about
            .iter()
            .any(|one| one["Task"]["status"] == "in-progress" && one["ServiceRequest"]["intent"] == "instance-order")
    );
    let asked = sent.all().into_iter().map(|(head, _)| head).collect::<Vec<_>>().join("\n");
    assert!(asked.contains("active=true") && asked.contains("_include=Task%3Afocus"), "{asked}");
}

#[tokio::test]
async fn consents_narrow_as_their_examples_say() {
    let Some(samples) = Samples::of("fhir_r4") else { return };
    let basic = json_of(&samples.sample(Column::Live, "Consent-consent-example-basic.json"));
    let not_org = json_of(&samples.sample(Column::Live, "Consent-consent-example-notOrg.json"));
    let patient = json!({"resourceType": "Patient", "id": "f001", "active": true});
    let withheld = async |consents: Vec<Value>| {
        let answers = [("GET /r4/Patient/f001", patient.clone()), ("GET /r4/Consent", searched(&consents))];
        let (address, _) = serve(answers).await;
        match client(address, &["Patient.gender"], &[]).record("f001").await.unwrap() {
            Found::Marked(record) => record["withheld"].clone(),
            other => panic!("{other:?}"),
        }
    };
    let (first, last) = ("1900-01-01T00:00:00Z", "2200-01-01T00:00:00Z");
    // Opted in, from 1964 until the first day of 2016.
    let outside = withheld(vec![basic.clone()]).await;
    assert_eq!(
        outside,
        json!([
            {"from": first, "until": "1964-01-02T12:00:00.000Z"},
            {"from": "2015-12-31T10:00:00.000Z", "until": last},
        ])
    );
    // Opted in, but not to this organization.
    let actor = withheld(vec![not_org.clone()]).await;
    assert_eq!(actor, json!([{"from": first, "until": last, "actors": ["Organization/f001"]}]));
    assert_eq!(withheld(vec![]).await, json!([]), "nobody asked her there");
    // Whatever is not understood keeps back everything.
    let closed = json!([{"from": first, "until": last}]);
    let changes: Vec<(&str, Value)> = vec![
        ("/status", json!("rejected")),
        ("/status", json!("inactive")),
        ("/status", json!("soon")),
        ("/status", Value::Null),
        ("/scope/coding/0/code", json!("something")),
        // The words of another system, and of none.
        ("/scope/coding/0", json!({"system": "https://hospital.example/scopes", "code": "research"})),
        ("/scope/coding/0", json!({"code": "patient-privacy"})),
        ("/policyRule/coding/0/system", json!("https://hospital.example/rules")),
        ("/policyRule/coding/0/system", Value::Null),
        ("/provision/action", json!([{"coding": [{"code": "disclose"}]}])),
        ("/scope", Value::Null),
        ("/policyRule/coding/0/code", json!("OPTOUT")),
        ("/policyRule/coding/0/code", json!("EMRGONLY")),
        ("/policyRule", json!({"text": "as we talked about"})),
        ("/provision/type", json!("maybe")),
        ("/provision/period", json!({"start": "soon"})),
        ("/provision/period", json!([])),
        ("/provision/class", json!([])),
        ("/provision/class", json!([{"display": "x"}])),
        ("/provision/purpose", json!([{"code": "TREAT"}])),
        ("/provision/actor", json!([{"reference": {"reference": "Organization/1"}}])),
        (
            "/provision/action",
            json!([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentaction", "code": "collect"}]}]),
        ),
        ("/provision/modifierExtension", json!([{}])),
        ("/provision/provision", json!([{"class": []}])),
        ("/provision/provision", json!({"type": "deny"})),
        ("/provision", json!("all")),
        ("/modifierExtension", json!([{"url": "u"}])),
        ("/implicitRules", json!("https://rules.example")),
        ("/patient", json!({"display": "somebody"})),
    ];
    for (at, value) in changes {
        let mut consent = basic.clone();
        consent["provision"] = json!({});
        set(&mut consent, at, value.clone());
        assert_eq!(withheld(vec![consent]).await, closed, "{at} {value}");
    }
    let mut plain = basic.clone();
    plain["provision"] = json!({});
    assert_eq!(withheld(vec![plain.clone()]).await, json!([]), "the control: nothing is kept back");
    let action = |code: &str| json!({"system": "http://terminology.hl7.org/CodeSystem/consentaction", "code": code});
    // A denial keeps back more than it says where a condition cannot be told here, and never less.
    let rules = [
        (json!({"type": "deny"}), closed.clone()),
        (
            json!({"class": [{"system": "https://own.example", "code": "health"}, {"code": "health"}]}),
            json!([{"from": first, "until": last, "allBut": ["https://own.example|health", "|health"]}]),
        ),
        // What could be read in two ways is every class in a denial, and in a permission none.
        (json!({"class": [{"system": "a|b", "code": "c"}]}), closed.clone()),
        (json!({"type": "deny", "class": [{"system": "a", "code": "b|c"}]}), closed.clone()),
        (
            json!({"type": "deny", "class": [{"system": "https://own.example", "code": "health"}], "purpose": [{"code": "TREAT"}], "actor": [{}]}),
            json!([{"from": first, "until": last, "classes": ["https://own.example|health"]}]),
        ),
        (json!({"action": [{"coding": [action("access"), action("disclose")]}]}), json!([])),
        (
            json!({"provision": [{"type": "permit", "provision": [
                {"type": "deny", "period": {"start": "2026-02", "end": "2026-03-01T00:00:00+06:00"}},
            ]}]}),
            json!([{"from": "2026-01-31T10:00:00.000Z", "until": "2026-02-28T18:00:00.000Z"}]),
        ),
    ];
    for (rule, expected) in rules {
        plain["provision"] = rule.clone();
        assert_eq!(withheld(vec![plain.clone()]).await, expected, "{rule}");
        // Nothing that another consent permits opens what one keeps back.
        let mut other = basic.clone();
        (other["id"], other["provision"]) = (json!("z"), json!({}));
        assert_eq!(withheld(vec![plain.clone(), other]).await, expected, "{rule}");
    }
}

/// Sets a member, the last step of a path; the steps before it are there.
fn set(value: &mut Value, path: &str, new: Value) {
    let (before, last) = path.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(before).unwrap();
    match parent {
        Value::Object(members) if new.is_null() => drop(members.shift_remove(last)),
        Value::Object(members) => drop(members.insert(last.to_owned(), new)),
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = new,
        _ => panic!("no place for it"),
    }
}

#[tokio::test]
async fn the_tasks_answer_and_are_answered() {
    let Some(samples) = Samples::of("fhir_r4") else { return };
    let task = json_of(&samples.sample(Column::Out, "Task-example6.json"));
    let other = json_of(&samples.sample(Column::Out, "Task-example1.json"));
    let answers = [
        ("GET /r4/Task", searched(&[task, other.clone()])),
        ("GET /r4/Task/example1", other.clone()),
        ("PUT /r4/Task/example1", {
            let mut accepted = other.clone();
            accepted["status"] = json!("accepted");
            accepted
        }),
    ];
    let (address, sent) = serve(answers).await;
    let client = client(address, &["Patient.gender"], &[]);
    let offers =
        ["example6", "example1"].map(|id| Delivered { record: "example".to_owned(), referral: Some(id.to_owned()) });
    let told: Vec<AnswerState> = client.answers(&offers).await.unwrap().iter().map(|answer| answer.state).collect();
    assert_eq!(told, [AnswerState::Done, AnswerState::Accepted]);
    let body = json!({"status": "accepted"});
    let answer = Delivery::Answer { record: "example".to_owned(), referral: "example1".to_owned(), body };
    client.deliver(&answer).await.unwrap();
    let (head, put) = sent.all().into_iter().find(|(head, _)| head.starts_with("PUT")).unwrap();
    let head = head.to_lowercase();
    assert!(head.contains("if-match: w/\"7\"") && head.contains("prefer: return=representation"), "{head}");
    assert!(head.contains("content-type: application/fhir+json"), "{head}");
    let written: Value = serde_json::from_str(&put).unwrap();
    let mut expected = other;
    expected["status"] = json!("accepted");
    expected["lastModified"] = json!("2026-11-24T08:00:00.000Z");
    assert_eq!(written, expected, "the whole task goes back as it was, contained resources included");
}

/// The rest of the examples are what tasks refer to: they are references here, and read only as what a search brings.
#[tokio::test]
async fn what_else_a_search_brings_is_passed_over() {
    let Some(samples) = Samples::of("fhir_r4") else { return };
    let resources = [
        samples.apart("HealthcareService-example.json", "tasks name it, and it is not asked for"),
        samples.apart("Location-1.json", "tasks name it, and it is not asked for"),
        samples.apart("Organization-f001.json", "tasks name it, and it is not asked for"),
        samples.apart("Organization-hl7.json", "tasks name it, and it is not asked for"),
        samples.apart("OrganizationAffiliation-example.json", "tasks name it, and it is not asked for"),
        samples.apart("AuditEvent-example-disclosure.json", "who saw what there is the server's to know"),
        samples.apart("ServiceRequest-example.json", "a request without a task asks nobody"),
    ];
    let resources = resources.map(|text| json_of(&text));
    let (address, _) = serve([("GET /r4/Patient", searched(&resources))]).await;
    let page = client(address, &["Patient.gender"], &["Task.owner"]).fetch(None).await.unwrap();
    assert!(page.records.is_empty() && !page.more);
}

#[tokio::test]
async fn an_answer_of_another_shape_says_where() {
    let cases = [
        (json!([]), ""),
        (json!({"resourceType": "Patient", "id": "x"}), "/resourceType"),
        (json!({"type": "searchset"}), "/resourceType"),
        (json!({"resourceType": "Bundle", "type": "history"}), "/type"),
        (json!({"resourceType": "Bundle", "type": "searchset", "entry": {}}), "/entry"),
        (json!({"resourceType": "Bundle", "type": "searchset", "entry": ["x"]}), "/entry/0"),
        (json!({"resourceType": "Bundle", "type": "searchset", "entry": [{}]}), "/entry/0/resource"),
        (searched(&[json!({"resourceType": "Patient", "id": 7})]), "/entry/0/resource/id"),
        (searched(&[json!({"resourceType": "Patient", "id": "a/b"})]), "/entry/0/resource/id"),
        (searched(&[json!({"resourceType": "Patient"})]), "/entry/0/resource/id"),
        (searched(&[json!({"id": "x"})]), "/entry/0/resource/resourceType"),
        (json!({"resourceType": "Bundle", "type": "searchset", "link": {}}), "/link"),
        (json!({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next"}]}), "/link/url"),
    ];
    for (body, expected) in cases {
        let (address, _) = serve([("GET /r4/Patient", body.clone())]).await;
        let told = client(address, &["Patient.gender"], &[]).fetch(None).await.unwrap_err();
        let WireFault::Unexpected { path, .. } = told else { panic!("{told:?} for {body}") };
        assert_eq!(path, expected, "{body}");
    }
    let outcome = |severity: &str| {
        json!({"resourceType": "OperationOutcome", "issue": [{
            "severity": severity, "code": "incomplete", "diagnostics": "Asha Das is missing",
            "details": {"text": "Asha Das", "coding": [{"code": "Asha Das"}, {"code": "partial.result"}]},
        }]})
    };
    let (address, _) = serve([("GET /r4/Patient", searched(&[outcome("error")]))]).await;
    let told = client(address, &["Patient.gender"], &[]).fetch(None).await.unwrap_err();
    let WireFault::Refused { reasons, .. } = &told else { panic!("{told:?}") };
    assert_eq!(reasons[0].codes, ["incomplete", "partial.result"], "codes, and nothing else");
    let (address, _) = serve([("GET /r4/Patient", searched(&[outcome("warning")]))]).await;
    assert!(client(address, &["Patient.gender"], &[]).fetch(None).await.is_ok());
}
