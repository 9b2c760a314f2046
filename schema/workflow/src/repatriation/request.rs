//! The request: the envelope round the four tracks, from the draft to the last visit. While it is OPEN the tracks move;
//! the handover gate joins them; afterwards the receiving organization goes on alone.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::clock::ClockKind;
use crate::flow::{By, Flow, Step};
use crate::repatriation::handover::GATE;
use crate::repatriation::{Need, Reason};

codes! {
    "Where a request to bring somebody home stands."
    pub enum State as "RepatriationState" {
        Draft = "DRAFT": "The holder prepares it; nobody else knows of it.",
        Open = "OPEN": "The tracks run; also the covering word where the state itself does not show.",
        Scheduled = "SCHEDULED": "A crossing and a date for the handover are proposed.",
        InTransit = "IN_TRANSIT": "She is on her way to the crossing.",
        SignedBySender = "SIGNED_BY_SENDER": "The sending side signed the handover; the receiving side has not.",
        SignedByReceiver = "SIGNED_BY_RECEIVER": "The receiving side signed the handover; the sending side has not.",
        HandedOver = "HANDED_OVER": "Both sides signed the handover.",
        Received = "RECEIVED": "The receiving organization has her in its care.",
        Placed = "PLACED": "She lives where it was agreed.",
        FollowUp = "FOLLOW_UP": "The receiving organization visits her.",
        Closed = "CLOSED": "It is over.",
        Withdrawn = "WITHDRAWN": "She does not want to return; nobody overrules an adult.",
        Refused = "REFUSED": "A state said no, for a coded reason; it can be appealed.",
        Alternative = "ALTERNATIVE": "She cannot return, and another way is sought: to stay, a third country, recognition as stateless.",
        Cancelled = "CANCELLED": "It was opened by mistake.",
    }
}

codes! {
    "What moves a request to bring somebody home."
    pub enum Event as "RepatriationEvent" {
        Submit = "SUBMIT": "Open the request.",
        InviteLawyer = "INVITE_LAWYER": "Give her lawyer a seat.",
        InviteAuthority = "INVITE_AUTHORITY": "Give the government liaison of the country she leaves a seat.",
        InviteReceiver = "INVITE_RECEIVER": "Ask an organization in the country of origin to receive her.",
        InviteLiaison = "INVITE_LIAISON": "Give the government liaison of the country of origin a seat.",
        Propose = "PROPOSE": "Propose a crossing and a date, or others than before.",
        Arrange = "ARRANGE": "Write down the hour and the escort.",
        Confirm = "CONFIRM": "Agree to the crossing and the date.",
        CallOff = "CALL_OFF": "Take the date back.",
        Depart = "DEPART": "Say that she set out.",
        TurnBack = "TURN_BACK": "Say that she came back without a handover.",
        Sign = "SIGN": "Record the paper memo of the handover for one side.",
        Receive = "RECEIVE": "Say that she is in care.",
        Place = "PLACE": "Say that she lives where it was agreed.",
        FollowUp = "FOLLOW_UP": "Begin the visits.",
        Complete = "COMPLETE": "Say that the visits are done and she needs no more help.",
        End = "END": "End it earlier, with the outcome.",
        Withdraw = "WITHDRAW": "Record that she does not want to return.",
        Refuse = "REFUSE": "Say no for a state, with a reason.",
        Appeal = "APPEAL": "Go on in spite of a refusal.",
        FindAlternative = "FIND_ALTERNATIVE": "Seek another way than returning.",
        Cancel = "CANCEL": "Take back what was opened by mistake.",
    }
}

/// The workflow of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request;

/// A request's state after a step.
pub type Stepped = crate::flow::Stepped<Request>;
/// Why a request did not take a step.
pub type Illegal = crate::flow::Illegal<Request>;

