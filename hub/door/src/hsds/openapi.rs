//! What is served here, in OpenAPI 3.1: from the same table that is read from.

use serde_json::{Map, Value, json};

use super::lists::List;
use super::{ROOT, VERSION};
use crate::limits::DIRECTORY_PAGE;

const SCHEMAS: &str = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema";

/// The schema of a list's items.
const fn schema(list: List) -> &'static str {
    use sangam_vocabulary::ListedKind;
    match list {
        List::Listed(ListedKind::Service) => "service.json",
        List::Listed(ListedKind::Organization) => "organization.json",
        List::Listed(ListedKind::ServiceAtLocation) => "service_at_location.json",
        List::Taxonomies => "taxonomy.json",
        List::TaxonomyTerms => "taxonomy_term.json",
    }
}

fn parameter(name: &str) -> Value {
    let (schema, said) = match name {
        "page" => (json!({ "type": "integer", "minimum": 1 }), "Which page."),
        "per_page" => {
            (json!({ "type": "integer", "minimum": 1, "maximum": DIRECTORY_PAGE }), "How many places a page has.")
        }
        "format" => (json!({ "type": "string", "enum": ["json"] }), "The one format that is served."),
        "search" => {
            (json!({ "type": "string" }), "Words that each row has, in the organization's name or as its service.")
        }
        "full" => (json!({ "type": "boolean" }), "Whether each row is whole."),
        "modified_after" => (json!({ "type": "string", "format": "date-time" }), "Only what changed then or later."),
        _ => (json!({ "type": "string", "format": "uuid" }), "Only what goes with this id."),
    };
    json!({ "name": name, "in": "query", "required": false, "description": said, "schema": schema })
}

fn answer(description: &str, schema: &Value) -> Value {
    json!({ "200": { "description": description, "content": { "application/json": { "schema": schema } } } })
}

/// The document.
pub(super) fn document(address: &str) -> Value {
    let mut paths = Map::new();
    let about = json!({ "type": "object", "required": ["version", "profile", "openapi_url"] });
    paths.insert(
        "/".to_owned(),
        json!({ "get": { "summary": "What this directory is.", "responses": answer("About it.", &about) } }),
    );
    for list in List::ALL {
        let name = list.name();
        let item = json!({ "$ref": format!("{SCHEMAS}/{}", schema(list)) });
        let page = json!({
            "type": "object",
            "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
            "properties": { "contents": { "type": "array", "items": item } },
        });
        let taken = ["page", "per_page", "format", "search"].iter().chain(list.parameters());
        let parameters: Vec<Value> = taken.map(|name| parameter(name)).collect();
        let many = json!({ "get": {
            "summary": format!("A page of {name}. A page is a stretch of places that never move; go on until `last_page`."),
            "parameters": parameters,
            "responses": answer("The page.", &page),
        } });
        let id =
            json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } });
        let one = json!({ "get": {
            "summary": format!("One of {name}, whole."),
            "parameters": [id],
            "responses": answer("It.", &item),
        } });
        paths.insert(format!("/{name}"), many);
        paths.insert(format!("/{name}/{{id}}"), one);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sangam: the open directory",
            "version": VERSION,
            "description": "What organizations agreed to have listed, in the Human Services Data Specification.",
        },
        "servers": [{ "url": format!("{address}{ROOT}") }],
        "paths": paths,
    })
}
