//! The open directory through the binary: what organizations agreed to, walked as a reader of HSDS walks it, without a
//! token; held to the specification's own schemas by a validator of others; and everything that must not be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use sangam_kit::database::Database;
use sangam_kit::{node, skipped, target};
use sangam_sandbox::Sandbox;
use sangam_sandbox::hsds::{Entry, OTHER};
use sangam_vocabulary::{Instant, SystemChance, SystemClock};
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, SANDBOX};
use crate::keys::Pair;

const LISTS: [(&str, &str); 5] = [
    ("services", "service"),
    ("organizations", "organization"),
    ("service_at_locations", "service_at_location"),
    ("taxonomies", "taxonomy"),
    ("taxonomy_terms", "taxonomy_term"),
];

/// Everything a reader finds: each answer under its path.
type Walk = BTreeMap<String, Value>;

async fn read(house: &House, path: &str) -> (u16, Value) {
    let url = format!("{}/hsds/{path}", house.origin(0));
    loop {
        let response = house.http(None).get(&url).send().await.unwrap();
        let status = response.status().as_u16();
        if status != 429 {
            return (status, response.json().await.unwrap());
        }
        // The pace of a reader; a walk of everything is longer than what may be asked at once.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Reads every list to its last page, and each of its things by its id.
async fn walk(house: &House) -> Walk {
    let mut all = Walk::new();
    let mut put = async |path: String| {
        let (status, body) = read(house, &path).await;
        assert_eq!(status, 200, "{path}: {body}");
        all.insert(path, body.clone());
        body
    };
    put(String::new()).await;
    put("openapi.json".to_owned()).await;
    for (list, _) in LISTS {
        for page in 1.. {
            let found = put(format!("{list}?per_page=4&page={page}")).await;
            for one in found["contents"].as_array().unwrap() {
                put(format!("{list}/{}", one["id"].as_str().unwrap())).await;
            }
            if found["last_page"] == true {
                break;
            }
        }
    }
    all
}

/// The schema that an answer's things go by.
fn schema(path: &str) -> Option<&'static str> {
    LISTS.iter().find(|(list, _)| path.split(['?', '/']).next() == Some(list)).map(|(_, schema)| *schema)
}

/// The things in an answer: of a list each of its page, else the one.
fn things(path: &str, answer: &Value) -> Vec<Value> {
    if path.contains('/') { vec![answer.clone()] } else { answer["contents"].as_array().cloned().unwrap_or_default() }
}

fn is_uuid(text: &str) -> bool {
    let dashes: Vec<usize> = text.char_indices().filter(|(_, letter)| *letter == '-').map(|(at, _)| at).collect();
    text.len() == 36
        && dashes == [8, 13, 18, 23]
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && Instant::read(&format!("{text}T00:00:00Z")).is_some()
}

/// What each kind of thing must have and may have, as HSDS 3.0 says and as this hub can know. Anything else is a fault.
fn fields(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "service" => (
            &["id", "name", "status"],
            &[
                "description",
                "last_modified",
                "assured_date",
                "organization",
                "attributes",
                "service_areas",
                "service_at_locations",
            ],
        ),
        "organization" => (&["id", "name", "description"], &["services", "locations", "attributes"]),
        "service_at_location" => (&["id", "location"], &["service"]),
        "location" => (&["id", "location_type", "name", "external_identifier", "external_identifier_type"], &[]),
        "service_area" => (&["id", "name", "description"], &[]),
        "attribute" => (&["id", "link_entity", "taxonomy_term"], &[]),
        "taxonomy" => (&["id", "name", "description"], &[]),
        "taxonomy_term" => (&["id", "code", "name", "description", "taxonomy", "taxonomy_detail", "language"], &[]),
        other => panic!("no kind {other}"),
    }
}

/// The kind of what lies in a field.
fn inside(field: &str) -> Option<&'static str> {
    Some(match field {
        "organization" => "organization",
        "service" | "services" => "service",
        "service_at_locations" => "service_at_location",
        "location" | "locations" => "location",
        "service_areas" => "service_area",
        "attributes" => "attribute",
        "taxonomy_term" => "taxonomy_term",
        "taxonomy_detail" => "taxonomy",
        _ => return None,
    })
}

