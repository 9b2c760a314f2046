//! A mapping compiled: jq by jaq, without what reaches outside. It runs in a worker process only, because
//! jq programs can loop and recurse without end.

use jaq_core::load::{self, Arena, Error as LoadError, File, Loader, parse, span};
use jaq_core::native::Fun;
use jaq_core::{Compiler, Ctx, Filter, Vars, data, unwrap_valr};
use jaq_json::{Num, Val};
use sangam_vocabulary::{Category, Code, Country, Purpose};
use serde_json::Value;

use crate::country;
use crate::oddity::{Oddity, OddityKind, member};

pub(crate) type Kind = data::JustLut<Val>;

/// Natives and definitions that reach outside the record: environment, clock, local time zone, logs and the
/// end of the process. A mapping that names one of them is no program.
const OUTSIDE: [&str; 12] = [
    "env",
    "now",
    "localtime",
    "strflocaltime",
    "debug_empty",
    "stderr_empty",
    "debug",
    "stderr",
    "halt",
    "halt_error",
    "input",
    "inputs",
];
/// The words of Sangam for mappings: codes, refusals, dates as they come.
const WORDS: &str = include_str!("words.jq");
/// How deep a result may be nested: `serde_json`'s own limit on reading, so that what a worker writes the
/// hub can read. The answer's envelope takes one level.
const MAX_DEPTH: usize = 120;
/// The longest path a mapping may give in a refusal.
const MAX_PATH: usize = 200;

/// A mapping, ready to run.
pub(crate) struct Program(Filter<Kind>);

impl Program {
    /// Parses and compiles a mapping.
    ///
    /// # Errors
    /// The oddity's length is the line of the first fault.
    pub(crate) fn compile(text: &str) -> Result<Self, Oddity> {
        let lists = code_lists();
        let words = definitions(WORDS).chain(definitions(&lists));
        let standard = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        // The closure also shortens the definitions' lifetime to that of the text.
        let inside = |definition: parse::Def<&'static str>| -> Option<parse::Def<&str>> {
            (!OUTSIDE.contains(&definition.name)).then_some(definition)
        };
        let loader = Loader::new(standard.filter_map(inside).chain(words));
        let arena = Arena::default();
        let invalid = |line| Oddity::whole(OddityKind::MappingInvalid, line);
        let modules = loader.load(&arena, File { code: text, path: () }).map_err(|faults| {
            invalid(faults.iter().filter_map(|(_, fault)| load_line(text, fault)).min().unwrap_or(1))
        })?;
        // An imported data file would be a variable without a value, and jaq panics on those.
        load::import(&modules, |_| Err(String::new())).map_err(|faults| {
            invalid(faults.iter().filter_map(|(_, fault)| load_line(text, fault)).min().unwrap_or(1))
        })?;
        let filter = Compiler::default().with_funs(natives()).compile(modules).map_err(|faults| {
            let names = faults.iter().flat_map(|(_, unknown)| unknown.iter().map(|(name, _)| *name));
            invalid(names.map(|name| line(text, name)).min().unwrap_or(1))
        })?;
        Ok(Self(filter))
    }

    /// The one result of the mapping on a record.
    ///
    /// # Errors
    /// The record is not JSON or nested too deep; the mapping raised an error, a refusal of its own, no
    /// result or more than one; the result is no JSON or over `max_output` bytes.
    pub(crate) fn run(&self, record: &[u8], max_output: u64) -> Result<Value, Oddity> {
        let input: Val = serde_json::from_slice(record).map_err(|fault| unreadable(&fault, record.len()))?;
        let context = Ctx::<Kind>::new(&self.0.lut, Vars::new([]));
        let mut results = self.0.id.run((context, input)).map(unwrap_valr);
        let result = match results.next() {
            None => return Err(Oddity::whole(OddityKind::NoResult, 0)),
            Some(Err(raised)) => return Err(refusal(raised)),
            Some(Ok(result)) => result,
        };
        if results.next().is_some() {
            return Err(Oddity::whole(OddityKind::ManyResults, 0));
        }
        let mut room = usize::try_from(max_output).unwrap_or(usize::MAX);
        plain(&result, "", 0, &mut room)
    }
}

fn natives() -> impl Iterator<Item = Fun<Kind>> {
    let all = jaq_core::funs::<Kind>().chain(jaq_std::funs()).chain(jaq_json::funs());
    let all = all.chain(country::natives());
    all.filter(|(name, _, _)| !OUTSIDE.contains(name))
}

fn definitions(text: &str) -> impl Iterator<Item = parse::Def<&str>> {
    jaq_core::load::parse(text, |parser| parser.defs()).unwrap_or_default().into_iter()
}

