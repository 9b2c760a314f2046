//! People's screens: what a liaison, a shelter worker or an officer sees who signed in.
//!
//! Operation files go in ([`Runs`] runs them as the person), HTML comes out. The portal knows vocabulary, the language's
//! executor and words; it refuses to know store, desk, custody and HTTP: the door hands it a [`Visit`] and sends what it
//! answers, in the frame of all pages. It has no private way to anything: what a page shows, the API shows that person.
//! Read `page.rs` next, then `operation.rs`.

#[cfg(test)]
mod names;
mod operation;
mod page;
mod piece;
mod reader;
mod steps;
mod view;

use std::sync::Arc;

use sangam_language::Caller;
use sangam_vocabulary::{Chance, Clock, Language};
use sangam_words::{StaffWords, Words, WordsFault};

pub use operation::Runs;
use page::Asked;

/// The style of the portal's pages, which goes on from the style that all pages share.
pub const STYLE: &str = include_str!("portal.css");

/// Names and values of a query or a form, each name once.
#[derive(Debug, Default)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// A value, where there is one that is not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Somebody who signed in asks for a page, or sends a form of one. The door has judged the session, and of a form where
/// it comes from and that it brings the session's token.
pub struct Visit<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// The organization's id and name.
    pub organization: (&'a str, &'a str),
    /// The person's pseudonym.
    pub pseudonym: &'a str,
    /// The token that every form carries.
    pub csrf: &'a str,
    /// In which language she reads; a page comes in English where the portal does not speak it.
    pub language: Language,
    /// The path.
    pub path: &'a str,
    /// What stands behind it.
    pub query: &'a Pairs,
    /// What was just done on this page, as [`Answer::Goes`] said it: never a word of the address.
    pub done: Option<&'a str>,
    /// The form, where one was sent.
    pub form: Option<&'a Pairs>,
}

/// What the door sends.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// A page.
    Page(Page),
    /// The browser goes on by GET to a path of the portal: what was asked for is done.
    Goes {
        /// The path.
        path: String,
        /// What was done, for the page there to say once.
        done: Option<String>,
    },
}

/// A page, to stand in the frame of all pages.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The language it is in.
    pub language: Language,
    /// The title, as text.
    pub title: String,
    /// What stands in `<body>`, as HTML.
    pub body: String,
}

/// The portal.
pub struct Portal {
    runs: Arc<dyn Runs>,
    words: Arc<Words>,
    staff: StaffWords,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Portal {
    /// A portal whose operations are run by `runs`. `chance` draws the keys by which a form that is sent twice makes one
    /// change.
    ///
    /// # Errors
    /// [`WordsFault`] when a language is not whole: then the hub does not start.
    pub fn new(
        runs: Arc<dyn Runs>,
        words: Arc<Words>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, WordsFault> {
        Ok(Self { runs, words, staff: StaffWords::read()?, clock, chance })
    }

    /// Answers a visit.
    pub async fn answer(&self, visit: &Visit<'_>) -> Answer {
        page::answer(&Asked::new(self, visit)).await
    }
}
