//! How an organization enters, stays and leaves: two sponsors of two countries and its country's focal point, where
//! there is one; thirty days on probation; a year at a time. Who admits it is the operator.

use sangam_vocabulary::{Country, Instant, OrganizationId, codes};
use thiserror::Error;

/// How long a new organization is on probation, in days.
pub const PROVISIONAL_DAYS: i64 = 30;
/// How long a membership lasts, in days.
pub const MEMBER_DAYS: i64 = 365;
/// How many sponsors an application needs, each of another country; as many as there are countries with members where
/// that is fewer, or nobody could ever be the first.
pub const SPONSORS: usize = 2;

codes! {
    "Where an organization stands on its way in and out."
    pub enum State as "AccessionState" {
        Applied = "APPLIED": "It has asked to join, and not enough members speak for it yet.",
        Sponsored = "SPONSORED": "Enough members speak for it; the operator decides.",
        Provisional = "PROVISIONAL": "It is on probation: the directory, and the referrals it receives.",
        Member = "MEMBER": "It is a member.",
        Suspended = "SUSPENDED": "It may not act for the time being.",
        Lapsed = "LAPSED": "Its time has passed without a renewal: it may not act.",
        Left = "LEFT": "It has left: what named it has ended.",
        Refused = "REFUSED": "It was not let in, for a coded reason.",
    }
}

codes! {
    "What moves an organization on its way."
    pub enum Event as "AccessionEvent" {
        Sponsor = "SPONSOR": "Speak for it.",
        Admit = "ADMIT": "Let it in on probation.",
        Confirm = "CONFIRM": "End its probation.",
        Renew = "RENEW": "Let it stay for another year.",
        Suspend = "SUSPEND": "Stop it for the time being.",
        Resume = "RESUME": "Let it act again.",
        Leave = "LEAVE": "Let it go.",
        Refuse = "REFUSE": "Say no, with a reason.",
        Lapse = "LAPSE": "Let it lapse; the clock does this.",
    }
}

codes! {
    "Why somebody says no to an organization."
    pub enum RefusalReason as "AccessionRefusal" {
        NotKnown = "NOT_KNOWN": "Nobody here knows its work.",
        PapersMissing = "PAPERS_MISSING": "A paper is missing or not what it should be.",
        ChildProtection = "CHILD_PROTECTION": "Its way of protecting children is not good enough.",
        DataProtection = "DATA_PROTECTION": "Its way of protecting data is not good enough.",
        Conflict = "CONFLICT": "It has a part in what people are protected from.",
        OutsideMandate = "OUTSIDE_MANDATE": "Its work is not what this hub is for.",
    }
}

codes! {
    "A paper an organization shows when it asks to join. The hub keeps its digest and not the paper."
    pub enum Paper as "AccessionPaper" {
        Registration = "REGISTRATION": "That the organization exists in law.",
        ChildProtectionPolicy = "CHILD_PROTECTION_POLICY": "How it protects children.",
        DataProtectionPolicy = "DATA_PROTECTION_POLICY": "How it protects data.",
        Leadership = "LEADERSHIP": "Who leads it.",
    }
}

/// Who moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A member organization, through a person of it.
    Member,
    /// The focal point: a government department of the applicant's own country that is a member.
    FocalPoint,
    /// The operator of the hub.
    Operator,
    /// The hub's clock.
    Clock,
}

impl By {
    /// Everybody.
    pub const ALL: [Self; 4] = [Self::Member, Self::FocalPoint, Self::Operator, Self::Clock];
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: State,
    event: Event,
    by: By,
    to: State,
}

const fn step(from: State, event: Event, by: By, to: State) -> Step {
    Step { from, event, by, to }
}

/// Every legal step. What is not here is illegal.
const STEPS: &[Step] = &[
    step(State::Applied, Event::Sponsor, By::Member, State::Sponsored),
    step(State::Applied, Event::Sponsor, By::FocalPoint, State::Sponsored),
    step(State::Applied, Event::Refuse, By::FocalPoint, State::Refused),
    step(State::Applied, Event::Refuse, By::Operator, State::Refused),
    step(State::Sponsored, Event::Admit, By::Operator, State::Provisional),
    step(State::Sponsored, Event::Refuse, By::FocalPoint, State::Refused),
    step(State::Sponsored, Event::Refuse, By::Operator, State::Refused),
    step(State::Provisional, Event::Confirm, By::Operator, State::Member),
    step(State::Provisional, Event::Refuse, By::Operator, State::Refused),
    step(State::Provisional, Event::Leave, By::Operator, State::Left),
    step(State::Provisional, Event::Lapse, By::Clock, State::Lapsed),
    step(State::Member, Event::Renew, By::Operator, State::Member),
    step(State::Member, Event::Suspend, By::Operator, State::Suspended),
    step(State::Member, Event::Leave, By::Operator, State::Left),
    step(State::Member, Event::Lapse, By::Clock, State::Lapsed),
    step(State::Suspended, Event::Resume, By::Operator, State::Member),
    step(State::Suspended, Event::Leave, By::Operator, State::Left),
    step(State::Lapsed, Event::Renew, By::Operator, State::Member),
    step(State::Lapsed, Event::Refuse, By::Operator, State::Refused),
    step(State::Lapsed, Event::Leave, By::Operator, State::Left),
];

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Illegal {
    /// The table has no such step.
    #[error("no such step here")]
    NoSuchStep {
        /// What is legal for whoever asked.
        legal: Vec<Event>,
    },
    /// A refusal needs a coded reason.
    #[error("the step needs a reason")]
    ReasonMissing,
    /// Voices are missing: see [`Missing`].
    #[error("not enough members speak for it")]
    VoicesMissing(Missing),
}

