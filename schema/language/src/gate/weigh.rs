//! Weighs a parsed document: each fragment once, whatever the number of its spreads, in saturating numbers. A
//! fragment that spreads itself weighs infinitely much.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Value as Constant};

use super::Refused;
use crate::code::ErrorCode;
use crate::limits::Limits;

/// What a selection set comes to once its fragments are expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    /// Fields, spreads and inline fragments: what validation visits.
    selections: u64,
    /// Fields, those under a literal `first` as often as it says.
    cost: u64,
    /// How deep fields nest; inline fragments and spreads count, because validation recurses into them too.
    depth: u64,
    /// Fields of the outermost level.
    top: u64,
}

/// A fragment that spreads itself.
const INFINITE: Weight = Weight { selections: u64::MAX, cost: u64::MAX, depth: 0, top: 0 };
/// Nested further than anything is weighed.
const BOTTOMLESS: Weight = Weight { selections: 0, cost: 0, depth: u64::MAX, top: 0 };

impl Weight {
    const fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            cost: self.cost.saturating_add(other.cost),
            depth: if self.depth > other.depth { self.depth } else { other.depth },
            top: self.top.saturating_add(other.top),
        }
    }

    /// The weight of a fragment's or inline fragment's contents where they are put.
    const fn spread(self) -> Self {
        Self { selections: self.selections.saturating_add(1), depth: self.depth.saturating_add(1), ..self }
    }
}

struct Scales<'d> {
    fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    weighed: HashMap<&'d str, Option<Weight>>,
    /// Below this level nothing is weighed: the document is refused there, and our own recursion is bounded.
    deepest: usize,
    /// Rows of a page: a longer one is refused when arguments are read.
    page: u64,
}

/// Weighs the document.
pub(super) fn weigh(document: &ExecutableDocument, limits: &Limits) -> Result<(), Refused> {
    if document.fragments.len() > limits.fragments {
        return Err(Refused::of(ErrorCode::LimitFragments));
    }
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    if operations.clone().chain(fragments).map(aliases).sum::<usize>() > limits.aliases {
        return Err(Refused::of(ErrorCode::LimitAliases));
    }
    let mut scales = Scales {
        fragments: &document.fragments,
        weighed: HashMap::new(),
        deepest: limits.depth,
        page: limits.page.into(),
    };
    // Validation visits every operation and every fragment of the document, so their weights add up.
    let mut selections: u64 = 0;
    let mut add = |weight: Weight| {
        selections = selections.saturating_add(weight.selections);
        if weight.depth > limits.depth as u64 {
            return Err(Refused::of(ErrorCode::LimitDepth));
        }
        if selections > limits.selections || weight.cost > limits.cost {
            return Err(Refused::of(ErrorCode::LimitCost));
        }
        Ok(())
    };
    for operation in operations {
        let weight = scales.set(operation, 0);
        if weight.top > limits.root_fields as u64 {
            return Err(Refused::of(ErrorCode::LimitRootFields));
        }
        add(weight)?;
    }
    for name in document.fragments.keys() {
        add(scales.fragment(name, 0))?;
    }
    Ok(())
}

fn aliases(set: &SelectionSet) -> usize {
    set.items
        .iter()
        .map(|item| match &item.node {
            Selection::Field(field) => {
                usize::from(field.node.alias.is_some()) + aliases(&field.node.selection_set.node)
            }
            Selection::InlineFragment(inline) => aliases(&inline.node.selection_set.node),
            Selection::FragmentSpread(_) => 0,
        })
        .sum()
}

impl<'d> Scales<'d> {
    fn set(&mut self, set: &'d SelectionSet, level: usize) -> Weight {
        if level > self.deepest {
            return BOTTOMLESS;
        }
        set.items.iter().fold(Weight::default(), |sum, item| {
            sum.beside(match &item.node {
                Selection::Field(field) => self.field(&field.node, level),
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1).spread(),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level + 1).spread(),
            })
        })
    }

    fn field(&mut self, field: &'d Field, level: usize) -> Weight {
        let inside = self.set(&field.selection_set.node, level + 1);
        Weight {
            selections: inside.selections.saturating_add(1),
            cost: inside.cost.saturating_mul(rows(field).min(self.page)).saturating_add(1),
            depth: inside.depth.saturating_add(1),
            top: 1,
        }
    }

    fn fragment(&mut self, name: &'d Name, level: usize) -> Weight {
        // An unknown fragment is validation's business.
        let Some((name, fragment)) = self.fragments.get_key_value(name.as_str()) else { return Weight::default() };
        match self.weighed.get(name.as_str()) {
            Some(Some(weight)) => return *weight,
            // It is being weighed further out: a cycle.
            Some(None) => return INFINITE,
            None => {}
        }
        self.weighed.insert(name.as_str(), None);
        let weight = self.set(&fragment.node.selection_set.node, level);
        self.weighed.insert(name.as_str(), Some(weight));
        weight
    }
}

/// How many rows a literal `first` asks for. A variable's value is not known here; the plan multiplies by it.
fn rows(field: &Field) -> u64 {
    let literal = field.get_argument("first").and_then(|value| value.node.clone().into_const());
    match literal {
        Some(Constant::Number(number)) => number.as_u64().unwrap_or(1).max(1),
        _ => 1,
    }
}
