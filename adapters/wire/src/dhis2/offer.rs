//! Referrals in both directions, which DHIS2 has none of: an event of a program stage is one. What the hub offers is a
//! tracked entity with an enrollment and an event under identifiers worked out from the hub's own ids; what the
//! partner's people answer is a data value of that event.
//!
//! An event is updated whole but for its values: whatever is left out is emptied. It is therefore read first and sent
//! back with what changes.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{listing, objects, text};
use super::import::{import, one};
use super::settings::{Dhis2Config, Offers};
use super::uid::{Of, is_uid, uid};
use super::values::Values;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::partner::{Answer, AnswerState, Delivered};
use crate::session::Session;

/// What an event is sent back with, beside its values.
const EVENT: [&str; 13] = [
    "event",
    "status",
    "program",
    "programStage",
    "enrollment",
    "trackedEntity",
    "orgUnit",
    "occurredAt",
    "scheduledAt",
    "attributeOptionCombo",
    "attributeCategoryOptions",
    "assignedUser",
    "geometry",
];
/// What an enrollment is sent back with.
const ENROLLMENT: [&str; 7] =
    ["enrollment", "program", "trackedEntity", "orgUnit", "status", "enrolledAt", "occurredAt"];
/// What is looked up of a tracked entity that may be there.
const KNOWN: &str = "trackedEntity,trackedEntityType,orgUnit,enrollments[enrollment,program,trackedEntity,orgUnit,\
status,enrolledAt,occurredAt,deleted,events[event,programStage,deleted,dataValues[dataElement,value]]]";
/// Events asked for at once: their names fill half of the longest address that every proxy lets pass.
pub(super) const EVENTS_AT_ONCE: usize = 100;

async fn event(session: &Session, uid: &str) -> Result<Option<Map<String, Value>>, WireFault> {
    // What is no identifier is nowhere.
    if !is_uid(uid) {
        return Ok(None);
    }
    let query = [("fields", format!("{},dataValues[dataElement,value]", EVENT.join(",")))];
    one(session, &["api", "tracker", "events", uid], &query).await
}

async fn entity(session: &Session, config: &Dhis2Config, uid: &str) -> Result<Option<Map<String, Value>>, WireFault> {
    let query = [("program", config.program.clone()), ("fields", KNOWN.to_owned())];
    one(session, &["api", "tracker", "trackedEntities", uid], &query).await
}

/// The data values of an event, by element.
fn values(event: &Map<String, Value>, at: &str) -> Result<Map<String, Value>, WireFault> {
    let list = match event.get("dataValues") {
        None | Some(Value::Null) => Vec::new(),
        Some(list) => objects(list.clone(), &format!("{at}/dataValues"))?,
    };
    let pair = |pair: Map<String, Value>| {
        let element = text(&pair, "dataElement", at)?.to_owned();
        Ok((element, pair.get("value").cloned().unwrap_or_default()))
    };
    list.into_iter().map(pair).collect()
}

/// The enrollment of the program that is there, if any is.
fn enrolled(entity: &Map<String, Value>, config: &Dhis2Config) -> Result<Option<Map<String, Value>>, WireFault> {
    let list = match entity.get("enrollments") {
        None | Some(Value::Null) => return Ok(None),
        Some(list) => objects(list.clone(), "/enrollments")?,
    };
    let own = |one: &Map<String, Value>| {
        let is_there = one.get("deleted") != Some(&Value::Bool(true));
        is_there && one.get("program").and_then(Value::as_str) == Some(&config.program)
    };
    Ok(list.into_iter().find(own))
}

/// The identifiers of the tracked entity and of the event.
fn identifiers(record: Uuid, referral: Uuid) -> (String, String) {
    (uid(record, Of::TrackedEntity), uid(referral, Of::Event))
}

/// What is there of an offer: an import is carried out as a whole, so that its event stands for it.
pub(super) async fn offered(
    session: &Session,
    (record, referral): (Uuid, Uuid),
) -> Result<Option<Delivered>, WireFault> {
    let (record, referral) = identifiers(record, referral);
    let known = event(session, &referral).await?;
    Ok(known.map(|_| Delivered { record, referral: Some(referral) }))
}

