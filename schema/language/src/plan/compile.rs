//! Compiles the selection of a noun.

use std::sync::Arc;

use async_graphql::parser::types::SelectionSet;
use sangam_vocabulary::Category;

use super::collect::{Group, Source};
use super::{Codes, Form, Key, Leaf, Selected, Selection, Take, Unplanned, WithheldPart};
use crate::port::{Plan, SealedIn};
use crate::registry::NODE;
use crate::roots::{MUTATIONS, Shape};
use crate::table::{Field, Noun, Read, Type};

/// Compiles selections of one root field's rows into trees and one plan.
pub(super) struct Planner<'d> {
    pub(super) source: Source<'d>,
    pub(super) plan: Plan,
}

/// Whether an object of a noun fulfils a type condition: its own name, an interface it implements, a union it
/// is a member of.
fn fulfils(noun: &'static Noun, condition: &str) -> bool {
    condition == noun.name
        || (condition == NODE && noun.is_node)
        || MUTATIONS.iter().any(|root| match root.shape {
            Shape::Payload(payload) => {
                payload.name == condition && payload.members.iter().any(|member| std::ptr::eq(*member, noun))
            }
            _ => false,
        })
}

/// A type's name as the answer to `__typename`.
pub(super) fn typename(name: &str) -> super::Typename {
    format!("\"{name}\"").into_bytes().into_boxed_slice()
}

impl<'d> Planner<'d> {
    pub(super) fn new(source: Source<'d>) -> Self {
        Self { source, plan: Plan::default() }
    }

