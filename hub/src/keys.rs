//! Key files: the master keys, the keys tokens are signed with, the journal's signing key, the key of people's
//! cookies. Files of mode 0400 in a
//! folder of their own, or what systemd puts into a service's credentials folder; never an environment variable.
//!
//! Master keys are `root.key` and `root-LABEL.key`, token keys `tokens.pk8` and `tokens-LABEL.pk8`. Of each the one whose
//! label sorts last wraps, or signs. The others unwrap what they wrapped, or verify; a token key is taken out when its
//! last token has ended, ten minutes after it stopped signing, a master key when `sangam key list` says that it holds
//! nothing and no backup needs it. The label `next` does neither yet: it lets every process know a key before the first
//! one works with it.

mod draw;

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sangam_custody::{KeyBytes, MasterKeys};
use sangam_desk::{SessionKeys, SigningKey, TokenKeys};
use sangam_store::JournalSigner;
use sangam_vocabulary::Chance;
use zeroize::{Zeroize, Zeroizing};

pub(crate) use draw::{draw_ed25519, draw_journal, draw_master, draw_p256, write_file};

use crate::command::CommandFault;

/// The folder of the keys in a demo's folder.
pub(crate) const FOLDER: &str = "keys";
/// The folder that systemd makes for a service with `LoadCredential=`: a path, no secret.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// The label of a key that does not wrap or sign yet.
pub(crate) const NEXT: &str = "next";
/// How the public half of a key that signed the journal ends; it stands beside the key, and stays when that goes.
const PUBLIC: &str = ".pub";
/// The key of people's cookies; a hub where nobody signs in needs none.
pub(crate) const SESSIONS: &str = "sessions.key";
/// Length of the key of cookies in bytes.
const SESSIONS_BYTES: usize = 32;
/// Length of a master key in bytes.
const MASTER_BYTES: usize = 32;
/// Length of a public key in bytes.
const PUBLIC_BYTES: usize = 32;
/// The longest label, in bytes: a date or a few words.
const LABEL_BYTES: usize = 32;

/// A kind of key of which there may be several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Wraps the keys of organizations.
    Master,
    /// Signs tokens.
    Token,
    /// Signs the journal's checkpoints.
    Journal,
}

const FAMILIES: [Family; 3] = [Family::Master, Family::Token, Family::Journal];

impl Family {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Master => ("root", ".key"),
            Self::Token => ("tokens", ".pk8"),
            Self::Journal => ("journal", ".pk8"),
        }
    }

    /// How many a folder may hold: one that works, one that follows, and those that end. A master key ends with the
    /// last backup that needs it: a year and a half of months; the journal's with the process that signs with it.
    const fn most(self) -> usize {
        match self {
            Self::Master => 18,
            Self::Token | Self::Journal => 8,
        }
    }

    /// The file of a label; the empty one is the first file's.
    pub(crate) fn file(self, label: &str) -> String {
        let (stem, end) = self.parts();
        if label.is_empty() { format!("{stem}{end}") } else { format!("{stem}-{label}{end}") }
    }

    /// The label of a file; `None` for any other file.
    fn label(self, name: &str) -> Option<&str> {
        let (stem, end) = self.parts();
        let label = name.strip_prefix(stem)?.strip_suffix(end)?;
        if label.is_empty() { Some("") } else { label.strip_prefix('-').filter(|label| is_label(label)) }
    }

    fn none(self) -> CommandFault {
        CommandFault::said(format!(
            "the key folder has no `{}`; `sangam key new first --folder DIR` draws a folder's first keys",
            self.file("")
        ))
    }

    /// The labels of a folder's files, the one that works first, then from new to old, and last the one that does not
    /// work yet.
    fn labels(self, folder: &Path) -> Result<Vec<String>, CommandFault> {
        let mut labels: Vec<String> =
            names(folder)?.iter().filter_map(|name| self.label(name).map(str::to_owned)).collect();
        if labels.len() > self.most() {
            return Err(CommandFault::said(format!(
                "the key folder holds more than {} files like `{}`; take those out that nothing needs any more",
                self.most(),
                self.file("LABEL")
            )));
        }
        labels.sort_by(|one, other| (one == NEXT, other).cmp(&(other == NEXT, one)));
        if labels.first().is_none_or(|first| first == NEXT) { Err(self.none()) } else { Ok(labels) }
    }
}

