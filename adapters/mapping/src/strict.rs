//! Strict reading of JSON into a fixed shape: every fault is an [`Oddity`] with the path of the value. It is
//! a `serde` deserializer, so the shapes are the derived ones of the vocabulary; `serde_json`'s own errors
//! would carry neither path nor kind, and would quote the value.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde_json::{Map, Value};

use crate::oddity::{Oddity, OddityKind, member};

/// The longest text of one field, in characters: a long case note fits, a file does not.
pub(crate) const MAX_TEXT: usize = 20_000;
/// The longest list: more relatives, consents or referrals than any one case has.
pub(crate) const MAX_LIST: usize = 100;

/// Reads a value into a shape.
///
/// # Errors
/// The first fault found in the value.
pub(crate) fn read<'v, T: Deserialize<'v>>(value: &'v Value, at: &str) -> Result<T, Oddity> {
    T::deserialize(Strict { value, at }).map_err(|fault| fault.place(value, at))
}

/// How long a value is, as [`Oddity::length`] counts.
pub(crate) fn length(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(number) => number.to_string().len(),
        Value::String(text) => text.chars().count(),
        Value::Array(list) => list.len(),
        Value::Object(members) => members.len(),
    }
}

/// A fault on its way to its place.
#[derive(Debug)]
enum Fault {
    /// Of the value that is being read.
    Here(OddityKind),
    /// A member of the value that is being read is missing.
    Without(&'static str),
    /// Already placed.
    At(Oddity),
}

impl Fault {
    fn place(self, value: &Value, at: &str) -> Oddity {
        match self {
            Self::Here(kind) => Oddity { path: at.to_owned(), kind, length: length(value) },
            Self::Without(field) => Oddity { path: member(at, field), kind: OddityKind::Missing, length: 0 },
            Self::At(oddity) => oddity,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(kind) => out.write_str(kind.code()),
            Self::Without(field) => write!(out, "MISSING at `{field}`"),
            Self::At(oddity) => oddity.fmt(out),
        }
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Here(OddityKind::WrongType)
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Here(OddityKind::UnknownCode)
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Here(OddityKind::UnknownField)
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Without(field)
    }
}

struct Strict<'v, 'p> {
    value: &'v Value,
    at: &'p str,
}

impl<'v> Deserializer<'v> for Strict<'v, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Fault> {
        let Self { value, at } = self;
        let read = match value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(*yes),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(Fault::Here(OddityKind::WrongType)),
            },
            Value::String(text) if text.chars().count() > MAX_TEXT => Err(Fault::Here(OddityKind::TooLong)),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(list) if list.len() > MAX_LIST => Err(Fault::Here(OddityKind::TooLong)),
            Value::Array(list) => {
                let mut items = Items { rest: list.iter(), next: 0, at };
                let read = visitor.visit_seq(&mut items)?;
                // A tuple's visitor stops at its own length; what is left over is not silently dropped.
                if items.rest.len() > 0 { Err(Fault::Here(OddityKind::TooLong)) } else { Ok(read) }
            }
            Value::Object(members) => visitor.visit_map(Members { rest: members.iter(), value: None, at }),
        };
        read.map_err(|fault| Fault::At(fault.place(value, at)))
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let read = match self.value {
            Value::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(Fault::Here(OddityKind::WrongType)),
        };
        read.map_err(|fault| Fault::At(fault.place(self.value, self.at)))
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'v>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'v, 'p> {
    rest: std::slice::Iter<'v, Value>,
    next: usize,
    at: &'p str,
}

impl<'v> de::SeqAccess<'v> for &mut Items<'v, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'v>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.rest.next() else {
            return Ok(None);
        };
        let at = format!("{}/{}", self.at, self.next);
        self.next += 1;
        let read = seed.deserialize(Strict { value, at: &at });
        read.map(Some).map_err(|fault| Fault::At(fault.place(value, &at)))
    }
}

struct Members<'v, 'p> {
    rest: serde_json::map::Iter<'v>,
    value: Option<(&'v String, &'v Value)>,
    at: &'p str,
}

impl<'v> de::MapAccess<'v> for Members<'v, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'v>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.value = self.rest.next();
        let Some((name, value)) = self.value else {
            return Ok(None);
        };
        let key = de::value::BorrowedStrDeserializer::<Fault>::new(name);
        let read = seed.deserialize(key);
        read.map(Some).map_err(|fault| Fault::At(fault.place(value, &member(self.at, name))))
    }

    fn next_value_seed<T: DeserializeSeed<'v>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some((name, value)) = self.value.take() else {
            return Err(Fault::Here(OddityKind::WrongType));
        };
        let at = member(self.at, name);
        let read = seed.deserialize(Strict { value, at: &at });
        read.map_err(|fault| Fault::At(fault.place(value, &at)))
    }
}

/// The members of an object whose names are all known; unknown ones are told apart.
///
/// # Errors
/// The value is no object.
pub(crate) fn object<'v>(
    value: &'v Value,
    at: &str,
    known: &[&str],
    odd: &mut Vec<Oddity>,
) -> Option<&'v Map<String, Value>> {
    let Value::Object(members) = value else {
        let kind = if value.is_null() { OddityKind::Missing } else { OddityKind::WrongType };
        odd.push(Oddity { path: at.to_owned(), kind, length: length(value) });
        return None;
    };
    for (name, value) in members.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        odd.push(Oddity { path: member(at, name), kind: OddityKind::UnknownField, length: length(value) });
    }
    Some(members)
}
