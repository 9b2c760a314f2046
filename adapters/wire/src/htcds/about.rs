//! What an integrator is told of HTCDS files.

use serde_json::{Map, Value};

use super::HtcdsFormat;
use crate::WireFault;
use crate::config::about::{About, InFile, Need, Source, Spelling, as_it_is, marked_by_path, setting};
use crate::narrow::Narrow;

pub(crate) const ABOUT: About = About {
    sentence: "HTCDS 2.0 files, JSON or CSV, exchanged in a folder that only the two sides can enter.",
    key: ".sangam_record",
    source: Source::File(cases),
    sample: "A file of cases, JSON or CSV, with HTCDS field names and `sangam_record` as the case's own key.",
    spelling: Spelling::Names,
    settings: &[
        setting("folder", "\"/var/lib/sangam/exchange/NAME\"", Need::Must, "The folder."),
        setting("incoming", "\"cases.json\"", Need::Must, "The file of its cases, which the organization writes."),
        setting("answers", "\"answers.json\"", Need::Must, "The file of its answers to referrals, which it writes."),
        setting("outgoing", "\"referrals.json\"", Need::Must, "The file that the hub writes."),
        setting("format", "\"json\"", Need::Must, "The format of all three: json or csv."),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked: marked_by_path,
};

fn narrowed(case: Map<String, Value>, narrow: &Narrow) -> Value {
    super::narrowed(case, narrow)
}

/// A document of JSON is an object, and no CSV with a header begins like one.
fn cases(bytes: &[u8]) -> Result<InFile, WireFault> {
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let format = if begins == Some(&b'{') { HtcdsFormat::Json } else { HtcdsFormat::Csv };
    let read = super::read_cases(bytes, format)?;
    let rejected = read.faults.iter().map(|fault| {
        format!("case {}, field {}: {} ({} characters)", fault.case, fault.field, fault.kind.code(), fault.length)
    });
    Ok((read.cases, rejected.collect()))
}
