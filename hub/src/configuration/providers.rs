//! `[[providers]]`: with whom people sign in.

use sangam_desk::{IssuerSettings, KeysAt, SignatureAlgorithm};
use sangam_wire::secret::{Secret, SecretFault};
use secrecy::SecretString;

use super::Reader;
use super::list::Entry;

/// The keys of an entry.
const KEYS: &[&str] = &["name", "label", "issuer", "client_id", "client_secret_file", "algorithms"];
/// What a provider signs with where nothing else is said (OpenID Connect Core, section 3.1.3.7).
const USUAL: &[SignatureAlgorithm] = &[SignatureAlgorithm::Rs256];
/// A name that is a path of the hub's own under `/signin`.
const TAKEN: &str = "return";

/// A provider. It has no `Debug` that would print the secret.
#[derive(Debug, Clone)]
pub(crate) struct ProviderEntry {
    /// The issuer and what its keys may verify.
    pub(crate) settings: IssuerSettings,
    /// What a person reads.
    pub(crate) label: String,
    /// The hub's client id there.
    pub(crate) client_id: String,
    /// The hub's secret there.
    pub(crate) client_secret: SecretString,
}

impl Reader<'_> {
    /// The providers; `None` when an entry has faults.
    pub(super) fn providers(&mut self) -> Option<Vec<ProviderEntry>> {
        let mut read: Vec<ProviderEntry> = Vec::new();
        let entries = self.entries("providers", KEYS);
        for entry in &entries {
            let taken: Vec<&IssuerSettings> = read.iter().map(|known| &known.settings).collect();
            let identity = self.identity(entry, &taken);
            let label = self.entry_text(entry, "label", None);
            let client_id = self.entry_text(entry, "client_id", None);
            let secret = self.client_secret(entry);
            let algorithms = self.entry_algorithms(entry, USUAL);
            if identity.as_ref().is_some_and(|(name, _)| name == TAKEN) {
                self.fault(entry.line, "providers.name", "`return` is a path of the hub's own; choose another name");
            }
            if let (
                Some((name, issuer)),
                Some((label, _)),
                Some((client_id, _)),
                Some(client_secret),
                Some(algorithms),
            ) = (identity, label, client_id, secret, algorithms)
            {
                let settings = IssuerSettings { name, issuer, keys: KeysAt::Discovery, algorithms };
                read.push(ProviderEntry { settings, label, client_id, client_secret });
            }
        }
        (read.len() == entries.len()).then_some(read)
    }

    /// The hub's secret at the provider: a file's, never by value.
    fn client_secret(&mut self, entry: &Entry) -> Option<SecretString> {
        let (file, line) = self.entry_text(entry, "client_secret_file", None)?;
        let what = match Secret::of(None, Some(&self.base.join(file)), false) {
            Ok(secret) => return Some(secret.into_inner()),
            Err(SecretFault::Unreadable(kind)) => format!("cannot be read: {kind}"),
            Err(_) => "must be a file of text that is not empty".to_owned(),
        };
        self.fault(line, "providers.client_secret_file", what);
        None
    }
}
