//! Compiles an operation: its root fields and, around nouns, what Relay puts there.

use async_graphql::parser::types::{OperationDefinition, OperationType, SelectionSet};
use async_graphql_value::Value as Literal;

use super::collect::{Group, Source};
use super::compile::{Planner, typename};
use super::{Key, Reading, Selection, Typename, Unplanned};
use crate::coerce::Variables;
use crate::roots::{self, MUTATIONS, NODES, NodeKind, QUERIES, Root, SUBSCRIPTIONS, Shape};
use crate::table::Noun;

/// A compiled operation.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Query, mutation or subscription.
    pub(crate) kind: OperationType,
    /// Its root fields, each key once, in order.
    pub(crate) fields: Vec<RootField>,
}

/// One root field.
#[derive(Debug)]
pub(crate) enum RootField {
    /// The root's type.
    Typename(Key, Typename),
    /// `__schema` or `__type`, which async-graphql answers.
    Introspection(Key),
    /// A field of the tables.
    Asked(Box<Asked>),
}

/// A field of the tables.
pub(crate) struct Asked {
    /// Its key.
    pub(crate) key: Key,
    /// Line and column.
    pub(crate) place: (usize, usize),
    /// The field.
    pub(crate) root: &'static Root,
    /// The arguments as written.
    pub(crate) arguments: Vec<(String, Literal)>,
    /// What is read and written.
    pub(crate) answer: Answer,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Asked").field("root", &self.root.name).field("answer", &self.answer).finish_non_exhaustive()
    }
}

/// What a root field reads and writes.
pub(crate) enum Answer {
    /// One object or null.
    One(Reading),
    /// One object of the noun the id names.
    Node(Vec<(&'static NodeKind, Reading)>),
    /// A page.
    Connection(Reading, Connection),
    /// A list.
    List(Reading),
    /// One of the members of a union, by name.
    Payload(Vec<Reading>),
    /// One object an event.
    Event(Reading),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.readings().map(|reading| &reading.plan)).finish()
    }
}

impl Answer {
    /// Every reading there is.
    pub(crate) fn readings(&self) -> impl Iterator<Item = &Reading> {
        let (one, many, nodes): (Option<&Reading>, &[Reading], &[(&NodeKind, Reading)]) = match self {
            Self::One(reading) | Self::Connection(reading, _) | Self::List(reading) | Self::Event(reading) => {
                (Some(reading), &[], &[])
            }
            Self::Payload(readings) => (None, readings, &[]),
            Self::Node(readings) => (None, &[], readings),
        };
        one.into_iter().chain(many).chain(nodes.iter().map(|(_, reading)| reading))
    }
}

/// What is selected of a page.
pub(crate) struct Connection {
    /// Its parts, in order.
    pub(crate) parts: Vec<(Key, ConnectionPart)>,
}

/// A part of a page.
pub(crate) enum ConnectionPart {
    /// The type's name.
    Typename(Typename),
    /// The rows with cursors.
    Edges(Vec<(Key, EdgePart)>),
    /// The rows; what of each is in the reading's selection when they are selected once, here always.
    Nodes(Selection),
    /// Where the page begins and ends.
    PageInfo(Vec<(Key, PagePart)>),
}

/// A part of an edge.
pub(crate) enum EdgePart {
    /// The type's name.
    Typename(Typename),
    /// The row's cursor.
    Cursor,
    /// The row.
    Node(Selection),
}

/// A part of `pageInfo`.
pub(crate) enum PagePart {
    /// The type's name.
    Typename(Typename),
    /// Whether more follow.
    HasNext,
    /// Whether some came before.
    HasPrevious,
    /// The first row's cursor.
    Start,
    /// The last row's cursor.
    End,
}

