//! JSON from a partner's system, read into values within limits: a key that stands twice, a depth or a number of values
//! that no system of ours has, and everything that is not JSON is refused, in memory bounded by the limits.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::fault::{UnexpectedKind, WireFault};

/// How deep values may lie in each other: three times the deepest sample of any wire (a FHIR bundle, 11).
const MAX_DEPTH: usize = 32;
/// How many values one answer may hold: a page of 1,000 records with 500 fields each, twice. A value takes up to some
/// hundred bytes of memory where its text takes two, so the limit on bytes alone would be none on memory.
const MAX_VALUES: usize = 1_000_000;

/// Reads bytes as one JSON value.
///
/// # Errors
/// [`WireFault::Truncated`] where they end too early, [`WireFault::NotJson`] where they are no JSON,
/// [`WireFault::Unexpected`] for a key that stands twice and for a value too deep, [`WireFault::TooLarge`] for too many
/// values.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, WireFault> {
    let limits = Limits { values: Cell::new(0), broken: Cell::new(None) };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Bounded { limits: &limits, depth: 0 }.deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    read.map_err(|fault| match limits.broken.get() {
        Some(Broken::Duplicate) => WireFault::unexpected("", UnexpectedKind::DuplicateKey),
        Some(Broken::Depth) => WireFault::unexpected("", UnexpectedKind::TooDeep),
        Some(Broken::Values) => WireFault::TooLarge { limit: MAX_VALUES as u64, unit: "values" },
        None if fault.is_eof() => WireFault::Truncated,
        None => WireFault::NotJson { content_type: "application/json".to_owned() },
    })
}

/// Reads bytes and drops what they are: for the generators that try any bytes.
pub(crate) fn fuzz(bytes: &[u8]) {
    drop(read(bytes));
}

#[derive(Debug, Clone, Copy)]
enum Broken {
    Duplicate,
    Depth,
    Values,
}

struct Limits {
    values: Cell<usize>,
    broken: Cell<Option<Broken>>,
}

impl Limits {
    fn refuse<E: de::Error>(&self, broken: Broken) -> E {
        self.broken.set(Some(broken));
        E::custom("refused")
    }
}

/// One value at a depth.
struct Bounded<'l> {
    limits: &'l Limits,
    depth: usize,
}

impl Bounded<'_> {
    const fn below(&self) -> Self {
        Bounded { limits: self.limits, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let values = self.limits.values.get() + 1;
        self.limits.values.set(values);
        if values > MAX_VALUES {
            return Err(self.limits.refuse(Broken::Values));
        }
        if self.depth > MAX_DEPTH {
            return Err(self.limits.refuse(Broken::Depth));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below())? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(self.limits.refuse(Broken::Duplicate));
            }
            map.insert(name, members.next_value_seed(self.below())?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, MAX_VALUES, read};
    use crate::fault::{UnexpectedKind, WireFault};

    #[test]
    fn values_are_read_as_they_are() {
        let text =
            r#"{"a":[1,-2,0.5,1e3,true,false,null,"\u0928","\ud83d\ude00"],"b":{"c":{}},"d":18446744073709551615}"#;
        assert_eq!(read(text.as_bytes()).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    }

    #[test]
    fn what_no_system_sends_is_refused() {
        let unexpected = |kind| Err(WireFault::unexpected("", kind));
        assert_eq!(read(br#"{"id":1,"b":{"x":1,"\u0078":2}}"#), unexpected(UnexpectedKind::DuplicateKey));
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(MAX_DEPTH + 1).as_bytes()).is_ok());
        assert_eq!(read(nested(MAX_DEPTH + 2).as_bytes()), unexpected(UnexpectedKind::TooDeep));
        assert_eq!(read("[".repeat(1 << 20).as_bytes()), unexpected(UnexpectedKind::TooDeep));
        let many = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
        assert!(read(many(MAX_VALUES).as_bytes()).is_ok());
        assert!(matches!(read(many(MAX_VALUES + 1).as_bytes()), Err(WireFault::TooLarge { unit: "values", .. })));
        assert_eq!(read(br#"{"a":"#), Err(WireFault::Truncated));
        for text in
            [&b"{} {}"[..], b"<html>", b"{\"a\":\"\xff\"}", b"\"\x00\"", b"{a:1}", b"[1,]", b"NaN", b"\xef\xbb\xbf{}"]
        {
            assert!(matches!(read(text), Err(WireFault::NotJson { .. })), "{text:?}");
        }
    }
}
