//! Key files: the root key, the keys tokens are signed with, the journal's signing key,
//! the key of people's cookies. Files of mode 0400 in a
//! folder of their own, or a systemd credentials folder; never an environment variable.
//!
//! Token keys are `tokens.pk8` and `tokens-LABEL.pk8`. The one whose label sorts last signs; the others verify, and
//! are taken out when their last token has ended, ten minutes after they stopped signing. `tokens-next.pk8` does not
//! sign yet: it lets every process know a key before the first one signs with it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sangam_custody::KeyBytes;
use sangam_desk::{SessionKeys, SigningKey};
use sangam_store::JournalSigner;
use sangam_vocabulary::Chance;
use zeroize::Zeroizing;

use crate::command::CommandFault;

/// The folder of the keys in a demo's folder.
pub(crate) const FOLDER: &str = "keys";
const ROOT: &str = "root.key";
const TOKENS: &str = "tokens.pk8";
/// The label of a token key that does not sign yet.
const NEXT: &str = "next";
/// How many token keys a folder may hold: one that signs, one that follows, some that end.
const TOKEN_KEYS: usize = 8;
const JOURNAL: &str = "journal.pk8";
/// The key of people's cookies; a hub where nobody signs in needs none.
const SESSIONS: &str = "sessions.key";
/// Length of the root key and of the key of cookies in bytes.
const ROOT_BYTES: usize = 32;

/// The keys as read from their files.
pub(crate) struct KeyFiles {
    root: Zeroizing<Vec<u8>>,
    /// The keys tokens are signed with, PKCS#8: the one that signs first.
    tokens: Vec<Zeroizing<Vec<u8>>>,
    /// The key checkpoints are signed with, PKCS#8.
    pub(crate) journal: Zeroizing<Vec<u8>>,
    sessions: Option<Zeroizing<Vec<u8>>>,
}

impl KeyFiles {
    /// Reads the files of a folder. A file that others may read is refused.
    pub(crate) fn read(folder: &Path) -> Result<Self, CommandFault> {
        let read = |name: &str| -> Result<Zeroizing<Vec<u8>>, CommandFault> {
            let file = folder.join(name);
            let metadata = fs::metadata(&file)
                .map_err(|error| CommandFault::said(format!("key file `{name}`: {}", error.kind())))?;
            if metadata.permissions().mode() & 0o077 != 0 {
                return Err(CommandFault::said(format!("key file `{name}` can be read by others; `chmod 0400` it")));
            }
            fs::read(&file)
                .map(Zeroizing::new)
                .map_err(|error| CommandFault::said(format!("key file `{name}`: {}", error.kind())))
        };
        let tokens = token_files(folder)?.iter().map(|name| read(name)).collect::<Result<_, _>>()?;
        let sessions = folder.join(SESSIONS).exists().then(|| read(SESSIONS)).transpose()?;
        let keys = Self { root: read(ROOT)?, tokens, journal: read(JOURNAL)?, sessions };
        if keys.root.len() != ROOT_BYTES {
            return Err(CommandFault::said(format!("key file `{ROOT}` must hold {ROOT_BYTES} bytes")));
        }
        Ok(keys)
    }

    /// Draws keys into a folder that has none.
    pub(crate) fn draw(folder: &Path, chance: &dyn Chance) -> Result<(), CommandFault> {
        let mut root = Zeroizing::new(vec![0; ROOT_BYTES]);
        if !chance.fill(&mut root) {
            return Err(CommandFault::said("no randomness"));
        }
        let mut sessions = Zeroizing::new(vec![0; ROOT_BYTES]);
        if !chance.fill(&mut sessions) {
            return Err(CommandFault::said("no randomness"));
        }
        let pair = || JournalSigner::generate().ok_or_else(|| CommandFault::said("no randomness"));
        fs::create_dir_all(folder)
            .map_err(|error| CommandFault::said(format!("the key folder cannot be made: {}", error.kind())))?;
        for (name, bytes) in
            [(ROOT, root.to_vec()), (TOKENS, pair()?), (JOURNAL, pair()?), (SESSIONS, sessions.to_vec())]
        {
            let written =
                fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(folder.join(name)).and_then(
                    |mut file| {
                        file.write_all(&bytes)?;
                        file.sync_all()
                    },
                );
            written.map_err(|error| {
                CommandFault::said(format!("key file `{name}` cannot be written: {}", error.kind()))
            })?;
        }
        Ok(())
    }

