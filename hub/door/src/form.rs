//! `application/x-www-form-urlencoded`, read strictly: of bodies and of query strings. A name that comes
//! twice, a broken escape or text that is not UTF-8 is refused, because two readers of such a form may
//! understand two things.

use std::collections::HashMap;

/// A form's fields.
#[derive(Default)]
pub(crate) struct Form(HashMap<String, String>);

/// More fields than any request here has.
const FIELDS: usize = 16;

impl Form {
    /// Reads a form; `None` when it is not one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut fields = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if fields.len() == FIELDS || fields.insert(decode(name)?, decode(value)?).is_some() {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// Takes a field out; an empty one counts as not sent (RFC 6749, section 3.2).
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// What is left, by name.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0.into_iter().collect()
    }

    /// Whether every field was taken out.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Undoes `+` and `%XX`; `None` for a broken escape or text that is not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => (digit(bytes.next()?)? << 4) | digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(plain).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn escapes_are_undone() {
        let mut form = Form::read("query=%7B+a%20%7D&name=%E0%A4%A8&empty=&flag").unwrap();
        assert_eq!(form.take("query").unwrap(), "{ a }");
        assert_eq!(form.take("name").unwrap(), "न");
        assert!(form.take("empty").is_none() && form.take("flag").is_none() && form.take("absent").is_none());
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for text in ["a=1&a=2", "a=%", "a=%4", "a=%zz", "a=%ff", "%ff=a"] {
            assert!(Form::read(text).is_none(), "{text}");
        }
        let many: String = (0..17).map(|number| format!("f{number}=1&")).collect();
        assert!(Form::read(&many).is_none());
    }
}
