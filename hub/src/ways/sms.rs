//! Short messages as files: one a message in a folder, for whatever sends them there (a modem's daemon, a gateway's
//! upload). A file appears whole under its name, which is the message's id: one that is written twice is one file as long
//! as nobody took it. Only whoever runs the hub can read it.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use sangam_custody::Contact;
use sangam_desk::{Letter, NotSent, NoticeWay, NoticeWayKind};

/// How many messages may wait in the folder: whatever should take them has stopped long before.
const WAITING: usize = 10_000;
/// A file's mode: its reader is the hub's own user.
const MODE: u32 = 0o600;

/// A folder of short messages.
pub(crate) struct SmsFolder {
    folder: PathBuf,
}

impl SmsFolder {
    /// A way by files in a folder that is there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

/// Writes a message whole or not at all: `to` in the first line, an empty one, the text.
fn put(folder: &Path, name: &str, to: &str, text: &str) -> std::io::Result<()> {
    let (part, whole) = (folder.join(format!(".{name}.part")), folder.join(format!("{name}.sms")));
    // What a process left behind when it died is written anew, and nobody else's file is written into.
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(MODE).open(&part)?;
    file.write_all(format!("{to}\n\n{text}\n").as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&part, &whole)?;
    std::fs::File::open(folder)?.sync_all()
}

impl NoticeWay for SmsFolder {
    fn kind(&self) -> NoticeWayKind {
        NoticeWayKind::Sms
    }

    fn send<'a>(&'a self, to: &'a Contact, letter: &'a Letter) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let (folder, name) = (self.folder.clone(), letter.id().text());
            let (to, text) = (zeroize::Zeroizing::new(to.address().to_owned()), letter.short());
            let written = tokio::task::spawn_blocking(move || {
                if std::fs::read_dir(&folder).map_err(|_| NotSent("FOLDER"))?.count() >= WAITING {
                    return Err(NotSent("FULL"));
                }
                put(&folder, &name, &to, &text).map_err(|_| NotSent("FOLDER"))
            });
            written.await.unwrap_or(Err(NotSent("FOLDER")))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use sangam_desk::{NotSent, NoticeWay};
    use sangam_kit::folder::Folder;
    use sangam_vocabulary::Language;

    use super::SmsFolder;
    use crate::ways::told::{contact, letter};

    #[tokio::test]
    async fn a_message_is_one_whole_file_that_only_the_hub_reads() {
        let folder = Folder::new("sms");
        let way = SmsFolder::new(folder.path().to_owned());
        let letter = letter(Language::Nepali);
        // What a process that died left of it is in nobody's way, and sent twice it is one file.
        std::fs::write(folder.path().join(format!(".{}.part", letter.id().text())), "+9779").unwrap();
        for _ in 0..3 {
            way.send(&contact("+97798000000"), &letter).await.unwrap();
        }
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name().to_str().unwrap(), format!("{}.sms", letter.id().text()));
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(files[0].path()).unwrap();
        assert_eq!(text, format!("+97798000000\n\n{}\n", letter.short()));
        let gone = SmsFolder::new(folder.path().join("gone"));
        assert_eq!(gone.send(&contact("+97798000000"), &letter).await, Err(NotSent("FOLDER")));
    }
}
