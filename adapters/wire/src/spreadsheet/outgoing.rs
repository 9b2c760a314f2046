//! The sheet of referrals that the hub keeps for an organization: one row a referral, rewritten as it
//! changes, with two columns that are the organization's own: its answer and its reason.

use serde_json::{Map, Value};

use crate::config::SpreadsheetConfig;
use crate::exchange::{fits, full, told};
use crate::fault::{FileFault, UnexpectedKind, WireFault};
use crate::folder;
use crate::htcds::answer_state;
use crate::htcds::fields::{self, ACCEPTED_ON, ANSWER, REASON, REFERRAL, STATE};
use crate::htcds::value::{Kind, written};
use crate::partner::{Answer, AnswerState, Delivered, Delivery};
use crate::sheet::{Cell, MAX_ROWS, Row, Sheet, code_in, within};

/// How often a write is begun anew because the organization saved the file meanwhile.
const ATTEMPTS: usize = 3;
/// The columns that the organization fills in.
const ITS_OWN: [&str; 3] = [ANSWER, REASON, ACCEPTED_ON];

pub(super) fn deliver(config: &SpreadsheetConfig, max_bytes: u64, delivery: &Delivery) -> Result<Delivered, WireFault> {
    let (record, referral, body) = told(delivery);
    let fields = body.map(row_of).transpose()?;
    let path = config.folder.join(&config.outgoing);
    for _ in 0..ATTEMPTS {
        let read = folder::read(&path, max_bytes)?;
        let version = read.as_ref().map(|(version, _)| *version);
        let mut sheet = match read {
            Some((_, bytes)) => Sheet::read(&bytes, config.format)?,
            None => Sheet::default(),
        };
        put(&mut sheet, &referral, fields)?;
        let bytes = sheet.write(config.format)?;
        fits(&bytes, max_bytes, |bytes| Sheet::read(bytes, config.format).map(drop))?;
        if folder::version(&path) == version {
            folder::replace(&config.folder, &config.outgoing, &bytes)?;
            return Ok(Delivered { record, referral: Some(referral) });
        }
    }
    Err(WireFault::File(FileFault::Write))
}

/// `{"row": {column: text, number, truth value or list}}`, columns known.
fn row_of(body: &Value) -> Result<&Map<String, Value>, WireFault> {
    let Some(Value::Object(fields)) = body.get("row") else {
        return Err(WireFault::unexpected("/row", UnexpectedKind::Missing));
    };
    match fields.keys().find(|name| fields::kind(name).is_none_or(|kind| matches!(kind, Kind::Ignored))) {
        Some(_) => Err(WireFault::unexpected("/row", UnexpectedKind::UnknownCode)),
        None => Ok(fields),
    }
}

/// Writes the referral's row, or without fields empties it to what says that it was withdrawn: what the
/// organization no longer may have does not stay in the sheet.
fn put(sheet: &mut Sheet, referral: &str, fields: Option<&Map<String, Value>>) -> Result<(), WireFault> {
    let key = sheet.place_or_add(REFERRAL);
    let state = sheet.place_or_add(STATE);
    let kept: Vec<usize> = ITS_OWN.iter().map(|name| sheet.place_or_add(name)).collect();
    let place = match sheet.rows.iter().position(|row| row.text(Some(key)).trim() == referral) {
        Some(place) => place,
        None => {
            within(sheet.rows.len() + 1, MAX_ROWS, "rows").map_err(full)?;
            sheet.rows.push(Row { number: 0, cells: Vec::new() });
            sheet.rows.len() - 1
        }
    };
    let Some(old) = sheet.rows.get(place).cloned() else {
        return Ok(());
    };
    let mut row = Row { number: old.number, cells: Vec::new() };
    for own in kept {
        row.set(own, Cell::of(old.text(Some(own)).to_owned()));
    }
    row.set(key, Cell::Text(referral.to_owned()));
    match fields {
        None => row.set(state, Cell::Text("WITHDRAWN".to_owned())),
        Some(fields) => {
            for (name, value) in fields {
                let column = sheet.place_or_add(name);
                row.set(column, Cell::of(written(value)));
            }
        }
    }
    if let Some(there) = sheet.rows.get_mut(place) {
        *there = row;
    }
    Ok(())
}

/// What the organization wrote beside its referrals. The day HTCDS has for an accepted referral counts as an
/// acceptance; a text that is no answer counts as none.
pub(super) fn answers(
    config: &SpreadsheetConfig,
    max_bytes: u64,
    offers: &[Delivered],
) -> Result<Vec<Answer>, WireFault> {
    let Some((_, bytes)) = folder::read(&config.folder.join(&config.outgoing), max_bytes)? else {
        return Ok(Vec::new());
    };
    let sheet = Sheet::read(&bytes, config.format)?;
    let place = |name| sheet.place(name);
    let (key, state, answer, reason, accepted) =
        (place(REFERRAL), place(STATE), place(ANSWER), place(REASON), place(ACCEPTED_ON));
    let found = offers.iter().filter_map(|offer| {
        let id = offer.referral.as_deref()?;
        let row = sheet.rows.iter().find(|row| row.text(key).trim() == id)?;
        let state = match row.text(state) {
            "WITHDRAWN" => AnswerState::Withdrawn,
            _ => answer_state(code_in(row.text(answer)), row.text(accepted)),
        };
        let reason = Some(row.text(reason)).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Answer { delivered: offer.clone(), state, reason })
    });
    Ok(found.collect())
}