/// The first fault of a thing, our own reading of the specification.
fn fault(kind: &str, thing: &Value) -> Option<String> {
    let Some(object) = thing.as_object() else { return Some(format!("{kind} is no object")) };
    let (must, may) = fields(kind);
    if let Some(missing) = must.iter().find(|name| !object.contains_key(**name)) {
        return Some(format!("{kind} has no {missing}"));
    }
    for (name, value) in object {
        if !must.contains(&name.as_str()) && !may.contains(&name.as_str()) {
            return Some(format!("{kind} has {name}"));
        }
        let wrong = match (name.as_str(), inside(name), value) {
            (_, Some(kind), Value::Array(many)) => many.iter().find_map(|one| fault(kind, one)),
            (_, Some(kind), one) => fault(kind, one),
            ("id", None, Value::String(id)) => (!is_uuid(id)).then(|| format!("{kind}: no UUID")),
            ("last_modified", None, Value::String(at)) => Instant::read(at).is_none().then(|| "no instant".to_owned()),
            ("assured_date", None, Value::String(day)) => (!is_day(day)).then(|| "no day".to_owned()),
            ("status", None, Value::String(status)) => (status != "active").then(|| "another status".to_owned()),
            ("location_type", None, Value::String(kind)) => (kind != "physical").then(|| "another type".to_owned()),
            (_, None, Value::String(text)) => text.is_empty().then(|| format!("{kind}: {name} is empty")),
            _ => Some(format!("{kind}: {name} is of another type")),
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

/// Looks at every answer with our own eyes, and gives what a validator is to look at.
fn look_at(walk: &Walk) -> Vec<Value> {
    let mut answers = Vec::new();
    for (path, answer) in walk {
        let Some(kind) = schema(path) else { continue };
        if !path.contains('/') {
            let page = answer.as_object().unwrap();
            let names: Vec<&str> = page.keys().map(String::as_str).collect();
            let wanted: BTreeSet<&str> =
                ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"]
                    .into();
            assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), wanted, "{path}");
            assert_eq!(page["size"], things(path, answer).len());
            assert_eq!(page["empty"], things(path, answer).is_empty());
        }
        for thing in things(path, answer) {
            assert_eq!(fault(kind, &thing), None, "{path}: {thing}");
            answers.push(json!({ "schema": kind, "where": path, "value": thing }));
        }
    }
    answers
}

/// Holds answers to the schemas of the specification with ajv, where they are here.
fn validated(house: &House, answers: &[Value]) {
    let schemas = target::checkout().join("../shared/wire/hsds3/schema");
    if !schemas.is_dir() {
        skipped("the schemas of HSDS are not beside this checkout: its answers were held to our own reading alone");
        return;
    }
    let ask = |answers: &[Value]| {
        // The schemas of taxonomies are not among them; our own reading holds those.
        let known = answers.iter().filter(|one| !one["schema"].as_str().unwrap().starts_with("taxonomy"));
        let known: Vec<&Value> = known.collect();
        let file = house.write("answers.json", json!(known).to_string());
        let told = node::run("hsds.mjs", &[schemas.to_str().unwrap(), file.to_str().unwrap()]);
        assert_eq!(told["checked"], known.len());
        told["faults"].as_array().unwrap().len()
    };
    assert_eq!(ask(answers), 0, "{}", fs::read_to_string(house.path("answers.json")).unwrap());
    // The validator notices: an id that is none, a status of another list, a name that is missing, a type.
    let first =
        |kind: &str| answers.iter().find(|one| one["schema"] == kind && one["where"].as_str().unwrap().contains('/'));
    let service = first("service").unwrap();
    for (pointer, value) in [
        ("/value/id", json!("1")),
        ("/value/status", json!("open")),
        ("/value/organization/name", json!(7)),
        ("/value/attributes", json!({})),
    ] {
        let mut broken = service.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert_eq!(ask(&[broken]), 1, "{pointer}");
    }
    let mut broken = service.clone();
    broken["value"].as_object_mut().unwrap().remove("name");
    assert_eq!(ask(&[broken]), 1);
}

/// Every text in an answer.
fn texts(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            out.insert(text.clone());
        }
        Value::Array(many) => many.iter().for_each(|one| texts(one, out)),
        Value::Object(fields) => fields.values().for_each(|one| texts(one, out)),
        _ => {}
    }
}

/// Texts that are neither an id, an instant, nor of a list of codes: names and divisions.
fn particular(walk: &Walk) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    walk.iter().filter(|(path, _)| schema(path).is_some()).for_each(|(_, answer)| texts(answer, &mut all));
    let mut said: BTreeSet<String> =
        ["active", "physical", "ISO 3166-2", "service", "organization"].map(str::to_owned).into();
    // Codes, sentences and what is made of them stand in the taxonomies, which follow from the program alone.
    let codes = walk.iter().filter(|(path, _)| path.starts_with("taxonom"));
    codes.for_each(|(_, answer)| texts(answer, &mut said));
    all.retain(|text| !is_uuid(text) && !is_day(text) && Instant::read(text).is_none() && !said.contains(text));
    all
}