/// What a handover is proposed on.
const PROPOSED_ON: &[Need] = &[
    Need::NoClaim,
    Need::Consent,
    Need::Receiver,
    Need::Ordered,
    Need::Verified,
    Need::NoCourtHold,
    Need::NoVerificationHold,
    Need::NoPapersHold,
    Need::NoPlacementHold,
];
/// The same where the organizations arrange it.
const PROPOSED_BETWEEN_ORGANIZATIONS: &[Need] = &[
    Need::BetweenOrganizations,
    Need::NoClaim,
    Need::Consent,
    Need::Receiver,
    Need::Ordered,
    Need::Verified,
    Need::NoCourtHold,
    Need::NoVerificationHold,
    Need::NoPapersHold,
    Need::NoPlacementHold,
];
/// What the government of the state of origin may act on at all.
const HOME: &[Need] = &[Need::NoClaim, Need::Liaison];
const CALLED_OFF: &[Reason] = &[
    Reason::DateChanged,
    Reason::BorderClosed,
    Reason::DocumentExpired,
    Reason::Medical,
    Reason::RiskFound,
    Reason::ConsentPaused,
    Reason::CourtOrdered,
];
const TURNED_BACK: &[Reason] = &[
    Reason::TurnedBack,
    Reason::NobodyCame,
    Reason::BorderClosed,
    Reason::DocumentExpired,
    Reason::Medical,
    Reason::RiskFound,
    Reason::ProtectionClaim,
];
const MISTAKEN: &[Reason] = &[Reason::Duplicate, Reason::WrongPerson, Reason::EnteredInError];
const ENDED: &[Reason] =
    &[Reason::DeclinedFollowUp, Reason::MovedOn, Reason::LostContact, Reason::Retrafficked, Reason::Died];
const OTHERWISE: &[Reason] = &[Reason::StaysHere, Reason::ThirdCountry, Reason::Statelessness];

const fn step(from: State, event: Event, seat: Seat, to: State) -> Step<Request> {
    Step::new(from, event, By::Seat(seat), to)
}

/// She takes it back through whoever in the request hears it. It asks for nothing: saying no is easier than saying yes.
const fn withdraw(from: State, seat: Seat) -> Step<Request> {
    step(from, Event::Withdraw, seat, State::Withdrawn)
}

/// The same through the government liaison of the state of origin, to whom a request exists only without a claim.
const fn withdraw_at_home(from: State) -> Step<Request> {
    withdraw(from, Seat::ReceivingLiaison).needing(HOME)
}

const fn refuse_there(from: State) -> Step<Request> {
    step(from, Event::Refuse, Seat::SendingLiaison, State::Refused).because(&[
        Reason::StayOrdered,
        Reason::NotInBestInterest,
        Reason::ProceedingsOpen,
        Reason::StateObjects,
    ])
}

const fn refuse_at_home(from: State) -> Step<Request> {
    step(from, Event::Refuse, Seat::ReceivingLiaison, State::Refused)
        .needing(HOME)
        .because(&[Reason::StateObjects, Reason::NotInBestInterest])
}

const fn call_off(seat: Seat) -> Step<Request> {
    step(State::Scheduled, Event::CallOff, seat, State::Open).because(CALLED_OFF)
}

const fn end(from: State) -> Step<Request> {
    step(from, Event::End, Seat::Receiving, State::Closed).because(ENDED)
}

const fn place(from: State) -> Step<Request> {
    step(from, Event::Place, Seat::Receiving, State::Placed).needing(&[Need::PlaceAgreed, Need::ChildPlaced])
}

