//! Rows of the directory as HSDS 3.0 spells them. What the hub does not know is left out; nothing is made up to fill a
//! field. A list's items carry what there is one of; what there are several of comes with the whole.

use sangam_vocabulary::{Listed, ListedKind, listed_id, named_id};
use serde_json::{Map, Value, json};

use super::ask::Asked;
use super::terms::Term;

/// What kind of code a division's is.
const DIVISIONS: &str = "ISO 3166-2";

/// A page of a list. `last` is the place of the last row of the whole.
pub(super) fn page(asked: &Asked, contents: Vec<Value>, items: u64, last: u64) -> Value {
    let (number, pages) = (u64::from(asked.page), last.div_ceil(u64::from(asked.per_page).max(1)));
    json!({
        "total_items": items,
        "total_pages": pages,
        "page_number": number,
        "size": contents.len(),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": contents.is_empty(),
        "contents": contents,
    })
}

/// A page of codes: those that have every word.
pub(super) fn codes(asked: &Asked, all: Vec<(String, Value)>) -> Value {
    let has = |value: &Value| {
        let said = ["code", "name", "description"].map(|key| value[key].as_str().unwrap_or_default().to_lowercase());
        asked.words.iter().all(|word| said.iter().any(|text| text.contains(word)))
    };
    let fit: Vec<Value> = all.into_iter().map(|(_, value)| value).filter(has).collect();
    let count = u64::try_from(fit.len()).unwrap_or(u64::MAX);
    let width = usize::try_from(asked.per_page).unwrap_or(usize::MAX);
    let before = usize::try_from(asked.page.saturating_sub(1)).unwrap_or(usize::MAX).saturating_mul(width);
    page(asked, fit.into_iter().skip(before).take(width).collect(), count, count)
}

/// A row of a list, whole or as lists carry it.
pub(super) fn row(kind: ListedKind, row: &Listed, full: bool) -> Value {
    match kind {
        ListedKind::Organization => organization(row, full),
        ListedKind::Service => service(row, full),
        ListedKind::ServiceAtLocation => at_location(row),
    }
}

fn text(id: uuid::Uuid) -> String {
    id.hyphenated().to_string()
}

fn organization(row: &Listed, full: bool) -> Value {
    let role = Term::Role(row.role);
    let id = text(row.organization.uuid());
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(id));
    out.insert("name".to_owned(), json!(row.name));
    out.insert("description".to_owned(), json!(role.description()));
    if full {
        let offered = row.services.iter().map(|code| {
            let own = listed_id(row.organization, Some(*code), None);
            let term = Term::Service(*code);
            json!({ "id": text(own), "name": term.name(), "description": term.description(), "status": "active" })
        });
        out.insert("services".to_owned(), offered.collect());
        out.insert("locations".to_owned(), row.areas.iter().map(|area| location(area)).collect());
        let terms = [role, Term::Country(row.country)];
        out.insert("attributes".to_owned(), attributes(&id, "organization", &terms));
    }
    Value::Object(out)
}

/// A service, of which there is one code: what it is called and what it means is the code's.
fn service(row: &Listed, full: bool) -> Value {
    let own = listed_id(row.organization, row.service, None);
    let id = text(own);
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(id));
    if let Some(code) = row.service {
        let term = Term::Service(code);
        out.insert("name".to_owned(), json!(term.name()));
        out.insert("description".to_owned(), json!(term.description()));
        if full {
            out.insert("attributes".to_owned(), attributes(&id, "service", &[term, Term::Country(row.country)]));
        }
    }
    // Whoever offers it agreed that it is told; what is not offered is not listed.
    out.insert("status".to_owned(), json!("active"));
    out.insert("last_modified".to_owned(), json!(row.changed_at.rfc3339()));
    // The day on which its own directory last said so. One that fell silent is told with the day on which it did.
    if let Some(said) = row.said_at.map(|said| said.rfc3339()) {
        out.insert("assured_date".to_owned(), json!(said.split('T').next()));
    }
    out.insert("organization".to_owned(), organization(row, false));
    if full {
        let area = |area: &String| {
            let id = text(named_id("service area", &[own.as_bytes(), area.as_bytes()]));
            json!({ "id": id, "name": area, "description": DIVISIONS })
        };
        out.insert("service_areas".to_owned(), row.areas.iter().map(area).collect());
        let place = |area: &String| {
            let id = text(listed_id(row.organization, row.service, Some(area)));
            json!({ "id": id, "location": location(area) })
        };
        out.insert("service_at_locations".to_owned(), row.areas.iter().map(place).collect());
    }
    Value::Object(out)
}

fn at_location(row: &Listed) -> Value {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(text(row.id)));
    out.insert("service".to_owned(), service(row, false));
    if let Some(area) = &row.area {
        out.insert("location".to_owned(), location(area));
    }
    Value::Object(out)
}

/// A first-level division. Where in it something is, nobody is told.
fn location(area: &str) -> Value {
    json!({
        "id": text(named_id("division", &[area.as_bytes()])),
        "location_type": "physical",
        "name": area,
        "external_identifier": area,
        "external_identifier_type": DIVISIONS,
    })
}

fn attributes(of: &str, entity: &str, terms: &[Term]) -> Value {
    let one = |term: &Term| {
        let id = text(named_id("attribute", &[of.as_bytes(), term.id().as_bytes()]));
        json!({ "id": id, "link_entity": entity, "taxonomy_term": term.value() })
    };
    terms.iter().map(one).collect()
}