fn listing(house: &House, handle: &str, arguments: &[&str]) {
    let ran = house.organization_command(&[&["listing", house.organization(handle)], arguments].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
}

sangam_kit::both_databases! {
    template = empty;

    async fn what_was_agreed_to_is_served_in_the_specifications_shape_and_nothing_else(database: Database) {
        let house = House::on(&database, SANDBOX);
        for handle in ["nyaya-setu", "nirapod-ghar", "asha-nivas"] {
            listing(&house, handle, &["--none"]);
        }
        let empty = walk(&house).await;
        assert_eq!(particular(&empty), BTreeSet::new(), "twelve organizations, sixty cases, and nobody agreed");
        assert_eq!(read(&house, "services").await.1["total_pages"], 0);

        listing(&house, "nyaya-setu", &["--service", "LEGAL_AID", "--areas"]);
        listing(&house, "nirapod-ghar", &["--service", "PSYCHOSOCIAL", "--service", "LIVELIHOOD", "--areas"]);
        // A shelter, and one that shelters among other things: that they are there may be told, and not where.
        listing(&house, "asha-nivas", &["--service", "PSYCHOSOCIAL", "--areas"]);
        listing(&house, "sathi-samuha", &["--service", "FAMILY_MEDIATION", "--areas"]);
        let ran = house.organization_command(&["listing", house.organization("nyaya-setu"), "--service", "HEALTH"]);
        assert!(ran.code == 1 && ran.output.contains("does not offer HEALTH"), "{ran:?}");
        assert_eq!(house.organization_command(&["listing", &format!("org_{}", "0".repeat(32)), "--none"]).code, 3);

        let all = walk(&house).await;
        let told = ["Nyaya Setu", "Nirapod Ghar", "Asha Nivas", "Sathi Samuha", "BD-C", "BD-D"];
        assert_eq!(particular(&all), told.map(str::to_owned).into());
        validated(&house, &look_at(&all));
        let services = read(&house, "services?search=psychosocial&per_page=100").await.1;
        let names: Vec<&str> =
            services["contents"].as_array().unwrap().iter().map(|one| one["organization"]["name"].as_str().unwrap()).collect();
        assert_eq!((&services["total_items"], names), (&json!(2), vec!["Nirapod Ghar", "Asha Nivas"]));
        assert_eq!(read(&house, "service_at_locations").await.1["total_items"], 5);
    }

    /// From one directory in HSDS into another: a member's people write a service in their own, and it is in the hub's, for
    /// members and for everybody, as far as the member was enrolled with it and agreed; what they take out is out.
    async fn a_service_in_a_members_own_directory_is_in_the_hubs(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let listen = "127.0.0.1:0".parse().unwrap();
        let own = Sandbox::directory(listen, Arc::new(SystemClock), Arc::new(SystemChance::new())).await.unwrap();
        let legal = Entry::own("Advice of Rupa's", &["legal-advice"]).within(&["Dhaka Division"]);
        let legal = own.system().put(legal);
        own.system().put(Entry { of: Some(OTHER.to_owned()), ..Entry::own("Another's", &["interpreter"]) });
        connect(&house, "directory-bd", &own.base_url());
        for handle in ["nirapod-ghar", "asha-nivas"] {
            listing(&house, handle, &["--none"]);
        }
        listing(&house, "nyaya-setu", &["--service", "LEGAL_AID", "--service", "INTERPRETATION", "--areas"]);
        let said = house.organization_command(&["directory", house.organization("nyaya-setu"), "--json"]).json();
        let before = said["saidAt"].as_str().map(str::to_owned);
        house.restart(0);
        let system = house.system("nirapod-ghar", Pair::ed());
        let token = system.token(&house, 0).await;

        const LEGAL: &str = "Legal advice or representation";
        const INTERPRETERS: &str = "Somebody who interprets for the person";
        let found = eventually(&house, "services", &[LEGAL]).await;
        assert!(found["contents"][0]["assured_date"].is_string(), "{found}");
        own.system().put(Entry::own("Interpreters for court", &["interpreter"]));
        own.system().put(Entry::own("A report for court", &["expert-report"]));
        eventually(&house, "services", &[LEGAL, INTERPRETERS]).await;
        let shown = directory(&house, &token, "Nyaya Setu").await;
        assert_eq!(shown["services"], json!(["LEGAL_AID", "INTERPRETATION"]));
        assert!(shown["servicesSaidAt"].as_str() > before.as_deref(), "{shown} after {before:?}");
        let all = walk(&house).await;
        assert_eq!(particular(&all), ["Nyaya Setu", "BD-C"].map(str::to_owned).into(), "codes, divisions and the name it joined with");
        validated(&house, &look_at(&all));
        let told = house.organization_command(&["directory", house.organization("nyaya-setu")]);
        assert!(told.code == 0 && told.output.contains("EXPERT_OPINION") && told.output.contains("not enrolled"), "{told:?}");

        own.system().remove(&legal);
        eventually(&house, "services", &[INTERPRETERS]).await;
        assert_eq!(directory(&house, &token, "Nyaya Setu").await["services"], json!(["INTERPRETATION"]));
        // Its partner's file goes, and it is forgotten: what it was enrolled with and agreed to stands again.
        for file in ["directory-bd.toml", "directory-bd.in.jq"] {
            fs::remove_file(house.path(&format!("partners/{file}"))).unwrap();
        }
        house.restart(0);
        let forget = ["directory", house.organization("nyaya-setu"), "--forget"];
        assert_eq!(house.organization_command(&forget).code, 0);
        eventually(&house, "services", &[LEGAL, INTERPRETERS]).await;
        assert_eq!(house.organization_command(&forget).code, 3);
        own.stop().await;
    }

    async fn who_is_suspended_locked_or_not_a_member_yet_is_not_in_a_single_byte(database: Database) {
        let house = House::on(&database, SANDBOX);
        for handle in ["nirapod-ghar", "asha-nivas"] {
            listing(&house, handle, &["--none"]);
        }
        listing(&house, "nyaya-setu", &["--service", "LEGAL_AID", "--areas"]);
        let control = walk(&house).await;
        let shown = async |wanted: bool, why: &str| {
            let now = walk(&house).await;
            assert_eq!(now != control, wanted, "{why}");
            assert_eq!(particular(&now).contains("Alor Pothe"), wanted, "{why}");
            let found = read(&house, "organizations?search=alor").await.1;
            assert_eq!((&found["total_items"], &found["total_pages"]), (&json!(i32::from(wanted)), &json!(i32::from(wanted))), "{why}");
        };
        shown(false, "it said nothing").await;
        listing(&house, "alor-pothe", &["--service", "EDUCATION", "--areas"]);
        let own = house.organization("alor-pothe");
        let (status, _) = read(&house, &format!("organizations/{}", dashed(own))).await;
        assert_eq!(status, 200);
        shown(true, "the control of what follows").await;
        for (step, wanted) in [("suspend", false), ("resume", true)] {
            assert_eq!(house.organization_command(&[step, own]).code, 0);
            shown(wanted, step).await;
        }
        let (status, _) = read(&house, &format!("organizations/{}", dashed(own))).await;
        assert_eq!(status, 200);
        let drawn = house.organization_command(&["codes", own, "--json"]).json();
        let file = house.write("code", drawn["lock"].as_str().unwrap());
        assert_eq!(house.organization_command(&["lock", own, "--code-file", file.to_str().unwrap()]).code, 0);
        shown(false, "locked").await;
        let (status, _) = read(&house, &format!("organizations/{}", dashed(own))).await;
        assert_eq!(status, 404);
    }
}

/// What the hub's directory says of an organization to whoever is in it.
async fn directory(house: &House, token: &str, name: &str) -> Value {
    let query = "{ organizations(first: 100) { nodes { name services coverage servicesSaidAt } } }";
    let url = format!("{}/graphql", house.origin(0));
    let request = house.http(None).post(url).json(&json!({ "query": query })).bearer_auth(token);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let nodes = answer["data"]["organizations"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
    nodes.iter().find(|node| node["name"] == name).unwrap().clone()
}

/// Reads a service's list until it is as wanted, for as long as some rounds of the hub take.
async fn eventually(house: &House, query: &str, wanted: &[&str]) -> Value {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        let found = read(house, query).await.1;
        let contents = found["contents"].as_array().unwrap();
        let names: BTreeSet<&str> = contents.iter().map(|one| one["name"].as_str().unwrap()).collect();
        if names == wanted.iter().copied().collect() {
            return found;
        }
        assert!(std::time::Instant::now() < until, "wanted {wanted:?}, and there is {names:?}:\n{}", house.output(0));
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

/// Lays a partner's shipped files into the deployment, with the address of its system here.
fn connect(house: &House, name: &str, address: &str) {
    let shipped = target::checkout().join("config/partners");
    let text = |file: String| fs::read_to_string(shipped.join(file)).unwrap();
    let toml = text(format!("{name}.toml"));
    let base = toml.lines().find(|line| line.starts_with("base_url")).unwrap();
    house.write(&format!("partners/{name}.toml"), toml.replace(base, &format!("base_url = \"{address}\"")));
    house.write(&format!("partners/{name}.in.jq"), text(format!("{name}.in.jq")));
}

/// An organization's id as HSDS writes it.
fn dashed(id: &str) -> String {
    let digits = id.strip_prefix("org_").unwrap();
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}
