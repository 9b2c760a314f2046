//! The root value graphql-js executes over: what the rows mean, worked out without plan or walker.

use std::collections::BTreeMap;

use sangam_language::Cell;
use sangam_vocabulary::{Category, Code};
use serde_json::{Map, Value, json};

use super::generate::{Directive, Kind, Query, Schema, Selection};
use crate::fixture::{Dice, Record, World, member_of, reason, subject_field, with_rows};

/// The value of a root field with its arguments.
pub fn of_field(world: &World, field: &str, arguments: &Value) -> Value {
    let id = arguments["id"].as_str();
    let truth = |record: &Record| with_reasons(record);
    match field {
        "node" => {
            let field = match id.and_then(|id| id.get(..4)) {
                Some("org_") => ("organization", "Organization"),
                Some("sub_") => ("subject", "Subject"),
                Some("rep_") => ("repatriation", "Repatriation"),
                Some("ctb_") => ("contribution", "Contribution"),
                Some("hea_") => ("hearing", "Hearing"),
                Some("sea_") => ("search", "Search"),
                Some("srq_") => ("searchRequest", "SearchRequest"),
                Some("arr_") => ("arrival", "Arrival"),
                _ => ("referral", "Referral"),
            };
            let (_, found, _) = world.find(field.0, id, 1, None);
            found.first().map_or(Value::Null, |record| {
                let mut truth = truth(record);
                truth["__typename"] = json!(field.1);
                truth
            })
        }
        "organization"
        | "subject"
        | "referral"
        | "agreement"
        | "repatriation"
        | "contribution"
        | "hearing"
        | "document"
        | "supportPlan"
        | "hearingProtection"
        | "search"
        | "searchRequest"
        | "arrival"
        | "noticeSettings"
        | "answerContact"
        | "listing"
        | "referralChanged"
        | "repatriationChanged"
        | "searchChanged"
        | "searchRequestChanged"
        | "searchAnswered"
        | "me" => {
            let (_, found, _) = world.find(field, id, 1, None);
            found.first().map_or(Value::Null, |record| truth(record))
        }
        "live" => {
            let under = |place| world.under(place).map(with_reasons).collect();
            let most = arguments["subjects"].as_array().map_or(0, Vec::len);
            let entries = world.rows[field].iter().enumerate().take(most);
            entries.map(|(place, record)| with_rows(truth(record), under(place))).collect()
        }
        "explain" | "previewAgreement" | "locks" | "accessions" | "searchAnswers" | "notices" => {
            world.rows[field].iter().map(truth).collect()
        }
        _ if arguments["input"].is_object() || field == "lockOrganization" => {
            let said =
                ["idempotencyKey", "lock", "accession"].iter().find_map(|name| arguments["input"][name].as_str());
            let always = if field == "lockCountry" { "NotPermitted" } else { "SubjectsLocked" };
            let (member, row) = member_of(said.unwrap_or(always));
            let (_, inner, mut truth) = world.outcome(member, row);
            if let Some((prefix, record)) = inner {
                truth[prefix.trim_end_matches('.')] = with_reasons(record);
            }
            truth
        }
        _ => {
            let first = arguments["first"].as_u64().unwrap_or(20) as usize;
            let (begin, found, more) = world.find(field, None, first, arguments["after"].as_str());
            let cursor = |at: usize| json!(World::cursor(begin + at));
            let edges: Vec<Value> = found
                .iter()
                .enumerate()
                .map(|(at, record)| json!({ "cursor": cursor(at), "node": truth(record) }))
                .collect();
            json!({
                "nodes": found.iter().map(|record| truth(record)).collect::<Vec<_>>(),
                "pageInfo": {
                    "hasNextPage": more, "hasPreviousPage": begin > 0,
                    "startCursor": if found.is_empty() { Value::Null } else { cursor(0) },
                    "endCursor": if found.is_empty() { Value::Null } else { cursor(found.len() - 1) },
                },
                "edges": edges,
            })
        }
    }
}

