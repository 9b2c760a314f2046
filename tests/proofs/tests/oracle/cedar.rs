//! The policies as text, and their ids.

use cedar_policy::{ActionConstraint, EntityUid, Policy, PolicyId, PolicySet, ResourceConstraint, Schema};

/// The policies that are no row of law.
pub(crate) const OWN: [&str; 13] = [
    "relation",
    "locked",
    "team",
    "actor",
    "suspended",
    "shut",
    "recalled",
    "owner",
    "emergency",
    "consent",
    "override",
    "agreement",
    "unreadable",
];

const TEXTS: [&str; 13] = [
    include_str!("../../cedar/relation.cedar"),
    include_str!("../../cedar/asker.cedar"),
    include_str!("../../cedar/grounds.cedar"),
    include_str!("../../cedar/agreement.cedar"),
    include_str!("../../cedar/law/afghanistan.cedar"),
    include_str!("../../cedar/law/bangladesh.cedar"),
    include_str!("../../cedar/law/bhutan.cedar"),
    include_str!("../../cedar/law/india.cedar"),
    include_str!("../../cedar/law/sri_lanka.cedar"),
    include_str!("../../cedar/law/maldives.cedar"),
    include_str!("../../cedar/law/nepal.cedar"),
    include_str!("../../cedar/law/pakistan.cedar"),
    include_str!("../../cedar/law/hub.cedar"),
];

/// The schema.
pub(crate) fn schema() -> Schema {
    let (schema, warnings) = Schema::from_cedarschema_str(include_str!("../../cedar/sangam.cedarschema")).unwrap();
    let warnings: Vec<_> = warnings.map(|warning| warning.to_string()).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    schema
}

/// Every policy, its id taken from its `@id`.
pub(crate) fn policies() -> PolicySet {
    let mut out = PolicySet::new();
    for text in TEXTS {
        let read: PolicySet = text.parse().unwrap();
        for policy in read.policies() {
            out.add(named(policy)).unwrap();
        }
    }
    out
}

fn named(policy: &Policy) -> Policy {
    policy.new_id(PolicyId::new(policy.annotation("id").unwrap()))
}

/// The policies whose scope names this action and resource or none. The scope alone is looked at: what is left out
/// could not have matched, and no condition is read.
pub(crate) fn slice(policies: &PolicySet, action: &EntityUid, resource: &EntityUid) -> PolicySet {
    let mut out = PolicySet::new();
    for policy in policies.policies() {
        let acts = match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(named) => named == *action,
            ActionConstraint::In(named) => named.contains(action),
        };
        let concerns = match policy.resource_constraint() {
            ResourceConstraint::Eq(named) => named == *resource,
            _ => true,
        };
        if acts && concerns {
            out.add(policy.clone()).unwrap();
        }
    }
    out
}
