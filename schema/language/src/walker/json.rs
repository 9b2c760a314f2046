//! Reads the JSON text of a released payload without building a tree: members and elements come as slices of
//! it, and a value that fits its type is copied as it stands. Our own writer made the text before it was
//! sealed, so its escapes are already what an answer needs. Anything that is no JSON comes out as nothing.

/// Walks the members of an object or the elements of an array.
pub(crate) struct Parts<'t> {
    text: &'t [u8],
    at: usize,
    close: u8,
    first: bool,
}

fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The parts between brackets; `None` when the text is not of that kind.
fn parts(text: &[u8], open: u8, close: u8) -> Option<Parts<'_>> {
    let text = text.trim_ascii();
    (text.first() == Some(&open) && text.last() == Some(&close)).then_some(Parts { text, at: 1, close, first: true })
}

/// The members of an object.
pub(crate) fn object(text: &[u8]) -> Option<Parts<'_>> {
    parts(text, b'{', b'}')
}

/// The elements of an array.
pub(crate) fn array(text: &[u8]) -> Option<Parts<'_>> {
    parts(text, b'[', b']')
}

impl<'t> Parts<'t> {
    fn skip_blanks(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.get(self.at)?;
            if !blank(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Goes to the next part: `Some(false)` at the end, `None` where the text is no JSON.
    fn advance(&mut self) -> Option<bool> {
        let byte = self.skip_blanks()?;
        if byte == self.close {
            self.at += 1;
            return (self.at == self.text.len()).then_some(false);
        }
        if !self.first {
            if byte != b',' {
                return None;
            }
            self.at += 1;
            self.skip_blanks()?;
        }
        self.first = false;
        Some(true)
    }

    fn value(&mut self) -> Option<&'t [u8]> {
        self.skip_blanks()?;
        let begin = self.at;
        self.at = end_of_value(self.text, begin)?;
        self.text.get(begin..self.at)
    }

    /// The next element. The outer `None` is a text that is no JSON, the inner one the end.
    pub(crate) fn element(&mut self) -> Option<Option<&'t [u8]>> {
        if self.advance()? { self.value().map(Some) } else { Some(None) }
    }

    /// The next member: its name without quotes, its value. The outer `None` is a text that is no JSON, the
    /// inner one the end.
    pub(crate) fn member(&mut self) -> Option<Option<(&'t [u8], &'t [u8])>> {
        if !self.advance()? {
            return Some(None);
        }
        let begin = self.at;
        self.at = end_of_string(self.text, begin)?;
        let name = self.text.get(begin + 1..self.at - 1)?;
        if self.skip_blanks()? != b':' {
            return None;
        }
        self.at += 1;
        Some(Some((name, self.value()?)))
    }
}

/// Where the string that begins here ends, behind its quote.
fn end_of_string(text: &[u8], begin: usize) -> Option<usize> {
    if text.get(begin) != Some(&b'"') {
        return None;
    }
    let mut at = begin + 1;
    loop {
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            0..=0x1f => return None,
            _ => at += 1,
        }
    }
}

/// Where the value that begins here ends. Brackets are counted, not recursed into.
fn end_of_value(text: &[u8], begin: usize) -> Option<usize> {
    match *text.get(begin)? {
        b'"' => end_of_string(text, begin),
        b'{' | b'[' => {
            let (mut at, mut depth) = (begin, 0_usize);
            loop {
                match *text.get(at)? {
                    b'"' => at = end_of_string(text, at)?,
                    b'{' | b'[' => {
                        depth += 1;
                        at += 1;
                    }
                    b'}' | b']' => {
                        depth -= 1;
                        at += 1;
                        if depth == 0 {
                            return Some(at);
                        }
                    }
                    _ => at += 1,
                }
            }
        }
        _ => {
            let rest = text.get(begin..)?;
            let length = rest.iter().position(|byte| blank(*byte) || matches!(byte, b',' | b'}' | b']' | b':'))?;
            (length > 0).then_some(begin + length)
        }
    }
}

/// The content of a string without escapes; `None` for anything else.
pub(crate) fn plain_string(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    (!inside.contains(&b'\\')).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
            "[\"\\\\{}\\[\\],:]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-z]{1,6}", inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn read(text: &[u8]) -> Option<Value> {
        if let Some(mut members) = object(text) {
            let mut map = serde_json::Map::new();
            while let Some((name, value)) = members.member()? {
                map.insert(String::from_utf8(name.to_vec()).ok()?, read(value)?);
            }
            return Some(Value::Object(map));
        }
        if let Some(mut elements) = array(text) {
            let mut list = Vec::new();
            while let Some(value) = elements.element()? {
                list.push(read(value)?);
            }
            return Some(Value::Array(list));
        }
        serde_json::from_slice(text).ok()
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(value in value()) {
            let compact = serde_json::to_vec(&value).unwrap();
            prop_assert_eq!(read(&compact), Some(value.clone()));
            let spaced = serde_json::to_vec_pretty(&value).unwrap();
            prop_assert_eq!(read(&spaced), Some(value));
        }

        #[test]
        fn never_fails_on_any_text(text in prop::collection::vec(any::<u8>(), 0..64)) {
            read(&text);
        }

        #[test]
        fn never_fails_on_broken_json(value in value(), cut in 0_usize..64) {
            let text = serde_json::to_vec(&value).unwrap();
            read(text.get(..cut.min(text.len())).unwrap());
        }
    }
}
