//! A hearing: a date in court, as the holder of the case or the person's lawyer records it. A hearing may rest a hold
//! on the person's return; the hold goes with the hearing, or when the court lifts it (DESIGN §5: no court hold at
//! handover).

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow::{By, Flow, Step};

codes! {
    "What a hearing is for."
    pub enum Kind as "HearingKind" {
        Statement = "STATEMENT": "Her statement before a magistrate.",
        Evidence = "EVIDENCE": "She gives evidence in the room.",
        TestimonyByVideo = "TESTIMONY_BY_VIDEO": "She gives evidence by video from another place, perhaps another country.",
        Identification = "IDENTIFICATION": "She is asked whom or what she recognises.",
        Order = "ORDER": "The court or committee orders something: custody, return, leave to return.",
        Compensation = "COMPENSATION": "Her claim is heard.",
        Judgment = "JUDGMENT": "The judgment is given.",
        Other = "OTHER": "Another hearing, which whoever recorded it named as other.",
    }
}

codes! {
    "Where a hearing stands."
    pub enum State as "HearingState" {
        Scheduled = "SCHEDULED": "A date is set; also the covering word where the state itself does not show.",
        Held = "HELD": "It took place.",
        Adjourned = "ADJOURNED": "It was put off, and has no date.",
        Cancelled = "CANCELLED": "It will not take place; a hold that rested on it is gone.",
    }
}

codes! {
    "A step a hearing can take."
    pub enum Event as "HearingEvent" {
        Hear = "HEAR": "It took place.",
        Adjourn = "ADJOURN": "It is put off, for a coded reason.",
        Reschedule = "RESCHEDULE": "It has a date again.",
        Cancel = "CANCEL": "It will not take place.",
        ReleaseHold = "RELEASE_HOLD": "The court no longer holds the person's return.",
    }
}

codes! {
    "Why a hearing is put off."
    pub enum AdjournReason {
        CourtDidNotSit = "COURT_DID_NOT_SIT": "The court did not sit.",
        PartyAbsent = "PARTY_ABSENT": "The accused, the prosecution or another party was not there.",
        WitnessNotAble = "WITNESS_NOT_ABLE": "She was not able to speak.",
        NoProtection = "NO_PROTECTION": "What was to protect her was not there.",
        NoInterpreter = "NO_INTERPRETER": "Nobody interpreted.",
        NoConnection = "NO_CONNECTION": "The video did not work.",
        NotSaid = "NOT_SAID": "The court did not say.",
    }
}

codes! {
    "What a step of a hearing asks for."
    pub enum Need as "HearingNeed" {
        Hold = "HOLD": "A hold on the person's return that rests on this hearing.",
    }
}

/// Who records a hearing: the holder of the case and the person's lawyer.
pub const RECORDERS: &[Seat] = &[Seat::Owner, Seat::Lawyer];

/// The workflow of a hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hearing;

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Hearing> {
    Step::new(from, event, By::Seat(seat), to)
}

const fn adjourn(seat: Seat) -> Step<Hearing> {
    step(State::Scheduled, Event::Adjourn, seat, State::Adjourned).because(&[
        AdjournReason::CourtDidNotSit,
        AdjournReason::PartyAbsent,
        AdjournReason::WitnessNotAble,
        AdjournReason::NoProtection,
        AdjournReason::NoInterpreter,
        AdjournReason::NoConnection,
        AdjournReason::NotSaid,
    ])
}

/// The hearing stays what it is; a hold on the return that rested on it does not.
const fn release(at: State, seat: Seat) -> Step<Hearing> {
    step(at, Event::ReleaseHold, seat, at).needing(&[Need::Hold])
}

impl Flow for Hearing {
    const NAME: &'static str = "Hearing";
    const NOUN: Option<Noun> = Some(Noun::Hearing);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = AdjournReason;
    const STARTS: &'static [State] = &[State::Scheduled];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Scheduled, Event::Hear, Seat::Owner, State::Held),
        step(State::Scheduled, Event::Hear, Seat::Lawyer, State::Held),
        adjourn(Seat::Owner),
        adjourn(Seat::Lawyer),
        step(State::Scheduled, Event::Cancel, Seat::Owner, State::Cancelled),
        step(State::Scheduled, Event::Cancel, Seat::Lawyer, State::Cancelled),
        release(State::Scheduled, Seat::Owner),
        release(State::Scheduled, Seat::Lawyer),
        step(State::Adjourned, Event::Reschedule, Seat::Owner, State::Scheduled),
        step(State::Adjourned, Event::Reschedule, Seat::Lawyer, State::Scheduled),
        step(State::Adjourned, Event::Cancel, Seat::Owner, State::Cancelled),
        step(State::Adjourned, Event::Cancel, Seat::Lawyer, State::Cancelled),
        release(State::Adjourned, Seat::Owner),
        release(State::Adjourned, Seat::Lawyer),
        // A court can hold a witness after it has heard her.
        release(State::Held, Seat::Owner),
        release(State::Held, Seat::Lawyer),
    ];

    /// That there is a hearing is said to whoever sits in it; how it went is a court matter.
    fn category(state: State) -> Option<Category> {
        match state {
            State::Scheduled => None,
            State::Held | State::Adjourned | State::Cancelled => Some(Category::Legal),
        }
    }

    fn cover(state: State) -> State {
        if Self::category(state).is_some() { State::Scheduled } else { state }
    }
}