/// Offers a referral. The body has `attributes`, `dataValues` and `occurredAt`, the day of the event. What is there
/// keeps what the partner's people made of it: the attributes are written again, and an event is not.
pub(super) async fn offer(
    session: &Session,
    config: &Dhis2Config,
    offers: &Offers,
    (record, referral): (Uuid, Uuid),
    body: &Value,
) -> Result<Delivered, WireFault> {
    let attributes = Values::read(body, "attributes", &config.options)?;
    let data = Values::read(body, "dataValues", &config.options)?;
    let at = body.get("occurredAt").and_then(Value::as_str);
    let at = at.ok_or_else(|| WireFault::unexpected("/occurredAt", UnexpectedKind::Missing))?;
    let (own, referral) = identifiers(record, referral);
    let delivered = Delivered { record: own.clone(), referral: Some(referral.clone()) };
    let known = event(session, &referral).await?;
    if known.as_ref().is_some_and(|event| event.get("trackedEntity").and_then(Value::as_str) != Some(&own)) {
        // The record was found to be another one's duplicate and merged into it; its event went along.
        return Ok(delivered);
    }
    if known.is_some() && attributes.is_empty() {
        return Ok(delivered);
    }
    let there = entity(session, config, &own).await?;
    let mut sent = json!({
        "trackedEntity": own, "trackedEntityType": config.tracked_entity_type,
        "orgUnit": there.as_ref().and_then(|there| there.get("orgUnit")).unwrap_or(&json!(config.org_unit)),
    });
    if let (false, Some(members)) = (attributes.is_empty(), sent.as_object_mut()) {
        members.insert("attributes".to_owned(), attributes.pairs("attribute", there.is_none()));
    }
    let mut objects = Map::from_iter([("trackedEntities".to_owned(), json!([sent]))]);
    if known.is_none() {
        let enrollment = match &there {
            Some(there) => enrolled(there, config)?,
            None => None,
        };
        let Enrolled { name, unit, sent } = enrollment_for(config, enrollment.as_ref(), record, at)?;
        let event = json!({
            "event": referral, "program": config.program, "programStage": offers.stage, "enrollment": name,
            "trackedEntity": own, "orgUnit": unit, "status": "ACTIVE", "occurredAt": at, "scheduledAt": at,
            "dataValues": data.pairs("dataElement", true),
        });
        objects.insert("events".to_owned(), json!([event]));
        objects.extend(sent.map(|sent| ("enrollments".to_owned(), json!([sent]))));
    }
    import(session, &Value::Object(objects)).await?;
    Ok(delivered)
}

/// The enrollment that an event is put into.
struct Enrolled {
    name: String,
    unit: Value,
    /// The enrollment itself, where it is sent too.
    sent: Option<Value>,
}

/// The enrollment that is there, opened again where it was cancelled because all in it was taken back; else a new one.
fn enrollment_for(
    config: &Dhis2Config,
    known: Option<&Map<String, Value>>,
    record: Uuid,
    at: &str,
) -> Result<Enrolled, WireFault> {
    if let Some(known) = known {
        let name = text(known, "enrollment", "/enrollments")?.to_owned();
        let is_cancelled = known.get("status").and_then(Value::as_str) == Some("CANCELLED");
        let unit = known.get("orgUnit").cloned().unwrap_or_default();
        return Ok(Enrolled { name, unit, sent: is_cancelled.then(|| with_status(known, "ACTIVE")) });
    }
    let name = uid(record, Of::Enrollment);
    let sent = json!({
        "enrollment": name, "program": config.program, "trackedEntity": uid(record, Of::TrackedEntity),
        "orgUnit": config.org_unit, "status": "ACTIVE", "enrolledAt": at, "occurredAt": at,
    });
    Ok(Enrolled { name, unit: json!(config.org_unit), sent: Some(sent) })
}

