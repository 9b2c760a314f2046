//! The search: an organization whose missing person it is asks organizations by name to look for her. Each that was asked
//! has a request of its own with a state of its own, which nobody but it sees. What the one who asks sees of it is an
//! answer, and an answer is there only with the consent of whoever was found (DESIGN §2): until then, and where nobody
//! was found, the search is OPEN and nothing of it moves.

use sangam_vocabulary::{Category, CategorySet, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{self, By, Flow, Nothing, Step};

/// For how long what a search needs is released before the one who asks has to say that it goes on, in milliseconds: a
/// quarter. What is released for a search that nobody follows helps nobody.
pub const REVIEW_MILLIS: i64 = 90 * DAY_MILLIS;
/// When the clock asks for that word, in milliseconds: a fortnight before.
pub const REMINDER_MILLIS: i64 = 76 * DAY_MILLIS;
const DAY_MILLIS: i64 = 86_400_000;

codes! {
    "Where a search stands: with the one who asks, or with one of those who were asked."
    pub enum State as "SearchState" {
        Open = "OPEN": "Asked. To the one who asks also the word for whatever it may not be told: taken note of, found and not to be told, not found.",
        Acknowledged = "ACKNOWLEDGED": "The one who was asked has taken note and looks.",
        Lead = "LEAD": "There is a trace, or a record that may be hers.",
        FoundSafe = "FOUND_SAFE": "She was found, is safe, and is ready to hear from those who ask.",
        FoundDeclinesContact = "FOUND_DECLINES_CONTACT": "She was found, is safe, and wants no contact.",
        NotFound = "NOT_FOUND": "The one who was asked has looked and has nothing to tell.",
        Closed = "CLOSED": "Over: the one who asked closed it.",
    }
}

codes! {
    "A step a search can take."
    pub enum Event as "SearchEvent" {
        Acknowledge = "ACKNOWLEDGE": "Take note of it, and look; also once more after nothing was found.",
        ReportLead = "REPORT_LEAD": "Tell that there is a trace, or a record that may be hers.",
        ReportSafe = "REPORT_SAFE": "Tell that she was found and is safe.",
        ReportDeclinesContact = "REPORT_DECLINES_CONTACT": "Tell that she was found, is safe and wants no contact.",
        ReportNotFound = "REPORT_NOT_FOUND": "Put down that there is nothing to tell. The one who asks is not told.",
        TakeBack = "TAKE_BACK": "Take the answer back: it is there no longer.",
        GoOn = "GO_ON": "Say that the search is still needed: for another quarter.",
        Close = "CLOSE": "End it.",
    }
}

codes! {
    "What a search asks about."
    pub enum About as "SearchAbout" {
        MissingPerson = "MISSING_PERSON": "Where nobody knows where the person is: whether somebody has found her.",
        Records = "RECORDS": "Of a person who has arrived: whether an organization of the country she came from has records of her.",
    }
}

codes! {
    "What must be there before an answer to a search is told."
    pub enum Need as "SearchNeed" {
        MissingPerson = "MISSING_PERSON": "The search must be for a missing person: who has arrived is not found.",
        FoundConsent = "FOUND_CONSENT": "The consent of the person who was found, on record with the one who found her: for FAMILY_TRACING, of TRACING, to the organization that asks, by name.",
        HolderConsent = "HOLDER_CONSENT": "Where only one organization was asked, its answer says who has her: the same consent must cover CASE_REFERENCE.",
    }
}

/// The workflow of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Search;

/// A search's state after a step.
pub type Stepped = flow::Stepped<Search>;
/// Why a search did not take a step.
pub type Illegal = flow::Illegal<Search>;

const fn finder(from: State, event: Event, to: State) -> Step<Search> {
    Step::new(from, event, By::Seat(Seat::Finder), to)
}

const fn lead(from: State) -> Step<Search> {
    finder(from, Event::ReportLead, State::Lead).needing(&[Need::FoundConsent, Need::HolderConsent])
}

const FOUND: &[Need] = &[Need::MissingPerson, Need::FoundConsent, Need::HolderConsent];

const fn safe(from: State) -> Step<Search> {
    finder(from, Event::ReportSafe, State::FoundSafe).needing(FOUND)
}

const fn declines(from: State) -> Step<Search> {
    finder(from, Event::ReportDeclinesContact, State::FoundDeclinesContact).needing(FOUND)
}

const fn back(from: State) -> Step<Search> {
    finder(from, Event::TakeBack, State::Acknowledged)
}

const fn close(from: State) -> Step<Search> {
    Step::new(from, Event::Close, By::Seat(Seat::Source), State::Closed)
}

impl Flow for Search {
    const NAME: &'static str = "Search";
    const NOUN: Option<Noun> = Some(Noun::Search);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Nothing;
    const STARTS: &'static [State] = &[State::Open];
    const STEPS: &'static [Step<Self>] = &[
        finder(State::Open, Event::Acknowledge, State::Acknowledged),
        Step::new(State::Open, Event::GoOn, By::Seat(Seat::Source), State::Open),
        close(State::Open),
        lead(State::Acknowledged),
        safe(State::Acknowledged),
        declines(State::Acknowledged),
        finder(State::Acknowledged, Event::ReportNotFound, State::NotFound),
        close(State::Acknowledged),
        safe(State::Lead),
        declines(State::Lead),
        back(State::Lead),
        close(State::Lead),
        declines(State::FoundSafe),
        back(State::FoundSafe),
        close(State::FoundSafe),
        safe(State::FoundDeclinesContact),
        back(State::FoundDeclinesContact),
        close(State::FoundDeclinesContact),
        finder(State::NotFound, Event::Acknowledge, State::Acknowledged),
        close(State::NotFound),
    ];

    /// What became of a request is about whoever was found, or was not: it goes with her tracing set and never with
    /// that of the one who is looked for.
    fn category(state: State) -> Option<Category> {
        match state {
            State::Open | State::Closed => None,
            State::Acknowledged | State::Lead | State::FoundSafe | State::FoundDeclinesContact | State::NotFound => {
                Some(Category::Tracing)
            }
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::Open } else { state }
    }

    fn clock(state: State) -> Option<ClockKind> {
        (state != State::Closed).then_some(ClockKind::SearchReview)
    }
}

