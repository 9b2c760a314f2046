//! What a step of a request to bring somebody home asks of whoever takes it, read from the tables that judge it: for
//! pages, which have to name the reasons before the step is taken. `canDo`, `canHold` and `canRelease` say whether it can
//! be taken at all.

use sangam_vocabulary::{Code, Country, Seat};
use sangam_workflow::flow::{By, Flow};
use sangam_workflow::referral::DECLINE_REASONS;
use sangam_workflow::repatriation::Reason;
use sangam_workflow::repatriation::court::Court;
use sangam_workflow::repatriation::hold::{self, Holding};
use sangam_workflow::repatriation::papers::{ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::Placement;
use sangam_workflow::repatriation::record::{Crossing, Escort, Noted, Signatory};
use sangam_workflow::repatriation::request::{self, Request};
use sangam_workflow::repatriation::screening::Screening;
use sangam_workflow::repatriation::verification::Verification;

/// The reasons with which somebody in a seat takes a step, by code; none where it asks for none. `part` is the field of
/// `StepRepatriationInput` that takes the step, and `state` where that part stands, or nothing for a hold.
#[must_use]
pub fn reasons(part: &str, state: &str, event: &str, seat: Seat) -> Vec<&'static str> {
    match part {
        "request" => of::<Request>(state, event, seat),
        "screening" => of::<Screening>(state, event, seat),
        "court" => of::<Court>(state, event, seat),
        "verification" => of::<Verification>(state, event, seat),
        "travelDocument" => of::<TravelDocument>(state, event, seat),
        "exitClearance" => of::<ExitClearance>(state, event, seat),
        "placement" => of::<Placement>(state, event, seat),
        _ => Vec::new(),
    }
}

fn of<F: Flow<By = By, Reason = Reason>>(state: &str, event: &str, seat: Seat) -> Vec<&'static str> {
    let row = F::STEPS
        .iter()
        .find(|step| step.from.code() == state && step.event.code() == event && step.by == By::Seat(seat));
    row.into_iter().flat_map(|step| step.reasons).map(|reason| reason.code()).collect()
}

/// By which step somebody in a seat holds a request up for a reason; `None` where the seat does not.
#[must_use]
pub fn hold_for(reason: &str, seat: Seat) -> Option<&'static str> {
    let begins = |step: &&sangam_workflow::flow::Step<Holding>| {
        step.from == hold::State::New
            && step.by == By::Seat(seat)
            && step.reasons.iter().any(|known| known.code() == reason)
    };
    Holding::STEPS.iter().find(begins).map(|step| step.event.code())
}

/// What somebody in a seat may put on record for a request, by code.
#[must_use]
pub fn notes(seat: Seat) -> Vec<&'static str> {
    Noted::ALL.iter().filter(|note| note.is_for(seat)).map(|note| note.code()).collect()
}

/// Where somebody can be handed over, by code.
#[must_use]
pub fn crossings() -> Vec<&'static str> {
    codes::<Crossing>()
}

/// Who can go with her, by code.
#[must_use]
pub fn escorts() -> Vec<&'static str> {
    codes::<Escort>()
}

/// Who signs a memo of the handover, by code.
#[must_use]
pub fn signatories() -> Vec<&'static str> {
    codes::<Signatory>()
}

/// Where a request can stand, by code.
#[must_use]
pub fn request_states() -> Vec<&'static str> {
    codes::<request::State>()
}

/// Why a referral is declined, by code: the reasons that somebody who reads it can have.
#[must_use]
pub fn decline_reasons() -> Vec<&'static str> {
    DECLINE_REASONS.iter().map(|reason| reason.code()).collect()
}

fn codes<C: Code>() -> Vec<&'static str> {
    C::ALL.iter().map(|code| code.code()).collect()
}

/// How far a country's clocks are from UTC, in minutes, for pages that tell an hour.
#[must_use]
pub const fn offset_minutes(country: Country) -> i64 {
    sangam_workflow::notice::offset_minutes(country)
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Seat;

    use super::{hold_for, notes, reasons};

    #[test]
    fn a_step_names_the_reasons_of_its_row_and_no_other() {
        let refuse = |seat| reasons("request", "OPEN", "REFUSE", seat);
        assert_eq!(refuse(Seat::ReceivingLiaison), ["STATE_OBJECTS", "NOT_IN_BEST_INTEREST"]);
        assert_eq!(refuse(Seat::SendingLiaison).len(), 4);
        assert!(refuse(Seat::Receiving).is_empty() && reasons("request", "OPEN", "SUBMIT", Seat::Holding).is_empty());
        assert_eq!(reasons("travelDocument", "ISSUED", "REVOKE", Seat::ReceivingLiaison), ["REVOKED"]);
        assert!(reasons("nothing", "OPEN", "REFUSE", Seat::Holding).is_empty());
        assert_eq!(hold_for("TESTIMONY", Seat::Holding), Some("HOLD_FOR_COURT"));
        assert_eq!(hold_for("TESTIMONY", Seat::Receiving), None);
        assert_eq!(notes(Seat::Receiving), ["CHILD_PLACED", "VISITS_DONE"]);
    }
}
