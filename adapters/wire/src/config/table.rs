//! A TOML table read key by key: what was asked for is known, what is left over is a fault, and every fault
//! has its line.

use std::cell::RefCell;
use std::ops::Range;

use sangam_vocabulary::Code;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigFault, KeyFault};

/// The faults of one file, found in any order.
pub(crate) struct Faults<'t> {
    file: &'t str,
    text: &'t str,
    found: RefCell<Vec<ConfigFault>>,
}

impl<'t> Faults<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, found: RefCell::new(Vec::new()) }
    }

    pub(crate) fn note(&self, at: Range<usize>, key: String, fault: KeyFault) {
        let line = self.text.bytes().take(at.start).filter(|byte| *byte == b'\n').count() + 1;
        self.found.borrow_mut().push(ConfigFault { file: self.file.to_owned(), line, key, fault });
    }

    pub(crate) fn sorted(self) -> Vec<ConfigFault> {
        let mut found = self.found.into_inner();
        // Those of the file itself first, then those of the files that it names.
        let place = |fault: &ConfigFault| (fault.file != self.file, fault.file.clone(), fault.line, fault.key.clone());
        found.sort_by_key(place);
        found
    }
}

/// One table of the file.
pub(crate) struct Table<'f, 't> {
    faults: &'f Faults<'t>,
    members: &'f DeTable<'t>,
    at: Range<usize>,
    prefix: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'f, 't> Table<'f, 't> {
    pub(crate) fn root(faults: &'f Faults<'t>, members: &'f DeTable<'t>) -> Self {
        Self { faults, members, at: 0..0, prefix: String::new(), asked: RefCell::new(Vec::new()) }
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn get(&self, name: &'static str) -> Option<&'f Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(name);
        self.members.get(name)
    }

    /// Notes a fault of a key, at its value or, where it is not there, at its table.
    pub(crate) fn fault(&self, name: &str, fault: KeyFault) {
        let at = self.members.get(name).map_or_else(|| self.at.clone(), Spanned::span);
        self.faults.note(at, self.key(name), fault);
    }

    /// Notes a fault of a file that a key names, at a line of it.
    pub(crate) fn fault_in(&self, file: &str, line: usize, name: &str, fault: KeyFault) {
        let found = ConfigFault { file: file.to_owned(), line, key: self.key(name), fault };
        self.faults.found.borrow_mut().push(found);
    }

    pub(crate) fn text_if(&self, name: &'static str) -> Option<String> {
        match self.get(name)?.get_ref() {
            DeValue::String(text) if !text.is_empty() => Some(text.to_string()),
            _ => {
                self.fault(name, KeyFault::Type("a text that is not empty"));
                None
            }
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        self.there(name).then(|| self.text_if(name)).flatten()
    }

    /// Whether a key is there; a missing one is a fault.
    pub(crate) fn there(&self, name: &'static str) -> bool {
        let there = self.get(name).is_some();
        if !there {
            self.fault(name, KeyFault::Missing);
        }
        there
    }

    /// A code of a closed list.
    pub(crate) fn code<C: Code>(&self, name: &'static str) -> Option<C> {
        let text = self.text(name)?;
        let code = C::read(&text).ok();
        if code.is_none() {
            self.fault(name, KeyFault::NotOneOf(C::ALL.iter().map(|code| code.code()).collect()));
        }
        code
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&self, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.fault(name, KeyFault::NotOneOf(words.iter().map(|(word, _)| *word).collect()));
        }
        found
    }

    /// A whole number in a range; the fallback where the key is not there or wrong.
    pub(crate) fn number(&self, name: &'static str, range: (u64, u64), fallback: u64) -> u64 {
        let Some(value) = self.get(name) else {
            return fallback;
        };
        let DeValue::Integer(written) = value.get_ref() else {
            self.fault(name, KeyFault::Type("a whole number"));
            return fallback;
        };
        match u64::from_str_radix(written.as_str(), written.radix()) {
            Ok(number) if (range.0..=range.1).contains(&number) => number,
            _ => {
                self.fault(name, KeyFault::Range(range.0, range.1));
                fallback
            }
        }
    }

    /// Whether a key says `true`; one that is not there says `false`.
    pub(crate) fn yes(&self, name: &'static str) -> bool {
        match self.get(name).map(Spanned::get_ref) {
            None => false,
            Some(DeValue::Boolean(yes)) => *yes,
            Some(_) => {
                self.fault(name, KeyFault::Type("`true` or `false`"));
                false
            }
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &'static str, required: bool) -> Vec<String> {
        if required && !self.there(name) {
            return Vec::new();
        }
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        list(value.get_ref()).unwrap_or_else(|| {
            self.fault(name, KeyFault::Type("a list of texts"));
            Vec::new()
        })
    }

    /// A table in this one; a missing one is a fault, told once.
    pub(crate) fn table(&self, name: &'static str) -> Option<Table<'f, 't>> {
        self.there(name).then(|| self.table_if(name)).flatten()
    }

    pub(crate) fn table_if(&self, name: &'static str) -> Option<Table<'f, 't>> {
        let value = self.get(name)?;
        let DeValue::Table(members) = value.get_ref() else {
            self.fault(name, KeyFault::Type("a table"));
            return None;
        };
        let (faults, prefix) = (self.faults, format!("{}.", self.key(name)));
        Some(Table { faults, members, at: value.span(), prefix, asked: RefCell::new(Vec::new()) })
    }

    /// All members of a table of texts.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (name, value) in self.members {
            match value.get_ref().as_str() {
                Some(text) if !text.is_empty() => pairs.push((name.get_ref().to_string(), text.to_owned())),
                _ => {
                    self.faults.note(value.span(), self.key(name.get_ref()), KeyFault::Type("a text that is not empty"))
                }
            }
        }
        pairs
    }

    /// All members of a table of lists of texts.
    pub(crate) fn lists(&self) -> Vec<(String, Vec<String>)> {
        let mut lists = Vec::new();
        for (name, value) in self.members {
            match list(value.get_ref()) {
                Some(texts) => lists.push((name.get_ref().to_string(), texts)),
                None => self.faults.note(value.span(), self.key(name.get_ref()), KeyFault::Type("a list of texts")),
            }
        }
        lists
    }

    /// What was asked for until now.
    #[cfg(test)]
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.asked.borrow().clone()
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for (name, _) in self.members.iter().filter(|(name, _)| !asked.contains(&name.get_ref().as_ref())) {
            self.faults.note(name.span(), self.key(name.get_ref()), KeyFault::Unknown);
        }
    }
}

/// A list of texts, if the value is one.
fn list(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::Array(items) => items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}
