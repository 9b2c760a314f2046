//! The gate before the handover: everything it asks for, one by one; the instants at which each turns; and who sees of a
//! handover what when.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

#[path = "world/ready.rs"]
mod ready;
mod world;

use sangam_custody::Age;
use sangam_vocabulary::{Category, Code, Instant, Seat};
use sangam_workflow::flow::{By, Flow, Illegal, take};
use sangam_workflow::repatriation::handover::{
    ARRIVAL_MILLIS, GATE, Gate, Part, Plan, SECOND_SIGNATURE_MILLIS, Wish, handover, may_be_the_day, shows,
};
use sangam_workflow::repatriation::hold::Hold;
use sangam_workflow::repatriation::papers::{self, Paper, TravelDocument};
use sangam_workflow::repatriation::record::Noted;
use sangam_workflow::repatriation::request::{Event, Request, State};
use sangam_workflow::repatriation::{
    Facts, Letting, Need, Reason, Track, court, placement, request, screening, verification,
};

use crate::ready::facts;
use crate::world::{NOW, book, way};

const HOUR: i64 = 3_600_000;

fn lacks(gate: &Gate<'_>) -> Vec<Need> {
    handover(gate).err().unwrap_or_default()
}

/// The gate with one thing changed.
fn changed(change: impl FnOnce(&mut Gate<'_>)) -> Vec<Need> {
    let book = book();
    let mut gate = facts(way(&book, "IN", "BD")).gate;
    change(&mut gate);
    lacks(&gate)
}

#[test]
fn with_everything_there_it_opens_and_without_any_one_thing_it_names_that() {
    use Need as N;
    assert_eq!(changed(|_| {}), []);
    for state in screening::State::ALL.iter().filter(|state| **state != screening::State::NoClaim) {
        assert_eq!(changed(|gate| gate.screening = *state), [N::NoClaim], "{state}");
    }
    assert_eq!(changed(|gate| gate.consent = false), [N::Consent]);
    for state in verification::State::ALL.iter().filter(|state| **state != verification::State::Confirmed) {
        assert_eq!(changed(|gate| gate.verification = *state), [N::Verified], "{state}");
    }
    for state in court::State::ALL {
        let free = matches!(state, court::State::Ordered | court::State::NotNeeded);
        let expected: &[Need] = if free { &[] } else { &[N::Ordered] };
        assert_eq!(changed(|gate| gate.court = *state), expected, "{state}");
    }
    for state in placement::State::ALL {
        let signed = matches!(state, placement::State::Signed | placement::State::PlaceAgreed);
        let expected: &[Need] = if signed { &[] } else { &[N::AssessmentSigned] };
        assert_eq!(changed(|gate| gate.placement = *state), expected, "{state}");
    }
    assert_eq!(changed(|gate| gate.assessed = None), [N::AssessedAfter]);
    assert_eq!(changed(|gate| gate.wish = None), [N::WishAsked]);
    let all = changed(|gate| {
        *gate = Gate {
            screening: screening::State::Claim,
            consent: false,
            court: court::State::Refused,
            verification: verification::State::Refused,
            travel_document: Paper::none(papers::State::Wanted),
            placement: placement::State::Wanted,
            wish: None,
            age: Age::Unknown,
            investigated: None,
            ..*gate
        };
    });
    let held = |need: &&Need| format!("{need:?}").ends_with("Hold");
    assert_eq!(all, GATE.iter().filter(|need| !held(need)).copied().collect::<Vec<_>>(), "all of it, in order");
}

#[test]
fn papers_are_valid_on_the_day_of_the_handover_and_not_on_another() {
    let valid = |from: Instant, until: Instant| Paper { state: papers::State::Issued, valid: Some((from, until)) };
    for set in
        [(|gate: &mut Gate<'_>, paper| gate.travel_document = paper) as fn(&mut Gate<'_>, Paper), |gate, paper| {
            gate.exit_clearance = paper
        }]
    {
        for (paper, serves) in [
            (valid(NOW, NOW.plus_millis(1)), true),
            (valid(NOW.plus_days(-90), NOW), false),
            (valid(NOW.plus_millis(1), NOW.plus_days(90)), false),
            (Paper { state: papers::State::Issued, valid: None }, false),
            (Paper::none(papers::State::NotNeeded), true),
            (Paper { state: papers::State::Expired, ..valid(NOW, NOW.plus_days(1)) }, false),
            (Paper { state: papers::State::Refused, ..valid(NOW, NOW.plus_days(1)) }, false),
            (Paper { state: papers::State::InProgress, ..valid(NOW, NOW.plus_days(1)) }, false),
            (Paper { state: papers::State::Wanted, ..valid(NOW, NOW.plus_days(1)) }, false),
        ] {
            let expected: &[Need] = if serves { &[] } else { &[Need::PapersValid] };
            assert_eq!(changed(|gate| set(gate, paper)), expected, "{paper:?}");
        }
    }
    let late = changed(|gate| gate.day = NOW.plus_days(60));
    assert!(late.contains(&Need::PapersValid), "a permit that is good today is not good in two months");
}

#[test]
fn a_paper_ran_out_when_its_date_passed_whether_or_not_the_clock_has_run() {
    let until = NOW.plus_days(3);
    let paper = |state| Paper { state, valid: Some((NOW.plus_days(-87), until)) };
    let issued = paper(papers::State::Issued);
    assert_eq!(issued.ran_out(NOW, until.plus_millis(-1)), None);
    assert_eq!(issued.ran_out(NOW, until), Some(until));
    assert_eq!(paper(papers::State::Expired).ran_out(NOW, until), Some(until));
    assert_eq!(paper(papers::State::Expired).ran_out(NOW, NOW), Some(NOW), "never later than now");
    assert_eq!(Paper::none(papers::State::Expired).ran_out(NOW, until), Some(NOW));
    assert_eq!(Paper::none(papers::State::Issued).ran_out(NOW, until), None, "no date: it serves on no day either");
    use papers::State::{InProgress, NotNeeded, Refused, Wanted};
    for state in [NotNeeded, Wanted, InProgress, Refused] {
        assert_eq!(paper(state).ran_out(NOW, until), None, "{state}");
    }
}

#[test]
fn the_assessment_and_a_childs_order_come_after_the_home_investigation() {
    let late = NOW.plus_days(-2);
    for (assessed, there) in [(late, false), (late.plus_millis(-1), false), (late.plus_millis(1), true)] {
        let expected: &[Need] = if there { &[] } else { &[Need::AssessedAfter] };
        let found = changed(|gate| (gate.assessed, gate.investigated) = (Some(assessed), Some(late)));
        assert_eq!(found, expected, "an assessment of before a second investigation is none");
    }
    let child = Age::MinorUntil(NOW.plus_days(400));
    for age in [child, Age::Unknown] {
        for (ordered, there) in [(Some(late.plus_millis(1)), true), (Some(late), false), (None, false)] {
            let found = changed(|gate| {
                gate.age = age;
                gate.investigated = Some(late);
                gate.assessed = Some(NOW);
                gate.ordered = ordered;
            });
            assert_eq!(found.contains(&Need::ChildOrder), !there, "{age:?} {ordered:?}");
            assert_eq!(found.len(), usize::from(!there));
        }
        let free = changed(|gate| (gate.age, gate.court, gate.ordered) = (age, court::State::NotNeeded, Some(NOW)));
        assert_eq!(free, [Need::ChildOrder], "no corridor lets a child go without an order");
        let none = changed(|gate| (gate.age, gate.investigated) = (age, None));
        assert_eq!(none, [Need::AssessedAfter, Need::ChildOrder]);
    }
    let grown = changed(|gate| (gate.age, gate.ordered) = (Age::MinorUntil(NOW), None));
    assert_eq!(grown, [], "who has come of age on the day is an adult");
}

#[test]
fn her_wish_counts_for_fourteen_days() {
    for (asked, wants, there) in [
        (NOW, true, true),
        (NOW.plus_days(-14), true, true),
        (NOW.plus_days(-14).plus_millis(-1), true, false),
        (NOW.plus_millis(1), true, false),
        (NOW, false, false),
    ] {
        let expected: &[Need] = if there { &[] } else { &[Need::WishAsked] };
        assert_eq!(changed(|gate| gate.wish = Some(Wish { asked, wants })), expected, "{asked:?} {wants}");
    }
}

#[test]
fn a_hold_closes_the_gate_while_it_is_in_force_on_the_day() {
    let book = book();
    for reason in Reason::ALL {
        let tracks = reason.holds();
        let expected: Vec<_> = Track::ALL
            .iter()
            .zip([Need::NoCourtHold, Need::NoVerificationHold, Need::NoPapersHold, Need::NoPlacementHold])
            .filter(|(track, _)| tracks.contains(track))
            .map(|(_, need)| need)
            .collect();
        let day = NOW;
        for (from, until, in_force) in [
            (day, Instant::NEVER, true),
            (day.plus_days(-9), day.plus_millis(1), true),
            (day.plus_days(-9), day, false),
            (day.plus_millis(1), Instant::NEVER, false),
        ] {
            let holds = [Hold { reason: *reason, from, until }];
            let gate = Gate { holds: &holds, ..facts(way(&book, "IN", "BD")).gate };
            assert_eq!(lacks(&gate), if in_force { expected.clone() } else { Vec::new() }, "{reason}");
        }
    }
    assert_eq!(Reason::ConsentPaused.holds(), Track::ALL, "when she wants to think, everything waits");
}

#[test]
fn a_hearing_that_holds_her_keeps_the_gate_shut_by_itself() {
    let book = book();
    assert_eq!(changed(|gate| gate.hearing_holds = Some(NOW)), [Need::NoCourtHold]);
    assert_eq!(changed(|gate| (gate.hearing_holds, gate.day) = (Some(NOW), NOW.plus_days(-1))), [Need::NoCourtHold]);
    let base = facts(way(&book, "IN", "BD"));
    let held = Facts { gate: Gate { hearing_holds: Some(NOW), ..base.gate }, ..base };
    let lost: Vec<_> = base.met().into_iter().filter(|need| !held.has(*need)).collect();
    assert_eq!(lost, [Need::NoCourtHold, Need::HearingOver], "nor is a court's hold of the request let go meanwhile");
    for (state, event, seat) in [
        (State::Open, Event::Propose, Seat::SendingLiaison),
        (State::Scheduled, Event::Depart, Seat::Holding),
        (State::InTransit, Event::Sign, Seat::Holding),
        (State::InTransit, Event::Sign, Seat::SendingLiaison),
        (State::InTransit, Event::Sign, Seat::Receiving),
        (State::InTransit, Event::Sign, Seat::ReceivingLiaison),
    ] {
        let refused = take::<Request>(state, event, By::Seat(seat), &held.met(), None);
        assert_eq!(refused, Err(Illegal::NeedsMissing { needs: vec![Need::NoCourtHold] }), "{state} {seat}");
        assert!(
            take::<Request>(state, event, By::Seat(seat), &base.met(), None).is_ok(),
            "{state} {seat}: the control"
        );
    }
}

#[test]
fn she_sets_out_through_the_gate_on_a_confirmed_plan_and_the_first_memo_asks_the_gate_again() {
    let book = book();
    let facts = facts(way(&book, "IN", "BD"));
    let depart = |facts: &Facts<'_>| {
        take::<Request>(State::Scheduled, Event::Depart, By::Seat(Seat::Holding), &facts.met(), None)
    };
    assert_eq!(depart(&facts).unwrap().to(), State::InTransit);
    let plan = facts.plan.unwrap();
    for (plan, missing) in [
        (None, vec![Need::Planned, Need::PlanConfirmed]),
        (Some(Plan { hour: None, ..plan }), vec![Need::Planned]),
        (Some(Plan { hour: Some(plan.closes), ..plan }), vec![Need::Planned]),
        (Some(Plan { hour: Some(plan.opens.plus_millis(-1)), ..plan }), vec![Need::Planned]),
        (Some(Plan { receiving: false, ..plan }), vec![Need::PlanConfirmed]),
        (Some(Plan { receiving_liaison: Some(false), ..plan }), vec![Need::PlanConfirmed]),
    ] {
        let refused = depart(&Facts { plan, ..facts });
        assert_eq!(refused, Err(Illegal::NeedsMissing { needs: missing }), "{plan:?}");
    }
    let alone = Plan { receiving_liaison: None, hour: Some(plan.opens), ..plan };
    assert!(depart(&Facts { plan: Some(alone), ..facts }).is_ok(), "where no liaison has a seat none confirms");
    for need in GATE {
        let met: Vec<_> = facts.met().into_iter().filter(|met| met != need).collect();
        for (state, event, seat) in [
            (State::Scheduled, Event::Depart, Seat::Holding),
            (State::InTransit, Event::Sign, Seat::Holding),
            (State::InTransit, Event::Sign, Seat::SendingLiaison),
            (State::InTransit, Event::Sign, Seat::Receiving),
            (State::InTransit, Event::Sign, Seat::ReceivingLiaison),
        ] {
            let refused = take::<Request>(state, event, By::Seat(seat), &met, None);
            assert_eq!(refused, Err(Illegal::NeedsMissing { needs: vec![*need] }), "{state} {seat} without {need}");
        }
    }
    let second = take::<Request>(State::SignedBySender, Event::Sign, By::Seat(Seat::Receiving), &[], None);
    assert_eq!(second.unwrap().to(), State::HandedOver, "a late second memo tells what was, and asks nothing anew");
}

