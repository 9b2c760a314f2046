//! Which places of its answer an operation selects. What it does not select is in no answer, and there it looks like what
//! the system does not have: no mark, no refusal, no consent that was withheld. So each place that the hub reads is looked
//! for when the partner's file is read, and what a record then owes is looked for in each record.

use std::collections::BTreeSet;

use async_graphql_parser::types::{Directive, ExecutableDocument, Selection, SelectionSet, TypeCondition};
use async_graphql_parser::{Pos, Positioned};

/// The most selections of one place that are followed, and the most fragments that one object is selected by. An operation
/// has one, or one for each of a few types.
const MOST: usize = 32;

/// Without what a selection is in no answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    /// The object at this place is of this type.
    Type(String, String),
    /// What the directive written here says.
    Directive(Pos),
}

type Conditions = BTreeSet<Condition>;

/// One object of the answer while a member of it is looked for.
struct Level<'d, 'n> {
    document: &'d ExecutableDocument,
    /// Where the object lies.
    at: &'n str,
    name: &'n str,
    /// Fragments that were gone into, and under which conditions.
    entered: BTreeSet<(&'d str, Conditions)>,
    found: &'n mut Vec<(&'d SelectionSet, Conditions)>,
}

impl<'d> Level<'d, '_> {
    fn look(&mut self, set: &'d SelectionSet, above: &Conditions) {
        for selection in &set.items {
            if self.found.len() >= MOST {
                return;
            }
            match &selection.node {
                Selection::Field(field) if field.node.response_key().node == self.name => {
                    let under = self.under(above, &field.node.directives, None);
                    self.found.push((&field.node.selection_set.node, under));
                }
                Selection::Field(_) => {}
                Selection::InlineFragment(inline) => {
                    let of = inline.node.type_condition.as_ref();
                    let under = self.under(above, &inline.node.directives, of);
                    self.look(&inline.node.selection_set.node, &under);
                }
                Selection::FragmentSpread(spread) => {
                    let Some((name, fragment)) = self.document.fragments.get_key_value(&spread.node.fragment_name.node)
                    else {
                        continue;
                    };
                    let of = Some(&fragment.node.type_condition);
                    let under = self.under(above, &spread.node.directives, of);
                    if self.entered.len() < MOST && self.entered.insert((name.as_str(), under.clone())) {
                        self.look(&fragment.node.selection_set.node, &under);
                    }
                }
            }
        }
    }

    fn under(
        &self,
        above: &Conditions,
        directives: &[Positioned<Directive>],
        of: Option<&Positioned<TypeCondition>>,
    ) -> Conditions {
        let kind = of.map(|of| Condition::Type(self.at.to_owned(), of.node.on.node.to_string()));
        let said = directives.iter().map(|directive| Condition::Directive(directive.pos));
        above.iter().cloned().chain(kind).chain(said).collect()
    }
}

/// Under which conditions each selection of a place is in an answer; none where the operation does not select it.
fn selections<'n>(document: &ExecutableDocument, path: impl Iterator<Item = &'n str>) -> Vec<Conditions> {
    let Some((_, operation)) = document.operations.iter().next() else { return Vec::new() };
    let mut objects = vec![(&operation.node.selection_set.node, Conditions::new())];
    let mut at = String::new();
    for name in path {
        let mut found = Vec::new();
        for (set, above) in &objects {
            let mut level = Level { document, at: &at, name, entered: BTreeSet::new(), found: &mut found };
            level.look(set, above);
        }
        objects = found;
        at = format!("{at}.{name}");
    }
    objects.into_iter().map(|(_, conditions)| conditions).collect()
}

/// Whether the operation selects a place, if only under conditions.
pub(super) fn is_selected<'n>(document: &ExecutableDocument, path: impl Iterator<Item = &'n str>) -> bool {
    !selections(document, path).is_empty()
}

/// Whether an answer in which the one place is has the other too, or null on the way to it.
pub(super) fn goes_with<'n>(
    document: &ExecutableDocument,
    one: impl Iterator<Item = &'n str>,
    other: impl Iterator<Item = &'n str>,
) -> bool {
    let (ones, others) = (selections(document, one), selections(document, other));
    !ones.is_empty() && ones.iter().all(|one| others.iter().any(|other| other.is_subset(one)))
}

#[cfg(test)]
mod tests {
    use async_graphql_parser::parse_query;

    use super::{goes_with, is_selected};

    #[test]
    fn a_place_is_selected_by_fields_aliases_and_fragments_and_owed_where_the_key_is() {
        let text = "query {
            list: cases {
                ...Key
                person { names { text } }
                ... on Minor { guardian { name } }
                health @include(if: $x) { notes }
            }
            found { ... on Case { id share } ... on Other { id } }
        }
        fragment Key on Case { id kept: keptBack ...Key ...More }
        fragment More on Case { number }";
        let document = parse_query(text).unwrap();
        let selects = |path: &str| is_selected(&document, path.split('.'));
        for path in ["list", "list.id", "list.kept", "list.person.names.text", "list.guardian.name", "list.number"] {
            assert!(selects(path), "{path}");
        }
        for path in ["cases", "list.keptBack", "list.person.text", "list.person.names.text.more", "lists", "list.Key"] {
            assert!(!selects(path), "{path}");
        }
        let owed = |key: &str, path: &str| goes_with(&document, key.split('.'), path.split('.'));
        for path in ["list.kept", "list.number", "list.person.names.text"] {
            assert!(owed("list.id", path), "{path}");
        }
        for path in ["list.guardian.name", "list.health.notes", "list.never"] {
            assert!(!owed("list.id", path), "{path}");
        }
        assert!(!owed("found.id", "found.share"), "something else than a case has an id too");
        assert!(!owed("list.never", "list.kept"));
    }

    #[test]
    fn fragments_that_go_round_and_multiply_come_to_an_end() {
        let fields = "a { ...F }".repeat(400);
        let many: String = (0..60).map(|number| format!("... on T{number} {{ ...F }} ")).collect();
        let text = format!("query {{ ...F }} fragment F on T {{ {fields} {many} }}");
        let document = parse_query(&text).unwrap();
        assert!(is_selected(&document, ["a"; 16].into_iter()));
        assert!(!is_selected(&document, ["a", "b"].into_iter()));
    }
}
