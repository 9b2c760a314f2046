//! One service of a referral. A referral can ask for several, and the recipient answers each by itself; how far the
//! whole is, `referral.rs` says.

use sangam_vocabulary::{Category, Noun, Seat, codes};

use crate::flow;
use crate::flow::{By, Flow, Step};
use crate::referral::{DECLINE_REASONS, DeclineReason, Referral, State as ReferralState};

codes! {
    "Where one service of a referral stands."
    pub enum State as "ReferralServiceState" {
        Asked = "ASKED": "Asked for, and not answered.",
        Accepted = "ACCEPTED": "The recipient will give it.",
        Declined = "DECLINED": "The recipient will not give it, for a coded reason.",
        Given = "GIVEN": "It was given.",
    }
}

codes! {
    "What the recipient says of one service of a referral."
    pub enum Event as "ReferralServiceEvent" {
        Accept = "ACCEPT": "Promise to give it.",
        Decline = "DECLINE": "Say no to it, with a reason; also to what was promised and cannot be given after all.",
        Give = "GIVE": "Say that it was given.",
    }
}

codes! {
    "What the referral must be like for an answer about one of its services."
    pub enum Need {
        Open = "REFERRAL_OPEN": "The referral was sent and has not ended.",
        InProgress = "REFERRAL_IN_PROGRESS": "The recipient has begun to help.",
    }
}

/// The workflow of one service of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Service;

const fn step(from: State, event: Event, to: State) -> Step<Service> {
    Step::new(from, event, By::Seat(Seat::Recipient), to)
}

impl Flow for Service {
    const NAME: &'static str = "Service of a referral";
    const NOUN: Option<Noun> = Some(Noun::Referral);
    type State = State;
    type Event = Event;
    type By = By;
    type Need = Need;
    type Reason = DeclineReason;
    const STARTS: &'static [State] = &[State::Asked];
    const STEPS: &'static [Step<Self>] = &[
        step(State::Asked, Event::Accept, State::Accepted).needing(&[Need::Open]),
        step(State::Asked, Event::Decline, State::Declined).needing(&[Need::Open]).because(DECLINE_REASONS),
        step(State::Accepted, Event::Decline, State::Declined).needing(&[Need::Open]).because(DECLINE_REASONS),
        step(State::Accepted, Event::Give, State::Given).needing(&[Need::InProgress]),
    ];

    /// What was answered is as much about the person as the service itself.
    fn category(state: State) -> Option<Category> {
        (state != State::Asked).then_some(Category::Services)
    }

    fn cover(_: State) -> State {
        State::Asked
    }
}

/// What a referral in this state is to its services.
#[must_use]
pub fn met(referral: ReferralState) -> Vec<Need> {
    let open = referral != ReferralState::Draft && !flow::is_final::<Referral>(referral);
    let in_progress = referral == ReferralState::InProgress;
    [(Need::Open, open), (Need::InProgress, in_progress)]
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(need, _)| need)
        .collect()
}
