//! Collects the fields of one object: fragments flattened, conditions decided, equal keys grouped in the order
//! in which each key first appears (the specification's CollectFields).

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

use super::Unplanned;
use crate::coerce::{Variables, shortened};

/// The fields that share one key, first first.
pub(super) struct Group<'d> {
    pub(super) key: &'d str,
    pub(super) first: &'d Positioned<Field>,
    rest: Vec<&'d Field>,
}

impl<'d> Group<'d> {
    pub(super) fn name(&self) -> &'d str {
        &self.first.node.name.node
    }

    /// The selection sets of all of them, to be merged.
    pub(super) fn inside(&self) -> Vec<&'d SelectionSet> {
        let fields = std::iter::once(&self.first.node).chain(self.rest.iter().copied());
        fields.map(|field| &field.selection_set.node).collect()
    }

    fn new(key: &'d str, first: &'d Positioned<Field>) -> Result<Self, Unplanned> {
        let field = &first.node;
        if field.name.node == "__typename" && !(field.arguments.is_empty() && field.selection_set.node.items.is_empty())
        {
            return Err(Unplanned::Typename);
        }
        Ok(Self { key, first, rest: Vec::new() })
    }

    fn join(&mut self, field: &'d Field) -> Result<(), Unplanned> {
        let first = &self.first.node;
        let same = first.name.node == field.name.node
            && first.arguments.len() == field.arguments.len()
            && first
                .arguments
                .iter()
                .all(|(name, value)| field.get_argument(&name.node).is_some_and(|other| other.node == value.node));
        if !same {
            return Err(Unplanned::Overlap(shortened(self.key).to_owned()));
        }
        self.rest.push(field);
        Ok(())
    }
}

/// What fields are collected from: the document's fragments and the request's variables.
#[derive(Clone, Copy)]
pub(super) struct Source<'d> {
    pub(super) fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    pub(super) variables: &'d Variables,
}

impl<'d> Source<'d> {
    /// Collects the fields of an object out of selection sets that are merged. `applies` says of a type
    /// condition whether the object fulfils it.
    pub(super) fn collect(
        &self,
        sets: &[&'d SelectionSet],
        applies: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Group<'d>>, Unplanned> {
        let mut groups = Vec::new();
        let mut visited = Vec::new();
        for set in sets {
            self.add(set, applies, &mut visited, &mut groups)?;
        }
        Ok(groups)
    }

    fn add(
        &self,
        set: &'d SelectionSet,
        applies: &dyn Fn(&str) -> bool,
        visited: &mut Vec<&'d str>,
        groups: &mut Vec<Group<'d>>,
    ) -> Result<(), Unplanned> {
        for item in &set.items {
            if !self.included(item.node.directives())? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    let key: &'d str = &field.node.response_key().node;
                    match groups.iter_mut().find(|group| group.key == key) {
                        Some(group) => group.join(&field.node)?,
                        None => groups.push(Group::new(key, field)?),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if condition.is_none_or(applies) {
                        self.add(&inline.node.selection_set.node, applies, visited, groups)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name: &'d str = &spread.node.fragment_name.node;
                    if visited.contains(&name) {
                        continue;
                    }
                    visited.push(name);
                    let fragment = &self.fragments.get(name).ok_or(Unplanned::Unknown)?.node;
                    if applies(&fragment.type_condition.node.on.node) {
                        self.add(&fragment.selection_set.node, applies, visited, groups)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn included(&self, directives: &[Positioned<Directive>]) -> Result<bool, Unplanned> {
        for directive in directives {
            let wanted = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => continue,
            };
            let condition = directive.node.get_argument("if").ok_or(Unplanned::Unknown)?;
            if self.variables.condition(&condition.node).map_err(Unplanned::Condition)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
