//! The state on the board: one word for a request and its tracks, whose turn it is, and since when. Derived, never
//! stored, and defined for everything that can be stored.

mod turn;

pub use turn::turn;

use sangam_vocabulary::{Category, Instant, Seat, codes};

use crate::repatriation::handover::Gate;
use crate::repatriation::{Facts, Need, Reason, court, papers, placement, request, screening, verification};

codes! {
    "Where a request stands on the board."
    pub enum BoardState as "RepatriationBoardState" {
        Draft = "DRAFT": "The holder prepares it.",
        Submitted = "SUBMITTED": "It is open; the verification is not asked for yet.",
        AuthorityReview = "AUTHORITY_REVIEW": "The court or the committee has not decided.",
        OrderRefused = "ORDER_REFUSED": "The court or the committee refused the order.",
        Ordered = "ORDERED": "The return is ordered; the verification is not asked for yet.",
        VerificationRequested = "VERIFICATION_REQUESTED": "The state of origin is asked.",
        HomeInvestigation = "HOME_INVESTIGATION": "Somebody looks for her home.",
        HomeInvestigated = "HOME_INVESTIGATED": "The home investigation is reported; the answer on her nationality is awaited.",
        NationalityConfirmed = "NATIONALITY_CONFIRMED": "Her nationality is confirmed; the travel document is awaited.",
        NationalityRefused = "NATIONALITY_REFUSED": "Her nationality was not confirmed.",
        NationalityAppealed = "NATIONALITY_APPEALED": "The state of origin looks at her nationality again.",
        NotANational = "NOT_A_NATIONAL": "The state does not take her as its national; another way is to be sought.",
        DocumentRefused = "DOCUMENT_REFUSED": "A paper was refused or taken back.",
        TravelDocumentIssued = "TRAVEL_DOCUMENT_ISSUED": "The travel document is there; the exit clearance is awaited.",
        PlacementAwaited = "PLACEMENT_AWAITED": "The papers are there; the return assessment or the place is awaited.",
        Ready = "READY": "A handover can be proposed.",
        HandoverScheduled = "HANDOVER_SCHEDULED": "A crossing and a date for the handover are proposed.",
        InTransit = "IN_TRANSIT": "She is on her way to the crossing.",
        SignatureAwaited = "SIGNATURE_AWAITED": "One side signed the handover.",
        HandedOver = "HANDED_OVER": "Both sides signed the handover.",
        Received = "RECEIVED": "The receiving organization has her in its care.",
        Placed = "PLACED": "She lives where it was agreed.",
        FollowUp = "FOLLOW_UP": "The receiving organization visits her.",
        Closed = "CLOSED": "It is over; also the covering word for an end that itself does not show.",
        Withdrawn = "WITHDRAWN": "She does not want to return.",
        Refused = "REFUSED": "A state said no.",
        AlternativeSolution = "ALTERNATIVE_SOLUTION": "Another way than returning is sought.",
        Cancelled = "CANCELLED": "It was opened by mistake.",
        OnHold = "ON_HOLD": "Something holds it up.",
        InProgress = "IN_PROGRESS": "It goes on; the covering word where the state itself does not show.",
    }
}

impl BoardState {
    /// The category the state belongs to.
    #[must_use]
    pub const fn category(self) -> Option<Category> {
        match self {
            Self::OrderRefused | Self::Ordered | Self::Refused => Some(Category::Legal),
            Self::NationalityConfirmed
            | Self::NationalityRefused
            | Self::NationalityAppealed
            | Self::NotANational
            | Self::AlternativeSolution => Some(Category::Immigration),
            Self::DocumentRefused | Self::TravelDocumentIssued => Some(Category::Documents),
            Self::InTransit => Some(Category::CurrentLocation),
            Self::Withdrawn => Some(Category::Services),
            Self::Cancelled => Some(Category::CaseReference),
            Self::Draft
            | Self::Submitted
            | Self::AuthorityReview
            | Self::VerificationRequested
            | Self::HomeInvestigation
            | Self::HomeInvestigated
            | Self::PlacementAwaited
            | Self::Ready
            | Self::HandoverScheduled
            | Self::SignatureAwaited
            | Self::HandedOver
            | Self::Received
            | Self::Placed
            | Self::FollowUp
            | Self::Closed
            | Self::OnHold
            | Self::InProgress => None,
        }
    }

