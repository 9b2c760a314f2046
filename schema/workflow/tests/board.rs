//! The state on the board: defined for everything that can be stored, and the words of the long case one after another.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

#[path = "world/ready.rs"]
mod ready;
mod world;

use sangam_custody::Age;
use sangam_vocabulary::{Category, Code, Instant, Seat};
use sangam_workflow::repatriation::corridor::ClockTrack;
use sangam_workflow::repatriation::derived::{Board, BoardState, Since, View, board, turn};
use sangam_workflow::repatriation::handover::Gate;
use sangam_workflow::repatriation::hold::Hold;
use sangam_workflow::repatriation::papers::{self, Paper};
use sangam_workflow::repatriation::{Facts, Reason, Track, court, placement, request, screening, verification};

use crate::ready::facts;
use crate::world::{NOW, book, way};

const SINCE: Since = Since {
    request: NOW.plus_days(-90),
    screening: NOW.plus_days(-80),
    court: NOW.plus_days(-70),
    verification: NOW.plus_days(-60),
    travel_document: NOW.plus_days(-50),
    exit_clearance: NOW.plus_days(-40),
    placement: NOW.plus_days(-30),
};

fn seen<'a>(facts: Facts<'a>) -> View<'a> {
    View { facts, since: SINCE, authority_seated: true }
}