/// Some members of an object.
fn kept(members: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter_map(|name| members.get_key_value(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// An enrollment as it is sent back, in another state.
fn with_status(enrollment: &Map<String, Value>, status: &str) -> Value {
    let mut sent = kept(enrollment, &ENROLLMENT);
    sent.insert("status".to_owned(), Value::from(status));
    Value::Object(sent)
}

/// An event as it is sent back, with other values.
fn with_values(event: &Map<String, Value>, values: &Values) -> Map<String, Value> {
    let mut sent = kept(event, &EVENT);
    sent.insert("dataValues".to_owned(), values.pairs("dataElement", false));
    sent
}

/// Writes the state of a referral that the partner sent into its event: `dataValues`, and `status` where the mapping
/// names one.
pub(super) async fn decide(
    session: &Session,
    config: &Dhis2Config,
    stage: &str,
    referral: &str,
    body: &Value,
) -> Result<(), WireFault> {
    let data = Values::read(body, "dataValues", &config.options)?;
    let status = match body.get("status") {
        None | Some(Value::Null) => None,
        Some(Value::String(status)) => Some(status.as_str()),
        Some(_) => return Err(WireFault::unexpected("/status", UnexpectedKind::WrongType)),
    };
    let known = event(session, referral).await?;
    let known = known.filter(|event| event.get("programStage").and_then(Value::as_str) == Some(stage));
    let known = known.ok_or(WireFault::Refused { status: 404, reasons: Vec::new() })?;
    let is_in = status.is_none() || known.get("status").and_then(Value::as_str) == status;
    if is_in && data.are_in(&values(&known, "")?) {
        return Ok(());
    }
    let mut sent = with_values(&known, &data);
    sent.extend(status.map(|status| ("status".to_owned(), Value::from(status))));
    import(session, &json!({ "events": [sent] })).await
}

/// Takes an offer back; one that is not there any more is taken back already. The event says so by its answer, because
/// DHIS2 lets no event leave the states in which it has values. Where nothing else is in the enrollment, that is
/// cancelled with it.
pub(super) async fn withdraw(
    session: &Session,
    config: &Dhis2Config,
    offers: &Offers,
    referral: &str,
) -> Result<(), WireFault> {
    let Some(known) = event(session, referral).await? else { return Ok(()) };
    let data = Values::one(&offers.answer, &offers.codes.withdrawn);
    if data.are_in(&values(&known, "")?) {
        return Ok(());
    }
    let mut objects = Map::new();
    objects.insert("events".to_owned(), json!([with_values(&known, &data)]));
    let owner = entity(session, config, text(&known, "trackedEntity", "")?).await?;
    let enrollment = match &owner {
        Some(owner) => enrolled(owner, config)?,
        None => None,
    };
    if let Some(enrollment) = enrollment
        && is_empty_but_for(&enrollment, referral, offers, &data)?
    {
        objects.insert("enrollments".to_owned(), json!([with_status(&enrollment, "CANCELLED")]));
    }
    import(session, &Value::Object(objects)).await
}

/// Whether every other event of an enrollment is an offer that was taken back.
fn is_empty_but_for(
    enrollment: &Map<String, Value>,
    referral: &str,
    offers: &Offers,
    withdrawn: &Values,
) -> Result<bool, WireFault> {
    let events = match enrollment.get("events") {
        None | Some(Value::Null) => return Ok(true),
        Some(events) => objects(events.clone(), "/enrollments/events")?,
    };
    for event in events {
        let is = |name: &str, value: &str| event.get(name).and_then(Value::as_str) == Some(value);
        let counts = !is("event", referral) && event.get("deleted") != Some(&Value::Bool(true));
        if counts && !(is("programStage", &offers.stage) && withdrawn.are_in(&values(&event, "/enrollments/events")?)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What became of offers; one whose event is gone is left out.
pub(super) async fn answers(
    session: &Session,
    config: &Dhis2Config,
    offers: &Offers,
    asked: &[Delivered],
) -> Result<Vec<Answer>, WireFault> {
    let names: Vec<&str> = asked.iter().filter_map(|one| one.referral.as_deref()).filter(|uid| is_uid(uid)).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let (name, between) = config.version.events();
    let query = [
        (name, names.join(between)),
        ("program", config.program.clone()),
        (config.version.org_unit(), config.org_unit.clone()),
        (config.version.org_unit_mode(), "DESCENDANTS".to_owned()),
        ("pageSize", EVENTS_AT_ONCE.to_string()),
        ("fields", "event,status,dataValues[dataElement,value]".to_owned()),
    ];
    let reply = session.call(Request::get(&["api", "tracker", "events"], &query)).await?;
    let mut told = Map::new();
    for (place, event) in listing(reply, "events", EVENTS_AT_ONCE as u64)?.items.into_iter().enumerate() {
        let at = format!("/events/{place}");
        let name = text(&event, "event", &at)?.to_owned();
        let values = values(&event, &at)?;
        told.insert(name, Value::Object(values));
    }
    let mut answers = Vec::new();
    for one in asked {
        let told = one.referral.as_deref().and_then(|uid| told.get(uid)).and_then(Value::as_object);
        let Some(values) = told else { continue };
        let value = |element: &str| values.get(element).and_then(Value::as_str);
        let codes = &offers.codes;
        let state = match value(&offers.answer).unwrap_or_default() {
            "" => AnswerState::Waiting,
            code if code == codes.accepted => AnswerState::Accepted,
            code if code == codes.declined => AnswerState::Declined,
            code if code == codes.done => AnswerState::Done,
            code if code == codes.withdrawn => AnswerState::Withdrawn,
            // A code that is none of these decides nothing, and keeps no other offer from being answered.
            _ => AnswerState::Waiting,
        };
        let reason = offers.reason.as_deref().and_then(value).map(str::to_owned);
        answers.push(Answer { delivered: one.clone(), state, reason });
    }
    Ok(answers)
}
