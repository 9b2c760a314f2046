//! What is read out of the source itself: texts, functions, and the lists that no type gives out.

use std::fs;
use std::path::Path;

/// A file of the checkout.
pub(crate) fn text(file: &str) -> String {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    fs::read_to_string(root.join(file)).unwrap_or_else(|fault| panic!("`{file}`: {fault}"))
}

/// The code and the sentence of every error of the token endpoint, in the order of the list.
pub(crate) fn token_errors() -> Vec<(String, String)> {
    let text = text("hub/door/src/hub.rs");
    let (_, list) = text.split_once("impl TokenError {").expect("the list of the token endpoint's errors");
    let (list, _) = list.split_once("\n}").expect("its end");
    let said = |arm: &str| {
        let (variant, words) = arm.split_once(" => ")?;
        // A long sentence stands in braces on a line of its own.
        let words = words.trim_start_matches(['{', ' ', '\n']).strip_prefix('"')?;
        Some((variant.to_owned(), words.split('"').next()?.to_owned()))
    };
    let said: Vec<(String, String)> = list.split("Self::").filter_map(said).collect();
    let (codes, sentences) = said.split_at(said.len() / 2);
    let pair = |((one, code), (other, sentence)): (&(String, String), &(String, String))| {
        assert_eq!(one, other, "code and sentence of an error");
        (code.clone(), sentence.clone())
    };
    assert!(codes.len() == sentences.len() && codes.len() > 3, "{said:?}");
    codes.iter().zip(sentences).map(pair).collect()
}

/// A function of a file: what stands before it since the last one, and its body.
pub(crate) fn function<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let at = text.find(&format!("fn {name}("))?;
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = text[line..].len() - text[line..].trim_start().len();
    let end = format!("\n{}}}", " ".repeat(indent));
    let body = text[at..].find(&end).map_or(&text[at..], |length| &text[at..at + length]);
    let before = &text[..line];
    let since = before.rfind('}').map_or(before, |end| &before[end..]);
    Some((since, body))
}
