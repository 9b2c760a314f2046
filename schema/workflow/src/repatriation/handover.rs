//! The handover: the one gate before it, and who sees of it what when.

use sangam_custody::Age;
use sangam_vocabulary::{Instant, Seat, codes};

use crate::repatriation::hold::Hold;
use crate::repatriation::papers::Paper;
use crate::repatriation::{Need, Reason, Track, court, placement, screening, verification};

/// How long her wish counts, in days: she is asked again within the fortnight before the handover (DESIGN §5).
pub const WISH_DAYS: i64 = 14;
/// From how long before the handover its participants see the hour and the escort: 72 hours (DESIGN §5), what it takes
/// to send somebody to the border and no more.
pub const SHOWN_BEFORE_MILLIS: i64 = 72 * 3_600_000;
/// Until how long after: a day, for whoever is late.
pub const SHOWN_AFTER_MILLIS: i64 = 24 * 3_600_000;
/// How long one side's signature stands alone before it alarms: a day (DESIGN §5).
pub const SECOND_SIGNATURE_MILLIS: i64 = 24 * 3_600_000;
/// How long after the hour nobody has arrived before it alarms: twelve hours (DESIGN §5).
pub const ARRIVAL_MILLIS: i64 = 12 * 3_600_000;

/// What she said when she was asked whether she wants to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// When she was asked last.
    pub asked: Instant,
    /// Whether she wants to go.
    pub wants: bool,
}

/// What the gate looks at. The day is the one of the handover: the planned one when she sets out, and the one in the
/// memo when it is signed, which may be later than the handover itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate<'a> {
    /// The day of the handover.
    pub day: Instant,
    /// What is known of her age.
    pub age: Age,
    /// The screening.
    pub screening: screening::State,
    /// Whether consent to the repatriation stands.
    pub consent: bool,
    /// The court track.
    pub court: court::State,
    /// When the order that stands was made.
    pub ordered: Option<Instant>,
    /// The verification track.
    pub verification: verification::State,
    /// When the last home investigation was reported.
    pub investigated: Option<Instant>,
    /// The travel document.
    pub travel_document: Paper,
    /// The exit clearance.
    pub exit_clearance: Paper,
    /// The placement track.
    pub placement: placement::State,
    /// When the return assessment that stands was made.
    pub assessed: Option<Instant>,
    /// What she said last.
    pub wish: Option<Wish>,
    /// Every hold there ever was.
    pub holds: &'a [Hold],
    /// Since when a hearing on record holds her here, the earliest of those that do, whatever the day: a court that says
    /// so after the day in a memo is heard too.
    pub hearing_holds: Option<Instant>,
}

/// What the gate asks for, in the order in which a refusal lists it.
pub const GATE: &[Need] = &[
    Need::NoClaim,
    Need::Consent,
    Need::Verified,
    Need::PapersValid,
    Need::Ordered,
    Need::NoCourtHold,
    Need::NoVerificationHold,
    Need::NoPapersHold,
    Need::NoPlacementHold,
    Need::AssessedAfter,
    Need::AssessmentSigned,
    Need::WishAsked,
    Need::ChildOrder,
];

