//! The promises of a schema, held against an answer: every key that was asked for is there, in the query's
//! order, and nothing else; nothing is null where the SDL says non-null; scalars and enums are of their
//! type. The stock engine leaves out the key of a failed field, and a client generated from the SDL would
//! break on that, so the tests must too.
//!
//! It reads documents with the parser the hub uses, but it follows selections by itself; the executing
//! oracle is graphql-js, see [`crate::node`].

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, FieldDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{parse_query, parse_schema};
use serde_json::{Map, Value};

/// A schema, as far as answers depend on it.
#[derive(Debug)]
pub struct Promises {
    types: HashMap<String, Shape>,
    query: String,
    mutation: String,
    subscription: String,
}

#[derive(Debug)]
enum Shape {
    Scalar,
    Enum(Vec<String>),
    /// Fields with their types, and the interfaces it is one of.
    Object(HashMap<String, Type>, Vec<String>),
    /// Fields with their types.
    Interface(HashMap<String, Type>),
    Union(Vec<String>),
}

/// The fields of one object that were asked for: response key, field name, selections to merge.
type Asked<'d> = Vec<(&'d str, &'d str, Vec<&'d SelectionSet>)>;

impl Promises {
    /// Reads the promises of an SDL.
    ///
    /// # Panics
    /// When the SDL cannot be parsed.
    #[must_use]
    pub fn read(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the committed SDL parses");
        let mut promises = Self {
            types: ["Int", "Float", "String", "Boolean", "ID"]
                .map(|name| (name.to_owned(), Shape::Scalar))
                .into_iter()
                .collect(),
            query: "Query".to_owned(),
            mutation: "Mutation".to_owned(),
            subscription: "Subscription".to_owned(),
        };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let roots = schema.node;
                    promises.query = roots.query.map_or(promises.query, |name| name.node.to_string());
                    promises.mutation = roots.mutation.map_or(promises.mutation, |name| name.node.to_string());
                    promises.subscription =
                        roots.subscription.map_or(promises.subscription, |name| name.node.to_string());
                }
                TypeSystemDefinition::Type(definition) => {
                    if let Some(shape) = shape(definition.node.kind) {
                        promises.types.insert(definition.node.name.node.to_string(), shape);
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        promises
    }

    /// The sentences of what this answer breaks; empty when it keeps every promise. An answer without data
    /// breaks none.
    ///
    /// # Panics
    /// When there is data to a query that cannot be parsed or holds several operations.
    #[must_use]
    pub fn broken_by(&self, query: &str, variables: &Value, answer: &Value) -> Vec<String> {
        let Some(data) = answer.get("data").filter(|data| !data.is_null()) else {
            return Vec::new();
        };
        let document = match parse_query(query) {
            Ok(document) => document,
            Err(fault) => {
                panic!("an operation that does not parse was answered with data: {fault}")
            }
        };
        let operation = single(&document.operations);
        let root = match operation.ty {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        };
        let defaults = operation.variable_definitions.iter().filter_map(|definition| {
            let default = definition.node.default_value()?.clone().into_json().ok()?;
            Some((definition.node.name.node.as_str(), default))
        });
        let mut given: HashMap<&str, Value> = defaults.collect();
        if let Some(variables) = variables.as_object() {
            given.extend(variables.iter().map(|(name, value)| (name.as_str(), value.clone())));
        }
        let mut reading = Reading { promises: self, document: &document, given, broken: Vec::new() };
        reading.object("data", root, data, &[&operation.selection_set.node]);
        reading.broken
    }
}

/// One answer being read.
struct Reading<'d> {
    promises: &'d Promises,
    document: &'d ExecutableDocument,
    given: HashMap<&'d str, Value>,
    broken: Vec<String>,
}