    /// The root key.
    pub(crate) fn root(&self) -> Result<KeyBytes, CommandFault> {
        let bytes = <[u8; ROOT_BYTES]>::try_from(self.root.as_slice())
            .map_err(|_| CommandFault::said("the root key is not 32 bytes"))?;
        Ok(KeyBytes::new(bytes))
    }

    /// The keys of people's cookies.
    pub(crate) fn sessions(&self) -> Result<SessionKeys, CommandFault> {
        let bytes = self.sessions.as_ref().and_then(|bytes| <&[u8; ROOT_BYTES]>::try_from(bytes.as_slice()).ok());
        bytes.and_then(SessionKeys::new).ok_or_else(|| {
            CommandFault::said(format!(
                "people sign in here, so the key folder needs `{SESSIONS}`: {ROOT_BYTES} random bytes of mode 0400"
            ))
        })
    }

    /// The key that signs tokens, and the others, which verify.
    pub(crate) fn tokens(&self) -> Result<(SigningKey, Vec<SigningKey>), CommandFault> {
        let read = |document: &Zeroizing<Vec<u8>>| {
            SigningKey::from_pkcs8(document)
                .ok_or_else(|| CommandFault::said("a token key is not readable; it must be Ed25519 as PKCS#8 in DER"))
        };
        let mut keys = self.tokens.iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter();
        let signer = keys.next().ok_or_else(|| CommandFault::said(NO_TOKEN_KEY))?;
        Ok((signer, keys.collect()))
    }
}

const NO_TOKEN_KEY: &str = "the key folder has no `tokens.pk8`; README, \"A deployment\", says how to draw it";

/// The names of a folder's token keys, the one that signs first.
fn token_files(folder: &Path) -> Result<Vec<String>, CommandFault> {
    let cannot = |error: std::io::Error| CommandFault::said(format!("the key folder cannot be read: {}", error.kind()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        if let Some((label, name)) = name.to_str().and_then(|name| Some((label(name)?, name))) {
            files.push((label.to_owned(), name.to_owned()));
        }
    }
    if files.is_empty() {
        return Err(CommandFault::said(NO_TOKEN_KEY));
    }
    if files.len() > TOKEN_KEYS {
        return Err(CommandFault::said(format!(
            "the key folder holds more than {TOKEN_KEYS} token keys; take those out whose tokens have ended"
        )));
    }
    // The key that does not sign yet is last, whatever the others are called.
    files.sort_by(|(one, _), (other, _)| (one == NEXT, other).cmp(&(other == NEXT, one)));
    Ok(files.into_iter().map(|(_, name)| name).collect())
}

/// The label of a token key's file; `None` for any other file.
fn label(name: &str) -> Option<&str> {
    if name == TOKENS {
        return Some("");
    }
    name.strip_prefix("tokens-")?.strip_suffix(".pk8").filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{label, token_files};

    #[test]
    fn the_last_label_signs_and_the_next_one_never_does() {
        let folder = std::env::temp_dir().join(format!("sangam-keys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["tokens.pk8", "tokens-2026-12.pk8", "tokens-2027-01.pk8", "tokens-next.pk8", "journal.pk8"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let names = token_files(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["tokens-2027-01.pk8", "tokens-2026-12.pk8", "tokens.pk8", "tokens-next.pk8"]);
        for other in ["tokens-.pk8", "tokens-a.pk8.part", "token.pk8", "journal.pk8", "root.key"] {
            assert_eq!(label(other), None, "{other}");
        }
    }
}
