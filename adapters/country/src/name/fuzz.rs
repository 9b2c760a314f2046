//! What anybody may throw at the reader of names: it answers or refuses, and never more than that.

use super::{Name, roman};

/// Reads bytes as two names, halves of the text, and compares them both ways. For the generators that look for
/// an input that panics, hangs or breaks what always holds; the answer is whether it held.
pub fn fuzz(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (one, other) = text.split_at(middle);
    let Ok(one) = Name::read(one) else {
        return true;
    };
    let mut keys = one.parts().iter().map(|part| part.key());
    let again = keys.all(|key| roman::key(&roman::read(&key)) == key);
    let alike = Name::read(other).map_or(true, |other| one.compare(&other) == other.compare(&one));
    again && alike
}