    /// What is shown where the state's category is not: a word that is true and says less.
    #[must_use]
    pub const fn cover(self) -> Self {
        match self {
            Self::Withdrawn | Self::Cancelled => Self::Closed,
            Self::InTransit => Self::HandoverScheduled,
            covered if covered.category().is_some() => Self::InProgress,
            shown => shown,
        }
    }
}

/// Since when the request, the screening and each track stand where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The request.
    pub request: Instant,
    /// The screening.
    pub screening: Instant,
    /// The court track.
    pub court: Instant,
    /// The verification track.
    pub verification: Instant,
    /// The travel document.
    pub travel_document: Instant,
    /// The exit clearance.
    pub exit_clearance: Instant,
    /// The placement track.
    pub placement: Instant,
}

/// What the board looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View<'a> {
    /// The facts of the request.
    pub facts: Facts<'a>,
    /// Since when.
    pub since: Since,
    /// Whether a government liaison of the country she leaves has a seat.
    pub authority_seated: bool,
}

/// What the board shows of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Board {
    /// The state.
    pub state: BoardState,
    /// Whose turn it is; nobody's when it is over.
    pub turn: Option<Seat>,
    /// Since when it stands so.
    pub since: Instant,
    /// Why it is held up, with a category of its own.
    pub reason: Option<Reason>,
}

const fn shows(state: BoardState, turn: Seat, since: Instant) -> Board {
    Board { state, turn: Some(turn), since, reason: None }
}

const fn over(state: BoardState, since: Instant) -> Board {
    Board { state, turn: None, since, reason: None }
}

/// The state on the board, at an instant.
#[must_use]
pub fn board(view: &View<'_>, at: Instant) -> Board {
    use BoardState as B;
    use request::State as R;
    let now = Now { view, gate: Gate { day: at, ..view.facts.gate } };
    let since = view.since.request;
    match view.facts.request {
        R::Draft => shows(B::Draft, Seat::Holding, since),
        R::Open => now.held().unwrap_or_else(|| now.open()),
        R::Scheduled => now.held().unwrap_or_else(|| shows(B::HandoverScheduled, Seat::Receiving, since)),
        R::InTransit => now.held().unwrap_or_else(|| shows(B::InTransit, Seat::Receiving, since)),
        R::SignedBySender => shows(B::SignatureAwaited, Seat::Receiving, since),
        R::SignedByReceiver => shows(B::SignatureAwaited, Seat::Holding, since),
        R::HandedOver => shows(B::HandedOver, Seat::Receiving, since),
        R::Received => shows(B::Received, Seat::Receiving, since),
        R::Placed => shows(B::Placed, Seat::Receiving, since),
        R::FollowUp => shows(B::FollowUp, Seat::Receiving, since),
        R::Refused => shows(B::Refused, Seat::Holding, since),
        R::Alternative => shows(B::AlternativeSolution, Seat::Holding, since),
        R::Closed => over(B::Closed, since),
        R::Withdrawn => over(B::Withdrawn, since),
        R::Cancelled => over(B::Cancelled, since),
    }
}

/// A view at an instant: its gate is asked about that day.
struct Now<'a> {
    view: &'a View<'a>,
    gate: Gate<'a>,
}

