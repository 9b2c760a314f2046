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

/// Who is told at a stage, in each organization that has a seat in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The people on the team of the case; where nobody is on it, those whose role it is.
    Team,
    /// The administrators.
    Administrators,
}

/// One stage of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Who is told.
    pub told: Told,
    /// After how many hours the next stage is due; none: this is the last, and the clock stands.
    pub next_hours: Option<i64>,
}

/// What a clock that has run out does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOut {
    /// The clock takes the step that the record's table has for it.
    Step,
    /// Somebody is told, stage by stage; the record stands where it stood.
    Escalates(Firmness),
}

/// What a clock of a kind does when it has run out: no record ends by a clock that nobody decided on. Of a corridor's
/// clock the corridor says how firm it is.
#[must_use]
pub const fn runs_out(kind: ClockKind) -> RunsOut {
    match kind {
        ClockKind::AnswerBy | ClockKind::Recall | ClockKind::PaperValidity => RunsOut::Step,
        // Nobody arrived, or one side alone says that somebody did: there is no alarm more pressing.
        ClockKind::Arrival | ClockKind::SecondSignature => RunsOut::Escalates(Firmness::Limit),
        ClockKind::Corridor | ClockKind::Review | ClockKind::SearchReview => RunsOut::Escalates(Firmness::Target),
    }
}

const fn rung(told: Told, next_hours: Option<i64>) -> Rung {
    Rung { told, next_hours }
}

const LIMIT: &[Rung] = &[
    rung(Told::Team, Some(24)),
    rung(Told::Administrators, Some(24)),
    rung(Told::Administrators, Some(24)),
    rung(Told::Administrators, None),
];
const REPORTED: &[Rung] =
    &[rung(Told::Team, Some(72)), rung(Told::Administrators, Some(72)), rung(Told::Administrators, None)];
const TARGET: &[Rung] = &[rung(Told::Team, Some(7 * 24)), rung(Told::Administrators, None)];

/// Who is told at which stage, the first one first: of a limit that has passed soon and often, of a target twice.
#[must_use]
pub const fn ladder(firmness: Firmness) -> &'static [Rung] {
    match firmness {
        Firmness::Limit => LIMIT,
        Firmness::Reported => REPORTED,
        Firmness::Target => TARGET,
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Code as _;

    use super::{Firmness, RunsOut, Told, ladder, runs_out};
    use crate::clock::ClockKind;

    #[test]
    fn every_ladder_begins_with_the_team_goes_up_and_ends() {
        for firmness in Firmness::ALL {
            let rungs = ladder(*firmness);
            assert_eq!(rungs.first().map(|rung| rung.told), Some(Told::Team), "{firmness}");
            assert_eq!(rungs.last().map(|rung| (rung.told, rung.next_hours)), Some((Told::Administrators, None)));
            assert!(
                rungs.iter().rev().skip(1).all(|rung| rung.next_hours.is_some_and(|hours| hours > 0)),
                "{firmness}"
            );
        }
        let first = |firmness| ladder(firmness)[0].next_hours;
        assert!(
            first(Firmness::Limit) < first(Firmness::Reported) && first(Firmness::Reported) < first(Firmness::Target)
        );
    }

    #[test]
    fn an_unanswered_referral_a_silent_recall_and_a_paper_end_by_their_clocks_and_nothing_else() {
        let steps = ClockKind::ALL.iter().filter(|kind| runs_out(**kind) == RunsOut::Step);
        let steps: Vec<_> = steps.copied().collect();
        assert_eq!(steps, [ClockKind::AnswerBy, ClockKind::PaperValidity, ClockKind::Recall]);
        assert_eq!(runs_out(ClockKind::Arrival), RunsOut::Escalates(Firmness::Limit), "an alarm");
    }
}