/// The truth of a record, with the reasons of what is withheld where an object speaks of them.
fn with_reasons(record: &Record) -> Value {
    let mut truth = record.truth.clone();
    if let Some(about) = &record.about {
        let reasons: Map<String, Value> = Category::ALL
            .iter()
            .filter_map(|category| Some((category.code().to_owned(), json!(reason(&about.shown, *category)?))))
            .collect();
        if truth["subject"].is_object() {
            truth["subject"]["__reasons"] = Value::Object(reasons.clone());
        }
        truth["__reasons"] = Value::Object(reasons);
    }
    truth
}

/// The root of an operation.
pub fn root(world: &World, query: &Query, schema: &Schema) -> Value {
    let mut root = Map::new();
    for (field, arguments) in query.arguments.iter().filter(|(field, _)| query.asks(field)) {
        root.insert(field.clone(), of_field(world, field, arguments));
    }
    let name = match query.kind {
        Kind::Query => "Query",
        Kind::Mutation => "Mutation",
        Kind::Subscription => {
            root.insert("referralChanged".to_owned(), of_field(world, "referralChanged", &Value::Null));
            "Subscription"
        }
    };
    let mut root = Value::Object(root);
    if query.single {
        fill(&mut root, name, &[&query.root], query, schema);
    }
    root
}

type Sets<'q> = Vec<&'q [Selection]>;

fn included(directives: &[Directive], query: &Query) -> bool {
    directives.iter().all(|directive| query.flag(directive.when) == directive.include)
}

/// What is selected of an object, by field name.
fn selected<'q>(
    set: &'q [Selection],
    ty: &str,
    query: &'q Query,
    schema: &Schema,
    fields: &mut BTreeMap<&'q str, Sets<'q>>,
) {
    for selection in set {
        match selection {
            Selection::Field { name, directives, inside, .. } => {
                if included(directives, query) {
                    fields.entry(name).or_default().push(inside);
                }
            }
            Selection::Inline { on, directives, inside } => {
                if included(directives, query) && on.as_ref().is_none_or(|on| schema.fulfils(ty, on)) {
                    selected(inside, ty, query, schema, fields);
                }
            }
            Selection::Spread { fragment, directives } => {
                let fragment = &query.fragments[*fragment];
                if included(directives, query) && schema.fulfils(ty, &fragment.on) {
                    selected(&fragment.inside, ty, query, schema, fields);
                }
            }
        }
    }
}

