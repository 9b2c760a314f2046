//! What a patient's consents, as the partner's system holds them, keep back. They are read to narrow and for nothing else:
//! what a provision denies or does not permit is withheld, and what is not understood withholds everything. That a
//! consent of the partner permits something grants nothing; that is for the hub's own consent text.
//!
//! Read from FHIR R4, resource Consent: `policyRule` says what holds in general, the root provision's elements say when,
//! nested provisions are exceptions. An exception that denies is withheld; one that permits is left unread. A code is read
//! with the system it is of, because the same word may mean anything in another.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::bundle::Resource;

/// Before any consent.
const FIRST: &str = "1900-01-01T00:00:00Z";
/// After any consent.
const LAST: &str = "2200-01-01T00:00:00Z";
/// The elements of a provision (R4). Another one could change what the provision means.
const ELEMENTS: [&str; 13] = [
    "id",
    "extension",
    "type",
    "period",
    "actor",
    "action",
    "securityLabel",
    "purpose",
    "class",
    "code",
    "dataPeriod",
    "data",
    "provision",
];
/// The elements that make a permission conditional in a way that cannot be told at the border.
const CONDITIONS: [&str; 6] = ["actor", "securityLabel", "purpose", "code", "dataPeriod", "data"];

/// The systems of the codes that are read here (R4: the value sets bound to `Consent.scope`, `.policyRule` and
/// `.provision.action`).
const SCOPES: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const POLICIES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const ACTIONS: &str = "http://terminology.hl7.org/CodeSystem/consentaction";

/// Which classes of data are kept back, each as `system|code`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Classes {
    All,
    These(Vec<String>),
    AllBut(Vec<String>),
}

/// One thing that is kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Withheld {
    classes: Classes,
    /// From whom, as references; from everybody without any.
    actors: Option<Vec<String>>,
    from: String,
    until: String,
}

impl Withheld {
    fn all() -> Self {
        Self { classes: Classes::All, actors: None, from: FIRST.to_owned(), until: LAST.to_owned() }
    }

    /// As a mapping reads it: `classes` are kept back, or all but those in `allBut`, or all where neither is there. Each is
    /// `system|code`; one that the mapping's table does not have could be anything.
    fn shown(&self) -> Value {
        let mut shown = json!({"from": self.from, "until": self.until});
        if let Some(members) = shown.as_object_mut() {
            match &self.classes {
                Classes::All => None,
                Classes::These(classes) => members.insert("classes".to_owned(), json!(classes)),
                Classes::AllBut(classes) => members.insert("allBut".to_owned(), json!(classes)),
            };
            if let Some(actors) = &self.actors {
                members.insert("actors".to_owned(), json!(actors));
            }
        }
        shown
    }
}

/// What is kept back by a patient's consents, all of them; nothing where there are none.
pub(super) fn read(consents: &[Resource]) -> Vec<Value> {
    let withheld = all(consents).unwrap_or_else(|| vec![Withheld::all()]);
    withheld.iter().filter(|one| one.from < one.until).map(Withheld::shown).collect()
}

/// `None` where something is not understood.
fn all(consents: &[Resource]) -> Option<Vec<Withheld>> {
    let (mut withheld, mut said, mut in_force) = (Vec::new(), false, false);
    for consent in consents {
        if ["modifierExtension", "implicitRules"].iter().any(|name| consent.contains_key(*name)) {
            return None;
        }
        // One that does not say whose it is could be anybody's.
        consent.get("patient")?.get("reference")?.as_str()?.strip_prefix("Patient/")?;
        match codes(consent.get("scope")?, SCOPES)?.as_slice() {
            ["patient-privacy"] => {}
            // About something else than who may see what.
            ["research" | "treatment" | "adr"] => continue,
            _ => return None,
        }
        match consent.get("status")?.as_str()? {
            "entered-in-error" => {}
            "active" => {
                (said, in_force) = (true, true);
                withheld.extend(rule(consent)?);
            }
            "draft" | "proposed" | "inactive" => said = true,
            // `rejected` is a no.
            _ => return None,
        }
    }
    // Who was asked and has no consent in force has given none.
    (in_force || !said).then_some(withheld)
}

fn rule(consent: &Resource) -> Option<Vec<Withheld>> {
    let general = codes(consent.get("policyRule")?, POLICIES)?;
    let permits = match general.as_slice() {
        [] => return None,
        codes if codes.iter().all(|code| matches!(*code, "OPTIN" | "OPTINR")) => true,
        codes if codes.iter().all(|code| matches!(*code, "OPTOUT" | "OPTOUTE")) => false,
        _ => return None,
    };
    let Some(root) = consent.get("provision") else {
        return Some(if permits { Vec::new() } else { vec![Withheld::all()] });
    };
    let root = provision(root)?;
    let mut withheld = match root.get("type").map(Value::as_str) {
        Some(Some("deny")) if permits => vec![denied(root)],
        Some(Some("deny")) => vec![Withheld::all()],
        None | Some(Some("permit")) => limits(root, permits)?,
        Some(_) => return None,
    };
    exceptions(root, &mut withheld)?;
    Some(withheld)
}