    /// Compiles what is selected of a noun whose columns carry the prefix.
    pub(super) fn noun(
        &mut self,
        noun: &'static Noun,
        sets: &[&'d SelectionSet],
        prefix: &str,
    ) -> Result<Selection, Unplanned> {
        self.plan.of_subject |= noun.of_subject;
        let groups = self.source.collect(sets, &|condition| fulfils(noun, condition))?;
        let mut selection = Selection { fields: Vec::with_capacity(groups.len()), ..Selection::default() };
        for group in groups {
            let selected = self.field(noun, &group, prefix, &mut selection)?;
            selection.fields.push(selected);
        }
        Ok(selection)
    }

    fn field(
        &mut self,
        noun: &'static Noun,
        group: &Group<'d>,
        prefix: &str,
        object: &mut Selection,
    ) -> Result<Selected, Unplanned> {
        let key = Key::new(group.key);
        if group.name() == "__typename" {
            return Ok(Selected { key, nullable: false, gate: None, take: Take::Typename(typename(noun.name)) });
        }
        let field = noun.fields.iter().find(|field| field.name == group.name()).ok_or(Unplanned::Unknown)?;
        if let Some(category) = field.category {
            self.want(category, object);
        }
        object.cost += u64::from(field.cost);
        let (nullable, ty) = unwrapped(&field.ty);
        let take = self.take(field, ty, group, prefix, object)?;
        Ok(Selected { key, nullable, gate: field.category, take })
    }

    fn take(
        &mut self,
        field: &'static Field,
        ty: &'static Type,
        group: &Group<'d>,
        prefix: &str,
        object: &mut Selection,
    ) -> Result<Take, Unplanned> {
        Ok(match field.read {
            Read::Column(column) | Read::Outward(_, column) => {
                Take::Cell(self.column(prefix, column), self.form(ty, group)?)
            }
            Read::State(column, words) => {
                let categories = (words.categories)();
                categories.iter().for_each(|category| self.want(category, object));
                Take::State { cell: self.column(prefix, column), categories, shown: words.shown }
            }
            Read::Told(column, words) => {
                let categories = (words.categories)();
                categories.iter().for_each(|category| self.want(category, object));
                Take::Told { cell: self.column(prefix, column), categories, told: words.shown }
            }
            Read::Within(step) => {
                let Type::Object(inner) = ty else { return Err(Unplanned::Unknown) };
                let within = self.noun(inner, &group.inside(), &format!("{prefix}{step}"))?;
                object.cost += within.cost;
                // An object that does not speak of its own withheld categories leaves it to the one around it.
                if !inner.fields.iter().any(|field| matches!(field.read, Read::Withheld)) {
                    object.categories = object.categories.or(within.categories);
                }
                Take::Within(within)
            }
            Read::Rows(step) => {
                let Type::List(item) = ty else { return Err(Unplanned::Unknown) };
                let (_, Type::Object(inner)) = unwrapped(item) else { return Err(Unplanned::Unknown) };
                let rows = self.noun(inner, &group.inside(), &format!("{prefix}{step}"))?;
                object.cost += rows.cost;
                Take::Rows(rows)
            }
            Read::Sealed(place, category) => {
                let Type::Object(inner) = ty else { return Err(Unplanned::Unknown) };
                self.want(category, object);
                let selection = self.noun(inner, &group.inside(), "")?;
                object.cost += selection.cost;
                Take::Sealed { slot: self.slot(place, category), category, selection }
            }
            Read::Member(member) => Take::Member(member.as_bytes().into(), self.form(ty, group)?),
            Read::Withheld => Take::Withheld(self.withheld(ty, group)?),
            Read::CanSee => Take::CanSee,
            Read::CanDo => Take::CanDo,
        })
    }

    fn form(&mut self, ty: &'static Type, group: &Group<'d>) -> Result<Form, Unplanned> {
        Ok(match ty {
            Type::Id | Type::Text => Form::Leaf(Leaf::Text),
            Type::Int => Form::Leaf(Leaf::Int),
            Type::Boolean => Form::Leaf(Leaf::Boolean),
            Type::DateTime => Form::Leaf(Leaf::DateTime),
            Type::Code(list) => {
                Form::Leaf(Leaf::Code(Arc::new(Codes::new((list.values)().into_iter().map(|(code, _)| code)))))
            }
            Type::List(item) => {
                let (nullable, item) = unwrapped(item);
                Form::List { item: Box::new(self.form(item, group)?), nullable }
            }
            Type::Object(noun) => Form::Object(self.noun(noun, &group.inside(), "")?),
            Type::NonNull(of) => self.form(of, group)?,
        })
    }

    fn withheld(&self, ty: &'static Type, group: &Group<'d>) -> Result<Vec<(Key, WithheldPart)>, Unplanned> {
        let Type::List(item) = ty else { return Err(Unplanned::Unknown) };
        let (_, Type::Object(noun)) = unwrapped(item) else { return Err(Unplanned::Unknown) };
        let groups = self.source.collect(&group.inside(), &|condition| fulfils(noun, condition))?;
        let part = |group: &Group<'d>| match group.name() {
            "__typename" => Ok(WithheldPart::Typename(typename(noun.name))),
            "category" => Ok(WithheldPart::Category),
            "reason" => Ok(WithheldPart::Reason),
            "remedy" => Ok(WithheldPart::Remedy),
            _ => Err(Unplanned::Unknown),
        };
        groups.iter().map(|group| Ok((Key::new(group.key), part(group)?))).collect()
    }

    fn want(&mut self, category: Category, object: &mut Selection) {
        self.plan.wanted = self.plan.wanted.with(category);
        object.categories = object.categories.with(category);
    }

    fn column(&mut self, prefix: &str, column: &str) -> usize {
        let is = |known: &String| known.strip_prefix(prefix) == Some(column);
        self.plan.columns.iter().position(is).unwrap_or_else(|| {
            self.plan.columns.push(format!("{prefix}{column}"));
            self.plan.columns.len() - 1
        })
    }

    fn slot(&mut self, place: SealedIn, category: Category) -> usize {
        let wanted = (place, category);
        self.plan.sealed.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.plan.sealed.push(wanted);
            self.plan.sealed.len() - 1
        })
    }
}

/// Whether a type may be null, and the type without that.
fn unwrapped(ty: &'static Type) -> (bool, &'static Type) {
    match ty {
        Type::NonNull(of) => (false, of),
        nullable => (true, nullable),
    }
}
