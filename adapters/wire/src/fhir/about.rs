//! What an integrator is told of FHIR.

use serde_json::{Map, Value};

use super::fields::{self, Fields};
use crate::config::about::{About, Need, Source, Spelling, as_it_is, setting};
use crate::narrow::{Mark, Narrow};

const TOKEN: Need = Need::Way(&[0]);
const SECRET: Need = Need::Way(&[1]);
const KEY: Need = Need::Way(&[2]);
const CLIENT: Need = Need::Way(&[1, 2]);

pub(crate) const ABOUT: About = About {
    sentence: "FHIR R4: marked patients, their consents, and the tasks that ask somebody for something for them.",
    key: ".id",
    source: Source::Json(&[]),
    sample: "Records as the mapping gets them: `id`, `Patient` (the resource), `withheld` (a list) and `referrals` (a list of `id`, `Task` and `ServiceRequest`).",
    spelling: Spelling::Elements,
    settings: &[
        setting("base_url", "\"https://fhir.NAME.example/r4/\"", Need::Must, "The server's base: https."),
        setting(
            "identifier_system",
            "\"https://sangam.example/fhir/NAME\"",
            Need::Must,
            "The system of the hub's own identifiers there, by which a repeat is known.",
        ),
        setting("per_page", "50", Need::May, "Patients a page, 1 to 100."),
        setting("token_file", "\"NAME.token\"", TOKEN, "The file beside this one that holds a token made by a person;"),
        setting("token_url", "\"oauth/token\"", CLIENT, "or, in place of it, the token endpoint,"),
        setting("client_id", "\"sangam\"", CLIENT, "the hub's id there,"),
        setting("scopes", "[\"system/Patient.rs\"]", CLIENT, "the scopes that are asked for,"),
        setting("client_secret_file", "\"NAME.secret\"", SECRET, "and the file that holds a secret;"),
        setting("key_id", "\"sangam-1\"", KEY, "or, in place of the secret, the name of the hub's key"),
        setting("private_key_file", "\"NAME.p384.pem\"", KEY, "and its file: P-384, P-256 or Ed25519, PKCS#8 in PEM."),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked,
};

fn marked(record: &Map<String, Value>, mark: &Mark) -> bool {
    record.get("Patient").and_then(Value::as_object).is_some_and(|patient| fields::is_marked(patient, mark))
}

fn narrowed(mut record: Map<String, Value>, narrow: &Narrow) -> Value {
    let keep = |name: &str, configured: &[String], of: &mut Map<String, Value>| {
        if let Some(Value::Object(resource)) = of.get_mut(name).map(Value::take) {
            of.insert(name.to_owned(), Fields::of(name, configured).kept(resource));
        }
    };
    keep("Patient", &narrow.fields, &mut record);
    for referral in record.get_mut("referrals").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(members) = referral.as_object_mut() else { continue };
        for name in ["Task", "ServiceRequest"] {
            keep(name, &narrow.referral_fields, members);
        }
        members.retain(|name, _| matches!(name.as_str(), "id" | "Task" | "ServiceRequest"));
    }
    record.retain(|name, _| matches!(name.as_str(), "id" | "Patient" | "withheld" | "referrals"));
    Value::Object(record)
}
