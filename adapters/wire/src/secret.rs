//! A secret that a configuration names: by the file it stands in, or, in a sandbox only, by its value. A file can have
//! an owner and a mode of its own and stays out of copies and tickets; the configuration is read by many. Never by an
//! environment variable: every child process and crash report has those.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The longest file of a secret, in bytes: an address with a password, or a key in text.
const MOST_BYTES: u64 = 16 * 1024;

/// A secret in memory; overwritten when dropped, and printed by nobody: its `Debug` says only that it is one.
#[derive(Clone)]
pub struct Secret(SecretString);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret")
    }
}

/// Why a secret cannot be had. Says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretFault {
    /// Neither value nor file is named.
    Missing,
    /// Both are.
    Both,
    /// It stands in the configuration, and this is no sandbox.
    ByValue,
    /// Its file cannot be read.
    Unreadable(ErrorKind),
    /// Its file is empty, too long or not text.
    NoText,
}

impl Secret {
    /// Takes a secret by its value or from its file. White space around it is the editor's.
    ///
    /// # Errors
    /// [`SecretFault`].
    pub fn of(value: Option<&str>, file: Option<&Path>, sandbox: bool) -> Result<Self, SecretFault> {
        match (value, file) {
            (None, None) => Err(SecretFault::Missing),
            (Some(_), Some(_)) => Err(SecretFault::Both),
            (Some(_), None) if !sandbox => Err(SecretFault::ByValue),
            (Some(value), None) => Self::text(value),
            (None, Some(file)) => {
                let unreadable = |error: std::io::Error| SecretFault::Unreadable(error.kind());
                let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
                File::open(file)
                    .map_err(unreadable)?
                    .take(MOST_BYTES + 1)
                    .read_to_end(&mut bytes)
                    .map_err(unreadable)?;
                if bytes.len() as u64 > MOST_BYTES {
                    return Err(SecretFault::NoText);
                }
                Self::text(std::str::from_utf8(&bytes).map_err(|_| SecretFault::NoText)?)
            }
        }
    }

    fn text(text: &str) -> Result<Self, SecretFault> {
        let text = text.trim();
        if text.is_empty() { Err(SecretFault::NoText) } else { Ok(Self(text.into())) }
    }

    /// The secret, for the one who uses it up.
    #[must_use]
    pub fn into_inner(self) -> SecretString {
        self.0
    }

    /// The secret's text.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{MOST_BYTES, Secret, SecretFault};

    #[test]
    fn a_secret_is_named_once_and_by_value_in_a_sandbox_only() {
        let file = std::env::temp_dir().join(format!("sangam-secret-{}", std::process::id()));
        let put = |text: &[u8]| std::fs::write(&file, text).unwrap();
        put(b"marker 7\r\n");
        let secret = Secret::of(None, Some(&file), false).unwrap();
        assert_eq!((secret.expose(), format!("{secret:?}").as_str()), ("marker 7", "Secret"));
        assert_eq!(Secret::of(Some("marker 7"), None, true).unwrap().expose(), "marker 7");
        let fault = |value, file| Secret::of(value, file, false).err().unwrap();
        assert_eq!(fault(Some("marker 7"), None), SecretFault::ByValue);
        assert_eq!(fault(None, None), SecretFault::Missing);
        assert_eq!(fault(Some("marker 7"), Some(&file)), SecretFault::Both);
        for text in [b" \n".to_vec(), vec![0xff, 0xfe], vec![b'a'; usize::try_from(MOST_BYTES).unwrap() + 1]] {
            put(&text);
            assert_eq!(fault(None, Some(&file)), SecretFault::NoText);
        }
        std::fs::remove_file(&file).unwrap();
        assert_eq!(fault(None, Some(&file)), SecretFault::Unreadable(ErrorKind::NotFound));
    }
}
