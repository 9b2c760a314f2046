//! Tables by OData: filtered, selected, paged.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::problem;
use crate::server::{Asked, Told};

/// A row of a table before anything is asked of it.
pub(super) struct Row {
    pub(super) place: u64,
    pub(super) members: Map<String, Value>,
}

/// A table, latest first.
pub(super) fn table(mut rows: Vec<Row>, context: &str, asked: &Asked) -> Told {
    rows.sort_by_key(|row| std::cmp::Reverse(row.place));
    if let Some(filter) = asked.asked_for("$filter") {
        let kept: Result<Vec<bool>, Told> = rows.iter().map(|row| passes(&row.members, filter)).collect();
        match kept {
            Ok(kept) => rows = rows.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(row, _)| row).collect(),
            Err(told) => return told,
        }
    }
    let (select, expand) = (asked.asked_for("$select"), asked.asked_for("$expand"));
    if select.is_some() && expand.is_some() {
        return problem("501.11", "This server doesn't support $select query parameter with $expand.", &Value::Null);
    }
    // The token names the last row that was given: what came or went since moves nothing.
    if let Some(token) = asked.asked_for("$skiptoken") {
        let Ok(last) = token.parse::<u64>() else {
            return problem("400.34", "Invalid $skiptoken", &Value::Null);
        };
        rows.retain(|row| row.place < last);
    }
    let top = asked.asked_for("$top").and_then(|top| top.parse().ok()).unwrap_or(usize::MAX);
    let more = rows.len() > top;
    rows.truncate(top);
    let value: Vec<Value> = rows.iter().map(|row| Value::Object(shown(&row.members, select, expand))).collect();
    let mut body = json!({"@odata.context": format!("https://central.example/v1/{context}"), "value": value});
    if let (true, Some(last), Some(members)) = (more, rows.last(), body.as_object_mut()) {
        let link = format!("https://central.example/v1/{context}?%24top={top}&%24skiptoken={}", last.place);
        members.insert("@odata.nextLink".to_owned(), Value::from(link));
    }
    Told::json(200, body)
}

/// `a ge t or b ge t`, as far as instants are compared.
fn passes(row: &Map<String, Value>, filter: &str) -> Result<bool, Told> {
    let mut passes = false;
    for part in filter.split(" or ") {
        let words: Vec<&str> = part.split(' ').collect();
        let [field, operator, literal] = words.as_slice() else {
            return Err(problem(
                "400.18",
                "The OData filter expression you provided could not be parsed",
                &Value::Null,
            ));
        };
        let inner =
            field.strip_prefix("__system/").filter(|name| ["submissionDate", "createdAt", "updatedAt"].contains(name));
        let Some(inner) = inner else {
            return Err(problem(
                "501.5",
                "The given OData filter expression references fields not supported",
                &Value::Null,
            ));
        };
        let Some(literal) = Instant::read(literal) else {
            return Err(problem(
                "400.18",
                "The OData filter expression you provided could not be parsed",
                &Value::Null,
            ));
        };
        let known =
            row.get("__system").and_then(|system| system.get(inner)).and_then(Value::as_str).and_then(Instant::read);
        passes |= match *operator {
            "ge" => known.is_some_and(|known| known >= literal),
            "gt" => known.is_some_and(|known| known > literal),
            "le" => known.is_some_and(|known| known <= literal),
            "lt" => known.is_some_and(|known| known < literal),
            _ => {
                return Err(problem(
                    "501.4",
                    "The given OData filter expression uses features not supported",
                    &Value::Null,
                ));
            }
        };
    }
    Ok(passes)
}

/// A row as asked for: repeats only where they are expanded, else a link to them; or the selected paths.
fn shown(row: &Map<String, Value>, select: Option<&str>, expand: Option<&str>) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(select) = select {
        for path in select.split(',') {
            pick(row, path, &mut shown);
        }
        return shown;
    }
    for (name, value) in row {
        let is_repeat = value.as_array().is_some_and(|rows| rows.iter().all(Value::is_object));
        if is_repeat {
            let link = format!("Submissions('{}')/{name}", row.get("__id").and_then(Value::as_str).unwrap_or_default());
            shown.insert(format!("{name}@odata.navigationLink"), Value::from(link));
        }
        if !is_repeat || expand == Some("*") {
            shown.insert(name.clone(), value.clone());
        }
    }
    shown
}

fn pick(row: &Map<String, Value>, path: &str, into: &mut Map<String, Value>) {
    match path.split_once('/') {
        None => into.extend(row.get(path).map(|value| (path.to_owned(), value.clone()))),
        Some((group, rest)) => {
            if let Some(Value::Object(inner)) = row.get(group) {
                let kept = into.entry(group).or_insert_with(|| json!({}));
                if let Some(kept) = kept.as_object_mut() {
                    pick(inner, rest, kept);
                }
            }
        }
    }
}
