//! The oracle can fail: a missing row of law, and each of several other rules left out, is noticed. What is left
//! out is left out of the data that `decide` is given, while Cedar sees the case as it is.

use sangam_custody::{Age, Behind, Effect, LawBook};
use sangam_vocabulary::CategorySet;

use crate::case::{Books, Case};
use crate::compare::Oracle;
use crate::run;

/// Enough for every row to decide several times.
const SOME: u64 = 150_000;

#[test]
fn a_missing_row_of_law_is_noticed_whichever_it_is() {
    let tally = run(SOME, |oracle, case, tally| tally.count(case, &oracle.decide(case)));
    let oracle = Oracle::new();
    let mut unnoticed = Vec::new();
    for id in oracle.rows() {
        let without = oracle.law().without(id);
        let noticed = |case: &Case| oracle.agree(&oracle.decide_under(&without, case), &oracle.evaluate(case)).is_err();
        if !tally.kept.get(id).is_some_and(|cases| cases.iter().any(noticed)) {
            unnoticed.push(id);
        }
    }
    assert!(unnoticed.is_empty(), "these rows could be lost and nothing would say so: {unnoticed:?}");
}

/// How many of some asks differ when `decide` is given a changed case.
fn noticed(change: impl Fn(&mut Case) -> bool + Sync) -> u64 {
    noticed_in(20_000, change)
}

fn noticed_in(asks: u64, change: impl Fn(&mut Case) -> bool + Sync) -> u64 {
    run(asks, |oracle, case, tally| {
        let mut changed = case.clone();
        if change(&mut changed) && oracle.agree(&oracle.decide(&changed), &oracle.evaluate(case)).is_err() {
            tally.differ(String::new());
        }
    })
    .differing
}

#[test]
fn a_row_of_law_left_out_changes_what_is_released() {
    let lost = |oracle: &Oracle, id: &str, case: &Case| {
        let ours = oracle.decide_under(&oracle.law().without(id), case);
        matches!(ours, sangam_custody::Verdict::Release(_)) && !oracle.evaluate(case).releases
    };
    let tally = run(20_000, |oracle, case, tally| {
        if case.category == sangam_vocabulary::Category::Health && lost(oracle, "HUB-HEALTH-RECIPIENT", case) {
            tally.differ(String::new());
        }
    });
    assert!(tally.differing > 0);
}

#[test]
fn consent_that_ignores_age_is_noticed() {
    let grown = noticed(|case| {
        case.facts.age = Age::Adult;
        true
    });
    assert!(grown > 0);
}

#[test]
fn an_emergency_that_ignores_law_is_noticed() {
    let oracle_without_law = |oracle: &Oracle, case: &Case| oracle.decide_under(&LawBook::default(), case);
    let tally = run(20_000, |oracle, case, tally| {
        let lawless = case.emergency.is_some() && case.books == Books::Whole;
        if lawless && oracle.agree(&oracle_without_law(oracle, case), &oracle.evaluate(case)).is_err() {
            tally.differ(String::new());
        }
    });
    assert!(tally.differing > 0);
}

#[test]
fn an_onward_source_that_is_ignored_is_noticed() {
    assert!(noticed(|case| case.onward.take().is_some()) > 0);
}

#[test]
fn a_lock_that_is_ignored_is_noticed() {
    assert!(noticed(|case| std::mem::take(&mut case.state.locked)) > 0);
}

#[test]
fn a_system_that_names_nobody_and_is_taken_for_one_that_does_is_noticed() {
    let named = noticed_in(60_000, |case| {
        let nobody = case.behind == Behind::Nobody && !CategorySet::LIGHT.contains(case.category);
        case.behind = Behind::Staff;
        nobody
    });
    assert!(named > 0);
    // And one that names somebody and is taken for one that does not.
    let unnamed = noticed(|case| {
        let somebody = case.behind == Behind::Staff;
        case.behind = Behind::Nobody;
        somebody
    });
    assert!(unnamed > 0);
}

#[test]
fn a_person_who_is_not_on_the_team_and_is_taken_for_one_who_is_is_noticed() {
    let joined = noticed(|case| {
        let outside = case.behind == Behind::Person && !case.state.on_team;
        case.state.on_team = true;
        outside
    });
    assert!(joined > 0);
    // As is a person who is taken for a member of staff of a system, who has no team.
    let staff = noticed(|case| {
        let outside = case.behind == Behind::Person && !case.state.on_team;
        case.behind = Behind::Staff;
        outside
    });
    assert!(staff > 0);
    // And a system of which a team is asked.
    let teamed = noticed(|case| {
        let system = case.behind == Behind::Staff && !case.state.on_team;
        case.behind = Behind::Person;
        system
    });
    assert!(teamed > 0);
}

#[test]
fn an_emergency_or_an_override_that_stands_in_for_an_actor_is_noticed() {
    let stood_in = noticed_in(100_000, |case| {
        let exceptional = case.emergency.is_some() || case.overriding.is_some();
        let nobody = case.behind == Behind::Nobody && exceptional;
        case.behind = Behind::Staff;
        nobody
    });
    assert!(stood_in > 0);
}

#[test]
fn a_suspension_that_is_ignored_is_noticed() {
    assert!(noticed(|case| case.state.suspended.take().is_some()) > 0);
}