#[test]
fn what_is_put_on_record_is_put_there_by_who_knows_it() {
    use Noted::{BestInterest, ChildPlaced, RiskAssessed, VisitsDone, WantsToReturn, WantsToStay};
    for noted in Noted::ALL {
        let by: &[Seat] = match noted {
            WantsToReturn | WantsToStay => &[Seat::Holding, Seat::Lawyer],
            RiskAssessed | BestInterest => &[Seat::Holding],
            ChildPlaced | VisitsDone => &[Seat::Receiving],
        };
        for seat in Seat::ALL {
            assert_eq!(noted.is_for(*seat), by.contains(seat), "{noted} {seat}");
        }
        assert_eq!(noted.is_wish(), matches!(noted, WantsToReturn | WantsToStay), "{noted}");
    }
}

#[test]
fn a_memo_names_a_day_between_setting_out_and_now() {
    let (set_out, now) = (NOW.plus_days(-1), NOW);
    assert!(may_be_the_day(set_out, set_out, now) && may_be_the_day(now, set_out, now));
    assert!(!may_be_the_day(set_out.plus_millis(-1), set_out, now));
    assert!(!may_be_the_day(now.plus_millis(1), set_out, now));
    assert_eq!((SECOND_SIGNATURE_MILLIS, ARRIVAL_MILLIS), (24 * HOUR, 12 * HOUR));
}

