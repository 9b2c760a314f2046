//! What the registry promises, looked at from outside: every word has a sentence, the tables keep their rules.

use std::collections::BTreeSet;

use async_graphql::SDLExportOptions;
use async_graphql::Schema;
use async_graphql::registry::{MetaInputValue, MetaType};

use super::check::Checker;
use super::roots::{Mutations, Queries, Subscriptions};
use crate::nouns;
use crate::roots::{MUTATIONS, NODES, QUERIES, Root, SUBSCRIPTIONS, Shape};
use crate::table::{Noun, Read, Type};

fn roots() -> impl Iterator<Item = &'static Root> {
    QUERIES.iter().chain(MUTATIONS).chain(SUBSCRIPTIONS)
}

fn inner(ty: &'static Type) -> &'static Type {
    match ty {
        Type::List(of) | Type::NonNull(of) => inner(of),
        named => named,
    }
}

/// Every noun that a root field leads to.
fn reachable() -> Vec<&'static Noun> {
    fn add(noun: &'static Noun, seen: &mut BTreeSet<&'static str>, found: &mut Vec<&'static Noun>) {
        if seen.insert(noun.name) {
            found.push(noun);
            for field in noun.fields {
                if let Type::Object(next) = inner(&field.ty) {
                    add(next, seen, found);
                }
            }
        }
    }
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for root in roots() {
        let nouns: Vec<&'static Noun> = match root.shape {
            Shape::One(noun)
            | Shape::Connection(noun)
            | Shape::List(noun)
            | Shape::Each(noun, _)
            | Shape::Event(noun) => vec![noun],
            Shape::Node => NODES.iter().map(|kind| kind.noun).collect(),
            Shape::Payload(payload) => payload.members.to_vec(),
        };
        nouns.into_iter().for_each(|noun| add(noun, &mut seen, &mut found));
    }
    found
}

/// The registry is not to be had from a schema, so it is read from the visible side: each type is asked of a
/// registry made the same way.
fn types() -> Vec<MetaType> {
    use async_graphql::{OutputType, SubscriptionType};
    let mut registry = async_graphql::registry::Registry::default();
    Queries::create_type_info(&mut registry);
    Mutations::create_type_info(&mut registry);
    Subscriptions::create_type_info(&mut registry);
    registry.types.into_values().collect()
}

fn lacks(sentence: Option<&String>) -> bool {
    // A sentence begins with a letter or a code in backticks, is longer than a label, and ends.
    sentence.is_none_or(|sentence| sentence.len() < 3 || !sentence.ends_with(['.', '`', ':']))
}

#[test]
fn every_type_field_argument_and_value_must_have_a_sentence() {
    let mut without = Vec::new();
    let inputs = |of: &str, inputs: Vec<&MetaInputValue>, without: &mut Vec<String>| {
        for input in inputs.into_iter().filter(|input| lacks(input.description.as_ref())) {
            without.push(format!("{of}({})", input.name));
        }
    };
    for ty in types() {
        let description = match &ty {
            MetaType::Scalar { description, .. }
            | MetaType::Object { description, .. }
            | MetaType::Interface { description, .. }
            | MetaType::Union { description, .. }
            | MetaType::Enum { description, .. }
            | MetaType::InputObject { description, .. } => description,
        };
        if lacks(description.as_ref()) {
            without.push(ty.name().to_owned());
        }
        for field in ty.fields().into_iter().flat_map(|fields| fields.values()) {
            let name = format!("{}.{}", ty.name(), field.name);
            if lacks(field.description.as_ref()) {
                without.push(name.clone());
            }
            inputs(&name, field.args.values().collect(), &mut without);
        }
        match &ty {
            MetaType::Enum { enum_values, .. } => {
                let bare = enum_values.values().filter(|value| lacks(value.description.as_ref()));
                without.extend(bare.map(|value| format!("{}.{}", ty.name(), value.name)));
            }
            MetaType::InputObject { input_fields, .. } => {
                inputs(ty.name(), input_fields.values().collect(), &mut without);
            }
            _ => {}
        }
    }
    assert_eq!(without, Vec::<String>::new());
}

