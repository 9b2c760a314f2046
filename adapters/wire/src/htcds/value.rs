//! What a field takes, as a text of a cell and as a value of JSON. Whether a code is one of its list is asked apart: what
//! is read may have a code that only the partner's mapping can judge, what is written may not.

use serde_json::Value;

/// Characters of one text: a long note fits; a spreadsheet program's own limit is 32,767.
const MAX_TEXT: usize = 20_000;
/// Values of one field that takes several: the longest list of codes has 21.
const MAX_LIST: usize = 100;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// A day, `YYYY-MM-DD`; in a workbook also a date cell.
    Date,
    /// Yes or no.
    Checkbox,
    /// A number.
    Number,
    /// A telephone number, which may begin with a plus sign.
    Phone,
    /// One code of the list.
    Code(&'static [&'static str]),
    /// Codes of the list; in a cell separated by semicolons.
    Codes(&'static [&'static str]),
    /// An ISO 3166-1 alpha-2 code.
    Country,
    /// ISO 3166-1 alpha-2 codes; in a cell separated by semicolons.
    Countries,
    /// An ISO 639 code of two or three letters.
    Language,
    /// No longer in use; this field took its place.
    Deprecated(&'static str),
    /// Written by the hub and not read.
    Ignored,
}

/// Why a value is none of its field's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueFault {
    /// Not a date, number, telephone number, or yes or no, as the field asks for.
    WrongType,
    /// Over 20,000 characters, or over 100 values.
    TooLong,
    /// A character that is not seen: a control character, or one that turns the direction of what stands around it.
    Unseen,
    /// The field is no longer in use; this one took its place.
    Deprecated(&'static str),
}

/// The text of a cell as a value. Around a text that is not running text spaces do not count, and of a code that stands
/// in square brackets behind its label the label does not.
pub(crate) fn of_cell(kind: Kind, text: &str) -> Result<Value, ValueFault> {
    seen(text)?;
    let coded = crate::sheet::code_in(text);
    match kind {
        Kind::Text | Kind::Ignored => Ok(Value::from(text)),
        Kind::Phone | Kind::Date => of_text(kind, text.trim()),
        Kind::Checkbox => truth(coded).map(Value::from).ok_or(ValueFault::WrongType),
        Kind::Number => text.trim().parse().map(Value::Number).map_err(|_| ValueFault::WrongType),
        Kind::Code(_) | Kind::Country | Kind::Language => Ok(Value::from(coded)),
        Kind::Codes(_) | Kind::Countries => {
            let codes = text.split(';').map(crate::sheet::code_in).filter(|code| !code.is_empty());
            list(codes.map(Value::from).collect())
        }
        Kind::Deprecated(instead) => Err(ValueFault::Deprecated(instead)),
    }
}

/// A value of JSON, if it has the type that the field takes.
pub(crate) fn of_json(kind: Kind, value: Value) -> Result<Value, ValueFault> {
    match (kind, value) {
        (Kind::Deprecated(instead), _) => Err(ValueFault::Deprecated(instead)),
        (Kind::Checkbox, Value::Bool(yes)) => Ok(Value::Bool(yes)),
        (Kind::Number, Value::Number(number)) => Ok(Value::Number(number)),
        (Kind::Codes(_) | Kind::Countries, Value::Array(items)) => {
            items.iter().try_for_each(|item| item.as_str().ok_or(ValueFault::WrongType).and_then(seen))?;
            list(items)
        }
        (Kind::Checkbox | Kind::Number | Kind::Codes(_) | Kind::Countries, _) => Err(ValueFault::WrongType),
        (_, Value::String(text)) => {
            seen(&text)?;
            of_text(kind, &text)
        }
        _ => Err(ValueFault::WrongType),
    }
}

/// Whether each code is one of the field's list, and each code of a country or language has its form.
pub(crate) fn is_known(kind: Kind, value: &Value) -> bool {
    let each = |known: &dyn Fn(&str) -> bool| match value {
        Value::Array(items) => items.iter().all(|item| item.as_str().is_some_and(known)),
        other => other.as_str().is_some_and(known),
    };
    match kind {
        Kind::Code(codes) | Kind::Codes(codes) => each(&|code| codes.contains(&code)),
        Kind::Country | Kind::Countries => each(&is_country),
        Kind::Language => each(&is_language),
        _ => true,
    }
}

/// A value as the text of a cell.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn of_text(kind: Kind, text: &str) -> Result<Value, ValueFault> {
    let is = match kind {
        Kind::Phone => is_phone(text),
        Kind::Date => is_day(text),
        _ => true,
    };
    if is { Ok(Value::from(text)) } else { Err(ValueFault::WrongType) }
}

fn list(items: Vec<Value>) -> Result<Value, ValueFault> {
    if items.len() > MAX_LIST { Err(ValueFault::TooLong) } else { Ok(Value::Array(items)) }
}

/// Marks of direction alone (U+200E, U+200F, U+061C) and joiners are parts of right-to-left and Indic texts; what turns the
/// text around it, and hides so what stands there, is not.
fn seen(text: &str) -> Result<(), ValueFault> {
    let unseen = |letter: char| {
        (letter.is_control() && !"\t\r\n".contains(letter))
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    match text.chars().count() {
        over if over > MAX_TEXT => Err(ValueFault::TooLong),
        _ if text.contains(unseen) => Err(ValueFault::Unseen),
        _ => Ok(()),
    }
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// E.164 with the spaces and dashes that people write.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let plain = rest.bytes().all(|byte| byte.is_ascii_digit() || b" -()".contains(&byte));
    plain && (5..=15).contains(&digits)
}

/// `YYYY-MM-DD` of a day that is in the calendar.
fn is_day(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut next = |length: usize| {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (Some(year), Some(month), Some(day)) = (next(4), next(2), next(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
