//! Validation and introspection by async-graphql.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::futures_util::FutureExt;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, InlineFragment, Selection, SelectionSet};
use async_graphql::{
    Positioned, Request, SDLExportOptions, Schema, ServerError, ValidationResult, Value, Variables, async_trait,
};

use super::roots::{Mutations, Queries, Subscriptions};

type Tables = Schema<Queries, Mutations, Subscriptions>;

/// What validation found.
#[derive(Debug)]
pub(crate) struct Invalid {
    /// The message, which may name fields and types and quote values of the document.
    pub(crate) message: String,
    /// Lines and columns.
    pub(crate) places: Vec<(usize, usize)>,
}

/// What introspection answered: a value a response key, or what was wrong.
pub(crate) type Introspected = Result<serde_json::Map<String, serde_json::Value>, Vec<Invalid>>;

/// Checks documents against the tables.
pub(crate) struct Checker {
    /// Ends every request after validation.
    validating: Tables,
    /// Answers introspection; absent where that is off.
    introspecting: Option<Tables>,
}

impl Checker {
    /// A checker; introspection and suggestions of names are on or off together.
    pub(crate) fn new(introspection: bool) -> Self {
        let build = || {
            let builder = Schema::build(Queries, Mutations, Subscriptions);
            if introspection { builder } else { builder.disable_introspection().disable_suggestions() }
        };
        Self {
            validating: build().extension(StopAfterValidation).finish(),
            introspecting: introspection.then(|| build().finish()),
        }
    }

    /// The SDL, everything sorted.
    pub(crate) fn sdl(&self) -> String {
        let options = SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items()
            .prefer_single_line_descriptions()
            .use_space_ident();
        self.validating.sdl_with_options(options)
    }

    /// Whether introspection is on.
    pub(crate) const fn introspects(&self) -> bool {
        self.introspecting.is_some()
    }

    /// Validates an admitted document. Values of variables play no part: they are checked on every request.
    pub(crate) fn validate(&self, document: &ExecutableDocument) -> Result<(), Vec<Invalid>> {
        let mut request = Request::new("");
        request.set_parsed_query(with_typename_directives(document));
        // Nothing in here waits for anything, so the future is ready when first polled.
        let response = self.validating.execute(request).now_or_never();
        let errors = response.map(|response| response.errors).unwrap_or_default();
        match errors.first() {
            Some(error) if error.message == VALID => Ok(()),
            _ => Err(errors.into_iter().map(invalid).collect()),
        }
    }

    /// Answers the introspection fields of an operation that was validated.
    pub(crate) async fn introspect(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        variables: serde_json::Value,
    ) -> Introspected {
        let Some(schema) = &self.introspecting else { return Err(Vec::new()) };
        let mut request = Request::new("").variables(Variables::from_json(variables));
        if let Some(name) = operation {
            request = request.operation_name(name);
        }
        request.set_parsed_query(document.clone());
        let response = schema.execute(request).await;
        match response.data {
            Value::Object(fields) if response.errors.is_empty() => fields
                .into_iter()
                .map(|(key, value)| Ok((key.to_string(), value.into_json().map_err(|_| Vec::new())?)))
                .collect(),
            _ => Err(response.errors.into_iter().map(invalid).collect()),
        }
    }
}

/// The document with each `__typename @d` written as `... @d { __typename }`, which means the same. Validation
/// passes over the directives of `__typename`: it would take any, and call a variable unused that is used there.
fn with_typename_directives(document: &ExecutableDocument) -> ExecutableDocument {
    let mut document = document.clone();
    match &mut document.operations {
        DocumentOperations::Single(operation) => wrap(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().for_each(|operation| wrap(&mut operation.node.selection_set.node));
        }
    }
    document.fragments.values_mut().for_each(|fragment| wrap(&mut fragment.node.selection_set.node));
    document
}

fn wrap(set: &mut SelectionSet) {
    for item in &mut set.items {
        let pos = item.pos;
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" && !field.node.directives.is_empty() => {
                let directives = std::mem::take(&mut field.node.directives);
                let inside = SelectionSet { items: vec![Positioned::new(Selection::Field(field.clone()), pos)] };
                let inline =
                    InlineFragment { type_condition: None, directives, selection_set: Positioned::new(inside, pos) };
                item.node = Selection::InlineFragment(Positioned::new(inline, pos));
            }
            Selection::Field(field) => wrap(&mut field.node.selection_set.node),
            Selection::InlineFragment(inline) => wrap(&mut inline.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn invalid(error: ServerError) -> Invalid {
    Invalid { message: error.message, places: error.locations.iter().map(|pos| (pos.line, pos.column)).collect() }
}

/// What [`StopAfterValidation`] says of a valid document.
const VALID: &str = "valid";

/// Ends a request after validation, with a word that says it was valid.
struct StopAfterValidation;

impl ExtensionFactory for StopAfterValidation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for StopAfterValidation {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        Err(vec![ServerError::new(VALID, None)])
    }
}