#[test]
fn a_recall_that_is_ignored_is_noticed() {
    assert!(noticed(|case| std::mem::take(&mut case.state.recalled)) > 0);
}

#[test]
fn what_was_withheld_and_is_not_is_noticed() {
    let dropped = noticed(|case| {
        let before = case.consents.len();
        case.consents.retain(|consent| consent.effect == Effect::Grant);
        case.consents.len() < before
    });
    assert!(dropped > 0);
}

#[test]
fn a_guardian_whose_conflict_nobody_ruled_out_is_noticed() {
    use sangam_custody::GivenBy::Guardian;
    let trusted = noticed(|case| {
        case.consents.iter_mut().any(|consent| {
            let doubtful = consent.given_by == Guardian { no_conflict: false };
            if doubtful {
                consent.given_by = Guardian { no_conflict: true };
            }
            doubtful
        })
    });
    assert!(trusted > 0);
}

#[test]
fn an_override_without_a_second_approver_is_noticed() {
    let approved = noticed(|case| {
        let people = sangam_proofs::Cast::default().people;
        case.overriding.as_mut().is_some_and(|overriding| {
            let second = people.iter().copied().find(|person| *person != overriding.requested_by);
            let lacking = overriding.approved_by.is_none_or(|second| second == overriding.requested_by);
            overriding.approved_by = second;
            lacking
        })
    });
    assert!(approved > 0);
}

#[test]
fn an_override_without_its_order_is_noticed() {
    let founded = noticed_in(60_000, |case| {
        let people = sangam_proofs::Cast::default().people;
        let Some(overriding) = case.overriding.as_mut() else { return false };
        let lacking = !case.orders.iter().any(|order| Some(order.id) == overriding.order);
        let uploaded_by = overriding.requested_by;
        overriding.order = Some(overriding.id);
        case.orders = vec![sangam_custody::Order {
            id: overriding.id,
            kind: sangam_custody::OrderKind::Court,
            categories: overriding.categories,
            recipients: vec![overriding.recipient],
            from: overriding.from,
            until: overriding.until(),
            uploaded_by,
            attested_by: people.iter().copied().find(|person| *person != uploaded_by),
        }];
        lacking && overriding.basis == sangam_custody::OverrideBasis::CourtOrder
    });
    assert!(founded > 0);
}

#[test]
fn a_handover_window_that_is_ignored_is_noticed() {
    assert!(noticed(|case| case.state.window.take().is_some()) > 0);
}

#[test]
fn a_consent_that_outlives_its_end_by_a_millisecond_is_noticed() {
    let longer = noticed_in(100_000, |case| {
        for consent in &mut case.consents {
            consent.until = consent.until.plus_millis(1);
        }
        true
    });
    assert!(longer > 0);
}

#[test]
fn an_order_that_is_ignored_is_noticed() {
    let ignored = noticed_in(60_000, |case| !std::mem::take(&mut case.orders).is_empty());
    assert!(ignored > 0);
}

#[test]
fn an_order_that_nobody_else_attested_is_noticed() {
    let attested = noticed_in(300_000, |case| {
        let people = sangam_proofs::Cast::default().people;
        let mut changed = false;
        for order in &mut case.orders {
            if order.attested_by.is_none_or(|second| second == order.uploaded_by) {
                order.attested_by = people.iter().copied().find(|person| *person != order.uploaded_by);
                changed = true;
            }
        }
        changed
    });
    assert!(attested > 0);
}

#[test]
fn a_consent_that_was_not_fully_informed_is_noticed() {
    let told = noticed(|case| {
        let mut changed = false;
        for consent in &mut case.consents {
            changed |= !consent.informed.is_full();
            consent.informed = sangam_custody::Informed::FULLY;
        }
        changed
    });
    assert!(told > 0);
}

#[test]
fn an_agreement_that_one_person_alone_approved_is_noticed() {
    let approved = noticed(|case| {
        let people = sangam_proofs::Cast::default().people;
        for agreement in &mut case.agreements {
            let parties: Vec<_> = agreement.disclosers.iter().chain(&agreement.recipients).copied().collect();
            agreement.approvals = parties
                .into_iter()
                .flat_map(|organization| {
                    people[..2].iter().map(move |person| sangam_custody::Approval { organization, person: *person })
                })
                .collect();
        }
        true
    });
    assert!(approved > 0);
}

#[test]
fn a_past_owner_and_a_country_of_collection_that_are_forgotten_are_noticed() {
    assert!(noticed(|case| !std::mem::take(&mut case.past_owners).is_empty()) > 0);
    let forgotten = noticed(|case| {
        let changed = case.facts.collected_in != case.owner.country;
        case.facts.collected_in = case.owner.country;
        changed
    });
    assert!(forgotten > 0);
}

#[test]
fn an_emergency_that_never_ends_is_noticed() {
    let longer = noticed_in(60_000, |case| {
        let at = case.at;
        case.emergency.as_mut().is_some_and(|emergency| {
            let ended = emergency.declared_at.plus_millis(sangam_custody::EMERGENCY_MILLIS) <= at;
            emergency.declared_at = at;
            ended
        })
    });
    assert!(longer > 0);
}