/// The hub's closed lists, so that a mapping can withhold everything without copying them.
fn code_lists() -> String {
    fn list<C: Code>() -> String {
        let codes: Vec<&str> = C::ALL.iter().map(|code| code.code()).collect();
        serde_json::to_string(&codes).unwrap_or_default()
    }
    format!(
        "def all_categories: {}; def all_purposes: {}; def all_countries: {};",
        list::<Category>(),
        list::<Purpose>(),
        list::<Country>()
    )
}

fn line(text: &str, part: &str) -> usize {
    let inside = text.as_bytes().as_ptr_range().contains(&part.as_ptr()) || part.is_empty();
    let start = if inside { span(text, part).start } else { 0 };
    text.as_bytes().iter().take(start).filter(|byte| **byte == b'\n').count() + 1
}

fn load_line(text: &str, fault: &LoadError<&str>) -> Option<usize> {
    match fault {
        LoadError::Io(faults) => faults.iter().map(|(part, _)| line(text, part)).min(),
        LoadError::Lex(faults) => faults.iter().map(|(_, part)| line(text, part)).min(),
        LoadError::Parse(faults) => faults.iter().map(|(_, part)| line(text, part)).min(),
    }
}

/// `serde_json` has no kind for its recursion limit; its text for it is fixed and quotes nothing.
fn unreadable(fault: &serde_json::Error, length: usize) -> Oddity {
    let deep = fault.to_string().starts_with("recursion limit exceeded");
    Oddity::whole(if deep { OddityKind::TooDeep } else { OddityKind::NotJson }, length)
}

/// An error raised by `refuse` of `words.jq` carries path, kind and length; any other is the mapping's own,
/// and its text is dropped because it may quote the record.
fn refusal(raised: jaq_json::Error) -> Oddity {
    let own = Oddity::whole(OddityKind::MappingFailed, 0);
    let Ok(value) = plain(&raised.into_val(), "", 0, &mut (4 << 10)) else {
        return own;
    };
    let Some(Ok(said)) = value.get("sangamRefusal").map(|said| serde_json::from_value::<Oddity>(said.clone())) else {
        return own;
    };
    if said.path.len() > MAX_PATH {
        return Oddity { path: String::new(), ..said };
    }
    let path = said.path.split('/').skip(1).fold(String::new(), |path, name| member(&path, name));
    Oddity { path, ..said }
}

/// jq's values are more than JSON: bytes, numbers that are none, keys that are no text. Such a result is
/// refused where it stands.
pub(crate) fn plain(value: &Val, at: &str, depth: usize, room: &mut usize) -> Result<Value, Oddity> {
    let fault = |kind| Oddity { path: at.to_owned(), kind, length: 0 };
    if depth > MAX_DEPTH {
        return Err(fault(OddityKind::TooDeep));
    }
    let mut take = |bytes: usize| {
        *room = room.checked_sub(bytes).ok_or_else(|| fault(OddityKind::TooLong))?;
        Ok(())
    };
    // Quotes, a comma, a colon, or the longest number.
    take(4)?;
    match value {
        Val::Null => Ok(Value::Null),
        Val::Bool(yes) => Ok(Value::Bool(*yes)),
        Val::Num(number) => self::number(number).ok_or_else(|| fault(OddityKind::WrongType)),
        Val::BStr(_) => Err(fault(OddityKind::WrongType)),
        Val::TStr(text) => {
            take(text.len())?;
            let text = std::str::from_utf8(text).map_err(|_| fault(OddityKind::WrongType))?;
            Ok(Value::String(text.to_owned()))
        }
        Val::Arr(items) => items
            .iter()
            .enumerate()
            .map(|(place, item)| plain(item, &format!("{at}/{place}"), depth + 1, room))
            .collect(),
        Val::Obj(members) => members
            .iter()
            .map(|(name, value)| {
                let Val::TStr(name) = name else {
                    return Err(fault(OddityKind::WrongType));
                };
                let name = std::str::from_utf8(name).map_err(|_| fault(OddityKind::WrongType))?;
                *room = room.checked_sub(name.len()).ok_or_else(|| fault(OddityKind::TooLong))?;
                Ok((name.to_owned(), plain(value, &member(at, name), depth + 1, room)?))
            })
            .collect(),
    }
}

fn number(number: &Num) -> Option<Value> {
    match number {
        Num::Int(whole) => Some(Value::from(*whole as i64)),
        Num::Float(float) if float.fract() == 0.0 && float.abs() < 9.0e15 => Some(Value::from(*float as i64)),
        Num::Float(float) => serde_json::Number::from_f64(*float).map(Value::Number),
        Num::Dec(text) => text.parse::<serde_json::Number>().ok().map(Value::Number),
        Num::BigInt(_) => None,
    }
}