#[test]
fn a_gated_field_must_be_nullable_and_a_sealed_one_gated_by_its_own_category() {
    for noun in reachable() {
        for field in noun.fields {
            let place = format!("{}.{}", noun.name, field.name);
            if field.category.is_some() {
                assert!(!matches!(field.ty, Type::NonNull(_)), "{place} is gated and may not be null");
                assert!(noun.of_subject, "{place} is gated and about nobody");
            }
            if let Read::Sealed(_, category) = field.read {
                assert_eq!(field.category, Some(category), "{place} is sealed under another category than its gate");
            }
        }
    }
}

#[test]
fn a_field_reads_what_its_type_is() {
    for noun in reachable() {
        for field in noun.fields {
            let place = format!("{}.{}", noun.name, field.name);
            let is_object = matches!(inner(&field.ty), Type::Object(_));
            let is_list = matches!(field.ty, Type::List(_) | Type::NonNull(&Type::List(_)));
            match field.read {
                Read::Within(_) | Read::Sealed(..) => assert!(is_object && !is_list, "{place} is one object"),
                Read::Rows(_) => assert!(is_object && is_list, "{place} is a list of objects"),
                Read::Withheld => assert!(is_object && is_list, "{place} is a list of objects"),
                Read::CanSee | Read::CanDo => assert!(is_list && !is_object, "{place} is a list of codes"),
                Read::Column(_) | Read::Outward(..) | Read::State(..) => assert!(!is_object, "{place} is a value"),
                Read::Told(..) => assert!(!is_object, "{place} is a code or a list of codes"),
                Read::Member(_) => {}
            }
        }
    }
}

#[test]
fn a_noun_has_one_name_and_a_name_one_noun() {
    let names: Vec<&str> = reachable().iter().map(|noun| noun.name).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), once.len());
    for noun in [&nouns::ORGANIZATION, &nouns::SUBJECT, &nouns::REFERRAL, &nouns::CONSENT, &nouns::DISCLOSURE] {
        assert!(once.contains(noun.name), "no root field leads to {}", noun.name);
    }
    for noun in reachable() {
        assert_eq!(noun.is_node, NODES.iter().any(|kind| kind.noun.name == noun.name), "{}", noun.name);
        let fields: BTreeSet<&str> = noun.fields.iter().map(|field| field.name).collect();
        assert_eq!(fields.len(), noun.fields.len(), "{} has a field twice", noun.name);
    }
}

#[test]
fn a_root_field_that_leads_to_a_subject_must_say_so() {
    for root in roots() {
        let of_subject = match root.shape {
            Shape::One(noun)
            | Shape::Connection(noun)
            | Shape::List(noun)
            | Shape::Each(noun, _)
            | Shape::Event(noun) => noun.of_subject,
            Shape::Payload(payload) => payload.members.iter().any(|noun| noun.of_subject),
            // The id says of whom, and the plan of that noun whether of a subject.
            Shape::Node => continue,
        };
        assert_eq!(root.of_subject, of_subject, "{}", root.name);
    }
}

#[test]
fn the_sdl_must_not_depend_on_introspection() {
    assert_eq!(Checker::new(true).sdl(), Checker::new(false).sdl());
}

#[test]
fn async_graphql_must_take_the_registry_whole() {
    let schema = Schema::build(Queries, Mutations, Subscriptions).finish();
    let sdl = schema.sdl_with_options(SDLExportOptions::new());
    for ty in types() {
        assert!(sdl.contains(ty.name()), "{} is not in the SDL", ty.name());
    }
}

mod verdicts {
    //! Our reading of variables agrees with async-graphql's, but where that one looks away.

    use async_graphql::parser::parse_query;
    use async_graphql::{Request, Schema, Variables as Given};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::roots::{Mutations, Queries, Subscriptions};
    use crate::coerce::Variables;