/// What an open request with everything there shows after a change.
fn shown(change: impl FnOnce(&mut View<'_>)) -> (BoardState, Option<Seat>, Instant) {
    let book = book();
    let mut view = seen(Facts { request: request::State::Open, ..facts(way(&book, "IN", "BD")) });
    change(&mut view);
    let board = board(&view, NOW);
    assert_eq!(board.reason, None);
    (board.state, board.turn, board.since)
}

fn gate(change: impl FnOnce(&mut Gate<'_>)) -> (BoardState, Option<Seat>, Instant) {
    shown(|view| change(&mut view.facts.gate))
}

#[test]
fn it_is_defined_for_everything_that_can_be_stored() {
    let book = book();
    let base = facts(way(&book, "IN", "BD"));
    let hold = [Hold { reason: Reason::Medical, from: NOW.plus_days(-5), until: Instant::NEVER }];
    let mut states = std::collections::HashSet::new();
    let papers = papers::State::ALL.iter().flat_map(|travel| papers::State::ALL.iter().map(move |exit| (travel, exit)));
    for (travel, exit) in papers {
        let paper = |state: &papers::State| Paper { state: *state, valid: Some((NOW.plus_days(-9), NOW.plus_days(9))) };
        for request in request::State::ALL {
            for screening in screening::State::ALL {
                for (court, verification) in court::State::ALL
                    .iter()
                    .flat_map(|court| verification::State::ALL.iter().map(move |state| (court, state)))
                {
                    for (placement, holds) in
                        placement::State::ALL.iter().flat_map(|state| [(state, &[][..]), (state, &hold[..])])
                    {
                        let gate = Gate {
                            screening: *screening,
                            court: *court,
                            verification: *verification,
                            travel_document: paper(travel),
                            exit_clearance: paper(exit),
                            placement: *placement,
                            holds,
                            ..base.gate
                        };
                        let view = seen(Facts { request: *request, gate, ..base });
                        let board = board(&view, NOW);
                        states.insert(board.state);
                        use BoardState as B;
                        let over = matches!(board.state, B::Closed | B::Withdrawn | B::Cancelled);
                        assert_eq!(board.turn.is_none(), over, "{view:?}");
                        assert_eq!(board.reason.is_some(), board.state == B::OnHold, "{view:?}");
                        assert!(board.since <= NOW && board.since >= SINCE.request, "{view:?}");
                        assert_ne!(board.state, B::InProgress, "the covering word is no state");
                    }
                }
            }
        }
    }
    assert_eq!(states.len(), BoardState::ALL.len() - 1, "each word is said of something");
}

#[test]
fn the_words_of_a_case_one_after_another() {
    use BoardState as B;
    use Seat as S;
    let expect = |state, turn, since| (state, Some(turn), since);
    let asked = |state| move |gate: &mut Gate<'_>| gate.verification = state;
    use verification::State as V;
    let unordered = |gate: &mut Gate<'_>| (gate.verification, gate.court) = (V::NotAsked, court::State::Cleared);
    assert_eq!(gate(unordered), expect(B::AuthorityReview, S::SendingLiaison, SINCE.court));
    let refused = |gate: &mut Gate<'_>| (gate.verification, gate.court) = (V::NotAsked, court::State::Refused);
    assert_eq!(gate(refused), expect(B::OrderRefused, S::Holding, SINCE.court));
    assert_eq!(gate(asked(V::NotAsked)), expect(B::Ordered, S::SendingLiaison, SINCE.court));
    let free = |gate: &mut Gate<'_>| (gate.verification, gate.court) = (V::NotAsked, court::State::NotNeeded);
    assert_eq!(gate(free), expect(B::Submitted, S::SendingLiaison, SINCE.request));
    assert_eq!(gate(asked(V::InProgress)), expect(B::VerificationRequested, S::Receiving, SINCE.verification));
    let alone = |gate: &mut Gate<'_>| (gate.verification, gate.placement) = (V::InProgress, placement::State::Wanted);
    assert_eq!(gate(alone), expect(B::VerificationRequested, S::ReceivingLiaison, SINCE.verification));
    assert_eq!(gate(asked(V::HomeInvestigation)), expect(B::HomeInvestigation, S::Receiving, SINCE.verification));
    assert_eq!(gate(asked(V::Investigated)), expect(B::HomeInvestigated, S::ReceivingLiaison, SINCE.verification));
    assert_eq!(gate(asked(V::Refused)), expect(B::NationalityRefused, S::Holding, SINCE.verification));
    assert_eq!(gate(asked(V::Appealed)), expect(B::NationalityAppealed, S::ReceivingLiaison, SINCE.verification));
    assert_eq!(gate(asked(V::NotANational)), expect(B::NotANational, S::Holding, SINCE.verification));
}

#[test]
fn after_the_nationality_the_papers_then_the_placement_then_the_handover() {
    use BoardState as B;
    use Seat as S;
    let expect = |state, turn, since| (state, Some(turn), since);
    let unordered = |gate: &mut Gate<'_>| gate.court = court::State::Appealed;
    assert_eq!(gate(unordered), expect(B::AuthorityReview, S::SendingLiaison, SINCE.court));
    let travel = |state| move |gate: &mut Gate<'_>| gate.travel_document = Paper::none(state);
    let exit = |state| move |gate: &mut Gate<'_>| gate.exit_clearance = Paper::none(state);
    for state in [papers::State::Wanted, papers::State::InProgress, papers::State::Issued] {
        let awaited = expect(B::NationalityConfirmed, S::ReceivingLiaison, SINCE.verification);
        assert_eq!(gate(travel(state)), awaited, "{state}: a paper without dates is none");
        assert_eq!(gate(exit(state)), expect(B::TravelDocumentIssued, S::SendingLiaison, SINCE.travel_document));
    }
    assert_eq!(gate(travel(papers::State::Refused)), expect(B::DocumentRefused, S::Holding, SINCE.travel_document));
    assert_eq!(gate(exit(papers::State::Refused)), expect(B::DocumentRefused, S::Holding, SINCE.exit_clearance));
    for state in placement::State::ALL {
        let found = gate(|gate| gate.placement = *state);
        let turn = if *state == placement::State::SignedByReceiver { S::Holding } else { S::Receiving };
        let expected = match state {
            placement::State::PlaceAgreed => expect(B::Ready, S::SendingLiaison, SINCE.placement),
            _ => expect(B::PlacementAwaited, turn, SINCE.placement),
        };
        assert_eq!(found, expected, "{state}");
    }
    let stale = gate(|gate| gate.assessed = gate.investigated);
    assert_eq!(stale, expect(B::PlacementAwaited, S::Receiving, SINCE.placement));
    let child =
        |ordered| gate(move |gate| (gate.age, gate.ordered) = (Age::MinorUntil(NOW.plus_days(400)), Some(ordered)));
    assert_eq!(child(NOW.plus_days(-31)), expect(B::AuthorityReview, S::SendingLiaison, SINCE.court), "made too early");
    assert_eq!(child(NOW.plus_days(-29)).0, B::Ready);
}

#[test]
fn since_when_is_the_last_of_what_it_waited_for() {
    let late = NOW.plus_days(-1);
    for set in [
        (|since: &mut Since, at| since.verification = at) as fn(&mut Since, Instant),
        |since, at| since.court = at,
        |since, at| since.travel_document = at,
        |since, at| since.exit_clearance = at,
        |since, at| since.placement = at,
    ] {
        assert_eq!(shown(|view| set(&mut view.since, late)).2, late);
    }
    let awaited = |set: fn(&mut Since, Instant)| {
        shown(|view| {
            set(&mut view.since, late);
            view.facts.gate.exit_clearance = Paper::none(papers::State::Wanted);
        })
    };
    assert_eq!(awaited(|since, at| since.court = at).2, late);
    assert_eq!(awaited(|since, at| since.verification = at).2, late);
    assert_eq!(awaited(|since, at| since.placement = at).2, SINCE.travel_document);
}

#[test]
fn whose_turn_it_is_follows_who_has_a_seat() {
    use Seat as S;
    let book = book();
    let turn = |from, to, liaison_seated, authority_seated, verification| {
        let facts = facts(way(&book, from, to));
        let gate = Gate { verification, ..facts.gate };
        let facts = Facts { request: request::State::Open, liaison_seated, gate, ..facts };
        board(&View { facts, since: SINCE, authority_seated }, NOW).turn.unwrap()
    };
    let answer = |from, to, liaison, authority| turn(from, to, liaison, authority, verification::State::Investigated);
    assert_eq!(answer("IN", "BD", true, true), S::ReceivingLiaison);
    assert_eq!(answer("IN", "BD", false, true), S::SendingLiaison, "the answer comes on paper");
    assert_eq!(answer("IN", "BD", false, false), S::Holding);
    assert_eq!(answer("IN", "NP", false, true), S::Receiving, "between the organizations");
    let ready = |authority| turn("IN", "BD", true, authority, verification::State::Confirmed);
    assert_eq!((ready(true), ready(false)), (S::SendingLiaison, S::Holding));
}

#[test]
fn from_the_schedule_on_the_request_speaks_and_a_hold_only_until_the_memos() {
    use BoardState as B;
    use request::State as R;
    let book = book();
    let hold = [Hold { reason: Reason::Medical, from: NOW.plus_days(-5), until: NOW.plus_days(5) }];
    for (state, expected, turn, holds) in [
        (R::Draft, B::Draft, Some(Seat::Holding), false),
        (R::Scheduled, B::HandoverScheduled, Some(Seat::Receiving), true),
        (R::InTransit, B::InTransit, Some(Seat::Receiving), true),
        (R::SignedBySender, B::SignatureAwaited, Some(Seat::Receiving), false),
        (R::SignedByReceiver, B::SignatureAwaited, Some(Seat::Holding), false),
        (R::HandedOver, B::HandedOver, Some(Seat::Receiving), false),
        (R::Received, B::Received, Some(Seat::Receiving), false),
        (R::Placed, B::Placed, Some(Seat::Receiving), false),
        (R::FollowUp, B::FollowUp, Some(Seat::Receiving), false),
        (R::Closed, B::Closed, None, false),
        (R::Withdrawn, B::Withdrawn, None, false),
        (R::Refused, B::Refused, Some(Seat::Holding), false),
        (R::Alternative, B::AlternativeSolution, Some(Seat::Holding), false),
        (R::Cancelled, B::Cancelled, None, false),
    ] {
        let base = facts(way(&book, "IN", "BD"));
        let plain = Board { state: expected, turn, since: SINCE.request, reason: None };
        assert_eq!(board(&seen(Facts { request: state, ..base }), NOW), plain, "{state}");
        let held = Facts { request: state, gate: Gate { holds: &hold, ..base.gate }, ..base };
        let on_hold = Board {
            state: B::OnHold,
            turn: Some(Seat::Holding),
            since: NOW.plus_days(-5),
            reason: Some(Reason::Medical),
        };
        assert_eq!(board(&seen(held), NOW), if holds { on_hold } else { plain }, "{state}");
    }
}

#[test]
fn a_claim_comes_before_a_hold_the_oldest_hold_before_the_others_and_all_before_a_paper_that_ran_out() {
    let book = book();
    let base = facts(way(&book, "IN", "BD"));
    let held = |screening, holds: &[Hold], travel: Option<Instant>, exit: Option<Instant>| {
        let paper = |until: Option<Instant>, paper: Paper| match until {
            Some(until) => Paper { valid: Some((NOW.plus_days(-90), until)), ..paper },
            None => paper,
        };
        let gate = Gate {
            screening,
            holds,
            travel_document: paper(travel, base.gate.travel_document),
            exit_clearance: paper(exit, base.gate.exit_clearance),
            ..base.gate
        };
        let board = board(&seen(Facts { request: request::State::Open, gate, ..base }), NOW);
        (board.state == BoardState::OnHold).then(|| (board.reason.unwrap(), board.turn.unwrap(), board.since))
    };
    use screening::State as S;
    let hold = |reason, days: i64| Hold { reason, from: NOW.plus_days(-days), until: NOW.plus_days(5) };
    let (medical, address) = (hold(Reason::Medical, 3), hold(Reason::AddressUntraceable, 4));
    let over = Hold { until: NOW, ..hold(Reason::Testimony, 20) };
    let ran_out = Some(NOW.plus_days(-1));
    for screening in [S::Claim, S::NotSafeToAsk] {
        let claim = Some((Reason::ProtectionClaim, Seat::Holding, SINCE.screening));
        assert_eq!(held(screening, &[medical], ran_out, None), claim);
    }
    assert_eq!(held(S::NotDone, &[], None, None), None);
    let oldest = held(S::NoClaim, &[medical, over, address], ran_out, ran_out);
    assert_eq!(oldest, Some((Reason::AddressUntraceable, Seat::Receiving, address.from)));
    assert_eq!(held(S::NoClaim, &[medical, over], None, None), Some((Reason::Medical, Seat::Holding, medical.from)));
    assert_eq!(held(S::NoClaim, &[over], None, None), None, "what was let go holds nothing up");
    let travel = held(S::NoClaim, &[over], ran_out, ran_out);
    assert_eq!(travel, Some((Reason::DocumentExpired, Seat::ReceivingLiaison, NOW.plus_days(-1))));
    let exit = held(S::NoClaim, &[], None, ran_out);
    assert_eq!(exit, Some((Reason::DocumentExpired, Seat::SendingLiaison, NOW.plus_days(-1))));
    let same = [hold(Reason::RiskFound, 4), hold(Reason::Medical, 4)];
    let first = held(S::NoClaim, &same, None, None).unwrap().0;
    let reversed = held(S::NoClaim, &[same[1], same[0]], None, None).unwrap().0;
    assert_eq!((first, reversed), (Reason::Medical, Reason::Medical), "the order of rows says nothing");
}

#[test]
fn the_board_is_of_the_day_on_which_somebody_looks() {
    use BoardState as B;
    let until = |gate: &mut Gate<'_>| gate.travel_document.valid = Some((NOW.plus_days(-9), NOW.plus_days(9)));
    let on = |day| gate(|gate| (until(gate), gate.day = day).0).0;
    assert_eq!((on(NOW), on(NOW.plus_days(30))), (B::Ready, B::Ready), "whatever day the plan names");
}

#[test]
fn what_is_covered_says_less_and_nothing_false() {
    use BoardState as B;
    for state in B::ALL {
        assert_eq!(state.cover().category(), None, "{state}");
        assert_eq!(state.category().is_none(), state.cover() == *state, "{state}");
    }
    for (state, category, cover) in [
        (B::Ordered, Category::Legal, B::InProgress),
        (B::OrderRefused, Category::Legal, B::InProgress),
        (B::Refused, Category::Legal, B::InProgress),
        (B::NationalityConfirmed, Category::Immigration, B::InProgress),
        (B::NotANational, Category::Immigration, B::InProgress),
        (B::AlternativeSolution, Category::Immigration, B::InProgress),
        (B::TravelDocumentIssued, Category::Documents, B::InProgress),
        (B::DocumentRefused, Category::Documents, B::InProgress),
        (B::InTransit, Category::CurrentLocation, B::HandoverScheduled),
        (B::Withdrawn, Category::Services, B::Closed),
        (B::Cancelled, Category::CaseReference, B::Closed),
    ] {
        assert_eq!((state.category(), state.cover()), (Some(category), cover), "{state}");
    }
}

/// A court that a hearing of hers waits for holds her like any hold: since the hearing was recorded, until it lets go.
#[test]
fn a_hearing_that_holds_her_shows_on_the_board_by_itself() {
    let book = book();
    let base = facts(way(&book, "IN", "BD"));
    let since = NOW.plus_days(-3);
    let older = [Hold { reason: Reason::Medical, from: NOW.plus_days(-5), until: NOW.plus_days(-4) }];
    for (request, on_hold) in [
        (request::State::Open, true),
        (request::State::Scheduled, true),
        (request::State::InTransit, true),
        (request::State::Draft, false),
        (request::State::Received, false),
    ] {
        let held = |hearing_holds| {
            let gate = Gate { hearing_holds, holds: &older, ..base.gate };
            board(&seen(Facts { request, gate, ..base }), NOW)
        };
        let expected =
            Board { state: BoardState::OnHold, turn: Some(Seat::Holding), since, reason: Some(Reason::Testimony) };
        assert_eq!(held(Some(since)) == expected, on_hold, "{request}");
        assert_ne!(held(None), expected, "{request}");
    }
    // The older of two is what is told.
    let hold = [Hold { reason: Reason::Medical, from: NOW.plus_days(-9), until: Instant::NEVER }];
    let gate = Gate { hearing_holds: Some(since), holds: &hold, ..base.gate };
    let both = board(&seen(Facts { request: request::State::Open, gate, ..base }), NOW);
    assert_eq!((both.reason, both.since), (Some(Reason::Medical), NOW.plus_days(-9)));
    assert!(
        gate.stands_still(Track::Court) && gate.stands_still(Track::Placement) && !gate.stands_still(Track::Papers)
    );
}

#[test]
fn each_part_has_a_turn_of_its_own_and_a_hold_gives_it_to_who_can_let_it_go() {
    use ClockTrack as T;
    use papers::State as P;
    use placement::State as L;
    use verification::State as V;
    let book = book();
    let of = |track, change: &dyn Fn(&mut Gate<'_>)| {
        let mut view = seen(Facts { request: request::State::Open, ..facts(way(&book, "IN", "BD")) });
        change(&mut view.facts.gate);
        (turn(&view, track, NOW), board(&view, NOW).turn)
    };
    let asked = |state| move |gate: &mut Gate<'_>| gate.verification = state;
    // Of the whole it is the board's.
    for state in V::ALL {
        let (whole, shown) = of(T::Request, &asked(*state));
        assert_eq!(whole, shown, "{state}");
    }
    let part = |track, change: &dyn Fn(&mut Gate<'_>)| of(track, change).0;
    let verifies = [
        (V::NotAsked, Some(Seat::SendingLiaison)),
        (V::InProgress, Some(Seat::Receiving)),
        (V::HomeInvestigation, Some(Seat::Receiving)),
        (V::Investigated, Some(Seat::ReceivingLiaison)),
        (V::Appealed, Some(Seat::ReceivingLiaison)),
        (V::Refused, Some(Seat::Holding)),
        (V::NotANational, Some(Seat::Holding)),
        (V::Confirmed, None),
    ];
    assert_eq!(verifies.len(), V::ALL.len());
    for (state, seat) in verifies {
        assert_eq!(part(T::Verification, &asked(state)), seat, "{state}");
        // The court goes on beside it, and is nobody's in the state of origin.
        let court = |gate: &mut Gate<'_>| (gate.verification, gate.court) = (state, court::State::InProgress);
        assert_eq!(part(T::Court, &court), Some(Seat::SendingLiaison), "{state}");
    }
    let alone = |gate: &mut Gate<'_>| (gate.verification, gate.placement) = (V::InProgress, L::Wanted);
    assert_eq!(part(T::Verification, &alone), Some(Seat::ReceivingLiaison), "nobody looks for her home yet");
    assert_eq!(part(T::Court, &|gate| gate.court = court::State::Refused), Some(Seat::Holding));
    let travel = |state| move |gate: &mut Gate<'_>| gate.travel_document = Paper { state, valid: None };
    let exit = |state| move |gate: &mut Gate<'_>| gate.exit_clearance = Paper { state, valid: None };
    for (state, seats) in [
        (P::Wanted, [Some(Seat::ReceivingLiaison), Some(Seat::SendingLiaison)]),
        (P::InProgress, [Some(Seat::ReceivingLiaison), Some(Seat::SendingLiaison)]),
        (P::Expired, [Some(Seat::ReceivingLiaison), Some(Seat::SendingLiaison)]),
        (P::Refused, [Some(Seat::Holding), Some(Seat::Holding)]),
        (P::NotNeeded, [None, None]),
    ] {
        assert_eq!([part(T::TravelDocument, &travel(state)), part(T::ExitClearance, &exit(state))], seats, "{state}");
    }
    for state in L::ALL {
        let seat = match state {
            L::PlaceAgreed => None,
            L::SignedByReceiver => Some(Seat::Holding),
            _ => Some(Seat::Receiving),
        };
        assert_eq!(part(T::Placement, &|gate| gate.placement = *state), seat, "{state}");
    }
    // A hold of the part gives the turn to who can let it go; one of another part does not.
    const MEDICAL: [Hold; 1] = [Hold { reason: Reason::Medical, from: NOW.plus_days(-5), until: Instant::NEVER }];
    let medical =
        |gate: &mut Gate<'_>| (gate.holds, gate.placement, gate.verification) = (&MEDICAL, L::Assessed, V::InProgress);
    assert_eq!(part(T::Placement, &medical), Some(Seat::Holding));
    assert_eq!(part(T::Verification, &medical), Some(Seat::Receiving));
    const ADDRESS: [Hold; 1] =
        [Hold { reason: Reason::AddressUntraceable, from: NOW.plus_days(-5), until: Instant::NEVER }];
    let lost = |gate: &mut Gate<'_>| (gate.holds, gate.verification) = (&ADDRESS, V::Investigated);
    assert_eq!(part(T::Verification, &lost), Some(Seat::Receiving), "and not the government's");
    const OVER: [Hold; 1] = [Hold { until: NOW, ..ADDRESS[0] }];
    assert_eq!(
        part(T::Verification, &|gate| (gate.holds, gate.verification) = (&OVER, V::Investigated)),
        Some(Seat::ReceivingLiaison)
    );
    let claim = |gate: &mut Gate<'_>| (gate.screening, gate.verification) = (screening::State::Claim, V::InProgress);
    assert_eq!(part(T::Verification, &claim), Some(Seat::Holding), "nothing goes towards the state of origin");
}