/// Whether a text can be a label: small letters, digits, dots, hyphens.
pub(crate) fn is_label(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    !text.is_empty() && text.len() <= LABEL_BYTES && text.bytes().all(good)
}

/// The names of a folder's files.
fn names(folder: &Path) -> Result<Vec<String>, CommandFault> {
    let cannot = |error: std::io::Error| CommandFault::said(format!("the key folder cannot be read: {}", error.kind()));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        // A name that is not text is none of ours.
        found.extend(entry.map_err(cannot)?.file_name().into_string().ok());
    }
    Ok(found)
}

/// The credentials folder of this service, where systemd made one.
pub(crate) fn credentials() -> Option<PathBuf> {
    std::env::var_os(CREDENTIALS).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

/// Whether nobody but the owner can read a file. In the credentials folder systemd makes files of root's with mode
/// 0400, and gives the service's user leave by an access list, which shows in the bits of the group: 0440.
fn is_private(metadata: &Metadata, credential: bool) -> bool {
    let mode = metadata.permissions().mode();
    mode & 0o077 == 0 || (credential && mode & 0o777 == 0o440 && metadata.uid() == 0)
}

fn read_file(folder: &Path, name: &str) -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    let file = folder.join(name);
    let cannot = |error: std::io::Error| CommandFault::said(format!("key file `{name}`: {}", error.kind()));
    let metadata = fs::metadata(&file).map_err(cannot)?;
    if !is_private(&metadata, credentials().is_some_and(|made| made == folder)) {
        return Err(CommandFault::said(format!("key file `{name}` can be read by others; `chmod 0400` it")));
    }
    fs::read(&file).map(Zeroizing::new).map_err(cannot)
}

/// One key of a family, with its label.
struct Labelled {
    label: String,
    document: Zeroizing<Vec<u8>>,
}

fn read_family(folder: &Path, family: Family) -> Result<Vec<Labelled>, CommandFault> {
    let read = |label: String| Ok(Labelled { document: read_file(folder, &family.file(&label))?, label });
    family.labels(folder)?.into_iter().map(read).collect()
}

/// The public keys of a folder that signed the journal: 32 bytes each, no secret.
fn read_public(folder: &Path) -> Result<Vec<Vec<u8>>, CommandFault> {
    let mut found = Vec::new();
    for name in names(folder)? {
        let of_a_key = name.strip_suffix(PUBLIC).map(|stem| format!("{stem}{}", Family::Journal.parts().1));
        if of_a_key.is_some_and(|key| Family::Journal.label(&key).is_some()) {
            let bytes = fs::read(folder.join(&name))
                .map_err(|error| CommandFault::said(format!("key file `{name}`: {}", error.kind())))?;
            if bytes.len() != PUBLIC_BYTES {
                return Err(CommandFault::said(format!("key file `{name}` must hold {PUBLIC_BYTES} bytes")));
            }
            found.push(bytes);
        }
    }
    Ok(found)
}

/// The keys as read from their files.
pub(crate) struct KeyFiles {
    masters: Vec<Labelled>,
    tokens: Vec<Labelled>,
    journal: Vec<Labelled>,
    /// Public keys of those that signed the journal before.
    signed: Vec<Vec<u8>>,
    sessions: Option<Zeroizing<Vec<u8>>>,
}

impl KeyFiles {
    /// Reads the files of a folder. A file that others may read is refused.
    pub(crate) fn read(folder: &Path) -> Result<Self, CommandFault> {
        let keys = Self {
            masters: read_family(folder, Family::Master)?,
            tokens: read_family(folder, Family::Token)?,
            journal: read_family(folder, Family::Journal)?,
            signed: read_public(folder)?,
            sessions: folder.join(SESSIONS).exists().then(|| read_file(folder, SESSIONS)).transpose()?,
        };
        keys.masters()?;
        keys.tokens()?;
        keys.journal()?;
        Ok(keys)
    }