/// What a permission leaves out.
fn limits(root: &Map<String, Value>, permits: bool) -> Option<Vec<Withheld>> {
    let there = |name: &str| root.get(name).is_some_and(|value| value.as_array().is_none_or(|list| !list.is_empty()));
    if CONDITIONS.iter().any(|name| there(name)) || (there("action") && !allows_disclosure(root)?) {
        return Some(vec![Withheld::all()]);
    }
    let mut withheld = Vec::new();
    match root.get("class") {
        Some(_) => withheld.push(Withheld { classes: Classes::AllBut(classes(root)?), ..Withheld::all() }),
        None if permits => {}
        // Nothing in general, and nothing that is named.
        None => return Some(vec![Withheld::all()]),
    }
    if let Some(period) = root.get("period") {
        let edge = |name: &str| period.get(name).map(|text| text.as_str().and_then(edges));
        if let Some(start) = edge("start") {
            withheld.push(Withheld { until: start?.1.rfc3339(), ..Withheld::all() });
        }
        if let Some(end) = edge("end") {
            withheld.push(Withheld { from: end?.0.rfc3339(), ..Withheld::all() });
        }
        period.as_object()?;
    }
    Some(withheld)
}

fn allows_disclosure(root: &Map<String, Value>) -> Option<bool> {
    let mut allows = false;
    for action in root.get("action")?.as_array()? {
        allows |= codes(action, ACTIONS)?.contains(&"disclose");
    }
    Some(allows)
}

/// What a denial keeps back. Conditions that cannot be told at the border are left out, so that it keeps back more.
fn denied(provision: &Map<String, Value>) -> Withheld {
    let period = |name: &str| provision.get("period")?.get(name)?.as_str().and_then(edges);
    let actors = provision.get("actor").and_then(Value::as_array).and_then(|actors| {
        actors.iter().map(|actor| actor.pointer("/reference/reference")?.as_str().map(str::to_owned)).collect()
    });
    Withheld {
        classes: provision.get("class").and_then(|_| classes(provision)).map_or(Classes::All, Classes::These),
        actors: actors.filter(|actors: &Vec<String>| !actors.is_empty()),
        from: period("start").map_or_else(|| FIRST.to_owned(), |(first, _)| first.rfc3339()),
        until: period("end").map_or_else(|| LAST.to_owned(), |(_, last)| last.rfc3339()),
    }
}

/// The denials among the provisions below one, at any depth; an outer condition does not lift an inner denial.
fn exceptions(outer: &Map<String, Value>, withheld: &mut Vec<Withheld>) -> Option<()> {
    let Some(below) = outer.get("provision") else { return Some(()) };
    for inner in below.as_array()? {
        let inner = provision(inner)?;
        match inner.get("type")?.as_str()? {
            "deny" => withheld.push(denied(inner)),
            "permit" => {}
            _ => return None,
        }
        exceptions(inner, withheld)?;
    }
    Some(())
}

/// A provision whose elements are all known.
fn provision(value: &Value) -> Option<&Map<String, Value>> {
    let members = value.as_object()?;
    members.keys().all(|name| ELEMENTS.contains(&name.as_str())).then_some(members)
}

/// The codings of `class`; none is an empty list, which would keep back nothing.
fn classes(provision: &Map<String, Value>) -> Option<Vec<String>> {
    let list = provision.get("class")?.as_array().filter(|list| !list.is_empty())?;
    list.iter().map(class).collect()
}

/// A coding as `system|code`, as searches of FHIR write it; one without a system begins with the bar, so that no mapping
/// takes it for a class of a system that it knows.
fn class(coding: &Value) -> Option<String> {
    let part = |name: &str| match coding.get(name) {
        None => Some(""),
        Some(part) => part.as_str().filter(|part| !part.contains('|')),
    };
    let (system, code) = (part("system")?, part("code").filter(|code| !code.is_empty())?);
    Some(format!("{system}|{code}"))
}

/// The codes of a concept; `None` where one is of another system.
fn codes<'c>(concept: &'c Value, system: &str) -> Option<Vec<&'c str>> {
    let of = |coding: &'c Value| {
        coding.get("code")?.as_str().filter(|_| coding.get("system").is_some_and(|own| own == system))
    };
    concept.get("coding")?.as_array()?.iter().map(of).collect()
}

/// The first and the last instant that a date or time may mean: a date is no instant, and which zone it was written in is
/// not said.
fn edges(text: &str) -> Option<(Instant, Instant)> {
    if let Some(exact) = Instant::read(text) {
        return Some((exact, exact));
    }
    let year: i32 = text.get(..4)?.parse().ok()?;
    let month = if text.len() == 4 { None } else { Some(month(text.get(4..7)?)?) };
    let (first, after) = match (month, text.len()) {
        (None, 4) => (format!("{year:04}-01-01"), format!("{:04}-01-01", year + 1)),
        (Some(12), 7) => (format!("{year:04}-12-01"), format!("{:04}-01-01", year + 1)),
        (Some(month), 7) => (format!("{year:04}-{month:02}-01"), format!("{year:04}-{:02}-01", month + 1)),
        (Some(_), 10) => {
            let last = Instant::read(&format!("{text}T00:00:00-12:00"))?.plus_days(1);
            return Some((Instant::read(&format!("{text}T00:00:00+14:00"))?, last));
        }
        _ => return None,
    };
    Some((Instant::read(&format!("{first}T00:00:00+14:00"))?, Instant::read(&format!("{after}T00:00:00-12:00"))?))
}

fn month(text: &str) -> Option<u32> {
    text.strip_prefix('-')?.parse().ok().filter(|month| (1..=12).contains(month))
}
