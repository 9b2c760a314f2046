//! Executing an operation over documents: each is an object with its `__typename` and every one of its fields.

use std::collections::HashMap;

use async_graphql_parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql_value::{ConstValue, Name};
use serde_json::{Map, Value, json};

use super::{Casebook, Failure};

/// How deep a selection may be.
const DEEPEST: usize = 20;

/// One execution.
pub(super) struct Run<'d> {
    document: &'d ExecutableDocument,
    given: &'d Value,
    variables: HashMap<String, ConstValue>,
    errors: Vec<Value>,
}

fn invalid(sentence: impl Into<String>) -> Failure {
    Failure("GRAPHQL_VALIDATION_FAILED", sentence.into())
}

impl<'d> Run<'d> {
    pub(super) fn new(document: &'d ExecutableDocument, given: &'d Value) -> Self {
        Self { document, given, variables: HashMap::new(), errors: Vec::new() }
    }

    /// Executes the one operation: an answer with data and errors, or what keeps it from being executed at all.
    pub(super) fn execute(mut self, book: &mut Casebook) -> Result<Value, Failure> {
        let operation = match &self.document.operations {
            DocumentOperations::Single(one) => &one.node,
            DocumentOperations::Multiple(many) => match many.values().next() {
                Some(one) if many.len() == 1 => &one.node,
                _ => return Err(invalid("one operation is executed")),
            },
        };
        self.coerce(operation)?;
        let mut data = Map::new();
        for field in self.fields(&operation.selection_set.node, None, 0)? {
            let key = field.response_key().node.to_string();
            let mut arguments = Map::new();
            for (name, value) in &field.arguments {
                let value = value.node.clone().into_const_with(|name| self.variable(&name))?;
                let value = value.into_json().map_err(|fault| invalid(fault.to_string()))?;
                arguments.insert(name.node.to_string(), value);
            }
            let changes = operation.ty == OperationType::Mutation;
            let mut path = vec![Value::from(key.as_str())];
            let value = match book.root(changes, field.name.node.as_str(), &arguments) {
                Ok(value) => self.shown(&value, &field.selection_set.node, &mut path)?,
                Err(Failure(code, sentence)) if code != "GRAPHQL_VALIDATION_FAILED" => {
                    self.errors.push(json!({"message": sentence, "path": path, "extensions": {"code": code}}));
                    Value::Null
                }
                Err(failure) => return Err(failure),
            };
            data.insert(key, value);
        }
        let mut answer = json!({ "data": data });
        if let (false, Some(members)) = (self.errors.is_empty(), answer.as_object_mut()) {
            members.insert("errors".to_owned(), Value::Array(self.errors));
        }
        Ok(answer)
    }

    fn coerce(&mut self, operation: &OperationDefinition) -> Result<(), Failure> {
        for declared in &operation.variable_definitions {
            let name = declared.node.name.node.to_string();
            let given = self.given.get(&name).map(|value| ConstValue::from_json(value.clone()));
            let given = given.transpose().map_err(|fault| invalid(fault.to_string()))?;
            let value = given.or_else(|| declared.node.default_value().cloned());
            let Some(value) = value.filter(|value| declared.node.var_type.node.nullable || *value != ConstValue::Null)
            else {
                return Err(Failure("BAD_USER_INPUT", format!("${name} is missing")));
            };
            self.variables.insert(name, value);
        }
        Ok(())
    }

    fn variable(&self, name: &Name) -> Result<ConstValue, Failure> {
        self.variables.get(name.as_str()).cloned().ok_or_else(|| invalid(format!("${name} is not declared")))
    }

    /// The fields of a selection that are of a type, fragments unfolded.
    fn fields(&self, set: &'d SelectionSet, of: Option<&str>, depth: usize) -> Result<Vec<&'d Field>, Failure> {
        if depth > DEEPEST {
            return Err(invalid("too deep"));
        }
        let mut fields = Vec::new();
        for selection in &set.items {
            if !selection.node.directives().is_empty() {
                return Err(invalid("no directives"));
            }
            let fits = |on: &str| of.is_none_or(|of| of == on);
            match &selection.node {
                Selection::Field(field) => fields.push(&field.node),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if on.is_none_or(fits) {
                        fields.extend(self.fields(&fragment.node.selection_set.node, of, depth + 1)?);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = self.document.fragments.get(name).ok_or_else(|| invalid("no such fragment"))?;
                    if fits(fragment.node.type_condition.node.on.node.as_str()) {
                        fields.extend(self.fields(&fragment.node.selection_set.node, of, depth + 1)?);
                    }
                }
            }
        }
        Ok(fields)
    }

    fn shown(&mut self, value: &Value, set: &'d SelectionSet, path: &mut Vec<Value>) -> Result<Value, Failure> {
        match value {
            Value::Array(items) => {
                let mut shown = Vec::with_capacity(items.len());
                for (place, item) in items.iter().enumerate() {
                    path.push(Value::from(place));
                    shown.push(self.shown(item, set, path)?);
                    path.pop();
                }
                Ok(Value::Array(shown))
            }
            Value::Object(members) => self.object(members, set, path),
            leaf if set.items.is_empty() || leaf.is_null() => Ok(leaf.clone()),
            _ => Err(invalid("a leaf has no fields")),
        }
    }

    fn object(
        &mut self,
        members: &Map<String, Value>,
        set: &'d SelectionSet,
        path: &mut Vec<Value>,
    ) -> Result<Value, Failure> {
        if set.items.is_empty() {
            return Err(invalid("an object is selected by its fields"));
        }
        let typename = members.get("__typename").and_then(Value::as_str).unwrap_or_default();
        let mut shown = Map::new();
        for field in self.fields(set, Some(typename), path.len())? {
            let name = field.name.node.as_str();
            let value = members.get(name).filter(|_| name == "__typename" || !name.starts_with("__"));
            let value = value.ok_or_else(|| invalid(format!("{typename} has no {name}")))?;
            let key = field.response_key().node.to_string();
            path.push(Value::from(key.as_str()));
            let broken = members.get("__broken").and_then(|broken| broken.get(name)).and_then(Value::as_str);
            let value = match broken {
                Some(code) => {
                    let sentence = format!("{name} of Asha Das failed");
                    self.errors.push(json!({"message": sentence, "path": path, "extensions": {"code": code}}));
                    Value::Null
                }
                None => self.shown(value, &field.selection_set.node, path)?,
            };
            path.pop();
            shown.insert(key, value);
        }
        Ok(Value::Object(shown))
    }
}
