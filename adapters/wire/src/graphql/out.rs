//! What the hub says to an API: offers, answers, withdrawals, and that a word was heard. Each may be said again: an offer
//! carries its own ids and key, an answer is given only where its state is not reached yet, and on the version that was read.

use serde_json::Value;
use uuid::Uuid;

use super::answer::{Answered, reasons};
use super::codes::Class;
use super::path::{Lies, Path};
use super::settings::{Change, Offered, Standing};
use super::{Graphql, Said};
use crate::fault::{UnexpectedKind, WireFault};
use crate::partner::{Delivered, Delivery};

/// The most steps of one answer: a referral has no more states.
const MOST_STEPS: usize = 8;
/// The longest identifier taken from an answer, in characters.
const LONGEST_ID: usize = 200;

/// One step of an answer, as the partner's mapping made it.
struct Step<'b> {
    input: &'b Value,
    /// Why, where the API has a place of its own for that.
    reason: &'b Value,
    /// The states in which it is not needed any more.
    reached: Vec<&'b str>,
}

/// A mapping's steps: `{"steps": [{"input": …, "reason": …, "reached": […]}]}`, or one of them alone.
fn steps(body: &Value) -> Result<Vec<Step<'_>>, WireFault> {
    let missing = || WireFault::unexpected("/input", UnexpectedKind::Missing);
    let list = match body.get("steps") {
        Some(Value::Array(list)) if list.len() > MOST_STEPS => {
            return Err(WireFault::TooLarge { limit: MOST_STEPS as u64, unit: "steps" });
        }
        Some(Value::Array(list)) => list.iter().collect(),
        Some(_) => return Err(WireFault::unexpected("/steps", UnexpectedKind::WrongType)),
        None => vec![body],
    };
    list.into_iter().map(|one| step(one).ok_or_else(missing)).collect()
}

fn step(of: &Value) -> Option<Step<'_>> {
    let reached = of.get("reached").and_then(Value::as_array).into_iter().flatten();
    let (input, reason) = (of.get("input")?, of.get("reason").unwrap_or(&Value::Null));
    Some(Step { input, reason, reached: reached.filter_map(Value::as_str).collect() })
}

impl Change {
    /// Judges what came of it.
    pub(super) fn done(&self, data: &Value) -> Result<(), WireFault> {
        if let Some((at, results)) = &self.result {
            let said = at.text(data).ok_or_else(|| at.fault(UnexpectedKind::Missing))?;
            let meant = results.get(said).ok_or_else(|| at.fault(UnexpectedKind::UnknownCode))?;
            meant.map_err(Class::fault)?;
        }
        let Some(at) = &self.refusals else { return Ok(()) };
        match at.lies(data) {
            Lies::There(Value::Array(list)) if !list.is_empty() => {
                Err(WireFault::Refused { status: 422, reasons: reasons(list) })
            }
            Lies::There(Value::Array(_)) | Lies::Null => Ok(()),
            Lies::There(_) => Err(at.fault(UnexpectedKind::WrongType)),
            // Of refusals nothing is said, which is not that there are none.
            Lies::NullBefore | Lies::Absent => Err(at.fault(UnexpectedKind::Missing)),
        }
    }
}

/// The partner's identifier at a path; the hub's own where the file names no path.
fn id(at: Option<&Path>, data: &Value, own: Uuid) -> Result<String, WireFault> {
    let Some(at) = at else { return Ok(own.hyphenated().to_string()) };
    let id = at.id(data).ok_or_else(|| at.fault(UnexpectedKind::Missing))?;
    // The hub keeps the two with a bar between.
    let fits = id.chars().count() <= LONGEST_ID && !id.contains('|');
    if fits { Ok(id) } else { Err(at.fault(UnexpectedKind::WrongType)) }
}

