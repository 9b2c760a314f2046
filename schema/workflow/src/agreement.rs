//! The sharing agreement: how it comes into force, is stopped, and ends. Starting takes two people of each party, and
//! never the one who drafted it; stopping takes one person of any party, at once. What an agreement in force permits is
//! custody's (`terms.rs`); here is only how it gets there.

use sangam_custody::APPROVALS_PER_PARTY;
use sangam_vocabulary::{Category, Instant, Noun, OrganizationId, PersonId, codes};

use crate::flow::{self, Flow, Party, Step};

codes! {
    "Where an agreement stands."
    pub enum State as "AgreementState" {
        Draft = "DRAFT": "Drafted: nobody but the drafter's organization sees it.",
        Proposed = "PROPOSED": "Shown to its parties; not all of them have approved it.",
        InForce = "IN_FORCE": "Approved by two people of each party: it binds between its dates.",
        Suspended = "SUSPENDED": "A party has stopped it for the time being: nothing rests on it.",
        Ended = "ENDED": "A party has ended it.",
        Expired = "EXPIRED": "Its end date has passed.",
        Rejected = "REJECTED": "A party has said no to it, for a coded reason.",
        Withdrawn = "WITHDRAWN": "The drafter's organization took it back before it bound anybody.",
        Superseded = "SUPERSEDED": "A newer version has taken its place.",
    }
}

codes! {
    "What happens to an agreement."
    pub enum Event as "AgreementEvent" {
        Propose = "PROPOSE": "Show it to its parties.",
        Approve = "APPROVE": "Agree to it, as one of two people of a party.",
        TakeEffect = "TAKE_EFFECT": "Bind; the hub does this with the word that was the last one needed.",
        Reject = "REJECT": "Say no to it, with a reason.",
        Withdraw = "WITHDRAW": "Take it back.",
        Suspend = "SUSPEND": "Stop it for the time being.",
        Resume = "RESUME": "Agree that it goes on, as one of two people of the party that stopped it.",
        End = "END": "End it.",
        Supersede = "SUPERSEDE": "Draft a newer version of it.",
        GiveWay = "GIVE_WAY": "Give way to a newer version; the hub does this as that takes effect.",
        Expire = "EXPIRE": "Let it end by its date; the clock does this.",
    }
}

codes! {
    "What must be there before somebody takes a step of an agreement."
    pub enum Need as "AgreementNeed" {
        Officer = "AGREEMENT_OFFICER": "Whoever asks is an agreement officer of a party, with an account that may act.",
        OfficerOrAdministrator = "AGREEMENT_OFFICER_OR_ADMINISTRATOR": "Whoever asks is an agreement officer or an administrator of a party, with an account that may act.",
        NotTheDrafter = "NOT_THE_DRAFTER": "Whoever asks did not draft it.",
        NotSaidBefore = "NOT_SAID_BEFORE": "Whoever asks has not said so before.",
        NotStopped = "NOT_STOPPED_BY_OWN_PARTY": "The own party has not stopped it already.",
        Stopped = "STOPPED_BY_OWN_PARTY": "The own party has stopped it.",
        FullMember = "FULL_MEMBER": "The own organization is a full member.",
        Room = "ROOM_FOR_A_DRAFT": "The own organization has fewer drafts and proposals open than it may have.",
        NotOvertaken = "PREDECESSOR_NOT_OVERTAKEN": "What it is to take the place of was neither ended nor superseded meanwhile.",
        TwoOfEachParty = "TWO_OF_EACH_PARTY": "Two people of each party have approved it, the drafter not counted.",
        NobodyStopsIt = "NOBODY_STOPS_IT": "Every party that stopped it has let it go on.",
    }
}

codes! {
    "Why a party says no to an agreement."
    pub enum RejectionReason as "AgreementRejection" {
        TooWide = "TOO_WIDE": "It covers more categories, purposes or countries than the work needs.",
        TooLong = "TOO_LONG": "It would bind for too long.",
        Retention = "RETENTION": "What it says of keeping and passing on is not acceptable.",
        WrongParties = "WRONG_PARTIES": "Its parties or their sides are not the right ones.",
        NoLegalBasis = "NO_LEGAL_BASIS": "The law of a party gives no basis for it.",
        NotNow = "NOT_NOW": "Not at this time.",
    }
}

codes! {
    "What makes it lawful to share under an agreement."
    pub enum LegalBasis as "AgreementBasis" {
        Consent = "CONSENT": "The person's own consent.",
        VitalInterests = "VITAL_INTERESTS": "To protect somebody's life or safety.",
        LegalDuty = "LEGAL_DUTY": "A duty that a law puts on a party.",
        PublicTask = "PUBLIC_TASK": "A task that a law gives to a public body.",
        Memorandum = "MEMORANDUM": "A memorandum between governments or organizations.",
        Order = "ORDER": "An order of a court or a committee.",
    }
}

