//! What a caller hands in, read against its type: variables on every request, arguments with the variables
//! in them. Validation by async-graphql looks at a remembered document once and never at a value again, so
//! this is the check that counts. It answers with JSON of exactly the declared shape, defaults filled in.

use std::collections::HashMap;
use std::sync::OnceLock;

use async_graphql::parser::types::{BaseType, OperationDefinition, Type as Written};
use async_graphql_value::Value as Literal;
use sangam_vocabulary::Instant;
use serde_json::{Map, Number, Value as Json};

use crate::roots::{Argument, InputType, MUTATIONS, QUERIES, SUBSCRIPTIONS};

/// Something handed in is not of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// Where, from the argument or variable inwards.
    pub(crate) at: String,
    /// What was expected there.
    pub(crate) expected: String,
}

impl Unfit {
    fn new(expected: impl Into<String>) -> Self {
        Self { at: String::new(), expected: expected.into() }
    }

    fn inside(mut self, step: &str) -> Self {
        let dot = if self.at.is_empty() || self.at.starts_with('[') { "" } else { "." };
        self.at = format!("{step}{dot}{}", self.at);
        self
    }
}

/// A type a value is read against: of the tables, or as a document declares it.
trait Wanted: Sized {
    fn wanted(&self) -> Want<'_, Self>;
}

enum Want<'t, T> {
    NonNull(&'t T),
    List(&'t T),
    Named(&'t InputType),
}

impl Wanted for InputType {
    fn wanted(&self) -> Want<'_, Self> {
        match self {
            Self::NonNull(of) => Want::NonNull(of),
            Self::List(item) => Want::List(item),
            named => Want::Named(named),
        }
    }
}

/// A variable's type as the document declares it.
#[derive(Clone)]
enum Declared {
    NonNull(Box<Declared>),
    List(Box<Declared>),
    Named(InputType),
}

impl Wanted for Declared {
    fn wanted(&self) -> Want<'_, Self> {
        match self {
            Self::NonNull(of) => Want::NonNull(of),
            Self::List(item) => Want::List(item),
            Self::Named(named) => Want::Named(named),
        }
    }
}

impl Declared {
    fn of(written: &Written) -> Option<Self> {
        let base = match &written.base {
            BaseType::Named(name) => Self::Named(*named_types().get(name.as_str())?),
            BaseType::List(item) => Self::List(Box::new(Self::of(item)?)),
        };
        Some(if written.nullable { base } else { Self::NonNull(Box::new(base)) })
    }
}

/// Every named input type of the schema.
fn named_types() -> &'static HashMap<&'static str, InputType> {
    static NAMED: OnceLock<HashMap<&'static str, InputType>> = OnceLock::new();
    NAMED.get_or_init(|| {
        let mut named = HashMap::from([
            ("ID", InputType::Id),
            ("String", InputType::Text),
            ("Int", InputType::Int),
            ("Boolean", InputType::Boolean),
            ("DateTime", InputType::DateTime),
        ]);
        let roots = QUERIES.iter().chain(MUTATIONS).chain(SUBSCRIPTIONS);
        roots.for_each(|root| add_named(&mut named, root.arguments));
        named
    })
}

fn add_named(named: &mut HashMap<&'static str, InputType>, arguments: &'static [Argument]) {
    for argument in arguments {
        match argument.ty.innermost() {
            InputType::Code(list) => {
                named.insert(list.name, InputType::Code(*list));
            }
            InputType::Input(input) => {
                named.insert(input.name, InputType::Input(input));
                add_named(named, input.fields);
            }
            _ => {}
        }
    }
}

/// The variables of one request, read against their declared types. A variable that is absent has no entry.
#[derive(Debug, Default)]
pub(crate) struct Variables(HashMap<String, Json>);

