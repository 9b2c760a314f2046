//! A sample gone through as the hub would: each record in, and what would be sent back about it. A run can be kept and
//! compared with a later one, so that whoever changes a mapping sees what the change changed.
//!
//! Of what goes out only what no mapping can know is made up: the hub's ids, which are counted here, and the instant of an
//! offer. A system gets the three light categories and no more, as every delivery does.

use std::collections::BTreeMap;

use sangam_vocabulary::{Category, CategorySet, Code, Instant, Residences};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::leaf::{Path, leaves};
use super::trial::{Outcome, Trial};
use crate::intake::{Intake, Urgency};
use crate::oddity::Oddity;
use crate::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use crate::pool::{Mapping, Pool};

/// The most differences that are told of one record.
const MOST_DIFFERENCES: usize = 40;

/// What became of one record of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replayed {
    /// Its place in the sample, from 1.
    pub record: usize,
    /// What the mapping gave, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Value>,
    /// Whether the hub would take it; it takes nothing that is not marked.
    pub taken: bool,
    /// Why it would wait in quarantine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<Oddity>,
    /// What would be sent back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<Sent>,
}

/// One thing that would be sent to the partner's system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// When: `ANSWER 1 ACCEPTED`, of the record's first referral; `OFFER`, if its like were referred to the partner.
    pub when: String,
    /// The body that the outbound mapping gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Why it gave none: the delivery would fail and be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odd: Option<Oddity>,
}

/// The way back: the outbound mapping, and the states of a referral that the hub tells.
#[derive(Clone, Copy)]
pub struct WayBack<'a> {
    /// Where it runs.
    pub pool: &'a Pool,
    /// The outbound mapping.
    pub mapping: &'a Mapping,
    /// The states' codes.
    pub states: &'a [&'static str],
    /// Where what a record says stays: of what the hub does not keep nothing is told.
    pub residences: Residences,
    /// How a holder abroad is named in an offer: a case desk.
    pub counterpart: &'a str,
}

/// Goes through records in their order.
pub async fn replay(trial: &Trial<'_>, back: Option<&WayBack<'_>>, records: &[Value]) -> Vec<Replayed> {
    let mut run = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let number = place + 1;
        let mut replayed = Replayed { record: number, read: None, taken: false, odd: Vec::new(), sent: Vec::new() };
        match trial.of(record).await {
            Outcome::Odd(odd) => replayed.odd = odd,
            // Nothing is told to a directory: it is read.
            Outcome::Offers { mapped, .. } => (replayed.taken, replayed.read) = (true, Some(mapped)),
            Outcome::Read { mapped, intake } => {
                replayed.taken = intake.marked_for_hub;
                if let Some(back) = back.filter(|_| intake.marked_for_hub) {
                    let (kept, _) = intake.residing(back.residences);
                    replayed.sent = back.about(number, &kept).await;
                }
                replayed.read = Some(mapped);
            }
        }
        run.push(replayed);
    }
    run
}

impl WayBack<'_> {
    async fn about(&self, number: usize, intake: &Intake) -> Vec<Sent> {
        let mut sent = Vec::new();
        for (place, referral) in intake.referrals.iter().enumerate() {
            for state in self.states {
                let outgoing = Outgoing {
                    kind: OutgoingKind::Answer,
                    referral: OutgoingReferral {
                        id: made_up("ref", number),
                        external_id: Some(referral.external_id.clone()),
                        state: (*state).to_owned(),
                        services: referral.services.clone(),
                        urgency: OutgoingReferral::urgency(referral.urgency),
                        sent_at: referral.sent_at.rfc3339(),
                        transfer: referral.transfer,
                        decline_reason: None,
                        counterpart: referral.to.clone(),
                    },
                    subject: subject(number, Some(intake.external_id.clone())),
                    categories: light(intake),
                };
                sent.push(self.sent(format!("ANSWER {} {state}", place + 1), &outgoing).await);
            }
        }
        let categories = light(intake);
        // An offer of nothing is never made.
        if !categories.is_empty() {
            let services =
                categories.get(Category::Services.code()).and_then(|payload| payload.get("services").cloned());
            let outgoing = Outgoing {
                kind: OutgoingKind::Offer,
                referral: OutgoingReferral {
                    id: made_up("ref", number),
                    external_id: None,
                    state: self.states.first().copied().unwrap_or_default().to_owned(),
                    services: services.and_then(|services| serde_json::from_value(services).ok()).unwrap_or_default(),
                    urgency: OutgoingReferral::urgency(Urgency::Routine),
                    sent_at: Instant::from_millis(0).rfc3339(),
                    transfer: false,
                    decline_reason: None,
                    counterpart: self.counterpart.to_owned(),
                },
                subject: subject(number, None),
                categories,
            };
            sent.push(self.sent("OFFER".to_owned(), &outgoing).await);
        }
        sent
    }

    async fn sent(&self, when: String, outgoing: &Outgoing) -> Sent {
        let Ok(text) = outgoing.to_json() else { return Sent { when, body: None, odd: None } };
        match self.pool.map(self.mapping, &text).await {
            Ok(body) => Sent { when, body: Some(body), odd: None },
            Err(oddity) => Sent { when, body: None, odd: Some(oddity) },
        }
    }
}

