//! The operations of a partner's API: files beside the partner's own, read and judged when the hub starts. Nothing is ever
//! put into their text; what changes from call to call goes by variables.

use std::collections::BTreeSet;

use async_graphql_parser::types::{ExecutableDocument, OperationType};
use async_graphql_parser::{Error, parse_query};
use serde_json::{Map, Value, json};

use super::path::Path;
use super::selected;
use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;

/// The longest operation file, in bytes: a query of a hundred fields has some five thousand.
const LONGEST: usize = 32 << 10;
/// How deep brackets may lie in each other, counted before the parser goes down there.
const DEEPEST: usize = 32;

/// One operation, as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    text: String,
    variables: BTreeSet<String>,
    document: ExecutableDocument,
    /// The line on which it begins.
    line: usize,
}

/// What an operation must be.
pub(super) struct Wanted {
    pub(super) kind: OperationType,
    /// The variables without which it cannot do what it is for.
    pub(super) must: &'static [&'static str],
    /// Those that the hub can fill besides.
    pub(super) may: &'static [&'static str],
    /// Whether its answer must say what came of it.
    pub(super) judged: bool,
}

/// A fault, and its line.
type Faulty = (usize, KeyFault);

impl Operation {
    /// The operation in the file that `operation` names, of whose answer these places are read. One that it does not select
    /// is a fault: no answer would have it.
    pub(super) fn read(table: &Table<'_, '_>, around: &Around<'_>, wanted: &Wanted, places: &[Path]) -> Option<Self> {
        let (file, text) = around.beside(table, "operation")?;
        match Self::parse(text, wanted) {
            Ok(operation) => {
                let unselected = places.iter().filter(|place| !operation.selects(place)).map(ToString::to_string);
                for place in unselected.collect::<BTreeSet<_>>() {
                    table.fault_in(&file, operation.line, "operation", KeyFault::Selects(place));
                }
                Some(operation)
            }
            Err(faults) => {
                for (line, fault) in faults {
                    table.fault_in(&file, line, "operation", fault);
                }
                None
            }
        }
    }

    /// An operation from its text.
    ///
    /// # Errors
    /// Every fault with its line.
    pub(super) fn parse(text: String, wanted: &Wanted) -> Result<Self, Vec<Faulty>> {
        if text.len() > LONGEST {
            return Err(vec![(1, KeyFault::Must("be of at most 32 KiB"))]);
        }
        if let Some(line) = too_deep(&text) {
            return Err(vec![(line, KeyFault::Must("nest its brackets at most 32 deep"))]);
        }
        let document = parse_query(&text).map_err(|fault| vec![misread(&fault)])?;
        let mut operations: Vec<_> = document.operations.iter().map(|(_, operation)| operation).collect();
        operations.sort_by_key(|operation| operation.pos);
        let (Some(operation), second) = (operations.first(), operations.get(1)) else {
            return Err(vec![(1, KeyFault::Must("be one GraphQL operation"))]);
        };
        if let Some(second) = second {
            return Err(vec![(second.pos.line, KeyFault::Must("be one GraphQL operation and no second"))]);
        }
        let (line, operation) = (operation.pos.line, &operation.node);
        let mut faults = Vec::new();
        if operation.ty != wanted.kind {
            let must = if wanted.kind == OperationType::Query { "be a query" } else { "be a mutation" };
            faults.push((line, KeyFault::Must(must)));
        }
        let mut variables = BTreeSet::new();
        for declared in &operation.variable_definitions {
            let name = declared.node.name.node.as_str();
            if wanted.must.contains(&name) || wanted.may.contains(&name) {
                variables.insert(name.to_owned());
            } else if declared.node.default_value().is_none() {
                let fault = KeyFault::Must("declare no variable that must be filled and is none of the hub's");
                faults.push((declared.pos.line, fault));
            }
        }
        let lacks = wanted.must.iter().filter(|name| !variables.contains(**name));
        faults.extend(lacks.map(|name| (line, KeyFault::Lacks(name))));
        if faults.is_empty() { Ok(Self { text, variables, document, line }) } else { Err(faults) }
    }