impl Variables {
    /// Reads the variables an operation declares; what it does not declare is ignored.
    pub(crate) fn read(operation: &OperationDefinition, given: &Map<String, Json>) -> Result<Self, Unfit> {
        let mut read = HashMap::with_capacity(operation.variable_definitions.len());
        for definition in &operation.variable_definitions {
            let (definition, name) = (&definition.node, definition.node.name.node.as_str());
            let unfit = |fault: Unfit| fault.inside(&format!("${}", shortened(name)));
            let declared = Declared::of(&definition.var_type.node).ok_or_else(|| unfit(Unfit::new("an input type")))?;
            let value = match (given.get(name), &definition.default_value) {
                (Some(value), _) => json(value, &declared).map_err(unfit)?,
                (None, Some(default)) => {
                    let literal_default = default.node.clone().into_value();
                    match literal(&literal_default, &declared, &Self::default()).map_err(unfit)? {
                        Some(value) => value,
                        None => continue,
                    }
                }
                (None, None) if definition.var_type.node.nullable => continue,
                (None, None) => return Err(unfit(Unfit::new("a value"))),
            };
            read.insert(name.to_owned(), value);
        }
        Ok(Self(read))
    }

    /// The condition of an `@skip` or `@include`.
    pub(crate) fn condition(&self, value: &Literal) -> Result<bool, Unfit> {
        const BOOLEAN: InputType = InputType::NonNull(&InputType::Boolean);
        match literal(value, &BOOLEAN, self)? {
            Some(Json::Bool(yes)) => Ok(yes),
            _ => Err(Unfit::new("Boolean!")),
        }
    }
}

/// A name as it may stand in a message.
pub(crate) fn shortened(name: &str) -> &str {
    const LONGEST: usize = 64;
    name.get(..LONGEST).unwrap_or(name)
}

/// Reads the arguments of a field: every declared one that is given or has a default.
pub(crate) fn arguments<'a>(
    table: &'static [Argument],
    given: impl Fn(&str) -> Option<&'a Literal>,
    variables: &Variables,
) -> Result<Map<String, Json>, Unfit> {
    let mut read = Map::with_capacity(table.len());
    for argument in table {
        let value = match given(argument.name) {
            Some(value) => literal(value, &argument.ty, variables).map_err(|fault| fault.inside(argument.name))?,
            None => None,
        };
        settle(&mut read, argument, value)?;
    }
    Ok(read)
}

/// Enters a value, its default, or nothing where nothing is required.
fn settle(read: &mut Map<String, Json>, argument: &'static Argument, value: Option<Json>) -> Result<(), Unfit> {
    match (value, argument.default) {
        (Some(value), _) => {
            read.insert(argument.name.to_owned(), value);
        }
        (None, Some(default)) => {
            read.insert(argument.name.to_owned(), default.json());
        }
        (None, None) if matches!(argument.ty, InputType::NonNull(_)) => {
            return Err(Unfit::new(argument.ty.spelled()).inside(argument.name));
        }
        (None, None) => {}
    }
    Ok(())
}

/// Reads a literal. `None` is a variable that is absent.
fn literal<T: Wanted>(value: &Literal, ty: &T, variables: &Variables) -> Result<Option<Json>, Unfit> {
    if let Literal::Variable(name) = value {
        // Read against the place once more: that it may stand there was judged by type names alone.
        return variables.0.get(name.as_str()).map(|value| json(value, ty)).transpose();
    }
    match ty.wanted() {
        Want::NonNull(of) => match value {
            Literal::Null => Err(Unfit::new(spelled(ty))),
            _ => literal(value, of, variables),
        },
        _ if matches!(value, Literal::Null) => Ok(Some(Json::Null)),
        Want::List(item) => match value {
            Literal::List(values) => {
                let read = |(place, value): (usize, &Literal)| {
                    let inside = |fault: Unfit| fault.inside(&format!("[{place}]"));
                    // An absent variable in a list is null, and must be allowed to be.
                    literal(value, item, variables)
                        .and_then(|value| value.map_or_else(|| json(&Json::Null, item), Ok))
                        .map_err(inside)
                };
                values.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>().map(|list| Some(list.into()))
            }
            single => Ok(literal(single, item, variables)?.map(|value| Json::Array(vec![value]))),
        },
        Want::Named(InputType::Input(input)) => {
            let Literal::Object(fields) = value else { return Err(Unfit::new(input.name)) };
            if fields.keys().any(|name| !input.fields.iter().any(|field| field.name == name.as_str())) {
                return Err(Unfit::new(format!("fields of {} only", input.name)));
            }
            arguments(input.fields, |name| fields.get(name), variables).map(|read| Some(Json::Object(read)))
        }
        Want::Named(named) => scalar_literal(value, named).map(Some).ok_or_else(|| Unfit::new(named.spelled())),
    }
}

