//! `[[issuers]]`: who else gives out access tokens for this hub, and what each of their tokens must be.

use sangam_desk::{IssuerSettings, KeysAt, TokenType};

use super::Reader;
use super::list::Entry;

/// The keys of an entry.
pub(super) const KEYS: &[&str] = &["name", "issuer", "audience", "jwks_uri", "algorithms", "type"];

/// An issuer whose access tokens are taken.
#[derive(Debug, Clone)]
pub(crate) struct IssuerEntry {
    /// The issuer and what its keys may verify.
    pub(crate) settings: IssuerSettings,
    /// The audience its tokens for this hub name.
    pub(crate) audience: String,
    /// The type of its access tokens.
    pub(crate) kind: TokenType,
}

impl Reader<'_> {
    /// The issuers; `None` when an entry has faults.
    pub(super) fn issuers(&mut self) -> Option<Vec<IssuerEntry>> {
        let mut read: Vec<IssuerEntry> = Vec::new();
        let entries = self.entries("issuers", KEYS);
        for entry in &entries {
            let taken: Vec<&IssuerSettings> = read.iter().map(|known| &known.settings).collect();
            let identity = self.identity(entry, &taken);
            let audience = self.entry_text(entry, "audience", None);
            let keys = self.keys_at(entry);
            let algorithms = self.entry_algorithms(entry, &[]);
            let kind = self.token_type(entry);
            if let (Some((name, issuer)), Some((audience, _)), Some(keys), Some(algorithms), Some(kind)) =
                (identity, audience, keys, algorithms, kind)
            {
                let settings = IssuerSettings { name, issuer, keys, algorithms };
                read.push(IssuerEntry { settings, audience, kind });
            }
        }
        (read.len() == entries.len()).then_some(read)
    }

    fn keys_at(&mut self, entry: &Entry) -> Option<KeysAt> {
        Some(match self.entry_maybe(entry, "jwks_uri")? {
            None => KeysAt::Discovery,
            Some(found) => KeysAt::KeySet(self.entry_address(entry, "jwks_uri", &found)?),
        })
    }

    fn token_type(&mut self, entry: &Entry) -> Option<TokenType> {
        let (text, line) = self.entry_text(entry, "type", Some("at+jwt"))?;
        let read = TokenType::read(&text);
        if read.is_none() {
            self.fault(line, "issuers.type", "must be `at+jwt` or `JWT`");
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::Configuration;

    /// Faults of a configuration with this list, as `line key`.
    fn faults(number: u8, list: &str) -> Vec<String> {
        let folder = std::env::temp_dir().join(format!("sangam-issuers-{}-{number}", std::process::id()));
        for inner in ["keys", "countries", "corridors", "partners"] {
            fs::create_dir_all(folder.join(inner)).unwrap();
        }
        let file = folder.join("hub.toml");
        let base = r#"[operator]
name = "Invented"
country = "NP"
[door]
address = "https://hub.example.org"
[store]
sqlite = "s"
"#;
        fs::write(&file, format!("{base}{list}")).unwrap();
        let read = Configuration::read(&file);
        fs::remove_dir_all(&folder).unwrap();
        read.err().unwrap_or_default().iter().map(|fault| format!("{} {}", fault.line, fault.key)).collect()
    }

    #[test]
    fn an_issuer_is_whole_or_a_fault_with_its_line() {
        let good = r#"[[issuers]]
name = "ministry"
issuer = "https://id.example.org"
audience = "hub"
algorithms = ["RS256"]
"#;
        assert_eq!(faults(0, good), Vec::<String>::new());
        assert_eq!(faults(1, &format!("{good}{good}")), ["14 issuers.name", "15 issuers.issuer"]);
        for (number, (from, to, fault)) in (2..).zip([
            (r#"name = "ministry""#, r#"name = "The Ministry""#, "9 issuers.name"),
            ("https://id", "http://id", "10 issuers.issuer"),
            ("audience", "audiences", "11 issuers.audiences"),
            ("RS256", "HS256", "12 issuers.algorithms"),
            (r#"["RS256"]"#, "[]", "12 issuers.algorithms"),
            (r#"["RS256"]"#, r#""RS256""#, "12 issuers.algorithms"),
        ]) {
            let found = faults(number, &good.replace(from, to));
            assert!(found.contains(&fault.to_owned()), "{to}: {found:?}");
        }
        assert_eq!(faults(20, &format!("{good}type = \"none\"\n")), ["13 issuers.type"]);
        assert_eq!(faults(21, &format!("{good}jwks_uri = \"file:///keys\"\n")), ["13 issuers.jwks_uri"]);
    }
}
