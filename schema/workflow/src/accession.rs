//! How an organization enters, stays and leaves: two sponsors of two countries and its country's focal point, where
//! there is one; thirty days on probation; a year at a time. Who admits it is the operator.

use sangam_vocabulary::{Category, Country, Instant, Noun, OrganizationId, codes};
use thiserror::Error;

use crate::flow::{self, Flow, Nothing, Party, Step};

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

impl Party for By {
    fn word(self) -> String {
        match self {
            Self::Member => "member",
            Self::FocalPoint => "focal point",
            Self::Operator => "operator",
            Self::Clock => "clock",
        }
        .to_owned()
    }
}

/// The workflow of an organization on its way in and out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Accession;

/// Where an organization stands after a step.
pub type Stepped = flow::Stepped<Accession>;

const fn step(from: State, event: Event, by: By, to: State) -> Step<Accession> {
    Step::new(from, event, by, to)
}

const fn refuse(from: State, by: By) -> Step<Accession> {
    step(from, Event::Refuse, by, State::Refused).because(&[
        RefusalReason::NotKnown,
        RefusalReason::PapersMissing,
        RefusalReason::ChildProtection,
        RefusalReason::DataProtection,
        RefusalReason::Conflict,
        RefusalReason::OutsideMandate,
    ])
}

impl Flow for Accession {
    const NAME: &'static str = "Accession";
    const NOUN: Option<Noun> = None;
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Nothing;
    type Reason = RefusalReason;
    const STARTS: &'static [State] = &[State::Applied];
    /// SPONSOR leads on once two members of two countries, and the focal point where there is one, have spoken: see
    /// [`missing`].
    const STEPS: &'static [Step<Self>] = &[
        step(State::Applied, Event::Sponsor, By::Member, State::Sponsored),
        step(State::Applied, Event::Sponsor, By::FocalPoint, State::Sponsored),
        refuse(State::Applied, By::FocalPoint),
        refuse(State::Applied, By::Operator),
        step(State::Sponsored, Event::Admit, By::Operator, State::Provisional),
        refuse(State::Sponsored, By::FocalPoint),
        refuse(State::Sponsored, By::Operator),
        step(State::Provisional, Event::Confirm, By::Operator, State::Member),
        refuse(State::Provisional, By::Operator),
        step(State::Provisional, Event::Leave, By::Operator, State::Left),
        step(State::Provisional, Event::Lapse, By::Clock, State::Lapsed),
        step(State::Member, Event::Renew, By::Operator, State::Member),
        step(State::Member, Event::Suspend, By::Operator, State::Suspended),
        step(State::Member, Event::Leave, By::Operator, State::Left),
        step(State::Member, Event::Lapse, By::Clock, State::Lapsed),
        step(State::Suspended, Event::Resume, By::Operator, State::Member),
        step(State::Suspended, Event::Leave, By::Operator, State::Left),
        step(State::Lapsed, Event::Renew, By::Operator, State::Member),
        refuse(State::Lapsed, By::Operator),
        step(State::Lapsed, Event::Leave, By::Operator, State::Left),
    ];

    /// About nobody.
    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Illegal {
    /// The table refuses it.
    #[error(transparent)]
    Step(#[from] flow::Illegal<Accession>),
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

/// Takes a step.
///
/// # Errors
/// [`Illegal::Step`].
pub fn take(state: State, event: Event, by: By, reason: Option<RefusalReason>) -> Result<Stepped, Illegal> {
    Ok(flow::take::<Accession>(state, event, by, &[], reason)?)
}

impl State {
    /// Whether no step leads on.
    #[must_use]
    pub fn is_final(self) -> bool {
        flow::is_final::<Accession>(self)
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
