//! The tabular form: a table a kind of thing, joined by ids. What hangs on a service is put where the nested form has
//! it; in rows that do not pass, nothing is looked for.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::fault::{UnexpectedKind, WireFault};

type Row = Map<String, Value>;

/// Which tables hang on a service by their `service_id`, and under which name the nested form has them.
const CHILDREN: [(&str, &str); 4] = [
    ("languages.csv", "languages"),
    ("service_areas.csv", "service_areas"),
    ("required_documents.csv", "required_documents"),
    ("cost_options.csv", "cost_options"),
];

/// The services in the nested form, as they are written.
pub(super) fn services(tables: Value) -> Result<Vec<Row>, WireFault> {
    let Value::Object(mut tables) = tables else { return Err(WireFault::unexpected("", UnexpectedKind::WrongType)) };
    let mut take = |name: &str| table(&mut tables, name);
    let services = take("services.csv")?;
    let organizations = by(take("organizations.csv")?, "id");
    let terms = by(take("taxonomy_terms.csv")?, "id");
    let mut attributes = many(take("attributes.csv")?, "link_id");
    let mut children = Vec::new();
    for (file, name) in CHILDREN {
        children.push((name, many(take(file)?, "service_id")));
    }
    let mut out = Vec::with_capacity(services.len());
    for mut service in services {
        let id = text(&service, "id").unwrap_or_default();
        let whose = service.shift_remove("organization_id");
        service.shift_remove("program_id");
        if let Some(organization) = whose.as_ref().and_then(Value::as_str).and_then(|id| organizations.get(id)) {
            service.insert("organization".to_owned(), Value::Object(organization.clone()));
        }
        for (name, rows) in &mut children {
            if let Some(rows) = rows.remove(&id) {
                let rows = rows.into_iter().map(without_links).map(Value::Object).collect();
                service.insert((*name).to_owned(), rows);
            }
        }
        if let Some(rows) = attributes.remove(&id) {
            let with_term = |mut row: Row| {
                let term = text(&row, "taxonomy_term_id").and_then(|id| terms.get(&id)).cloned();
                row = without_links(row);
                if let Some(term) = term {
                    row.insert("taxonomy_term".to_owned(), Value::Object(term));
                }
                Value::Object(row)
            };
            service.insert("attributes".to_owned(), rows.into_iter().map(with_term).collect());
        }
        out.push(service);
    }
    Ok(out)
}

/// A table's rows; one that is not there has none.
fn table(tables: &mut Row, name: &str) -> Result<Vec<Row>, WireFault> {
    let at = |place: usize| format!("/{name}/{place}");
    let rows = match tables.shift_remove(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(rows)) => rows,
        Some(_) => return Err(WireFault::unexpected(format!("/{name}"), UnexpectedKind::WrongType)),
    };
    let row = |(place, row)| match row {
        Value::Object(row) => Ok(row),
        _ => Err(WireFault::unexpected(at(place), UnexpectedKind::WrongType)),
    };
    rows.into_iter().enumerate().map(row).collect()
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn by(rows: Vec<Row>, key: &str) -> HashMap<String, Row> {
    rows.into_iter().filter_map(|row| Some((text(&row, key)?, row))).collect()
}

fn many(rows: Vec<Row>, key: &str) -> HashMap<String, Vec<Row>> {
    let mut out = HashMap::<String, Vec<Row>>::new();
    for row in rows {
        if let Some(key) = text(&row, key) {
            out.entry(key).or_default().push(row);
        }
    }
    out
}

/// A row without the ids that join it.
fn without_links(row: Row) -> Row {
    row.into_iter().filter(|(name, _)| !name.ends_with("_id")).collect()
}