impl State {
    /// Whether the one who asks is told it, with the consent of whoever was found.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::Lead | Self::FoundSafe | Self::FoundDeclinesContact)
    }
}

impl Event {
    /// Whether it tells something of somebody who was found, and so must say of whom.
    #[must_use]
    pub const fn reports(self) -> bool {
        matches!(self, Self::ReportLead | Self::ReportSafe | Self::ReportDeclinesContact)
    }
}

/// What the one who asks must be allowed to be told before an answer is there for it, as categories of whoever was
/// found: that there is an answer, and where only one was asked also who has her.
#[must_use]
pub fn tells(asked: i64) -> CategorySet {
    let answer = CategorySet::NONE.with(Category::Tracing);
    if asked > 1 { answer } else { answer.with(Category::CaseReference) }
}

/// What is there before an answer is told: what is asked about, what the person who was found has agreed that the one
/// who asks be told of her (nothing, where nobody was found), and how many were asked.
#[must_use]
pub fn met(about: About, consented: CategorySet, asked: i64) -> Vec<Need> {
    let mut met = Vec::new();
    if about == About::MissingPerson {
        met.push(Need::MissingPerson);
    }
    if consented.contains(Category::Tracing) {
        met.push(Need::FoundConsent);
    }
    if !tells(asked).contains(Category::CaseReference) || consented.contains(Category::CaseReference) {
        met.push(Need::HolderConsent);
    }
    met
}

codes! {
    "What must be there before anybody is asked to look."
    pub enum OpeningNeed as "SearchOpeningNeed" {
        TracingConsent = "TRACING_CONSENT": "A consent for FAMILY_TRACING, of TRACING, to each organization that is asked, by name: of a missing child by a guardian without a conflict of interest or by the authority that has her in care, of an adult her own, given before.",
    }
}