impl<'d> Reading<'d> {
    fn value(&mut self, path: &str, wanted: &Type, value: &Value, selections: &[&'d SelectionSet]) {
        if value.is_null() {
            if !wanted.nullable {
                self.broken.push(format!("{path} is null, and its type is {wanted}"));
            }
            return;
        }
        match &wanted.base {
            BaseType::List(item) => match value {
                Value::Array(values) => {
                    for (position, value) in values.iter().enumerate() {
                        self.value(&format!("{path}.{position}"), item, value, selections);
                    }
                }
                _ => self.broken.push(format!("{path} is no list, and its type is {wanted}")),
            },
            BaseType::Named(name) => self.named(path, name.as_str(), value, selections),
        }
    }

    fn named(&mut self, path: &str, name: &str, value: &Value, selections: &[&'d SelectionSet]) {
        let promises = self.promises;
        match promises.types.get(name) {
            None => self.broken.push(format!("{path} has the type {name}, which the SDL does not define")),
            Some(Shape::Scalar) => {
                let kept = match name {
                    "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                    "Float" => value.is_number(),
                    "Boolean" => value.is_boolean(),
                    "String" | "ID" => value.is_string(),
                    _ => true,
                };
                if !kept {
                    self.broken.push(format!("{path} is no {name}"));
                }
            }
            Some(Shape::Enum(values)) => {
                if !value.as_str().is_some_and(|value| values.iter().any(|known| known == value)) {
                    self.broken.push(format!("{path} is no value of {name}"));
                }
            }
            Some(_) => self.object(path, name, value, selections),
        }
    }

    fn object(&mut self, path: &str, declared: &str, value: &Value, selections: &[&'d SelectionSet]) {
        let Value::Object(object) = value else {
            self.broken.push(format!("{path} is no object, and its type is {declared}"));
            return;
        };
        let Some(actual) = self.actual(declared, object, selections) else {
            self.broken.push(format!("{path} is one of several types: ask for `__typename` on {declared}"));
            return;
        };
        let mut asked = Asked::new();
        for selection in selections {
            self.collect(&actual, selection, &mut asked);
        }
        let wanted: Vec<&str> = asked.iter().map(|(key, ..)| *key).collect();
        let came: Vec<&str> = object.keys().map(String::as_str).collect();
        if wanted != came {
            self.broken.push(format!("{path} ({actual}) has the keys {came:?}, and was asked for {wanted:?}"));
        }
        for (key, field, selections) in asked {
            let Some(value) = object.get(key) else {
                continue;
            };
            let path = format!("{path}.{key}");
            if field == "__typename" {
                if value.as_str() != Some(actual.as_str()) {
                    self.broken.push(format!("{path} is not {actual}"));
                }
            } else if let Some(wanted) = self.field_type(&actual, field) {
                self.value(&path, wanted, value, &selections);
            } else if !field.starts_with("__") {
                self.broken.push(format!("{path}: {actual} has no field {field}"));
            }
        }
    }

    /// The object type of a value: the declared one, or for an interface or union the one the answer names.
    fn actual(&self, declared: &str, object: &Map<String, Value>, selections: &[&'d SelectionSet]) -> Option<String> {
        if let Some(Shape::Object(..)) = self.promises.types.get(declared) {
            return Some(declared.to_owned());
        }
        let mut asked = Asked::new();
        for selection in selections {
            self.collect(declared, selection, &mut asked);
        }
        let (key, ..) = asked.iter().find(|(_, field, _)| *field == "__typename")?;
        let named = object.get(*key)?.as_str()?;
        self.applies(declared, named).then(|| named.to_owned())
    }

    fn field_type(&self, name: &str, field: &str) -> Option<&'d Type> {
        match self.promises.types.get(name)? {
            Shape::Object(fields, _) | Shape::Interface(fields) => fields.get(field),
            _ => None,
        }
    }

    /// Adds what this selection asks of an object of type `name`, merging equal response keys.
    fn collect(&self, name: &str, selection: &'d SelectionSet, asked: &mut Asked<'d>) {
        for item in &selection.items {
            let item = &item.node;
            if !self.included(item.directives()) {
                continue;
            }
            match item {
                Selection::Field(field) => {
                    let field = &field.node;
                    let key = field.response_key().node.as_str();
                    let below = &field.selection_set.node;
                    if let Some((.., selections)) = asked.iter_mut().find(|(known, ..)| *known == key) {
                        selections.push(below);
                    } else {
                        asked.push((key, field.name.node.as_str(), vec![below]));
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(condition.node.on.node.as_str(), name)) {
                        self.collect(name, &fragment.node.selection_set.node, asked);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                        continue;
                    };
                    if self.applies(fragment.node.type_condition.node.on.node.as_str(), name) {
                        self.collect(name, &fragment.node.selection_set.node, asked);
                    }
                }
            }
        }
    }

    /// Whether an object of type `name` is a `condition`.
    fn applies(&self, condition: &str, name: &str) -> bool {
        condition == name
            || match (self.promises.types.get(condition), self.promises.types.get(name)) {
                (Some(Shape::Union(members)), _) => members.iter().any(|member| member == name),
                (Some(Shape::Interface(_)), Some(Shape::Object(_, interfaces))) => {
                    interfaces.iter().any(|interface| interface == condition)
                }
                _ => false,
            }
    }

    fn included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let directive = &directive.node;
            let condition = directive.get_argument("if").and_then(|condition| {
                condition
                    .node
                    .clone()
                    .into_const_with(|name| {
                        let given = self.given.get(name.as_str()).cloned().ok_or(())?;
                        async_graphql::Value::from_json(given).map_err(|_| ())
                    })
                    .ok()
            });
            let holds = condition == Some(async_graphql::Value::Boolean(true));
            match directive.name.node.as_str() {
                "skip" => !holds,
                "include" => holds,
                _ => true,
            }
        })
    }
}

fn shape(kind: TypeKind) -> Option<Shape> {
    let names = |names: Vec<Positioned<async_graphql::Name>>| {
        names.into_iter().map(|name| name.node.to_string()).collect::<Vec<String>>()
    };
    match kind {
        TypeKind::Scalar => Some(Shape::Scalar),
        TypeKind::Object(object) => Some(Shape::Object(field_types(object.fields), names(object.implements))),
        TypeKind::Interface(interface) => Some(Shape::Interface(field_types(interface.fields))),
        TypeKind::Union(union) => Some(Shape::Union(names(union.members))),
        TypeKind::Enum(values) => {
            Some(Shape::Enum(values.values.into_iter().map(|value| value.node.value.node.to_string()).collect()))
        }
        TypeKind::InputObject(_) => None,
    }
}

fn field_types(fields: Vec<Positioned<FieldDefinition>>) -> HashMap<String, Type> {
    fields.into_iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node)).collect()
}

fn single(operations: &DocumentOperations) -> &OperationDefinition {
    let mut all = operations.iter();
    match (all.next(), all.next()) {
        (Some((_, operation)), None) => &operation.node,
        _ => panic!("a strict client sends one operation a document"),
    }
}
