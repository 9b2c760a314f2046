//! The shapes of what the hub takes, found by asking the types themselves what they read: names of fields, which may be
//! left out, and the lists of codes. So nothing here can fall behind the vocabulary.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

/// A text that every field of ours which is a text takes: instants among them.
const TEXT: &str = "2000-01-01T00:00:00Z";

/// The shape of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// Yes or no.
    Truth,
    /// A number.
    Number,
    /// One of these codes.
    Code(&'static [&'static str]),
    /// A list.
    List(Box<Shape>),
    /// An object with these members and no other.
    Object(Vec<Member>),
    /// Not asked any further.
    Any,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
    /// Its shape.
    pub shape: Shape,
}

impl Shape {
    /// The shape that a type reads.
    pub(crate) fn of<T: for<'de> Deserialize<'de>>() -> Self {
        let mut found = Found { shape: Self::Any, optional: false };
        // A type may refuse what was made up for it; what it asked for is known by then.
        let _refused = T::deserialize(Probe(&mut found)).is_err();
        found.shape
    }

    /// The codes in it, each list with its path below `at`.
    pub(crate) fn codes(&self, at: &super::Path, found: &mut Vec<(super::Path, &'static [&'static str])>) {
        match self {
            Self::Code(codes) => found.push((at.clone(), codes)),
            Self::List(items) => items.codes(&at.with(super::leaf::ANY), found),
            Self::Object(members) => {
                members.iter().for_each(|member| member.shape.codes(&at.with(member.name), found));
            }
            Self::Text | Self::Truth | Self::Number | Self::Any => {}
        }
    }
}

struct Found {
    shape: Shape,
    optional: bool,
}

/// A source of made-up values that writes down what it is asked for.
struct Probe<'f>(&'f mut Found);

macro_rules! answers {
    ($($asked:ident)+ => $shape:ident $visit:ident $value:tt) => {
        $(fn $asked<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.0.shape = Shape::$shape;
            visitor.$visit $value
        })+
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    answers!(deserialize_any deserialize_map deserialize_unit deserialize_ignored_any deserialize_bytes deserialize_byte_buf => Any visit_unit ());
    answers!(deserialize_bool => Truth visit_bool (true));
    answers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 => Number visit_u64 (1));
    answers!(deserialize_str deserialize_string deserialize_identifier deserialize_char => Text visit_str (TEXT));

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.optional = true;
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_tuple(1, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, items: usize, visitor: V) -> Result<V::Value, Error> {
        let mut found = Found { shape: Shape::Any, optional: false };
        let read = visitor.visit_seq(Items { left: items, found: &mut found });
        self.0.shape = Shape::List(Box::new(found.shape));
        read
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        items: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(items, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut members = Vec::new();
        let read = visitor.visit_map(Members { names: names.iter(), found: &mut members });
        self.0.shape = Shape::Object(members);
        read
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        codes: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.shape = Shape::Code(codes);
        let first: &'static str = codes.first().ok_or_else(|| Error::custom("a list without codes"))?;
        visitor.visit_enum(first.into_deserializer())
    }
}

struct Items<'f> {
    left: usize,
    found: &'f mut Found,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Probe(&mut *self.found)).map(Some)
    }
}

struct Members<'f> {
    names: std::slice::Iter<'static, &'static str>,
    found: &'f mut Vec<Member>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.found.push(Member { name, optional: false, shape: Shape::Any });
        let key: StrDeserializer<'_, Error> = (*name).into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let mut found = Found { shape: Shape::Any, optional: false };
        let read = seed.deserialize(Probe(&mut found));
        if let Some(member) = self.found.last_mut() {
            (member.shape, member.optional) = (found.shape, found.optional);
        }
        read
    }
}