/// How long before its end an agreement is due for a review, in days: time for two people of each party to read and
/// approve what takes its place.
pub const REVIEW_DAYS: i64 = 30;

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A person of the organization that drafted it.
    Drafter,
    /// A person of another party.
    Party,
    /// The hub, with the word that was the last one needed.
    Hub,
    /// The hub's clock.
    Clock,
}

impl Party for By {
    fn word(self) -> String {
        match self {
            Self::Drafter => "drafter's organization",
            Self::Party => "another party",
            Self::Hub => "hub",
            Self::Clock => "clock",
        }
        .to_owned()
    }
}

/// The workflow of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgreementFlow;

/// Where an agreement stands after a step.
pub type Stepped = flow::Stepped<AgreementFlow>;

/// Why a step of an agreement was not taken.
pub type Illegal = flow::Illegal<AgreementFlow>;

const fn step(from: State, event: Event, by: By, to: State) -> Step<AgreementFlow> {
    Step::new(from, event, by, to)
}

/// One person's approval; the state moves with the last one.
const fn approve(by: By) -> Step<AgreementFlow> {
    step(State::Proposed, Event::Approve, by, State::Proposed).needing(&[
        Need::Officer,
        Need::NotTheDrafter,
        Need::NotSaidBefore,
        Need::NotOvertaken,
    ])
}

const fn suspend(from: State, by: By) -> Step<AgreementFlow> {
    step(from, Event::Suspend, by, State::Suspended).needing(&[Need::OfficerOrAdministrator, Need::NotStopped])
}

/// One person's word; the state moves with the last one.
const fn resume(by: By) -> Step<AgreementFlow> {
    step(State::Suspended, Event::Resume, by, State::Suspended).needing(&[
        Need::Officer,
        Need::Stopped,
        Need::NotSaidBefore,
    ])
}

const fn end(from: State, by: By) -> Step<AgreementFlow> {
    step(from, Event::End, by, State::Ended).needing(&[Need::OfficerOrAdministrator])
}

/// A newer version is another agreement, which only its drafter's organization sees: this one does not move.
const fn supersede(from: State, by: By) -> Step<AgreementFlow> {
    step(from, Event::Supersede, by, from).needing(&[Need::Officer, Need::FullMember, Need::Room])
}

const fn of_the_hub(from: State, event: Event, to: State) -> Step<AgreementFlow> {
    step(from, event, By::Hub, to)
}

const fn expire(from: State) -> Step<AgreementFlow> {
    step(from, Event::Expire, By::Clock, State::Expired)
}

impl Flow for AgreementFlow {
    const NAME: &'static str = "Agreement";
    const NOUN: Option<Noun> = None;
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = RejectionReason;
    const STARTS: &'static [State] = &[State::Draft];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Draft, Event::Propose, By::Drafter, State::Proposed).needing(&[Need::Officer]),
        step(State::Draft, Event::Withdraw, By::Drafter, State::Withdrawn).needing(&[Need::Officer]),
        expire(State::Draft),
        approve(By::Drafter),
        approve(By::Party),
        of_the_hub(State::Proposed, Event::TakeEffect, State::InForce)
            .needing(&[Need::TwoOfEachParty, Need::NotOvertaken]),
        step(State::Proposed, Event::Reject, By::Party, State::Rejected).needing(&[Need::Officer]).because(&[
            RejectionReason::TooWide,
            RejectionReason::TooLong,
            RejectionReason::Retention,
            RejectionReason::WrongParties,
            RejectionReason::NoLegalBasis,
            RejectionReason::NotNow,
        ]),
        step(State::Proposed, Event::Withdraw, By::Drafter, State::Withdrawn).needing(&[Need::Officer]),
        expire(State::Proposed),
        suspend(State::InForce, By::Drafter),
        suspend(State::InForce, By::Party),
        end(State::InForce, By::Drafter),
        end(State::InForce, By::Party),
        supersede(State::InForce, By::Drafter),
        supersede(State::InForce, By::Party),
        of_the_hub(State::InForce, Event::GiveWay, State::Superseded),
        expire(State::InForce),
        suspend(State::Suspended, By::Drafter),
        suspend(State::Suspended, By::Party),
        resume(By::Drafter),
        resume(By::Party),
        of_the_hub(State::Suspended, Event::TakeEffect, State::InForce).needing(&[Need::NobodyStopsIt]),
        end(State::Suspended, By::Drafter),
        end(State::Suspended, By::Party),
        supersede(State::Suspended, By::Drafter),
        supersede(State::Suspended, By::Party),
        of_the_hub(State::Suspended, Event::GiveWay, State::Superseded),
        expire(State::Suspended),
    ];

    fn category(_: State) -> Option<Category> {
        None
    }

    fn cover(state: State) -> State {
        state
    }
}

