//! The specification's own examples of HSDS 3 go through the client of a directory, and its tables are joined.

use sangam_sandbox::{Asked, Sandbox, System, Told};
use sangam_wire::Wire;
use sangam_wire::config::Column;
use sangam_wire::hsds::{fuzz, tables};
use serde_json::Value;

use super::Samples;
use crate::hsds::client;

/// The organization of the specification's examples.
const EXAMPLE: &str = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610";

/// A directory that answers with the specification's examples.
struct Examples {
    list: Value,
    whole: Value,
}

impl System for Examples {
    fn answer(&mut self, asked: &Asked) -> Told {
        match asked.path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["services"] => Told::json(200, self.list.clone()),
            ["services", _] => Told::json(200, self.whole.clone()),
            _ => Told::empty(404),
        }
    }

    fn unauthorized(&self) -> Told {
        Told::empty(401)
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.path.len() == 2
    }
}

#[tokio::test]
async fn the_specifications_examples_pass_without_special_cases() {
    let Some(samples) = Samples::of("hsds3") else { return };
    let list = json_of(&samples.sample(Column::In, "service_list.json"));
    let whole = json_of(&samples.sample(Column::In, "service_full.json"));
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = Sandbox::serve(Examples { list, whole }, listen).await.unwrap();
    let page = client(&sandbox.base_url(), EXAMPLE, 1).fetch(None).await.unwrap();
    assert_eq!((page.records.len(), page.rejected, page.more), (1, 0, true), "it says it has ten pages");
    let service = &page.records[0];
    assert_eq!(service["name"], "Community Counselling");
    assert_eq!(service["organization"]["name"], "Example Organization Inc.");
    assert_eq!(service["attributes"][0]["taxonomy_term"]["code"], "code");
    // The same service in tables: joined, it is the same.
    let joined = tables(json_of(&samples.sample(Column::In, "tabular.json"))).unwrap();
    assert_eq!(joined.len(), 1);
    for name in ["id", "name", "status"] {
        assert_eq!(joined[0][name], service[name], "{name}");
    }
    assert_eq!(joined[0]["organization"]["name"], service["organization"]["name"]);
    assert_eq!(joined[0]["service_areas"], service["service_areas"]);
    let text = joined[0].to_string();
    for dropped in ["Ann Persona", "tax_status", "wait_time", "licences", "Main Street", "1234 234567", "@"] {
        assert!(!text.contains(dropped) && !service.to_string().contains(dropped), "{dropped}");
    }
}

/// In place of a service's page they bring nothing in.
#[tokio::test]
async fn what_answers_no_call_brings_nothing_in() {
    let Some(samples) = Samples::of("hsds3") else { return };
    for text in [
        samples.apart("base.json", "a directory's version is told by its services"),
        samples.apart("location.json", "where something is given does not pass"),
        samples.apart("organization_full.json", "an organization comes with its services"),
        samples.apart("organization_list.json", "an organization comes with its services"),
        samples.apart("service_at_location_full.json", "where something is given does not pass"),
        samples.apart("taxonomy.json", "codes come with the services that have them"),
        samples.apart("taxonomy_term.json", "codes come with the services that have them"),
        samples.apart("taxonomy_term_list.json", "codes come with the services that have them"),
    ] {
        fuzz(text.as_bytes());
        let listen = "127.0.0.1:0".parse().unwrap();
        let (list, whole) = (json_of(&text), json_of(&text));
        let sandbox = Sandbox::serve(Examples { list, whole }, listen).await.unwrap();
        let told = client(&sandbox.base_url(), EXAMPLE, 1).fetch(None).await;
        assert!(told.as_ref().is_err() || told.as_ref().is_ok_and(|page| page.records.is_empty()), "{text}: {told:?}");
    }
}

/// What the hub serves itself is held against the schemas by `tests/scenarios/tests/systems/hsds.rs`; the examples of the
/// same specification have what these require.
#[test]
fn the_examples_have_what_the_schemas_require() {
    let Some(samples) = Samples::of("hsds3") else { return };
    let service = json_of(&samples.sample(Column::In, "service_full.json"));
    for (schema, at) in [
        (
            samples.apart("schema/service.schema.json", "what the hub serves is held against it, in `tests/scenarios`"),
            "",
        ),
        (
            samples.apart(
                "schema/organization.schema.json",
                "what the hub serves is held against it, in `tests/scenarios`",
            ),
            "/organization",
        ),
        (
            samples.apart(
                "schema/organization_identifier.schema.json",
                "what the hub serves is held against it, in `tests/scenarios`",
            ),
            "/organization/organization_identifiers/0",
        ),
        (
            samples.apart(
                "schema/service_at_location.schema.json",
                "what the hub serves is held against it, in `tests/scenarios`",
            ),
            "/service_at_locations/0",
        ),
        (
            samples
                .apart("schema/location.schema.json", "what the hub serves is held against it, in `tests/scenarios`"),
            "/service_at_locations/0/location",
        ),
        (
            samples
                .apart("schema/attribute.schema.json", "what the hub serves is held against it, in `tests/scenarios`"),
            "/attributes/0",
        ),
        (
            samples
                .apart("schema/metadata.schema.json", "what the hub serves is held against it, in `tests/scenarios`"),
            "/metadata/0",
        ),
    ] {
        let schema = json_of(&schema);
        let example = service.pointer(at).unwrap_or_else(|| panic!("no `{at}` in the example"));
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(example.get(name.as_str().unwrap()).is_some(), "`{at}` lacks {name}");
        }
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