fn made_up(prefix: &str, number: usize) -> String {
    format!("{prefix}_{number:032}")
}

fn subject(number: usize, external_id: Option<String>) -> OutgoingSubject {
    OutgoingSubject { id: made_up("sub", number), external_id }
}

/// What a system gets of a record when nobody there asks.
fn light(intake: &Intake) -> BTreeMap<&'static str, Value> {
    let light = intake.categories.iter().filter(|payload| CategorySet::LIGHT.contains(payload.category()));
    light
        .filter_map(|payload| {
            let value = serde_json::from_slice(&payload.to_json().ok()?).ok()?;
            Some((payload.category().code(), value))
        })
        .collect()
}

/// How a record differs between two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Its place in the sample.
    pub record: usize,
    /// Where: what came out, what would be sent, or why it is odd.
    pub at: String,
    /// What stood there before.
    pub before: Option<Value>,
    /// What stands there now.
    pub after: Option<Value>,
}

/// What the later run has otherwise, record by record, at most forty a record.
#[must_use]
pub fn differences(before: &[Replayed], after: &[Replayed]) -> Vec<Difference> {
    let by_place = |run: &[Replayed]| -> BTreeMap<usize, BTreeMap<String, Value>> {
        run.iter().map(|replayed| (replayed.record, flat(replayed))).collect()
    };
    let (before, after) = (by_place(before), by_place(after));
    let nothing = BTreeMap::new();
    let records: std::collections::BTreeSet<&usize> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for record in records {
        let (old, new) = (before.get(record).unwrap_or(&nothing), after.get(record).unwrap_or(&nothing));
        let places: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differs = places.into_iter().filter(|at| old.get(*at) != new.get(*at)).take(MOST_DIFFERENCES);
        found.extend(differs.map(|at| Difference {
            record: *record,
            at: at.clone(),
            before: old.get(at).cloned(),
            after: new.get(at).cloned(),
        }));
    }
    found
}

/// Every leaf of what became of a record, by where it stands.
fn flat(replayed: &Replayed) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut add = |under: &str, value: &Value| {
        for leaf in leaves(value) {
            all.insert(format!("{under}{}", shown(&leaf.path, &leaf.at)), leaf.value.clone());
        }
    };
    if let Some(read) = &replayed.read {
        add("read", read);
    }
    for sent in &replayed.sent {
        let under = format!("sent {}", sent.when);
        sent.body.iter().for_each(|body| add(&under, body));
        sent.odd.iter().for_each(|odd| add(&format!("{under} refused"), &Value::from(odd.to_string())));
    }
    for odd in &replayed.odd {
        add(&format!("quarantine {} {}", odd.kind.code(), odd.path), &Value::from(odd.length));
    }
    add("taken", &Value::from(replayed.taken));
    all
}

/// A leaf's place where its names are words; else that it is not shown.
fn shown(path: &Path, at: &str) -> String {
    if path.is_named() { at.to_owned() } else { "/*".to_owned() }
}