fn scalar_literal(value: &Literal, named: &InputType) -> Option<Json> {
    match (named, value) {
        (InputType::Code(list), Literal::Enum(code)) => code_of(list, code),
        // A string is no enum value, though async-graphql takes it for one.
        (InputType::Code(_), _) => None,
        (_, Literal::String(text)) => scalar(&Json::String(text.clone()), named),
        (_, Literal::Number(number)) => scalar(&Json::Number(number.clone()), named),
        (_, Literal::Boolean(yes)) => scalar(&Json::Bool(*yes), named),
        _ => None,
    }
}

/// Reads a value that came as JSON.
fn json<T: Wanted>(value: &Json, ty: &T) -> Result<Json, Unfit> {
    match ty.wanted() {
        Want::NonNull(of) => match value {
            Json::Null => Err(Unfit::new(spelled(ty))),
            _ => json(value, of),
        },
        _ if value.is_null() => Ok(Json::Null),
        Want::List(item) => match value {
            Json::Array(values) => {
                let read = |(place, value)| json(value, item).map_err(|fault| fault.inside(&format!("[{place}]")));
                values.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>().map(Json::Array)
            }
            single => json(single, item).map(|value| Json::Array(vec![value])),
        },
        Want::Named(InputType::Input(input)) => {
            let Json::Object(fields) = value else { return Err(Unfit::new(input.name)) };
            if fields.keys().any(|name| !input.fields.iter().any(|field| field.name == name)) {
                return Err(Unfit::new(format!("fields of {} only", input.name)));
            }
            let mut read = Map::with_capacity(input.fields.len());
            for field in input.fields {
                let given = fields.get(field.name).map(|value| json(value, &field.ty)).transpose();
                settle(&mut read, field, given.map_err(|fault| fault.inside(field.name))?)?;
            }
            Ok(Json::Object(read))
        }
        Want::Named(named) => scalar(value, named).ok_or_else(|| Unfit::new(named.spelled())),
    }
}

fn scalar(value: &Json, named: &InputType) -> Option<Json> {
    match (named, value) {
        (InputType::Id | InputType::Text, Json::String(text)) => Some(Json::String(text.clone())),
        (InputType::Id, Json::Number(number)) if number.is_i64() => Some(Json::String(number.to_string())),
        (InputType::Int, Json::Number(number)) => number
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .map(|number| Json::Number(Number::from(number))),
        (InputType::Boolean, Json::Bool(yes)) => Some(Json::Bool(*yes)),
        (InputType::DateTime, Json::String(text)) => Instant::read(text).map(|_| Json::String(text.clone())),
        (InputType::Code(list), Json::String(code)) => code_of(list, code),
        _ => None,
    }
}

fn code_of(list: &crate::table::CodeList, code: &str) -> Option<Json> {
    (list.values)().iter().any(|(known, _)| *known == code).then(|| Json::String(code.to_owned()))
}

fn spelled<T: Wanted>(ty: &T) -> String {
    match ty.wanted() {
        Want::NonNull(of) => format!("{}!", spelled(of)),
        Want::List(item) => format!("[{}]", spelled(item)),
        Want::Named(named) => named.spelled(),
    }
}
