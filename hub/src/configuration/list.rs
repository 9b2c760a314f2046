//! Lists of tables in the configuration, `[[NAME]]`: each entry has a name, and no key that it should not have.

use sangam_desk::{IssuerSettings, OutsideAddress, SignatureAlgorithm};
use toml::Spanned;
use toml::de::DeValue;

use super::Reader;

/// How many entries a list may have: more issuers than a region has ministries.
const ENTRIES: usize = 32;
/// The longest name of an entry, in characters: it stands in addresses and in the registrations of clients.
const NAME: usize = 32;

/// One entry of a list: where it stands, and its members.
pub(super) struct Entry {
    list: &'static str,
    pub(super) line: usize,
    members: Vec<(String, usize, Member)>,
}

enum Member {
    Text(String),
    Texts(Vec<String>),
    Other,
}

impl Member {
    fn of(value: &Spanned<DeValue<'_>>) -> Self {
        let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
        match value.get_ref() {
            DeValue::Array(items) => {
                let texts: Option<Vec<_>> = items.iter().map(|item| text(item.get_ref())).collect();
                texts.map_or(Self::Other, Self::Texts)
            }
            value => text(value).map_or(Self::Other, Self::Text),
        }
    }
}

impl Reader<'_> {
    /// The entries of a list. What is no table and every key that an entry does not have is a fault.
    pub(super) fn entries(&mut self, list: &'static str, keys: &[&str]) -> Vec<Entry> {
        let Some(value) = self.root.get(list) else { return Vec::new() };
        let at = self.line(value.span().start);
        let Some(items) = value.get_ref().as_array() else {
            self.fault(at, list, format!("must be a list of tables, each under `[[{list}]]`"));
            return Vec::new();
        };
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for item in items.iter() {
            let line = self.line(item.span().start);
            let Some(table) = item.get_ref().as_table() else {
                faults.push((line, list.to_owned(), "must be a table"));
                continue;
            };
            let mut members = Vec::new();
            for (key, value) in table {
                let line = self.line(key.span().start);
                let name = key.get_ref().to_string();
                if !keys.contains(&name.as_str()) {
                    faults.push((line, format!("{list}.{name}"), "there is no such key"));
                }
                members.push((name, line, Member::of(value)));
            }
            entries.push(Entry { list, line, members });
        }
        if entries.len() > ENTRIES {
            faults.push((at, list.to_owned(), "has more than 32 entries"));
        }
        for (line, key, what) in faults {
            self.fault(line, &key, what);
        }
        entries
    }

    /// A text of an entry and its line.
    pub(super) fn entry_text(&mut self, entry: &Entry, key: &str, or: Option<&str>) -> Option<(String, usize)> {
        let name = format!("{}.{key}", entry.list);
        match (entry.members.iter().find(|(known, _, _)| known == key), or) {
            (Some((_, line, Member::Text(text))), _) => Some((text.clone(), *line)),
            (Some((_, line, _)), _) => {
                self.fault(*line, &name, "must be text");
                None
            }
            (None, Some(or)) => Some((or.to_owned(), entry.line)),
            (None, None) => {
                self.fault(entry.line, &name, "is missing");
                None
            }
        }
    }

    /// A text of an entry that may be left out.
    pub(super) fn entry_maybe(&mut self, entry: &Entry, key: &str) -> Option<Option<(String, usize)>> {
        if entry.members.iter().any(|(known, _, _)| known == key) {
            return self.entry_text(entry, key, None).map(Some);
        }
        Some(None)
    }

    /// The name and the issuer of an entry; no other of the list has either.
    pub(super) fn identity(&mut self, entry: &Entry, taken: &[&IssuerSettings]) -> Option<(String, OutsideAddress)> {
        let (name, issuer) = (self.entry_text(entry, "name", None), self.entry_text(entry, "issuer", None));
        let address = issuer.as_ref().and_then(|found| self.entry_address(entry, "issuer", found));
        let name = name.and_then(|(name, line)| {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            let what = if name.is_empty() || name.len() > NAME || !name.bytes().all(fits) {
                "must have 1 to 32 small letters, digits and hyphens"
            } else if taken.iter().any(|known| known.name == name) {
                "another entry has that name"
            } else {
                return Some(name);
            };
            self.fault(line, &format!("{}.name", entry.list), what);
            None
        });
        if let (Some(address), Some((_, line))) = (&address, issuer)
            && taken.iter().any(|known| known.issuer == *address)
        {
            self.fault(line, &format!("{}.issuer", entry.list), "another entry has that issuer");
            return None;
        }
        Some((name?, address?))
    }

    /// An address of an entry that the hub may call.
    pub(super) fn entry_address(
        &mut self,
        entry: &Entry,
        key: &str,
        found: &(String, usize),
    ) -> Option<OutsideAddress> {
        let read = OutsideAddress::read(&found.0);
        if let Err(fault) = read {
            self.fault(found.1, &format!("{}.{key}", entry.list), fault.to_string());
        }
        read.ok()
    }

    /// What an entry's keys may verify.
    pub(super) fn entry_algorithms(
        &mut self,
        entry: &Entry,
        or: &[SignatureAlgorithm],
    ) -> Option<Vec<SignatureAlgorithm>> {
        let found = entry.members.iter().find(|(known, _, _)| known == "algorithms");
        let (line, read) = match found {
            None => (entry.line, Some(or.to_vec())),
            Some((_, line, Member::Texts(names))) => {
                (*line, names.iter().map(|name| SignatureAlgorithm::read(name)).collect())
            }
            Some((_, line, _)) => (*line, None),
        };
        let read = read.filter(|read| !read.is_empty());
        if read.is_none() {
            let key = format!("{}.algorithms", entry.list);
            self.fault(line, &key, "must be a list of some of `EdDSA`, `ES256`, `RS256` and `PS256`");
        }
        read
    }
}
