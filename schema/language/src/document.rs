//! Documents that were admitted and found valid, remembered with the plan of the operation asked for. Bounded by
//! bytes and keyed by the whole text and the operation's name, so that nothing ever runs another text's plan.

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Literal;

use crate::coerce::Variables;
use crate::plan::{self, Compiled, Unplanned};

/// How many bytes a remembered document takes for each of its text: tree and plan, measured on the operations
/// of the tests and rounded up.
const BYTES_EACH: u64 = 24;

/// A valid document, for one of its operations.
pub(crate) struct Document {
    document: ExecutableDocument,
    name: Option<String>,
    /// The plan, where no variable decides what is selected.
    fixed: Option<Arc<Compiled>>,
}

/// Why a valid document cannot be run.
pub(crate) enum Unrunnable {
    /// It has no operation of the name asked for, or several and no name was given.
    NoSuchOperation,
    /// It has no plan.
    Unplanned(Unplanned),
}

impl Document {
    /// Prepares an operation of a valid document.
    pub(crate) fn prepare(document: ExecutableDocument, name: Option<&str>) -> Result<Self, Unrunnable> {
        let mut prepared = Self { document, name: name.map(str::to_owned), fixed: None };
        let operation = prepared.operation().ok_or(Unrunnable::NoSuchOperation)?;
        if !prepared.varies(&operation.selection_set.node) {
            let none = Variables::default();
            let compiled =
                plan::compile(&prepared.document.fragments, operation, &none).map_err(Unrunnable::Unplanned)?;
            prepared.fixed = Some(Arc::new(compiled));
        }
        Ok(prepared)
    }

    /// The operation.
    pub(crate) fn operation(&self) -> Option<&OperationDefinition> {
        match (&self.document.operations, &self.name) {
            (DocumentOperations::Single(operation), None) => Some(&operation.node),
            (DocumentOperations::Multiple(operations), Some(name)) => {
                operations.get(name.as_str()).map(|found| &found.node)
            }
            (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
                operations.values().next().map(|found| &found.node)
            }
            _ => None,
        }
    }

    /// The document, for introspection.
    pub(crate) const fn parsed(&self) -> &ExecutableDocument {
        &self.document
    }

    /// The operation's name as it was asked for.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The plan under the variables of a request.
    pub(crate) fn compiled(
        &self,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<Arc<Compiled>, Unplanned> {
        match &self.fixed {
            Some(compiled) => Ok(Arc::clone(compiled)),
            None => plan::compile(&self.document.fragments, operation, variables).map(Arc::new),
        }
    }

    /// Whether a variable decides anything that is selected: in the operation or in any fragment.
    fn varies(&self, operation: &SelectionSet) -> bool {
        let fragment = |fragment: &Positioned<FragmentDefinition>| varies(&fragment.node.selection_set.node);
        varies(operation) || self.document.fragments.values().any(fragment)
    }
}

fn varies(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| {
        let by_variable = item.node.directives().iter().any(|directive| {
            let is_variable =
                |(_, value): &(Positioned<Name>, Positioned<Literal>)| matches!(value.node, Literal::Variable(_));
            directive.node.arguments.iter().any(is_variable)
        });
        by_variable
            || match &item.node {
                Selection::Field(field) => varies(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => varies(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => false,
            }
    })
}

/// The remembered documents.
pub(crate) struct Remembered(moka::sync::Cache<String, Arc<Document>>);

fn key(query: &str, name: Option<&str>) -> String {
    // A name holds no line break, so no other pair of name and text makes this key.
    let name = name.unwrap_or_default();
    let mut key = String::with_capacity(name.len() + 1 + query.len());
    key.push_str(name);
    key.push('\n');
    key.push_str(query);
    key
}

impl Remembered {
    /// Remembers about so many bytes of documents.
    pub(crate) fn new(bytes: u64) -> Self {
        let weight =
            |text: &String, _: &Arc<Document>| u32::try_from(text.len() as u64 * BYTES_EACH).unwrap_or(u32::MAX);
        Self(moka::sync::Cache::builder().max_capacity(bytes).weigher(weight).build())
    }

    /// A document that was remembered.
    pub(crate) fn find(&self, query: &str, name: Option<&str>) -> Option<Arc<Document>> {
        self.0.get(&key(query, name))
    }

    /// Remembers a document.
    pub(crate) fn keep(&self, query: &str, name: Option<&str>, document: &Arc<Document>) {
        self.0.insert(key(query, name), Arc::clone(document));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn document(text: &str) -> Arc<Document> {
        Arc::new(Document::prepare(parse_query(text).unwrap(), None).ok().unwrap())
    }

    #[test]
    fn what_is_remembered_must_stay_within_its_bytes() {
        let remembered = Remembered::new(100_000);
        for place in 0..2_000 {
            let text = format!("{{ organizations(first: {place}) {{ nodes {{ id }} }} }}");
            remembered.keep(&text, None, &document(&text));
        }
        remembered.0.run_pending_tasks();
        assert!(remembered.0.weighted_size() <= 100_000, "{}", remembered.0.weighted_size());
        assert!(remembered.0.entry_count() > 10, "{}", remembered.0.entry_count());
    }

    #[test]
    fn a_document_must_be_found_by_its_whole_text_and_name_only() {
        let remembered = Remembered::new(100_000);
        let text = "{ organizations { nodes { id } } }";
        remembered.keep(text, None, &document(text));
        assert!(remembered.find(text, None).is_some());
        assert!(remembered.find(&format!("{text} "), None).is_none());
        assert!(remembered.find(text, Some("A")).is_none());
        // The text of another pair of name and text that would read the same one after the other.
        remembered.keep("b", Some("a"), &document(text));
        assert!(remembered.find("a\nb", None).is_none());
    }

    #[test]
    fn a_plan_must_be_made_once_where_no_variable_decides() {
        let none = Variables::default();
        let fixed = document("{ organizations { nodes { id } } }");
        let plan = || fixed.compiled(fixed.operation().unwrap(), &none).unwrap();
        assert!(Arc::ptr_eq(&plan(), &plan()));
        let varying = document("query($a: Boolean = true) { organizations { nodes { id @skip(if: $a) name } } }");
        assert!(varying.fixed.is_none());
    }
}
