//! What `sangam-country` knows, as words of mappings: dates of every calendar, scripts, digits, and the check of a
//! document's number that keeps nothing of it. Each takes one value and gives one, `null` where the answer is no;
//! `words.jq` turns a no into a refusal with its path.

use jaq_core::native::{Fun, bome, run, v};
use jaq_json::Val;
use sangam_country::{AgeFact, Birth, Furniture, Script, calendar, digits};
use sangam_vocabulary::payload::DocumentKind;
use sangam_vocabulary::{Calendar, Code, Country, DateWritten, Instant, Precision};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::program::{Kind, plain};

/// The longest text that a word looks at: no date, number or name is longer.
const TEXT_MAX: u64 = 4 << 10;

/// The words, as jaq takes them. Not for mappings themselves: `words.jq` names them.
pub(crate) fn natives() -> impl Iterator<Item = Fun<Kind>> {
    [
        run(("sangam_date", v(0), |cv| bome(Ok(answer(&cv.1, date))))),
        run(("sangam_age", v(0), |cv| bome(Ok(answer(&cv.1, age))))),
        run(("sangam_document", v(0), |cv| bome(Ok(answer(&cv.1, document))))),
        run(("sangam_script", v(0), |cv| bome(Ok(answer(&cv.1, script))))),
        run(("sangam_digits", v(0), |cv| bome(Ok(answer(&cv.1, ascii_digits))))),
    ]
    .into_iter()
}

/// Hands a value to a word and its answer back; a value that is no JSON, or too long, is no.
fn answer<Asked: DeserializeOwned>(value: &Val, word: fn(Asked) -> Option<Value>) -> Val {
    let mut room = usize::try_from(TEXT_MAX).unwrap_or(usize::MAX);
    let asked = plain(value, "", 0, &mut room).ok().and_then(|value| serde_json::from_value(value).ok());
    asked.and_then(word).and_then(|said| serde_json::from_value(said).ok()).unwrap_or(Val::Null)
}

/// A date as it was written in a calendar, known as exactly as it is written or as the sender says.
fn date((calendar, text, precision): (Calendar, String, Option<Precision>)) -> Option<Value> {
    let read = calendar::read(calendar, &text).ok()?;
    let read = match precision {
        Some(precision) => read.known_as(precision).ok()?,
        None => read,
    };
    serde_json::to_value(read.written).ok()
}

/// What law needs to know at an instant of who was born on a date.
fn age((born, at): (DateWritten, String)) -> Option<Value> {
    let birth = Birth::read(&calendar::read_again(&born).ok()?);
    Some(match birth.fact(Instant::read(&at)?) {
        AgeFact::Unknown => json!({"kind": "UNKNOWN"}),
        AgeFact::Adult => json!({"kind": "ADULT"}),
        AgeFact::MinorUntil(until) => json!({"kind": "MINOR", "until": until.rfc3339()}),
    })
}

/// The kind of a document and who issues it, where the number has its form.
fn document((country, kind, number): (String, String, String)) -> Option<Value> {
    let (country, kind) = (Country::read(&country).ok()?, DocumentKind::read(&kind).ok()?);
    let seen = Furniture::of(country).check_document(kind, &number).ok()?;
    Some(json!({"kind": seen.kind.code(), "issuingCountry": seen.issuing_country.code()}))
}

/// The ISO 15924 code of the one script a text is written in.
fn script(text: String) -> Option<Value> {
    Script::of(&text).map(|script| json!(script.code()))
}

/// The text with the digits of every script of the region in ASCII.
fn ascii_digits(text: String) -> Option<Value> {
    Some(json!(digits::ascii(&text)))
}
