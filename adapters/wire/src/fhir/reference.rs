//! References between resources. One server spells the same one in several ways: relative, absolute, with a version.

use reqwest::Url;
use serde_json::Value;

use super::bundle::{Resource, is_id};

/// A reference in its shortest spelling, `Type/id`, where it is one on this server; any other text stays as it is.
fn short(base: &Url, text: &str) -> Option<String> {
    let below = text.strip_prefix(base.as_str()).unwrap_or(text);
    let mut parts = below.split('/');
    let (kind, id) = (parts.next()?, parts.next()?);
    let versioned =
        matches!((parts.next(), parts.next(), parts.next()), (None, None, None) | (Some("_history"), Some(_), None));
    let named = kind.bytes().all(|byte| byte.is_ascii_alphabetic()) && !kind.is_empty();
    (versioned && named && is_id(id)).then(|| format!("{kind}/{id}"))
}

/// Spells every reference in a value in the shortest way.
pub(super) fn spell(base: &Url, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spell(base, item)),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if name == "reference" => {
                        if let Some(short) = short(base, text) {
                            *text = short;
                        }
                    }
                    _ => spell(base, value),
                }
            }
        }
        _ => {}
    }
}

/// The id of the resource that a member refers to, where it is one of the type.
pub(super) fn target<'r>(resource: &'r Resource, member: &str, kind: &str) -> Option<&'r str> {
    let text = resource.get(member)?.get("reference")?.as_str()?;
    text.strip_prefix(kind)?.strip_prefix('/').filter(|id| is_id(id))
}

#[cfg(test)]
mod tests {
    use super::{Url, short};

    #[test]
    fn one_resource_is_spelled_in_one_way() {
        let base = Url::parse("https://fhir.example/r4/").unwrap();
        for text in ["Patient/p1", "https://fhir.example/r4/Patient/p1", "Patient/p1/_history/3"] {
            assert_eq!(short(&base, text).as_deref(), Some("Patient/p1"), "{text}");
        }
        for text in
            ["#p1", "https://other.example/r4/Patient/p1", "urn:uuid:1", "Patient", "Patient/p1/x", "Patient/a b"]
        {
            assert_eq!(short(&base, text), None, "{text}");
        }
    }
}
