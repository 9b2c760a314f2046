//! Whose turn it is in one part of a request: who is asked first when a clock of that part has run out. The board says
//! whose turn it is in the whole; a part that goes on beside what the board shows has a turn of its own.

use sangam_vocabulary::{Instant, Seat};

use super::{Now, View, board};
use crate::repatriation::corridor::ClockTrack;
use crate::repatriation::{Reason, papers, placement, screening, verification};

/// Whose turn it is in what a clock runs in, at an instant; nobody's where nothing more is to be done there.
#[must_use]
pub fn turn(view: &View<'_>, track: ClockTrack, at: Instant) -> Option<Seat> {
    if track == ClockTrack::Request {
        return board(view, at).turn;
    }
    let now = Now { view, gate: super::Gate { day: at, ..view.facts.gate } };
    now.holds(track, at).or_else(|| now.moves(track))
}

impl Now<'_> {
    /// Who can let go what holds a part up: the oldest hold first.
    fn holds(&self, track: ClockTrack, at: Instant) -> Option<Seat> {
        if matches!(self.gate.screening, screening::State::Claim | screening::State::NotSafeToAsk) {
            return Some(Seat::Holding);
        }
        let held = |hold: &&crate::repatriation::hold::Hold| track.tracks().iter().any(|part| hold.holds(*part, at));
        let oldest = self.gate.holds.iter().filter(held).min_by_key(|hold| (hold.from, hold.reason))?;
        Some(if oldest.reason == Reason::AddressUntraceable { Seat::Receiving } else { Seat::Holding })
    }

    /// Who takes the next step of a part that nothing holds up.
    fn moves(&self, track: ClockTrack) -> Option<Seat> {
        use verification::State as V;
        let paper = |state, issues| match state {
            papers::State::Refused => Some(Seat::Holding),
            papers::State::NotNeeded => None,
            _ => Some(issues),
        };
        match track {
            ClockTrack::Request => None,
            ClockTrack::Court => self.before_the_court().turn,
            ClockTrack::Verification => match self.gate.verification {
                V::NotAsked => Some(self.sending_side()),
                V::InProgress => Some(self.receiving_side()),
                V::HomeInvestigation => Some(Seat::Receiving),
                V::Investigated | V::Appealed => Some(self.government_of_origin()),
                V::Refused | V::NotANational => Some(Seat::Holding),
                V::Confirmed => None,
            },
            ClockTrack::TravelDocument => paper(self.gate.travel_document.state, self.government_of_origin()),
            ClockTrack::ExitClearance => paper(self.gate.exit_clearance.state, self.sending_side()),
            ClockTrack::Placement => match self.gate.placement {
                placement::State::SignedByReceiver => Some(Seat::Holding),
                placement::State::PlaceAgreed => None,
                _ => Some(Seat::Receiving),
            },
        }
    }
}
