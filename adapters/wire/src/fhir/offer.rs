//! An offer: a patient, a service request and a task, in one transaction, together or not at all. Each is created only
//! where none with the hub's identifier is there, so that a repeat, also after an answer that nobody heard, is the same.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::bundle::{id, kind};
use super::link::Target;
use super::person::Reader;
use super::write::{made, transaction};
use crate::fault::{UnexpectedKind, WireFault};
use crate::partner::Delivered;

const KINDS: [&str; 3] = ["Patient", "ServiceRequest", "Task"];

/// Puts the patient, the request and the task there, or finds them there. What is there is left as it is: the partner's
/// people may have written in it.
pub(super) async fn offer(
    reader: &Reader<'_>,
    record: Uuid,
    referral: Uuid,
    body: &Value,
) -> Result<Delivered, WireFault> {
    let entries = entries(reader.own, record, referral, body)?;
    let made = made(transaction(reader.session, entries).await?, &KINDS)?;
    let mut made = made.into_iter();
    let patient = of(reader, "Patient", record, made.next().flatten()).await?;
    let task = of(reader, "Task", referral, made.nth(1).flatten()).await?;
    Ok(Delivered { record: patient, referral: Some(task) })
}

/// What is there of an offer: its task, and with it everything, or nothing.
pub(super) async fn offered(reader: &Reader<'_>, record: Uuid, referral: Uuid) -> Result<Option<Delivered>, WireFault> {
    let Some(task) = named(reader, "Task", referral).await? else { return Ok(None) };
    Ok(Some(Delivered { record: of(reader, "Patient", record, None).await?, referral: Some(task) }))
}

/// The id that the answer gave, else that of the one with the identifier.
async fn of(reader: &Reader<'_>, of: &str, own: Uuid, made: Option<String>) -> Result<String, WireFault> {
    match made {
        Some(made) => Ok(made),
        None => {
            let named = named(reader, of, own).await?;
            named.ok_or_else(|| WireFault::unexpected("/entry", UnexpectedKind::Missing))
        }
    }
}

/// The one with the hub's identifier.
async fn named(reader: &Reader<'_>, of: &str, own: Uuid) -> Result<Option<String>, WireFault> {
    let query = vec![("identifier", format!("{}|{}", reader.own, own.hyphenated()))];
    let found = reader.all(Target::search(of, query)).await?;
    Ok(found.iter().find(|resource| kind(resource) == Some(of)).map(|found| id(found).to_owned()))
}

fn entries(own: &str, record: Uuid, referral: Uuid, body: &Value) -> Result<Vec<Value>, WireFault> {
    // Names inside the bundle: two resources have the referral's identifier, so one is named by another number.
    let (patient, request) = (urn(record), urn(referral));
    let task = urn(Uuid::from_u128(referral.as_u128() ^ 1));
    let reference = |urn: &str| json!({ "reference": urn });
    let mut entries = Vec::new();
    for kind in KINDS {
        let Some(Value::Object(given)) = body.get(kind) else {
            return Err(WireFault::unexpected(format!("/{kind}"), UnexpectedKind::Missing));
        };
        let (key, urn, fixed) = match kind {
            "Patient" => (record, &patient, vec![]),
            "ServiceRequest" => (
                referral,
                &request,
                vec![("status", json!("active")), ("intent", json!("order")), ("subject", reference(&patient))],
            ),
            _ => (
                referral,
                &task,
                vec![
                    ("status", json!("requested")),
                    ("intent", json!("order")),
                    ("focus", reference(&request)),
                    ("for", reference(&patient)),
                ],
            ),
        };
        let resource = resource(kind, given, own, key, fixed);
        entries.push(json!({
            "fullUrl": urn,
            "resource": resource,
            "request": {
                "method": "POST", "url": kind,
                "ifNoneExist": format!("identifier={}%7C{}", encoded(own), key.hyphenated()),
            },
        }));
    }
    Ok(entries)
}

/// A resource of the mapping's content with what the wire alone says: type, the hub's identifier, how the three belong
/// together.
fn resource(kind: &str, given: &Map<String, Value>, own: &str, key: Uuid, fixed: Vec<(&str, Value)>) -> Value {
    let mut resource = Map::from_iter([("resourceType".to_owned(), Value::from(kind))]);
    let others = given.iter().filter(|(name, _)| !matches!(name.as_str(), "resourceType" | "id" | "meta"));
    resource.extend(others.map(|(name, value)| (name.clone(), value.clone())));
    let identifier = json!({"system": own, "value": key.hyphenated().to_string()});
    match resource.get_mut("identifier") {
        Some(Value::Array(identifiers)) => identifiers.push(identifier),
        _ => drop(resource.insert("identifier".to_owned(), json!([identifier]))),
    }
    for (name, value) in fixed {
        resource.insert(name.to_owned(), value);
    }
    Value::Object(resource)
}

fn urn(key: Uuid) -> String {
    format!("urn:uuid:{}", key.hyphenated())
}

/// A text in a query.
fn encoded(text: &str) -> String {
    oauth2::url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
