//! The codes of a partner's field: which the mapping knows and what they become, and which it does not.

use std::collections::{BTreeMap, BTreeSet};

use super::leaf::Path;

/// Characters of a text in a mapping that may be a partner's code.
const LONGEST_WORD: usize = 64;
/// The most texts of a mapping that are tried as codes.
const MOST_WORDS: usize = 400;

/// A code that the mapping knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// How often it stands in the sample; 0: it stands in the mapping alone.
    pub seen: usize,
    /// What it becomes: fields of ours and their codes.
    pub gives: BTreeSet<(Path, String)>,
}

/// A value that the mapping does not know. It may be anything, so only its length is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Characters.
    pub length: usize,
    /// How often it stands in the sample.
    pub seen: usize,
    /// The value, for whoever asked for values.
    pub value: String,
}

/// The codes of one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodesSeen {
    /// Those that the mapping knows, in the partner's spelling: they stand in the mapping's own text.
    pub known: BTreeMap<String, Known>,
    /// Values of the sample that it knows, and that do not stand in its text as they are.
    pub composed: usize,
    /// Values of the sample that it does not know.
    pub unknown: Vec<Unknown>,
}

/// The texts that stand in a jq program: what is quoted, and bare keys of objects. Some of them are the partner's codes.
pub(crate) fn words(program: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut signs = program.char_indices().peekable();
    while let Some((start, sign)) = signs.next() {
        match sign {
            '#' => while signs.next_if(|(_, sign)| *sign != '\n').is_some() {},
            '"' => {
                let mut end = None;
                while let Some((at, sign)) = signs.next() {
                    match sign {
                        '\\' => {
                            signs.next();
                        }
                        '"' => {
                            end = Some(at);
                            break;
                        }
                        _ => {}
                    }
                }
                // A text with something to compute in it is no JSON, and no code.
                let quoted = end.and_then(|end| program.get(start..=end));
                found.extend(quoted.and_then(|quoted| serde_json::from_str::<String>(quoted).ok()));
            }
            word if word.is_ascii_alphabetic() || word == '_' => {
                let mut end = start + word.len_utf8();
                while let Some((at, sign)) = signs.next_if(|(_, sign)| sign.is_ascii_alphanumeric() || *sign == '_') {
                    end = at + sign.len_utf8();
                }
                if signs.peek().is_some_and(|(_, next)| *next == ':') {
                    found.extend(program.get(start..end).map(str::to_owned));
                }
            }
            _ => {}
        }
    }
    found.retain(|word| !word.is_empty() && word.chars().count() <= LONGEST_WORD && !word.starts_with('/'));
    found.into_iter().take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_is_quoted_and_what_is_a_key_is_found_and_comments_are_not() {
        let program = r#"# "not this": nor: this
            def t: {nari: "FEMININE", "jana nei": "X\u0041"};
            .a | code(t; "/a") | "n\(.b)" | {b: .c}"#;
        let found: Vec<String> = words(program).into_iter().collect();
        // The name of a definition is among them; no form knows it, so that it is tried and refused.
        assert_eq!(found, ["FEMININE", "XA", "b", "jana nei", "nari", "t"]);
    }
}
