//! What of a resource passes the border. A field is spelled by its resource and its elements, `Patient.name.text` or
//! `Task.restriction`; lists are gone through, and what stands below a field that is named passes whole. Contained
//! resources and extensions pass only where they are named.

use serde_json::Value;

use super::bundle::Resource;
use crate::narrow::Mark;
use crate::tree::{Tree, has};

/// The fields of one type of resource, as a tree of elements.
#[derive(Debug, Default)]
pub(super) struct Fields(Tree);

impl Fields {
    /// The fields of a type among those that are configured.
    pub(super) fn of(kind: &str, configured: &[String]) -> Self {
        let mut tree = Tree::default();
        for field in configured {
            let mut elements = field.split('.');
            if elements.next() == Some(kind) {
                let elements: Vec<&str> = elements.collect();
                tree.add(&elements);
            }
        }
        Self(tree)
    }

    /// The resource's own fields and nothing else; its id is kept beside by whoever asks.
    pub(super) fn kept(&self, resource: Resource) -> Value {
        self.0.kept(Value::Object(resource))
    }
}

/// Whether a patient is marked for the hub: some value at the mark's field is the mark's. A coding is spelled as a search
/// for it is, `system|code`.
pub(super) fn is_marked(patient: &Resource, mark: &Mark) -> bool {
    let mut elements = mark.field.split('.');
    elements.next() == Some("Patient")
        && has(&Value::Object(patient.clone()), elements, &|value| spelled(value).as_deref() == Some(&mark.value))
}

fn spelled(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(coding) => {
            let text = |name: &str| coding.get(name).and_then(Value::as_str);
            Some(format!("{}|{}", text("system").unwrap_or_default(), text("code")?))
        }
        _ => None,
    }
}

/// The search parameter that asks a server for marked patients only, where the mark's field has one; the answer is
/// filtered again.
pub(super) fn filter(mark: &Mark) -> Option<(&'static str, String)> {
    let parameter = match mark.field.as_str() {
        "Patient.meta.tag" => "_tag",
        "Patient.meta.security" => "_security",
        "Patient.active" => "active",
        _ => return None,
    };
    Some((parameter, mark.value.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fields, filter, is_marked};
    use crate::narrow::Mark;

    fn object(value: Value) -> serde_json::Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn only_named_elements_pass_at_any_depth() {
        let fields = ["Patient.name.text", "Patient.gender", "Patient.address.line", "Patient.address", "Task.status"];
        let fields = Fields::of("Patient", &fields.map(str::to_owned));
        let patient = json!({
            "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "2001",
            "name": [{"text": "Tara", "family": "Das"}, {"family": "Roy"}, "odd"],
            "address": [{"line": ["1"], "city": "X"}], "status": "y",
            "contained": [{"resourceType": "Patient"}], "extension": [{"url": "u", "valueString": "s"}],
        });
        let kept = fields.kept(object(patient));
        assert_eq!(
            kept,
            json!({
                "gender": "female", "name": [{"text": "Tara"}, {}, null], "address": [{"line": ["1"], "city": "X"}],
            })
        );
    }

    #[test]
    fn a_mark_is_a_value_at_its_place_and_nowhere_else() {
        let mark = |field: &str, value: &str| Mark { field: field.to_owned(), value: value.to_owned() };
        let patient = object(json!({
            "active": true,
            "meta": {"tag": [{"system": "s", "code": "other"}, {"system": "https://h", "code": "share"}, "x", {}]},
        }));
        assert!(is_marked(&patient, &mark("Patient.meta.tag", "https://h|share")));
        assert!(is_marked(&patient, &mark("Patient.active", "true")));
        for (field, value) in [
            ("Patient.meta.tag", "share"),
            ("Patient.meta.tag", "https://h|share2"),
            ("Patient.meta.tag", "https://h"),
            ("Patient.meta", "https://h|share"),
            ("Task.active", "true"),
            ("meta.tag", "https://h|share"),
        ] {
            assert!(!is_marked(&patient, &mark(field, value)), "{field} {value}");
        }
        assert_eq!(filter(&mark("Patient.meta.tag", "s|c")), Some(("_tag", "s|c".to_owned())));
        assert_eq!(filter(&mark("Patient.gender", "female")), None);
    }
}
