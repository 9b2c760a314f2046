//! Drawing keys into files of a key folder.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use sangam_store::JournalSigner;
use sangam_vocabulary::Chance;
use zeroize::Zeroizing;

use super::{Family, MASTER_BYTES, PUBLIC, read_family};
use crate::command::CommandFault;

/// A new master key.
pub(crate) fn draw_master(chance: &dyn Chance) -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    let mut master = Zeroizing::new(vec![0; MASTER_BYTES]);
    if chance.fill(&mut master) { Ok(master) } else { Err(no_randomness()) }
}

/// A new Ed25519 key as PKCS#8.
pub(crate) fn draw_ed25519() -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    JournalSigner::generate().map(Zeroizing::new).ok_or_else(no_randomness)
}

/// A new P-256 key as PKCS#8.
pub(crate) fn draw_p256() -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map(|document| Zeroizing::new(document.as_ref().to_vec()))
        .map_err(|_| no_randomness())
}

fn no_randomness() -> CommandFault {
    CommandFault::said("no randomness")
}

/// Writes a key file of mode 0400 that was not there. It is whole when it has its name: it is written under another
/// one first, so that a hub that watches the folder never reads half a key.
pub(crate) fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), CommandFault> {
    let part = folder.join(format!(".{name}.part"));
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o400)
        .open(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        // A link refuses to take the place of a file, which renaming would do.
        .and_then(|()| fs::hard_link(&part, folder.join(name)))
        .and_then(|()| fs::File::open(folder)?.sync_all());
    // The first name is of no use any more, whether it went well or not; where it was never made there is none.
    drop(fs::remove_file(&part));
    written.map_err(|error| CommandFault::said(format!("key file `{name}` cannot be written: {}", error.kind())))
}

/// Lays a new key of the journal beside the others, and the public half of each that has none there yet: with it the
/// journal verifies when the key itself is gone.
pub(crate) fn draw_journal(folder: &Path, label: &str) -> Result<Vec<String>, CommandFault> {
    let name = Family::Journal.file(label);
    write_file(folder, &name, &draw_ed25519()?)?;
    let mut wrote = vec![name];
    for key in read_family(folder, Family::Journal)? {
        let file = Family::Journal.file(&key.label);
        let public = file.replace(Family::Journal.parts().1, PUBLIC);
        let signer = JournalSigner::from_pkcs8(&key.document);
        let signer = signer.ok_or_else(|| CommandFault::said(format!("key file `{file}` is no key of the journal")))?;
        if !folder.join(&public).exists() {
            write_file(folder, &public, &signer.public())?;
            wrote.push(public);
        }
    }
    Ok(wrote)
}