    /// Draws keys into a folder that has none.
    pub(crate) fn draw(folder: &Path, chance: &dyn Chance) -> Result<(), CommandFault> {
        fs::create_dir_all(folder)
            .map_err(|error| CommandFault::said(format!("the key folder cannot be made: {}", error.kind())))?;
        let held = names(folder)?;
        let is_key = |name: &str| name == SESSIONS || FAMILIES.iter().any(|family| family.label(name).is_some());
        if let Some(name) = held.iter().find(|name| is_key(name)) {
            return Err(CommandFault::said(format!("the folder holds keys already (`{name}`); nothing was drawn")));
        }
        write_file(folder, &Family::Master.file(""), &draw_master(chance)?)?;
        write_file(folder, &Family::Token.file(""), &draw_ed25519()?)?;
        write_file(folder, &Family::Journal.file(""), &draw_ed25519()?)?;
        write_file(folder, SESSIONS, &draw_master(chance)?)
    }

    /// The keys of people's cookies.
    pub(crate) fn sessions(&self) -> Result<SessionKeys, CommandFault> {
        let bytes = self.sessions.as_ref().and_then(|bytes| <&[u8; SESSIONS_BYTES]>::try_from(bytes.as_slice()).ok());
        bytes.and_then(SessionKeys::new).ok_or_else(|| {
            CommandFault::said(format!(
                "people sign in here, so the key folder needs `{SESSIONS}`: {SESSIONS_BYTES} random bytes of mode 0400"
            ))
        })
    }

    /// The master keys: the one that wraps, and the others.
    pub(crate) fn masters(&self) -> Result<MasterKeys, CommandFault> {
        let mut keys = self.labelled_masters()?.into_iter().map(|(_, key)| key);
        let newest = keys.next().ok_or_else(|| Family::Master.none())?;
        let mut others: Vec<KeyBytes> = keys.collect();
        others.reverse();
        Ok(MasterKeys { newest, others })
    }

    /// The master keys with their labels, the one that wraps first.
    pub(crate) fn labelled_masters(&self) -> Result<Vec<(String, KeyBytes)>, CommandFault> {
        let read = |key: &Labelled| {
            let mut bytes = <[u8; MASTER_BYTES]>::try_from(key.document.as_slice()).map_err(|_| {
                let file = Family::Master.file(&key.label);
                CommandFault::said(format!("key file `{file}` must hold {MASTER_BYTES} bytes"))
            })?;
            let taken = KeyBytes::new(bytes);
            bytes.zeroize();
            Ok((key.label.clone(), taken))
        };
        self.masters.iter().map(read).collect()
    }

    /// The key that signs tokens, and the others, which verify.
    pub(crate) fn tokens(&self) -> Result<TokenKeys, CommandFault> {
        let mut keys = self.labelled_tokens()?.into_iter().map(|(_, key)| key);
        let signer = keys.next().ok_or_else(|| Family::Token.none())?;
        Ok(TokenKeys { signer, others: keys.collect() })
    }

    /// The key that signs the journal's checkpoints.
    pub(crate) fn journal(&self) -> Result<JournalSigner, CommandFault> {
        let mut keys = self.labelled_journal()?.into_iter().map(|(_, key)| key);
        keys.next().ok_or_else(|| Family::Journal.none())
    }

    /// The public keys of which one must have signed the journal: those here, and those that were.
    pub(crate) fn journal_signers(&self) -> Result<Vec<Vec<u8>>, CommandFault> {
        let held = self.labelled_journal()?;
        Ok(held.iter().map(|(_, key)| key.public()).chain(self.signed.iter().cloned()).collect())
    }

    /// The journal's keys with their labels, the one that signs first.
    pub(crate) fn labelled_journal(&self) -> Result<Vec<(String, JournalSigner)>, CommandFault> {
        let read = |key: &Labelled| {
            let file = Family::Journal.file(&key.label);
            let read = JournalSigner::from_pkcs8(&key.document).ok_or_else(|| {
                CommandFault::said(format!("key file `{file}` must be an Ed25519 key as PKCS#8 in DER"))
            })?;
            Ok((key.label.clone(), read))
        };
        self.journal.iter().map(read).collect()
    }

