//! A sample of a partner's records in a file: for whoever writes its mapping. Read through the readers that its wire's own
//! answers go through, so that what they refuse is refused here, in bounded time and memory.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::config::About;
use crate::config::about::Source;
use crate::fault::{FileFault, WireFault};
use crate::json;

/// Bytes of a sample: some hundred records of any system.
pub const MAX_BYTES: u64 = 8 << 20;
/// Records of a sample: enough to meet every code, and each is mapped many times over.
pub const MAX_RECORDS: usize = 1_000;

/// The records of a sample, whole: before anything of them is narrowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Each in the form in which its mapping gets it.
    pub records: Vec<Map<String, Value>>,
    /// What of a file gave no record, in words without a value.
    pub rejected: Vec<String>,
}

/// Why a file is no sample.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SampleFault {
    /// Over its limit.
    #[error("the sample is over the limit of {limit} {unit}; take fewer records")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// Not JSON.
    #[error("the sample is not JSON")]
    NotJson,
    /// It ends in the middle.
    #[error("the sample ends before its end")]
    Truncated,
    /// A member that stands twice, a value too deep, or a shape that no record of this kind has.
    #[error("the sample has {what} at `{path}`")]
    Shape {
        /// What is wrong, in words.
        what: &'static str,
        /// Where, as a JSON pointer.
        path: String,
    },
    /// Not a sheet.
    #[error("the sample is not a sheet, XLSX or CSV in UTF-8, with a header")]
    NotASheet,
    /// There are no records in it.
    #[error(
        "the sample has no records: it must be a list of them, one of them, or an answer of the system with such a list"
    )]
    Empty,
}

impl From<WireFault> for SampleFault {
    fn from(fault: WireFault) -> Self {
        match fault {
            WireFault::TooLarge { limit, unit } => Self::TooLarge { limit, unit },
            WireFault::Truncated => Self::Truncated,
            WireFault::Unexpected { path, kind } => Self::Shape { what: kind.in_words(), path },
            WireFault::File(FileFault::Format) => Self::NotASheet,
            _ => Self::NotJson,
        }
    }
}

impl Sample {
    /// Reads a file's bytes as a sample of a kind: as the kind reads its files, or JSON: a list of records, one record, or a
    /// list answer of the system.
    ///
    /// # Errors
    /// [`SampleFault`], without any value.
    pub fn read(about: &About, bytes: &[u8]) -> Result<Self, SampleFault> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SampleFault::TooLarge { limit: MAX_BYTES, unit: "bytes" });
        }
        let sample = match about.source {
            Source::File(read) => {
                let (records, rejected) = read(bytes)?;
                within(records.len())?;
                Self { records, rejected }
            }
            Source::Json(lists) => answer(about, lists, bytes)?,
        };
        if sample.records.is_empty() && sample.rejected.is_empty() {
            return Err(SampleFault::Empty);
        }
        Ok(sample)
    }
}

fn answer(about: &About, lists: &[&str], bytes: &[u8]) -> Result<Sample, SampleFault> {
    let list = match json::read(bytes)? {
        Value::Array(list) => list,
        Value::Object(mut members) => {
            let listed = lists.iter().find(|name| members.get(**name).is_some_and(Value::is_array));
            match listed.and_then(|name| members.shift_remove(*name)) {
                Some(Value::Array(list)) => list,
                _ => vec![Value::Object(members)],
            }
        }
        _ => return Err(SampleFault::Empty),
    };
    within(list.len())?;
    let records = list.into_iter().enumerate().map(|(place, record)| match record {
        Value::Object(members) => (about.shape)(members).map_err(SampleFault::from),
        _ => Err(SampleFault::Shape { what: "no object", path: format!("/{place}") }),
    });
    Ok(Sample { records: records.collect::<Result<_, _>>()?, rejected: Vec::new() })
}

fn within(records: usize) -> Result<(), SampleFault> {
    let limit = MAX_RECORDS as u64;
    if records > MAX_RECORDS { Err(SampleFault::TooLarge { limit, unit: "records" }) } else { Ok(()) }
}

