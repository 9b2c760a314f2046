//! Telling people that something waits. What waits is derived from the history (`sangam-store`, `write/notice.rs`), when
//! it is told is reckoned there; here a message is made, without a word of what it is about, and handed to a way that
//! takes it out of the hub. `tell.rs` tells, `settings.rs` is what people say about it.

mod settings;
mod tell;

pub use tell::NoticeReport;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_custody::Contact;
use sangam_vocabulary::Language;
use sangam_words::{Message, Words, latin_line};
pub use sangam_workflow::notice::NoticeWayKind;

use crate::hub::Desk;

/// Why a way did not take a message, a code: never the address and never what the other side said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSent(pub &'static str);

/// A way out of the hub to a person. It is told an address and a message and nothing else.
pub trait NoticeWay: Send + Sync + 'static {
    /// Which kind of address it takes.
    fn kind(&self) -> NoticeWayKind;

    /// Hands a message over, in bounded time. Dropped, it may have been handed over or not.
    fn send<'a>(&'a self, to: &'a Contact, letter: &'a Letter) -> BoxFuture<'a, Result<(), NotSent>>;
}

/// A message: one subject and a few lines of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    subject: String,
    lines: Vec<String>,
    short: Vec<String>,
}

impl Letter {
    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text of a mail.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join("\n\n") + "\n"
    }

    /// The text of a short message.
    #[must_use]
    pub fn short(&self) -> String {
        self.short.join("\n")
    }

    /// That something waits, with the hub's address.
    #[must_use]
    pub fn notice(words: &Words, language: Language, hub: &str) -> Self {
        let line = |message| words.line(language, message);
        let link = latin_line(language, hub);
        Self {
            subject: words.say(language, Message::NoticeSubject).to_owned(),
            lines: vec![line(Message::NoticeSentence), link.clone(), line(Message::NoticeFooter)],
            short: vec![line(Message::NoticeSentence), link],
        }
    }

    /// A code.
    #[must_use]
    pub fn code(words: &Words, language: Language, code: &str) -> Self {
        let line = |message| words.line(language, message);
        let code = latin_line(language, code);
        Self {
            subject: words.say(language, Message::CodeSubject).to_owned(),
            lines: vec![line(Message::CodeSentence), code.clone(), line(Message::CodeFooter)],
            short: vec![line(Message::CodeSentence), code],
        }
    }
}

/// What telling people takes.
pub(crate) struct Notices {
    pub(crate) words: Words,
    pub(crate) ways: Vec<Arc<dyn NoticeWay>>,
}

impl Desk {
    /// The same desk, with ways to tell people.
    #[must_use]
    pub fn telling_by(mut self, ways: Vec<Arc<dyn NoticeWay>>) -> Self {
        self.notices.ways = ways;
        self
    }

    fn way(&self, kind: NoticeWayKind) -> Option<&Arc<dyn NoticeWay>> {
        self.notices.ways.iter().find(|way| way.kind() == kind)
    }
}
