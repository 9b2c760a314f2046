//! Which page a path is, and what all of them are given.

mod board;
mod frame;
mod home;
mod referrals;
mod request;
mod told;

use maud::Markup;
use sangam_language::Scope;
use sangam_vocabulary::hex;
use sangam_words::Staff;
use serde_json::{Map, Value};

use crate::operation::{Document, Failed};
use crate::reader::Reader;
use crate::view::{Changed, Told};
use crate::{Answer, Page, Portal, Visit};

/// A visit with whoever reads.
pub(crate) struct Asked<'a> {
    portal: &'a Portal,
    pub(crate) visit: &'a Visit<'a>,
    pub(crate) reader: Reader<'a>,
}

/// A room of the portal, as the navigation names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Home,
    Returns,
    Referrals,
}

impl Room {
    pub(crate) const ALL: &'static [Self] = &[Self::Home, Self::Returns, Self::Referrals];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Home => "/home",
            Self::Returns => "/returns",
            Self::Referrals => "/referrals",
        }
    }

    pub(crate) const fn name(self) -> Staff {
        match self {
            Self::Home => Staff::Home,
            Self::Returns => Staff::Returns,
            Self::Referrals => Staff::Referrals,
        }
    }
}

impl<'a> Asked<'a> {
    pub(crate) fn new(portal: &'a Portal, visit: &'a Visit<'a>) -> Self {
        let country = visit.caller.party().country;
        let reader = Reader::new(&portal.words, &portal.staff, visit.language, country, portal.clock.now());
        Self { portal, visit, reader }
    }

    /// Whether the person may read cases at all.
    pub(crate) fn reads_cases(&self) -> bool {
        self.visit.caller.scopes().contains(Scope::CasesRead)
    }

    /// Whether the person may do what a scope allows.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.visit.caller.scopes().contains(scope)
    }

    /// Whether a room is for the person.
    pub(crate) fn may_enter(&self, room: Room) -> bool {
        room == Room::Home || self.reads_cases()
    }

    pub(crate) async fn run<T: serde::de::DeserializeOwned>(
        &self,
        document: &Document,
        variables: Map<String, Value>,
    ) -> Result<T, Failed> {
        document.run(&*self.portal.runs, self.visit.caller, variables).await
    }

    /// Makes a change; gives what it came to.
    pub(crate) async fn change(&self, document: &Document, input: Value) -> Result<Told, Failed> {
        let variables = Map::from_iter([("input".to_owned(), input)]);
        let changed: Changed = self.run(document, variables).await?;
        changed.told.ok_or(Failed::Later)
    }

    /// A key for a form: sent twice, it is one change. Without chance the key is empty, and the change is refused.
    pub(crate) fn key(&self) -> String {
        let mut drawn = [0; 16];
        if self.portal.chance.fill(&mut drawn) { hex(&drawn) } else { String::new() }
    }

    pub(crate) fn page(&self, status: u16, room: Room, title: &str, main: &Markup) -> Answer {
        let body = frame::body(self, room, main).into_string();
        Answer::Page(Page { status, language: self.reader.language, title: title.to_owned(), body })
    }

    fn failed(&self, room: Room, failed: Failed) -> Answer {
        let (status, title, text) = match failed {
            Failed::Absent => (404, Staff::NotThereTitle, Staff::NotThere),
            Failed::Forbidden => (403, Staff::NotForYouTitle, Staff::NotForYou),
            Failed::Later => (503, Staff::NotNowTitle, Staff::NotNow),
        };
        let title = self.reader.say(title);
        self.page(status, room, title, &told::page(title, self.reader.say(text)))
    }
}

/// Answers a visit.
pub(crate) async fn answer(asked: &Asked<'_>) -> Answer {
    let path: Vec<&str> = asked.visit.path.split('/').skip(1).collect();
    let (room, answered) = match path.as_slice() {
        ["home"] => (Room::Home, home::answer(asked).await),
        ["returns"] => (Room::Returns, board::answer(asked).await),
        ["returns", id] => (Room::Returns, request::answer(asked, id).await),
        ["referrals"] => (Room::Referrals, referrals::list(asked).await),
        ["referrals", id] => (Room::Referrals, referrals::one(asked, id).await),
        _ => (Room::Home, Err(Failed::Absent)),
    };
    answered.unwrap_or_else(|failed| asked.failed(room, failed))
}