/// What the hub gives with an offer: its own identifiers, and the key of the call.
fn given(record: Uuid, referral: Uuid) -> [(&'static str, Value); 3] {
    let [record, referral] = [record, referral].map(|id| id.hyphenated().to_string());
    let key = Value::from(format!("sangam-offer-{referral}"));
    [("record", Value::from(record)), ("referral", Value::from(referral)), ("idempotencyKey", key)]
}

impl Offered {
    /// The offer that an answer has; `None` where it says that there is none.
    pub(super) fn found(&self, data: &Value, record: Uuid, referral: Uuid) -> Result<Option<Delivered>, WireFault> {
        match self.referral.lies(data) {
            Lies::There(_) => {}
            Lies::Null | Lies::NullBefore => return Ok(None),
            // Nothing is said of it, which is not that it is not there: it may be, and has to be taken back.
            Lies::Absent => return Err(self.referral.fault(UnexpectedKind::Missing)),
        }
        let referral = id(Some(&self.referral), data, referral)?;
        Ok(Some(Delivered { record: id(self.record.as_ref(), data, record)?, referral: Some(referral) }))
    }
}

/// A mark of a step, so that two changes of one version have two keys: FNV-1a, which nobody has reason to find twice.
fn mark(step: &Step<'_>) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", format!("{}{}", step.input, step.reason).bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

impl Graphql {
    /// Delivers.
    ///
    /// # Errors
    /// [`WireFault::Unsupported`] where the partner's file has no operation for it, else any.
    pub(super) async fn give(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        match delivery {
            Delivery::Offer { record, referral, body } => self.offer(*record, *referral, body).await,
            Delivery::Answer { record, referral, body } => {
                let change = self.talk.answer.as_ref().ok_or(WireFault::Unsupported)?;
                for step in steps(body)? {
                    self.step(change, record, referral, &step).await?;
                }
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
            Delivery::Withdrawal { record, referral } => {
                let change = self.talk.withdraw.as_ref().ok_or(WireFault::Unsupported)?;
                let key = format!("sangam-withdraw-{referral}");
                let said = [("record", record), ("referral", referral), ("idempotencyKey", &key)];
                let request = change.operation.request(said.map(|(name, text)| (name, Value::from(text.as_str()))));
                let told = self.say(Said::Change, &request).await.and_then(|answered| change.done(&answered.whole()?));
                match told {
                    // One that is not there any more is taken back already.
                    Err(fault) if fault == Class::NotFound.fault() => {}
                    other => other?,
                }
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
        }
    }

    async fn offer(&self, record: Uuid, referral: Uuid, body: &Value) -> Result<Delivered, WireFault> {
        let change = self.talk.offer.as_ref().ok_or(WireFault::Unsupported)?;
        let [case, own, key] = given(record, referral);
        let request = change.operation.request([case, own, key, ("input", body.clone())]);
        let data = self.say(Said::Change, &request).await?.whole()?;
        change.done(&data)?;
        let referral = id(change.referral.as_ref(), &data, referral)?;
        Ok(Delivered { record: id(change.record.as_ref(), &data, record)?, referral: Some(referral) })
    }

    /// What there is of an offer.
    ///
    /// # Errors
    /// [`WireFault::Unsupported`] where the partner's file has no operation for it, else any.
    pub(super) async fn found(&self, record: Uuid, referral: Uuid) -> Result<Option<Delivered>, WireFault> {
        let of = self.talk.offered.as_ref().ok_or(WireFault::Unsupported)?;
        let request = of.operation.request(given(record, referral));
        let data = match self.say(Said::Query, &request).await.and_then(Answered::whole) {
            Err(fault) if fault == Class::NotFound.fault() => return Ok(None),
            other => other?,
        };
        of.found(&data, record, referral)
    }

    async fn step(&self, change: &Change, record: &str, referral: &str, step: &Step<'_>) -> Result<(), WireFault> {
        let version = match &self.talk.standing {
            None => Value::Null,
            Some(standing) => {
                let (state, version) = self.standing(standing, record, referral).await?;
                if step.reached.contains(&state.as_str()) {
                    return Ok(());
                }
                version
            }
        };
        let key = format!("sangam-answer-{referral}-{version}-{}", mark(step)).replace('"', "");
        let request = change.operation.request([
            ("record", Value::from(record)),
            ("referral", Value::from(referral)),
            ("version", version),
            ("idempotencyKey", Value::from(key)),
            ("input", step.input.clone()),
            ("reason", step.reason.clone()),
        ]);
        change.done(&self.say(Said::Change, &request).await?.whole()?)
    }

    /// The state of a referral, and its version where there is one.
    async fn standing(&self, of: &Standing, record: &str, referral: &str) -> Result<(String, Value), WireFault> {
        let request = of.operation.request([("record", Value::from(record)), ("referral", Value::from(referral))]);
        let data = self.say(Said::Query, &request).await?.whole()?;
        let state = match of.state.lies(&data) {
            Lies::There(Value::String(state)) => state.clone(),
            Lies::There(_) => return Err(of.state.fault(UnexpectedKind::WrongType)),
            // There is no such referral.
            Lies::Null | Lies::NullBefore => return Err(Class::NotFound.fault()),
            Lies::Absent => return Err(of.state.fault(UnexpectedKind::Missing)),
        };
        let version = match &of.version {
            None => Value::Null,
            Some(at) => match at.at(&data) {
                Some(version @ (Value::String(_) | Value::Number(_))) => version.clone(),
                _ => return Err(at.fault(UnexpectedKind::Missing)),
            },
        };
        Ok((state, version))
    }

    /// Says that a word was heard.
    ///
    /// # Errors
    /// Any [`WireFault`].
    pub(super) async fn heard(&self, key: &str, taken: bool) -> Result<(), WireFault> {
        let Some(change) = &self.talk.acknowledge else { return Ok(()) };
        let request = change.operation.request([("key", Value::from(key)), ("taken", Value::from(taken))]);
        match self.say(Said::Change, &request).await.and_then(|answered| change.done(&answered.whole()?)) {
            // Who deleted it waits for no word of it.
            Err(fault) if [Class::Forbidden, Class::NotFound].map(Class::fault).contains(&fault) => Ok(()),
            other => other,
        }
    }
}