/// Writes `withheld` of every object: the categories selected on it that do not show.
fn fill(value: &mut Value, ty: &str, sets: &[&[Selection]], query: &Query, schema: &Schema) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(|item| fill(item, ty, sets, query, schema));
        return;
    }
    if !value.is_object() {
        return;
    }
    let ty = value["__typename"].as_str().unwrap_or(ty).to_owned();
    let mut fields = BTreeMap::new();
    sets.iter().for_each(|set| selected(set, &ty, query, schema, &mut fields));
    for (field, sets) in &fields {
        if let Some((_, named)) = schema.fields[&ty].iter().find(|(name, _)| name == field)
            && schema.fields.contains_key(named)
            && *field != "withheld"
        {
            fill(&mut value[*field], named, sets, query, schema);
        }
    }
    let within = |field: &str, ty: &str, names: &[&str]| {
        let mut inside = BTreeMap::new();
        fields.get(field).into_iter().flatten().for_each(|set| selected(set, ty, query, schema, &mut inside));
        names.iter().any(|name| inside.contains_key(name))
    };
    let names_holder = |desk: &str| within(desk, "CaseDesk", &["organization"]);
    let any = |names: &[&str]| names.iter().any(|name| fields.contains_key(name));
    let wanted = |category: Category| match ty.as_str() {
        "Contribution" => category == Category::CurrentLocation && names_holder("inviter"),
        "LiveAnswer" => category == Category::CurrentLocation && (any(&["since"]) || names_holder("holder")),
        "Hearing" => {
            category == Category::Legal
                && any(&["state", "kind", "takesPlaceAt", "adjournReason", "holdsReturn", "legal"])
        }
        "HearingProtection" => category == Category::ContactSafety && any(&["contactSafety"]),
        "Risk" => category == Category::ContactSafety && any(&["kind", "contactSafety"]),
        "Exception" => category == Category::Legal && any(&["legal"]),
        "Document" => match category {
            Category::Documents => fields.contains_key("documents"),
            Category::Image => fields.contains_key("image"),
            _ => false,
        },
        "SupportPlan" => category == Category::Narrative && any(&["outcome", "narrative"]),
        "SupportReview" => category == Category::Narrative && any(&["finding", "narrative"]),
        "Referral" => match category {
            Category::Services => any(&[
                "services",
                "declineReason",
                "state",
                "proposed",
                "serviceStates",
                "serviceReasons",
                "transfer",
                "endDelivery",
            ]),
            Category::CurrentLocation => names_holder("sender"),
            _ => false,
        },
        "ReferralMessage" => category == Category::Messages && fields.contains_key("content"),
        "SearchAnswer" => match category {
            Category::Tracing => fields.contains_key("state"),
            Category::CaseReference => fields.contains_key("finder"),
            _ => false,
        },
        "Arrival" => match category {
            Category::Services => ["closeReason", "state"].iter().any(|field| fields.contains_key(field)),
            Category::Immigration => ["kind", "cameFrom"].iter().any(|field| fields.contains_key(field)),
            _ => false,
        },
        "Repatriation" => {
            let told = any(&["holds", "because"]);
            match category {
                Category::CaseReference => told || any(&["state", "board"]),
                Category::Services => told || any(&["state", "board", "wantsToReturn", "wishAskedAt"]),
                Category::CurrentLocation => any(&["state", "board", "handoverAt", "escort"]),
                Category::Legal => {
                    told || any(&["state", "board"]) || within("court", "RepatriationCourt", &["state", "orderedAt"])
                }
                Category::Immigration => {
                    told || any(&["state", "board"])
                        || within("screening", "RepatriationScreening", &["state"])
                        || within("verification", "RepatriationVerification", &["state"])
                }
                Category::Documents => {
                    told || any(&["board", "memoOfSenderSignedBy", "memoOfSenderSignedAt"])
                        || any(&["memoOfReceiverSignedBy", "memoOfReceiverSignedAt"])
                        || within("travelDocument", "RepatriationTravelDocument", &["state", "validUntil"])
                        || within("exitClearance", "RepatriationExitClearance", &["state", "validUntil"])
                }
                Category::Narrative => told || any(&["herWords"]),
                Category::Health | Category::ContactSafety | Category::Origin | Category::Family => told,
                _ => false,
            }
        }
        "Subject" => {
            fields.contains_key(subject_field(category).as_str())
                || (category == Category::CurrentLocation && names_holder("holder"))
        }
        _ => false,
    };
    if value["__reasons"].is_object() {
        let withheld: Vec<Value> = Category::ALL
            .iter()
            .filter(|category| wanted(**category))
            .filter_map(|category| {
                let reason = value["__reasons"].get(category.code())?;
                Some(json!({ "category": category.code(), "reason": reason, "remedy": "Ask the case desk." }))
            })
            .collect();
        value["withheld"] = json!(withheld);
    }
}

/// Makes one value missing, in a row and in its truth.
pub fn pierce(world: &mut World, dice: &mut Dice) {
    let table = *dice.pick(&["organizations", "subjects", "referrals", "agreements", "disclosures", "explain"]);
    let rows = world.rows.get_mut(table).expect("a table");
    let place = dice.below(rows.len());
    let record = &mut rows[place];
    let columns: Vec<String> = record.cells.keys().cloned().collect();
    let column = dice.pick(&columns).clone();
    let cell = record.cells.get_mut(&column).expect("a column");
    // Either the value, or one in it.
    let inside = match cell {
        Cell::List(items) if !items.is_empty() && dice.percent(50) => {
            let place = dice.below(items.len());
            items[place] = Cell::Null;
            Some(place)
        }
        _ => {
            *cell = Cell::Null;
            None
        }
    };
    let mut hole = |pointer: String| {
        let pointer = inside.map_or(pointer.clone(), |place| format!("{pointer}/{place}"));
        if let Some(value) = record.truth.pointer_mut(&pointer) {
            *value = Value::Null;
        }
    };
    let pointer = format!("/{}", column.replace('.', "/"));
    match pointer.rsplit_once('/') {
        // A case desk shows country and role itself, and the organization behind it has all of them.
        Some((desk, field)) if desk.ends_with("sender") || desk.ends_with("holder") => {
            hole(format!("{desk}/organization/{field}"));
            hole(pointer.clone());
        }
        _ => hole(pointer),
    }
}
