//! Key files: the root key, the token key, the journal's signing key. Files of mode 0400 in a folder of their
//! own, or a systemd credentials folder; never an environment variable.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sangam_custody::KeyBytes;
use sangam_store::JournalSigner;
use sangam_vocabulary::Chance;
use zeroize::Zeroizing;

use crate::command::CommandFault;

/// The folder of the keys in a demo's folder.
pub(crate) const FOLDER: &str = "keys";
const ROOT: &str = "root.key";
const TOKENS: &str = "tokens.pk8";
const JOURNAL: &str = "journal.pk8";
/// Length of the root key in bytes.
const ROOT_BYTES: usize = 32;

/// The keys as read from their files.
pub(crate) struct KeyFiles {
    root: Zeroizing<Vec<u8>>,
    /// The key tokens are signed with, PKCS#8.
    pub(crate) tokens: Zeroizing<Vec<u8>>,
    /// The key checkpoints are signed with, PKCS#8.
    pub(crate) journal: Zeroizing<Vec<u8>>,
}

impl KeyFiles {
    /// Reads the three files of a folder. A file that others may read is refused.
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
        let keys = Self { root: read(ROOT)?, tokens: read(TOKENS)?, journal: read(JOURNAL)? };
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
        let pair = || JournalSigner::generate().ok_or_else(|| CommandFault::said("no randomness"));
        fs::create_dir_all(folder)
            .map_err(|error| CommandFault::said(format!("the key folder cannot be made: {}", error.kind())))?;
        for (name, bytes) in [(ROOT, root.to_vec()), (TOKENS, pair()?), (JOURNAL, pair()?)] {
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
}