/// What an application still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// How many sponsors of further countries.
    pub sponsors: usize,
    /// Whether the focal point's voice.
    pub focal_point: bool,
}

/// What one member said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Which member.
    pub organization: OrganizationId,
    /// Where it is.
    pub country: Country,
    /// Whether it is a full member now: others speak for nobody.
    pub full_member: bool,
    /// Whether it is a focal point of the applicant's country.
    pub focal_point: bool,
    /// Whether it spoke for the applicant or against it.
    pub speaks_for: bool,
}

/// What the hub has around an applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// In how many countries there are full members that could be sponsors.
    pub countries: usize,
    /// Whether the applicant's country has a focal point that is a full member.
    pub focal_point: bool,
}

/// What voices do not amount to yet; `None` when they are enough. A focal point's voice counts as that and not as a
/// sponsor's: it is asked because it is of the country, and the sponsors because they know the applicant.
#[must_use]
pub fn missing(voices: &[Voice], around: Around) -> Option<Missing> {
    let speaks = |voice: &&Voice| voice.full_member && voice.speaks_for;
    let mut countries: Vec<Country> =
        voices.iter().filter(speaks).filter(|voice| !voice.focal_point).map(|voice| voice.country).collect();
    countries.sort_unstable();
    countries.dedup();
    let focal_point = around.focal_point && !voices.iter().filter(speaks).any(|voice| voice.focal_point);
    let sponsors = SPONSORS.min(around.countries).saturating_sub(countries.len());
    (sponsors > 0 || focal_point).then_some(Missing { sponsors, focal_point })
}

/// The steps somebody can take in a state.
pub fn legal(state: State, by: By) -> impl Iterator<Item = Event> {
    STEPS.iter().filter(move |step| step.from == state && step.by == by).map(|step| step.event)
}

/// A state after a step, which only [`take`] makes; a store accepts nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a step that is not stored did not happen"]
pub struct Stepped {
    to: State,
    reason: Option<RefusalReason>,
}

impl Stepped {
    /// The state after.
    #[must_use]
    pub const fn to(&self) -> State {
        self.to
    }

    /// The coded reason, where the step is a refusal.
    #[must_use]
    pub const fn reason(&self) -> Option<RefusalReason> {
        self.reason
    }
}

/// Takes a step.
///
/// # Errors
/// [`Illegal`] with what is legal instead, or that a reason is missing.
pub fn take(state: State, event: Event, by: By, reason: Option<RefusalReason>) -> Result<Stepped, Illegal> {
    let row = STEPS.iter().find(|step| step.from == state && step.event == event && step.by == by);
    match row {
        None => Err(Illegal::NoSuchStep { legal: legal(state, by).collect() }),
        Some(_) if event == Event::Refuse && reason.is_none() => Err(Illegal::ReasonMissing),
        Some(step) => Ok(Stepped { to: step.to, reason: reason.filter(|_| event == Event::Refuse) }),
    }
}

impl State {
    /// Whether no step leads on.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Left | Self::Refused)
    }

    /// The state at an instant: what was to be renewed by then and was not has lapsed. The clock is read and no job runs.
    #[must_use]
    pub fn at(self, until: Option<Instant>, at: Instant) -> Self {
        let lapses = matches!(self, Self::Provisional | Self::Member) && until.is_some_and(|until| until <= at);
        if lapses { Self::Lapsed } else { self }
    }

    /// What an organization in this state may do here.
    #[must_use]
    pub const fn may(self) -> May {
        match self {
            Self::Member => May::Act,
            Self::Provisional => May::Answer,
            Self::Applied | Self::Sponsored | Self::Suspended | Self::Lapsed | Self::Left | Self::Refused => {
                May::Nothing
            }
        }
    }
}

/// What an organization may do in the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Everything that its agreements, the law and consent allow.
    Act,
    /// Read the directory, and read and answer the referrals it receives.
    Answer,
    /// Nothing: its systems and people are not let in.
    Nothing,
}
