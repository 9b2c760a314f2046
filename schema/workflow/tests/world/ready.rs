//! A request of which everything is there, for tests to take things away from.

use sangam_custody::Age;
use sangam_workflow::repatriation::corridor::Way;
use sangam_workflow::repatriation::handover::{Gate, Plan, Wish};
use sangam_workflow::repatriation::papers::Paper;
use sangam_workflow::repatriation::{Facts, Letting, court, papers, placement, request, screening, verification};

use crate::world::NOW;

/// An adult's request on the day of the handover: nothing is missing, and everybody is seated.
pub(crate) fn facts(way: Way<'_>) -> Facts<'_> {
    let permit = Paper { state: papers::State::Issued, valid: Some((NOW.plus_days(-40), NOW.plus_days(50))) };
    Facts {
        gate: Gate {
            hearing_holds: None,
            day: NOW,
            age: Age::Adult,
            screening: screening::State::NoClaim,
            consent: true,
            court: court::State::Ordered,
            ordered: Some(NOW.plus_days(-20)),
            verification: verification::State::Confirmed,
            investigated: Some(NOW.plus_days(-30)),
            travel_document: permit,
            exit_clearance: permit,
            placement: placement::State::PlaceAgreed,
            assessed: Some(NOW.plus_days(-10)),
            wish: Some(Wish { asked: NOW.plus_days(-3), wants: true }),
            holds: &[],
        },
        way,
        request: request::State::Scheduled,
        apart_from_police: true,
        risk_assessed: Some(NOW.plus_days(-4)),
        best_interest: true,
        liaison_seated: true,
        plan: Some(Plan {
            opens: NOW.plus_days(-1),
            closes: NOW.plus_days(1),
            hour: Some(NOW),
            receiving: true,
            receiving_liaison: Some(true),
        }),
        child_placed: true,
        visits_done: true,
        letting: Some(Letting { from: NOW.plus_days(-60), hearing_over: true }),
    }
}