/// Compiles an operation under the variables of a request.
pub(crate) fn compile(
    source_fragments: &super::Fragments,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<Compiled, Unplanned> {
    let source = Source { fragments: source_fragments, variables };
    let (name, table) = match operation.ty {
        OperationType::Query => ("Query", QUERIES),
        OperationType::Mutation => ("Mutation", MUTATIONS),
        OperationType::Subscription => ("Subscription", SUBSCRIPTIONS),
    };
    let groups = source.collect(&[&operation.selection_set.node], &|condition| condition == name)?;
    let fields = groups
        .iter()
        .map(|group| match group.name() {
            "__typename" => Ok(RootField::Typename(Key::new(group.key), typename(name))),
            "__schema" | "__type" => Ok(RootField::Introspection(Key::new(group.key))),
            field => {
                let root = roots::find(table, field).ok_or(Unplanned::Unknown)?;
                asked(source, root, group).map(|asked| RootField::Asked(Box::new(asked)))
            }
        })
        .collect::<Result<_, _>>()?;
    Ok(Compiled { kind: operation.ty, fields })
}

fn asked(source: Source<'_>, root: &'static Root, group: &Group<'_>) -> Result<Asked, Unplanned> {
    let sets = group.inside();
    let read = |noun: &'static Noun| reading(source, noun, &sets);
    let answer = match root.shape {
        Shape::One(noun) => Answer::One(read(noun)?),
        Shape::Event(noun) => Answer::Event(read(noun)?),
        Shape::List(noun) | Shape::Each(noun, _) => Answer::List(read(noun)?),
        Shape::Node => Answer::Node(NODES.iter().map(|kind| Ok((kind, read(kind.noun)?))).collect::<Result<_, _>>()?),
        Shape::Payload(payload) => {
            Answer::Payload(payload.members.iter().map(|noun| read(noun)).collect::<Result<_, _>>()?)
        }
        Shape::Connection(noun) => connection(source, noun, &sets)?,
    };
    let field = &group.first.node;
    Ok(Asked {
        key: Key::new(group.key),
        place: (group.first.pos.line, group.first.pos.column),
        root,
        arguments: field.arguments.iter().map(|(name, value)| (name.node.to_string(), value.node.clone())).collect(),
        answer,
    })
}

fn reading<'d>(source: Source<'d>, noun: &'static Noun, sets: &[&'d SelectionSet]) -> Result<Reading, Unplanned> {
    let mut planner = Planner::new(source);
    let selection = planner.noun(noun, sets, "")?;
    Ok(Reading { noun, plan: planner.plan, selection })
}

/// A page: its rows may be selected twice, as nodes and in edges, and are read once for both.
fn connection<'d>(source: Source<'d>, noun: &'static Noun, sets: &[&'d SelectionSet]) -> Result<Answer, Unplanned> {
    let mut planner = Planner::new(source);
    planner.plan.of_subject = noun.of_subject;
    let mut cost = 0;
    let name = format!("{}Connection", noun.name);
    let mut parts = Vec::new();
    for group in source.collect(sets, &|condition| condition == name)? {
        let part = match group.name() {
            "__typename" => ConnectionPart::Typename(typename(&name)),
            "nodes" => {
                let selection = planner.noun(noun, &group.inside(), "")?;
                cost += selection.cost;
                ConnectionPart::Nodes(selection)
            }
            "edges" => ConnectionPart::Edges(edges(&mut planner, noun, &group, &mut cost)?),
            "pageInfo" => ConnectionPart::PageInfo(page_info(&mut planner, &group)?),
            _ => return Err(Unplanned::Unknown),
        };
        parts.push((Key::new(group.key), part));
    }
    let selection = Selection { cost, ..Selection::default() };
    Ok(Answer::Connection(Reading { noun, plan: planner.plan, selection }, Connection { parts }))
}

fn edges<'d>(
    planner: &mut Planner<'d>,
    noun: &'static Noun,
    group: &Group<'d>,
    cost: &mut u64,
) -> Result<Vec<(Key, EdgePart)>, Unplanned> {
    let name = format!("{}Edge", noun.name);
    let mut parts = Vec::new();
    for group in planner.source.collect(&group.inside(), &|condition| condition == name)? {
        let part = match group.name() {
            "__typename" => EdgePart::Typename(typename(&name)),
            "cursor" => {
                planner.plan.cursors = true;
                *cost += 1;
                EdgePart::Cursor
            }
            "node" => {
                let selection = planner.noun(noun, &group.inside(), "")?;
                *cost += selection.cost;
                EdgePart::Node(selection)
            }
            _ => return Err(Unplanned::Unknown),
        };
        parts.push((Key::new(group.key), part));
    }
    Ok(parts)
}

fn page_info<'d>(planner: &mut Planner<'d>, group: &Group<'d>) -> Result<Vec<(Key, PagePart)>, Unplanned> {
    let groups = planner.source.collect(&group.inside(), &|condition| condition == "PageInfo")?;
    let mut parts = Vec::with_capacity(groups.len());
    for group in groups {
        let part = match group.name() {
            "__typename" => PagePart::Typename(typename("PageInfo")),
            "hasNextPage" => PagePart::HasNext,
            "hasPreviousPage" => PagePart::HasPrevious,
            "startCursor" => PagePart::Start,
            "endCursor" => PagePart::End,
            _ => return Err(Unplanned::Unknown),
        };
        planner.plan.cursors |= matches!(part, PagePart::Start | PagePart::End);
        parts.push((Key::new(group.key), part));
    }
    Ok(parts)
}
