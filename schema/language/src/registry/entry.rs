//! One registry entry a table: objects, connections, unions, enums, input objects, scalars.

use std::sync::Arc;

use async_graphql::indexmap::{IndexMap, IndexSet};
use async_graphql::registry::{MetaEnumValue, MetaField, MetaInputValue, MetaType, Registry};
use async_graphql::{CacheControl, Value};
use sangam_vocabulary::Instant;

use crate::roots::{Argument, Input, InputType, NODES, Payload, Root, Shape};
use crate::table::{CodeList, Noun, Type};

/// The scalar of instants.
const DATE_TIME: &str = "DateTime";
/// The interface of what an id finds.
pub(crate) const NODE: &str = "Node";
/// Where a page begins and ends.
const PAGE_INFO: &str = "PageInfo";

pub(super) fn field(name: &str, sentence: &str, ty: String, args: IndexMap<String, MetaInputValue>) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: Some(sentence.to_owned()),
        args,
        ty,
        deprecation: async_graphql::registry::Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

pub(super) fn object(
    name: &str,
    sentence: &str,
    fields: Vec<MetaField>,
    rust: Option<&'static str>,
    is_subscription: bool,
) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: Some(sentence.to_owned()),
        fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        cache_control: CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription,
        rust_typename: rust,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn plain(name: &str, sentence: &str, ty: &str) -> MetaField {
    field(name, sentence, ty.to_owned(), IndexMap::new())
}

/// A field type as GraphQL spells it, with its types registered.
fn output(registry: &mut Registry, ty: &Type) -> String {
    match ty {
        Type::Id => "ID".to_owned(),
        Type::Text => "String".to_owned(),
        Type::Int => "Int".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::DateTime => date_time(registry),
        Type::Code(list) => codes(registry, list),
        Type::Object(noun) => noun_entry(registry, noun),
        Type::List(item) => format!("[{}]", output(registry, item)),
        Type::NonNull(of) => format!("{}!", output(registry, of)),
    }
}

fn date_time(registry: &mut Registry) -> String {
    registry.types.entry(DATE_TIME.to_owned()).or_insert_with(|| MetaType::Scalar {
        name: DATE_TIME.to_owned(),
        description: Some("An instant, RFC 3339; answers are in UTC with milliseconds.".to_owned()),
        is_valid: Some(Arc::new(|value| matches!(value, Value::String(text) if Instant::read(text).is_some()))),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    });
    DATE_TIME.to_owned()
}

fn codes(registry: &mut Registry, list: &CodeList) -> String {
    registry.types.entry(list.name.to_owned()).or_insert_with(|| MetaType::Enum {
        name: list.name.to_owned(),
        description: Some(list.sentence.to_owned()),
        enum_values: (list.values)()
            .into_iter()
            .map(|(name, sentence)| {
                let value = MetaEnumValue {
                    name: name.to_owned(),
                    description: Some(sentence.to_owned()),
                    deprecation: async_graphql::registry::Deprecation::NoDeprecated,
                    visible: None,
                    inaccessible: false,
                    tags: Vec::new(),
                    directive_invocations: Vec::new(),
                };
                (name.to_owned(), value)
            })
            .collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    });
    list.name.to_owned()
}

fn noun_entry(registry: &mut Registry, noun: &'static Noun) -> String {
    if !registry.types.contains_key(noun.name) {
        // Entered before its fields are, so that nouns may name each other in circles.
        registry.types.insert(noun.name.to_owned(), object(noun.name, noun.sentence, Vec::new(), None, false));
        let fields = noun
            .fields
            .iter()
            .map(|row| field(row.name, row.sentence, output(registry, &row.ty), IndexMap::new()))
            .collect();
        registry.types.insert(noun.name.to_owned(), object(noun.name, noun.sentence, fields, None, false));
        if noun.is_node {
            registry.add_implements(noun.name, NODE);
        }
    }
    noun.name.to_owned()
}

