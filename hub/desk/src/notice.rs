//! Telling people that something waits. What waits is derived from the history (`sangam-store`, `write/notice.rs`), when
//! it is told is reckoned there; here a message is made, without a word of what it is about, and handed to a way that
//! takes it out of the hub. `tell.rs` tells, `settings.rs` is what people say about it, `link.rs` sends the links by which
//! organizations without a system answer.

pub(crate) mod address;
mod link;
mod settings;
mod tell;

pub use tell::NoticeReport;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_custody::Contact;
use sangam_vocabulary::{Language, hex};
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

/// What a message is known by: the same when it is sent once more because nobody knows whether it was taken, so that
/// whoever gets it twice drops the second. A keyed digest: it says nothing of whom it is for or what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LetterId([u8; 16]);

impl LetterId {
    /// The id that follows from a keyed digest.
    #[must_use]
    pub fn of(digest: &[u8; 32]) -> Self {
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(id, digest)| *id = *digest);
        Self(id)
    }

    /// As text: 32 digits and small letters.
    #[must_use]
    pub fn text(&self) -> String {
        hex(&self.0)
    }
}

/// A message: one subject and a few lines of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    id: LetterId,
    subject: String,
    lines: Vec<String>,
    short: Vec<String>,
}

impl Letter {
    /// What it is known by.
    #[must_use]
    pub const fn id(&self) -> LetterId {
        self.id
    }

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
    pub fn notice(words: &Words, language: Language, hub: &str, id: LetterId) -> Self {
        let line = |message| words.line(language, message);
        let link = latin_line(language, hub);
        Self {
            id,
            subject: words.say(language, Message::NoticeSubject).to_owned(),
            lines: vec![line(Message::NoticeSentence), link.clone(), line(Message::NoticeFooter)],
            short: vec![line(Message::NoticeSentence), link],
        }
    }

    /// A link by which an answer is given. The language is in the address, so that the page speaks it too.
    #[must_use]
    pub fn answer_link(words: &Words, language: Language, link: &str, id: LetterId) -> Self {
        let line = |message| words.line(language, message);
        let link = latin_line(language, link);
        Self {
            id,
            subject: words.say(language, Message::AnswerSubject).to_owned(),
            lines: vec![line(Message::AnswerSentence), link.clone(), line(Message::AnswerFooter)],
            short: vec![line(Message::AnswerSentence), link],
        }
    }

    /// The code that opens such a link.
    #[must_use]
    pub fn answer_code(words: &Words, language: Language, code: &str, id: LetterId) -> Self {
        let code = latin_line(language, code);
        let text = vec![words.line(language, Message::AnswerCodeSentence), code];
        Self { id, subject: words.say(language, Message::CodeSubject).to_owned(), lines: text.clone(), short: text }
    }

    /// A code.
    #[must_use]
    pub fn code(words: &Words, language: Language, code: &str, id: LetterId) -> Self {
        let line = |message| words.line(language, message);
        let code = latin_line(language, code);
        Self {
            id,
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