impl Now<'_> {
    fn there(&self, need: Need) -> bool {
        self.gate.has(need) == Some(true)
    }

    /// What holds it up: a claim for protection before all else, then the oldest hold in force, a hearing's among them,
    /// then a paper that has run out.
    fn held(&self) -> Option<Board> {
        let (gate, since) = (&self.gate, &self.view.since);
        let hold =
            |reason, turn, since| Board { state: BoardState::OnHold, turn: Some(turn), since, reason: Some(reason) };
        if matches!(gate.screening, screening::State::Claim | screening::State::NotSafeToAsk) {
            return Some(hold(Reason::ProtectionClaim, Seat::Holding, since.screening));
        }
        if let Some((reason, from)) = gate.in_force().min_by_key(|(reason, from)| (*from, *reason)) {
            let turn = if reason == Reason::AddressUntraceable { Seat::Receiving } else { Seat::Holding };
            return Some(hold(reason, turn, from));
        }
        let papers = [
            (gate.travel_document, since.travel_document, self.government_of_origin()),
            (gate.exit_clearance, since.exit_clearance, self.sending_side()),
        ];
        papers.into_iter().find_map(|(paper, since, turn)| {
            paper.ran_out(since, gate.day).map(|ran_out| hold(Reason::DocumentExpired, turn, ran_out))
        })
    }

    /// An open request that nothing holds up: the first thing that is missing, in the order of domain.md 6.1.
    fn open(&self) -> Board {
        use BoardState as B;
        use verification::State as V;
        let since = &self.view.since;
        match self.gate.verification {
            V::NotAsked if !self.there(Need::Ordered) => self.before_the_court(),
            V::NotAsked if self.gate.court == court::State::Ordered => {
                shows(B::Ordered, self.sending_side(), since.court)
            }
            V::NotAsked => shows(B::Submitted, self.sending_side(), since.request),
            V::InProgress => shows(B::VerificationRequested, self.receiving_side(), since.verification),
            V::HomeInvestigation => shows(B::HomeInvestigation, Seat::Receiving, since.verification),
            V::Investigated => shows(B::HomeInvestigated, self.government_of_origin(), since.verification),
            V::Refused => shows(B::NationalityRefused, Seat::Holding, since.verification),
            V::Appealed => shows(B::NationalityAppealed, self.government_of_origin(), since.verification),
            V::NotANational => shows(B::NotANational, Seat::Holding, since.verification),
            // For a child an order from before the home investigation is none.
            V::Confirmed if !self.there(Need::Ordered) || !self.there(Need::ChildOrder) => self.before_the_court(),
            V::Confirmed => self.confirmed(),
        }
    }

    fn before_the_court(&self) -> Board {
        let since = self.view.since.court;
        if self.gate.court == court::State::Refused {
            shows(BoardState::OrderRefused, Seat::Holding, since)
        } else {
            shows(BoardState::AuthorityReview, self.sending_side(), since)
        }
    }

    fn confirmed(&self) -> Board {
        use BoardState as B;
        let (gate, since) = (&self.gate, &self.view.since);
        let both = since.verification.max(since.court);
        if gate.travel_document.state == papers::State::Refused {
            shows(B::DocumentRefused, Seat::Holding, since.travel_document)
        } else if gate.exit_clearance.state == papers::State::Refused {
            shows(B::DocumentRefused, Seat::Holding, since.exit_clearance)
        } else if !gate.travel_document.serves(gate.day) {
            shows(B::NationalityConfirmed, self.government_of_origin(), both)
        } else if !gate.exit_clearance.serves(gate.day) {
            shows(B::TravelDocumentIssued, self.sending_side(), both.max(since.travel_document))
        } else if gate.placement != placement::State::PlaceAgreed || !self.there(Need::AssessedAfter) {
            let signs = gate.placement == placement::State::SignedByReceiver;
            shows(B::PlacementAwaited, if signs { Seat::Holding } else { Seat::Receiving }, since.placement)
        } else {
            let papers = since.travel_document.max(since.exit_clearance);
            shows(B::Ready, self.sending_side(), both.max(papers).max(since.placement))
        }
    }

    /// Who acts in the country she leaves: the authority where it has a seat, else the holder.
    const fn sending_side(&self) -> Seat {
        if self.view.authority_seated { Seat::SendingLiaison } else { Seat::Holding }
    }

    /// Who is asked first in the country of origin: the organization that looks for her home, once there is one.
    const fn receiving_side(&self) -> Seat {
        if self.gate.placement.has_receiver() { Seat::Receiving } else { self.government_of_origin() }
    }

    /// Who answers for the state of origin: its liaison where it has a seat; the organization where the corridor leaves
    /// it to the organizations; else whoever has the answer on paper.
    const fn government_of_origin(&self) -> Seat {
        if self.view.facts.liaison_seated {
            Seat::ReceivingLiaison
        } else if self.view.facts.way.is_between_organizations() {
            Seat::Receiving
        } else {
            self.sending_side()
        }
    }
}