fn node_entry(registry: &mut Registry) -> String {
    let id = plain("id", "The id, as this caller sees it.", "ID!");
    let possible_types: IndexSet<String> = NODES.iter().map(|kind| noun_entry(registry, kind.noun)).collect();
    let entry = MetaType::Interface {
        name: NODE.to_owned(),
        description: Some("What an id finds.".to_owned()),
        fields: IndexMap::from_iter([(id.name.clone(), id)]),
        possible_types,
        extends: false,
        inaccessible: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    registry.types.insert(NODE.to_owned(), entry);
    NODE.to_owned()
}

fn connection_entry(registry: &mut Registry, noun: &'static Noun) -> String {
    let name = noun_entry(registry, noun);
    let (connection, edge) = (format!("{name}Connection"), format!("{name}Edge"));
    let page_info = vec![
        plain("hasNextPage", "Whether more follow.", "Boolean!"),
        plain("hasPreviousPage", "Whether some came before.", "Boolean!"),
        plain("startCursor", "The cursor of the first row; null when there is none.", "String"),
        plain("endCursor", "The cursor of the last row, to go on after; null when there is none.", "String"),
    ];
    let edges = vec![
        plain("cursor", "The row's cursor, for this caller and query only.", "String!"),
        plain("node", "The row.", &format!("{name}!")),
    ];
    let fields = vec![
        plain("edges", "The rows, each with its cursor.", &format!("[{edge}!]!")),
        plain("nodes", "The rows.", &format!("[{name}!]!")),
        plain("pageInfo", "Where the page begins and ends.", &format!("{PAGE_INFO}!")),
    ];
    let entries = [
        object(
            PAGE_INFO,
            "Where a page begins and ends. There is no total: it would count what others hold.",
            page_info,
            None,
            false,
        ),
        object(&edge, "A row of a page and its cursor.", edges, None, false),
        object(&connection, "A page of rows.", fields, None, false),
    ];
    for entry in entries {
        registry.types.insert(entry.name().to_owned(), entry);
    }
    connection
}

fn payload_entry(registry: &mut Registry, payload: &'static Payload) -> String {
    let possible_types = payload.members.iter().map(|noun| noun_entry(registry, noun)).collect();
    let entry = MetaType::Union {
        name: payload.name.to_owned(),
        description: Some(payload.sentence.to_owned()),
        possible_types,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
    };
    registry.types.insert(payload.name.to_owned(), entry);
    payload.name.to_owned()
}

/// An input type's own entries.
fn input(registry: &mut Registry, ty: &InputType) {
    match ty.innermost() {
        InputType::DateTime => {
            date_time(registry);
        }
        InputType::Code(list) => {
            codes(registry, list);
        }
        InputType::Input(table) => input_entry(registry, table),
        InputType::Id | InputType::Text | InputType::Int | InputType::Boolean => {}
        InputType::List(_) | InputType::NonNull(_) => {}
    }
}

fn input_entry(registry: &mut Registry, table: &'static Input) {
    let entry = MetaType::InputObject {
        name: table.name.to_owned(),
        description: Some(table.sentence.to_owned()),
        input_fields: arguments(registry, table.fields),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: false,
        directive_invocations: Vec::new(),
    };
    registry.types.insert(table.name.to_owned(), entry);
}

fn arguments(registry: &mut Registry, table: &'static [Argument]) -> IndexMap<String, MetaInputValue> {
    table
        .iter()
        .map(|argument| {
            input(registry, &argument.ty);
            let entry = MetaInputValue {
                name: argument.name.to_owned(),
                description: Some(argument.sentence.to_owned()),
                ty: argument.ty.spelled(),
                deprecation: async_graphql::registry::Deprecation::NoDeprecated,
                default_value: argument.default.map(crate::roots::Default::literal),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                is_secret: false,
                directive_invocations: Vec::new(),
            };
            (argument.name.to_owned(), entry)
        })
        .collect()
}

/// A root field's entry.
pub(super) fn root_field(registry: &mut Registry, root: &'static Root) -> MetaField {
    let ty = match root.shape {
        Shape::One(noun) => noun_entry(registry, noun),
        Shape::Node => node_entry(registry),
        Shape::Connection(noun) => connection_entry(registry, noun),
        Shape::List(noun) | Shape::Each(noun, _) => format!("[{}!]", noun_entry(registry, noun)),
        Shape::Payload(payload) => payload_entry(registry, payload),
        Shape::Event(noun) => format!("{}!", noun_entry(registry, noun)),
    };
    let arguments = arguments(registry, root.arguments);
    field(root.name, root.sentence, ty, arguments)
}