/// The gate: everything that must be there before she is handed over.
///
/// # Errors
/// Every need that is not met, in the order of [`GATE`].
pub fn handover(gate: &Gate<'_>) -> Result<(), Vec<Need>> {
    let missing: Vec<_> = GATE.iter().copied().filter(|need| gate.has(*need) != Some(true)).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

impl Gate<'_> {
    /// Whether a need of the gate, or one that looks at the same facts, is met; `None` for a need the gate knows nothing
    /// of.
    pub(crate) fn has(&self, need: Need) -> Option<bool> {
        Some(match need {
            Need::NoClaim => self.screening == screening::State::NoClaim,
            Need::Consent => self.consent,
            Need::Verified => self.verification == verification::State::Confirmed,
            Need::PapersValid => self.travel_document.serves(self.day) && self.exit_clearance.serves(self.day),
            Need::Ordered => matches!(self.court, court::State::Ordered | court::State::NotNeeded),
            Need::NoCourtHold => !self.stands_still(Track::Court),
            Need::NoVerificationHold => !self.stands_still(Track::Verification),
            Need::NoPapersHold => !self.stands_still(Track::Papers),
            Need::NoPlacementHold => !self.stands_still(Track::Placement),
            Need::AssessedAfter => self.assessed.is_some_and(|made| self.is_after_the_investigation(made)),
            Need::AssessmentSigned => self.placement.is_signed(),
            Need::WishAsked => self.wish.is_some_and(|wish| wish.wants && self.is_recent(wish.asked)),
            Need::ChildOrder => !self.age.minor_rules(self.day) || self.is_ordered_after_the_investigation(),
            _ => return None,
        })
    }

    /// Whether a track stands still: for a hold of it in force on the day, or for a hearing that holds her.
    #[must_use]
    pub fn stands_still(&self, track: Track) -> bool {
        (track == Track::Court && self.hearing_holds.is_some())
            || self.holds.iter().any(|hold| hold.holds(track, self.day))
    }

    /// Every reason for which something of the request stands still on the day, each with since when; a hearing that
    /// holds her for its own sake like a hold that waits for her testimony.
    pub fn in_force(&self) -> impl Iterator<Item = (Reason, Instant)> + '_ {
        let holds = self.holds.iter().filter(|hold| hold.is_in_force(self.day)).map(|hold| (hold.reason, hold.from));
        holds.chain(self.hearing_holds.map(|since| (Reason::Testimony, since)))
    }

    /// One made in the same moment is not made after it.
    fn is_after_the_investigation(&self, made: Instant) -> bool {
        self.investigated.is_some_and(|investigated| investigated < made)
    }

    fn is_ordered_after_the_investigation(&self) -> bool {
        self.court == court::State::Ordered
            && self.ordered.is_some_and(|ordered| self.is_after_the_investigation(ordered))
    }

    /// Asked on the day or in the fortnight before it.
    fn is_recent(&self, asked: Instant) -> bool {
        asked <= self.day && self.day <= asked.plus_days(WISH_DAYS)
    }
}

/// A plan for the handover: a window of days, and the hour once it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// When the first of the proposed days begins.
    pub opens: Instant,
    /// When the last of them is over.
    pub closes: Instant,
    /// The hour, once it and the escort are written down.
    pub hour: Option<Instant>,
    /// Whether the receiving organization confirmed.
    pub receiving: bool,
    /// Whether the government liaison of the state of origin confirmed; `None` where it has no seat.
    pub receiving_liaison: Option<bool>,
}

impl Plan {
    /// Whether everybody who must confirm did: the receiving organization, and the liaison where it has a seat.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.receiving && self.receiving_liaison != Some(false)
    }

    /// Whether an hour is written down and lies in the proposed days.
    #[must_use]
    pub fn is_arranged(&self) -> bool {
        self.hour.is_some_and(|hour| self.opens <= hour && hour < self.closes)
    }

    /// The instants between which participants see the hour and the escort, and between which a row of law that is
    /// silent in the handover window is silent. Empty until the hour is written down.
    #[must_use]
    pub fn window(&self) -> Option<(Instant, Instant)> {
        self.hour.map(|hour| (hour.plus_millis(-SHOWN_BEFORE_MILLIS), hour.plus_millis(SHOWN_AFTER_MILLIS)))
    }
}

codes! {
    "A part of a plan for the handover."
    pub enum Part as "HandoverPart" {
        Crossing = "CROSSING": "The crossing and the days.",
        Hour = "HOUR": "The hour and the escort.",
    }
}

/// Whether a seat sees a part of a plan at an instant. The crossing and the days show to those who propose and confirm;
/// the hour and the escort to the participants in the window only. The holder wrote both down and always sees them. Of
/// the state of origin nobody sees anything without a screening that found no claim.
#[must_use]
pub fn shows(part: Part, seat: Seat, plan: &Plan, screening: screening::State, at: Instant) -> bool {
    let takes_part = match seat {
        Seat::Owner | Seat::Holding | Seat::SendingLiaison => true,
        Seat::Receiving | Seat::ReceivingLiaison => screening == screening::State::NoClaim,
        Seat::Sender | Seat::Recipient | Seat::Source | Seat::Finder | Seat::Lawyer | Seat::Contributor => false,
    };
    takes_part
        && match part {
            Part::Crossing => true,
            Part::Hour if matches!(seat, Seat::Owner | Seat::Holding) => true,
            Part::Hour => plan.window().is_some_and(|(from, until)| from <= at && at < until),
        }
}

/// Whether a memo may name a day: not before she set out and not after now, or the gate could be asked about a day that
/// suits.
#[must_use]
pub fn may_be_the_day(day: Instant, set_out: Instant, now: Instant) -> bool {
    set_out <= day && day <= now
}