#[test]
fn who_sees_the_crossing_and_who_the_hour_and_when() {
    let plan = Plan {
        opens: NOW,
        closes: NOW.plus_days(2),
        hour: Some(NOW.plus_days(1)),
        receiving: false,
        receiving_liaison: None,
    };
    let hour = NOW.plus_days(1);
    let instants = [
        (hour.plus_millis(-72 * HOUR - 1), false),
        (hour.plus_millis(-72 * HOUR), true),
        (hour, true),
        (hour.plus_millis(24 * HOUR - 1), true),
        (hour.plus_millis(24 * HOUR), false),
    ];
    assert_eq!(plan.window(), Some((hour.plus_millis(-72 * HOUR), hour.plus_millis(24 * HOUR))));
    for screening in screening::State::ALL {
        for seat in Seat::ALL {
            let sends = matches!(seat, Seat::Owner | Seat::Holding | Seat::SendingLiaison);
            let receives = matches!(seat, Seat::Receiving | Seat::ReceivingLiaison);
            let takes_part = sends || (receives && *screening == screening::State::NoClaim);
            for (at, open) in instants {
                assert_eq!(shows(Part::Crossing, *seat, &plan, *screening, at), takes_part, "{seat} {screening}");
                let wrote = matches!(seat, Seat::Owner | Seat::Holding);
                let sees = takes_part && (open || wrote);
                assert_eq!(shows(Part::Hour, *seat, &plan, *screening, at), sees, "{seat} {screening} {at:?}");
            }
            let unwritten = Plan { hour: None, ..plan };
            let wrote = matches!(seat, Seat::Owner | Seat::Holding);
            assert_eq!(shows(Part::Hour, *seat, &unwritten, *screening, hour), wrote, "{seat}");
        }
    }
    assert_eq!(Plan { hour: None, ..plan }.window(), None);
}