impl Flow for Request {
    const NAME: &'static str = "Repatriation request";
    const NOUN: Option<Noun> = Some(Noun::Repatriation);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = Reason;
    const STARTS: &'static [State] = &[State::Draft];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Draft, Event::InviteLawyer, Seat::Holding, State::Draft),
        step(State::Draft, Event::Submit, Seat::Holding, State::Open).needing(&[
            Need::Screened,
            Need::Consent,
            Need::RiskAssessed,
            Need::BestInterest,
        ]),
        withdraw(State::Draft, Seat::Holding),
        withdraw(State::Draft, Seat::Lawyer),
        step(State::Draft, Event::Cancel, Seat::Holding, State::Cancelled).because(MISTAKEN),
        step(State::Open, Event::InviteLawyer, Seat::Holding, State::Open),
        step(State::Open, Event::InviteAuthority, Seat::Holding, State::Open)
            .needing(&[Need::Authority, Need::Consent]),
        step(State::Open, Event::InviteReceiver, Seat::Holding, State::Open).needing(&[Need::NoClaim, Need::Consent]),
        step(State::Open, Event::InviteReceiver, Seat::SendingLiaison, State::Open)
            .needing(&[Need::NoClaim, Need::Consent]),
        step(State::Open, Event::InviteLiaison, Seat::Holding, State::Open).needing(&[
            Need::NoClaim,
            Need::Liaison,
            Need::Consent,
        ]),
        step(State::Open, Event::InviteLiaison, Seat::SendingLiaison, State::Open).needing(&[
            Need::NoClaim,
            Need::Liaison,
            Need::Consent,
        ]),
        step(State::Open, Event::Propose, Seat::SendingLiaison, State::Scheduled).needing(PROPOSED_ON),
        step(State::Open, Event::Propose, Seat::Holding, State::Scheduled).needing(PROPOSED_BETWEEN_ORGANIZATIONS),
        refuse_there(State::Open),
        refuse_at_home(State::Open),
        withdraw(State::Open, Seat::Holding),
        withdraw(State::Open, Seat::Lawyer),
        withdraw(State::Open, Seat::Receiving),
        withdraw(State::Open, Seat::SendingLiaison),
        withdraw_at_home(State::Open),
        step(State::Open, Event::FindAlternative, Seat::Holding, State::Alternative)
            .needing(&[Need::NotANational])
            .because(OTHERWISE),
        step(State::Open, Event::Cancel, Seat::Holding, State::Cancelled).because(MISTAKEN),
        step(State::Scheduled, Event::Propose, Seat::SendingLiaison, State::Scheduled).needing(PROPOSED_ON),
        step(State::Scheduled, Event::Propose, Seat::Holding, State::Scheduled).needing(PROPOSED_BETWEEN_ORGANIZATIONS),
        step(State::Scheduled, Event::Arrange, Seat::Holding, State::Scheduled).needing(&[Need::NoClaim]),
        step(State::Scheduled, Event::Confirm, Seat::Receiving, State::Scheduled).needing(&[Need::NoClaim]),
        step(State::Scheduled, Event::Confirm, Seat::ReceivingLiaison, State::Scheduled).needing(HOME),
        step(State::Scheduled, Event::CallOff, Seat::Holding, State::Open).because(&[
            Reason::DateChanged,
            Reason::BorderClosed,
            Reason::DocumentExpired,
            Reason::Medical,
            Reason::RiskFound,
            Reason::WitnessFear,
            Reason::ConsentPaused,
            Reason::CourtOrdered,
            Reason::ProtectionClaim,
        ]),
        call_off(Seat::SendingLiaison),
        call_off(Seat::Receiving),
        call_off(Seat::ReceivingLiaison).needing(HOME),
        Step::new(State::Scheduled, Event::CallOff, By::Clock, State::Open).because(&[Reason::DocumentExpired]),
        step(State::Scheduled, Event::Depart, Seat::Holding, State::InTransit).needing(SET_OUT),
        refuse_there(State::Scheduled),
        refuse_at_home(State::Scheduled),
        withdraw(State::Scheduled, Seat::Holding),
        withdraw(State::Scheduled, Seat::Lawyer),
        withdraw(State::Scheduled, Seat::Receiving),
        withdraw(State::Scheduled, Seat::SendingLiaison),
        withdraw_at_home(State::Scheduled),
        step(State::Scheduled, Event::Cancel, Seat::Holding, State::Cancelled).because(MISTAKEN),
        step(State::InTransit, Event::Sign, Seat::Holding, State::SignedBySender).needing(GATE),
        step(State::InTransit, Event::Sign, Seat::SendingLiaison, State::SignedBySender).needing(GATE),
        step(State::InTransit, Event::Sign, Seat::Receiving, State::SignedByReceiver).needing(GATE),
        step(State::InTransit, Event::Sign, Seat::ReceivingLiaison, State::SignedByReceiver).needing(SIGNED_AT_HOME),
        step(State::InTransit, Event::TurnBack, Seat::Holding, State::Open).because(TURNED_BACK),
        step(State::InTransit, Event::TurnBack, Seat::SendingLiaison, State::Open).because(TURNED_BACK),
        withdraw(State::InTransit, Seat::Holding),
        withdraw(State::InTransit, Seat::Lawyer),
        withdraw(State::InTransit, Seat::Receiving),
        withdraw(State::InTransit, Seat::SendingLiaison),
        withdraw_at_home(State::InTransit),
        step(State::SignedBySender, Event::Sign, Seat::Receiving, State::HandedOver),
        step(State::SignedBySender, Event::Sign, Seat::ReceivingLiaison, State::HandedOver).needing(HOME),
        step(State::SignedBySender, Event::TurnBack, Seat::Holding, State::Open).because(TURNED_BACK),
        withdraw(State::SignedBySender, Seat::Holding),
        withdraw(State::SignedBySender, Seat::Lawyer),
        withdraw(State::SignedBySender, Seat::Receiving),
        withdraw(State::SignedBySender, Seat::SendingLiaison),
        withdraw_at_home(State::SignedBySender),
        step(State::SignedByReceiver, Event::Sign, Seat::Holding, State::HandedOver),
        step(State::SignedByReceiver, Event::Sign, Seat::SendingLiaison, State::HandedOver),
        withdraw(State::SignedByReceiver, Seat::Holding),
        withdraw(State::SignedByReceiver, Seat::Lawyer),
        withdraw(State::SignedByReceiver, Seat::Receiving),
        withdraw(State::SignedByReceiver, Seat::SendingLiaison),
        withdraw_at_home(State::SignedByReceiver),
        step(State::HandedOver, Event::Receive, Seat::Receiving, State::Received),
        place(State::Received),
        end(State::Received),
        place(State::Placed),
        step(State::Placed, Event::FollowUp, Seat::Receiving, State::FollowUp),
        end(State::Placed),
        place(State::FollowUp),
        step(State::FollowUp, Event::Complete, Seat::Receiving, State::Closed)
            .needing(&[Need::VisitsDone])
            .because(&[Reason::Settled]),
        end(State::FollowUp),
        step(State::Refused, Event::Appeal, Seat::Holding, State::Open),
        step(State::Refused, Event::Appeal, Seat::Lawyer, State::Open),
        step(State::Refused, Event::FindAlternative, Seat::Holding, State::Alternative).because(OTHERWISE),
        withdraw(State::Refused, Seat::Holding),
        withdraw(State::Refused, Seat::Lawyer),
        withdraw(State::Refused, Seat::Receiving),
        withdraw(State::Refused, Seat::SendingLiaison),
        withdraw_at_home(State::Refused),
        step(State::Alternative, Event::Complete, Seat::Holding, State::Closed).because(OTHERWISE),
    ];

    fn category(state: State) -> Option<Category> {
        match state {
            State::Draft
            | State::Open
            | State::Scheduled
            | State::SignedBySender
            | State::SignedByReceiver
            | State::HandedOver
            | State::Received
            | State::Placed
            | State::FollowUp
            | State::Closed => None,
            State::InTransit => Some(Category::CurrentLocation),
            State::Withdrawn => Some(Category::Services),
            State::Refused => Some(Category::Legal),
            State::Alternative => Some(Category::Immigration),
            State::Cancelled => Some(Category::CaseReference),
        }
    }

    /// A word that is true and says less: on the road is arranged, taken back is over, refused is not over.
    fn cover(state: State) -> State {
        match state {
            State::InTransit => State::Scheduled,
            State::Withdrawn | State::Cancelled => State::Closed,
            State::Refused | State::Alternative => State::Open,
            shown => shown,
        }
    }

    fn clock(state: State) -> Option<ClockKind> {
        match state {
            State::InTransit => Some(ClockKind::Arrival),
            State::SignedBySender | State::SignedByReceiver => Some(ClockKind::SecondSignature),
            _ => None,
        }
    }
}