    /// The token keys with their labels, the one that signs first.
    pub(crate) fn labelled_tokens(&self) -> Result<Vec<(String, SigningKey)>, CommandFault> {
        let read = |key: &Labelled| {
            let file = Family::Token.file(&key.label);
            let read = SigningKey::from_pkcs8(&key.document).ok_or_else(|| {
                CommandFault::said(format!("key file `{file}` must be an Ed25519 or P-256 key as PKCS#8 in DER"))
            })?;
            Ok((key.label.clone(), read))
        };
        self.tokens.iter().map(read).collect()
    }
}

/// What tells whether the files of the master and token keys are other ones than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look(Vec<(String, u64, u64, i64, i64, u32)>);

impl Look {
    /// Looks at a folder. A file that vanishes while it is looked at is another look.
    pub(crate) fn at(folder: &Path) -> Option<Self> {
        let mut seen = Vec::new();
        for name in names(folder).ok()? {
            if FAMILIES.iter().any(|family| family.label(&name).is_some()) {
                let file = fs::metadata(folder.join(&name)).ok()?;
                seen.push((name, file.ino(), file.size(), file.mtime(), file.mtime_nsec(), file.mode()));
            }
        }
        seen.sort();
        Some(Self(seen))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::PathBuf;

    use sangam_vocabulary::SeededChance;

    use super::{Family, KeyFiles, Look, is_private, write_file};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("sangam-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn the_last_label_works_and_the_next_one_never_does() {
        let folder = folder("labels");
        for (family, stem, end) in [(Family::Token, "tokens", "pk8"), (Family::Master, "root", "key")] {
            for name in ["", "-2026-12", "-2027-01", "-next"] {
                std::fs::write(folder.join(format!("{stem}{name}.{end}")), "").unwrap();
            }
            assert_eq!(family.labels(&folder).unwrap(), ["2027-01", "2026-12", "", "next"]);
        }
        for name in ["tokens-2026-12.pk8", "tokens-2027-01.pk8", "tokens.pk8"] {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        assert!(Family::Token.labels(&folder).is_err(), "the next one alone signs nothing");
        std::fs::remove_dir_all(&folder).unwrap();
        for other in ["tokens-.pk8", "tokens-a.pk8.part", "tokens-A.pk8", "token.pk8", "journal.pk8", "root.key"] {
            assert_eq!(Family::Token.label(other), None, "{other}");
        }
    }

    #[test]
    fn a_folders_first_keys_are_read_again_and_never_drawn_over() {
        let folder = folder("first");
        KeyFiles::draw(&folder, &SeededChance::new(1)).unwrap();
        let keys = KeyFiles::read(&folder).unwrap();
        assert_eq!((keys.masters().unwrap().others.len(), keys.tokens().unwrap().others.len()), (0, 0));
        let held = std::fs::read(folder.join("root.key")).unwrap();
        assert!(KeyFiles::draw(&folder, &SeededChance::new(2)).is_err());
        assert!(write_file(&folder, "root.key", b"other").is_err());
        assert_eq!(std::fs::read(folder.join("root.key")).unwrap(), held);
        let before = Look::at(&folder);
        assert_eq!(Look::at(&folder), before);
        write_file(&folder, "root-next.key", &[7; 32]).unwrap();
        assert_ne!(Look::at(&folder), before, "a new file is seen");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 5, "nothing half written is left");
        assert!(keys.sessions().is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_that_others_can_read_is_no_key_and_a_credential_is_as_systemd_makes_it() {
        let folder = folder("modes");
        let file = folder.join("root.key");
        std::fs::write(&file, [7; 32]).unwrap();
        for (mode, plain, credential) in [
            (0o400, true, true),
            (0o600, true, true),
            (0o440, false, true),
            (0o444, false, false),
            (0o640, false, false),
        ] {
            set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            let seen = metadata(&file).unwrap();
            // A group's leave counts as systemd's access list on a file of root's alone.
            let credential = credential && (mode != 0o440 || seen.uid() == 0);
            assert_eq!((is_private(&seen, false), is_private(&seen, true)), (plain, credential), "{mode:o}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