    fn selects(&self, place: &Path) -> bool {
        selected::is_selected(&self.document, place.names())
    }

    /// Those of some places that every answer has which has the key: without one of them a record is not read.
    pub(super) fn owed(&self, key: &Path, places: impl Iterator<Item = Path>) -> Vec<Path> {
        places.filter(|place| selected::goes_with(&self.document, key.names(), place.names())).collect()
    }

    /// Whether the operation has a variable.
    pub(super) fn has(&self, variable: &str) -> bool {
        self.variables.contains(variable)
    }

    /// The body of a request (GraphQL over HTTP, 5.1): the operation, and those of the variables that it declares.
    pub(super) fn request<const N: usize>(&self, variables: [(&str, Value); N]) -> Value {
        let declared = variables.into_iter().filter(|(name, _)| self.has(name));
        let filled: Map<String, Value> = declared.map(|(name, value)| (name.to_owned(), value)).collect();
        json!({"query": self.text, "variables": filled})
    }
}

/// The line at which brackets lie too deep. Those in texts count too: no operation has so many.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut line = 1;
    for byte in text.bytes() {
        match byte {
            b'\n' => line += 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(line);
        }
    }
    None
}

fn misread(fault: &Error) -> Faulty {
    let line = fault.positions().next().map_or(1, |at| at.line);
    let must = match fault {
        Error::MultipleOperations { .. } | Error::OperationDuplicated { .. } => {
            "be one GraphQL operation and no second"
        }
        Error::FragmentDuplicated { .. } => "have each fragment once",
        Error::MissingOperation => "be one GraphQL operation",
        _ => "be GraphQL from here on",
    };
    (line, KeyFault::Must(must))
}

#[cfg(test)]
mod tests {
    use async_graphql_parser::types::OperationType;
    use serde_json::json;

    use super::{LONGEST, Operation, Wanted};

    const PAGE: Wanted =
        Wanted { kind: OperationType::Query, must: &["first", "after"], may: &["since"], judged: false };

    fn faults(text: &str) -> Vec<String> {
        let faults = Operation::parse(text.to_owned(), &PAGE).err().unwrap_or_default();
        faults.into_iter().map(|(line, fault)| format!("{line} {fault}")).collect()
    }

    #[test]
    fn an_operation_is_one_of_its_kind_with_its_variables() {
        let good = "query Page($first: Int!, $after: String, $own: Int = 3) {\n  a(first: $first, after: $after) { ...F }\n}\nfragment F on A { b }";
        let operation = Operation::parse(good.to_owned(), &PAGE).unwrap();
        let request = operation.request([("first", json!(5)), ("after", json!(null)), ("since", json!("never"))]);
        assert_eq!(request, json!({"query": good, "variables": {"first": 5, "after": null}}), "only what it declares");
        let head = "query Q($first: Int!, $after: String";
        for (text, told) in [
            (String::new(), "1 must be GraphQL from here on"),
            ("\n\nquery {".to_owned(), "3 must be GraphQL from here on"),
            ("fragment F on A { b }".to_owned(), "1 must be one GraphQL operation"),
            (format!("{head}) {{ a }}\nquery R {{ a }}"), "2 must be one GraphQL operation and no second"),
            (format!("{head}) {{ a }}\n{{ b }}"), "2 must be one GraphQL operation and no second"),
            (format!("\nmutation{} ) {{ a }}", head.trim_start_matches("query")), "2 must be a query"),
            (format!("subscription{}) {{ a }}", head.trim_start_matches("query")), "1 must be a query"),
            ("query($first: Int!) { a }".to_owned(), "1 must declare the variable `$after`"),
            (
                format!("{head},\n $secret: String!) {{ a }}"),
                "2 must declare no variable that must be filled and is none of the hub's",
            ),
            (format!("{head}) {{\n{}", "[".repeat(64)), "2 must nest its brackets at most 32 deep"),
            (format!("#{}", "x".repeat(LONGEST)), "1 must be of at most 32 KiB"),
        ] {
            assert_eq!(faults(&text), [told], "{text}");
        }
    }
}