#[test]
fn tracing_opens_with_the_verification_and_closes_with_it_and_with_a_claim() {
    use verification::State as V;
    for state in V::ALL {
        let open = matches!(state, V::InProgress | V::HomeInvestigation | V::Investigated | V::Appealed);
        assert_eq!(state.is_open(), open, "{state}");
        for screening in screening::State::ALL {
            for seat in Seat::ALL {
                let goes = open
                    && *screening == screening::State::NoClaim
                    && matches!(seat, Seat::Receiving | Seat::ReceivingLiaison);
                assert_eq!(state.opens_tracing(*screening, *seat), goes, "{state} {screening} {seat}");
            }
        }
    }
}

#[test]
fn to_the_government_of_the_state_of_origin_no_request_exists_without_a_screening_that_found_no_claim() {
    use screening::State as S;
    for state in S::ALL {
        assert_eq!(state.lets_see(Seat::ReceivingLiaison), *state == S::NoClaim, "{state}");
        for seat in [Seat::Owner, Seat::Holding, Seat::Receiving, Seat::SendingLiaison, Seat::Lawyer] {
            assert!(state.lets_see(seat), "{seat}");
        }
        for seat in [Seat::Sender, Seat::Recipient, Seat::Source, Seat::Finder, Seat::Contributor] {
            assert!(!state.lets_see(seat), "{seat}");
        }
    }
}

