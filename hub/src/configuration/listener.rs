//! The listeners of the door: `[door]` is the first, and each `[[door.listeners]]` one more, with a certificate and
//! with rules for clients' certificates of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sangam_door::{ClientCertificates, OldestTls, TlsTerms};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::certificates::TlsFiles;

/// The keys of a listener.
pub(super) const KEYS: &[&str] =
    &["listen", "certificate", "key", "tls", "client_certificates", "client_authorities", "client_revocations"];

/// Where the door listens.
#[derive(Debug)]
pub(crate) struct DoorListener {
    /// The address.
    pub(crate) listen: SocketAddr,
    /// What TLS is made of there; without it plain HTTP is spoken.
    pub(crate) tls: Option<TlsFiles>,
}

impl DoorListener {
    /// Whether client certificates are asked for there.
    pub(crate) fn asks_for_certificates(&self) -> bool {
        self.tls.as_ref().is_some_and(|files| files.terms.clients != ClientCertificates::Off)
    }
}

/// A fault by its place in the text, its key, and what is wrong.
type Fault = (usize, String, String);

/// One listener's table while it is read.
struct Section<'s, 't> {
    name: &'static str,
    begins: usize,
    table: Option<&'s DeTable<'t>>,
    base: &'s Path,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// Every listener, the first one first.
    pub(super) fn listeners(&mut self) -> Vec<DoorListener> {
        let door = self.root.get("door");
        let (begins, table) = door.map_or((0, None), |door| (door.span().start, door.get_ref().as_table()));
        let mut first = Section { name: "door", begins, table, base: &self.base, faults: Vec::new() };
        let mut read = vec![first.listener(Some("127.0.0.1:8080"))];
        let mut faults = first.faults;
        match table.and_then(|table| table.get("listeners")) {
            None => {}
            Some(list) => match list.get_ref().as_array() {
                None => faults.push((list.span().start, "door.listeners".to_owned(), "must be tables".to_owned())),
                Some(list) => {
                    for item in list {
                        let mut one = Section::of_list(item, &self.base);
                        read.push(one.listener(None));
                        faults.append(&mut one.faults);
                    }
                }
            },
        }
        for (offset, key, what) in faults {
            let line = self.line(offset);
            self.fault(line, &key, what);
        }
        read.into_iter().flatten().collect()
    }
}

impl<'s, 't> Section<'s, 't> {
    fn of_list(item: &'s Spanned<DeValue<'t>>, base: &'s Path) -> Self {
        let begins = item.span().start;
        let mut section =
            Self { name: "door.listeners", begins, table: item.get_ref().as_table(), base, faults: Vec::new() };
        let unknown = section.table.into_iter().flatten().filter(|(key, _)| !KEYS.contains(&key.get_ref().as_ref()));
        let unknown: Vec<_> = unknown.map(|(key, _)| (key.span().start, key.get_ref().to_string())).collect();
        for (offset, key) in unknown {
            section.fault(offset, &key, "there is no such key");
        }
        if section.table.is_none() {
            section.faults.push((begins, section.name.to_owned(), "must be a table".to_owned()));
        }
        section
    }

    fn fault(&mut self, offset: usize, key: &str, what: &str) {
        self.faults.push((offset, format!("{}.{key}", self.name), what.to_owned()));
    }

    fn get(&self, key: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.table?.get(key)
    }

    /// A text and its place, where the key is there.
    fn text(&mut self, key: &str) -> Option<(String, usize)> {
        let value = self.get(key)?;
        let offset = value.span().start;
        let text = value.get_ref().as_str().map(|text| (text.to_owned(), offset));
        if text.is_none() {
            self.fault(offset, key, "must be text");
        }
        text
    }

    fn file(&mut self, key: &str) -> Option<PathBuf> {
        self.text(key).map(|(file, _)| self.base.join(file))
    }

    /// One of a few words; the first where the key is absent.
    fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)], or: T, told: &str) -> T {
        let Some((text, offset)) = self.text(key) else { return or };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meant)) => *meant,
            None => {
                self.fault(offset, key, told);
                or
            }
        }
    }

    fn listener(&mut self, or: Option<&str>) -> Option<DoorListener> {
        let listen = self.listen(or);
        let oldest = self.word(
            "tls",
            &[("1.3", OldestTls::V1_3), ("1.2", OldestTls::V1_2)],
            OldestTls::V1_3,
            "must be `1.3` or `1.2`, the oldest version that is spoken",
        );
        let asked = [
            ("off", ClientCertificates::Off),
            ("optional", ClientCertificates::Optional),
            ("required", ClientCertificates::Required),
        ];
        let told = "must be `off`, `optional` or `required`";
        let clients = self.word("client_certificates", &asked, ClientCertificates::Off, told);
        let (certificate, key) = (self.file("certificate"), self.file("key"));
        let (authorities, revocations) = (self.file("client_authorities"), self.file("client_revocations"));
        self.go_together(clients);
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => {
                let terms = TlsTerms { clients, oldest };
                Some(TlsFiles { name: self.name, terms, certificate, key, authorities, revocations })
            }
            _ => None,
        };
        Some(DoorListener { listen: listen?, tls })
    }

    fn listen(&mut self, or: Option<&str>) -> Option<SocketAddr> {
        let given = self.text("listen");
        let (text, offset) = match (given, or) {
            (Some(given), _) => given,
            (None, Some(or)) => (or.to_owned(), self.begins),
            (None, None) => {
                if self.get("listen").is_none() {
                    self.fault(self.begins, "listen", "is missing");
                }
                return None;
            }
        };
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(offset, "listen", "must be an address and a port, as in `127.0.0.1:8080`");
        }
        read
    }

    /// Keys that mean nothing without others.
    fn go_together(&mut self, clients: ClientCertificates) {
        let has = |key| self.get(key).is_some();
        let place = |key| self.get(key).map_or(self.begins, |value| value.span().start);
        let mut found = Vec::new();
        if has("certificate") != has("key") {
            self.faults.push((self.begins, self.name.to_owned(), "`certificate` and `key` go together".to_owned()));
            return;
        }
        if !has("certificate") {
            if clients != ClientCertificates::Off {
                found.push(("client_certificates", "needs `certificate` and `key`: without TLS there are none"));
            }
            if has("tls") {
                found.push(("tls", "needs `certificate` and `key`"));
            }
        }
        if has("client_authorities") && clients == ClientCertificates::Off {
            found.push(("client_authorities", "needs `client_certificates` to be `optional` or `required`"));
        }
        if has("client_revocations") && !has("client_authorities") {
            found.push(("client_revocations", "needs `client_authorities`: the lists are theirs"));
        }
        let found: Vec<_> = found.into_iter().map(|(key, what)| (place(key), key, what)).collect();
        for (offset, key, what) in found {
            self.fault(offset, key, what);
        }
    }
}
