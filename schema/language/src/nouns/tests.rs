//! The readable form of a category is its payload, member for member.

use sangam_vocabulary::payload::{self as p, Payload};
use sangam_vocabulary::{Calendar, Category, Code, Country, DateWritten, NameKind, NameWritten, Precision};
use serde_json::Value;

use super::SUBJECT;
use crate::port::SealedIn;
use crate::table::{Noun, Read, Type};

fn some() -> Option<String> {
    Some("x".to_owned())
}

/// A payload with every member there.
fn whole(category: Category) -> Payload {
    let x = || "x".to_owned();
    let names = || vec![NameWritten { text: x(), kind: NameKind::Alias, script: some() }];
    let birth = DateWritten { calendar: Calendar::Gregorian, text: x(), precision: Precision::Day, gregorian: some() };
    match category {
        Category::CaseReference => {
            Payload::CaseReference(p::CaseReference { number: x(), status: p::CaseStatus::ALL[0] })
        }
        Category::Demographics => {
            Payload::Demographics(p::Demographics { age_band: p::AgeBand::ALL[0], sex: p::Gender::ALL[0] })
        }
        Category::Tracing => Payload::Tracing(p::Tracing {
            names: names(),
            father: some(),
            mother: some(),
            place_of_origin: some(),
            year_of_birth: Some(2009),
        }),
        Category::Identity => Payload::Identity(p::Identity { names: names(), birth: Some(birth) }),
        Category::Image => Payload::Image(p::Image { reference: x() }),
        Category::Family => {
            Payload::Family(p::Family { relatives: vec![p::Relative { relationship: x(), name: some() }] })
        }
        Category::CurrentLocation => {
            Payload::CurrentLocation(p::CurrentLocation { country: Country::India, admin1: some(), place: some() })
        }
        Category::Origin => Payload::Origin(p::Origin { country: Some(Country::Nepal), admin1: some(), place: some() }),
        Category::NationalId => Payload::NationalId(p::NationalId {
            kind: p::DocumentKind::ALL[0],
            issuing_country: Country::India,
            verified_by: some(),
            verified_on: some(),
        }),
        Category::Health => Payload::Health(p::Health { notes: x() }),
        Category::Narrative => Payload::Narrative(p::Narrative {
            status: Some(p::TraffickingStatus::ALL[0]),
            exploitation: p::Exploitation::ALL.to_vec(),
            account: some(),
            support_types: p::SupportType::ALL.to_vec(),
            objectives: some(),
            action_plan: some(),
            retrafficked: Some(p::Retrafficked::ALL[0]),
        }),
        Category::Legal => Payload::Legal(p::Legal { report_number: some(), court: some(), notes: some() }),
        Category::Immigration => Payload::Immigration(p::Immigration {
            nationality: Some(Country::Nepal),
            confirmation: p::NationalityConfirmation::ALL[0],
        }),
        Category::SensitiveTraits => {
            Payload::SensitiveTraits(p::SensitiveTraits { religion: some(), ethnicity: some() })
        }
        Category::Perpetrator => Payload::Perpetrator(p::Perpetrator { notes: x() }),
        Category::Services => Payload::Services(p::Services { services: p::ServiceCode::ALL.to_vec(), note: some() }),
        Category::ContactSafety => Payload::ContactSafety(p::ContactSafety {
            safe_to_call: true,
            instructions: some(),
            protection_measures: p::ProtectionMeasure::ALL.to_vec(),
        }),
        Category::Documents => Payload::Documents(p::Documents { papers: vec![x()] }),
        Category::Messages => Payload::Messages(p::Messages { texts: vec![x()] }),
    }
}

fn inner(ty: &'static Type) -> &'static Type {
    match ty {
        Type::List(of) | Type::NonNull(of) => inner(of),
        named => named,
    }
}

/// The noun has a field for each member and no other, and its type is the member's.
fn compare(noun: &'static Noun, value: &Value, place: &str) {
    let members: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let fields: Vec<&str> = noun.fields.iter().map(|field| field.name).collect();
    assert_eq!(fields, members, "{place}");
    for field in noun.fields {
        let place = format!("{place}.{}", field.name);
        assert!(matches!(field.read, Read::Member(member) if member == field.name), "{place}");
        let value = &value[field.name];
        let value = if let Value::Array(items) = value { &items[0] } else { value };
        match inner(&field.ty) {
            Type::Object(noun) => compare(noun, value, &place),
            Type::Int => assert!(value.is_i64(), "{place}"),
            Type::Boolean => assert!(value.is_boolean(), "{place}"),
            Type::Code(list) => {
                assert!((list.values)().iter().any(|(code, _)| value == code), "{place}: {value} is no {}", list.name);
            }
            _ => assert!(value.is_string(), "{place}"),
        }
    }
}

#[test]
fn the_readable_form_of_a_category_must_be_its_payload() {
    for category in Category::ALL {
        let sealed = Read::Sealed(SealedIn::Subject, *category);
        let is = |read: Read| matches!((read, sealed), (Read::Sealed(_, one), Read::Sealed(_, other)) if one == other);
        let field =
            SUBJECT.fields.iter().find(|field| is(field.read)).unwrap_or_else(|| panic!("{category} has no field"));
        let Type::Object(noun) = field.ty else { panic!("{category} is no object") };
        let text = whole(*category).to_json().unwrap();
        compare(noun, &serde_json::from_slice(&text).unwrap(), noun.name);
    }
}
