//! The root fields as tables: name, what comes back, arguments, scope, cost and a sentence. Registry, plan
//! and executor read the same rows; a root field that is not here does not exist.

mod agreement;
mod answer_link;
mod consent;
mod document;
mod exception;
mod form;
mod input;
mod justice;
mod listing;
mod live;
mod mutation;
mod notice;
mod organization;
mod query;
mod repatriation;
mod search;
mod subscription;
mod support;

pub(crate) use input::{Argument, Default, Input, InputType};
pub(crate) use mutation::MUTATIONS;
pub(crate) use query::{NODES, NodeKind, QUERIES};
pub(crate) use subscription::SUBSCRIPTIONS;

use crate::caller::Scope;
use crate::table::Noun;

/// What a root field gives back.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// One object or null.
    One(&'static Noun),
    /// One object of any noun that is a node, or null; the id says of which.
    Node,
    /// A Relay connection.
    Connection(&'static Noun),
    /// A list that is short by its nature.
    List(&'static Noun),
    /// A list with at most one entry for each id of the argument of this name.
    Each(&'static Noun, &'static str),
    /// A union of what a change can come to.
    Payload(&'static Payload),
    /// One object an event.
    Event(&'static Noun),
}

/// The union of what one change can come to.
pub(crate) struct Payload {
    /// The GraphQL name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) sentence: &'static str,
    /// Its members.
    pub(crate) members: &'static [&'static Noun],
}

/// One root field.
pub(crate) struct Root {
    /// The name.
    pub(crate) name: &'static str,
    /// What comes back.
    pub(crate) shape: Shape,
    /// What it is.
    pub(crate) sentence: &'static str,
    /// The arguments.
    pub(crate) arguments: &'static [Argument],
    /// The scope a token must carry, if any: who may only be let in may lock. The scope of a node's noun is in
    /// [`NODES`].
    pub(crate) scope: Option<Scope>,
    /// What the field costs before any row.
    pub(crate) cost: u32,
    /// Whether it touches a subject whatever is selected.
    pub(crate) of_subject: bool,
}

/// Finds a root field by name.
pub(crate) fn find(roots: &'static [Root], name: &str) -> Option<&'static Root> {
    roots.iter().find(|root| root.name == name)
}