#[test]
fn a_fear_is_told_to_her_lawyer_and_the_holder_and_a_claim_never_to_her_state() {
    let told = |reason: Reason| Seat::ALL.iter().copied().filter(|seat| reason.may_be_told(*seat)).collect::<Vec<_>>();
    assert_eq!(told(Reason::WitnessFear), [Seat::Owner, Seat::Holding, Seat::Lawyer]);
    let claims = [Reason::ProtectionClaim, Reason::ClaimWithdrawn, Reason::ClaimDecided, Reason::PolicePresent];
    for reason in claims {
        assert_eq!(told(reason), [Seat::Owner, Seat::Holding, Seat::SendingLiaison, Seat::Lawyer], "{reason}");
    }
    for reason in Reason::ALL.iter().filter(|reason| !claims.contains(reason) && **reason != Reason::WitnessFear) {
        assert_eq!(told(*reason).len(), Seat::ALL.len(), "{reason}");
    }
}

#[test]
fn each_reason_lies_in_the_category_of_what_it_tells() {
    for (reason, category) in [
        (Reason::Testimony, Category::Legal),
        (Reason::NotInBestInterest, Category::Legal),
        (Reason::Medical, Category::Health),
        (Reason::RiskFound, Category::ContactSafety),
        (Reason::WitnessFear, Category::ContactSafety),
        (Reason::ConsentPaused, Category::Services),
        (Reason::AddressUntraceable, Category::Origin),
        (Reason::FamilyDenies, Category::Family),
        (Reason::DocumentExpired, Category::Documents),
        (Reason::ProtectionClaim, Category::Immigration),
        (Reason::OtherNationality, Category::Immigration),
        (Reason::Retrafficked, Category::Narrative),
        (Reason::BorderClosed, Category::CaseReference),
    ] {
        assert_eq!(reason.category(), category, "{reason}");
    }
}