/// What she sets out on: the gate, and a plan that everybody confirmed.
const SET_OUT: &[Need] = &with::<{ GATE.len() + 2 }>(GATE, &[Need::Planned, Need::PlanConfirmed]);
/// What the government of the state of origin signs on.
const SIGNED_AT_HOME: &[Need] = &with::<{ GATE.len() + 1 }>(GATE, &[Need::Liaison]);

/// Two lists as one.
const fn with<const N: usize>(first: &[Need], second: &[Need]) -> [Need; N] {
    let mut all = [Need::NoClaim; N];
    let mut rest: (&[Need], &[Need]) = (first, second);
    let mut slots: &mut [Need] = &mut all;
    while let [slot, more @ ..] = slots {
        rest = match rest {
            ([need, others @ ..], second) => {
                *slot = *need;
                (others, second)
            }
            ([], [need, others @ ..]) => {
                *slot = *need;
                (&[], others)
            }
            ([], []) => (&[], &[]),
        };
        slots = more;
    }
    all
}

impl State {
    /// Whether the handover is not signed by both sides yet: until then she can withdraw, and a claim counts.
    #[must_use]
    pub const fn is_before_handover(self) -> bool {
        match self {
            Self::Draft
            | Self::Open
            | Self::Scheduled
            | Self::InTransit
            | Self::SignedBySender
            | Self::SignedByReceiver
            | Self::Refused => true,
            Self::HandedOver
            | Self::Received
            | Self::Placed
            | Self::FollowUp
            | Self::Closed
            | Self::Withdrawn
            | Self::Alternative
            | Self::Cancelled => false,
        }
    }

    /// Whether a new attempt may be linked to a request in this state: it must be over, or refused.
    #[must_use]
    pub const fn may_be_followed(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn | Self::Refused | Self::Alternative | Self::Cancelled)
    }

    /// Whether the tracks move: while the request is open, and for what is still missing once a date is proposed.
    #[must_use]
    pub const fn moves_tracks(self) -> bool {
        matches!(self, Self::Open | Self::Scheduled)
    }
}
