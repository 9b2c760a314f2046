//! What happens when a clock has run out: the step that the clock takes, or who is told at which stage. Data; what a
//! stage does is done by the store in the savepoint in which the clock is read again.

use sangam_vocabulary::codes;

use crate::clock::ClockKind;

codes! {
    "How firm the time is that a clock measures (domain 6.1: it is a limit only where the text was read)."
    pub enum Firmness {
        Limit = "LIMIT": "A text that was read sets it.",
        Reported = "REPORTED": "Somebody reported it; the text was not read.",
        Target = "TARGET": "What the hub aims at.",
    }
}

/// Who of an organization is told at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The people on the team of the case; where nobody is on it, those whose role it is.
    Team,
    /// The administrators.
    Administrators,
}

/// Whom a stage reaches. Whoever does not look passes it on to her deputy, and then to her administrators
/// (`notice.rs`): a stage need not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Whoever's turn it is; every organization with a seat in the record where the record does not say whose.
    Turn(Told),
    /// Every organization with a seat in the record.
    Everybody(Told),
    /// The hub's operator: the clock stands in the operator's list until it stops.
    Operator,
}

/// One stage of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Who is told.
    pub reach: Reach,
    /// After how many hours the next stage is due; none: this is the last, and the clock stands.
    pub next_hours: Option<i64>,
}

/// What a clock that has run out does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOut {
    /// The clock takes the step that the record's table has for it.
    Step,
    /// Everybody is told at once, and the record stands where it stood: somebody may be in danger.
    Alarms,
    /// Whoever's turn it is is told, stage by stage, then others; the record stands where it stood.
    Escalates(Firmness),
}

/// What a clock of a kind does when it has run out: no record ends by a clock that nobody decided on. Of a corridor's
/// clock the corridor says how firm it is.
#[must_use]
pub const fn runs_out(kind: ClockKind) -> RunsOut {
    match kind {
        ClockKind::AnswerBy | ClockKind::Recall | ClockKind::PaperValidity => RunsOut::Step,
        // Nobody arrived, or one side alone says that somebody did: there is no alarm more pressing.
        ClockKind::Arrival | ClockKind::SecondSignature => RunsOut::Alarms,
        ClockKind::Corridor | ClockKind::Review | ClockKind::SearchReview | ClockKind::EmergencyReview => {
            RunsOut::Escalates(Firmness::Target)
        }
    }
}

const fn rung(reach: Reach, next_hours: Option<i64>) -> Rung {
    Rung { reach, next_hours }
}

const DAY: Option<i64> = Some(24);
const THREE_DAYS: Option<i64> = Some(72);
const WEEK: Option<i64> = Some(7 * 24);

/// After two days without an answer the operator can telephone; administrators of both sides are told once more.
const ALARM: &[Rung] = &[
    rung(Reach::Everybody(Told::Team), DAY),
    rung(Reach::Everybody(Told::Administrators), DAY),
    rung(Reach::Operator, DAY),
    rung(Reach::Everybody(Told::Administrators), None),
];
const LIMIT: &[Rung] = &[
    rung(Reach::Turn(Told::Team), DAY),
    rung(Reach::Turn(Told::Administrators), DAY),
    rung(Reach::Everybody(Told::Administrators), DAY),
    rung(Reach::Operator, None),
];
const REPORTED: &[Rung] = &[
    rung(Reach::Turn(Told::Team), THREE_DAYS),
    rung(Reach::Turn(Told::Administrators), THREE_DAYS),
    rung(Reach::Everybody(Told::Administrators), THREE_DAYS),
    rung(Reach::Operator, None),
];
/// What only the hub aims at is nobody else's to hear of: others are not told.
const TARGET: &[Rung] =
    &[rung(Reach::Turn(Told::Team), WEEK), rung(Reach::Turn(Told::Administrators), WEEK), rung(Reach::Operator, None)];

impl RunsOut {
    /// Who is told at which stage, the first one first: of a limit that has passed soon and often, of a target twice.
    /// A clock that takes a step has no stages.
    #[must_use]
    pub const fn ladder(self) -> &'static [Rung] {
        match self {
            Self::Step => &[],
            Self::Alarms => ALARM,
            Self::Escalates(Firmness::Limit) => LIMIT,
            Self::Escalates(Firmness::Reported) => REPORTED,
            Self::Escalates(Firmness::Target) => TARGET,
        }
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Code as _;

    use super::{Firmness, Reach, RunsOut, Told, runs_out};
    use crate::clock::ClockKind;

    #[test]
    fn every_ladder_begins_with_a_team_goes_up_reaches_the_operator_and_ends() {
        let firm = Firmness::ALL.iter().map(|firmness| RunsOut::Escalates(*firmness));
        for runs_out in firm.chain([RunsOut::Alarms]) {
            let rungs = runs_out.ladder();
            let reaches: Vec<_> = rungs.iter().map(|rung| rung.reach).collect();
            // Only an alarm tells everybody first; whoever's turn it is has a week, three days or one to itself.
            let (team, heads) = match runs_out {
                RunsOut::Alarms => (Reach::Everybody(Told::Team), Reach::Everybody(Told::Administrators)),
                _ => (Reach::Turn(Told::Team), Reach::Turn(Told::Administrators)),
            };
            assert_eq!(reaches[..2], [team, heads], "{runs_out:?}");
            assert_eq!(reaches.iter().filter(|reach| **reach == Reach::Operator).count(), 1, "{runs_out:?}");
            assert_eq!(rungs.last().unwrap().next_hours, None);
            let waits = |hours: Option<i64>| hours.is_some_and(|hours| hours > 0);
            assert!(rungs.iter().rev().skip(1).all(|rung| waits(rung.next_hours)), "{runs_out:?}");
        }
        let first = |firmness| RunsOut::Escalates(firmness).ladder()[0].next_hours;
        let (day, three, week) = (Some(24), Some(72), Some(168));
        assert_eq!([Firmness::Limit, Firmness::Reported, Firmness::Target].map(first), [day, three, week]);
        assert!(RunsOut::Step.ladder().is_empty());
    }

    #[test]
    fn an_unanswered_referral_a_silent_recall_and_a_paper_end_by_their_clocks_and_nothing_else() {
        let steps = ClockKind::ALL.iter().filter(|kind| runs_out(**kind) == RunsOut::Step);
        let steps: Vec<_> = steps.copied().collect();
        assert_eq!(steps, [ClockKind::AnswerBy, ClockKind::PaperValidity, ClockKind::Recall]);
        assert_eq!(runs_out(ClockKind::Arrival), RunsOut::Alarms);
    }
}