#[test]
fn each_need_is_met_by_its_fact_and_by_no_other() {
    let book = book();
    let base = facts(way(&book, "IN", "BD"));
    let gate = base.gate;
    let unmet = |facts: Facts<'_>| {
        let lost: Vec<_> = base.met().into_iter().filter(|met| !facts.met().contains(met)).collect();
        assert!(facts.met().iter().all(|met| base.has(*met)), "nothing is gained");
        lost
    };
    assert_eq!(unmet(Facts { apart_from_police: false, ..base }), [Need::ApartFromPolice]);
    assert_eq!(unmet(Facts { risk_assessed: None, ..base }), [Need::RiskAssessed, Need::RiskReassessed]);
    assert_eq!(unmet(Facts { visits_done: false, ..base }), [Need::VisitsDone]);
    for state in State::ALL {
        let facts = Facts { request: *state, ..base };
        let open = matches!(
            state,
            State::Draft
                | State::Open
                | State::Scheduled
                | State::InTransit
                | State::SignedBySender
                | State::SignedByReceiver
                | State::Refused
        );
        assert_eq!(facts.has(Need::BeforeHandover), open, "{state}");
        assert_eq!(state.moves_tracks(), matches!(state, State::Open | State::Scheduled), "{state}");
        use request::State as R;
        let over = [R::Closed, R::Withdrawn, R::Refused, R::Alternative, R::Cancelled];
        assert_eq!(state.may_be_followed(), over.contains(state), "{state}");
    }
    for state in screening::State::ALL {
        let facts = Facts { gate: Gate { screening: *state, ..gate }, ..base };
        assert_eq!(facts.has(Need::Screened), *state != screening::State::NotDone, "{state}");
    }
    for (age, is_child) in [(Age::Adult, false), (Age::Unknown, true), (Age::MinorUntil(NOW.plus_days(1)), true)] {
        let facts = Facts { gate: Gate { age, ..gate }, best_interest: false, child_placed: false, ..base };
        assert_eq!((facts.has(Need::BestInterest), facts.has(Need::ChildPlaced)), (!is_child, !is_child));
        let noted = Facts { best_interest: true, ..facts };
        assert!(noted.has(Need::BestInterest) && Facts { child_placed: true, ..facts }.has(Need::ChildPlaced));
    }
    for state in placement::State::ALL {
        let facts = Facts { gate: Gate { placement: *state, ..gate }, ..base };
        assert_eq!(facts.has(Need::Receiver), *state != placement::State::Wanted, "{state}");
        assert_eq!(facts.has(Need::PlaceAgreed), *state == placement::State::PlaceAgreed, "{state}");
    }
    for state in verification::State::ALL {
        let facts = Facts { gate: Gate { verification: *state, ..gate }, ..base };
        assert_eq!(facts.has(Need::NotANational), *state == verification::State::NotANational, "{state}");
    }
    for state in papers::State::ALL {
        let facts = Facts { gate: Gate { travel_document: Paper::none(*state), ..gate }, ..base };
        let there = matches!(state, papers::State::NotNeeded | papers::State::Issued);
        assert_eq!(facts.has(Need::TravelDocument), there, "{state}");
    }
    assert!(!Facts { gate: Gate { investigated: None, ..gate }, ..base }.has(Need::HomeInvestigated));
    assert!(base.has(Need::HomeInvestigated));
    assert!(!base.has(Need::NoLiaison) && Facts { liaison_seated: false, ..base }.has(Need::NoLiaison));
}

#[test]
fn the_corridor_says_which_governments_take_part_and_whether_organizations_may() {
    let book = book();
    for (from, to, home, away, between) in [
        ("IN", "BD", true, true, false),
        ("IN", "NP", true, true, true),
        ("PK", "AF", false, true, true),
        ("AF", "PK", true, false, true),
    ] {
        let facts = facts(way(&book, from, to));
        assert_eq!(facts.has(Need::Liaison), home, "{from}-{to}");
        assert_eq!(facts.has(Need::Authority), away, "{from}-{to}");
        assert_eq!(facts.has(Need::BetweenOrganizations), between, "{from}-{to}");
    }
}

#[test]
fn what_lets_a_hold_go_happened_after_it_began() {
    let book = book();
    let base = facts(way(&book, "IN", "BD"));
    let letting = |from, hearing_over| Some(Letting { from, hearing_over });
    let asked = base.gate.wish.unwrap().asked;
    let assessed = base.risk_assessed.unwrap();
    for (letting, hearing, risk, wish) in [
        (None, false, false, false),
        (letting(asked.plus_millis(-1).min(assessed.plus_millis(-1)), true), true, true, true),
        (letting(assessed, false), false, false, assessed < asked),
        (letting(asked, true), true, asked < assessed, false),
    ] {
        let facts = Facts { letting, ..base };
        assert_eq!(facts.has(Need::HearingOver), hearing, "{letting:?}");
        assert_eq!(facts.has(Need::RiskReassessed), risk, "{letting:?}");
        assert_eq!(facts.has(Need::WishHeard), wish, "{letting:?}");
    }
    let refuses = Gate { wish: Some(Wish { asked, wants: false }), ..base.gate };
    let facts = Facts { letting: letting(asked.plus_days(-1), true), gate: refuses, ..base };
    assert!(!facts.has(Need::WishHeard), "a no lets nothing go on");
}

#[test]
fn a_travel_document_that_is_in_hand_needs_no_application_and_an_expired_one_a_new_one() {
    use papers::{Event as E, State as S};
    let rows = |from, event| {
        let rows = TravelDocument::STEPS.iter().filter(move |step| step.from == from && step.event == event);
        rows.map(|step| step.to).collect::<std::collections::HashSet<_>>()
    };
    assert_eq!(rows(S::Wanted, E::Issue), [S::Issued].into());
    assert_eq!(rows(S::Expired, E::Issue), [].into());
    assert_eq!(rows(S::Expired, E::Apply), [S::InProgress].into());
}