/// Reads bytes as a sample of every kind: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    for (_, about) in crate::config::kinds() {
        drop(Sample::read(about, bytes));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MAX_BYTES, MAX_RECORDS, Sample, SampleFault};
    use crate::config::{About, kinds};
    use crate::narrow::{Mark, Narrow};

    fn about(kind: &str) -> &'static About {
        kinds().find(|(word, _)| *word == kind).unwrap().1
    }

    fn read(kind: &str, text: &str) -> Result<Vec<Value>, SampleFault> {
        let sample = Sample::read(about(kind), text.as_bytes())?;
        Ok(sample.records.into_iter().map(Value::Object).collect())
    }

    #[test]
    fn a_list_one_record_and_an_answer_of_the_system_are_samples() {
        for text in [r#"[{"id":"a"}]"#, r#"{"id":"a"}"#, r#"{"data":[{"id":"a"}],"metadata":{"total":1}}"#] {
            assert_eq!(read("primero", text).unwrap(), [json!({"id": "a"})], "{text}");
        }
        let rows = read("spreadsheet", "sangam_record,prs_Gender\nK-1,Feminine\n").unwrap();
        assert_eq!(rows[0]["prs_Gender"], "Feminine");
        let kobo =
            read("kobotoolbox", r#"{"results":[{"_id":7,"meta/rootUuid":"uuid:r","person/name":"x"}]}"#).unwrap();
        assert_eq!(kobo[0], json!({"_id": 7, "person": {"name": "x"}, "meta": {"rootUuid": "r"}}));
        let entity = r#"{"uuid":"uuid:e","currentVersion":{"label":"l","data":{"sex":"f"},"version":1}}"#;
        assert_eq!(read("odk_central", entity).unwrap()[0]["sex"], "f");
        let entity = r#"{"instances":[{"trackedEntity":"t","attributes":[{"attribute":"A1","value":"x"}]}]}"#;
        assert_eq!(read("dhis2", entity).unwrap()[0]["attributes"], json!({"A1": "x"}));
    }

    #[test]
    fn what_is_no_sample_is_refused_with_words_and_without_a_value() {
        let nested = format!("{{\"a\":{}1{}}}", "[".repeat(60), "]".repeat(60));
        let many = format!("[{}{{}}]", "{},".repeat(MAX_RECORDS));
        let wide = format!("[{}0]", "0,".repeat(1_100_000));
        for (text, words) in [
            ("<html>", "not JSON"),
            (r#"[{"id":"#, "ends before its end"),
            (r#"{"name":"marker","name":"marker"}"#, "a member twice"),
            (&nested, "nested too deep"),
            (&many, "1000 records"),
            (&wide, "values"),
            ("[]", "no records"),
            ("\"marker\"", "no records"),
            ("[\"marker\"]", "no object at `/0`"),
        ] {
            let fault = read("primero", text).unwrap_err().to_string();
            assert!(fault.contains(words) && !fault.contains("marker"), "{fault}");
        }
        assert!(matches!(read("spreadsheet", "\u{0}"), Err(SampleFault::NotASheet | SampleFault::Empty)));
        let large = vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1];
        let fault = Sample::read(about("primero"), &large).unwrap_err();
        assert_eq!(fault, SampleFault::TooLarge { limit: MAX_BYTES, unit: "bytes" });
    }

    #[test]
    fn a_sample_passes_the_border_as_its_wire_lets_it() {
        let narrow = |fields: &[&str], of_referrals: &[&str], mark: &str| Narrow {
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            referral_fields: of_referrals.iter().map(|field| (*field).to_owned()).collect(),
            mark: Mark { field: mark.to_owned(), value: "yes".to_owned() },
        };
        let passed = |kind: &str, text: &str, narrow: &Narrow| {
            let record = Sample::read(about(kind), text.as_bytes()).unwrap().records.remove(0);
            (about(kind).is_marked(&record, narrow), about(kind).narrowed(record, narrow))
        };
        let case = r#"{"id":"a","name":"x","share":"yes","referrals":[{"id":"r","note":"n"}]}"#;
        let seen = passed("primero", case, &narrow(&["id", "share"], &["id"], "share"));
        assert_eq!(seen, (true, json!({"id": "a", "share": "yes", "referrals": [{"id": "r"}]})));
        let form = r#"{"__id":"uuid:a","person":{"name":"x","nid":"0"},"case":{"share":"no"}}"#;
        let seen = passed("odk_central", form, &narrow(&["person/name"], &[], "case/share"));
        assert_eq!(seen, (false, json!({"__id": "a", "person": {"name": "x"}})));
        let entity = r#"{"trackedEntity":"t","attributes":[{"attribute":"A1","value":"yes"},{"attribute":"A2","value":"x"}],"referrals":[{"event":"e","dataValues":[{"dataElement":"D1","value":"x"},{"dataElement":"D2","value":"y"}]}]}"#;
        let seen = passed("dhis2", entity, &narrow(&["attributes/A1"], &["event", "dataValues/D2"], "attributes/A1"));
        let expected = json!({"trackedEntity": "t", "attributes": {"A1": "yes"}, "referrals": [{"event": "e", "dataValues": {"D2": "y"}}]});
        assert_eq!(seen, (true, expected));
        let person = r#"{"id":"p","Patient":{"active":true,"gender":"female","name":[{"text":"x"}]},"withheld":[],"referrals":[{"id":"t","Task":{"status":"requested","note":"x"}}],"other":1}"#;
        let mut fhir = narrow(&["Patient.gender"], &["Task.status"], "Patient.active");
        fhir.mark.value = "true".to_owned();
        let expected = json!({"id": "p", "Patient": {"gender": "female"}, "withheld": [], "referrals": [{"id": "t", "Task": {"status": "requested"}}]});
        assert_eq!(passed("fhir_r4", person, &fhir), (true, expected));
    }
}
