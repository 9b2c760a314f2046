//! What is there: the one place where a need is met or not. A store reads the facts of a request once, asks
//! [`Facts::met`] once, and hands the answer to every step and every list of possible steps.

use sangam_vocabulary::{Code, Instant};

use crate::repatriation::corridor::Way;
use crate::repatriation::handover::{Gate, Plan};
use crate::repatriation::{Need, papers, placement, request, screening, verification};

/// The hold that somebody wants to let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letting {
    /// Since when it is in force.
    pub from: Instant,
    /// Whether the hearing it is tied to is over, or the court released her; false where no hearing is named.
    pub hearing_over: bool,
}

/// Everything a need may look at. The store keeps each; nothing here names anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// What the gate looks at, its day among it: now, the planned hour when she sets out, the memo's day when it is
    /// signed.
    pub gate: Gate<'a>,
    /// The corridor and its two countries.
    pub way: Way<'a>,
    /// Where the request stands.
    pub request: request::State,
    /// Whether whoever takes this step declares that she was asked apart from police; false for every other step.
    pub apart_from_police: bool,
    /// When the risk was last assessed.
    pub risk_assessed: Option<Instant>,
    /// Whether a note says that returning is in the child's best interest.
    pub best_interest: bool,
    /// Whether a government liaison of the state of origin has a seat.
    pub liaison_seated: bool,
    /// The plan for the handover that stands.
    pub plan: Option<Plan>,
    /// Whether the receiving side's authority agreed to where the child will live.
    pub child_placed: bool,
    /// Whether the follow-up visits that were agreed are done.
    pub visits_done: bool,
    /// The hold this step would let go; absent for every other step.
    pub letting: Option<Letting>,
}

impl Facts<'_> {
    /// Every need that is met.
    #[must_use]
    pub fn met(&self) -> Vec<Need> {
        Need::ALL.iter().copied().filter(|need| self.has(*need)).collect()
    }

    /// Whether a need is met.
    #[must_use]
    pub fn has(&self, need: Need) -> bool {
        let gate = &self.gate;
        let is_child = gate.age.minor_rules(gate.day);
        match need {
            Need::NoClaim
            | Need::Consent
            | Need::Verified
            | Need::PapersValid
            | Need::Ordered
            | Need::NoCourtHold
            | Need::NoVerificationHold
            | Need::NoPapersHold
            | Need::NoPlacementHold
            | Need::AssessedAfter
            | Need::AssessmentSigned
            | Need::WishAsked
            | Need::ChildOrder => gate.has(need) == Some(true),
            Need::Screened => gate.screening != screening::State::NotDone,
            Need::ApartFromPolice => self.apart_from_police,
            Need::BeforeHandover => self.request.is_before_handover(),
            Need::RiskAssessed => self.risk_assessed.is_some(),
            Need::BestInterest => !is_child || self.best_interest,
            Need::Receiver => gate.placement.has_receiver(),
            Need::Liaison => self.way.has_receiving_liaison(),
            Need::Authority => self.way.has_sending_liaison(),
            Need::NoLiaison => !self.liaison_seated,
            Need::BetweenOrganizations => self.way.is_between_organizations(),
            Need::HomeInvestigated => gate.investigated.is_some(),
            Need::NotANational => gate.verification == verification::State::NotANational,
            Need::TravelDocument => {
                matches!(gate.travel_document.state, papers::State::NotNeeded | papers::State::Issued)
            }
            Need::Planned => self.plan.is_some_and(|plan| plan.is_arranged()),
            Need::PlanConfirmed => self.plan.is_some_and(|plan| plan.is_confirmed()),
            Need::PlaceAgreed => gate.placement == placement::State::PlaceAgreed,
            Need::ChildPlaced => !is_child || self.child_placed,
            Need::VisitsDone => self.visits_done,
            // The court has not let her go while a hearing on record holds her, whatever is declared.
            Need::HearingOver => gate.hearing_holds.is_none() && self.letting.is_some_and(|hold| hold.hearing_over),
            Need::RiskReassessed => {
                self.letting.is_some_and(|hold| self.risk_assessed.is_some_and(|assessed| hold.from < assessed))
            }
            Need::WishHeard => {
                self.letting.is_some_and(|hold| gate.wish.is_some_and(|wish| wish.wants && hold.from < wish.asked))
            }
        }
    }
}