    fn leaf() -> impl Strategy<Value = Value> {
        const WORDS: &[&str] =
            &["SENT", "URGENT", "SHELTER", "HEALTH", "sent", "", "2026-11-24T08:00:00Z", "2026-11-24", "7", "sub_1"];
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-5_i64..200).prop_map(Value::from),
            prop_oneof![
                Just(i64::from(i32::MAX)),
                Just(i64::from(i32::MIN)),
                Just(i64::from(i32::MAX) + 1),
                any::<i64>()
            ]
            .prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-10.0..10.0_f64).prop_map(Value::from),
            prop::sample::select(WORDS).prop_map(Value::from),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        leaf().prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(&["consent", "idempotencyKey", "more"][..]), inner), 0..3)
                    .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    fn consent() -> Value {
        json!({
            "idempotencyKey": "k", "subject": "sub_1", "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED",
            "answers": [true], "purposes": ["PROTECTION"], "categories": ["HEALTH"], "recipients": ["org_1"],
            "countries": ["IN"], "until": "2027-01-01T00:00:00Z",
        })
    }

    /// A variable's type, an operation that uses it, and a value of it or not.
    fn question() -> impl Strategy<Value = (&'static str, &'static str, Value)> {
        let simple = prop::sample::select(
            &[
                ("Int", "query($v: Int) { organizations(first: $v) { nodes { id } } }"),
                ("ID!", "query($v: ID!) { organization(id: $v) { id } }"),
                ("String", "query($v: String) { organizations(after: $v) { nodes { id } } }"),
                ("ReferralState", "query($v: ReferralState) { referrals(state: $v) { nodes { id } } }"),
                ("Boolean!", "query($v: Boolean!) { organizations @include(if: $v) { nodes { id } } }"),
                (
                    "WithdrawConsentInput!",
                    "mutation($v: WithdrawConsentInput!) { withdrawConsent(input: $v) { __typename } }",
                ),
            ][..],
        );
        let fields: Vec<String> = consent()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .chain(["from".to_owned(), "more".to_owned(), "noConflict".to_owned()])
            .collect();
        let changed = (prop::sample::select(fields), value(), any::<bool>()).prop_map(|(field, value, remove)| {
            let mut input = consent();
            if remove {
                input.as_object_mut().unwrap().remove(&field);
            } else {
                input[field] = value;
            }
            ("GiveConsentInput!", "mutation($v: GiveConsentInput!) { giveConsent(input: $v) { __typename } }", input)
        });
        prop_oneof![(simple, value()).prop_map(|((ty, query), value)| (ty, query, value)), changed]
    }

    fn theirs(query: &str, value: &Value) -> bool {
        let schema = Schema::build(Queries, Mutations, Subscriptions).finish();
        let request = Request::new(query).variables(Given::from_json(json!({ "v": value })));
        let response = futures_util::FutureExt::now_or_never(schema.execute(request)).expect("nothing waits");
        response.errors.is_empty()
    }

    fn ours(query: &str, value: &Value) -> bool {
        let document = parse_query(query).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let given = json!({ "v": value });
        Variables::read(&operation.node, given.as_object().unwrap()).is_ok()
    }

    /// What async-graphql lets validation pass and only its own resolvers would find: a whole number beyond 32
    /// bits, a value that is no object where an input object must be.
    fn looks_away(ty: &str, value: &Value) -> bool {
        match value {
            Value::Number(number) if ty == "Int" => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_err())
            }
            value => ty.ends_with("Input!") && !value.is_object() && !value.is_null(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_500))]
        #[test]
        fn variables_must_be_judged_as_async_graphql_does_or_stricter((ty, query, value) in question()) {
            if looks_away(ty, &value) {
                prop_assert!(!ours(query, &value), "{} took {}", ty, value);
            } else {
                prop_assert_eq!(ours(query, &value), theirs(query, &value), "{} {}", ty, value);
            }
        }
    }

    #[test]
    fn both_verdicts_must_be_met() {
        for (value, fits) in [(json!(3), true), (json!("3"), false)] {
            let query = "query($v: Int) { organizations(first: $v) { nodes { id } } }";
            assert_eq!((ours(query, &value), theirs(query, &value)), (fits, fits));
        }
    }
}
