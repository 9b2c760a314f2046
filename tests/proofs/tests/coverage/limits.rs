//! Every limit of the language and the door with its amount, as the code has it: fields of the limits as they print
//! themselves, so that a new one cannot be forgotten, and the door's constants that are no field.

use std::collections::BTreeMap;

use crate::source::text;

/// How much: a number, or seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Amount {
    Number(u64),
    Seconds(u64),
}

impl Amount {
    /// As a document tells it: `64 KiB`, `4,000`, `10 s`.
    pub(crate) fn told(cell: &str) -> Self {
        let (number, unit) = cell.split_once(' ').unwrap_or((cell, ""));
        let number: u64 = number.replace(',', "").parse().unwrap_or_else(|_| panic!("no number: {cell}"));
        match unit {
            "" => Self::Number(number),
            "KiB" => Self::Number(number << 10),
            "MiB" => Self::Number(number << 20),
            "s" => Self::Seconds(number),
            other => panic!("`{other}` is no unit"),
        }
    }

    /// As `Debug` prints it.
    fn printed(value: &str) -> Self {
        match value.strip_suffix('s') {
            Some(seconds) => Self::Seconds(seconds.parse().unwrap_or_else(|_| panic!("no seconds: {value}"))),
            None => Self::Number(value.parse().unwrap_or_else(|_| panic!("no number: {value}"))),
        }
    }

    /// As a constant is written: `16 * 1024`, `Duration::from_secs(10)`.
    fn written(value: &str) -> Self {
        let number =
            |text: &str| text.trim().replace('_', "").parse::<u64>().unwrap_or_else(|_| panic!("no number: {text}"));
        match value.strip_prefix("Duration::from_secs(").and_then(|rest| rest.strip_suffix(')')) {
            Some(seconds) => Self::Seconds(number(seconds)),
            None => Self::Number(value.split('*').map(number).product()),
        }
    }
}

/// The fields of a value that prints itself with them.
fn fields(value: &impl std::fmt::Debug) -> Vec<(String, Amount)> {
    let printed = format!("{value:#?}");
    let field = |line: &str| {
        let (name, value) = line.trim().trim_end_matches(',').split_once(": ")?;
        // A field with fields of its own; they follow.
        (!value.ends_with('{')).then(|| (name.to_owned(), Amount::printed(value)))
    };
    printed.lines().filter_map(field).collect()
}

/// The constants of the door's limits that are the default of no field. Buffers are sizes and refuse nothing.
fn constants() -> Vec<(String, Amount)> {
    let text = text("hub/door/src/limits.rs");
    let constant = |line: &str| {
        let (name, rest) = line.strip_prefix("pub(crate) const ")?.split_once(": ")?;
        let (_, value) = rest.trim_end_matches(';').split_once(" = ")?;
        let field = text.contains(&format!(": {name},"));
        (!field && !name.ends_with("_BUFFER")).then(|| (name.to_owned(), Amount::written(value)))
    };
    text.lines().filter_map(constant).collect()
}

/// All of them by name.
pub(crate) fn all() -> BTreeMap<String, Amount> {
    let language = fields(&sangam_language::Limits::standard());
    let door = fields(&sangam_door::Limits::default());
    assert!(language.len() > 10 && door.len() > 20, "the limits no longer print their fields");
    let count = language.len() + door.len();
    let all: BTreeMap<_, _> = language.into_iter().chain(door).chain(constants()).collect();
    assert!(all.len() > count, "two limits have one name, or the constants are not found");
    all
}
