//! The file of referrals that the hub keeps for an organization: a case for each, rewritten as it changes. Its answers stand
//! in a file of its own, in the same form.

use serde_json::{Map, Value};

use super::fields::{ACCEPTED_ON, ANSWER, KEY, REASON, REFERRAL, STATE};
use super::report::FieldFault;
use super::{HtcdsConfig, answer_state, read_cases, write_cases};
use crate::exchange::{fits, full, told};
use crate::fault::{FileFault, UnexpectedKind, WireFault};
use crate::folder;
use crate::partner::{Answer, AnswerState, Delivered, Delivery};

/// What the hub says of a referral that was taken back.
const WITHDRAWN: &str = "WITHDRAWN";

pub(super) fn deliver(config: &HtcdsConfig, max_bytes: u64, delivery: &Delivery) -> Result<Delivered, WireFault> {
    let (record, referral, body) = told(delivery);
    let mut case = match body {
        None => Map::from_iter([(STATE.to_owned(), Value::from(WITHDRAWN))]),
        Some(body) => match body.get("case") {
            Some(Value::Object(case)) => case.clone(),
            _ => return Err(WireFault::unexpected("/case", UnexpectedKind::Missing)),
        },
    };
    case.insert(KEY.to_owned(), Value::from(record.clone()));
    case.insert(REFERRAL.to_owned(), Value::from(referral.clone()));
    let mut cases = written(config, max_bytes)?;
    match cases.iter_mut().find(|there| is_of(there, &referral)) {
        // What the organization no longer may have does not stay in the file.
        Some(there) => *there = case,
        None => cases.push(case),
    }
    let bytes = write_cases(&cases, config.format).map_err(full)?;
    fits(&bytes, max_bytes, |bytes| own(bytes, config).map(drop))?;
    folder::replace(&config.folder, &config.outgoing, &bytes)?;
    Ok(Delivered { record, referral: Some(referral) })
}

/// What the hub wrote so far. A file that it cannot have written is not written over.
fn written(config: &HtcdsConfig, max_bytes: u64) -> Result<Vec<Map<String, Value>>, WireFault> {
    let Some((_, bytes)) = folder::read(&config.folder.join(&config.outgoing), max_bytes)? else {
        return Ok(Vec::new());
    };
    own(&bytes, config)
}

fn own(bytes: &[u8], config: &HtcdsConfig) -> Result<Vec<Map<String, Value>>, WireFault> {
    let read = read_cases(bytes, config.format)?;
    if read.rejected > 0 { Err(WireFault::File(FileFault::Format)) } else { Ok(read.cases) }
}

fn is_of(case: &Map<String, Value>, referral: &str) -> bool {
    case.get(REFERRAL).and_then(Value::as_str) == Some(referral)
}

/// What the organization decided, and what of its file could not be read; an offer that the hub's file has is waiting
/// until it did. Of several answers to one referral the last counts.
pub(super) fn answers(
    config: &HtcdsConfig,
    max_bytes: u64,
    offers: &[Delivered],
) -> Result<(Vec<Answer>, Vec<FieldFault>), WireFault> {
    let offered = written(config, max_bytes)?;
    let answered = match folder::read(&config.folder.join(&config.answers), max_bytes)? {
        None => super::Cases::default(),
        Some((_, bytes)) => read_cases(&bytes, config.format)?,
    };
    let found = offers.iter().filter_map(|offer| {
        let id = offer.referral.as_deref()?;
        let told = answered.cases.iter().rfind(|case| is_of(case, id));
        let own = offered.iter().find(|case| is_of(case, id));
        let text = |name: &str| told.and_then(|case| case.get(name)).and_then(Value::as_str).unwrap_or_default();
        let withdrawn = own.is_some_and(|case| case.get(STATE).and_then(Value::as_str) == Some(WITHDRAWN));
        let state = if withdrawn { AnswerState::Withdrawn } else { answer_state(text(ANSWER), text(ACCEPTED_ON)) };
        let reason = Some(text(REASON)).filter(|text| !text.is_empty()).map(str::to_owned);
        (own.is_some() || told.is_some()).then(|| Answer { delivered: offer.clone(), state, reason })
    });
    Ok((found.collect(), answered.faults))
}