impl State {
    /// The state at an instant: what has an end date and is not over has expired by it. The clock is read and no job runs.
    #[must_use]
    pub fn at(self, until: Instant, at: Instant) -> Self {
        let expires = matches!(self, Self::Draft | Self::Proposed | Self::InForce | Self::Suspended) && until <= at;
        if expires { Self::Expired } else { self }
    }
}

/// What one person said of an agreement: that it is approved, or that it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// For which party.
    pub organization: OrganizationId,
    /// Who.
    pub person: PersonId,
    /// Whether the person's account may act now, as an agreement officer of that party: the words of others count for
    /// nothing.
    pub stands: bool,
}

/// What is on record of an agreement besides its state.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its parties, each once.
    pub parties: &'a [OrganizationId],
    /// The organization that drafted it; none of one that the operator recorded.
    pub drafter: Option<OrganizationId>,
    /// The person who did.
    pub drafted_by: Option<PersonId>,
    /// Who approved it.
    pub approvals: &'a [Word],
    /// Who said that it goes on, each since the own party stopped it.
    pub resumptions: &'a [Word],
    /// The parties that have stopped it.
    pub stopped_by: &'a [OrganizationId],
    /// Whether what it is to take the place of was ended or superseded meanwhile.
    pub overtaken: bool,
}

/// Who asks for a step.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The organization.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// Whether the account may act and is an agreement officer's.
    pub officer: bool,
    /// Whether the account may act and is an administrator's.
    pub administrator: bool,
    /// Whether the organization is a full member.
    pub full_member: bool,
    /// Whether the organization may have one more draft.
    pub room: bool,
}

impl Record<'_> {
    /// As what somebody of a party takes a step.
    #[must_use]
    pub fn by(&self, organization: OrganizationId) -> By {
        if self.drafter == Some(organization) { By::Drafter } else { By::Party }
    }

    /// What is there for somebody who asks.
    #[must_use]
    pub fn met(&self, asking: &Asking) -> Vec<Need> {
        let said = |words: &[Word]| words.iter().any(|word| word.person == asking.person);
        let stopped = self.stopped_by.contains(&asking.organization);
        // Whoever resumes has approved long ago; each word is asked about among its like.
        let before = if self.stopped_by.is_empty() { said(self.approvals) } else { said(self.resumptions) };
        [
            (Need::Officer, asking.officer),
            (Need::OfficerOrAdministrator, asking.officer || asking.administrator),
            (Need::NotTheDrafter, self.drafted_by != Some(asking.person)),
            (Need::NotSaidBefore, !before),
            (Need::NotStopped, !stopped),
            (Need::Stopped, stopped),
            (Need::FullMember, asking.full_member),
            (Need::Room, asking.room),
            (Need::NotOvertaken, !self.overtaken),
        ]
        .into_iter()
        .filter_map(|(need, there)| there.then_some(need))
        .collect()
    }

    /// The approvals that count: of accounts that stand, and never of the person who drafted it.
    pub fn approved_by(&self) -> impl Iterator<Item = &Word> {
        self.approvals.iter().filter(|word| word.stands && self.drafted_by != Some(word.person))
    }

    /// How many more people have to approve it.
    #[must_use]
    pub fn approvals_missing(&self) -> usize {
        let lacks = |party: &OrganizationId| lacking(self.approved_by().filter(|word| word.organization == *party));
        self.parties.iter().map(lacks).sum()
    }

    /// Whether the people of a party who want it to go on are enough: two, as to begin.
    #[must_use]
    pub fn lets_go_on(&self, party: OrganizationId) -> bool {
        lacking(self.resumptions.iter().filter(|word| word.stands && word.organization == party)) == 0
    }

    /// What is there for the hub.
    #[must_use]
    pub fn met_for_the_hub(&self) -> Vec<Need> {
        [
            (Need::TwoOfEachParty, self.approvals_missing() == 0),
            (Need::NotOvertaken, !self.overtaken),
            (Need::NobodyStopsIt, self.stopped_by.is_empty()),
        ]
        .into_iter()
        .filter_map(|(need, there)| there.then_some(need))
        .collect()
    }
}

/// How many people more it takes.
fn lacking<'a>(words: impl Iterator<Item = &'a Word>) -> usize {
    let mut people: Vec<_> = words.map(|word| word.person).collect();
    people.sort_unstable();
    people.dedup();
    APPROVALS_PER_PARTY.saturating_sub(people.len())
}
